"""The structure tree of a PDF (ISO 32000-1, 14.7), read once into plain objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf

from bundler.gate._objects import Object

Place = tuple[int, int]
"""Number and generation of an object."""
MOST = 5_000_000
"""Elements that are looked at: a tree that leads back into itself would have no end."""
STANDARD = frozenset(
    (
        *("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct"),
        *("Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH"),
        *("TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot"),
        *("Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "Figure", "Formula", "Form"),
    )
)
"""The structure types of ISO 32000-1, 14.8.4."""


@dataclass(slots=True)
class Element:
    """A structure element; `kind` is its type after role mapping, `marks` are (page, MCID), `objects` annotations."""

    kind: str
    place: Place
    parent: Element | None
    alternative: bool
    language: str
    identity: str
    attributes: dict[str, Object]
    kids: list[Element] = field(default_factory=list)
    marks: list[tuple[Place, int]] = field(default_factory=list)
    objects: list[Place] = field(default_factory=list)


@dataclass(slots=True)
class Tree:
    """All elements, each before its children; `parents` is the parent tree: a key's element, or those of its marks."""

    elements: list[Element]
    parents: dict[int, Place | list[Place]]
    roles: dict[str, str]


def read(pdf: pikepdf.Pdf) -> Tree:
    """Read the structure tree of a file that has one. Raises ValueError for one of more than MOST elements."""
    root = pdf.Root.StructTreeRoot
    roles = {str(name)[1:]: str(kind)[1:] for name, kind in root.get("/RoleMap", {}).items()}
    return Tree(list(_elements(root, roles)), dict(_parents(root.get("/ParentTree"))), roles)


def _elements(root: Object, roles: dict[str, str]) -> Iterator[Element]:
    waiting: list[tuple[Object, Element | None]] = [(kid, None) for kid in reversed(_kids(root))]
    for _ in range(MOST):
        if not waiting:
            return
        found, parent = waiting.pop()
        element = _element(found, parent, roles)
        if parent is not None:
            parent.kids.append(element)
        inner = []
        own = found.get("/Pg")
        for kid in _kids(found):
            if isinstance(kid, int):
                element.marks.append((own.objgen if own is not None else (0, 0), kid))
            elif (said := kid.get("/Type")) == "/OBJR":
                element.objects.append(kid.Obj.objgen)
            elif said == "/MCR":
                element.marks.append((kid.get("/Pg", own).objgen, int(kid.MCID)))
            else:
                inner.append((kid, element))
        waiting += reversed(inner)
        yield element
    message = "more elements than are looked at"
    raise ValueError(message)


def _element(found: Object, parent: Element | None, roles: dict[str, str]) -> Element:
    entries = dict(found.items())
    kind = str(entries.get("/S", "/"))[1:]
    for _ in roles:
        if kind in STANDARD or kind not in roles:
            break
        kind = roles[kind]
    given = entries.get("/A", {})
    listed = list(given) if isinstance(given, pikepdf.Array) else [given]
    attributes = {key: value for one in listed if isinstance(one, pikepdf.Dictionary) for key, value in one.items()}
    alternative = any(str(entries.get(key, "")) for key in ("/Alt", "/ActualText"))
    language, identity = str(entries.get("/Lang", "")), str(entries.get("/ID", ""))
    return Element(kind, found.objgen, parent, alternative, language, identity, attributes)


def _kids(node: Object) -> list[Object]:
    kids = node.get("/K")
    return [] if kids is None else list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _parents(node: Object | None) -> Iterator[tuple[int, Place | list[Place]]]:
    """Yield keys and values of the parent tree, a number tree (7.9.7)."""
    waiting = [] if node is None else [node]
    for _ in range(MOST):
        if not waiting:
            return
        current = waiting.pop()
        numbers = list(current.get("/Nums", ()))
        for key, value in zip(numbers[::2], numbers[1::2], strict=False):
            yield int(key), [one.objgen for one in value] if isinstance(value, pikepdf.Array) else value.objgen
        waiting.extend(reversed(list(current.get("/Kids", ()))))
    message = "more parents than are looked at"
    raise ValueError(message)
