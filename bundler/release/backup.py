"""A secret key on paper: the encrypted key as one line for a QR code, and as digits that can be typed.

A row of digits is 30 digits and two check digits (ISO 7064, MOD 97-10, as bank account numbers have them).
"""

from __future__ import annotations

import base64
import binascii
import re

BYTES = 158
"""An encrypted secret key as minisign writes it."""
ROW = 30
_CHECK = 2
_DIGITS = len(str(256**BYTES - 1))


def line(text: str) -> str:
    """Return the one line of a secret key's file that holds the key (212 characters of Base64).

    Raises ValueError for any other text.
    """
    return _whole("".join(text.split("\n")[1:2]))


def rows(code: str) -> tuple[str, ...]:
    """Return a key's line as rows of 32 digits, in groups of four."""
    digits = f"{int.from_bytes(base64.b64decode(code), 'big'):0{_DIGITS}d}"
    return tuple(_grouped(digits[at : at + ROW]) for at in range(0, _DIGITS, ROW))


def _grouped(row: str) -> str:
    checked = f"{row}{98 - int(row + '00') % 97:02d}"
    return " ".join(checked[at : at + 4] for at in range(0, len(checked), 4))


def typed(text: str) -> str:
    """Return the line of a key that was scanned, or typed as rows of digits.

    Raises ValueError with the number of the row that is wrong, from 1, or 0 where the whole is.
    """
    scanned = "".join(text.split())
    if not scanned.isdecimal():
        return _whole(scanned)
    lines = [re.sub(r"\D", "", row) for row in text.splitlines() if row.strip()]
    for number, row in enumerate(lines, 1):
        if not _CHECK < len(row) <= ROW + _CHECK or int(row) % 97 != 1:
            raise ValueError(number)
    digits = "".join(row[:-_CHECK] for row in lines)
    if len(digits) != _DIGITS or (value := int(digits)) >= 256**BYTES:
        raise ValueError(0)
    return base64.b64encode(value.to_bytes(BYTES, "big")).decode("ascii")


def _whole(scanned: str) -> str:
    try:
        data = base64.b64decode(scanned, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(0) from error
    if len(data) != BYTES:
        raise ValueError(0)
    return scanned
