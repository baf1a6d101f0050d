"""A PDF as it is written: every object goes out at once, and nothing of it stays but where it stands.

Objects that are no streams are packed into object streams (ISO 32000-1, section 7.5.7), so the table at the end is a
cross-reference stream (section 7.5.8).
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from typing import BinaryIO

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_TOGETHER = 250
"""Objects in one object stream."""
_ROW = 7
"""Bytes of an entry of the table: its kind, its place, the place inside an object stream."""
_FREE, _PLAIN, _PACKED = 0, 1, 2


class File:
    """A PDF that grows; `reserve` gives numbers, each of which must be filled by `put` or `stream`."""

    def __init__(self, out: BinaryIO) -> None:
        """Begin a file."""
        self._out = out
        self._digest = hashlib.sha256()
        self._at = 0
        self._kinds, self._places, self._inner = array("B", [_FREE]), array("Q", [0]), array("H", [0])
        self._waiting: list[tuple[int, bytes]] = []
        self._write(_HEADER)

    def reserve(self, count: int = 1) -> int:
        """Return the first of so many new numbers that follow one another."""
        first = len(self._kinds)
        self._kinds.extend([_FREE] * count)
        self._places.extend([0] * count)
        self._inner.extend([0] * count)
        return first

    def put(self, number: int, body: bytes) -> None:
        """Write an object that is no stream."""
        self._waiting.append((number, body))
        if len(self._waiting) >= _TOGETHER:
            self._pack()

    def add(self, body: bytes) -> int:
        """Write an object under a new number and return that."""
        number = self.reserve()
        self.put(number, body)
        return number

    def stream(self, number: int, data: bytes, about: bytes = b"/Filter/FlateDecode") -> None:
        """Write a stream: its bytes as they are, and what its dictionary says beside their length."""
        self._kinds[number], self._places[number] = _PLAIN, self._at
        self._write(b"%d 0 obj<<%s/Length %d>>stream\n%s\nendstream endobj\n" % (number, about, len(data), data))

    def add_stream(self, data: bytes, about: bytes = b"") -> int:
        """Pack bytes and write them as a stream under a new number; return that."""
        number = self.reserve()
        self.stream(number, zlib.compress(data, 9), about + b"/Filter/FlateDecode")
        return number

    def close(self, root: int, info: int) -> None:
        """End the file: the table of all objects, the document's catalog and its information."""
        self._pack()
        number, start = self.reserve(), self._at
        self._kinds[number], self._places[number] = _PLAIN, start
        identity = self._digest.hexdigest()[:32].encode()
        about = (
            b"/Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/DecodeParms<</Predictor 12/Columns %d>>"
            b"/Filter/FlateDecode" % (len(self._kinds), root, info, identity, identity, _ROW)
        )
        self.stream(number, zlib.compress(self._table(), 9), about)
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _table(self) -> bytes:
        """Return the entries, each as its difference from the one above (PNG's filter type 2), which packs well."""
        rows = bytearray()
        above = bytes(_ROW)
        for kind, place, inner in zip(self._kinds, self._places, self._inner, strict=True):
            row = bytes((kind,)) + place.to_bytes(4, "big") + inner.to_bytes(2, "big")
            rows.append(2)
            rows.extend((here - before) & 0xFF for here, before in zip(row, above, strict=True))
            above = row
        return bytes(rows)

    def _pack(self) -> None:
        if not self._waiting:
            return
        holder = self.reserve()
        places, bodies, at = [], [], 0
        for inner, (number, body) in enumerate(self._waiting):
            self._kinds[number], self._places[number], self._inner[number] = _PACKED, holder, inner
            places.append(b"%d %d" % (number, at))
            bodies.append(body)
            at += len(body) + 1
        head = b" ".join(places) + b"\n"
        data = zlib.compress(head + b"\n".join(bodies), 9)
        about = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(places), len(head))
        self._waiting.clear()
        self.stream(holder, data, about)

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self._at += len(data)
