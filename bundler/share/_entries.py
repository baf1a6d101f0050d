"""Entries of folders on a FAT volume: the short name of eleven letters, and before it the long one in pieces.

Microsoft's FAT32 File System Specification 1.03, sections 6 and 7.
"""

from __future__ import annotations

import datetime as dt
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass

BYTES = 32
_UNITS = 13
"""UTF-16 code units of a long name in one entry."""
_NOON = 12 << 11
_FIRST = dt.date(1980, 1, 1)
"""The first day that such an entry can name."""
_FOLDER, _ARCHIVE, _LONG = 0x10, 0x20, 0x0F


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder: its name, where it begins, how many bytes a file has, its date."""

    name: str
    folder: bool
    cluster: int
    size: int
    day: dt.date


def length(name: str) -> int:
    """Return how many bytes the entries of a name take."""
    return BYTES * (1 + -(-_units(name) // _UNITS))


def _units(name: str) -> int:
    return len(name.encode("utf-16-le")) // 2


def folder(inside: Iterable[Entry]) -> bytes:
    """Return the entries of a folder, in the order given."""
    taken: set[bytes] = set()
    made = []
    for entry in inside:
        short = _short(entry.name, taken)
        taken.add(short)
        made.append(_long(entry.name, short) + _entry(short, entry))
    return b"".join(made)


def dots(own: int, above: int, day: dt.date) -> bytes:
    """Return the two entries that every folder but the root begins with: itself and the one above (0: the root)."""
    return b"".join(
        _entry(name, Entry("", folder=True, cluster=cluster, size=0, day=day))
        for name, cluster in ((b".".ljust(11), own), (b"..".ljust(11), above))
    )


def _entry(short: bytes, entry: Entry) -> bytes:
    """Return the entry of a short name; every time in it is noon of the edition's date."""
    day = max(entry.day, _FIRST)
    date = (day.year - _FIRST.year) << 9 | day.month << 5 | day.day
    return struct.pack(
        "<11sBBBHHHHHHHI", short, _FOLDER if entry.folder else _ARCHIVE, 0, 0, _NOON, date, date, entry.cluster >> 16,
        _NOON, date, entry.cluster & 0xFFFF, entry.size,
    )  # fmt: skip


def _short(name: str, taken: set[bytes]) -> bytes:
    """Return a short name that no other entry of the folder has: `WEEKLY~1.EPU`."""
    stem, _, extension = name.rpartition(".") if "." in name else (name, "", "")
    clean = [re.sub("[^A-Z0-9]", "_", part.upper().replace(".", "").replace(" ", "")) for part in (stem, extension)]
    for number in range(1, 1_000_000):
        tail = f"~{number}"
        made = (clean[0][: 8 - len(tail)] + tail).ljust(8).encode() + clean[1][:3].ljust(3).encode()
        if made not in taken:
            return made
    message = "a folder of a million files"
    raise ValueError(message)


def _long(name: str, short: bytes) -> bytes:
    """Return the entries that hold a long name, the last piece of it first."""
    units = name.encode("utf-16-le")
    count = -(-_units(name) // _UNITS)
    if _units(name) % _UNITS:
        units = (units + b"\0\0").ljust(count * _UNITS * 2, b"\xff")
    parts = [units[at : at + _UNITS * 2] for at in range(0, len(units), _UNITS * 2)]
    made = [
        struct.pack("<B10sBBB12sH4s", number | (0x40 if number == count else 0), part[:10], _LONG, 0, _sum(short),
                    part[10:22], 0, part[22:])
        for number, part in enumerate(parts, 1)
    ]  # fmt: skip
    return b"".join(reversed(made))


def _sum(short: bytes) -> int:
    total = 0
    for one in short:
        total = ((total & 1) << 7) + (total >> 1) + one & 0xFF
    return total
