"""Fonts that text can be read aloud from: checkpoints 10 and 31 of the Matterhorn Protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pikepdf

from bundler.gate import Fault
from bundler.gate._objects import Object
from bundler.gate._streams import FONT_KEYS

_TABLES = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")


def font_faults(pdf: pikepdf.Pdf) -> Iterator[Fault]:
    """Judge every font that is composed of numbered glyphs; our files have no others."""
    for value in pdf.objects:
        if isinstance(value, pikepdf.Dictionary) and value.get("/Type") == "/Font" and "/DescendantFonts" in value:
            yield from (Fault(code, str(value.get("/BaseFont", ""))) for code in _codes(value))


def _codes(font: Object) -> Iterator[str]:
    encoding = font.get("/Encoding")
    if not isinstance(encoding, pikepdf.Stream) and encoding not in ("/Identity-H", "/Identity-V"):
        yield "ua-31-006"
    inner = font.DescendantFonts[0]
    if inner.get("/Subtype") == "/CIDFontType2":
        places = inner.get("/CIDToGIDMap")
        if places is None:
            yield "ua-31-005"
        elif not isinstance(places, pikepdf.Stream) and places != "/Identity":
            yield "ua-31-004"
    if not any(key in inner.get("/FontDescriptor", {}) for key in FONT_KEYS):
        yield "ua-31-009"
    table = font.get("/ToUnicode")
    if table is None:
        yield "ua-31-027"
        return
    said = list(_values(table.read_bytes()))
    if not said:
        yield "ua-10-001"
    if any("\0" in text for text in said):
        yield "ua-31-028"
    if any(one in text for text in said for one in "\ufeff\ufffe"):
        yield "ua-31-029"


def _values(table: bytes) -> Iterator[str]:
    """Yield the texts that glyphs stand for (ISO 32000-1, 9.10.3)."""
    for kind, body in _TABLES.findall(table):
        written = _HEX.findall(body)
        step = 2 if kind == b"bfchar" else 3
        for one in written[step - 1 :: step]:
            yield bytes.fromhex(one.decode()).decode("utf-16-be", "surrogatepass")
