"""How a changed file is told from one that is the same: by size and time, and where those differ by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from bundler.catalog._page import LARGE, LOST, MISSING, hash_of
from bundler.tree import File, FolderTree

Stamp = tuple[int, int]
"""Size in bytes and modification time in nanoseconds."""
Seen = dict[str, tuple[int, int, str]]
"""The stamp and the hash of each file that a page depends on."""

GONE: Stamp = (-1, -1)
UNSURE = -2
"""Stands for the time of a file that may have changed without a trace in its time."""
TICK_NS = 2_000_000_000
"""The coarsest clock of a file system: a file that was read so soon after its last change may change unseen."""


@dataclass(frozen=True)
class Files:
    """The files of a tree."""

    tree: FolderTree
    listed: Mapping[str, File]

    def stamp(self, path: str, was: str) -> Stamp:
        """Stamp a file that had this hash; one that was missing is looked for among the listed ones only."""
        file = self.listed.get(path) or (None if was == MISSING else self.tree.stat(path))
        return (file.size, file.mtime_ns) if file else GONE

    def digest(self, beside: Iterable[str] = ()) -> str:
        """Digest names, sizes and times of all listed files and of some beside them."""
        others = [(path, *self.stamp(path, "any")) for path in beside]
        return hashlib.sha256(f"{self._own}{others}".encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def _own(self) -> str:
        """Digest the listed files; the names are parted by what no name holds."""
        files = (f"{file.path}\0{file.size}\0{file.mtime_ns}" for file in self.listed.values())
        return hashlib.sha256("\0".join(files).encode("utf-8", "surrogatepass")).hexdigest()

    def differs(self, path: str, was: str) -> bool:
        """Say whether a file has another hash than before; what could not be read before always has."""
        return was in (LARGE, LOST) or hash_of(self.tree, path) != was


def certain(seen: Seen, now_ns: int) -> Seen:
    """Strike out the times that say nothing: of files that changed just before they were read, or were not read."""
    return {
        path: (size, UNSURE if was == LOST or young(time_ns, now_ns) else time_ns, was)
        for path, (size, time_ns, was) in seen.items()
    }


def young(time_ns: int, now_ns: int) -> bool:
    """Say whether a file changed so lately that it may change again within the same tick of the clock."""
    return abs(now_ns - time_ns) < TICK_NS
