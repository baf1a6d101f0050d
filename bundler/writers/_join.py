"""Groups of laid-out pages to one PDF: pages in order, one set of fonts, one structure tree, one outline.

What depends on an article's place is added here and nowhere else: page numbers, links between articles, the outline.
Follows ISO 32000-1; the sections are named where they are followed. The file is written as the parts come, so that no
more than one of them is unpacked at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.sax.saxutils import escape

from bundler.writers import _embed, _stamp
from bundler.writers._file import File
from bundler.writers._fonts import Fonts
from bundler.writers._laid import LOCAL, STREAM, Laid, Tap, Used
from bundler.writers._laid import Page as LaidPage
from bundler.writers._parts import INSIDE, Look, Mark, Part, decimal, roman
from bundler.writers._syntax import array, numbers, reference, text

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
_LOCAL = re.compile(LOCAL + rb"(\d+)")
_STREAM = re.compile(STREAM + rb"(\d+)")


@dataclass(frozen=True, slots=True)
class Whole:
    """All that the joined PDF is made of; `files` are the faces cut to what `used` names."""

    parts: tuple[Part, ...]
    outline: tuple[Mark, ...]
    look: Look
    fonts: Fonts
    used: Mapping[str, Used]
    files: Mapping[_embed.Place, bytes]


@dataclass(slots=True)
class _Joined:
    """A PDF as it grows: numbers of its objects, and what its catalog will say."""

    file: File
    look: Look
    names: Mapping[str, str]
    pages: int
    tree: int
    document: int
    fonts: bytes
    shared: int
    kids: list[bytes] = field(default_factory=list)
    top: list[bytes] = field(default_factory=list)
    parents: list[bytes] = field(default_factory=list)
    marks: int = 0
    cells: dict[str, int] = field(default_factory=dict)
    destinations: dict[str, bytes] = field(default_factory=dict)
    pictures: dict[tuple[bytes, bytes], int] = field(default_factory=dict)


def join(whole: Whole, out: BinaryIO) -> None:
    """Write the joined PDF."""
    file = File(out)
    pages, tree, document = (file.reserve() for _ in range(3))
    fonts = _embed.embed(file, whole.fonts, whole.used, whole.files)
    shared = file.add(b"<</Font" + fonts + b">>")
    made = _Joined(file, whole.look, _names(whole), pages, tree, document, fonts, shared)
    before = {True: 0, False: 0}
    for part in whole.parts:
        _add(made, part, before[part.roman])
        before[part.roman] += part.pages
    file.put(pages, b"<</Type/Pages/Count %d/Kids%s>>" % (sum(p.pages for p in whole.parts), array(made.kids)))
    _put_structure(made)
    file.close(_catalog(made, whole), file.add(b"<</Title%s>>" % text(whole.look.title)))


def _names(whole: Whole) -> dict[str, str]:
    """Return the destinations that there are, each with what it is called."""
    called = dict(_called(whole.outline))
    places = (part.destination(name) for part in whole.parts for name, _ in part.places())
    return {place: called.get(place, "") for place in places}


def _called(marks: Iterable[Mark]) -> Iterator[tuple[str, str]]:
    for mark in marks:
        yield mark.destination, mark.title
        yield from _called(mark.inner)


def _add(made: _Joined, part: Part, before: int) -> None:
    """Write the pages of a part, with what they draw, their links and their structure."""
    laid, file = part.laid, made.file
    base = file.reserve(laid.head.count) - 1
    node = file.reserve()
    resources = _resources(made, laid)
    for place, (page, packed) in enumerate(laid.contents()):
        said = _said(part, place, before, made.look)
        content = file.reserve()
        file.stream(content, _stamp.numbered(packed, page.check, said, made.look))
        made.parents.append(b"%d%s" % (made.marks, array([reference(base + one) for one in page.owners])))
        file.put(base + 1 + place, _page(made, page, (base, node, content, resources)))
        made.marks += 1
    for page in laid.head.pages:
        for tap in page.taps:
            file.put(base + tap.number, _link(made, part, tap))
            made.parents.append(b"%d %d 0 R" % (made.marks, base + tap.owner))
            made.marks += 1
    pages = b" ".join(reference(base + number) for number in range(1, part.pages + 1))
    file.put(node, b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>" % (made.pages, part.pages, pages))
    made.kids.append(reference(node))
    _add_elements(made, laid, base)
    for name, (at, x, y) in part.places():
        made.destinations[part.destination(name)] = b"[%d 0 R/XYZ %s 0]" % (base + 1 + at, numbers((x, y)))


def _said(part: Part, place: int, before: int, look: Look) -> str:
    """Return a page's number as it is printed: the first page of those before the text shows none."""
    if part.roman:
        return roman(before + place + 1) if before + place else ""
    return decimal(before + place + 1, look.digits)


def _page(made: _Joined, page: LaidPage, numbered: tuple[int, int, int, int]) -> bytes:
    base, node, content, resources = numbered
    links = b"/Annots" + array([reference(base + tap.number) for tap in page.taps]) if page.taps else b""
    sides = numbers((page.width, page.height))
    return (
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s]/Contents %d 0 R/Resources %d 0 R/Tabs/S/StructParents %d%s>>"
        % (node, sides, content, resources, made.marks, links)
    )


def _resources(made: _Joined, laid: Laid) -> int:
    """Write the streams of a part, pictures that others have too once, and return the resources of its pages."""
    places: list[int] = []

    def stream(found: re.Match[bytes]) -> bytes:
        return b" " + reference(places[int(found[1])])

    for held, data in laid.streams():
        about = _STREAM.sub(stream, held.about.encode("latin-1"))
        number = made.pictures.get((about, data))
        if number is None:
            number = made.pictures[about, data] = made.file.reserve()
            made.file.stream(number, data, about)
        places.append(number)
    if not laid.head.resources:
        return made.shared
    more = _STREAM.sub(stream, laid.head.resources.encode("latin-1"))
    return made.file.add(b"<</Font" + made.fonts + more + b">>")


def _link(made: _Joined, part: Part, tap: Tap) -> bytes:
    """Write a link (section 12.5.6.5); one to a place that is not there leads to its article, or nowhere."""
    name = tap.address.removeprefix(INSIDE).removeprefix("#")
    if name == tap.address:
        leads = b"/A<</S/URI/URI%s>>/Contents%s" % ((text(tap.address),) * 2)
    else:
        name = part.destination(name) if tap.address.startswith("#") else name
        name = name if name in made.names else name.partition("-")[0]
        leads = b"/Contents" + text(made.names.get(name) or name)
        leads += b"/Dest" + text(name) if name in made.names else b""
    return b"<<%s/StructParent %d%s>>" % (tap.rest.encode(), made.marks, leads)


def _add_elements(made: _Joined, laid: Laid, base: int) -> None:
    """Write the structure elements of a part, numbered anew (section 14.7.2)."""

    def place(found: re.Match[bytes]) -> bytes:
        number = int(found[1])
        return b" %d 0 R" % (base + number if number else made.document)

    bodies = _LOCAL.sub(place, laid.objects()).split(b"\n") if laid.objects() else []
    first = base + laid.head.count - len(bodies) + 1
    for number, body in enumerate(bodies, first):
        made.file.put(number, body)
    made.top += [reference(base + number) for number in laid.head.top]
    made.cells.update({name: base + number for name, number in laid.head.cells.items()})


def _put_structure(made: _Joined) -> None:
    file = made.file
    file.put(made.document, b"<</S/Document/P %d 0 R/K%s>>" % (made.tree, array(made.top)))
    parents = file.add(b"<</Nums%s>>" % array(made.parents))
    cells = b""
    if made.cells:
        named = array([text(name) + reference(made.cells[name]) for name in sorted(made.cells)])
        first, last = (text(pick(made.cells)) for pick in (min, max))
        cells = b"/IDTree<</Kids[%s]>>" % reference(file.add(b"<</Limits[%s%s]/Names%s>>" % (first, last, named)))
    body = b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d%s>>"
    file.put(made.tree, body % (made.document, parents, made.marks, cells))


def _catalog(made: _Joined, whole: Whole) -> int:
    """Say what the document is: title and language, nothing of when, where and with what it was made."""
    file, look = made.file, whole.look
    xmp = _XMP.format(title=escape(look.title), language=escape(look.language)).encode()
    about = b"/Type/Metadata/Subtype/XML"
    metadata = file.reserve()
    file.stream(metadata, xmp, about)
    named = array([text(name) + made.destinations[name] for name in sorted(made.destinations)])
    names = file.add(b"<</Names%s>>" % named)
    direction = b"R2L" if look.rtl else b"L2R"
    return file.add(
        b"<</Type/Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>/Lang%s/Metadata %d 0 R"
        b"/ViewerPreferences<</DisplayDocTitle true/Direction/%s>>/PageLabels<</Nums%s>>/Names<</Dests %d 0 R>>"
        b"/Outlines %d 0 R>>"
        % (made.pages, made.tree, text(look.language), metadata, direction, array(list(_labels(whole.parts))), names,
           _outline(file, whole.outline))
    )  # fmt: skip


def _labels(parts: Iterable[Part]) -> Iterator[bytes]:
    """Yield page labels (section 12.4.2): i, ii, … before the text, 1, 2, … in it."""
    before, former = 0, None
    for part in parts:
        if part.roman != former:
            yield b"%d<</S/%s/St 1>>" % (before, b"r" if part.roman else b"D")
            former = part.roman
        before += part.pages


def _outline(file: File, marks: tuple[Mark, ...]) -> int:
    """Write the outline (section 12.3.3) and return its root."""
    root = file.reserve()
    kids = _items(file, marks, root)
    shown = sum(1 + (0 if _closed(marks) else len(mark.inner)) for mark in marks)
    ends = b"/First %d 0 R/Last %d 0 R/Count %d" % (kids[0], kids[-1], shown) if kids else b""
    file.put(root, b"<</Type/Outlines%s>>" % ends)
    return root


def _items(file: File, marks: tuple[Mark, ...], parent: int) -> list[int]:
    numbers = [file.reserve() for _ in marks]
    for place, mark in enumerate(marks):
        said = [b"<</Title%s/Parent %d 0 R/Dest%s" % (text(mark.title), parent, text(mark.destination))]
        if place:
            said.append(b"/Prev %d 0 R" % numbers[place - 1])
        if place + 1 < len(numbers):
            said.append(b"/Next %d 0 R" % numbers[place + 1])
        if kids := _items(file, mark.inner, numbers[place]):
            count = -len(kids) if _closed(marks) else len(kids)
            said.append(b"/First %d 0 R/Last %d 0 R/Count %d" % (kids[0], kids[-1], count))
        file.put(numbers[place], b"".join(said) + b">>")
    return numbers


def _closed(marks: tuple[Mark, ...]) -> bool:
    return sum(1 + len(mark.inner) for mark in marks) > _MANY
