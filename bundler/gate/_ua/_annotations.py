"""Links and other annotations: checkpoint 28 of the Matterhorn Protocol."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

from bundler.gate import Fault
from bundler.gate._objects import Object
from bundler.gate._ua._tree import Element, Tree


def annotation_faults(pdf: pikepdf.Pdf, tree: Tree) -> Iterator[Fault]:
    """Judge that every annotation has its place in the structure and says in words what it is."""
    holders = {place: element for element in tree.elements for place in element.objects}
    for number, page in enumerate(pdf.pages, 1):
        held = page.obj.get("/Annots")
        if held is None or len(held) == 0:
            continue
        tabs = page.obj.get("/Tabs")
        if tabs is None:
            yield Fault("ua-28-008", f"page {number}")
        elif tabs != "/S":
            yield Fault("ua-28-009", f"page {number}")
        for annotation in held:
            for code in _codes(annotation, holders.get(annotation.objgen), tree):
                yield Fault(code, f"page {number}, object {annotation.objgen[0]}")


def _codes(annotation: Object, holder: Element | None, tree: Tree) -> Iterator[str]:
    kind = str(annotation.get("/Subtype", ""))[1:]
    said = bool(str(annotation.get("/Contents", "")).strip())
    match kind:
        case "Link":
            if holder is None or not _is_within(holder, "Link"):
                yield "ua-28-011"
            if not said:
                yield "ua-28-012"
        case "Widget":
            if holder is None or not _is_within(holder, "Form"):
                yield "ua-28-010"
            if "/TU" not in annotation and not (holder and holder.alternative):
                yield "ua-28-005"
        case "TrapNet":
            yield "ua-28-007"
        case "PrinterMark":
            if holder is not None:
                yield "ua-28-017"
        case _:
            if holder is None or holder.kind != "Annot":
                yield "ua-28-002"
            if not said and not (holder and holder.alternative):
                yield "ua-28-004"
    if holder is not None and tree.parents.get(int(annotation.get("/StructParent", -1))) != holder.place:
        yield "ua-parents"


def _is_within(element: Element | None, kind: str) -> bool:
    while element is not None and element.kind != kind:
        element = element.parent
    return element is not None
