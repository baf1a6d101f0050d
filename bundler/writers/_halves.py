"""Cut the blocks of a long article into runs that fit a size: between blocks, and inside one only where it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from bundler.model import (
    Block,
    Definitions,
    Deleted,
    Emph,
    Footnote,
    Footnotes,
    Inline,
    Items,
    Link,
    Paragraph,
    Preformatted,
    Quote,
    Span,
    Strong,
    Sub,
    Sup,
    Table,
    Text,
    Underline,
)

Size = Callable[[Block], int]
Thing = TypeVar("Thing")


def runs(blocks: Iterable[Block], size: Size, *, max_size: int) -> tuple[tuple[Block, ...], ...]:
    """Return the blocks in runs whose sizes add up to at most max_size; a block that cannot be cut stands alone."""
    kept: list[list[Block]] = [[]]
    filled = 0
    for block in _fitting(blocks, size, max_size):
        added = size(block)
        if kept[-1] and filled + added > max_size:
            kept.append([])
            filled = 0
        kept[-1].append(block)
        filled += added
    return tuple(map(tuple, kept))


def _fitting(blocks: Iterable[Block], size: Size, max_size: int) -> Iterator[Block]:
    for block in blocks:
        parts = halves(block) if size(block) > max_size else (block,)
        if len(parts) > 1:
            yield from _fitting(parts, size, max_size)
        else:
            yield block


def halves(block: Block) -> tuple[Block, ...]:
    """Return a block as two that read the same one after the other; one where it cannot be cut."""
    match block:
        case Paragraph(children):
            return tuple(Paragraph(part) for part in _lines(children))
        case Quote(blocks):
            return tuple(Quote(part) for part in _blocks(blocks))
        case Items((item,)):
            return tuple(replace(block, items=(part,)) for part in _blocks(item))
        case Items(items, _, start):
            first, rest = _middle(items)
            return replace(block, items=first), replace(block, items=rest, start=start + len(first))
        case Definitions(items) if len(items) > 1:
            return tuple(Definitions(part) for part in _middle(items))
        case Table(rows, caption) if len(rows) > 1:
            first_rows, rest_rows = _middle(rows)
            return Table(first_rows, caption), Table(rest_rows)
        case Preformatted(text) if len(text) > 1:
            return tuple(Preformatted(part) for part in _text(text))
        case Footnotes((note,)):
            first_part, *others = _blocks(note.blocks)
            return Footnotes((Footnote(note.label, first_part),)), *(inner for part in others for inner in part)
        case Footnotes(notes) if notes:
            return tuple(Footnotes(part) for part in _middle(notes))
        case _:
            return (block,)


def _middle(things: tuple[Thing, ...]) -> tuple[tuple[Thing, ...], tuple[Thing, ...]]:
    half = len(things) // 2
    return things[:half], things[half:]


def _blocks(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], ...]:
    """Cut a run of blocks in two, or the only one of them."""
    if len(blocks) == 1:
        return tuple((part,) for part in halves(blocks[0]))
    return _middle(blocks) if blocks else (blocks,)


def _lines(inlines: tuple[Inline, ...]) -> tuple[tuple[Inline, ...], ...]:
    match inlines:
        case (Text(text),) if len(text) > 1:
            return tuple((Text(part),) for part in _text(text))
        case (Emph() | Strong() | Underline() | Deleted() | Sup() | Sub() | Span() | Link() as only,):
            return tuple((replace(only, children=part),) for part in _lines(only.children))
        case (_, _, *_):
            return _middle(inlines)
        case _:
            return (inlines,)


def _text(text: str) -> tuple[str, str]:
    """Cut a text at the line end or space nearest before its middle, else in the middle."""
    half = len(text) // 2
    at = max(text.rfind("\n", 0, half), text.rfind(" ", 0, half)) + 1 or half
    return text[:at], text[at:]
