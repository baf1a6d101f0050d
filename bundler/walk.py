"""Folds over the model: its text, its pictures, its links, and the same tree with parts changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from operator import is_
from typing import assert_never

from bundler.model import (
    Block,
    Cell,
    Code,
    Definition,
    Definitions,
    Deleted,
    Embed,
    Emph,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Image,
    Inline,
    Items,
    LineBreak,
    Link,
    NoteRef,
    Original,
    Paragraph,
    Preformatted,
    QrCode,
    Quote,
    Ruby,
    Separator,
    Span,
    Strong,
    Sub,
    Sup,
    Table,
    Target,
    Text,
    Underline,
)

_NO_BLOCKS = frozenset((Paragraph, Heading, Figure, Preformatted, Separator, Embed, QrCode))
_NO_INLINES = frozenset((Text, LineBreak, Code, Image, NoteRef))
"""What holds nothing inside, asked for by the very type: each article is walked many times, and most of it is this."""


def inner_blocks(block: Block) -> tuple[Block, ...]:
    """Return the blocks that stand directly inside a block."""
    match block:
        case Paragraph() | Heading() | Figure() | Preformatted() | Separator() | Embed() | QrCode():
            return ()
        case Quote(blocks):
            return blocks
        case Items(items):
            return tuple(inner for item in items for inner in item)
        case Definitions(items):
            return tuple(inner for item in items for inner in item.blocks)
        case Table(rows):
            return tuple(inner for row in rows for cell in row for inner in cell.blocks)
        case Footnotes(notes):
            return tuple(inner for note in notes for inner in note.blocks)
        case _:
            assert_never(block)


def lines(block: Block) -> tuple[tuple[Inline, ...], ...]:
    """Return the runs of inlines that stand directly in a block: its text, caption or terms."""
    match block:
        case Paragraph(children) | Heading(_, children):
            return (children,)
        case Figure(_, _, caption) | Table(_, caption):
            return (caption,) if caption else ()
        case Definitions(items):
            return tuple(item.term for item in items)
        case Quote() | Items() | Preformatted() | Separator() | Footnotes() | Embed() | QrCode():
            return ()
        case _:
            assert_never(block)


def inner_inlines(inline: Inline) -> tuple[Inline, ...]:
    """Return the inlines that stand directly inside an inline."""
    match inline:
        case Text() | LineBreak() | Code() | Image() | NoteRef():
            return ()
        case Emph(children) | Strong(children) | Underline(children) | Deleted(children):
            return children
        case Sup(children) | Sub(children) | Span(children) | Link(children) | Ruby(children):
            return children
        case _:
            assert_never(inline)


def every_block(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every block, outer before inner, in document order."""
    for block in blocks:
        yield block
        if type(block) not in _NO_BLOCKS:
            yield from every_block(inner_blocks(block))


def every_inline(blocks: Iterable[Block]) -> Iterator[Inline]:
    """Yield every inline of every block, outer before inner."""
    for block in every_block(blocks):
        for line in lines(block):
            yield from _deep(line)


def _deep(inlines: Iterable[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        yield inline
        if type(inline) not in _NO_INLINES:
            yield from _deep(inner_inlines(inline))


def line_text(inlines: Iterable[Inline]) -> str:
    """Return the text of a run of inlines as a reader sees it; a line break is a newline."""
    return "".join(_pieces(inlines))


def _pieces(inlines: Iterable[Inline]) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Text(text) | Code(text):
                yield text
            case LineBreak():
                yield "\n"
            case Image(_, alt):
                yield alt
            case NoteRef():
                pass
            case Ruby(base, reading):
                yield from _pieces(base)
                yield f"({reading})"
            case _:
                yield from _pieces(inner_inlines(inline))


def plain_text(blocks: Iterable[Block]) -> str:
    """Return the visible text of blocks, one line a block, without what writers add (codes, omission lines)."""
    return "\n".join(_block_texts(blocks))


def _block_texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in every_block(blocks):
        if isinstance(block, Preformatted):
            yield block.text
        elif isinstance(block, Figure):
            yield line_text(block.caption) or block.alt
        else:
            yield from (line_text(line) for line in lines(block))


def assets_of(blocks: Iterable[Block]) -> tuple[Original, ...]:
    """Return the pictures that blocks show, each once, in the order of first use."""
    figures: list[Original | None] = []
    images: list[Original | None] = []
    for block in every_block(blocks):
        if type(block) is Figure:
            figures.append(block.asset)
        for line in lines(block):
            images += [inline.asset for inline in _deep(line) if type(inline) is Image]
    return tuple(dict.fromkeys(asset for asset in (*figures, *images) if asset is not None))


def links_of(blocks: Iterable[Block]) -> tuple[Target, ...]:
    """Return the targets of all links in document order, repeated where they repeat."""
    return tuple(inline.target for inline in every_inline(blocks) if isinstance(inline, Link))


LEAD_CHARACTERS = 150
"""So much of the text is an entry's lead."""


def lead(blocks: Iterable[Block]) -> str:
    """Return the first characters of the text; captions only where there is nothing else."""
    kept = tuple(blocks)
    text = " ".join(_words(block for block in kept if not isinstance(block, Figure)))
    return (text or " ".join(_words(kept)))[:LEAD_CHARACTERS]


def characters(blocks: Iterable[Block]) -> int:
    """Count the visible characters."""
    return sum(map(len, _words(blocks)))


def _words(blocks: Iterable[Block]) -> list[str]:
    """Return what stands between white space and soft breaks."""
    return plain_text(blocks).replace("\u200b", " ").split()


InlineChange = Callable[[Inline], tuple[Inline, ...]]
LineChange = Callable[[tuple[Inline, ...]], tuple[Inline, ...]]
BlockChange = Callable[[Block], tuple[Block, ...]]


def map_inlines(inlines: Iterable[Inline], change: InlineChange) -> tuple[Inline, ...]:
    """Rebuild a run bottom-up: `change` gets each inline with its children changed and returns what replaces it."""
    return tuple(new for inline in inlines for new in change(_with_inner(inline, change)))


def _with_inner(inline: Inline, change: InlineChange) -> Inline:
    match inline:
        case Text() | LineBreak() | Code() | Image() | NoteRef():
            return inline
        case Ruby(base):
            made = map_inlines(base, change)
            return inline if _same(made, base) else replace(inline, base=made)
        case _:
            made = map_inlines(inline.children, change)
            return inline if _same(made, inline.children) else replace(inline, children=made)


def _same(made: tuple[object, ...], before: tuple[object, ...]) -> bool:
    """Say whether a run holds the very nodes that it held: then what holds the run need not be made again."""
    return len(made) == len(before) and all(map(is_, made, before))


def map_blocks(blocks: Iterable[Block], change: BlockChange, inlines: InlineChange | None = None) -> tuple[Block, ...]:
    """Rebuild blocks bottom-up: `change` returns what replaces a block, `inlines` what replaces an inline in it."""
    return map_lines(blocks, (lambda run: map_inlines(run, inlines)) if inlines else tuple, change)


def map_lines(
    blocks: Iterable[Block], line: LineChange, change: BlockChange = lambda block: (block,)
) -> tuple[Block, ...]:
    """Rebuild blocks bottom-up: `line` returns what replaces a run of inlines as a whole, `change` a block."""
    return tuple(new for block in blocks for new in change(_rebuilt(block, change, line)))


def _rebuilt(block: Block, change: BlockChange, line: LineChange) -> Block:
    def deep(inner: tuple[Block, ...]) -> tuple[Block, ...]:
        return map_lines(inner, line, change)

    match block:
        case Paragraph(children) | Heading(_, children):
            made = line(children)
            return block if _same(made, children) else replace(block, children=made)
        case Figure(_, _, caption):
            made = line(caption)
            return block if _same(made, caption) else replace(block, caption=made)
        case Quote(inner):
            within = deep(inner)
            return block if _same(within, inner) else Quote(within)
        case Items(items):
            listed = tuple(deep(item) for item in items)
            return block if all(map(_same, listed, items)) else replace(block, items=listed)
        case Definitions(items):
            return Definitions(tuple(Definition(line(item.term), deep(item.blocks)) for item in items))
        case Table(rows, caption):
            cells, above = tuple(tuple(_cell(cell, deep) for cell in row) for row in rows), line(caption)
            return block if all(map(_same, cells, rows)) and _same(above, caption) else Table(cells, above)
        case Footnotes(notes):
            return Footnotes(tuple(Footnote(note.label, deep(note.blocks)) for note in notes))
        case Preformatted() | Separator() | Embed() | QrCode():
            return block
        case _:
            assert_never(block)


def _cell(cell: Cell, deep: Callable[[tuple[Block, ...]], tuple[Block, ...]]) -> Cell:
    made = deep(cell.blocks)
    return cell if _same(made, cell.blocks) else replace(cell, blocks=made)
