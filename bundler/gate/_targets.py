"""Where a PDF leads: named destinations, links, bookmarks, and the fonts its pages are written in."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

from bundler.gate import Expected, Fault
from bundler.gate._objects import Object
from bundler.gate._reading import short
from bundler.gate._streams import FONT_KEYS

MOST = 100_000
"""Nodes of a tree that are looked at: one that leads back into itself would have no end."""
Place = tuple[int, int]
"""Number and generation of a page's object."""


def target_faults(pdf: pikepdf.Pdf, expected: Expected) -> Iterator[Fault]:
    """Judge that the articles are there as destinations, and that every link and bookmark leads to a page."""
    pages = {page.obj.objgen for page in pdf.pages}
    if not pages:
        yield Fault("pages-missing", "the file has no page")
    named, repeated = destinations(pdf)
    for name, value in named.items():
        if not _leads(value, {}, pages):
            yield Fault("link-broken", f"destination {short(name)}")
    for name in dict.fromkeys(expected.articles):
        if name not in named or name in repeated:
            yield Fault("article-repeated" if name in repeated else "article-missing", name)
    for number, page in enumerate(pdf.pages, 1):
        for annotation in page.obj.get("/Annots", ()):
            if annotation.get("/Subtype") != "/Link":
                yield Fault("pdf-annotation", str(annotation.get("/Subtype")))
            if not _resolves(annotation, named, pages):
                yield Fault("link-broken", f"{_said(annotation)} on page {number}")
    for bookmark in bookmarks(pdf):
        if not _resolves(bookmark, named, pages):
            yield Fault("link-broken", f"bookmark {short(str(bookmark.get('/Title', '')))}")


def destinations(pdf: pikepdf.Pdf) -> tuple[dict[str, Object], set[str]]:
    """Return the named destinations (12.3.2.4), and the names that occur twice."""
    named: dict[str, Object] = {}
    repeated = set()
    for name, value in _leaves(pdf.Root.get("/Names", {}).get("/Dests")):
        if name in named:
            repeated.add(name)
        named[name] = value
    return named, repeated


def _leaves(node: Object | None) -> Iterator[tuple[str, Object]]:
    """Yield names and values of a name tree (7.9.6). Raises ValueError for one of more than MOST nodes."""
    waiting = [] if node is None else [node]
    for _ in range(MOST):
        if not waiting:
            return
        current = waiting.pop()
        names = list(current.get("/Names", ()))
        yield from ((str(name), value) for name, value in zip(names[::2], names[1::2], strict=False))
        waiting.extend(reversed(list(current.get("/Kids", ()))))
    message = "more names than are looked at"
    raise ValueError(message)


def bookmarks(pdf: pikepdf.Pdf) -> Iterator[Object]:
    """Yield the items of the outline (12.3.3), each before its children. Raises ValueError for more than MOST."""
    root = pdf.Root.get("/Outlines")
    waiting = [root.get("/First")] if root is not None else []
    for _ in range(2 * MOST):
        if not waiting:
            return
        item = waiting.pop()
        if item is not None:
            yield item
            waiting += [item.get("/Next"), item.get("/First")]
    message = "more bookmarks than are looked at"
    raise ValueError(message)


def _resolves(value: Object, named: dict[str, Object], pages: set[Place]) -> bool:
    """Say whether a link or bookmark leads to a page, or opens an address, which is judged elsewhere."""
    action = value.get("/A")
    if action is not None and action.get("/S") == "/URI":
        return True
    return _leads(value.get("/Dest") if action is None else action.get("/D"), named, pages)


def _leads(target: Object | None, named: dict[str, Object], pages: set[Place]) -> bool:
    if isinstance(target, pikepdf.String | pikepdf.Name):
        target = named.get(str(target))
    if isinstance(target, pikepdf.Dictionary):
        target = target.get("/D")
    return isinstance(target, pikepdf.Array) and len(target) > 0 and _place(target[0]) in pages


def _place(value: Object) -> Place | None:
    return value.objgen if isinstance(value, pikepdf.Dictionary) else None


def _said(annotation: Object) -> str:
    target = annotation.get("/Dest")
    return short(str(target)) if isinstance(target, pikepdf.String) else "a link"


def font_faults(pdf: pikepdf.Pdf) -> Iterator[Fault]:
    """Judge that every font is in the file (9.9): a reader's device may have none for these scripts."""
    for value in pdf.objects:
        if not isinstance(value, pikepdf.Dictionary) or value.get("/Type") != "/Font":
            continue
        if value.get("/Subtype") in ("/Type0", "/Type3"):
            continue
        descriptor = value.get("/FontDescriptor", {})
        if not any(key in descriptor for key in FONT_KEYS):
            yield Fault("font-missing", str(value.get("/BaseFont")))
