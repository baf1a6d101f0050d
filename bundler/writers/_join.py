"""Groups of laid-out pages to one PDF: pages in order, one set of fonts, one structure tree, one outline.

What depends on an article's place is added here and nowhere else: page numbers and running heads, links between
articles, the outline. Follows ISO 32000-1; the sections are named where they are followed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, OutlineItem, Pdf, Stream, String

from bundler.writers import _embed, _stamp
from bundler.writers._fonts import Fonts
from bundler.writers._layout import Used
from bundler.writers._parts import INSIDE, Look, Mark, Part

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
_MANY = 40
"""With more entries than this, the outline shows chapters closed."""


@dataclass(slots=True)
class _Joined:
    """A PDF as it grows."""

    pdf: Pdf
    fonts: Any
    document: Any
    line: float
    destinations: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, Any] = field(default_factory=dict)
    parents: list[Any] = field(default_factory=list)
    marks: int = 0
    heads: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Whole:
    """All that the joined PDF is made of; `files` are the faces cut to what `used` names."""

    parts: tuple[Part, ...]
    outline: tuple[Mark, ...]
    look: Look
    fonts: Fonts
    used: Mapping[str, Used]
    files: Mapping[_embed.Place, bytes]


def join(whole: Whole) -> bytes:
    """Return the joined PDF."""
    pdf = Pdf.new()
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, K=Array()))
    fonts = _embed.embed(pdf, whole.fonts, whole.used, whole.files)
    made = _Joined(pdf, fonts, document, whole.look.paper.head_line)
    with ExitStack() as sources:
        for part in whole.parts:
            _add(made, part, sources.enter_context(Pdf.open(io.BytesIO(part.laid.pdf))))
        _link(made)
        root.K = Array([document])
        root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(made.parents)))
        root.ParentTreeNextKey = made.marks
        pdf.Root.StructTreeRoot = root
        _stamp.stamp(pdf, whole.parts, whole.look, made.heads)
        _describe(made, whole.parts, whole.look)
        with pdf.open_outline() as shown:
            shown.root.extend(_items(whole.outline))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate, force_version="1.7")
    return out.getvalue()


def _add(made: _Joined, part: Part, source: Pdf) -> None:
    """Append the pages of a part with their marks, destinations and running heads."""
    first = len(made.pdf.pages)
    for page in source.pages:
        made.pdf.pages.append(page)
    pages = [made.pdf.pages[first + place].obj for place in range(part.laid.pages)]
    resources = pages[0].Resources
    resources.Font = made.fonts
    for name in sorted(resources.XObject.keys()):
        resources.XObject[name] = made.pictures.setdefault(name, resources.XObject[name])
    for name, (page, x, y) in part.places():
        made.destinations[part.destination(name)] = Array([pages[page], Name.XYZ, round(x, 2), round(y, 2), 0])
    _add_structure(made, part, source, pages)
    if part.articles:
        made.heads |= dict(_stamp.forms(made.pdf, part, pages[-1], made.line))
    del made.pdf.pages[first + part.pages :]


def _add_structure(made: _Joined, part: Part, source: Pdf, pages: list[Any]) -> None:
    """Append the structure elements of a part and number its marks anew (sections 14.7.4.4 and 14.7.5.4)."""
    kept = {page.objgen for page in pages[: part.pages]}
    document = made.pdf.copy_foreign(source.Root.StructTreeRoot.K[0])
    for element in document.K:
        if element.Pg.objgen in kept and len(element.K):
            element.P = made.document
            made.document.K.append(element)
    marks = made.pdf.copy_foreign(source.Root.StructTreeRoot.ParentTree).Nums
    owners = {int(marks[key]): marks[key + 1] for key in range(0, len(marks), 2)}
    for page in pages:
        page.StructParents = int(page.StructParents) + made.marks
        if "/Annots" in page:
            page.Annots = Array([annotation for annotation in page.Annots if _is_link(annotation, owners)])
        for annotation in page.get("/Annots", ()):
            annotation.StructParent = int(annotation.StructParent) + made.marks
    for key, owner in sorted(owners.items()):
        made.parents += [key + made.marks, owner]
    made.marks += len(marks) // 2


def _is_link(annotation: Any, owners: dict[int, Any]) -> bool:
    """Say whether an annotation is a link's own; WeasyPrint makes one more of every element inside a link."""
    owner = owners[int(annotation.StructParent)]
    if Name.Link == owner.S:
        return True
    del owners[int(annotation.StructParent)]
    owner.K = Array([kid for kid in owner.K if not _points_at(kid, annotation)])
    return False


def _points_at(kid: Any, annotation: Any) -> bool:
    return isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR and kid.Obj.objgen == annotation.objgen


def _link(made: _Joined) -> None:
    """Make links of the addresses that lead inside (section 12.6.4.2); a place that is not there is its article."""
    for page in made.pdf.pages:
        for annotation in page.obj.get("/Annots", ()):
            address = str(annotation.A.URI) if "/A" in annotation else ""
            if not address.startswith(INSIDE):
                continue
            name = address.removeprefix(INSIDE)
            name = name if name in made.destinations else name.partition("-")[0]
            del annotation.A
            if name in made.destinations:
                annotation.Dest = String(name)


def _describe(made: _Joined, parts: Iterable[Part], look: Look) -> None:
    """Say what the document is: title and language, nothing of when, where and with what it was made."""
    root, pdf = made.pdf.Root, made.pdf
    names = Array([part for name in sorted(made.destinations) for part in (String(name), made.destinations[name])])
    root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Names=names)))
    root.Lang = String(look.language)
    root.MarkInfo = Dictionary(Marked=True)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True, Direction=Name.R2L if look.rtl else Name.L2R)
    root.PageLabels = Dictionary(Nums=Array(list(_labels(parts))))
    xmp = _XMP.format(title=escape(look.title), language=escape(look.language)).encode()
    root.Metadata = pdf.make_indirect(Stream(pdf, xmp, Type=Name.Metadata, Subtype=Name.XML))
    pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=String(look.title)))


def _labels(parts: Iterable[Part]) -> Iterator[Any]:
    """Yield page labels (section 12.4.2): i, ii, … before the text, 1, 2, … in it."""
    before, former = 0, None
    for part in parts:
        if part.roman != former:
            yield before
            yield Dictionary(S=Name.r if part.roman else Name.D, St=1)
            former = part.roman
        before += part.pages


def _items(marks: tuple[Mark, ...]) -> list[OutlineItem]:
    many = sum(1 + len(mark.inner) for mark in marks) > _MANY
    items = []
    for mark in marks:
        item = OutlineItem(mark.title, String(mark.destination))
        item.children.extend(_items(mark.inner))
        item.is_closed = many
        items.append(item)
    return items
