"""A table becomes a grid in which every place is covered once, whatever spans an archive wrote, and no cell is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundler.model import Cell, Paragraph, Text
from bundler.writers import _table

SPANS = st.integers(1, 4) | st.just(100)
CELLS = st.builds(
    lambda words, header, over, down: Cell((Paragraph((Text(words),)),), header, over, down),
    st.text("山水风船", min_size=1, max_size=3),
    st.booleans(),
    SPANS,
    SPANS,
)
ROWS = st.lists(st.lists(CELLS, max_size=5).map(tuple), max_size=6).map(tuple)
HEADERS = st.lists(CELLS.map(lambda cell: replace(cell, header=True)), min_size=2, max_size=5).map(tuple)
HEADS = st.lists(HEADERS, min_size=1, max_size=2).map(tuple)


def row(*spans: int, header: bool = False) -> tuple[Cell, ...]:
    """Return a row whose cells reach down over so many rows."""
    return tuple(Cell((Paragraph((Text("山"),)),), header, 1, down) for down in spans)


@given(ROWS)
def test_every_place_is_covered_once(rows):
    grid = _table.grid(rows)
    covered: dict[tuple[int, int], int] = {}
    for y, row in enumerate(grid):
        x = 0
        for cell in row:
            while (y, x) in covered:
                x += 1
            for down in range(y, y + cell.rowspan):
                for over in range(x, x + cell.colspan):
                    covered[down, over] = covered.get((down, over), 0) + 1
    height, width = len(grid), max((x + 1 for _, x in covered), default=0)
    assert covered == {(y, x): 1 for y in range(height) for x in range(width)}


@given(ROWS)
def test_every_cell_stays_in_its_order(rows):
    wanted = [cell.blocks for row in rows for cell in row]
    assert [cell.blocks for row in _table.grid(rows) for cell in row if cell.blocks] == wanted


@given(ROWS)
def test_every_row_and_column_has_a_cell_that_begins_there(rows):
    grid = _table.grid(rows)
    assert all(grid)


@given(HEADS, ROWS)
def test_no_cell_reaches_from_the_head_into_the_body(head, body):
    grid = _table.grid(head + body)
    heads = _table.head_rows(grid)
    assert heads < len(grid)
    assert all(y + cell.rowspan <= heads for y in range(heads) for cell in grid[y])


@pytest.mark.parametrize(("reach", "heads"), [(1, 1), (2, 2), (3, 0)])
def test_the_head_is_the_rows_of_header_cells_that_end_above_the_body(reach, heads):
    """A cell that ends with the head is in it; one that reaches further down leaves the table without a head."""
    first = row(reach, 1, 1, header=True)
    second = row(*(1,) * (3 if reach == 1 else 2), header=reach > 1)
    assert _table.head_rows(_table.grid((first, second, row(1, 1, 1), row(1, 1, 1)))) == heads
