"""Files of pages that somebody saved: EPUB, ZIM, WARC and WACZ, read article by article into the archive, once.

    <name of the file>/…                 pages and pictures of an EPUB or a ZIM, where they stand in it
    <host>/<16 hex digits>.html, media/  pages and pictures of a WARC or a WACZ, as if they had been fetched

The file is a stranger's: every member is read no further than its limit, paths lead nowhere else, and what the archive
fetched itself is never replaced.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import assert_never

from bundler import media
from bundler.fetch import _batch, pages, pictures, stored
from bundler.fetch._batch import MAX_BATCH_PARTS, Found, Job
from bundler.fetch.apart import Apart
from bundler.fetch.events import Event, Run
from bundler.fetch.faults import NetError
from bundler.fetch.ledger import Record
from bundler.fetch.sources import Saved
from bundler.tree import is_hidden, is_inside
from bundler.work import Bound

KIND = "saved"
MAX_FILE_BYTES = 100_000_000_000
MAX_PARTS = 1_000_000
MAX_TOTAL_BYTES = 50_000_000_000
MAX_STOPPED = 10
"""So many parts of a file may end their process; two in a row, and that place cannot be left behind."""
MAX_NAMED = 50
"""So many damaged parts of a file are named; the others are counted."""
_IN_A_ROW = 2
TICK_NS = 2_000_000_000
"""The coarsest clock of a file system."""
BOUND = Bound(10, 1_000_000_000)
"""What some parts of a file may take, a few megabytes together."""
_NAMING = Bound(2, 1_000_000_000)
_PAGES = (".html", ".htm", ".xhtml")
_MAX_NAME = 60


def fetch(source: Saved, run: Run, within: Bound = BOUND) -> Iterator[Event]:
    """Read a saved file into the archive, where it was not read before. Raises NetError, OutputError."""
    name = source.path.name
    record = run.ledger.get(KIND, name)
    status = _status(source.path)
    if record is not None and record.etag == _mark(status):
        yield Event("same", name)
        return
    digest = _digest(source.path)
    if record is not None and record.held == digest:
        _remember(run, name, digest, status)
        yield Event("same", name)
        return
    keeping = _Keeping(run, _folder(source.path), Counter())
    size = 0
    for number, found in enumerate(parts(run.apart, source.path, digest, within)):
        size += len(found.data)
        if number >= MAX_PARTS or size > MAX_TOTAL_BYTES:
            raise NetError("too-large", f"{MAX_PARTS} parts, {MAX_TOTAL_BYTES} bytes")
        yield from keeping.kept(found)
    yield from (Event("note", name, "saved-left-out", f"{why} x{count}") for why, count in sorted(keeping.left.items()))
    _remember(run, name, digest, status)


def parts(apart: Apart, path: Path, stamp: str, within: Bound = BOUND) -> Iterator[Found]:
    """Yield the parts of a saved file, read in a process apart; what ends that is left out, and the rest goes on.

    Where a batch is lost its parts are read one by one, to learn which one it is. Raises NetError where the file cannot
    be read at all, or not any further.
    """
    place = slow = stopped = row = 0
    while True:
        job = Job(str(path), stamp, place, 1 if place < slow else MAX_BATCH_PARTS)
        told = apart.done(_batch.batch, job, within)
        if told:
            batch = _batch.heard(told)
            yield from batch.found
            if batch.fault:
                raise NetError(*batch.fault)
            if not batch.more:
                return
            place, row = batch.following, 0
        elif job.most > 1:
            slow = place + MAX_BATCH_PARTS
        else:
            stopped, row = stopped + 1, row + 1
            named = apart.done(_batch.name_of, job, _NAMING).decode("utf-8", "replace")
            yield Found("stopped", f"{named} #{place + 1}".strip(), f"{within.seconds:g} s, {within.memory} bytes")
            if stopped >= MAX_STOPPED or row >= _IN_A_ROW:
                raise NetError("saved-broken", f"#{place + 1}")
            place, slow = place + 1, place + 2


def _status(path: Path) -> os.stat_result:
    try:
        status = path.lstat()
    except (OSError, ValueError) as error:
        raise NetError("saved-missing", path.name) from error
    if not stat.S_ISREG(status.st_mode):
        raise NetError("saved-missing", path.name)
    if status.st_size > MAX_FILE_BYTES:
        raise NetError("too-large", f"{MAX_FILE_BYTES} bytes")
    return status


def _mark(status: os.stat_result) -> str:
    """Return a word for a file's size, times and place on disk: where it is as before, so are the bytes.

    It is a hash, since the ledger says days and no hours.
    """
    told = f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _remember(run: Run, name: str, digest: str, status: os.stat_result) -> None:
    """Write down that a file was read; how it stood on disk only where it was at rest.

    A file that changed within a tick of the clock before may change again unseen. The clock is that of the disk: the
    time of the ledger, which is now, or earlier where nothing had to be written.
    """
    run.ledger.put(Record(KIND, name, "here", run.today, digest))
    if run.ledger.path.stat().st_mtime_ns - status.st_mtime_ns >= TICK_NS:
        run.ledger.put(Record(KIND, name, "here", run.today, digest, _mark(status)))


def _digest(path: Path) -> str:
    made = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                made.update(piece)
    except OSError as error:
        raise NetError("saved-missing", path.name) from error
    return made.hexdigest()


def _folder(path: Path) -> str:
    """Return the folder of a file's pages: its name in letters that every disk takes."""
    return re.sub(r"[^\w-]+", "-", path.stem).strip("-")[:_MAX_NAME] or "saved"


@dataclass(frozen=True, slots=True)
class _Keeping:
    """One file under way; `left` counts what was left out, and why, `named` what was told by its name."""

    run: Run
    folder: str
    left: Counter[str]
    named: Counter[str] = field(default_factory=Counter)

    def kept(self, part: Found) -> Iterator[Event]:
        """Write one part, if it is a page or a picture. Raises OutputError."""
        match part.what:
            case "left":
                self.left[part.detail] += 1
            case "damaged" | "stopped":
                yield from self.lost(part)
            case "page" | "picture" if part.path:
                yield from self.beside(part)
            case "page":
                yield from self.page(part)
            case "picture":
                yield from self.picture(part)
            case _:
                assert_never(part.what)

    def lost(self, part: Found) -> Iterator[Event]:
        """Name a part that could not be read; of very many the first ones."""
        self.named[part.what] += 1
        if self.named[part.what] <= MAX_NAMED:
            yield Event("failed", part.name or "?", f"saved-part-{part.what}", part.detail)
        else:
            self.left[part.what] += 1

    def page(self, part: Found) -> Iterator[Event]:
        """Write a page under its address, unless the archive has it."""
        try:
            address = stored.plain(part.address)
            path = stored.place(address)
        except NetError as error:
            self.left[error.code] += 1
            return
        record = self.run.ledger.get(pages.KIND, address)
        if (record is not None and record.state == "here") or stored.is_there(self.run.archive, path):
            yield Event("same", address)
            return
        stored.keep(self.run.archive, path, stored.page(part.data.decode(), address))
        yield Event("new", address, detail=path)

    def picture(self, part: Found) -> Iterator[Event]:
        """Keep a picture under its address, unless the archive has it."""
        address = media.address(part.address)
        if media.is_remote(address) and not (self.run.archive / media.slip(address)).exists():
            pictures.keep(self.run, address, media.name(part.data), part.data)
            yield Event("new", address)

    def beside(self, part: Found) -> Iterator[Event]:
        """Write a page or a picture where it stands in the file, so that one finds the other."""
        page = part.what == "page"
        inner = part.path if not page or part.path.lower().endswith(_PAGES) else f"{part.path}.html"
        path = f"{self.folder}/{inner}"
        if not is_inside(path) or is_hidden(path) or not _free(self.run.archive, path):
            self.left["odd names"] += 1
            return
        data = stored.page(part.data.decode(), "", part.facts) if page else part.data
        there = (self.run.archive / path).exists()
        changed = stored.keep(self.run.archive, path, data)
        yield Event("changed" if there and changed else "new" if changed else "same", path)


def _free(archive: Path, path: str) -> bool:
    """Say whether a file may stand there: every name short enough for a disk, no file where a folder is wanted."""
    inside = PurePosixPath(path)
    if any(len(part.encode()) > 240 or part.rstrip(". ") != part for part in inside.parts):  # noqa: PLR2004 - bytes
        return False
    above = [archive / parent for parent in inside.parents if parent.parts]
    return not (archive / path).is_dir() and not any(one.is_file() or one.is_symlink() for one in above)
