"""What WeasyPrint's tags leave out: languages, how lists are numbered, footnotes and what refers to them.

ISO 14289-1, 7.2, 7.6 and 7.9; ISO 32000-1, 14.8.4 and 14.8.5.5. Tags are built box by box; what a box knows is told to
its element there, and what is said twice is taken away in `spoken`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

_NUMBERING = {
    "decimal": "/Decimal", "disc": "/Disc", "circle": "/Circle", "square": "/Square",
    "lower-alpha": "/LowerAlpha", "upper-alpha": "/UpperAlpha",
    "lower-roman": "/LowerRoman", "upper-roman": "/UpperRoman",
    "arabic-indic": "/Decimal", "myanmar": "/Decimal", "persian": "/Decimal",
}  # fmt: skip
"""Styles of lists in CSS and in PDF (table 347), which has one name for decimal numbers in whichever digits."""
_INLINE = frozenset(("/Span", "/NonStruct", "/Link", "/Reference", "/Figure"))
_NAMELESS = "note"
Build = Callable[..., Iterator[Any]]


def telling(build: Build, string: Callable[[str], Any]) -> Build:
    """Wrap WeasyPrint's function that builds the elements of a box; `string` makes a text of pydyf."""

    def told(box: Any, parent: Any, pdf: Any, *rest: Any) -> Iterator[Any]:
        for element in build(box, parent, pdf, *rest):
            if "Lang" not in element:  # pages and bodies yield the elements of what stands in them
                _tell(getattr(box, "_box", box), parent, element, string)
                if element["S"] == "/Sect" and box.element.get("role") == "doc-endnotes":
                    _as_notes(element, pdf, string)
            yield element

    return told


def spoken(objects: list[Any], document: Any, language: str) -> None:
    """Let an element name its language only where it differs from that of the element around it."""
    around = {document.reference: language}
    for element in filter(_is_element, objects):
        outer = around.get(element["P"], language)
        own = element["Lang"].string if "Lang" in element else outer
        around[element.reference] = own
        if own == outer:
            element.pop("Lang", None)
        elif element["S"] == "/NonStruct":
            inline = all(kid.get("S", "/Span") in _INLINE for kid in _kids(element, objects))
            element["S"] = "/Span" if inline else "/Div"


def rejoined(objects: list[Any]) -> None:
    """Make one note of the pieces that stand on several pages: the first holds what goes on on the next."""
    begun: dict[str, Any] = {}
    for piece in [one for one in objects if _is_element(one) and one["S"] == "/Note"]:
        name = piece["ID"].string
        note = begun.setdefault(name, piece)
        if note is piece or name == _NAMELESS:
            continue
        _take_out(piece, objects)
        piece.pop("ID")
        piece["S"], piece["P"] = "/NonStruct", note.reference
        note["K"].append(piece.reference)


def _take_out(element: Any, objects: list[Any]) -> None:
    """Take an element out of the one it stands in, and that out of its own where nothing is left in it."""
    outer = objects[int(element["P"].split()[0])]
    outer["K"][:] = [kid for kid in outer["K"] if kid != element.reference]
    if not outer["K"] and "P" in outer:
        _take_out(outer, objects)


def _tell(box: Any, parent: Any, element: Any, string: Callable[[str], Any]) -> None:
    if language := box.style["lang"]:
        element["Lang"] = string(language)
    if box.element is None:
        return
    match element["S"]:
        case "/L" if numbering := _NUMBERING.get(box.style["list_style_type"]):
            element["A"] = {"O": "/List", "ListNumbering": numbering}
        case "/LI" if name := box.element.get("id"):
            element["ID"] = string(name)
        case "/Link" if box.element.get("role") == "doc-noteref" and parent["S"] == "/NonStruct":
            parent["S"] = "/Reference"
        case _:
            pass


def _as_notes(section: Any, pdf: Any, string: Callable[[str], Any]) -> None:
    """Make notes of the items of a section's list (table 334); their labels stay."""
    for listed in _kids(section, pdf.objects, "/L"):
        listed["S"] = "/NonStruct"
        listed.pop("A", None)
        for item in _kids(listed, pdf.objects, "/LI"):
            item["S"] = "/Note"
            item.setdefault("ID", string(_NAMELESS))
            for body in _kids(item, pdf.objects, "/LBody"):
                body["S"] = "/NonStruct"


def _is_element(item: Any) -> bool:
    return isinstance(item, dict) and "P" in item and "S" in item


def _kids(element: Any, objects: list[Any], kind: str = "") -> list[Any]:
    """Return what stands in an element; of one type, or all elements and references to annotations."""
    kids = (objects[int(kid.split()[0])] for kid in element["K"] if isinstance(kid, bytes))
    return [kid for kid in kids if not kind or kid.get("S") == kind]
