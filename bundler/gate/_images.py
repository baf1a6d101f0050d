"""Pictures in finished files: they hold pixels and nothing else, and codes are read from them as a phone would."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import zxingcpp
from PIL import Image

MAX_CODE_PIXELS = 4_000_000
PNG = b"\x89PNG\r\n\x1a\n"
PNG_CHUNKS = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"))
"""W3C PNG, section 11: what pixels need; text, time, EXIF and profiles are not among them."""
JPEG = b"\xff\xd8"
MARK = b"\xff"
NEXT_SEGMENT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Not a stuffed zero, a restart inside the scan or a fill byte."""
JPEG_END = 0xD9
JPEG_SCAN = 0xDA
JPEG_FRAME = frozenset(range(0xC0, 0xD0)) | {0xDB, 0xDD, JPEG_SCAN, 0xE0, 0xEE}
"""ITU-T T.81, table B.1: frames, tables and scans, with JFIF's and Adobe's header, which only say how to show them."""


WEBP = ((b"RIFF", b"WEBPVP8 "), (b"RIFF", b"WEBPVP8L"))
"""RFC 9649, sections 2.5 and 2.6: the simple forms, one chunk of pixels; only the extended form has room for more."""


def metadata(data: bytes, *, webp: bool = False) -> str | None:
    """Name the first thing in a picture that is not pixels (a comment, EXIF, bytes behind the end); None if clean.

    WebP passes only where the format says so: old readers of EPUB fail on it.
    """
    if data.startswith(PNG):
        blocks, end = _png(data), b"IEND"
        extra = next((kind for kind, _ in blocks if kind not in PNG_CHUNKS), None)
        if extra is not None:
            return f"PNG chunk {extra.decode('latin-1')}"
        return None if blocks and blocks[-1] == (end, len(data)) else "bytes behind the end"
    if data.startswith(JPEG):
        return _jpeg(data)
    if webp and (data[:4], data[8:16]) in WEBP:
        return None if _webp_end(data) == len(data) else "bytes behind the end"
    return "neither PNG nor JPEG"


def _png(data: bytes) -> list[tuple[bytes, int]]:
    """List the chunks up to IEND: type, and where each ends."""
    chunks, at = [], len(PNG)
    while at + 12 <= len(data):
        kind = data[at + 4 : at + 8]
        at += 12 + int.from_bytes(data[at : at + 4], "big")
        chunks.append((kind, at))
        if kind == b"IEND":
            break
    return chunks


def _webp_end(data: bytes) -> int:
    """Return where the only chunk of a simple WebP ends, padded to an even length; -1 where its container disagrees."""
    end = 20 + int.from_bytes(data[16:20], "little")
    end += end % 2
    return end if 8 + int.from_bytes(data[4:8], "little") == end else -1


def _jpeg(data: bytes) -> str | None:
    for marker, end in _markers(data):
        if marker == JPEG_END:
            return None if end == len(data) else "bytes behind the end"
        if marker not in JPEG_FRAME:
            return f"JPEG marker {marker:02X}"
    return "no end"


def _markers(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield markers and where their segments end; the entropy-coded data of a scan belongs to its segment."""
    at = 2
    while data[at : at + 1] == MARK and at + 2 <= len(data):
        marker = data[at + 1]
        if marker == JPEG_END:
            yield marker, at + 2
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == JPEG_SCAN:
            following = NEXT_SEGMENT.search(data, end)
            end = following.start() if following else len(data)
        yield marker, end
        at = end


def payloads(data: bytes) -> tuple[str, ...]:
    """Decode the QR codes of a picture as it stands on white; empty where there is none, or no picture."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            return seen(image) if image.width * image.height <= MAX_CODE_PIXELS else ()
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return ()


def seen(image: Image.Image) -> tuple[str, ...]:
    """Decode the QR codes in a page or picture: dark on light only, quiet zones as they are."""
    if image.mode not in ("1", "L"):
        whole = image.convert("RGBA")
        image = Image.new("RGBA", whole.size, "white")
        image.alpha_composite(whole)
    found = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode, try_invert=False)
    return tuple(code.text for code in found)
