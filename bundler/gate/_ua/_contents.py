"""What pages draw: every piece is an artifact or in the structure tree (checkpoint 01 of the Matterhorn Protocol)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf

from bundler.gate import Fault
from bundler.gate._objects import Object
from bundler.gate._ua._tree import Place, Tree

_TOKEN = re.compile(
    rb"""\((?:[^\\()]|\\.)*\)                                               # a string, which may hold anything
    |(/[^\s<>\[\]()/]+)\s*(?:<<(.*?)>>|/[^\s<>\[\]()/]+)?\s*B(?:DC|MC)\b    # a mark begins
    |\b(EMC)\b
    |(?<![^\s\])>])(Tj|TJ|'|"|[fFBb]\*?|[Ss]|Do|sh|EI)(?!\S)                # something is painted
    """,
    re.VERBOSE | re.DOTALL,
)
_MCID = re.compile(rb"/MCID\s+(\d+)")
_ARTIFACT, _NEUTRAL = -1, -2


@dataclass(slots=True)
class _Walk:
    """One content stream walked through: its marks, and what is wrong with it."""

    marks: list[int] = field(default_factory=list)
    codes: dict[str, None] = field(default_factory=dict)


def content_faults(pdf: pikepdf.Pdf, tree: Tree) -> Iterator[Fault]:
    """Judge that pages and tree agree both ways: each mark has one element, each element's marks are drawn."""
    owners = {mark: element.place for element in tree.elements for mark in element.marks}
    drawn: set[tuple[Place, int]] = set()
    for number, page in enumerate(pdf.pages, 1):
        walked = _walk(_content(page))
        yield from (Fault(code, f"page {number}") for code in walked.codes)
        place = page.obj.objgen
        yield from _page_faults(page.obj, walked.marks, owners, tree, number)
        drawn.update((place, mark) for mark in walked.marks)
    lost = sorted(set(owners) - drawn)
    if lost:
        yield Fault("ua-parents", f"{len(lost)} marks of the structure are drawn on no page")
    yield from _form_faults(pdf)


def _content(page: pikepdf.Page) -> bytes:
    held = page.obj.get("/Contents")
    streams = held if isinstance(held, pikepdf.Array) else () if held is None else (held,)
    return b"\n".join(stream.read_bytes() for stream in streams)


def _walk(content: bytes) -> _Walk:
    walk = _Walk()
    stack: list[int] = []
    for found in _TOKEN.finditer(content):
        tag, properties, end, paints = found.groups()
        if tag:
            said = _MCID.search(properties or b"")
            mark = int(said[1]) if said else _ARTIFACT if tag == b"/Artifact" else _NEUTRAL
            if mark == _ARTIFACT and any(one >= 0 for one in stack):
                walk.codes["ua-01-003"] = None
            elif mark >= 0:
                walk.marks.append(mark)
                if _ARTIFACT in stack:
                    walk.codes["ua-01-004"] = None
            stack.append(mark)
        elif end and stack:
            stack.pop()
        elif paints and all(one == _NEUTRAL for one in stack):
            walk.codes["ua-01-005"] = None
    return walk


def _page_faults(
    page: Object, marks: list[int], owners: dict[tuple[Place, int], Place], tree: Tree, number: int
) -> Iterator[Fault]:
    """Compare a page's marks with the tree's (ISO 32000-1, 14.7.4.4)."""
    place = page.objgen
    if any((place, mark) not in owners for mark in marks):
        yield Fault("ua-01-005", f"page {number}: a mark that is in no element")
        return
    listed = tree.parents.get(int(page.get("/StructParents", -1)), [])
    if len(set(marks)) != len(marks) or not isinstance(listed, list):
        yield Fault("ua-parents", f"page {number}: a mark occurs twice, or has no parents")
    elif any(mark >= len(listed) or listed[mark] != owners[place, mark] for mark in marks):
        yield Fault("ua-parents", f"page {number}: parent tree and elements differ")


def _form_faults(pdf: pikepdf.Pdf) -> Iterator[Fault]:
    """Judge that no form with marks of its own is drawn by two pages (checkpoint 30)."""
    users: dict[Place, int] = {}
    for page in pdf.pages:
        for form in page.obj.get("/Resources", {}).get("/XObject", {}).values():
            if form.get("/Subtype") == "/Form":
                users[form.objgen] = users.get(form.objgen, 0) + 1
    for place, count in users.items():
        if count > 1 and _MCID.search(pdf.get_object(place).read_bytes()):
            yield Fault("ua-30-002", f"stream {place[0]} is drawn {count} times")
