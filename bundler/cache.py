"""A content-addressed cache in a folder: checked when read, evicted by size; it only ever changes cost."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import BinaryIO

_MAGIC = b"bundler-cache 1 "
_HEAD = len(_MAGIC) + 65
_NUMBERS = count()
"""Of the entries that this process puts: no two are written to one file."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Entries `ab/cdef…` below a folder: one line with the SHA-256 of the rest, then the rest.

    `added` holds the keys that were put through this object.
    """

    folder: Path
    added: list[str] = field(default_factory=list, compare=False, repr=False)

    def get(self, key: str) -> bytes | None:
        """Return what was put under a key (hex); None where nothing is, or where what is there is damaged."""
        try:
            data = self._path(key).read_bytes()
        except OSError:
            return None
        head, body = data[:_HEAD], data[_HEAD:]
        return body if head == _head(body) else None

    def has(self, key: str) -> bool:
        """Say whether something was put under a key; whether it is whole, `get` says."""
        return self._path(key).exists()

    def put(self, key: str, body: bytes) -> None:
        """Keep bytes under a key, whole or not at all; a full or read-only disk keeps nothing and says nothing."""
        path = f"{self.folder}{os.sep}{key[:2]}{os.sep}{key[2:]}"
        staged = f"{path}.{os.getpid()}-{next(_NUMBERS)}"
        try:
            with _opened(staged) as file:
                file.write(_head(body))
                file.write(body)
            os.replace(staged, path)  # noqa: PTH105 - as `_opened`
            self.added.append(key)
        except OSError:
            _removed(Path(staged))

    def evict(self, *, max_bytes: int) -> int:
        """Remove the entries that were not used for longest until at most max_bytes stay; return the bytes removed."""
        found = []
        for path in self.folder.glob("??/*"):
            try:
                status = path.stat()
            except OSError:
                continue
            found.append((max(status.st_atime_ns, status.st_mtime_ns), status.st_size, path))
        excess = sum(size for _, size, _ in found) - max_bytes
        removed = 0
        for _, size, path in sorted(found):
            if removed >= excess:
                break
            if _removed(path):
                removed += size
        return removed

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]


def _opened(path: str) -> BinaryIO:
    """Open a new file; its folder is mostly there, and a thousand of them are made in a second: so no `Path`."""
    try:
        return open(path, "xb")  # noqa: PTH123 - said above; whoever asked closes it
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return open(path, "xb")  # noqa: PTH123


def _removed(path: Path) -> bool:
    """Remove a file, and say whether it is gone: a cache on a disk that refuses costs space and nothing else."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _head(body: bytes) -> bytes:
    return _MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n"
