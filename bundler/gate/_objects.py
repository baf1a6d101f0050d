"""Objects of a PDF (ISO 32000-2): nothing that runs, submits, embeds or points outside, but links a reader taps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from bundler.gate import Fault
from bundler.gate._addresses import tap_faults
from bundler.gate._reading import short

ACTIONS = frozenset(
    f"/{name}"
    for name in (
        *("GoToR", "GoToE", "GoToDp", "Launch", "Thread", "Sound", "Movie", "Hide", "Named", "SubmitForm"),
        *("ResetForm", "ImportData", "JavaScript", "SetOCGState", "Rendition", "Trans", "GoTo3DView"),
        "RichMediaExecute",
    )
)
"""Every action of table 201 but GoTo and URI."""
KEYS = frozenset(
    f"/{name}"
    for name in (
        *("JS", "JavaScript", "AA", "EmbeddedFiles", "EF", "AF", "XFA", "AcroForm", "Collection", "OPI"),
        *("PieceInfo", "RichMediaContent", "Requirements", "Perms", "Threads", "Encrypt"),
    )
)
"""Keys that stand only where something runs, is filled in or embedded, or where programs keep notes of their own."""
OUTSIDE = ("/F", "/FFilter", "/FDecodeParms")
"""Keys of a stream whose bytes are in another file (7.3.8.2)."""
MAX_DEPTH = 100
"""Arrays and dictionaries inside each other, without an object of their own: what is deeper is not looked at, so it is
refused."""
DATES = ("/CreationDate", "/ModDate", "/LastModified", "/M")
"""Keys of a document, of parts of it and of annotations that say when somebody worked on them."""
_UTC = re.compile(r"D:\d{4,14}(Z|[+-]00'?(00'?)?)?")
_LOCAL = re.compile(rb"\dT\d\d:\d\d[\d:.]*[+-](?!00:?00)\d\d")
"""A time of XMP (ISO 16684-1, 8.2.1.2) that is not that of Greenwich: it tells where it was written."""

Object = Any
"""An object of pikepdf; its types say little more."""


def object_faults(pdf: pikepdf.Pdf, texts: list[str]) -> Iterator[Fault]:
    """Judge every object of a file, and add every string that stands in one to `texts`."""
    if pdf.is_encrypted:
        yield Fault("pdf-encrypted", "a password or restrictions")
    yield from _catalog_faults(pdf)
    for value in (*pdf.objects, pdf.trailer):
        for inner in _direct(value, texts, 0):
            if inner is None:
                yield Fault("pdf-deep", f"more than {MAX_DEPTH} arrays and dictionaries inside each other")
            else:
                yield from _dictionary_faults(inner)


def _catalog_faults(pdf: pikepdf.Pdf) -> Iterator[Fault]:
    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != "/GoTo":
        yield Fault("pdf-action", f"{opening.get('/S')} when the file is opened")
    if "/URI" in pdf.Root:
        yield Fault("pdf-forbidden", "/URI: a base for relative links")


def _direct(value: Object, texts: list[str], depth: int) -> Iterator[Object | None]:
    """Yield a dictionary or stream and all that stand inside it without being objects of their own.

    None stands for all that is deeper than MAX_DEPTH.
    """
    if depth > MAX_DEPTH:
        yield None
    elif isinstance(value, pikepdf.String):
        texts.append(str(value))
    elif isinstance(value, pikepdf.Stream):
        yield value
        yield from _inside(value.stream_dict.items(), texts, depth)
    elif isinstance(value, pikepdf.Dictionary):
        yield value
        yield from _inside(value.items(), texts, depth)
    elif isinstance(value, pikepdf.Array):
        yield from _inside(enumerate(value), texts, depth)


def _inside(items: Any, texts: list[str], depth: int) -> Iterator[Object | None]:
    for _, inner in items:
        if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
            yield from _direct(inner, texts, depth + 1)


def _dictionary_faults(value: Object) -> Iterator[Fault]:
    keys = set(value.keys())
    for key in sorted(keys & KEYS):
        yield Fault("pdf-forbidden", key)
    for key in DATES:
        if isinstance(said := value.get(key), pikepdf.String) and not _UTC.fullmatch(str(said)):
            yield Fault("local-time", f"{key} {short(str(said))}")
    if value.get("/Type") == "/Metadata" and (found := _LOCAL.search(value.read_bytes())):
        yield Fault("local-time", f"{found[0].decode()} in the metadata")
    if isinstance(value, pikepdf.Stream):
        yield from (Fault("pdf-outside", f"a stream with {key}") for key in OUTSIDE if key in keys)
        if "/Ref" in keys:
            yield Fault("pdf-outside", "a form drawn from another file")
    if value.get("/Type") in ("/Filespec", "/EmbeddedFile"):
        yield Fault("pdf-embedded", str(value.get("/Type")))
    if value.get("/Type") == "/Annot" and value.get("/Subtype") != "/Link":
        yield Fault("pdf-annotation", str(value.get("/Subtype")))
    if "/S" in keys:
        yield from _action_faults(value)
    action = value.get("/A") if "/A" in keys else None
    if isinstance(action, pikepdf.Dictionary) and action.get("/S") == "/URI" and value.get("/Subtype") != "/Link":
        yield Fault("pdf-action", "an address that opens without a link")


def _action_faults(value: Object) -> Iterator[Fault]:
    kind = value.get("/S")
    if isinstance(kind, pikepdf.Name) and str(kind) in ACTIONS:
        yield Fault("pdf-action", str(kind))
    if kind in ("/URI", "/GoTo") and "/Next" in value:
        yield Fault("pdf-action", f"something follows {kind}")
    if kind == "/URI":
        yield from tap_faults(str(value.get("/URI", "")), "a link")
