"""Which elements stand in which: checkpoints 02, 09, 13 to 17 and 19 of the Matterhorn Protocol."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from bundler.gate import Fault
from bundler.gate._ua._document import LANGUAGE
from bundler.gate._ua._tree import STANDARD, Element, Tree

_ROWS = frozenset(("THead", "TBody", "TFoot"))
_INSIDE = {
    "Table": (_ROWS | {"TR", "Caption"}, "ua-09-004"),
    **{rows: (frozenset(("TR",)), "ua-09-004") for rows in sorted(_ROWS)},
    "TR": (frozenset(("TH", "TD")), "ua-09-004"),
    "L": (frozenset(("L", "LI", "Caption")), "ua-09-005"),
    "LI": (frozenset(("Lbl", "LBody")), "ua-09-005"),
    "TOC": (frozenset(("TOC", "TOCI", "Caption")), "ua-09-006"),
    "TOCI": (frozenset(("Lbl", "Reference", "NonStruct", "P", "TOC")), "ua-09-006"),
    "Ruby": (frozenset(("RB", "RT", "RP")), "ua-09-007"),
    "Warichu": (frozenset(("WT", "WP")), "ua-09-008"),
}
"""What alone may stand in an element, and the condition that says so (ISO 32000-1, tables 333 and 336 to 338)."""
_WITHIN = {
    **{rows: (frozenset(("Table",)), "ua-09-004") for rows in sorted(_ROWS)},
    "TR": (_ROWS | {"Table"}, "ua-09-004"),
    "TH": (frozenset(("TR",)), "ua-09-004"),
    "TD": (frozenset(("TR",)), "ua-09-004"),
    "LI": (frozenset(("L",)), "ua-09-005"),
    "LBody": (frozenset(("LI",)), "ua-09-005"),
    "TOCI": (frozenset(("TOC",)), "ua-09-006"),
    **{part: (frozenset(("Ruby",)), "ua-09-007") for part in ("RB", "RT", "RP")},
    **{part: (frozenset(("Warichu",)), "ua-09-008") for part in ("WT", "WP")},
}
"""Where alone an element may stand."""

_LEVELS = {f"H{level}": level for level in range(1, 7)}

_NUMBERINGS = frozenset(
    ("/Disc", "/Circle", "/Square", "/Decimal", "/UpperRoman", "/LowerRoman", "/UpperAlpha", "/LowerAlpha")
)
"""How labels of a list may count (ISO 32000-1, table 347)."""


def structure_faults(tree: Tree) -> Iterator[Fault]:
    """Judge the structure tree by itself."""
    yield from _role_faults(tree)
    for element in tree.elements:
        yield from _place_faults(element)
        if element.kind == "Figure" and not element.alternative:
            yield Fault("ua-13-004", _where(element, "a picture without alternative text"))
        elif element.kind == "Formula" and not element.alternative:
            yield Fault("ua-17-002", _where(element, "a formula without alternative text"))
        elif element.kind == "Table":
            yield from _table_faults(element)
        elif element.kind == "L":
            yield from _list_faults(element)
        elif element.kind == "Reference" and not any(kid.objects for kid in element.kids if kid.kind == "Link"):
            yield Fault("ua-reference", _where(element, "a reference that leads nowhere"))
        if element.language and not LANGUAGE.fullmatch(element.language):
            yield Fault("ua-11-001", _where(element, "a language tag that is none"))
    yield from _heading_faults(tree.elements)
    yield from _note_faults(tree.elements)


def _where(element: Element, what: str) -> str:
    return f"{what}: {element.kind}, object {element.place[0]}"


def _role_faults(tree: Tree) -> Iterator[Fault]:
    for name in tree.roles:
        if name in STANDARD:
            yield Fault("ua-02-004", f"{name} is given another meaning")
        kind, seen = name, set()
        while kind in tree.roles and kind not in STANDARD and kind not in seen:
            seen.add(kind)
            kind = tree.roles[kind]
        if kind in seen:
            yield Fault("ua-02-003", f"{name} is explained by itself")
    yield from (
        Fault("ua-02-001", _where(element, "a type that is none"))
        for element in tree.elements
        if element.kind not in STANDARD
    )


def _place_faults(element: Element) -> Iterator[Fault]:
    parent = element.parent.kind if element.parent else "the root"
    allowed, code = _WITHIN.get(element.kind, (frozenset((parent,)), ""))
    if parent not in allowed:
        yield Fault(code, _where(element, f"inside {parent}"))
    allowed, code = _INSIDE.get(element.kind, (frozenset(), ""))
    if code and (element.marks or any(kid.kind not in allowed for kid in element.kids)):
        held = [kid.kind for kid in element.kids if kid.kind not in allowed] or ["text"]
        yield Fault(code, _where(element, f"{held[0]} stands in it"))


def _heading_faults(elements: Collection[Element]) -> Iterator[Fault]:
    numbered = [element for element in elements if element.kind in _LEVELS]
    former = 0
    for element in numbered:
        level = _LEVELS[element.kind]
        if former == 0 and level != 1:
            yield Fault("ua-14-002", _where(element, "the first heading"))
        elif level > former + 1:
            yield Fault("ua-14-003", _where(element, f"after H{former}"))
        former = level
    if numbered and any(element.kind == "H" for element in elements):
        yield Fault("ua-14-007", "headings with and without levels")
    for element in elements:
        if sum(kid.kind == "H" for kid in element.kids) > 1:
            yield Fault("ua-14-006", _where(element, "more than one heading without a level"))


def _list_faults(listed: Element) -> Iterator[Fault]:
    """Judge that a list whose items have labels says how they are numbered."""
    if not any(part.kind == "Lbl" for item in listed.kids for part in item.kids):
        return
    numbering = str(listed.attributes.get("/ListNumbering", "/None"))
    if numbering == "/None":
        yield Fault("ua-16-001", _where(listed, "labels of a list that is not said to be numbered"))
    elif numbering not in _NUMBERINGS:
        yield Fault("ua-16-002", _where(listed, "a numbering that is none"))


def _table_faults(table: Element) -> Iterator[Fault]:
    rows = list(_rows(table))
    cells = [cell for row in rows for cell in row.kids]
    by_name = all("/Headers" in cell.attributes for cell in cells if cell.kind == "TD")
    for cell in cells:
        if cell.kind == "TH" and "/Scope" not in cell.attributes and not (by_name and cell.identity):
            yield Fault("ua-15-003", _where(cell, "a header of neither a row nor a column"))
    if len(set(_widths(rows))) > 1:
        yield Fault("ua-rows", _where(table, "rows of different length"))


def _rows(element: Element) -> Iterator[Element]:
    for kid in element.kids:
        if kid.kind == "TR":
            yield kid
        elif kid.kind in _ROWS:
            yield from _rows(kid)


def _widths(rows: Iterable[Element]) -> Iterator[int]:
    """Yield how many columns each row fills, with cells that reach down from rows above it."""
    reaching: list[tuple[int, int]] = []
    for row in rows:
        cells = [
            (int(cell.attributes.get("/RowSpan", 1)), int(cell.attributes.get("/ColSpan", 1))) for cell in row.kids
        ]
        reaching = [(down - 1, wide) for down, wide in reaching if down > 1]
        yield sum(wide for _, wide in (*reaching, *cells))
        reaching += cells


def _note_faults(elements: Iterable[Element]) -> Iterator[Fault]:
    seen = set()
    for element in elements:
        if element.kind != "Note":
            continue
        if not element.identity:
            yield Fault("ua-19-003", _where(element, "a note without a name"))
        elif element.identity in seen:
            yield Fault("ua-19-004", _where(element, "a note with another one's name"))
        seen.add(element.identity)
