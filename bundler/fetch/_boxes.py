"""Saved pages in ZIP: an EPUB's documents and pictures, a WACZ's records. Nothing is unpacked beyond a limit."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from bundler.fetch._part import BoxError, Part, Read
from bundler.fetch.stored import Facts
from bundler.tree import MAX_PICTURE_BYTES

MAX_MEMBERS = 100_000
MAX_XML_BYTES = 5_000_000
_OPF = {"c": "urn:oasis:names:tc:opendocument:xmlns:container", "o": "http://www.idpf.org/2007/opf",
        "d": "http://purl.org/dc/elements/1.1/"}  # fmt: skip


def parts(path: Path, records: Callable[[Any], Iterator[Read]]) -> Iterator[Read]:
    """Yield how to read each part of an EPUB or a WACZ. Raises BoxError, and what `zipfile` and `lxml` raise."""
    with zipfile.ZipFile(path) as box:
        names = {info.filename for info in box.infolist()}
        if len(names) > MAX_MEMBERS:
            raise BoxError(f"more than {MAX_MEMBERS} members")  # noqa: EM102, TRY003 - part of a sentence
        if "META-INF/container.xml" in names:
            yield from _epub(box)
            return
        for name in sorted(names):
            if name.startswith("archive/") and name.endswith((".warc", ".warc.gz")):
                with box.open(name) as file:
                    yield from records(file)


def _epub(box: zipfile.ZipFile) -> Iterator[Read]:
    """Yield the documents of an EPUB's spine (EPUB 3.3, section 5), then its pictures."""
    container = _xml(box, "META-INF/container.xml")
    package = container.xpath("string(//c:rootfile/@full-path)", namespaces=_OPF)
    root = _xml(box, package)
    facts = Facts(
        published=_said(root, "date")[:10],
        publisher=_said(root, "publisher") or _said(root, "title"),
        authors=tuple(filter(None, [_said(root, "creator")])),
        language=_said(root, "language"),
    )
    items = {item.get("id"): item for item in root.iterfind("o:manifest/o:item", _OPF)}
    shown = [items[ref.get("idref")] for ref in root.iterfind("o:spine/o:itemref", _OPF) if ref.get("idref") in items]
    documents = [item for item in shown if "nav" not in (item.get("properties") or "").split()]
    images = [item for item in items.values() if (item.get("media-type") or "").startswith("image/")]
    for item in dict.fromkeys((*documents, *images)):
        name = posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(item.get("href") or "")))
        yield Read(partial(str, name), partial(_document, box, name, item.get("media-type") or "", facts))


def _document(box: zipfile.ZipFile, name: str, kind: str, facts: Facts) -> Part | None:
    data = _member(box, name)
    return Part("", name, kind, data, facts) if data else None


def _said(root: etree._Element, name: str) -> str:
    return " ".join((root.findtext(f"o:metadata/d:{name}", "", _OPF) or "").split())[:200]


def _xml(box: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    data = _member(box, name, MAX_XML_BYTES)
    if len(data) > MAX_XML_BYTES:
        raise BoxError(f"{name}: more than {MAX_XML_BYTES} bytes")  # noqa: EM102, TRY003 - part of a sentence
    return etree.fromstring(data, parser)


def _member(box: zipfile.ZipFile, name: str, most: int = MAX_PICTURE_BYTES) -> bytes:
    """Return a member, never more than one byte over its limit; nothing where it is missing."""
    try:
        with box.open(name) as file:
            return file.read(most + 1)
    except KeyError:
        return b""
