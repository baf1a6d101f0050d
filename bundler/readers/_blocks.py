"""An open block and what becomes of it when it closes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from bundler.model import (
    Block,
    Cell,
    Definition,
    Definitions,
    Figure,
    Image,
    Inline,
    Items,
    LineBreak,
    NoteRef,
    Paragraph,
    Preformatted,
    Separator,
    Text,
)
from bundler.readers import _elements, _limits
from bundler.readers._line import Atom, Piece, fold, nest, segments, shared
from bundler.readers._table import Row

Kind = Literal[
    "root", "quote", "list", "item", "terms", "meaning", "table", "row", "cell", "figure", "note",
    "heading", "caption", "term", "raw",
]  # fmt: skip
Part: TypeAlias = "tuple[Block, ...] | Definition | Cell | Row"

LINERS: frozenset[Kind] = frozenset(("heading", "caption", "term", "raw"))
"""Blocks that hold one line: no other block opens in them."""

PARTS: Mapping[Kind, tuple[Kind, ...]] = {
    "list": ("item",),
    "terms": ("term", "meaning"),
    "table": ("row", "caption"),
    "row": ("cell",),
}
"""Blocks that hold parts and no line of their own."""

DEPTH: Mapping[Kind, int] = {"list": 2, "item": 0, "terms": 2, "meaning": 0, "term": 0, "table": 4, "row": 0, "cell": 0}
"""Elements that a block costs where it is not one; a list pays for its items, a table for its rows and cells."""

_CAPTION = 100
"""Characters that a line under a picture may have to be taken for its caption."""


@dataclass(slots=True)
class Frame:
    """An open block: the element that opened it and what stands in it so far.

    `late` waits until the frame is closed: blocks that cannot stand in it. An implicit frame has no element of its own:
    it houses an item outside a list, or content between the items of one. `label` is a footnote's.
    """

    kind: Kind
    tag: str
    attributes: _elements.Attributes
    depth: int
    implicit: bool = False
    label: str = ""
    line: list[Atom] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    late: list[Block] = field(default_factory=list)
    caption: tuple[Inline, ...] = ()


def paragraphs(folded: Sequence[list[Piece]]) -> tuple[Block, ...]:
    """Make blocks of the folded segments of a line: an empty one, a double break, ends a paragraph.

    Pictures alone between breaks become figures; one short line under them, with nothing after it, is their caption.
    """
    match [pieces for pieces in folded if pieces]:
        case [pictures, caption] if only_pictures(pictures) and _is_short(caption):
            *others, last = figures(pictures)
            return (*others, replace(last, caption=nest(caption)))
        case _:
            return tuple(_cut(folded))


def _is_short(pieces: Sequence[Piece]) -> bool:
    if only_pictures(pieces):
        return False
    return sum(len(leaf.text) for _, leaf in pieces if isinstance(leaf, Text)) <= _CAPTION


def _cut(folded: Iterable[list[Piece]]) -> Iterable[Block]:
    group: list[Piece] = []
    for pieces in folded:
        if pieces and not only_pictures(pieces):
            group += [(shared(group[-1][0], pieces[0][0]), LineBreak()), *pieces] if group else pieces
            continue
        if group:
            yield Paragraph(nest(group))
            group = []
        yield from figures(pieces)
    if group:
        yield Paragraph(nest(group))


def only_pictures(pieces: Iterable[Piece]) -> bool:
    """Say whether a line shows pictures and nothing else."""
    return all(isinstance(leaf, Image) for _, leaf in pieces)


def figures(pieces: Iterable[Piece]) -> list[Figure]:
    """Return the pictures of a line as figures."""
    return [Figure(leaf.asset, leaf.alt) for _, leaf in pieces if isinstance(leaf, Image)]


def one_line(atoms: Sequence[Atom]) -> list[Piece]:
    """Fold the line of a heading, caption or term: breaks at its ends and double breaks go."""
    out: list[Piece] = []
    for segment in segments(atoms):
        pieces = fold(segment)
        if pieces:
            out += [(shared(out[-1][0], pieces[0][0]), LineBreak()), *pieces] if out else pieces
    return out


def preformatted(frame: Frame) -> tuple[Block, ...]:
    """Return the text of a frame as it stands."""
    text = "".join(map(_raw, frame.line)).strip("\n")
    return (Preformatted(text),) if text.strip() else ()


def _raw(atom: Atom) -> str:
    match atom[1]:
        case str() as text:
            return text
        case LineBreak():
            return "\n"
        case Image(_, alt):
            return alt
        case NoteRef(label):
            return f"[{label}]"


def cell(frame: Frame) -> Cell:
    """Return a cell, its spans within the limit."""
    spans = (_elements.number(frame.attributes.get(name), 1) for name in ("colspan", "rowspan"))
    columns, rows = (min(max(span, 1), _limits.MAX_SPAN) for span in spans)
    return Cell(tuple(frame.blocks), frame.tag == "th", columns, rows)


def items(frame: Frame) -> tuple[Block, ...]:
    """Return a list; one with too many items as several, numbered on."""
    found = tuple(part for part in frame.parts if isinstance(part, tuple) and part)
    ordered = frame.tag == "ol"
    start = _elements.number(frame.attributes.get("start"), 1) if ordered else 1
    firsts = range(0, len(found), _limits.MAX_ITEMS)
    return tuple(Items(found[at : at + _limits.MAX_ITEMS], ordered, start + at * ordered) for at in firsts)


def terms(frame: Frame) -> tuple[Block, ...]:
    """Return a list of terms, too long a one as several; a term without a meaning keeps its own line."""
    found = tuple(part for part in frame.parts if isinstance(part, Definition) and (part.term or part.blocks))
    return tuple(Definitions(found[at : at + _limits.MAX_ITEMS]) for at in range(0, len(found), _limits.MAX_ITEMS))


def figure(frame: Frame) -> tuple[Block, ...]:
    """Give the caption to the last picture; what else stood in the figure stays beside it."""
    blocks = list(frame.blocks)
    for place in reversed(range(len(blocks))):
        found = blocks[place]
        if frame.caption and isinstance(found, Figure) and not found.caption:
            blocks[place] = replace(found, caption=frame.caption)
            return tuple(blocks)
    return (*blocks, Paragraph(frame.caption)) if frame.caption else tuple(blocks)


def separated(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Drop rules at the ends of an article and after one another."""
    kept: list[Block] = []
    for block in blocks:
        if not isinstance(block, Separator) or (kept and not isinstance(kept[-1], Separator)):
            kept.append(block)
    if kept and isinstance(kept[-1], Separator):
        kept.pop()
    return tuple(kept)
