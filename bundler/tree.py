"""Where an archive's files come from: a folder today, a Git commit's blobs later. No symlinks, sizes capped."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bundler.errors import ArchiveError, say

MAX_FILE_BYTES = 5_000_000
MAX_PICTURE_BYTES = 25_000_000
MAX_PATH_BYTES = 4_096


class TooLargeError(Exception):
    """A file is larger than the cap it was asked with; says both numbers in bytes."""

    def __init__(self, path: str, size: int, cap: int) -> None:
        """Keep path (in the tree), size and cap."""
        super().__init__(f"{size} bytes, at most {cap}")
        self.path, self.size, self.cap = path, size, cap


@dataclass(frozen=True, slots=True)
class File:
    """One regular file: its path in the tree (POSIX, as on disk), size in bytes, modification time in nanoseconds."""

    path: str
    size: int
    mtime_ns: int


class Tree(Protocol):
    """Files by path: relative, POSIX, without `.` and `..`. Anything else does not exist, nor does what is hidden.

    Where a name begins with a dot stand histories, settings and waste baskets: no page may show a picture out of them.
    """

    def list(self, under: str = "") -> Iterator[File]:
        """Yield the regular files, sorted by path."""

    def stat(self, path: str) -> File | None:
        """Describe one file; None where it is missing, hidden, not regular, reached through a link, or outside."""

    def read(self, path: str, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError where stat is None, TooLargeError over max_bytes."""


@dataclass(frozen=True, slots=True)
class FolderTree:
    """A folder on disk; crosses process borders as its path.

    Where `only` names files, no others are listed, but any can be read: one page with its pictures.
    """

    root: Path
    only: tuple[str, ...] = ()

    def list(self, under: str = "") -> Iterator[File]:
        """Yield the regular files, sorted by path."""
        if self.only:
            yield from (file for path in sorted(self.only) if path.startswith(under) and (file := self.stat(path)))
            return
        start = self.root if not under else self.root / under
        if under and not _inside(under):
            return
        yield from sorted(self._walk(start, f"{under}/" if under else ""), key=lambda file: file.path)

    def _walk(self, folder: Path, prefix: str) -> Iterator[File]:
        try:
            with os.scandir(folder) as found:
                entries = list(found)
        except OSError:
            return
        for entry in entries:
            if entry.name.startswith(".") or not _encodable(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(folder / entry.name, f"{prefix}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                yield File(f"{prefix}{entry.name}", status.st_size, status.st_mtime_ns)

    def stat(self, path: str) -> File | None:
        """Describe one file; None where it is missing, hidden, not regular, reached through a link, or outside."""
        if not _inside(path) or (_hidden(path) and path not in self.only):
            return None
        place = self.root
        try:
            for part in path.split("/"):
                place = place / part
                status = place.lstat()
                if stat.S_ISLNK(status.st_mode):
                    return None
        except (OSError, ValueError):
            return None
        return File(path, status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None

    def read(self, path: str, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
        """Return a file's bytes; never follows a link, never blocks on a pipe."""
        found = self.stat(path)
        if found is None:
            raise FileNotFoundError(path)
        if found.size > max_bytes:
            raise TooLargeError(path, found.size, max_bytes)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(self.root / path, flags), "rb") as file:
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise TooLargeError(path, len(data), max_bytes)
        return data


def _inside(path: str) -> bool:
    parts = path.split("/")
    return (
        bool(path)
        and "\\" not in path
        and "\0" not in path
        and len(path.encode("utf-8", "surrogatepass")) <= MAX_PATH_BYTES
        and not any(part in ("", ".", "..") for part in parts)
    )


def _hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def _encodable(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def open_folder(path: Path) -> FolderTree:
    """Open a folder, or a link to one, as a tree. Raises ArchiveError where it is missing or no folder."""
    if not path.is_dir():
        what = (
            say("the archive {path!r} is not a folder", path=str(path))
            if path.exists()
            else say("the archive {path!r} does not exist", path=str(path))
        )
        raise ArchiveError(what, hint=say("archives are relative to the recipe's folder"))
    return FolderTree(path.resolve())


def page_id(archive: str, path: str, *, under: str = "") -> str:
    """Make an article id: archive name, then the path without suffix and without the folder `under`, NFC."""
    inner = path.removeprefix(f"{under}/") if under else path
    stem, dot, suffix = inner.rpartition(".")
    return unicodedata.normalize("NFC", f"{archive}/{stem if dot and '/' not in suffix else inner}")
