"""An EPUB read back: documents in reading order, each article by its `data-id`, pictures from beside them.

The container is a stranger's: nothing of it is written to disk by its own name, and what it unpacks to is counted.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from lxml import etree
from selectolax.lexbor import LexborNode

from bundler import pictures
from bundler.archive._article import Places, parsed, read
from bundler.archive._gathered import Gathering
from bundler.archive._lines import attribute
from bundler.model import ArticleId

START = b"PK\x03\x04"
MAX_UNPACKED = 2_000_000_000
"""Bytes that all members may unpack to, together."""
MAX_DOCUMENT = 5_000_000
MAX_DIRECTORY = 50_000_000
"""Bytes of the list of members: some 500,000 of them."""
_CONTAINER = "META-INF/container.xml"
_DOCUMENTS = (".xhtml", ".html", ".htm")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_TAIL_BYTES = 22 + 65_535
_BROKEN = (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)


def gather(data: bytes, into: Gathering) -> bool:
    """Read a file; say whether it holds anything of ours. ValueError where it is damaged as a whole."""
    if _directory_bytes(data) > MAX_DIRECTORY:
        message = "too many members"
        raise ValueError(message)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise ValueError(type(error).__name__) from error
    with archive:
        box = _Box(archive, into)
        names = tuple(_documents(box))
        places = Places()
        for name in names:
            places.learn(box.read(name, MAX_DOCUMENT))
        box.unpacked = 0
        for own, parts in groupby(_elements(names, box), key=lambda part: part.own):
            _article(own, tuple(parts), places, box)
    return bool(places.articles)


def _directory_bytes(data: bytes) -> int:
    """Return how long the list of members says it is (APPNOTE 6.3.10, 4.3.16 and 4.3.14); reading it takes memory."""
    most = 0
    at = data.find(_END, max(0, len(data) - _TAIL_BYTES))
    while at >= 0:
        if at + 16 <= len(data):
            most = max(most, struct.unpack_from("<L", data, at + 12)[0])
        if data[max(0, at - 76) : at - 72] == _END_64:
            most = max(most, struct.unpack_from("<Q", data, at - 36)[0])
        at = data.find(_END, at + 1)
    return most


@dataclass(slots=True)
class _Box:
    """The members of an archive, read under limits; what cannot be read is noted once and empty."""

    archive: zipfile.ZipFile
    into: Gathering
    unpacked: int = 0
    broken: set[str] = field(default_factory=set)

    def names(self) -> tuple[str, ...]:
        """Return the names of all members, as they stand in the file."""
        return tuple(dict.fromkeys(self.archive.namelist()))

    def read(self, name: str, cap: int) -> bytes:
        """Return a member; nothing where it is not there, or not to be read."""
        try:
            info = self.archive.getinfo(name)
            room = min(cap, MAX_UNPACKED - self.unpacked)
            with self.archive.open(info) if info.compress_type in _METHODS else io.BytesIO() as file:
                data = file.read(room + 1)
        except KeyError:
            return b""
        except _BROKEN:
            data, room = b"", -1
        self.unpacked += len(data)
        if len(data) <= room:
            return data
        if name not in self.broken:
            self.broken.add(name)
            self.into.note("member-broken", None, name)
        return b""


def _documents(box: _Box) -> Iterator[str]:
    """Yield the documents in reading order, then those that the package does not name."""
    written = [name for name in box.names() if name.lower().endswith(_DOCUMENTS)]
    known = frozenset(written)
    spine = [name for name in _spine(box) if name in known]
    yield from dict.fromkeys((*spine, *written))


def _spine(box: _Box) -> Iterator[str]:
    """Yield the paths of the spine (EPUB 3.3, 5.7.1); none where the package is not one."""
    root = _xml(box.read(_CONTAINER, MAX_DOCUMENT))
    path = next((one.get("full-path", "") for one in _named(root, "rootfile")), "")
    package = _xml(box.read(path, 10 * MAX_DOCUMENT))
    folder = posixpath.dirname(path)
    items = {one.get("id", ""): one.get("href", "") for one in _named(package, "item")}
    for one in _named(package, "itemref"):
        yield _resolved(folder, items.get(one.get("idref", ""), ""))


def _xml(data: bytes) -> Any:
    """Parse XML that declares nothing: no entity, no other file."""
    if not data or b"<!" in data.replace(b"<!--", b""):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _named(root: Any, name: str) -> Iterable[Any]:
    return () if root is None else root.iter(f"{{*}}{name}")


def _resolved(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))


@dataclass(frozen=True, slots=True)
class _Part:
    """An element that holds an article, or a part of one, and the document it stands in."""

    own: ArticleId
    node: LexborNode
    document: str


def _elements(names: Iterable[str], box: _Box) -> Iterator[_Part]:
    for name in names:
        data = box.read(name, MAX_DOCUMENT)
        if b" data-id=" not in data:
            continue
        try:
            found = parsed(data.decode("utf-8", "replace")).css("[data-id]")
        except ValueError as error:
            box.into.note("not-an-article", None, f"{name}: {error}")
            continue
        yield from (_Part(ArticleId(attribute(node, "data-id")), node, name) for node in found)


def _article(own: ArticleId, parts: tuple[_Part, ...], places: Places, box: _Box) -> None:
    folder = posixpath.dirname(parts[0].document)
    for original, address in read(own, [part.node for part in parts], places, box.into).items():
        if original not in box.into.pictures:
            data = box.read(_resolved(folder, address), pictures.MAX_BYTES)
            if not box.into.picture(original, data):
                box.into.note("picture-broken", own, original)
