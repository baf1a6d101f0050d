"""What a PDF says of itself: checkpoints 02, 06, 07, 11, 20, 21, 25, 26 and 30 of the Matterhorn Protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pikepdf

from bundler.gate import Fault
from bundler.gate._objects import Object
from bundler.gate._reading import short

MAX_XMP = 100_000
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PART = "{http://www.aiim.org/pdfua/ns/id/}part"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
LANGUAGE = re.compile(
    r"([a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d[a-z\d]{3}))*"
    r"(-[a-wyz\d](-[a-z\d]{2,8})+)*(-x(-[a-z\d]{1,8})+)?",
    re.IGNORECASE,
)
"""A well-formed language tag (RFC 5646, 2.1)."""


def document_faults(pdf: pikepdf.Pdf) -> Iterator[Fault]:
    """Judge metadata, catalog and what may be hidden or attached."""
    root = pdf.Root
    yield from _metadata_faults(root.get("/Metadata"))
    shown = root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")
    if shown is None:
        yield Fault("ua-07-001", "the catalog does not say that the title is to be shown")
    elif not bool(shown):
        yield Fault("ua-07-002", "the catalog says that the title is not to be shown")
    yield from _language_faults(root)
    marks = root.get("/MarkInfo", {})
    if not bool(marks.get("/Marked", False)):
        yield Fault("ua-tagged", "the catalog does not say that the file is tagged")
    if bool(marks.get("/Suspects", False)):
        yield Fault("ua-01-007", "tags are suspect")
    if pdf.is_encrypted and not pdf.allow.accessibility:
        yield Fault("ua-26-002", "screen readers are locked out")
    yield from _layer_faults(root.get("/OCProperties", {}))
    for value in pdf.objects:
        if isinstance(value, pikepdf.Stream) and "/Ref" in value and value.get("/Subtype") == "/Form":
            yield Fault("ua-30-001", f"stream {value.objgen[0]} is drawn from another file")
        elif isinstance(value, pikepdf.Dictionary) and "/EF" in value and not {"/F", "/UF"} <= set(value.keys()):
            yield Fault("ua-21-001", "an embedded file has no name")


def _metadata_faults(stream: Object | None) -> Iterator[Fault]:
    if not isinstance(stream, pikepdf.Stream):
        yield Fault("ua-06-001", "the file has no XMP metadata")
        return
    data = stream.read_bytes()[:MAX_XMP]
    try:
        said = None if b"<!" in data else ET.fromstring(data)  # noqa: S314 - nothing is declared in it
    except ET.ParseError:
        said = None
    if said is None:
        yield Fault("ua-06-001", "the XMP metadata are no plain XML")
        return
    parts = {node.text for node in said.iter(_PART)} | {node.get(_PART) for node in said.iter(f"{_RDF}Description")}
    if "1" not in parts:
        yield Fault("ua-06-002", "the XMP metadata do not name PDF/UA-1")
    if not any((item.text or "").strip() for title in said.iter(_TITLE) for item in title.iter(f"{_RDF}li")):
        yield Fault("ua-06-003", "the XMP metadata have no title")


def _language_faults(root: Object) -> Iterator[Fault]:
    language = str(root.get("/Lang", ""))
    if LANGUAGE.fullmatch(language):
        return
    said = f"the file's language is {short(language)}"
    yield Fault("ua-11-001", said)
    if "/Outlines" in root and "/First" in root.Outlines:
        yield Fault("ua-11-003", said)
    yield Fault("ua-11-006", said)


def _layer_faults(properties: Object) -> Iterator[Fault]:
    for configuration in properties.get("/Configs", ()):
        if not str(configuration.get("/Name", "")):
            yield Fault("ua-20-001", "layers without a name")
        if "/AS" in configuration:
            yield Fault("ua-20-003", "layers that show and hide themselves")
    default = properties.get("/D")
    if default is None:
        return
    if not str(default.get("/Name", "")):
        yield Fault("ua-20-002", "layers without a name")
    if "/AS" in default:
        yield Fault("ua-20-003", "layers that show and hide themselves")
