"""Chinese and Japanese lines set to the full measure: what a line lacks is shared out between its characters.

WeasyPrint widens spaces alone, of which these scripts have none. Works on laid-out boxes, before they are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

UNSPACED = ("zh", "ja")
MOST = 2.6
"""How much a line may lack to be widened, in em: what comes of marks or a word that did not fit."""
MOST_AT_END = 0.9
"""How much the last line of a paragraph may lack to be widened: less than a character."""
WIDEST = 0.25
"""The widest share between two characters, in em (a quarter: JLREQ, section 3.8.4)."""
WIDEST_AT_END = 0.1
"""The same on the last line of a paragraph, which need not be widened: a few characters beside others stay together."""
NARROWEST = 8
"""Em that the shortest lines have which are widened: between fewer characters the gaps would be seen."""
_CELLS = frozenset(("td", "th"))
"""What may be wider than its words, whose only or last line is left as it is."""
_LEAST = 0.1
"""What a line may lack, in CSS pixels, without being touched."""
_FIRST_WIDE = "\u2e80"
_JOINED = ("\u0590", "\u08ff")
"""Hebrew, Arabic and their neighbours."""
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_RAGGED = _HEADINGS | {"pre"}
_OPENING = {"zh": "（《〈「『〔【“‘", "ja": "（《〈「『〔【"}
"""Marks whose left half is blank."""


def justify(pages: Iterable[Any]) -> None:
    """Widen in place the lines of page boxes, as far as they belong to paragraphs in these languages.

    Lines of headings are not widened, but begin where others begin, also with a mark whose left half is blank.
    """
    found = [list(_blocks(page)) for page in pages]
    for block in (block for page in found for block in page if block.element_tag in _HEADINGS):
        _align(block)
    coming = [[block for block in page if block.element_tag not in _RAGGED] for page in found]
    for here, following in zip(coming, [*coming[1:], []], strict=True):
        goes_on = following[0].element if following else None
        for block in here:
            *before, last = block.children
            for line in before:
                _widen(block, line, MOST_AT_END if _is_broken(line) else MOST)
            if block is here[-1] and block.element is goes_on:
                _widen(block, last, MOST)
            elif block.element_tag not in _CELLS:
                _widen(block, last, MOST_AT_END)


def _blocks(box: Any) -> Iterator[Any]:
    """Yield the blocks that hold lines of a language that is set without spaces, but for those in the middle."""
    children = getattr(box, "children", ())
    if not children:
        return
    if type(children[0]).__name__ != "LineBox":
        for child in children:
            yield from _blocks(child)
        return
    language = (box.style["lang"] or "").partition("-")[0]
    if language in UNSPACED and box.style["text_align_all"] != "center":
        yield box


def _align(block: Any) -> None:
    marks = _OPENING[block.style["lang"].partition("-")[0]]
    for line in block.children:
        first = next(_texts(line), None)
        if first is not None and first.text[:1] in marks and first.text and not _is_half(first):
            line.translate(dx=-block.style["font_size"] / 2)


def _is_half(text: Any) -> bool:
    return ("halt", 1) in tuple(text.style["font_feature_settings"])


def _is_broken(line: Any) -> bool:
    """Say whether a line ends where the text says so."""
    return any(getattr(child, "element_tag", "") == "br" for child in line.children)


def _widen(block: Any, line: Any, most: float) -> None:
    size = block.style["font_size"]
    if block.width < NARROWEST * size:
        return
    lacking = block.content_box_x() + block.width - (line.position_x + line.width) + _closed(line)
    if not _LEAST < lacking < most * size:
        return
    gaps = sum(len(text.text) for text in _texts(line) if _spreads(text)) - 1
    if lacking < gaps * size * (WIDEST if most == MOST else WIDEST_AT_END):
        _shift(line, lacking / gaps, 0.0)


def _closed(line: Any) -> float:
    """Take away the gap after the last character of a line, and return how wide it was."""
    last = line
    while children := getattr(last, "children", ()):
        last = children[-1]
    if type(last).__name__ != "TextBox" or not (gap := _spacing(last)):
        return 0.0
    last.style = last.style.copy()
    last.style["letter_spacing"] = "normal"
    return gap


def _spacing(text: Any) -> float:
    """Return the space after each character of a text, in CSS pixels."""
    spacing = text.style["letter_spacing"]
    return 0.0 if spacing == "normal" else float(spacing)


def _texts(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        if type(child).__name__ == "TextBox":
            yield child
        else:
            yield from _texts(child)


def _spreads(box: Any) -> bool:
    """Say whether a text may be widened: most of it is set without spaces, and none of its letters are joined."""
    text = box.text
    wide = sum(character >= _FIRST_WIDE for character in text)
    return 2 * wide > len(text) and not any(_JOINED[0] <= character <= _JOINED[1] for character in text)


def _shift(box: Any, share: float, moved: float) -> float:
    """Widen the texts in a box by a share a character and move what follows; return how far the end has moved."""
    start = moved
    for child in getattr(box, "children", ()):
        child.position_x += moved
        if type(child).__name__ == "TextBox":
            if _spreads(child):
                child.style = child.style.copy()
                child.style["letter_spacing"] = share + _spacing(child)
                child.width += share * len(child.text)
                moved += share * len(child.text)
        else:
            moved = _shift(child, share, moved)
    if start != moved:
        box.width += moved - start
    return moved
