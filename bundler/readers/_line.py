"""One line of an article: marked characters in, folded inlines out.

White space is folded as CSS Text 3 section 4 does, and the line ends that pretty-printers put around every element
vanish where no reader expects a space: beside Han characters, kana and full-width marks, and between a word and the
mark that closes or follows the bracket that opens it, where the line end touches an element. Anywhere else a line end
is one space. A space that stands within one line of the source is kept, also between Han characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias, assert_never

from bundler.model import (
    Code,
    Deleted,
    Direction,
    Emph,
    Image,
    Inline,
    LineBreak,
    Link,
    NoteRef,
    Ruby,
    Span,
    Strong,
    Sub,
    Sup,
    Target,
    Text,
    Underline,
)

Kind = Literal["emph", "strong", "underline", "deleted", "code", "sup", "sub", "ruby", "span", "link"]


@dataclass(slots=True, eq=False)
class Mark:
    """One element that surrounds characters; two elements are two marks, however alike. `reading` may come late."""

    kind: Kind
    language: str | None = None
    direction: Direction | None = None
    target: Target | None = None
    reading: str = ""


Path: TypeAlias = tuple[Mark, ...]
Leaf: TypeAlias = "str | Image | LineBreak | NoteRef"
Atom: TypeAlias = tuple[Path, Leaf]
Piece: TypeAlias = tuple[Path, Inline]

BLANK = " \t\n\r\f"
"""White space of HTML (section 13.1.2.3): what folds. No-break and ideographic spaces do not."""

_EDGE = BLANK + "\u00a0\u3000\u200b"
_GAP = re.compile(r"[ \t\n\r\f]+")
_WIDE = re.compile(
    r"[\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U0001f200-\U0001f2ff\U00020000-\U0003ffff]"
)
_CLOSING = frozenset(",.;:!?)]}”’…%、。")
_OPENING = frozenset("([{“‘$")


def segments(atoms: Iterable[Atom]) -> list[list[Atom]]:
    """Cut a line at its line breaks; an empty segment is what stood between two of them."""
    cut: list[list[Atom]] = [[]]
    for atom in atoms:
        if isinstance(atom[1], LineBreak):
            cut.append([])
        else:
            cut[-1].append(atom)
    return cut


def fold(atoms: Sequence[Atom]) -> list[Piece]:
    """Fold the white space of a segment, trim its ends and return what is left, flat.

    A space between two elements stands outside both.
    """
    out: list[Piece] = []
    gap, last = "", ""
    for path, leaf in atoms:
        if not isinstance(leaf, str):
            if gap and last and _joins(gap, last, ""):
                _append(out, shared(out[-1][0], path), " ")
            out.append((path, leaf))
            gap, last = "", last if isinstance(leaf, NoteRef) else "\ufffc"
            continue
        core = leaf.strip(BLANK) if last else leaf.lstrip(_EDGE).rstrip(BLANK)
        if not core:
            gap += leaf
            continue
        gap += leaf[: len(leaf) - len(leaf.lstrip(BLANK))]
        if last and gap and _joins(gap, last, core[0]):
            _append(out, shared(out[-1][0], path), " ")
        _append(out, path, _GAP.sub(_inner, core))
        gap, last = leaf[len(leaf.rstrip(BLANK)) :], core[-1]
    return _trimmed(out)


def shared(left: Path, right: Path) -> Path:
    """Return the marks that two neighbours share, so that what stands between them is in neither alone."""
    same = 0
    while same < min(len(left), len(right)) and left[same] is right[same]:
        same += 1
    return left[:same]


def _append(out: list[Piece], path: Path, text: str) -> None:
    if out and out[-1][0] == path and isinstance(out[-1][1], Text):
        out[-1] = (path, Text(out[-1][1].text + text))
    else:
        out.append((path, Text(text)))


def _joins(gap: str, last: str, following: str) -> bool:
    """Say whether a gap at the border of an element is read as a space."""
    if "\n" not in gap and "\r" not in gap:
        return True
    if _WIDE.match(last) or (following and _WIDE.match(following)):
        return False
    return last not in _OPENING and following not in _CLOSING


def _inner(gap: re.Match[str]) -> str:
    """Fold a gap inside one run of characters."""
    if "\n" not in gap[0] and "\r" not in gap[0]:
        return " "
    before, after = gap.string[gap.start() - 1], gap.string[gap.end()]
    return "" if _WIDE.match(before) or _WIDE.match(after) else " "


def _trimmed(out: list[Piece]) -> list[Piece]:
    while out and isinstance(out[-1][1], Text):
        path, text = out[-1][0], out[-1][1].text.rstrip(_EDGE)
        out.pop()
        if text:
            out.append((path, Text(text)))
            break
    return out


def nest(pieces: Sequence[Piece], depth: int = 0) -> tuple[Inline, ...]:
    """Build the tree of a line from its flat pieces; neighbours under the same mark share one element."""
    return tuple(_nested(pieces, depth))


def _nested(pieces: Sequence[Piece], depth: int) -> Iterator[Inline]:
    for mark, group in groupby(pieces, key=lambda piece: piece[0][depth] if len(piece[0]) > depth else None):
        run = list(group)
        if mark is None:
            yield from (leaf for _, leaf in run)
        elif mark.kind == "code":
            yield from _code(run)
        else:
            yield from _marked(mark, nest(run, depth + 1))


def _code(run: Iterable[Piece]) -> Iterator[Inline]:
    for text, group in groupby((leaf for _, leaf in run), key=lambda leaf: isinstance(leaf, Text)):
        if text:
            yield Code("".join(leaf.text for leaf in group if isinstance(leaf, Text)))
        else:
            yield from group


def _marked(mark: Mark, children: tuple[Inline, ...]) -> tuple[Inline, ...]:
    match mark.kind:
        case "emph":
            return (Emph(children),)
        case "strong":
            return (Strong(children),)
        case "underline":
            return (Underline(children),)
        case "deleted":
            return (Deleted(children),)
        case "sup":
            return children if all(isinstance(child, NoteRef) for child in children) else (Sup(children),)
        case "sub":
            return (Sub(children),)
        case "ruby":
            return (Ruby(children, mark.reading),) if mark.reading else children
        case "span":
            return (Span(children, mark.language, mark.direction),)
        case "link":
            return (Link(children, mark.target),) if mark.target is not None else children
        case "code":
            return children
        case _:
            assert_never(mark.kind)
