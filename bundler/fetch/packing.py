"""A pack that was fetched, checked object by object, and the index by which its objects are found (gitformat-pack).

Every object is unpacked once and hashed, so that what is in the index is there and is what it is called. An object that
is larger than any that is ever read is hashed as it streams by; only one that is told by a difference is refused then.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bundler.packs import (
    HEADER,
    KINDS,
    MAX_CHAIN,
    MAX_OBJECT,
    OID,
    Header,
    PackError,
    applied,
    header,
    mapped,
    oid_of,
    pieces,
    unpacked,
)

MAX_OBJECTS = 3_000_000
MAX_UNPACKED = 30_000_000_000
"""Bytes that all objects of one pack may unpack to; those of differences weigh more."""
_WEIGHT = 16
"""What a byte of a difference costs beside one that is only unpacked: two can be an instruction, followed by hand."""
_HELD = 100_000_000
_LARGE = 1 << 31


@dataclass(frozen=True, slots=True)
class _Seen:
    """One object of the pack as it stands there."""

    offset: int
    crc: int
    told: Header


@dataclass(slots=True)
class _Made:
    """Objects that were put together lately, by offset, so that a chain is not followed from its end each time."""

    by_offset: OrderedDict[int, tuple[int, bytes, int]] = field(default_factory=OrderedDict)
    held: int = 0

    def put(self, offset: int, made: tuple[int, bytes, int]) -> None:
        """Keep one; the ones that were not asked for longest go."""
        self.by_offset[offset] = made
        self.held += len(made[1])
        while self.held > _HELD and len(self.by_offset) > 1:
            _, (_, data, _) = self.by_offset.popitem(last=False)
            self.held -= len(data)

    def get(self, offset: int) -> tuple[int, bytes, int] | None:
        """Return one that is still here."""
        if offset in self.by_offset:
            self.by_offset.move_to_end(offset)
        return self.by_offset.get(offset)


def indexed(path: Path) -> bytes:
    """Check a pack and return its index, version 2. Raises PackError, OSError."""
    with mapped(path) as data:
        reading = _Reading(data)
        reading.whole()
        return _index(reading.names, reading.seen, data[-OID:])


@dataclass(slots=True)
class _Reading:
    """One pack under way: `names` are the hashes of its objects by offset."""

    data: mmap.mmap
    seen: list[_Seen] = field(default_factory=list)
    names: dict[int, bytes] = field(default_factory=dict)
    offsets: dict[bytes, int] = field(default_factory=dict)
    made: _Made = field(default_factory=_Made)
    left: int = MAX_UNPACKED

    def whole(self) -> None:
        """Find all objects: those that stand there whole, then those told by differences, until none is left."""
        self._frame()
        self._listed()
        waiting = [one for one in self.seen if one.told.base is not None]
        while waiting:
            later = [one for one in waiting if not self._resolved(one)]
            if len(later) == len(waiting):
                raise PackError("a base that is not there")
            waiting = later

    def _frame(self) -> None:
        sign, version, count = struct.unpack_from(">4sII", self.data) if len(self.data) > HEADER + OID else (b"", 0, 0)
        if sign != b"PACK" or version not in (2, 3) or count > MAX_OBJECTS:
            raise PackError("it is no pack, or one of too many objects")
        total = hashlib.sha1(usedforsecurity=False)
        for place in range(0, len(self.data) - OID, 1 << 20):
            total.update(self.data[place : min(place + (1 << 20), len(self.data) - OID)])
        if total.digest() != self.data[-OID:]:
            raise PackError("it was damaged on its way")

    def _listed(self) -> None:
        """Walk through the pack from object to object."""
        place = HEADER
        for _ in range(struct.unpack_from(">I", self.data, HEADER - 4)[0]):
            told = header(self.data, place)
            self._spend(told.size if told.base is None else told.size * _WEIGHT)
            if told.base is not None and told.size > MAX_OBJECT:
                raise PackError(f"a difference of {told.size} bytes")
            end, name = self._streamed(told)
            if end > len(self.data) - OID:
                raise PackError("it ends too early")
            self.seen.append(_Seen(place, zlib.crc32(self.data[place:end]), told))
            if name:
                self._named(place, name)
            place = end
        if place != len(self.data) - OID:
            raise PackError("something stands behind its objects")

    def _streamed(self, told: Header) -> tuple[int, bytes]:
        """Return where an object ends, and its hash where it stands there whole."""
        name = hashlib.sha1(usedforsecurity=False)
        if told.base is None:
            name.update(b"%s %d\0" % (KINDS[told.kind], told.size))
        end = told.start
        for piece, behind in pieces(self.data, told.start, told.size):
            name.update(piece)
            end = behind
        return end, name.digest() if told.base is None else b""

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise PackError(f"its objects are more than {MAX_UNPACKED} bytes")

    def _named(self, offset: int, name: bytes) -> None:
        self.names[offset] = name
        self.offsets[name] = offset

    def _resolved(self, one: _Seen) -> bool:
        """Put an object together and hash it; False where its base is not known yet."""
        if one.told.base is None or self._base(one.told) not in self.names:
            return False
        kind, made, _ = self._whole(one.offset)
        self._named(one.offset, oid_of(kind, made))
        return True

    def _base(self, told: Header) -> int | None:
        return self.offsets.get(told.base) if isinstance(told.base, bytes) else told.base

    def _whole(self, offset: int) -> tuple[int, bytes, int]:
        """Return kind, bytes and how many differences an object is told by."""
        if found := self.made.get(offset):
            return found
        chain: list[tuple[int, Header]] = []
        base: tuple[int, bytes, int] | None = None
        at: int | None = offset
        while base is None:
            if at is None or len(chain) > MAX_CHAIN:
                raise PackError(f"an object told by more than {MAX_CHAIN} differences")
            told = header(self.data, at)
            if told.base is None:
                base = (told.kind, unpacked(self.data, told.start, told.size), 0)
                self.made.put(at, base)
            else:
                chain.append((at, told))
                at = self._base(told)
                base = self.made.get(at) if at is not None else None
        while chain:
            at, told = chain.pop()
            made = applied(base[1], unpacked(self.data, told.start, told.size))
            self._spend(len(made))
            base = (base[0], made, base[2] + 1)
            if base[2] > MAX_CHAIN:
                raise PackError(f"an object told by more than {MAX_CHAIN} differences")
            self.made.put(at, base)
        return base


def _index(names: dict[int, bytes], seen: list[_Seen], total: bytes) -> bytes:
    """Write the index: how many hashes begin with each byte, the hashes, checksums, offsets, those beyond 2 GB."""
    rows = sorted((names[one.offset], one.crc, one.offset) for one in seen)
    counts = [0] * 256
    for name, _, _ in rows:
        counts[name[0]] += 1
    far = [offset for _, _, offset in rows if offset >= _LARGE]
    body = b"".join((b"\xfftOc", struct.pack(">I", 2), *_sums(counts), *(name for name, _, _ in rows),
                     *(struct.pack(">I", crc) for _, crc, _ in rows)))  # fmt: skip
    places = {offset: _LARGE + place for place, offset in enumerate(far)}
    body += b"".join(struct.pack(">I", places.get(offset, offset)) for _, _, offset in rows)
    body += b"".join(struct.pack(">Q", offset) for offset in far) + total
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def _sums(counts: list[int]) -> Iterator[bytes]:
    total = 0
    for count in counts:
        total += count
        yield struct.pack(">I", total)
