"""Streams of a PDF, inflated piece by piece: searched for traces, missing glyphs, pictures that say too much."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pikepdf

from bundler.gate import Expected, Fault
from bundler.gate._images import metadata
from bundler.gate._objects import Object
from bundler.gate._reading import CHUNK, traces

NOTDEF = re.compile(rb"<(?:[0-9a-f]{4})*?0000(?:[0-9a-f]{4})*>", re.IGNORECASE)
"""Two-byte glyph ids in hexadecimal, glyph 0 among them: every font draws it as an empty box (ISO 32000-2, 9.7)."""
LITERAL = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.DOTALL)
"""A string of glyph ids as bytes, with escapes (7.3.4.2)."""
ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n?|\n)|(.))", re.DOTALL)
"""A byte in octal, a line end that does not count, or one byte (any letter may stand for its own: none means zero)."""
SHAPE = re.compile(rb"\s(?:l|re)\s")
"""The operators that draw a straight line to a point and a rectangle (8.5.2.1)."""
FILTERS = ("/FlateDecode", "/DCTDecode")
"""How bytes may be packed (7.4): in any other way, or in two at once, they could not be searched here."""
FONT_KEYS = ("/FontFile", "/FontFile2", "/FontFile3")


def stream_faults(pdf: pikepdf.Pdf, expected: Expected) -> Iterator[Fault]:
    """Judge every stream of a file."""
    for value in pdf.objects:
        if isinstance(value, pikepdf.Stream):
            where = f"stream {value.objgen[0]}"
            packed = value.get("/Filter")
            if (packed is not None and packed not in FILTERS) or _reckoned(value):
                yield Fault("pdf-packing", where)
            yield from traces(pieces(value), expected, where)
            if value.get("/Filter") == "/DCTDecode" and (extra := metadata(value.read_raw_bytes())):
                yield Fault("picture-metadata", f"{extra} in {where}")


def _reckoned(stream: Object) -> bool:
    """Say whether bytes are kept as differences (7.4.4.4), other than those of a picture or of the list of objects."""
    numbers = stream.get("/Type") == "/XRef" or stream.get("/Subtype") == "/Image"
    return "/DecodeParms" in stream and not numbers


def pieces(stream: Object) -> Iterator[bytes]:
    """Yield what a stream holds, inflated, never more than a piece in memory beside its packed bytes."""
    packed = stream.read_raw_bytes()
    if stream.get("/Filter") != "/FlateDecode":
        yield packed
        return
    inflate = zlib.decompressobj()
    while packed and not inflate.eof:
        yield inflate.decompress(packed, CHUNK)
        packed = inflate.unconsumed_tail


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one page draws, as far as it matters here: how many lines and rectangles, and whether a glyph is missing."""

    shapes: int
    broken: bool


def drawings(pdf: pikepdf.Pdf) -> Iterator[Drawing]:
    """Look at what every page draws, page by page."""
    for page in pdf.pages:
        held = [piece for stream in _drawn(page) for piece in pieces(stream)]
        shapes = sum(len(SHAPE.findall(piece)) for piece in held)
        yield Drawing(shapes, any(NOTDEF.search(piece) or _lacks(piece) for piece in held))


def _lacks(content: bytes) -> bool:
    """Say whether a string of bytes holds glyph 0; most contents have no two zero bytes at all."""
    if b"\0\0" not in content and b"\\0" not in content:
        return False
    for found in LITERAL.finditer(content):
        ids = ESCAPE.sub(_unescaped, found[1])
        if any(ids[at : at + 2] == b"\0\0" for at in range(0, len(ids), 2)):
            return True
    return False


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, _, sign = found.groups(b"")
    return bytes((int(octal, 8) & 0xFF,)) if octal else sign


def glyph_faults(drawn: Iterable[Drawing]) -> Iterator[Fault]:
    """Judge that every character has a glyph."""
    yield from (Fault("glyph-missing", f"page {number}") for number, page in enumerate(drawn, 1) if page.broken)


def _drawn(page: pikepdf.Page) -> Iterator[Object]:
    """Yield the streams that draw a page: its contents, and the forms it names."""
    contents = page.obj.get("/Contents")
    yield from contents if isinstance(contents, pikepdf.Array) else () if contents is None else (contents,)
    forms = page.resources.get("/XObject", {})
    yield from (form for form in forms.values() if form.get("/Subtype") == "/Form")
