"""A whole stick as one file: an MBR with one FAT32 volume, byte for byte the same for the same editions.

Implements Microsoft's FAT32 File System Specification 1.03 as far as a volume that is written once needs it: every file
is one run of clusters. No label, no clock, no name of a machine; the serial number is taken from what the volume holds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from bundler.errors import OutputError, UsageError, say
from bundler.share import _entries, medium
from bundler.share._entries import Entry
from bundler.share.contents import Piece, stream

SECTOR = 512
START = 2048
"""The volume begins at 1 MiB, as formatting programs put it: flash memory is erased in blocks of that size."""
RESERVED, FATS = 32, 2
MIN_CLUSTERS = 65_525 + 16
"""A volume with fewer is FAT16 by definition (section 3.5); a few more than the limit, as the specification advises."""
SPARE = 16 << 20
"""Bytes left free: what phones and computers write on every stick by themselves must have room."""
_SIZES = ((260 << 20, 1), (8 << 30, 8), (16 << 30, 16), (32 << 30, 32))
"""Sectors to a cluster by the size of the volume (section 3.5)."""

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Node:
    """A file or a folder on its way to the image."""

    name: str
    day: dt.date
    piece: Piece | None = None
    children: dict[str, _Node] = field(default_factory=dict)
    above: _Node | None = None
    cluster: int = 0
    clusters: int = 0


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a volume is laid out: sectors to a cluster, clusters, sectors of one table, clusters in use, serial."""

    per: int
    clusters: int
    table: int
    used: int
    serial: bytes

    @property
    def sectors(self) -> int:
        return RESERVED + FATS * self.table + self.clusters * self.per

    def at(self, cluster: int) -> int:
        """Return where a cluster begins in the image, in bytes."""
        return (START + RESERVED + FATS * self.table + (cluster - 2) * self.per) * SECTOR


def write(path: Path, pieces: Sequence[Piece], *, progress: Progress) -> int:
    """Write an image of a stick that holds these pieces, read it back, and return its size in bytes.

    Raises UsageError where the file exists or its folder does not, OutputError where the disk refuses: nothing stays.
    """
    if path.exists():
        raise UsageError(
            say("{path!r} is there already", path=str(path)), hint=say("name another file; nothing is written over")
        )
    if not path.parent.is_dir():
        raise UsageError(
            say("there is no folder {path!r}", path=str(path.parent)), hint=say("make it, or name another place")
        )
    root = _tree(pieces)
    shape, nodes = _laid_out(root, pieces)
    staged = path.with_name(f"{path.name}.part")
    try:
        with medium.said(path.name):
            with staged.open("wb") as file:
                _head(file, shape)
                _tables(file, shape, nodes)
                for number, node in enumerate(nodes, 1):
                    _node(file, shape, node)
                    progress("to the image", number, len(nodes))
                file.truncate((START + shape.sectors) * SECTOR)
            medium.flush(staged)
            _read_back(staged, shape, nodes)
            staged.rename(path)
            medium.flush(path.parent)
    finally:
        staged.unlink(missing_ok=True)
    return (START + shape.sectors) * SECTOR


def _tree(pieces: Sequence[Piece]) -> _Node:
    newest = max(piece.day for piece in pieces)
    root = _Node("", newest)
    for piece in sorted(pieces, key=lambda one: one.path):
        *folders, name = piece.path.split("/")
        node = root
        for folder in folders:
            node = node.children.setdefault(folder, _Node(folder, piece.day, above=node))
            node.day = max(node.day, piece.day)
        node.children[name] = _Node(name, piece.day, piece, above=node)
    return root


def _laid_out(root: _Node, pieces: Sequence[Piece]) -> tuple[_Shape, tuple[_Node, ...]]:
    """Give every node its clusters, folders before the files in them; one cluster follows the other."""
    rough = sum(piece.bytes for piece in pieces) + SPARE
    per = next((each for most, each in _SIZES if rough <= most), 64)
    nodes, following = tuple(_walk(root)), 2
    for node in nodes:
        node.clusters = -(-_length(node) // (per * SECTOR))
        node.cluster = following if node.clusters else 0
        following += node.clusters
    used = following - 2
    clusters = max(MIN_CLUSTERS, used + SPARE // (per * SECTOR))
    listed = "".join(f"{piece.sha256} {piece.path}\n" for piece in sorted(pieces, key=lambda one: one.path))
    serial = hashlib.sha256(listed.encode()).digest()[:4]
    return _Shape(per, clusters, -(-(clusters + 2) * 4 // SECTOR), used, serial), nodes


def _walk(node: _Node) -> Iterator[_Node]:
    yield node
    for child in node.children.values():
        yield from _walk(child)


def _length(node: _Node) -> int:
    if node.piece:
        return node.piece.bytes
    return sum(map(_entries.length, node.children)) + (2 * _entries.BYTES if node.above else 0)


def _head(file: BinaryIO, shape: _Shape) -> None:
    """Write the partition table, the boot sector and the count of free clusters, each where it must be twice."""
    whole = struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", 0x0C, b"\xfe\xff\xff", START, shape.sectors)
    file.write(bytes(440) + shape.serial + bytes(2) + whole + bytes(48) + b"\x55\xaa")
    boot = struct.pack(
        "<3s8sHBHBHHBHHHIIIHHIHH12sBBB4s11s8s", b"\xeb\x58\x90", b"MSWIN4.1", SECTOR, shape.per, RESERVED, FATS, 0, 0,
        0xF8, 0, 63, 255, START, shape.sectors, shape.table, 0, 0, 2, 1, 6, bytes(12), 0x80, 0, 0x29, shape.serial,
        b"NO NAME    ", b"FAT32   ",
    )  # fmt: skip
    free = struct.pack("<I480sIII12sI", 0x41615252, bytes(480), 0x61417272, shape.clusters - shape.used,
                       shape.used + 2, bytes(12), 0xAA550000)  # fmt: skip
    for sector in (0, 6):
        file.seek((START + sector) * SECTOR)
        file.write(boot.ljust(SECTOR - 2, b"\0") + b"\x55\xaa" + free)


def _tables(file: BinaryIO, shape: _Shape, nodes: Sequence[_Node]) -> None:
    """Write both tables: each run of clusters leads from one to the next, and ends."""
    table = [0x0FFFFFF8, 0x0FFFFFFF]
    for node in nodes:
        if node.clusters:
            table += [*range(node.cluster + 1, node.cluster + node.clusters), 0x0FFFFFFF]
    packed = struct.pack(f"<{len(table)}I", *table)
    for number in range(FATS):
        file.seek((START + RESERVED + number * shape.table) * SECTOR)
        file.write(packed)


def _node(file: BinaryIO, shape: _Shape, node: _Node) -> None:
    if not node.clusters:
        return
    file.seek(shape.at(node.cluster))
    if node.piece:
        file.writelines(stream(node.piece))
    else:
        file.write(_folder(node))


def _folder(node: _Node) -> bytes:
    inside = [
        Entry(child.name, child.piece is None, child.cluster, child.piece.bytes if child.piece else 0, child.day)
        for child in node.children.values()
    ]
    if node.above is None:
        return _entries.folder(inside)
    above = node.above.cluster if node.above.above else 0
    return _entries.dots(node.cluster, above, node.day) + _entries.folder(inside)


def _read_back(staged: Path, shape: _Shape, nodes: Sequence[_Node]) -> None:
    for node in nodes:
        if node.piece and node.clusters:
            found = medium.digest(staged, start=shape.at(node.cluster), count=node.piece.bytes)
            if found != node.piece.sha256:
                raise OutputError(
                    say("{path!r} reads back from the image as something else", path=node.piece.path),
                    hint=say("the disk is worn out: write the image somewhere else"),
                )
