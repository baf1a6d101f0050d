"""Where an archive's files come from: a folder, and beneath it a Git commit's blobs. No symlinks, sizes capped."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import quote

MAX_FILE_BYTES = 5_000_000
MAX_PICTURE_BYTES = 25_000_000
MAX_PATH_BYTES = 4_096


_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class TooLargeError(Exception):
    """A file is larger than the cap it was asked with; says both numbers in bytes."""

    def __init__(self, path: str, size: int, cap: int) -> None:
        """Keep path (in the tree), size and cap."""
        super().__init__(f"{size} bytes, at most {cap}")
        self.path, self.size, self.cap = path, size, cap


class File(NamedTuple):
    """One regular file: its path in the tree (POSIX, as on disk), size in bytes, modification time in nanoseconds.

    Of a blob the time is a number below zero that stands for the content.
    """

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
class Left:
    """What stands in a folder and is not in its tree: names that are not UTF-8, as they can be printed, and links."""

    names: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FolderTree:
    """A folder on disk; crosses process borders as its path.

    Where `only` names files, no others are listed, but any can be read: one page with its pictures. `beneath` are files
    that count where the folder has none: those of a Git commit that was fetched for it.
    """

    root: Path
    only: tuple[str, ...] = ()
    beneath: Tree | None = None

    def list(self, under: str = "") -> Iterator[File]:
        """Yield the regular files, sorted by path."""
        yield from self.walked(under)[0]

    def walked(self, under: str = "") -> tuple[tuple[File, ...], Left]:
        """Return the regular files, sorted by path, and what is none though it is not hidden."""
        left = Left()
        if self.only:
            named = (self.stat(path) for path in sorted(self.only) if path.startswith(under))
            return tuple(file for file in named if file is not None), left
        if under and not is_inside(under):
            return (), left
        files: list[File] = []
        _walk(self.root / under, f"{under}/" if under else "", files, left)
        if self.beneath:
            below = {file.path: file for file in self.beneath.list(under)}
            files = [*(below | {file.path: file for file in files}).values()]
        return tuple(sorted(files, key=attrgetter("path"))), left

    def stat(self, path: str) -> File | None:
        """Describe one file; None where it is missing, hidden, not regular, reached through a link, or outside."""
        if not is_inside(path) or (is_hidden(path) and path not in self.only):
            return None
        return self._stat(path) or (self.beneath.stat(path) if self.beneath else None)

    def _stat(self, path: str) -> File | None:
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
        if self.beneath is not None and self._stat(path) is None:
            return self.beneath.read(path, max_bytes=max_bytes)
        if found.size > max_bytes:
            raise TooLargeError(path, found.size, max_bytes)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(self.root / path, flags), "rb") as file:
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise TooLargeError(path, len(data), max_bytes)
        return data


def _walk(folder: Path, prefix: str, found: list[File], left: Left) -> None:
    """Add the files below a folder, in no order."""
    try:
        with os.scandir(folder) as there:
            entries = list(there)
    except OSError:
        return
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        if not (name.isascii() or _encodable(name)):
            left.names.append(f"{prefix}{name}".encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
        elif entry.is_dir(follow_symlinks=False):
            _walk(folder / name, f"{prefix}{name}/", found, left)
        elif entry.is_file(follow_symlinks=False):
            status = entry.stat(follow_symlinks=False)
            found.append(File(f"{prefix}{name}", status.st_size, status.st_mtime_ns))
        elif entry.is_symlink():
            left.links.append(f"{prefix}{name}")


def is_inside(path: str) -> bool:
    """Say whether a path can name a file of a tree: relative, POSIX, UTF-8, without `.` and `..`."""
    parts = path.split("/")
    return (
        bool(path)
        and "\\" not in path
        and "\0" not in path
        and len(path.encode("utf-8", "surrogatepass")) <= MAX_PATH_BYTES
        and not any(part in ("", ".", "..") for part in parts)
    )


def is_hidden(path: str) -> bool:
    """Say whether a path, or a folder on its way, begins with a dot."""
    return any(part.startswith(".") for part in path.split("/"))


def _encodable(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def page_id(archive: str, path: str, *, under: str = "") -> str:
    """Make an article id: archive name, then the path without suffix and without the folder `under`, NFC.

    Controls are percent-encoded: an id stands in lists, attributes and lines.
    """
    inner = path.removeprefix(f"{under}/") if under else path
    stem, dot, suffix = inner.rpartition(".")
    named = unicodedata.normalize("NFC", f"{archive}/{stem if dot and '/' not in suffix else inner}")
    return named if named.isprintable() else _CONTROLS.sub(lambda found: quote(found[0]), named)
