"""The growing article: takes what a walk meets in document order and closes lines and blocks as they end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import assert_never

from bundler.model import (
    Block,
    Definition,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Image,
    LineBreak,
    Note,
    NoteRef,
    Paragraph,
    Quote,
    Text,
    Url,
)
from bundler.readers import _address, _blocks, _elements, _limits
from bundler.readers._blocks import LINERS, PARTS, Frame, Kind, Part
from bundler.readers._line import BLANK, Leaf, Path, Piece, fold, nest, segments
from bundler.readers._parting import parted
from bundler.readers._table import Row, table
from bundler.walk import every_block, plain_text

_PICTURE = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp", ".svg", ".tif", ".tiff")


@dataclass(slots=True)
class Builder:
    """Holds the article so far.

    `path` are the marks around what comes next. `wanted` are the ids that links of the page point at, `pending` those
    met since the last block, `anchors` the ones that a heading took. `label` is the footnote that the next line is.
    """

    wanted: frozenset[str] = frozenset()
    path: Path = ()
    frames: list[Frame] = field(default_factory=lambda: [Frame("root", "", {}, 0)])
    notes: list[Note] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    pending: list[str] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)
    footnotes: list[Footnote] = field(default_factory=list)
    label: str = ""
    pictures: int = 0
    links: int = 0
    called: bool = False

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
        """Add characters, a picture, a footnote's call or a break to the open line."""
        if self.frames[-1].kind in PARTS:
            if isinstance(leaf, LineBreak) or (isinstance(leaf, str) and not leaf.strip()):
                return
            self._house()
        frame = self.frames[-1]
        if isinstance(leaf, Image) and frame.kind == "raw":
            frame.late.append(Figure(leaf.asset, leaf.alt))
            return
        line = frame.line
        if not line and isinstance(leaf, str) and frame.kind != "raw" and not leaf.strip(BLANK):
            return
        if isinstance(leaf, LineBreak) and len(line) > 1 and line[-1][1] == line[-2][1] == leaf and frame.kind != "raw":
            return
        self.called |= isinstance(leaf, NoteRef)
        line.append((self.path, leaf))

    def flush(self) -> None:
        """End the open line: its characters become paragraphs and figures, or one line of a liner."""
        frame = self.frames[-1]
        if not frame.line:
            return
        if frame.kind in LINERS:
            last = frame.line[-1][1]
            if not isinstance(last, LineBreak) and not (isinstance(last, str) and last.endswith("\n")):
                self.put(LineBreak())
            return
        atoms, frame.line = frame.line, []
        folded, cuts = parted([fold(segment) for segment in segments(atoms)])
        if cuts:
            self.note("paragraph-cut", f"into {cuts + 1}, at most {_limits.MAX_PARAGRAPH} characters")
        for pieces in filter(_blocks.only_pictures, folded):
            self._unlink(pieces)
        made = _blocks.paragraphs(folded)
        label, self.label = self.label, ""
        if label and made:
            self.footnotes.append(Footnote(label, made))
        else:
            self.add(*made)

    def add(self, *blocks: Block) -> None:
        """Add closed blocks to the open one."""
        if not blocks:
            return
        if self.frames[-1].kind in PARTS:
            self._house()
        frame = self.frames[-1]
        if frame.kind in LINERS or frame.kind in PARTS:
            frame.late.extend(blocks)
            return
        self.pending.clear()
        frame.blocks.extend(blocks)

    def _house(self) -> None:
        """Make room for content between the parts of a list: an item of its own; an implicit list ends here."""
        frame = self.frames[-1]
        if frame.implicit:
            self._close()
        elif frame.kind in ("list", "terms"):
            kind: Kind = "item" if frame.kind == "list" else "meaning"
            self.frames.append(Frame(kind, "", {}, frame.depth, implicit=True))

    def open(self, kind: Kind, tag: str = "", attributes: _elements.Attributes | None = None, label: str = "") -> bool:
        """Open a block inside the open one; False where it is too deep or only a line may stand here."""
        self.flush()
        if self.frames[-1].kind in PARTS and kind not in PARTS[self.frames[-1].kind]:
            self._house()
        outer = self.frames[-1]
        if outer.kind in LINERS:
            return False
        depth = outer.depth + _blocks.DEPTH.get(kind, 1)
        if depth > _limits.MAX_DEPTH - _limits.MAX_INLINE_DEPTH:
            self.note_once("depth-flattened", f"deeper than {_limits.MAX_DEPTH} elements")
            return False
        self.frames.append(Frame(kind, tag, attributes or {}, depth, label=label))
        return True

    def open_part(self, kind: Kind, tag: str, attributes: _elements.Attributes) -> bool:
        """Open a part of the list or table that is open; False where none is that has such parts."""
        self.flush()
        housed = self.frames[-1].implicit and self.frames[-1].kind != "list"
        if kind not in PARTS.get(self.frames[-2 if housed else -1].kind, ()):
            return False
        if housed:
            self._close()
        return self.open(kind, tag, attributes)

    def open_item(self, attributes: _elements.Attributes) -> bool:
        """Open an item of a list; one without a list around it begins a list."""
        if self.open_part("item", "li", attributes):
            return True
        if not self.open("list", "ul"):
            return False
        self.frames[-1].implicit = True
        return self.open("item", "li", attributes)

    def close(self) -> None:
        """Close the innermost block that an element opened, and the implicit ones in it."""
        while self.frames[-1].implicit:
            self._close()
        self._close()

    def _close(self) -> None:
        self.flush()
        frame = self.frames.pop()
        made, part = self._made(frame)
        if part is not None:
            self._add_part(part, joined=frame.implicit)
        self.add(*made, *frame.late)

    def _add_part(self, part: Part, *, joined: bool) -> None:
        """Add an item or a row; what stood between two items joins the one before it."""
        parts = self.frames[-1].parts
        match parts[-1] if parts else None, part:
            case tuple() as before, tuple() if joined:
                parts[-1] = (*before, *part)
            case Definition(term, blocks), Definition((), more):
                parts[-1] = Definition(term, (*blocks, *more))
            case _:
                parts.append(part)

    def _made(self, frame: Frame) -> tuple[tuple[Block, ...], Part | None]:
        """Return what a frame became: blocks, or the part of the list or table around it."""
        blocks = tuple(frame.blocks)
        match frame.kind:
            case "heading":
                return self._heading(frame), None
            case "caption":
                return self._caption(frame), None
            case "term":
                return (), Definition(nest(_blocks.one_line(frame.line)), ())
            case "raw":
                return _blocks.preformatted(frame), None
            case "quote":
                return ((Quote(blocks),) if blocks else ()), None
            case "item":
                return (), blocks or None
            case "meaning":
                return (), Definition((), blocks)
            case "note":
                self.footnotes += [Footnote(frame.label, blocks)] if blocks else []
                return (), None
            case "cell":
                return (), _blocks.cell(frame)
            case "row":
                row = Row(tuple(part for part in frame.parts if not isinstance(part, tuple | Definition | Row)))
                return (), row if row.cells else None
            case "list":
                return self._list(_blocks.items(frame)), None
            case "terms":
                return self._list(_blocks.terms(frame)), None
            case "table":
                return self._table(frame), None
            case "figure":
                return _blocks.figure(frame), None
            case "root":
                return blocks, None
            case _:
                assert_never(frame.kind)

    def _list(self, parts: tuple[Block, ...]) -> tuple[Block, ...]:
        """Note where a list became several."""
        if len(parts) > 1:
            self.note("list-cut", f"into {len(parts)}, at most {_limits.MAX_ITEMS} items")
        return parts

    def _heading(self, frame: Frame) -> tuple[Block, ...]:
        """Return a heading, its level as HTML has it; it takes the anchors that came before it."""
        pieces = _blocks.one_line(frame.line)
        if _blocks.only_pictures(pieces):
            self._unlink(pieces)
            return tuple(_blocks.figures(pieces))
        anchor = f"s{len(set(self.anchors.values())) + 1}" if self.pending else ""
        self.anchors.update(dict.fromkeys(self.pending, anchor))
        self.pending.clear()
        return (Heading(_elements.HEADINGS[frame.tag], nest(pieces), anchor),)

    def _caption(self, frame: Frame) -> tuple[Block, ...]:
        """Give a caption to the figure or table around it, or to the figure before it."""
        line = nest(_blocks.one_line(frame.line))
        outer = self.frames[-1]
        last = outer.blocks[-1] if outer.blocks else None
        if not line:
            return ()
        if outer.kind in ("figure", "table") and not outer.caption:
            outer.caption = line
            return ()
        if isinstance(last, Figure) and not last.caption:
            outer.blocks[-1] = replace(last, caption=line)
            return ()
        return (Paragraph(line),)

    def _table(self, frame: Frame) -> tuple[Block, ...]:
        rows = tuple(part for part in frame.parts if isinstance(part, Row))
        presentation = (frame.attributes.get("role") or "").lower() in ("presentation", "none")
        made, code = table(rows, frame.caption, presentation=presentation)
        if code:
            self.note(code, f"{sum(len(row.cells) for row in rows)} cells")
        return made

    def _unlink(self, pieces: Iterable[Piece]) -> None:
        """Note the links around pictures that become figures, unless they lead to a larger copy of a picture."""
        for path, _ in pieces:
            for mark in path:
                if isinstance(mark.target, Url) and not _address.named(mark.target.address).lower().endswith(_PICTURE):
                    self.note("picture-link-dropped", _address.named(mark.target.address))

    def finish(self) -> tuple[Block, ...]:
        """Close everything and return the article's blocks, its footnotes last."""
        while len(self.frames) > 1:
            self._close()
        self.flush()
        for code, count in sorted(self.counts.items()):
            if count > _limits.MAX_NOTES:
                self.notes.append(Note(code, detail=f"and {count - _limits.MAX_NOTES} more"))
        footnotes = tuple(sorted(self.footnotes, key=lambda note: int(note.label)))
        notes = (Footnotes(footnotes),) if footnotes else ()
        return self._bounded((*_blocks.separated(self.frames[0].blocks), *notes))

    def _bounded(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """Keep of an article with too many blocks only the text, in fewer and longer paragraphs."""
        if sum(1 for _ in islice(every_block(blocks), _limits.MAX_BLOCKS + 1)) <= _limits.MAX_BLOCKS:
            return blocks
        self.notes.append(Note("markup-flattened", detail=f"more than {_limits.MAX_BLOCKS} blocks"))
        lines = [line for line in map(str.strip, plain_text(blocks).split("\n")) if line]
        size = -(-len(lines) // _limits.MAX_PARAGRAPHS)
        return tuple(
            Paragraph((Text(" ".join(lines[start : start + size])),)) for start in range(0, len(lines), size or 1)
        )
