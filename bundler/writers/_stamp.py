"""Page numbers, drawn at the end of laid-out pages as artifacts (ISO 32000-1, section 14.8.2.2)."""

from __future__ import annotations

import zlib

from bundler.writers._parts import Look
from bundler.writers._syntax import glyphs, number, numbers

_ZLIB = b"\x78\xda"
"""The first bytes of packed data at level 9 (RFC 1950)."""


def numbered(packed: bytes, check: int, said: str, look: Look) -> bytes:
    """Return a page's content, packed and whole, with its number added; `check` is the Adler-32 of what is there."""
    stamp = _number(said, look)
    end = zlib.compressobj(9, zlib.DEFLATED, -15)
    check = zlib.adler32(stamp, check)
    return b"".join((_ZLIB, packed, end.compress(stamp), end.flush(), check.to_bytes(4, "big")))


def _number(said: str, look: Look) -> bytes:
    """Print a number; small Roman ones stay away where the font of the bundle's script has no Latin letters."""
    if not said or not set(said) <= set(look.glyphs):
        return b""
    size = look.paper.head
    shown = [look.glyphs[digit] for digit in said]
    width = sum(look.numerals.widths[glyph] for glyph in shown) * size / 1000
    x = look.paper.beside + (0 if look.rtl else look.paper.measure - width)
    text = glyphs(b"".join(glyph.to_bytes(2, "big") for glyph in shown))
    font = b"/%s %s Tf" % (look.numerals.name.encode(), number(size))
    return b"/Artifact BMC BT %s %s g %s Td%sTj ET EMC\n" % (
        font, number(look.paper.grey), numbers((x, look.paper.baseline)), text,
    )  # fmt: skip
