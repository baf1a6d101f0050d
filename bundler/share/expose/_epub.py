"""What an EPUB shows (EPUB 3.3): a ZIP whose package names a title, dates and a cover, and documents that hold text."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from bundler import theme
from bundler.pictures import thumbnail
from bundler.share.expose._inside import MAX_PART_BYTES, MAX_PARTS, Inside, leads_away

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_LOADING = {"img": "src", "image": "href", "link": "href", "script": "src", "iframe": "src", "object": "data",
            "audio": "src", "video": "src", "source": "src", "use": "href"}  # fmt: skip
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_OURS = re.compile(r"EPUB/a[0-9a-f]{10}\.xhtml")
_SIDE = 400
_BROKEN = (KeyError, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error)

Node = Any
"""An element of lxml."""


def look(path: Path, inside: Inside) -> None:
    """Look into an EPUB."""
    try:
        with zipfile.ZipFile(path) as archive:
            _archive(archive, inside)
    except _BROKEN:
        inside.lost("zip")


def _archive(archive: zipfile.ZipFile, inside: Inside) -> None:
    members = archive.infolist()[:MAX_PARTS]
    times = sorted({one.date_time for one in members} - {_NO_TIME})
    for time in dict.fromkeys([*times[:1], *times[-1:]]):
        inside.keep("zip", "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*time))
    if any(_OURS.fullmatch(one.filename) for one in members):
        inside.marks.append("names")
    container = _parsed(_member(archive, "META-INF/container.xml", inside))
    place = next((str(one.get("full-path", "")) for one in _each(container, _CONTAINER)), "")
    package = _parsed(_member(archive, place, inside))
    if package is None:
        inside.lost("package")
        return
    _metadata(package, inside)
    _cover(archive, package, place, inside)
    for item in _each(package, f"{_OPF}item"):
        name = posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(str(item.get("href", "")))))
        match item.get("media-type"):
            case "application/xhtml+xml":
                _document(_member(archive, name, inside), inside)
            case "text/css" if _is_ours(_member(archive, name, inside)):
                inside.marks.append("styles")
            case _:
                pass


def _is_ours(sheet: bytes) -> bool:
    first = (theme.assets() / "css/epub.css").read_bytes().split(b"\n", 1)[0]
    return sheet.startswith(first)


def _metadata(package: Node, inside: Inside) -> None:
    for node in _each(package, None):
        text = "".join(node.itertext())
        if str(node.tag).startswith(_DC):
            name = str(node.tag).removeprefix(_DC)
            inside.title = inside.title or (text.strip() if name == "title" else "")
            inside.keep(f"dc:{name}", text)
        elif node.tag == f"{_OPF}meta" and not str(node.get("property", "schema:")).startswith("schema:"):
            inside.keep(str(node.get("property")), text)


def _cover(archive: zipfile.ZipFile, package: Node, place: str, inside: Inside) -> None:
    named = {node.get("content") for node in _each(package, f"{_OPF}meta") if node.get("name") == "cover"}
    for item in _each(package, f"{_OPF}item"):
        if "cover-image" in str(item.get("properties", "")).split() or item.get("id") in named:
            name = posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(str(item.get("href", "")))))
            inside.picture = thumbnail(_member(archive, name, inside), _SIDE) or b""
            return


def _document(data: bytes, inside: Inside) -> None:
    root = _parsed(data)
    if root is None:
        inside.lost("document")
        return
    for node in _each(root, None):
        name = etree.QName(node).localname
        for key, value in node.attrib.items():
            attribute = etree.QName(key).localname
            if leads_away(str(value)):
                if name == "a" and attribute == "href":
                    inside.taps.append(str(value))
                elif _LOADING.get(name) == attribute:
                    inside.loads.append(str(value))
    inside.read(" ".join(root.itertext(with_tail=True)))


def _member(archive: zipfile.ZipFile, name: str, inside: Inside) -> bytes:
    """Return what a member holds; nothing where it is missing, broken or too large, which is remembered."""
    try:
        with archive.open(name) as file:
            data = file.read(MAX_PART_BYTES + 1)
    except _BROKEN:
        data = b""
        inside.lost(name[:80])
    if len(data) > MAX_PART_BYTES:
        inside.lost(name[:80])
        return b""
    return data


def _parsed(data: bytes) -> Node | None:
    """Return the root of a document, mended where it is not well formed: no entities, no DTD, no network."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _each(root: Node | None, tag: str | None) -> Iterator[Node]:
    if root is not None:
        yield from root.iter(tag or etree.Element)
