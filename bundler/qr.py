"""Text to a QR code: matrix, 1-bit PNG, one SVG path; with the size ceilings of each use.

Implements ISO/IEC 18004 through `qrcode`, with one fixed mask (any mask is valid; choosing the best costs four times).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError

MAX_VERSION_PRINT = 10
"""A link on paper: 213 bytes at level M."""
MAX_VERSION_SCREEN = 15
"""A link on a phone's screen: 412 bytes at level M."""
MAX_BYTES = {MAX_VERSION_PRINT: 213, MAX_VERSION_SCREEN: 412}
QUIET_ZONE = 4
MASK = 2

Matrix = tuple[tuple[bool, ...], ...]


def fits(payload: str, *, max_version: int = MAX_VERSION_PRINT) -> bool:
    """Say whether a payload fits a code of at most this version at error correction M."""
    return len(payload.encode()) <= MAX_BYTES[max_version]


@lru_cache(maxsize=4096)
def matrix(payload: str) -> Matrix:
    """Return the modules of a code at level M, dark is True, without quiet zone. ValueError where it is too long."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(payload)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        message = f"{len(payload.encode())} bytes do not fit a QR code"
        raise ValueError(message) from error
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def path(modules: Matrix) -> str:
    """Return one stroked SVG path: a horizontal run of dark modules a segment, one unit a module, quiet zone included.

    Draw it with `stroke="#000" stroke-width="1"` in a viewBox of `side(modules)` units.
    """
    return "".join(f"M{x} {y}.5h{length}" for x, y, length in runs(modules))


def runs(modules: Matrix) -> Iterator[tuple[int, int, int]]:
    """Yield the horizontal runs of dark modules as (x, y, length), the quiet zone counted in."""
    for y, row in enumerate(modules):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                yield start + QUIET_ZONE, y + QUIET_ZONE, x - start
            x += 1


def side(modules: Matrix) -> int:
    """Return the side of a code in modules, quiet zone included."""
    return len(modules) + 2 * QUIET_ZONE


def png(modules: Matrix, *, module_px: int = 8) -> bytes:
    """Return a 1-bit grey PNG (W3C PNG, colour type 0), dark on white, quiet zone included."""
    width = side(modules) * module_px
    blank = b"\0" + b"\xff" * ((width + 7) // 8)
    rows = [blank] * (QUIET_ZONE * module_px)
    for row in modules:
        light = (False,) * QUIET_ZONE
        bits = "".join(("0" if dark else "1") * module_px for dark in (*light, *row, *light))
        padded = bits.ljust((width + 7) // 8 * 8, "1")
        line = b"\0" + int(padded, 2).to_bytes(len(padded) // 8, "big")
        rows.extend([line] * module_px)
    rows.extend([blank] * (QUIET_ZONE * module_px))
    header = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)
    body = (b"IHDR" + header, b"IDAT" + zlib.compress(b"".join(rows), 9), b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, body))


def _chunk(typed: bytes) -> bytes:
    return struct.pack(">I", len(typed) - 4) + typed + struct.pack(">I", zlib.crc32(typed))
