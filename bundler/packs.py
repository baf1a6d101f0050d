"""Git's packs, read by hand: every size is known before a byte is unpacked, nothing in a repository is ever executed.

A repository may be a stranger's. So none of it but its packs is opened: no configuration, no hooks, no alternates.
What is read is checked against the hash that it was asked for by (gitformat-pack; SHA-1 repositories).
"""

from __future__ import annotations

import hashlib
import mmap
import os
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MAX_OBJECT = 64_000_000
"""Bytes of one object that is ever unpacked."""
MAX_CHAIN = 250
"""Differences between an object and the whole one that it is told by; Git makes 50, at most 250 when asked."""
MAX_STEPS = 4_000_000
"""Instructions of one difference: they may be two bytes each, and a list of them takes twenty times as much memory."""
COMMIT, TREE, BLOB, TAG, OFS_DELTA, REF_DELTA = 1, 2, 3, 4, 6, 7
KINDS = {COMMIT: b"commit", TREE: b"tree", BLOB: b"blob", TAG: b"tag"}
OID = 20
HEADER, FANOUT = 12, 8 + 256 * 4
_PIECE = 65_536
_LARGE = 1 << 31
_COPY, _WHOLE_COPY = 0x80, 0x10000


class PackError(Exception):
    """A pack that is damaged, that lies, or that would unpack to more than is allowed; says how."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before an object's bytes: `size` of what is unpacked from `start`, and for a difference its `base`.

    The base is another object's offset or its hash.
    """

    kind: int
    size: int
    start: int
    base: int | bytes | None = None


def header(data: mmap.mmap, offset: int) -> Header:
    """Read the header of the object at an offset. Raises PackError."""
    try:
        byte = data[offset]
        kind, size, shift, place = (byte >> 4) & 7, byte & 15, 4, offset + 1
        while byte & 0x80:
            byte = data[place]
            size |= (byte & 0x7F) << shift
            shift, place = shift + 7, place + 1
            if shift > OID * 8:
                raise PackError("a size without an end")
        if kind == OFS_DELTA:
            distance, place = _distance(data, place)
            if not 0 < distance <= offset - HEADER:
                raise PackError("a base outside the pack")
            return Header(kind, size, place, offset - distance)
    except IndexError:
        raise PackError("it ends too early") from None
    if kind == REF_DELTA:
        return Header(kind, size, place + OID, data[place : place + OID])
    if kind not in KINDS:
        raise PackError("an object of no known kind")
    return Header(kind, size, place)


def _distance(data: mmap.mmap, place: int) -> tuple[int, int]:
    byte = data[place]
    found, place = byte & 0x7F, place + 1
    while byte & 0x80:
        byte = data[place]
        found, place = ((found + 1) << 7) | (byte & 0x7F), place + 1
        if found > 1 << 62:
            raise PackError("a distance without an end")
    return found, place


def pieces(data: mmap.mmap, start: int, size: int) -> Iterator[tuple[bytes, int]]:
    """Yield what is unpacked from `start`, each piece with the place behind it in the pack.

    Raises PackError where it is not exactly `size` bytes; never more than that many are unpacked.
    """
    unpacker, place, left = zlib.decompressobj(), start, size
    try:
        while not unpacker.eof:
            given = unpacker.unconsumed_tail or data[place : place + _PIECE]
            if not given:
                raise PackError("it ends too early")
            place += 0 if unpacker.unconsumed_tail else len(given)
            piece = unpacker.decompress(given, min(left + 1, _PIECE * 4))
            left -= len(piece)
            if left < 0:
                raise PackError("an object larger than it says")
            yield piece, place - len(unpacker.unused_data)
    except zlib.error:
        raise PackError("an object that cannot be unpacked") from None
    if left:
        raise PackError("an object smaller than it says")


def unpacked(data: mmap.mmap, start: int, size: int) -> bytes:
    """Return what is unpacked from `start`. Raises PackError, before anything is unpacked where it is too large."""
    if size > MAX_OBJECT:
        raise PackError(f"an object of {size} bytes, at most {MAX_OBJECT}")
    return b"".join(piece for piece, _ in pieces(data, start, size))


def lengths(delta: bytes) -> tuple[int, int, int]:
    """Return how long the base of a difference is, how long its result, and where its instructions begin."""
    found, place = [], 0
    for _ in range(2):
        value = shift = 0
        while True:
            if place >= len(delta) or shift > OID * 8:
                raise PackError("a difference without lengths")
            byte = delta[place]
            value |= (byte & 0x7F) << shift
            shift, place = shift + 7, place + 1
            if not byte & 0x80:
                break
        found.append(value)
    return found[0], found[1], place


def applied(base: bytes, delta: bytes) -> bytes:
    """Return an object told by its difference from another one. Raises PackError."""
    before, after, place = lengths(delta)
    if before != len(base) or after > MAX_OBJECT:
        raise PackError("a difference that does not fit")
    made: list[bytes] = []
    left = after
    try:
        while place < len(delta):
            code, place = delta[place], place + 1
            if code & _COPY:
                offset, size, place = _copied(delta, code, place)
                piece = base[offset : offset + size]
            else:
                size = code
                piece, place = delta[place : place + size], place + size
            left -= size
            if not size or len(piece) != size or left < 0 or len(made) >= MAX_STEPS:
                raise PackError("a difference that does not fit")
            made.append(piece)
    except IndexError:
        raise PackError("a difference that ends too early") from None
    if left:
        raise PackError("a difference that does not fit")
    return b"".join(made)


def _copied(delta: bytes, code: int, place: int) -> tuple[int, int, int]:
    offset = size = 0
    for bit in range(4):
        if code & (1 << bit):
            offset |= delta[place] << (8 * bit)
            place += 1
    for bit in range(3):
        if code & (0x10 << bit):
            size |= delta[place] << (8 * bit)
            place += 1
    return offset, size or _WHOLE_COPY, place


@dataclass(slots=True)
class Pack:
    """One pack and its index (version 2), open for reading by hash."""

    data: mmap.mmap
    index: mmap.mmap
    count: int = field(init=False)

    def __post_init__(self) -> None:
        """Check the frame of the index."""
        if self.index[:8] != b"\xfftOc\x00\x00\x00\x02" or len(self.index) < FANOUT + 2 * OID:
            raise PackError("its index is of another kind")
        self.count = struct.unpack_from(">I", self.index, FANOUT - 4)[0]
        if len(self.index) < FANOUT + self.count * (OID + 8) + 2 * OID:
            raise PackError("its index ends too early")

    def offset(self, oid: bytes) -> int | None:
        """Return where an object stands; None where it is in another pack."""
        place = bisect_left(_Names(self), oid)
        if place >= self.count or self.name(place) != oid:
            return None
        offsets = FANOUT + self.count * (OID + 4)
        found: int = struct.unpack_from(">I", self.index, offsets + place * 4)[0]
        if found >= _LARGE:
            where = offsets + self.count * 4 + (found - _LARGE) * 8
            if where + 8 > len(self.index):
                raise PackError("its index ends too early")
            found = struct.unpack_from(">Q", self.index, where)[0]
        return found

    def name(self, place: int) -> bytes:
        """Return the hash of the nth object by hash."""
        return self.index[FANOUT + place * OID : FANOUT + (place + 1) * OID]

    def size(self, offset: int) -> int:
        """Return how large an object is, without making it."""
        found = header(self.data, offset)
        if found.base is None:
            return found.size
        beginning = next((piece for piece, _ in pieces(self.data, found.start, found.size)), b"")
        return lengths(beginning)[1]

    def object(self, offset: int) -> tuple[int, bytes]:
        """Return the kind and the bytes of the object at an offset. Raises PackError."""
        chain: list[bytes] = []
        found = header(self.data, offset)
        held = 0
        while found.base is not None:
            held += found.size
            if len(chain) >= MAX_CHAIN or held > MAX_OBJECT:
                raise PackError(f"an object told by more than {MAX_CHAIN} differences, or by {held} bytes of them")
            chain.append(unpacked(self.data, found.start, found.size))
            base = self.offset(found.base) if isinstance(found.base, bytes) else found.base
            if base is None:
                raise PackError("a base that is not there")
            found = header(self.data, base)
        made = unpacked(self.data, found.start, found.size)
        while chain:
            made = applied(made, chain.pop())
        return found.kind, made


@dataclass(frozen=True, slots=True)
class _Names:
    """The sorted hashes of an index, to be searched."""

    pack: Pack

    def __len__(self) -> int:
        return self.pack.count

    def __getitem__(self, place: int) -> bytes:
        return self.pack.name(place)


def oid_of(kind: int, data: bytes) -> bytes:
    """Return the hash that Git calls an object by."""
    made = hashlib.sha1(b"%s %d\0" % (KINDS[kind], len(data)), usedforsecurity=False)
    made.update(data)
    return made.digest()


def opened(path: Path) -> Pack:
    """Open a pack and the index beside it. Raises PackError, also where one of them is missing."""
    try:
        return Pack(mapped(path), mapped(path.with_suffix(".idx")))
    except (OSError, ValueError) as error:
        raise PackError("it cannot be opened") from error


def mapped(path: Path) -> mmap.mmap:
    """Map a file into memory to read it; a pipe in its place holds up nobody. Raises OSError, ValueError if empty."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
