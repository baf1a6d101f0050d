"""Plain text, for the slowest links and the simplest devices: UTF-8, one paragraph a line, contents by number.

An article's number 【1】 stands in the contents and before its title, so that searching for it leads there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from bundler import furniture
from bundler.model import (
    Article,
    Block,
    Bundle,
    Cell,
    Code,
    Definitions,
    Embed,
    Figure,
    Footnotes,
    Heading,
    Image,
    Inline,
    Items,
    LineBreak,
    Link,
    Note,
    NoteRef,
    Original,
    Paragraph,
    Preformatted,
    QrCode,
    Quote,
    Ruby,
    Separator,
    Strings,
    Table,
    Text,
    Url,
)
from bundler.walk import inner_inlines, plain_text
from bundler.work import Work
from bundler.writers import Output, _address, _reading

EXTENSION = "txt"
RULE = "————————————"


@dataclass(frozen=True, slots=True)
class Options:
    """Plain text has no options."""


def write(bundle: Bundle, options: Options, out: Output, work: Work) -> tuple[Note, ...]:  # noqa: ARG001 - the protocol
    """Write one text file: title, contents, pages; a line feed ends every line."""
    with out.open(EXTENSION) as file:
        for line in _lines(bundle):
            file.write(line.encode("utf-8", "replace") + b"\n")
    return ()


def weigh(article: Article, options: Options) -> int:  # noqa: ARG001 - the protocol
    """Return about the bytes of an article: its title twice and its text, an empty line between blocks."""
    return 2 * len(article.entry.title.encode()) + len(plain_text(article.blocks).encode()) + 2 * len(article.blocks)


def _lines(bundle: Bundle) -> Iterator[str]:
    strings = bundle.theme.strings
    day = furniture.issue(bundle)
    count = furniture.count(strings, "articles", len(bundle.articles))
    if bundle.outside == "plain":
        yield from (day, "")
    yield from (bundle.title, f"{day} · {count} · {furniture.text(strings, 'offline')}", "")
    yield from (furniture.text(strings, "contents"), "")
    yield from _contents(bundle)
    pages = zip(_reading.leaves(bundle), _reading.pages(bundle), strict=True)
    for number, (leaf, page) in enumerate(pages, 1):
        yield from ("", RULE, "", f"【{number}】{page.entry.title}")
        yield from [] if leaf.made_here else [furniture.byline(strings, page.entry)]
        for block in page.blocks:
            yield ""
            yield from _block(block, strings, page.entry.language)
    yield from ("", RULE, "", furniture.text(strings, "end"))


def _contents(bundle: Bundle) -> Iterator[str]:
    opened = _reading.opened_by(bundle)
    for number, leaf in enumerate(_reading.leaves(bundle), 1):
        if leaf.entry.id in opened:
            yield from ("", opened[leaf.entry.id][1].title)
        yield " · ".join(part for part in (f"【{number}】{leaf.entry.title}", leaf.entry.publisher) if part)


def _block(block: Block, strings: Strings, language: str) -> Iterator[str]:
    match block:
        case Paragraph(children) | Heading(_, children):
            yield from _inlines(children).split("\n")
        case Figure(asset, alt, caption):
            yield _picture(asset, alt, _inlines(caption), strings)
        case Quote(blocks):
            yield from (f"> {line}" for inner in blocks for line in _block(inner, strings, language))
        case Items(items, ordered, start):
            numbers = (furniture.figures(language, start + place) for place in range(len(items)))
            marks = (f"{number}. " if ordered else "- " for number in numbers)
            for mark, item in zip(marks, items, strict=True):
                yield from _hung(mark, (line for inner in item for line in _block(inner, strings, language)))
        case Definitions(items):
            for meant in items:
                yield f"{_inlines(meant.term)}:"
                yield from _hung("  ", (line for inner in meant.blocks for line in _block(inner, strings, language)))
        case Table(rows, caption):
            yield from ([_inlines(caption)] if caption else [])
            yield from (" | ".join(_cell(cell, strings, language) for cell in row) for row in rows)
        case Preformatted(text):
            yield from text.split("\n")
        case Separator():
            yield "* * *"
        case Footnotes(notes):
            for note in notes:
                yield from _hung(
                    f"[{note.label}] ", (line for b in note.blocks for line in _block(b, strings, language))
                )
        case Embed():
            line = furniture.text(strings, furniture.OMITTED[block.kind])
            address = block.address
            yield furniture.text(strings, "embed_address", line=line, address=address) if address else line
        case QrCode(payload, caption):
            line = furniture.text(strings, "address_line", what=caption, address=payload)
            yield line if caption else payload
            yield furniture.text(strings, "code_hint")
        case _:
            assert_never(block)


def _picture(asset: Original | None, alt: str, caption: str, strings: Strings) -> str:
    """Say in a line what a picture shows; one that the archive lacks says so."""
    shown = caption or alt
    if asset is not None:
        return f"[{shown}]"
    key = "picture_missing" if shown else "picture_missing_plain"
    return f"[{furniture.text(strings, key, alt=shown)}]"


def _hung(mark: str, lines: Iterable[str]) -> Iterator[str]:
    """Put a mark before the first line and as much space before the others."""
    for place, line in enumerate(lines):
        yield (mark if place == 0 else " " * len(mark)) + line


def _cell(cell: Cell, strings: Strings, language: str) -> str:
    return " ".join(line for block in cell.blocks for line in _block(block, strings, language))


def _inlines(inlines: Iterable[Inline]) -> str:
    """Return a run as text: an address is printed behind its link, a footnote's label where it is called."""
    return "".join(_pieces(inlines))


def _pieces(inlines: Iterable[Inline]) -> Iterator[str]:
    host = ""
    for inline in inlines:
        said, host = host, ""
        match inline:
            case Text(text) if said and text.startswith(said):
                yield text.removeprefix(said)
            case Text(text) | Code(text):
                yield text
            case LineBreak():
                yield "\n"
            case NoteRef(label):
                yield f"[{label}]"
            case Image(_, alt):
                yield f"[{alt}]" if alt else ""
            case Ruby(base, reading):
                yield f"{_inlines(base)}({reading})"
            case Link(children, Url(address)):
                inner = _inlines(children)
                yield inner if address.removeprefix("mailto:") == inner else f"{inner} ({address})"
                host = f" [{_address.host(_address.tappable(address) or '').removeprefix('www.')}]"
            case _:
                yield from _pieces(inner_inlines(inline))
