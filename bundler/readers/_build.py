"""The growing article: open blocks, the open line, and what becomes of each when it closes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, assert_never

from bundler.model import (
    Block,
    Cell,
    Definition,
    Definitions,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Image,
    Inline,
    Items,
    LineBreak,
    Note,
    Paragraph,
    Preformatted,
    Quote,
    Separator,
    Text,
)
from bundler.readers import _elements, _limits
from bundler.readers._line import Atom, Leaf, Path, Piece, fold, nest, segments
from bundler.readers._table import Row, table

Container = Literal[
    "root", "quote", "list", "item", "terms", "meaning", "table", "row", "cell", "figure", "notes", "note"
]
Liner = Literal["heading", "caption", "term", "raw"]
Part: TypeAlias = "tuple[Block, ...] | Definition | Cell | Row | Footnote"

_LINERS = frozenset(("heading", "caption", "term", "raw"))
_COST: dict[str, int] = {"table": 2}


@dataclass(slots=True)
class Frame:
    """An open block. A liner (heading, caption, term, raw text) holds one line only: no block opens in it."""

    kind: Container | Liner
    attributes: _elements.Attributes
    depth: int
    level: int = 0
    blocks: list[Block] = field(default_factory=list)
    line: list[Atom] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    late: list[Block] = field(default_factory=list)
    caption: tuple[Inline, ...] = ()
    anchors: tuple[str, ...] = ()


@dataclass(slots=True)
class Builder:
    """Takes what a walk meets, in document order, and holds the article so far."""

    path: Path = ()
    frames: list[Frame] = field(default_factory=lambda: [Frame("root", {}, 0)])
    notes: list[Note] = field(default_factory=list)
    wanted: frozenset[str] = frozenset()
    pending: list[str] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, code: str, detail: str = "") -> None:
        """Keep a note; of one code at most as many as the limits say."""
        self.counts[code] += 1
        if self.counts[code] <= _limits.MAX_NOTES:
            self.notes.append(Note(code, detail=" ".join(detail.split())[: _limits.MAX_DETAIL]))

    def note_once(self, code: str, detail: str = "") -> None:
        """Keep the first note of a code."""
        if not self.counts[code]:
            self.note(code, detail)

    def put(self, leaf: Leaf) -> None:
        """Add characters, a picture or a break to the open line."""
        line = self.frames[-1].line
        if isinstance(leaf, LineBreak) and len(line) > 1 and line[-1][1] == line[-2][1] == leaf:
            return
        line.append((self.path, leaf))

    def flush(self) -> None:
        """End the open line: its characters become paragraphs and figures, or one line of a liner."""
        frame = self.frames[-1]
        if not frame.line:
            return
        if frame.kind in _LINERS:
            self.put("\n" if frame.kind == "raw" else LineBreak())
            return
        atoms, frame.line = frame.line, []
        self.add(*_paragraphs(atoms))

    def add(self, *blocks: Block) -> None:
        """Add closed blocks to the open one."""
        frame = self.frames[-1]
        if frame.kind in _LINERS:
            frame.late.extend(blocks)
            return
        if blocks and self.pending:
            self.pending.clear()
        if frame.kind in ("list", "terms", "table", "row", "notes"):
            self._stray(frame, blocks)
        else:
            frame.blocks.extend(blocks)

    def _stray(self, frame: Frame, blocks: Iterable[Block]) -> None:
        """Keep blocks that stand between the parts of a list or table with the part before them."""
        found = tuple(blocks)
        match frame.parts[-1] if frame.parts else None, frame.kind:
            case _ if not found:
                return
            case tuple() as item, "list":
                frame.parts[-1] = (*item, *found)
            case None, "list":
                frame.parts.append(found)
            case Definition(term, inner), _:
                frame.parts[-1] = Definition(term, (*inner, *found))
            case Cell() as cell, _:
                frame.parts[-1] = replace(cell, blocks=(*cell.blocks, *found))
            case Footnote(label, inner), _:
                frame.parts[-1] = Footnote(label, (*inner, *found))
            case _:
                frame.late.extend(found)

    def open(self, kind: Container | Liner, attributes: _elements.Attributes, level: int = 0) -> bool:
        """Open a block inside the open one; False where it is too deep or only a line may stand here."""
        self.flush()
        outer = self.frames[-1]
        if outer.kind in _LINERS:
            return False
        depth = outer.depth + _COST.get(kind, 1)
        if depth > _limits.MAX_DEPTH - _limits.MAX_INLINE_DEPTH:
            self.note_once("depth-flattened", f"deeper than {_limits.MAX_DEPTH} elements")
            return False
        self.frames.append(Frame(kind, attributes, depth, level))
        return True

    def close(self) -> None:
        """Close the open block and give what it became to the block around it."""
        self.flush()
        frame = self.frames.pop()
        made, part = self._made(frame)
        outer = self.frames[-1]
        if part is not None:
            outer.parts.append(part)
        self.add(*made, *frame.late)

    def _made(self, frame: Frame) -> tuple[tuple[Block, ...], Part | None]:
        """Return what a frame became: blocks, and the part of the list or table around it."""
        blocks = tuple(frame.blocks)
        match frame.kind:
            case "heading":
                return self._heading(frame), None
            case "caption":
                return self._caption(frame), None
            case "term":
                return (), Definition(_one_line(frame.line), ())
            case "raw":
                text = "".join(leaf for _, leaf in frame.line if isinstance(leaf, str)).strip("\n")
                return ((Preformatted(text),) if text.strip() else ()), None
            case "quote":
                return ((Quote(blocks),) if blocks else ()), None
            case "item":
                return (), (blocks or None)
            case "meaning":
                return self._meaning(blocks)
            case "note":
                return (), Footnote(frame.attributes.get("label") or "", blocks)
            case "cell":
                return (), _cell(frame.attributes, blocks, header=frame.level == 1)
            case "row":
                row = Row(tuple(part for part in frame.parts if isinstance(part, Cell)))
                return (), row if row.cells else None
            case "list":
                return _items(frame), None
            case "terms":
                terms = tuple(part for part in frame.parts if isinstance(part, Definition))
                return ((Definitions(terms),) if terms else ()), None
            case "notes":
                found = tuple(part for part in frame.parts if isinstance(part, Footnote) and part.blocks)
                return ((Footnotes(found),) if found else ()), None
            case "table":
                rows = tuple(part for part in frame.parts if isinstance(part, Row))
                made, code = table(rows, frame.caption, presentation=frame.attributes.get("role") == "presentation")
                if code:
                    self.note(code, f"{sum(len(row.cells) for row in rows)} cells")
                return made, None
            case "figure":
                return _figure(frame), None
            case "root":
                return blocks, None
            case _:
                assert_never(frame.kind)

    def _meaning(self, blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], Part | None]:
        parts = self.frames[-1].parts
        if parts and isinstance(parts[-1], Definition):
            parts[-1] = Definition(parts[-1].term, (*parts[-1].blocks, *blocks))
            return (), None
        return (), Definition((), blocks)

    def _heading(self, frame: Frame) -> tuple[Block, ...]:
        pieces = fold(_plain_breaks(frame.line))
        if not any(isinstance(leaf, Text) for _, leaf in pieces):
            return tuple(_figures(pieces))
        names = (*self.pending, *frame.anchors)
        anchor = ""
        if names:
            anchor = f"s{len(set(self.anchors.values())) + 1}"
            self.anchors.update(dict.fromkeys(names, anchor))
            self.pending.clear()
        return (Heading(frame.level, _one_line(frame.line), anchor),)

    def _caption(self, frame: Frame) -> tuple[Block, ...]:
        """Give a caption to the figure or table around it, or to the figure before it."""
        line = _one_line(frame.line)
        outer = self.frames[-1]
        if not line:
            return ()
        if outer.kind in ("figure", "table") and not outer.caption:
            outer.caption = line
            return ()
        last = outer.blocks[-1] if outer.blocks else None
        if isinstance(last, Figure) and not last.caption:
            outer.blocks[-1] = replace(last, caption=line)
            return ()
        return (Paragraph(line),)

    def finish(self) -> tuple[Block, ...]:
        """Close everything and return the article's blocks."""
        while len(self.frames) > 1:
            self.close()
        self.flush()
        for code, count in sorted(self.counts.items()):
            if count > _limits.MAX_NOTES:
                self.notes.append(Note(code, detail=f"and {count - _limits.MAX_NOTES} more"))
        return _separated(self.frames[0].blocks)


def _paragraphs(atoms: Sequence[Atom]) -> Iterable[Block]:
    """Cut a line at double breaks into paragraphs; pictures alone between breaks become figures."""
    group: list[Piece] = []
    for segment in segments(atoms):
        pieces = fold(segment)
        if pieces and any(not isinstance(leaf, Image) for _, leaf in pieces):
            group += [(_shared(group[-1][0], pieces[0][0]), LineBreak()), *pieces] if group else pieces
            continue
        if group:
            yield Paragraph(nest(group))
            group = []
        yield from _figures(pieces)
    if group:
        yield Paragraph(nest(group))


def _shared(left: Path, right: Path) -> Path:
    same = 0
    while same < min(len(left), len(right)) and left[same] is right[same]:
        same += 1
    return left[:same]


def _figures(pieces: Iterable[Piece]) -> Iterable[Block]:
    return (Figure(leaf.asset, leaf.alt) for _, leaf in pieces if isinstance(leaf, Image))


def _plain_breaks(atoms: Iterable[Atom]) -> list[Atom]:
    return [(path, "\n" if isinstance(leaf, LineBreak) else leaf) for path, leaf in atoms]


def _one_line(atoms: Sequence[Atom]) -> tuple[Inline, ...]:
    """Fold the line of a heading, caption or term: breaks at its ends and double breaks go."""
    out: list[Piece] = []
    for segment in segments(atoms):
        pieces = fold(segment)
        if pieces:
            out += [(_shared(out[-1][0], pieces[0][0]), LineBreak()), *pieces] if out else pieces
    return nest(out)


def _cell(attributes: _elements.Attributes, blocks: tuple[Block, ...], *, header: bool) -> Cell:
    spans = (_elements.number(attributes.get(name), 1) for name in ("colspan", "rowspan"))
    columns, rows = (min(max(span, 1), _limits.MAX_SPAN) for span in spans)
    return Cell(blocks, header, columns, rows)


def _items(frame: Frame) -> tuple[Block, ...]:
    items = tuple(part for part in frame.parts if isinstance(part, tuple) and part)
    ordered = frame.level == 1
    start = _elements.number(frame.attributes.get("start"), 1) if ordered else 1
    return (Items(items, ordered, start),) if items else ()


def _figure(frame: Frame) -> tuple[Block, ...]:
    """Give the caption to the last picture; what else stood in the figure stays beside it."""
    blocks = list(frame.blocks)
    if not frame.caption:
        return tuple(blocks)
    for place in reversed(range(len(blocks))):
        found = blocks[place]
        if isinstance(found, Figure) and not found.caption:
            blocks[place] = replace(found, caption=frame.caption)
            return tuple(blocks)
    return (*blocks, Paragraph(frame.caption))


def _separated(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Drop rules at the ends and after one another."""
    kept: list[Block] = []
    for block in blocks:
        if not isinstance(block, Separator) or (kept and not isinstance(kept[-1], Separator)):
            kept.append(block)
    if kept and isinstance(kept[-1], Separator):
        kept.pop()
    return tuple(kept)
