"""A medium that somebody put in: what it has room for, what it refuses, and how what was written is read back."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bundler.errors import OutputError, Say, UsageError, say

CHUNK = 1 << 20
_MOUNTS = Path("/proc/self/mountinfo")
_FULL = (errno.ENOSPC, errno.EDQUOT)
_DENIED = (errno.EACCES, errno.EPERM)
_GONE = (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.ENOTCONN, errno.ENOTDIR, errno.ESTALE)
_NAMES = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)


@dataclass(frozen=True, slots=True)
class Medium:
    """A place to write to: its file system's name (empty where unknown), the bytes free, how they are parcelled out.

    `device` is its number in this system: another one at the same path is another medium. `own` says whether the
    place is where a file system of its own begins.
    """

    root: Path
    system: str
    free: int
    cluster: int
    device: int
    own: bool

    def takes(self, count: int) -> int:
        """Return what a file of so many bytes occupies here."""
        return -(-count // self.cluster) * self.cluster


def look(root: Path) -> Medium:
    """Look at a medium before anything is written. Raises UsageError, or OutputError where it is read-only."""
    try:
        found, room = root.stat(), os.statvfs(root)
        own = root.is_mount()
        inside = root.is_dir()
    except OSError as error:
        if error.errno in _NAMES:
            raise UsageError(
                say("the name of the path is too long"), hint=say("name the stick's own folder")
            ) from error
        raise UsageError(
            say("there is no folder {path!r}", path=str(root)),
            hint=say("put the stick in, wait until it shows, and name the folder where it does"),
        ) from error
    if not inside:
        raise UsageError(
            say("{path!r} is no folder", path=str(root)),
            hint=say("name the folder of the stick; --image FILE writes an image"),
        )
    if room.f_flag & os.ST_RDONLY:
        raise _refused(errno.EROFS)
    if not os.access(root, os.W_OK | os.X_OK):
        raise _refused(errno.EACCES)
    return Medium(root, _system(found.st_dev), room.f_bavail * room.f_frsize, room.f_frsize, found.st_dev, own)


def _system(device: int) -> str:
    """Return the name of the file system with a device number, as Linux names it; empty elsewhere."""
    wanted = f"{os.major(device)}:{os.minor(device)}"
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    found = (line.split() for line in lines)
    return next((words[words.index("-") + 1] for words in found if words[2] == wanted and "-" in words), "")


def present(medium: Medium) -> None:
    """Hold that the medium is still there, before anything is made by a path that would lead elsewhere without it."""
    if medium.root.stat().st_dev != medium.device:
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))


@contextmanager
def said(name: str = "") -> Iterator[None]:
    """Say in a sentence what a medium refuses; `name` is the file at hand."""
    try:
        yield
    except OSError as error:
        raise _refused(error.errno or 0, name, error.strerror or "unknown") from error


def _refused(number: int, name: str = "", reason: str = "") -> OutputError:
    again = say("put it in again and run the command again: it goes on from there")
    full = say("the medium is full"), say("free some space, or take a larger one; nothing half done stays")
    denied = say("the medium cannot be written"), say("ask who owns the folder, or take another medium")
    named = say("the medium does not take the name {name!r}", name=name), say("format it as exFAT")
    told: dict[int, tuple[Say, Say]] = {
        errno.EROFS: (say("the medium is read-only"), say("slide the small switch on its side, or take another one")),
        errno.EFBIG: (say("{name!r} is too large for the medium", name=name), say("format it as exFAT")),
        **dict.fromkeys(_FULL, full),
        **dict.fromkeys(_DENIED, denied),
        **dict.fromkeys(_GONE, (say("the medium was pulled out, or does not answer"), again)),
        **dict.fromkeys(_NAMES, named),
    }
    message, hint = told.get(number, (say("writing failed: {reason}", reason=reason or "unknown"), again))
    return OutputError(message, hint=hint)


def flush(path: Path) -> None:
    """Have a file or a folder written out to its medium."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(path: Path, *, start: int = 0, count: int | None = None) -> str:
    """Return the SHA-256 (hex) of a file, or of a part of it, read from the medium and not from what is in memory.

    The system is asked to forget the file first. Some file systems keep what they read in places of their own.
    """
    hashed = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), start, count or 0, os.POSIX_FADV_DONTNEED)
        file.seek(start)
        left = count if count is not None else path.stat().st_size
        while left > 0 and (data := file.read(min(CHUNK, left))):
            hashed.update(data)
            left -= len(data)
    return hashed.hexdigest()
