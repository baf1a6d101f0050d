"""Text to a QR code: matrix, 1-bit PNG, one SVG path; with the size ceilings of each use.

One fixed mask for all: any is valid, and choosing the best costs four times.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import count, zip_longest

from bundler.symbol import Matrix, grown, symbol

MAX_VERSION_PRINT = 10
"""A link on paper: 213 bytes at level M."""
MAX_VERSION_SCREEN = 15
"""A link on a phone's screen: 412 bytes at level M."""
CAPACITY = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412)
"""Bytes that versions 1 to 15 hold at level M in byte mode (ISO/IEC 18004, table 7)."""
MAX_BYTES_PRINT = CAPACITY[MAX_VERSION_PRINT - 1]
QUIET_ZONE = 4
PNG_MODULE_PX = 8
_SHADES = b"\xff\x00" + bytes(254)
"""A light module is eight white pixels, a dark one eight black ones."""


def fits(payload: str, *, max_version: int = MAX_VERSION_PRINT) -> bool:
    """Say whether a payload fits a code of at most this version at error correction M."""
    return len(payload.encode()) <= CAPACITY[max_version - 1]


@lru_cache(maxsize=4096)
def matrix(payload: str) -> Matrix:
    """Return the modules of a code at level M, dark is True, without quiet zone. ValueError where it is too long."""
    data = payload.encode()
    version = next((place for place, most in enumerate(CAPACITY, 1) if len(data) <= most), None)
    return symbol(data, version) if version else grown(payload)


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


def blocks(modules: Matrix) -> list[tuple[int, int, int, int]]:
    """Return rectangles of dark modules as (x, y, width, height), the quiet zone counted in, like ones together.

    Each dark module is in one of them: fewer than there are runs, and, sorted, half as long when packed.
    """
    left = {(x, y) for y, row in enumerate(modules) for x, dark in enumerate(row) if dark}
    found = []
    for x, y in sorted(left, key=lambda place: place[::-1]):
        if (x, y) not in left:
            continue
        wide, high = max(_spans(left, x, y), key=lambda span: span[0] * span[1])
        left -= {(x + right, y + down) for right in range(wide) for down in range(high)}
        found.append((wide, high, x + QUIET_ZONE, y + QUIET_ZONE))
    return [(x, y, wide, high) for wide, high, x, y in sorted(found)]


def _spans(dark: set[tuple[int, int]], x: int, y: int) -> Iterator[tuple[int, int]]:
    """Yield the widest and the highest rectangle that begin at a module."""
    wide = next(step for step in count() if (x + step, y) not in dark)
    yield wide, next(s for s in count() if any((x + step, y + s) not in dark for step in range(wide)))
    high = next(step for step in count() if (x, y + step) not in dark)
    yield next(s for s in count() if any((x + s, y + step) not in dark for step in range(high))), high


def side(modules: Matrix) -> int:
    """Return the side of a code in modules, quiet zone included."""
    return len(modules) + 2 * QUIET_ZONE


def _framed(modules: Matrix) -> list[tuple[bool, ...]]:
    """Return the rows of a code with its quiet zone around them; the first is blank."""
    margin = (False,) * QUIET_ZONE
    blank = (False,) * side(modules)
    return [*(blank,) * QUIET_ZONE, *((*margin, *row, *margin) for row in modules), *(blank,) * QUIET_ZONE]


def halves(modules: Matrix) -> Iterator[str]:
    """Yield lines of half blocks that draw a code with its quiet zone: a character is two modules, one above the other.

    Light modules are drawn and dark ones left out, so it has to be printed in white on black, whatever the terminal's
    colours are.
    """
    drawn = _framed(modules)
    for upper, lower in zip_longest(drawn[::2], drawn[1::2], fillvalue=drawn[0]):
        yield "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))


_HALVES = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}


def png(modules: Matrix) -> bytes:
    """Return a 1-bit grey PNG (W3C PNG, colour type 0), dark on white, quiet zone included, PNG_MODULE_PX to a module.

    Eight pixels of one bit are one byte, so a module is a byte; seven of its eight rows repeat the row above (filter
    type 2), which leaves nothing to compress.
    """
    width = side(modules) * PNG_MODULE_PX
    repeat = (b"\2" + bytes(side(modules))) * (PNG_MODULE_PX - 1)
    rows = b"".join(b"\0" + bytes(row).translate(_SHADES) + repeat for row in _framed(modules))
    header = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)
    body = (b"IHDR" + header, b"IDAT" + zlib.compress(rows, 6), b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, body))


def _chunk(typed: bytes) -> bytes:
    return struct.pack(">I", len(typed) - 4) + typed + struct.pack(">I", zlib.crc32(typed))
