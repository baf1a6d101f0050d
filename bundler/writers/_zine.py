"""Pages to zines: eight small pages on one side of a sheet, which is folded, cut once in the middle and folded up.

Every article has a sheet of its own; one that needs more goes on on the next. See `_booklet` for what a sheet keeps.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream

from bundler.writers._booklet import Place, describe, saved

PAGES = 8
_ORDER = ((7, 0, 1, 2), (6, 5, 4, 3))
"""Which pages stand side by side: the lower row upright, the upper one upside down. The last page is the back cover."""
_TICK = 9
"""Points: how long a mark of a fold is, at the edge of the sheet."""


@dataclass(frozen=True, slots=True)
class Panel:
    """An eighth of a sheet: its column from the left, whether it is in the upper row, the page on it."""

    column: int
    upper: bool
    page: int


def panels(*, rtl: bool) -> Iterator[Panel]:
    """Yield the eighths of a sheet; `rtl` has the pages turn the other way."""
    for upper, row in enumerate(_ORDER):
        yield from (Panel(column, bool(upper), page) for column, page in enumerate(reversed(row) if rtl else row))


def imposed(data: bytes, starts: Sequence[str], *, plain: bool) -> tuple[bytes, dict[str, int]]:
    """Return a PDF of pages as zines, and how many sheets each of these destinations takes, if more than one.

    A sheet begins with each destination in `starts`, and with the first page; `plain` leaves that page alone on it.
    """
    with Pdf.open(io.BytesIO(data)) as source, Pdf.new() as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(source.pages)}
        names = list(source.Root.Names.Dests.Names)
        places = {str(name): numbers[at[0].objgen] for name, at in zip(names[::2], names[1::2], strict=True)}
        begins = {places[name]: name for name in starts} | {0: ""} | ({1: ""} if plain else {})
        bounds = sorted({*begins, len(source.pages)})
        forms = [pdf.copy_foreign(page.as_form_xobject()) for page in source.pages]
        size = tuple(float(side) for side in source.pages[0].mediabox[2:])
        drawn: dict[int, Place] = {}
        long = {}
        rtl = source.Root.ViewerPreferences.Direction == Name.R2L
        for start, end in pairwise(bounds):
            for first in range(start, end, PAGES):
                _add(pdf, forms, range(first, min(first + PAGES, end)), drawn, (*size, rtl))
            if begins[start] and end - start > PAGES:
                long[begins[start]] = -(-(end - start) // PAGES)
        describe(pdf, source, drawn, duplex=False)
        return saved(pdf), long


def _add(
    pdf: Pdf, forms: Sequence[Any], pages: range, drawn: dict[int, Place], look: tuple[float, float, bool]
) -> None:
    """Append one sheet, and say where each page stands on it."""
    width, height, rtl = look
    said, shown, moves = [], {}, {}
    for panel in panels(rtl=rtl):
        if panel.page >= len(pages):
            continue
        page = pages[panel.page]
        turn = -1 if panel.upper else 1
        x, y = (panel.column + panel.upper) * width, 2 * height * panel.upper
        said.append(f"q {turn} 0 0 {turn} {x:.3f} {y:.3f} cm /P{panel.page} Do Q")
        shown[f"/P{panel.page}"] = forms[page]
        moves[page] = (turn, x, y)
    said.append(f"/Artifact BMC .5 w {' '.join(_marks(width, height))} S EMC")
    sheet = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, round(4 * width, 3), round(2 * height, 3)]),
        Resources=Dictionary(XObject=Dictionary(shown)),
        Contents=pdf.make_indirect(Stream(pdf, "\n".join(said).encode())),
    )
    pdf.pages.append(Page(sheet))
    drawn.update((page, (pdf.pages[-1].obj, *move)) for page, move in moves.items())


def _marks(width: float, height: float) -> Iterator[str]:
    """Draw where to fold, at the edges, and the cut, from the first fold to the last."""
    yield f"{width:.2f} {height:.2f} m {3 * width:.2f} {height:.2f} l"
    for x in (width, 2 * width, 3 * width):
        yield f"{x:.2f} 0 m {x:.2f} {_TICK} l {x:.2f} {2 * height - _TICK:.2f} m {x:.2f} {2 * height:.2f} l"
    for x in (0, 4 * width - _TICK):
        yield f"{x:.2f} {height:.2f} m {x + _TICK:.2f} {height:.2f} l"
