"""A table's rows to the model: spans that fit, layout tables unwrapped, tables too large or nested flattened."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bundler.model import Block, Cell, Inline, Paragraph, Table
from bundler.readers import _limits
from bundler.walk import every_block


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row."""

    cells: tuple[Cell, ...]


def table(
    rows: tuple[Row, ...],
    caption: tuple[Inline, ...],
    *,
    presentation: bool,
) -> tuple[tuple[Block, ...], str]:
    """Return what a table becomes, and the code of a note where its shape was lost (empty: it was not)."""
    cells = [cell for row in rows for cell in row.cells]
    if not any(cell.blocks for cell in cells):
        return ((Paragraph(caption),) if caption else ()), ""
    if len(cells) == 1 or presentation:
        return _flat(cells, caption), ""
    if len(cells) > _limits.MAX_CELLS or any(
        isinstance(block, Table) for cell in cells for block in every_block(cell.blocks)
    ):
        return _flat(cells, caption), "table-flattened"
    fitted = tuple(
        tuple(replace(cell, rowspan=min(cell.rowspan, len(rows) - place)) for cell in row.cells)
        for place, row in enumerate(rows)
    )
    return (Table(fitted, caption),), ""


def _flat(cells: list[Cell], caption: tuple[Inline, ...]) -> tuple[Block, ...]:
    blocks = tuple(block for cell in cells for block in cell.blocks)
    return (Paragraph(caption), *blocks) if caption else blocks
