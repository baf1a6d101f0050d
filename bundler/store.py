"""Write an edition's folder whole or not at all: staged beside its place, flushed, checked, swapped in by rename."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, cast

from bundler.errors import LockError, OutputError, Target, UsageError, reason, say

SEAL = "manifest.json"
"""An edition with this file is sealed: its bytes are promised to others and never replaced."""

_STAGING = ".bundler-staging"
_DENIED = (errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST)
"""What stands for: nobody may write there, or a file stands where a folder would."""
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)
"""What stands for: this place cannot be written, and another one may be."""
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@dataclass(frozen=True, slots=True)
class Written:
    """One finished file: its format, its place among the volumes, its name, size in bytes and SHA-256 (hex).

    `size` tells the files of one format apart that were made for several size classes: empty, or the class's letter.
    """

    format: str
    volume: int
    name: str
    bytes: int
    sha256: str
    volumes: int = 1
    size: str = ""


@dataclass(slots=True)
class Staging:
    """The folder of one edition while it is written."""

    folder: Path
    stem: str
    files: list[Written] = field(default_factory=list)

    def output(self, format_name: str, *, volume: int = 1, volumes: int = 1, size: str = "") -> StagedOutput:
        """Return where the writer of this format puts its file: the only one, or a volume, for a size class."""
        return StagedOutput(self, format_name, volume, volumes, size)

    def drop(self, written: Written) -> None:
        """Take back a file that turned out too large."""
        with said(self.folder):
            self.path(written).unlink()
        self.files.remove(written)

    def rename(self, written: Written, *, size: str) -> Written:
        """Give a file to another size class."""
        kept = replace(written, name=self.named(written.name.rpartition(".")[2], written, size), size=size)
        if kept.name != written.name:
            with said(self.folder):
                self.path(written).rename(self.path(kept))
        self.files[self.files.index(written)] = kept
        return kept

    def named(self, extension: str, place: Written | StagedOutput, size: str) -> str:
        """Name a file `<bundle>-<yymmdd>[-[N][s]].<ext>`: N its place among volumes, s the letter of a size class."""
        part = f"{place.volume if place.volumes > 1 else ''}{size}"
        return f"{self.stem}-{part}.{extension}" if part else f"{self.stem}.{extension}"

    def path(self, written: Written) -> Path:
        """Return where a finished file stands while it is checked."""
        return self.folder / written.name

    def rehash(self, change: Callable[[Written, Path], bool]) -> None:
        """Let each finished file be changed where it stands, and take its size and hash anew where that says so."""
        with said(self.folder):
            self.files = [
                _taken_anew(one, self.path(one)) if change(one, self.path(one)) else one for one in self.files
            ]

    def add(self, name: str, data: bytes) -> None:
        """Put a small file beside the others; it is not one of the formats."""
        with said(self.folder), (self.folder / name).open("wb") as file:
            file.write(data)


def _taken_anew(written: Written, path: Path) -> Written:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return replace(written, bytes=path.stat().st_size, sha256=digest)


@dataclass(slots=True)
class StagedOutput:
    """Where one writer puts its files: names and hashes are made here."""

    staging: Staging
    format: str
    volume: int = 1
    volumes: int = 1
    size: str = ""

    @contextmanager
    def open(self, extension: str) -> Iterator[BinaryIO]:
        """Open a staged file with the name of its place; kept only if the block ends without an error."""
        name = self.staging.named(extension, self, self.size)
        with said(self.staging.folder), (self.staging.folder / name).open("xb") as raw:
            hashed = _Hashed(raw)
            yield cast(BinaryIO, hashed)
        self.staging.files.append(
            Written(self.format, self.volume, name, hashed.size, hashed.digest.hexdigest(), self.volumes, self.size)
        )


class _Hashed:
    """A file that can only be written on, hashed and counted as it grows."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw, self.digest, self.size = raw, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._raw.write(data)

    def flush(self) -> None:
        self._raw.flush()

    def tell(self) -> int:
        return self.size

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


@contextmanager
def edition(out: Path, slug: str, date: dt.date, *, letter: str = "", held: bool = False) -> Iterator[Staging]:
    """Stage one edition and publish it as `<out>/<slug>/<date>/` when the block ends without an error.

    A letter tells a second edition on one date from the first: its folder is `<date>b`, its files `<slug>-<yymmdd>b`.
    `held`: the caller holds the lock of `out` already.
    A former edition stays whole through any failure and is replaced in one step, or in two where the disk knows no
    exchange: killed between them, nothing stands there until it is built again. What is sealed is never replaced.
    Raises LockError where another build holds `out`, UsageError where the edition is sealed, OutputError where the
    disk refuses.
    """
    final = out / slug / f"{date.isoformat()}{letter}"
    with contextlib.nullcontext() if held else locked(out):
        if (final / SEAL).exists():
            raise UsageError(
                say("edition {edition!r} is sealed and is never replaced", edition=f"{slug}@{final.name}"),
                hint=say("build another date with --date"),
            )
        staged = out / _STAGING
        folder = staged / "edition"
        try:
            with said(out):
                shutil.rmtree(staged, ignore_errors=True)
                folder.mkdir(parents=True)
            yield Staging(folder, f"{slug}-{date:%y%m%d}{letter}")
            with said(out):
                _publish(folder, final)
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def put(path: Path, data: bytes, *, private: bool = False, masked: bool = False, flushed: bool = True) -> bool:
    """Make a file hold these bytes, whole or not at all; say whether it did not before. Raises OutputError.

    Everybody may read it, as a web host must, unless it is private, whatever the umask; of one that is `masked`, and of
    its folder, the umask decides. One that is not flushed may be gone after a power failure: it costs a tenth, and is
    for what can be made again.
    """
    if path.is_dir() and not path.is_symlink():
        raise OutputError(say("{path!r} is a folder, not a file", path=str(path)), hint=say("move it away"))
    with said(path.parent):
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
        if private or masked:
            path.parent.mkdir(parents=True, exist_ok=True)
        else:
            _folder(path.parent)
        staged = unfinished(path)
        try:
            staged.unlink(missing_ok=True)  # it may be a link that somebody laid there
            with os.fdopen(created(staged, 0o664 if masked else 0o600), "wb") as file:
                file.write(data)
            if not masked:
                staged.chmod(0o600 if private else 0o644)
            if flushed:
                _flush(staged)
            staged.replace(path)
        finally:
            staged.unlink(missing_ok=True)
        if flushed:
            _flush(path.parent)
    return True


def created(path: Path, mode: int) -> int:
    """Open a file that nobody else made, to be written; the umask takes from its mode. Raises OSError."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)


def unfinished(path: Path) -> Path:
    """Return where the bytes of a file stand while it is put there; what is killed then leaves them."""
    return path.with_name(f".{path.name}{_STAGING}")


def remove(folder: Path) -> None:
    """Delete an edition's folder: out of sight in one step, then from the disk. Raises OutputError."""
    with said(folder.parent):
        hidden = unfinished(folder)
        shutil.rmtree(hidden, ignore_errors=True)
        folder.rename(hidden)
        _flush(folder.parent)
        shutil.rmtree(hidden)


def _publish(folder: Path, final: Path) -> None:
    for path in sorted(folder.iterdir()):
        path.chmod(0o644)
        _flush(path)
    folder.chmod(0o755)
    _flush(folder)
    _folder(final.parent)
    if final.exists():
        _exchange(folder, final)
    else:
        folder.rename(final)
    _flush(final.parent)


def _folder(path: Path) -> None:
    """Make a folder that everybody may enter, as a web host must; who may enter those above it, their owner says."""
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o755)


def _exchange(new: Path, old: Path) -> None:
    """Swap two folders in one step (Linux renameat2); elsewhere in two, with the old one kept until the new stands."""
    import ctypes  # noqa: PLC0415 - needed by what publishes alone

    with contextlib.suppress(OSError, AttributeError):
        call = ctypes.CDLL(None, use_errno=True).renameat2
        if call(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(old), _RENAME_EXCHANGE) == 0:
            return
    aside = new.with_name("former")
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise


def _flush(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the output folder, made where it is missing, as a lock: nothing is left behind, a killed build frees it.

    What a killed build had staged is removed first: nobody else can be at it. Raises LockError where another
    build holds it, OutputError where it cannot be made or held.
    """
    with said(out):
        out.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl  # noqa: PLC0415 - POSIX only
    except ImportError:
        yield
        return
    with said(out):
        handle = os.open(out, os.O_RDONLY)
    try:
        with said(out):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
                raise LockError(
                    say("another build is writing to {out!r}", out=str(out)),
                    hint=say("wait until it is done, or choose another folder{by}", by=Target()),
                ) from error
            _sweep(out)
        yield
    finally:
        os.close(handle)


def _sweep(out: Path) -> None:
    """Remove what is staged: in the output folder and in each folder in it, never deeper."""
    for folder in (out, *(path for path in sorted(out.iterdir()) if path.is_dir() and not path.is_symlink())):
        for path in sorted(folder.glob(f".*{_STAGING}")) + sorted(folder.glob(_STAGING)):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


@contextmanager
def said(out: Path) -> Iterator[None]:
    """Say in a sentence what the disk refuses."""
    try:
        yield
    except OSError as error:
        elsewhere = say("choose a folder of your own{by}", by=Target())
        room = say("free some space and run it again: what stood before is whole")
        reasons = {
            errno.ENOSPC: (say("the disk is full"), room),
            errno.EDQUOT: (say("the disk quota is used up"), room),
            errno.EROFS: (say("{out!r} is on a read-only disk", out=str(out)), elsewhere),
        }
        denied = (say("{out!r} cannot be written", out=str(out)), elsewhere)
        failed = (
            say("writing failed: {reason}", reason=reason(error)),
            say("run it again: what stood before is whole"),
        )
        message, hint = reasons.get(error.errno or 0, denied if error.errno in _DENIED else failed)
        raise OutputError(message, hint=hint) from error
