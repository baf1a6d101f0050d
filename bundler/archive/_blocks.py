"""Blocks, read back from the markup that `writers._xhtml` makes of them.

What a writer adds for readers alone (header, links at the end, the way back from a footnote) is left out by its class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from selectolax.lexbor import LexborNode

from bundler.archive._lines import Reading, alt, attribute, children, classes, line, picture, words
from bundler.model import (
    Block,
    Cell,
    Definition,
    Definitions,
    Embed,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Inline,
    Items,
    Paragraph,
    Preformatted,
    QrCode,
    Quote,
    Separator,
    Table,
    Text,
)
from bundler.readers._elements import names, number

_BLOCKS = names(
    "article aside blockquote body div dl figure footer h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section table ul"
)
_SILENT = frozenset(("footer", "header", "nav"))
_ADDED = frozenset(("turn", "again"))
"""Classes of what stands around an article's blocks: links at its end, the title on a further page of it."""
_EMBEDS: Mapping[str, Literal["video", "audio", "post", "other"]] = {
    "video": "video",
    "audio": "audio",
    "post": "post",
    "other": "other",
}


def blocks(parent: LexborNode, page: Reading, depth: int = 0) -> tuple[Block, ...]:
    """Return the blocks in an element; text that stands between them, or alone, is a paragraph."""
    deeper = page.deeper(depth)
    found: list[Block] = []
    loose: list[LexborNode] = []
    for node in children(parent):
        if node.tag not in _BLOCKS:
            loose.append(node)
            continue
        found += _loose(loose, page, deeper)
        loose.clear()
        found += _block(node, page, deeper)
    found += _loose(loose, page, deeper)
    return tuple(found)


def _loose(nodes: Iterable[LexborNode], page: Reading, depth: int) -> Iterator[Block]:
    """Yield the paragraph that needed no `<p>`; the line ends around it are the writer's."""
    if run := _trimmed(line(nodes, page, depth)):
        yield Paragraph(run)


def _trimmed(run: tuple[Inline, ...]) -> tuple[Inline, ...]:
    match run:
        case (Text(text), *rest) if not text.strip("\n"):
            return _trimmed(tuple(rest))
        case (*first, Text(text)) if text.endswith("\n"):
            return (*first, Text(text.rstrip("\n"))) if text.strip("\n") else tuple(first)
        case _:
            return run


def _block(node: LexborNode, page: Reading, depth: int) -> Iterator[Block]:
    name, named = node.tag or "", classes(node)
    match name:
        case _ if name in _SILENT or named & _ADDED:
            return
        case "p":
            yield from _paragraph(node, page, depth)
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            yield _heading(node, page, depth)
        case "figure":
            yield _code(node, page, depth) if "code" in named else _figure(node, page, depth)
        case "blockquote":
            yield Quote(blocks(node, page, depth))
        case "ul" | "ol":
            yield _items(node, page, depth)
        case "dl":
            yield Definitions(tuple(_definitions(node, page, depth)))
        case "table":
            yield _table(node, page, depth)
        case "pre":
            yield Preformatted(words(node))
        case "hr":
            yield Separator()
        case "section" if "notes" in named:
            yield _footnotes(node, page, depth)
        case _:
            yield from blocks(node, page, depth)


def _paragraph(node: LexborNode, page: Reading, depth: int) -> Iterator[Block]:
    if kind := _EMBEDS.get(attribute(node, "data-embed")):
        yield Embed(kind, next((words(one) for one in node.css("span.address")), ""))
        return
    run = line(children(node), page, depth)
    if run:
        yield Paragraph(run)


def _heading(node: LexborNode, page: Reading, depth: int) -> Heading:
    written = int((node.tag or "h2")[1]) - page.shift
    level = number(attribute(node, "data-level"), written)
    name = attribute(node, "id").partition("-")[2]
    anchor = attribute(node, "data-anchor") or name
    return Heading(level, line(children(node), page, depth), anchor)


def _figure(node: LexborNode, page: Reading, depth: int) -> Figure:
    """Return a picture with its caption; of one that the file does not have, the sentence says what it showed."""
    shown = next((one for one in children(node) if one.tag in ("img", "svg")), None)
    under = next((one for one in children(node) if one.tag == "figcaption"), None)
    caption = line(children(under), page, depth) if under is not None else ()
    if shown is not None:
        return Figure(picture(shown, page), alt(shown), caption)
    said = next((words(one) for one in node.css("p.missing bdi")), "")
    return Figure(None, said, caption)


def _code(node: LexborNode, page: Reading, depth: int) -> Block:
    """Return a code from the words under it."""
    address = next((words(one) for one in node.css("span.address")), "")
    caption = next((words(one) for one in node.css("p.what")), "")
    return QrCode(address, caption) if address else Quote(blocks(node, page, depth))


def _items(node: LexborNode, page: Reading, depth: int) -> Items:
    ordered = node.tag == "ol"
    start = number(attribute(node, "start"), 1) if ordered else 1
    items = tuple(blocks(one, page, depth) for one in children(node) if one.tag == "li")
    return Items(items, ordered, start)


def _definitions(node: LexborNode, page: Reading, depth: int) -> Iterator[Definition]:
    term: tuple[Inline, ...] = ()
    for one in children(node):
        if one.tag == "dt":
            term = line(children(one), page, depth)
        elif one.tag == "dd":
            yield Definition(term, blocks(one, page, depth))
            term = ()


def _table(node: LexborNode, page: Reading, depth: int) -> Table:
    """Return a table; `<thead>` and `<tbody>` say nothing that its cells do not."""
    heading = next((one for one in children(node) if one.tag == "caption"), None)
    groups = [one for one in children(node) if one.tag in ("thead", "tbody", "tfoot")]
    rows = (row for group in groups for row in children(group) if row.tag == "tr")
    caption = line(children(heading), page, depth) if heading is not None else ()
    return Table(tuple(tuple(_cells(row, page, depth)) for row in rows), caption)


def _cells(row: LexborNode, page: Reading, depth: int) -> Iterator[Cell]:
    for one in children(row):
        if one.tag in ("td", "th"):
            wide, high = (max(1, number(attribute(one, name), 1)) for name in ("colspan", "rowspan"))
            yield Cell(blocks(one, page, depth), one.tag == "th" or "data-header" in one.attributes, wide, high)


def _footnotes(node: LexborNode, page: Reading, depth: int) -> Footnotes:
    return Footnotes(tuple(Footnote(label, blocks(item, page, depth)) for _, label, item in labelled(node)))


def labelled(section: LexborNode) -> Iterator[tuple[str, str, LexborNode]]:
    """Yield the footnotes of a section: number, label, element."""
    for listed in (one for one in children(section) if one.tag == "ol"):
        start = number(attribute(listed, "start"), 1)
        for place, item in enumerate((one for one in children(listed) if one.tag == "li"), start):
            written = attribute(item, "id").rpartition(".n")[2] or str(place)
            yield written, attribute(item, "data-label") or written, item
