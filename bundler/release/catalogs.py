"""The shelf for programs: OPDS 1.2 and 2.0, an Atom feed, and each bundle's newest edition. None of them is signed."""

from __future__ import annotations

import uuid
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bundler.release import canonical
from bundler.release.manifest import NAME
from bundler.release.settings import Settings
from bundler.release.shelf import SPACE, Offered, media_type

_ATOM = "http://www.w3.org/2005/Atom"
_DCTERMS = "http://purl.org/dc/terms/"
ACQUISITION = "http://opds-spec.org/acquisition"
OPDS1 = "application/atom+xml;profile=opds-catalog;kind=acquisition"
OPDS2 = "application/opds+json"
_EMPTY = "1970-01-01T00:00:00Z"


def opds1(settings: Settings, shelf: tuple[Offered, ...]) -> bytes:
    """Return the shelf as an acquisition feed (OPDS Catalog 1.2, 2): one entry an edition, one link a file."""
    feed = _feed(settings, shelf, "catalog.xml", OPDS1)
    for one in shelf:
        entry = _entry(feed, one)
        SubElement(entry, "dc:language").text = one.language
        for file in one.files:
            attributes = {"rel": ACQUISITION, "href": settings.base_url + one.path + file.name,
                          "type": media_type(file.format), "length": str(file.bytes), "title": file.name}  # fmt: skip
            SubElement(entry, "link", attributes)
    return _xml(feed)


def atom(settings: Settings, shelf: tuple[Offered, ...]) -> bytes:
    """Return the shelf as a feed (RFC 4287) for feed readers: one entry an edition, with its files as enclosures."""
    feed = _feed(settings, shelf, "feed.xml", "application/atom+xml")
    for one in shelf:
        entry = _entry(feed, one)
        SubElement(entry, "link", {"rel": "alternate", "href": f"{settings.base_url}index.html", "type": "text/html"})
        for file in one.files:
            SubElement(entry, "link", {"rel": "enclosure", "href": settings.base_url + one.path + file.name,
                                       "type": media_type(file.format), "length": str(file.bytes)})  # fmt: skip
    return _xml(feed)


def _feed(settings: Settings, shelf: tuple[Offered, ...], name: str, kind: str) -> Element:
    feed = Element("feed", {"xmlns": _ATOM, "xmlns:dc": _DCTERMS} if name == "catalog.xml" else {"xmlns": _ATOM})
    SubElement(feed, "id").text = f"urn:uuid:{uuid.uuid5(SPACE, f'{settings.title} {name}')}"
    SubElement(feed, "title").text = settings.title
    SubElement(feed, "updated").text = shelf[0].moment if shelf else _EMPTY
    SubElement(SubElement(feed, "author"), "name").text = settings.title
    for relation in ("self", "start") if name == "catalog.xml" else ("self",):
        SubElement(feed, "link", {"rel": relation, "href": settings.base_url + name, "type": kind})
    return feed


def _entry(feed: Element, one: Offered) -> Element:
    entry = SubElement(feed, "entry")
    SubElement(entry, "id").text = one.urn
    SubElement(entry, "title").text = one.title
    SubElement(entry, "updated").text = one.moment
    SubElement(entry, "summary").text = ", ".join(file.name for file in one.files)
    return entry


def _xml(feed: Element) -> bytes:
    indent(feed, space=" ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(feed, encoding="unicode")}\n'.encode()


def opds2(settings: Settings, shelf: tuple[Offered, ...]) -> bytes:
    """Return the shelf as an OPDS 2.0 feed: one publication an edition, one link a file."""
    base = settings.base_url
    publications = [
        {
            "metadata": {
                "@type": "http://schema.org/Book", "identifier": one.urn, "title": one.title,
                "language": one.language, "modified": one.moment,
            },
            "links": [
                {"rel": ACQUISITION, "href": base + one.path + file.name, "type": media_type(file.format),
                 "title": file.name, "properties": {"size": file.bytes}}
                for file in one.files
            ],
        }
        for one in shelf
    ]  # fmt: skip
    links = [{"rel": "self", "href": f"{base}catalog.json", "type": OPDS2}]
    return canonical.write({"metadata": {"title": settings.title}, "links": links, "publications": publications})


def latest(one: Offered) -> bytes:
    """Return what a bundle's `latest.json` says: which edition is its newest, and where."""
    value: dict[str, Any] = {
        "format": "bundler-latest", "version": 1, "bundle": one.bundle, "edition": one.edition, "number": one.number,
        "manifest": {"href": f"{one.edition}/{NAME}", "sha256": one.manifest},
    }  # fmt: skip
    return canonical.write(value)
