"""Editions on a stick: checked before, copied, flushed, read back, verified; what was there stays as it is.

An edition is written to a folder named `….part` and gets its name when it has been read back: what has its name is
whole. What a run left unfinished the next one takes up. The stick holds no list of what was written: an edition tells
by its manifest that it is one, and the page by its last line that nobody has changed it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bundler.build import size
from bundler.errors import OutputError, UsageError, say
from bundler.release import shelf, verify
from bundler.release.editions import Published
from bundler.share import contents, medium, start
from bundler.share.contents import Parcel, Piece
from bundler.share.medium import Medium

PART = ".part"
ROOM = 64
"""Clusters kept free for folders and for what the reader's own system writes on a stick."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of a stick: editions added and those that were there, files that were left as they are."""

    medium: Medium
    added: tuple[Parcel, ...]
    there: tuple[Parcel, ...]
    left: tuple[str, ...]


def fill(root: Path, editions: Sequence[Published], *, out: Path, progress: Progress) -> Filled:
    """Put editions on a stick.

    Raises UsageError where the stick or a name does not do, VerificationError for an edition that is not as it was
    released, OutputError for what the stick refuses: then nothing half done stays, as far as it still answers.
    """
    parcels = contents.parcels(editions)
    with medium.said():
        there = medium.look(root)
        present = tuple(parcel for parcel in parcels if _is_there(there, parcel))
    wanted = tuple(parcel for parcel in parcels if parcel not in present)
    newest = max(parcel.edition.manifest.date for parcel in parcels)
    beside = contents.checks(out, newest)
    _fits(there, wanted, beside)
    shelf.offered(root / start.FOLDER)  # a damaged edition that stands there already is told before anything is done
    ledger = _Ledger(there, progress, sum(piece.bytes for parcel in wanted for piece in parcel.pieces))
    with _undone(there, wanted):
        for parcel in wanted:
            _add(ledger, parcel)
        left = tuple(piece.path for piece in beside if not _beside(ledger, piece))
        _open(there)
    return Filled(there, wanted, present, left)


@dataclass(slots=True)
class _Ledger:
    """How far the writing has come."""

    medium: Medium
    progress: Progress
    total: int
    done: int = 0

    def add(self, count: int) -> None:
        self.done += count
        self.progress("KB to the stick", self.done // 1000, self.total // 1000)


def _is_there(there: Medium, parcel: Parcel) -> bool:
    """Say whether an edition stands whole on the stick. Raises OutputError for another one under its name."""
    folder = there.root / parcel.place
    if not folder.exists():
        return False
    same = all(_holds(there.root / piece.path, piece) for piece in parcel.pieces)
    if same and verify.folder(folder, verify.Trust()).good:
        return True
    raise OutputError(
        say("{path!r} on the stick is damaged, or another edition of that name", path=parcel.place),
        hint=say("it is left as it is: move it away, then run the command again"),
    )


def _holds(path: Path, piece: Piece) -> bool:
    return path.is_file() and path.stat().st_size == piece.bytes and medium.digest(path) == piece.sha256


def _fits(there: Medium, wanted: Sequence[Parcel], beside: Sequence[Piece]) -> None:
    """Hold that everything has room, and that nobody else's file stands in the way."""
    with medium.said():
        _ours(there.root)
        for folder in {start.FOLDER, *(str(Path(parcel.place).parent) for parcel in wanted)}:
            if (there.root / folder).is_symlink() or (there.root / folder).is_file():
                raise UsageError(
                    say("{name!r} on the stick is no folder", name=folder),
                    hint=say("it is left as it is: rename it, then run the command again"),
                )
        staged = sum(_occupied(there, piece, PART) for parcel in wanted for piece in parcel.pieces)
    pieces = [*(piece for parcel in wanted for piece in parcel.pieces), *beside]
    needed = sum(there.takes(piece.bytes) for piece in pieces) + ROOM * there.cluster - staged
    if needed > there.free:
        raise OutputError(
            say("the stick has {free} free, and {needed} are needed", free=size(there.free), needed=size(needed)),
            hint=say("nothing was written: take a larger one, or name fewer editions"),
        )


def _ours(root: Path) -> None:
    """Hold that the page that opens the stick is none, or one that was made here and that nobody has changed.

    Names are compared as a stick does, in which capitals do not count. Raises UsageError.
    """
    for path in sorted(root.iterdir()):
        same = path.name.casefold() == start.NAME.casefold()
        if same and not (path.name == start.NAME and path.is_file() and start.ours(path.read_bytes())):
            raise UsageError(
                say("{name!r} on the stick was made by somebody else, or was changed", name=path.name),
                hint=say("it is left as it is: rename it, then run the command again"),
            )


def _occupied(there: Medium, piece: Piece, suffix: str) -> int:
    """Return what an unfinished run has written of a piece already."""
    path = _staged(there.root / piece.path, suffix)
    return there.takes(path.stat().st_size) if path.is_file() else 0


def _staged(path: Path, suffix: str) -> Path:
    return path.parent.with_name(path.parent.name + suffix) / path.name


def _add(ledger: _Ledger, parcel: Parcel) -> None:
    """Write one edition, read it back, verify it, and give it its name."""
    there = ledger.medium
    final = there.root / parcel.place
    staged = final.with_name(final.name + PART)
    with medium.said(parcel.place):
        medium.present(there)
        staged.mkdir(parents=True, exist_ok=True)
        for path in sorted(staged.iterdir()):
            if path.name not in {Path(piece.path).name for piece in parcel.pieces}:
                path.unlink()
    for piece in parcel.pieces:
        _write(ledger, piece, staged / Path(piece.path).name)
    with medium.said(parcel.place):
        medium.flush(staged)
    if not verify.folder(staged, verify.Trust()).good:
        raise _misread(parcel.place)
    with medium.said(parcel.place):
        medium.present(there)
        staged.rename(final)
        for folder in (final, *_above(there, final)):
            _dated(folder, parcel.edition.manifest.date)
            medium.flush(folder)


def _above(there: Medium, path: Path) -> Iterator[Path]:
    """Yield the folders between a path and the root, the root left out: its time is nobody's business of ours."""
    yield from (one for one in path.parents if there.root in one.parents)


def _write(ledger: _Ledger, piece: Piece, path: Path) -> None:
    """Write one piece and read it back from the medium; one that stands there already is read only."""
    with medium.said(path.name):
        medium.present(ledger.medium)
        if not _holds(path, piece):
            with path.open("wb") as file:
                for data in contents.stream(piece):
                    file.write(data)
                    ledger.add(len(data))
                file.flush()
                os.fsync(file.fileno())
            if not _holds(path, piece):
                medium.present(ledger.medium)
                raise _misread(piece.path)
        else:
            ledger.add(piece.bytes)
        _dated(path, piece.day)


def _misread(path: str) -> OutputError:
    return OutputError(
        say("{path!r} reads back from the stick as something else", path=path),
        hint=say("the stick is worn out or a false one: take another"),
    )


def _dated(path: Path, day: dt.date) -> None:
    """Give a file its edition's date, at noon: no time zone makes another day of it."""
    at = int(dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC).timestamp())
    os.utime(path, (at, at))


def _beside(ledger: _Ledger, piece: Piece) -> bool:
    """Add a file that stands beside the editions; say whether it stands there, and not another one of its name."""
    path = ledger.medium.root / piece.path
    with medium.said(piece.path):
        if path.exists():
            return _holds(path, piece)
        medium.present(ledger.medium)
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(ledger.medium, piece)
        _dated(path.parent, piece.day)
    return True


def _put(there: Medium, piece: Piece) -> None:
    """Write a small file under another name, read it back, and give it its own."""
    path = there.root / piece.path
    staged = path.with_name(path.name + PART)
    try:
        with staged.open("wb") as file:
            file.writelines(contents.stream(piece))
            file.flush()
            os.fsync(file.fileno())
        if not _holds(staged, piece):
            raise _misread(piece.path)
        _dated(staged, piece.day)
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
    medium.flush(path.parent)


def _open(there: Medium) -> None:
    """Write the page that opens the stick, for every edition that stands on it."""
    on_it = shelf.offered(there.root / start.FOLDER)
    page = contents.made(start.NAME, start.page(on_it), max(one.day for one in on_it))
    with medium.said(start.NAME):
        medium.present(there)
        if not _holds(there.root / start.NAME, page):
            _put(there, page)
        _dated(there.root / start.FOLDER, page.day)


@contextlib.contextmanager
def _undone(there: Medium, wanted: Sequence[Parcel]) -> Iterator[None]:
    """Take back what is half done when the medium or an edition refuses; after Ctrl-C the next run goes on from it."""
    places = [there.root / parcel.place for parcel in wanted]
    made = [path for place in places for path in _above(there, place) if not path.exists()]
    try:
        yield
    except Exception:
        with contextlib.suppress(OSError):
            medium.present(there)
            for place in places:
                shutil.rmtree(place.with_name(place.name + PART), ignore_errors=True)
            for path in sorted(set(made), reverse=True):
                with contextlib.suppress(OSError):
                    path.rmdir()
        raise
