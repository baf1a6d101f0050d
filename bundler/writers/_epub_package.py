"""The package of an EPUB through ebooklib: metadata, navigation, spine, and nothing of the machine.

ebooklib 0.20 would write local time, a random identifier and its own name; it keeps everything in memory and parses
every document again. Here members are written as they come, and the package last, once all of them are known.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from ebooklib import epub
from lxml import etree

from bundler.model import Direction
from bundler.writers._container import Container

_XML = "{http://www.w3.org/XML/1998/namespace}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_EPUB = "{http://www.idpf.org/2007/ops}"
_NCX = f"{{{epub.NAMESPACES['DAISY']}}}"
_OPF = epub.NAMESPACES["OPF"]
MEDIA_TYPES = {
    "xhtml": "application/xhtml+xml",
    "css": "text/css",
    "png": "image/png",
    "jpg": "image/jpeg",
    "ttf": "font/ttf",
}
OPTIONS = {"epub3_pages": False, "raise_exceptions": True}


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the navigation: a title, where it leads, and what stands below it."""

    title: str
    href: str
    inner: tuple[Point, ...] = ()
    language: str = ""
    """Its language (BCP 47) where it is not the book's."""
    direction: Direction = "ltr"


@dataclass(frozen=True, slots=True)
class Landmark:
    """One of the places that a reading app offers by name: its kind in OPF 2.0.1 (2.6), its title, its file."""

    kind: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Label:
    """What the package says of the book; the collection is empty where the title may not show."""

    title: str
    languages: tuple[str, ...]
    direction: Direction
    day: dt.date
    contents: str
    collection: str = ""
    progression: Direction = "ltr"
    """Where the next page lies; lines from top to bottom run to the left."""


class Package(epub.EpubWriter):  # type: ignore[misc]  # ebooklib has no types
    """An EPUB being written: add members, then close."""

    def __init__(self, out: BinaryIO, label: Label) -> None:
        """Begin the file with its media type and its container."""
        midnight = dt.datetime(label.day.year, label.day.month, label.day.day, tzinfo=dt.UTC)
        super().__init__("", epub.EpubBook(), {**OPTIONS, "mtime": midnight, "landmark_title": label.contents})
        self.label = label
        self.points: tuple[Point, ...] = ()
        self.out = Container(out)
        self._write_container()

    @property
    def spine(self) -> tuple[str, ...]:
        """Return the names of the documents in reading order."""
        return tuple(item.file_name for item in self.book.spine)

    def add(self, name: str, data: bytes, *, reads: bool = False) -> None:
        """Write one member; what `reads` is the last of the spine so far."""
        item = self._add(name, data)
        if reads:
            self.book.spine.append(item)

    def cover(self, name: str, data: bytes) -> None:
        """Write the picture that stands for the book on a shelf, for new readers and old ones (EPUB 3.3, D.4.1)."""
        item = self._add(name, data)
        item.properties = ["cover-image"]
        self.book.add_metadata(None, "meta", None, {"name": "cover", "content": item.id})

    def insert(self, name: str, data: bytes, *, before: str) -> None:
        """Write one member that is read before another one."""
        place = self.spine.index(before)
        self.book.spine.insert(place, self._add(name, data))

    def _add(self, name: str, data: bytes) -> epub.EpubItem:
        kind = MEDIA_TYPES[name.rpartition(".")[2]]
        item = epub.EpubItem(name.replace("/", "-").replace(".", "-"), name, kind)
        self.book.add_item(item)
        self.out.writestr(f"{self.book.FOLDER_NAME}/{name}", data)
        return item

    def close(self, points: Iterable[Point], landmarks: Iterable[Landmark], facts: Iterable[tuple[str, str]]) -> None:
        """Write navigation and package; facts are metadata: property, value."""
        self._describe(facts)
        book, label, self.points = self.book, self.label, tuple(points)
        book.toc = [_toc(point) for point in self.points]
        book.guide = [{"type": mark.kind, "title": mark.title, "href": mark.href} for mark in landmarks]
        nav = epub.EpubNav(title=label.contents, direction=label.direction)
        nav.add_link(href="style.css", rel="stylesheet", type="text/css")
        ncx = epub.EpubNcx()
        book.add_item(nav)
        book.add_item(ncx)
        self.out.writestr(f"{book.FOLDER_NAME}/{nav.file_name}", self._get_nav(nav))
        self.out.writestr(f"{book.FOLDER_NAME}/{ncx.file_name}", self._get_ncx())
        self._write_opf()
        self.out.close()

    def _describe(self, facts: Iterable[tuple[str, str]]) -> None:
        book, label = self.book, self.label
        book.metadata[_OPF].pop("generator")
        book.set_identifier(f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, self.out.digest())}")
        book.set_title(label.title)
        book.set_language(label.languages[0])
        for language in label.languages[1:]:
            book.add_metadata("DC", "language", language)
        book.set_direction(label.progression)
        book.add_metadata("DC", "date", label.day.isoformat())
        for name, value in facts:
            book.add_metadata(None, "meta", value, {"property": name})
        self._collect()

    def _collect(self) -> None:
        """Say which series the book belongs to, and its place in it (EPUB 3.3, 5.5.6)."""
        if self.label.collection:
            place = f"{self.label.day:%Y%m%d}"
            self.book.add_metadata(
                None, "meta", self.label.collection, {"property": "belongs-to-collection", "id": "series"}
            )
            for name, value in (("collection-type", "series"), ("group-position", place)):
                self.book.add_metadata(None, "meta", value, {"property": name, "refines": "#series"})

    def _write_opf_file(self, root: Any) -> None:
        """Give the package its language and direction, which ebooklib leaves out."""
        root.set(f"{_XML}lang", self.label.languages[0])
        root.set("dir", self.label.direction)
        super()._write_opf_file(root)

    def _get_nav(self, item: Any) -> bytes:
        """Let every title run in its own direction, give the page a first heading, show landmarks to machines only."""
        root = etree.fromstring(super()._get_nav(item))
        root.set("dir", self.label.direction)
        for nav in root.iter(f"{_XHTML}nav"):
            nav.attrib.pop("id", "")
            if nav.get(f"{_EPUB}type") == "toc":
                nav[0].tag = f"{_XHTML}h1"
                for link, point in zip(nav.iter(f"{_XHTML}a"), _walk(self.points), strict=True):
                    _speak(link, ("lang", f"{_XML}lang"), point)
            if nav.get(f"{_EPUB}type") == "landmarks":
                nav.set("hidden", "hidden")
        return bytes(etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True))

    def _get_ncx(self) -> bytes:
        """Say language and direction of the contents for older readers and of each title in them."""
        root = etree.fromstring(super()._get_ncx())
        root.set(f"{_XML}lang", self.label.languages[0])
        root.set("dir", self.label.direction)
        for meta in root.iter(f"{_NCX}meta"):
            if meta.get("name") == "dtb:depth":
                meta.set("content", str(1 + any(point.inner for point in self.points)))
        for node, point in zip(root.iter(f"{_NCX}navLabel"), _walk(self.points), strict=True):
            _speak(node, (f"{_XML}lang",), point)
        return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _speak(node: Any, names: Iterable[str], point: Point) -> None:
    """Give a title its own language and direction: what stands around it cannot mix with it then."""
    for name in names if point.language else ():
        node.set(name, point.language)
    node.set("dir", point.direction)


def _walk(points: Iterable[Point]) -> Iterator[Point]:
    for point in points:
        yield point
        yield from _walk(point.inner)


def _toc(point: Point) -> Any:
    if point.inner:
        return epub.Section(point.title, point.href), [_toc(inner) for inner in point.inner]
    return epub.Link(point.href, point.title, "to-" + point.href.replace(".xhtml", "").replace("#", "-"))
