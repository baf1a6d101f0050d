"""A table of an article as a grid that every parser agrees on: no overlap, no hole, no row or column without a cell.

Follows HTML, "forming a table" (section 4.9.12), and takes away what that algorithm would call a table model error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

from bundler.model import Cell
from bundler.walk import plain_text

Rows = tuple[tuple[Cell, ...], ...]
_JOINED, _APART = 0.52, 0.62
"""Em that a letter takes on average where letters are joined, as in Arabic and Persian, and where they are not."""
_SYLLABIC = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(
    rf"[{_SYLLABIC}]{{1,12}}|[^\s\u0f0b\u200b{_SYLLABIC}\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]+"
)
"""What no line ends in: neither space nor the point between Tibetan syllables, and nothing as wide as it is high.

Thai, Lao, Burmese and Khmer are written without spaces, in words that are hardly longer than twelve characters.
"""


@dataclass(frozen=True, slots=True)
class _Placed:
    cell: Cell
    top: int
    left: int
    bottom: int
    right: int


def grid(rows: Rows) -> Rows:
    """Return the same cells as rows of equal width whose spans cover each place once."""
    placed = _place(rows)
    ys = _starts(cell.top for cell in placed)
    xs = _starts(cell.left for cell in placed)
    packed = [
        _Placed(cell.cell, ys[cell.top], xs[cell.left], _end(ys, cell.bottom), _end(xs, cell.right)) for cell in placed
    ]
    return tuple(_row(y, packed, len(xs)) for y in range(len(ys)))


def divided(rows: Rows, most: int) -> tuple[Rows, ...]:
    """Return a grid as grids of at most so many columns, one below the other; the first column stands in each.

    Their widths are as equal as can be.

    A cell that reaches over an edge is said again if it is a header; else what goes on of it is empty.
    """
    placed = _place(rows)
    width = max(cell.right for cell in placed)
    if width <= most:
        return (rows,)
    stub = 1 if all(cell.right == 1 for cell in placed if cell.left == 0) else 0
    parts = ceil((width - stub) / (most - stub))
    edges = (stub + (width - stub) * part // parts for part in range(parts + 1))
    return tuple(_columns(placed, len(rows), stub, left, right) for left, right in pairwise(edges))


def _columns(placed: list[_Placed], height: int, stub: int, left: int, right: int) -> Rows:
    """Return the columns from one to another, after so many first ones."""
    made = []
    for cell in placed:
        begin, end = max(cell.left, left), min(cell.right, right)
        if cell.left < stub:
            made.append(replace(cell, left=left - stub, right=left))
        elif begin < end:
            known = cell.cell if cell.cell.header or begin == cell.left else replace(cell.cell, blocks=())
            made.append(replace(cell, cell=known, left=begin, right=end))
    shifted = [replace(cell, left=cell.left - left + stub, right=cell.right - left + stub) for cell in made]
    return grid(tuple(_row(y, shifted, right - left + stub) for y in range(height)))


def head_rows(rows: Rows) -> int:
    """Count the rows at the top that hold header cells only and from which no cell reaches down into the body."""
    count = 0
    while count < len(rows) - 1 and is_head(rows[count]):
        count += 1
    reach = max((y + cell.rowspan for y in range(count) for cell in rows[y]), default=0)
    return count if reach <= count else 0


def is_head(row: tuple[Cell, ...]) -> bool:
    """Say whether a row holds header cells only, more than one; empty cells do not count."""
    return len(row) > 1 and all(cell.header or not cell.blocks for cell in row)


def words(rows: Rows) -> float:
    """Return how wide columns are that hold each word whole, in em, by a guess that is hardly ever too low."""
    return _wide(rows, _WORD.findall)


def lines(rows: Rows) -> float:
    """Return how wide columns are that hold each line of a cell whole, in em, by such a guess."""
    return _wide(rows, str.splitlines)


def _wide(rows: Rows, cut: Callable[[str], list[str]]) -> float:
    width = sum(cell.colspan for cell in rows[0])
    columns = [2.0] * width
    for placed in _place(rows):
        found = cut(plain_text(placed.cell.blocks))
        over = placed.right - placed.left
        share = max(map(_length, found), default=0.0) / over
        columns[placed.left : placed.right] = (max(column, share) for column in columns[placed.left : placed.right])
    return sum(columns)


def _length(word: str) -> float:
    return sum(map(_letter, word))


def _letter(character: str) -> float:
    kind = unicodedata.bidirectional(character)
    if unicodedata.east_asian_width(character) in "WF":
        return 1
    return 0 if kind in ("NSM", "BN") else _JOINED if kind == "AL" else _APART


def _place(rows: Rows) -> list[_Placed]:
    """Put each cell at the first free place of its row; a cell that would cover another one is cut."""
    taken: set[tuple[int, int]] = set()
    placed = []
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            right = x + 1
            while right < x + cell.colspan and (y, right) not in taken:
                right += 1
            bottom = min(y + max(1, cell.rowspan), len(rows))
            taken.update((down, over) for down in range(y, bottom) for over in range(x, right))
            placed.append(_Placed(cell, y, x, bottom, right))
            x = right
    return placed


def _starts(values: Iterable[int]) -> dict[int, int]:
    """Give a number to each row or column in which a cell begins; the others are only spans and vanish."""
    return {start: place for place, start in enumerate(sorted(set(values)))}


def _end(starts: dict[int, int], end: int) -> int:
    return sum(start < end for start in starts)


def _row(y: int, placed: list[_Placed], width: int) -> tuple[Cell, ...]:
    covered = {x for cell in placed if cell.top <= y < cell.bottom for x in range(cell.left, cell.right)}
    cells = {
        cell.left: replace(cell.cell, colspan=cell.right - cell.left, rowspan=cell.bottom - cell.top)
        for cell in placed
        if cell.top == y
    }
    holes = {x: Cell(()) for x in range(width) if x not in covered}
    return tuple(cell for _, cell in sorted((cells | holes).items()))
