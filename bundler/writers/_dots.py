"""Dots under emphasized Chinese and over Japanese, which WeasyPrint does not set (CSS Text Decoration 3, section 3).

Drawn on laid-out boxes as artifacts: what is copied or read aloud is the text alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from bundler.writers._syntax import number, numbers

EMPHASIS = re.compile(r"<em>((?:(?!</?em\b).)*)</em>", re.DOTALL)
MOST = 30
"""Characters that dots emphasize; more of them would be a page of dots, and stay bold."""
_TAG = re.compile(r"<[^>]*>")
_WIDE = "\u2e80"
_UNDER, _OVER = 0.3, -1.0
"""Where the middle of a dot stands, in em below the line on which letters stand."""
_SIZE = 0.15
_POINTS = 0.75


def dotted(markup: str) -> str:
    """Mark emphasis that is set with dots; that of Latin letters alone stays bold, and long one too."""
    return EMPHASIS.sub(_marked, markup)


def _marked(found: re.Match[str]) -> str:
    text = _TAG.sub("", found[1])
    takes = len(text) <= MOST and any(map(_takes, text))
    return f'<em class="dots">{found[1]}</em>' if takes else found[0]


def dots(pages: Iterable[Any]) -> dict[int, bytes]:
    """Return what laid-out pages draw besides, by their places."""
    found = ((place, tuple(_dots(page._page_box)), page.height) for place, page in enumerate(pages))  # noqa: SLF001 - there is no public way to the boxes
    return {place: _drawn(marks, height) for place, marks, height in found if marks}


def _drawn(marks: tuple[tuple[float, float, float], ...], height: float) -> bytes:
    """Draw dots as lines without length and with round ends (ISO 32000-1, section 8.4.3.3)."""
    said = [numbers((_POINTS, 0, 0, -_POINTS, 0, height * _POINTS), 4), b"cm 1 J"]
    width = 0.0
    for x, y, size in marks:
        if size != width:
            width = size
            said.append(number(size) + b" w")
        said.append(b"%s m %s l S" % ((numbers((x, y)),) * 2))
    return b"/Artifact BMC q " + b"\n".join(said) + b" Q EMC"


def _dots(box: Any, way: float = 0.0) -> Iterator[tuple[float, float, float]]:
    """Yield middle and diameter of each dot, in CSS pixels from the upper left corner."""
    if getattr(box, "element_tag", "") == "em" and box.element.get("class") == "dots":
        way = _OVER if (box.style["lang"] or "").startswith("ja") else _UNDER
    for child in getattr(box, "children", ()):
        if type(child).__name__ != "TextBox":
            yield from _dots(child, way)
        elif way and child.text and all(character >= _WIDE for character in child.text):
            size = child.style["font_size"]
            step = child.width / len(child.text)
            y = child.position_y + child.baseline + way * size
            places = (place for place, character in enumerate(child.text) if _takes(character))
            yield from ((child.position_x + place * step + size / 2, y, _SIZE * size) for place in places)


def _takes(character: str) -> bool:
    return character >= _WIDE and unicodedata.category(character)[0] == "L"
