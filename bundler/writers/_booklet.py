"""Pages to a booklet: two on each side of a sheet, in the order in which they lie when the sheets are folded.

The sheets are printed on both sides, turned over on the short edge. Pages become forms (ISO 32000-1, section 8.10) of
a new file, which keeps title, language, bookmarks and text; tags and links stay behind, as paper has no use for them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, OutlineItem, Page, Pdf, Stream, String

Place: TypeAlias = tuple[Any, int, float, float]
"""Where a page stands on a sheet: the sheet, 1 or (upside down) -1, how far it is moved right and up, in points."""
MOST = 8
"""Sheets of a signature: more cannot be folded and stapled well."""
CREEP = 0.1 * 72 / 25.4
"""Points by which each sheet pushes the one inside it out of the fold: the thickness of paper."""
_TICK = 9
"""Points: how long a mark of the fold is."""
_CLAIM = b"<pdfuaid:part>1</pdfuaid:part>\n"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sheet: the places of two pages, None for a blank; how far they move towards the fold, in points.

    A side that comes to lie outside shows where to fold, the outermost one of a signature where to staple.
    """

    left: int | None
    right: int | None
    creep: float
    outside: bool
    cover: bool


def ordered(pages: int, *, last_outside: bool) -> tuple[int | None, ...]:
    """Return the places of pages, filled up with blanks to whole sheets.

    Blanks stand before the last page, so that it is the back cover; or else there is at least one, and it is blank.
    """
    blanks = [None] * (-pages % 4 if last_outside else -(pages + 1) % 4 + 1)
    return (*range(pages - 1), *blanks, pages - 1) if last_outside else (*range(pages), *blanks)


def sides(pages: Sequence[int | None], *, rtl: bool) -> Iterator[Side]:
    """Yield the sides of all sheets, front and back in turn; `rtl` binds on the right."""
    sheets = len(pages) // 4
    signatures = -(-sheets // MOST) or 1
    start = 0
    for signature in range(signatures):
        count = 4 * (sheets // signatures + (signature < sheets % signatures))
        yield from _signature(pages[start : start + count], rtl=rtl)
        start += count


def _signature(pages: Sequence[int | None], *, rtl: bool) -> Iterator[Side]:
    end = len(pages) - 1
    for sheet in range(len(pages) // 4):
        first = 2 * sheet
        front, back = (pages[end - first], pages[first]), (pages[first + 1], pages[end - first - 1])
        for pair, outside in ((front, True), (back, False)):
            left, right = reversed(pair) if rtl else pair
            yield Side(left, right, sheet * CREEP, outside, outside and sheet == 0)


def imposed(data: bytes, *, last_outside: bool) -> bytes:
    """Return a PDF of pages as the sheets of a booklet; `last_outside` makes its last page the back cover."""
    with Pdf.open(io.BytesIO(data)) as source, Pdf.new() as pdf:
        rtl = source.Root.ViewerPreferences.Direction == Name.R2L
        order = ordered(len(source.pages), last_outside=last_outside)
        width, height = (float(side) for side in source.pages[0].mediabox[2:])
        forms = [pdf.copy_foreign(page.as_form_xobject()) for page in source.pages]
        places: dict[int, Place] = {}
        for side in sides(order, rtl=rtl):
            pdf.pages.append(Page(_sheet(pdf, side, forms, (width, height))))
            for place, left in ((side.left, side.creep), (side.right, width - side.creep)):
                if place is not None:
                    places[place] = pdf.pages[-1].obj, 1, left, 0.0
        describe(pdf, source, places, duplex=True)
        return saved(pdf)


def saved(pdf: Pdf) -> bytes:
    """Return a PDF as bytes, the same ones for the same content."""
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate, force_version="1.7")
    return out.getvalue()


def _sheet(pdf: Pdf, side: Side, forms: Sequence[Any], page: tuple[float, float]) -> Any:
    """Return one side of a sheet, which lies: twice as wide as a page."""
    width, height = page
    held = {"/L": (side.left, side.creep), "/R": (side.right, width - side.creep)}
    drawn = [f"q 1 0 0 1 {left:.3f} 0 cm {name} Do Q" for name, (place, left) in held.items() if place is not None]
    drawn += [f"/Artifact BMC .5 w {' '.join(_marks(side, width, height))} S EMC"] if side.outside else []
    shown = {name: forms[place] for name, (place, _) in held.items() if place is not None}
    return Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, round(2 * width, 3), height]),
        Resources=Dictionary(XObject=Dictionary(shown)),
        Contents=pdf.make_indirect(Stream(pdf, "\n".join(drawn).encode())),
    )


def _marks(side: Side, fold: float, height: float) -> Iterator[str]:
    """Draw where to fold, at the edges, and where to staple, a quarter from them."""
    lines = [(0, _TICK), (height - _TICK, height)]
    if side.cover:
        lines += [(at - _TICK, at + _TICK) for at in (height / 4, height * 3 / 4)]
    return (f"{fold:.3f} {low:.2f} m {fold:.3f} {high:.2f} l" for low, high in lines)


def describe(pdf: Pdf, source: Pdf, places: dict[int, Place], *, duplex: bool) -> None:
    """Keep title, language, destinations and bookmarks; say how the sheets are meant to be printed."""
    numbers = {page.obj.objgen: number for number, page in enumerate(source.pages)}
    names = list(source.Root.Names.Dests.Names)
    moved = Array()
    for name, target in zip(names[::2], names[1::2], strict=True):
        page, turn, right, up = places[numbers[target[0].objgen]]
        x, y = (round(turn * float(at) + by, 2) for at, by in ((target[2], right), (target[3], up)))
        moved.extend([String(str(name)), Array([page, Name.XYZ, x, y, 0])])
    root = pdf.Root
    root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Names=moved)))
    root.Lang = String(str(source.Root.Lang))
    sides = Name.DuplexFlipShortEdge if duplex else Name.Simplex
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True, Duplex=sides, PrintScaling=Name("/None"))
    about = source.Root.Metadata.read_bytes().replace(_CLAIM, b"")
    root.Metadata = pdf.make_indirect(Stream(pdf, about, Type=Name.Metadata, Subtype=Name.XML))
    pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=String(str(source.trailer.Info.Title))))
    with source.open_outline() as given, pdf.open_outline() as shown:
        shown.root.extend(_copied(given.root))


def _copied(items: Iterable[OutlineItem]) -> Iterator[OutlineItem]:
    for item in items:
        copy = OutlineItem(item.title, String(str(item.destination)))
        copy.children.extend(_copied(item.children))
        copy.is_closed = item.is_closed
        yield copy
