"""Bring what is known of an archive up to date: only what changed since is read again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bundler import readers
from bundler.catalog import _columns
from bundler.catalog._files import Files, Seen, certain, young
from bundler.catalog._page import BOUND, LOST, MISSING, NONE, Page, lost_page, parts, read_page
from bundler.catalog._shelf import Shelf, mark, opened, rewritten, sealed
from bundler.codec import canonical, from_json, to_json
from bundler.errors import ArchiveError, Listed, say
from bundler.model import Note
from bundler.readers import Scan
from bundler.tree import FolderTree, Left
from bundler.work import Bound, Work, code_digest


@dataclass(frozen=True, slots=True)
class Request:
    """An archive as the recipe describes it: `reader` and `name` are empty where the archive itself decides."""

    tree: FolderTree
    reader: str
    name: str
    taken: Collection[str]
    base_url: str
    sections: Mapping[str, str]
    work: Work


@dataclass(frozen=True, slots=True)
class State:
    """An archive, up to date."""

    shelf: Shelf
    name: str
    reader: str
    scan: Scan
    left: tuple[Note, ...] = ()
    """What stands in the folder and cannot be read from it; told each time, kept nowhere."""


@dataclass(frozen=True, slots=True)
class _Changes:
    """What has to be done: pages to read, pages that only look changed, pages that are gone."""

    read: tuple[str, ...]
    seen: Mapping[str, Seen]
    gone: tuple[str, ...]


def refreshed(request: Request, path: Path | None, *, anew: bool = False) -> State:
    """Return an archive up to date, kept at `path` (None: in memory); `anew` forgets what the file there says.

    Raises DamagedError or sqlite3.DatabaseError where the file is damaged, ArchiveError where no reader recognizes
    the archive. A place that cannot be written is not used.
    """
    version = int.from_bytes(code_digest()[:4], "big", signed=True)
    shelf = opened(None if anew else path, version)
    listed, left = request.tree.walked()
    files = Files(request.tree, {file.path: file for file in listed})
    known = shelf.scan(request.reader, files.digest())
    if left.names and not listed:
        raise _unnamed(request.tree, left)
    reader, scan = (known[0], _scan(json.loads(known[1]))) if known else _scanned(request, len(files.listed))
    name = request.name or _free_name(reader, request.taken)
    notes = tuple(replace(note, detail=name) if note.code == STOPPED else note for note in scan.notes)
    state = State(shelf, name, reader, replace(scan, notes=notes), tuple(_told(left)))
    current, beside = shelf.archive(state.name, reader)
    if known and current == files.digest(json.loads(beside)):
        return state
    return _updated(request, path, state, files)


def _unnamed(tree: FolderTree, left: Left) -> ArchiveError:
    what = say("no name of a file in the archive {path!r} is UTF-8: {found}", path=tree.root.name,
               found=Listed(f"'{name}'" for name in sorted(left.names)[:SHOWN]))  # fmt: skip
    way = say(
        "rename them, as with: convmv -r -f GB18030 -t UTF-8 --notest FOLDER; or unpack them again in their language"
    )
    return ArchiveError(what, hint=way)


def _told(left: Left) -> Iterator[Note]:
    """Say what stands in a folder and is not read: how many there are, and the first of them."""
    for code, paths in (("name-not-utf-8", left.names), ("link-not-followed", left.links)):
        if paths:
            more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
            yield Note(code, detail=", ".join(sorted(paths)[:SHOWN]) + more)


def segments(state: State) -> Iterator[tuple[bytes, bytes]]:
    """Yield the columns of an archive, as `_columns` packs them, from what was kept page by page."""
    numbers = state.shelf.numbers(state.name, state.reader)
    read = (path for path in state.scan.pages if path in numbers)
    yield from _columns.packed((path, numbers[path], state.shelf.row(numbers[path])) for path in read)


@dataclass(frozen=True, slots=True)
class Listing:
    """The job of listing an archive's pages, for which a reader looks into some of its files."""

    tree: FolderTree
    reader: str


def list_pages(job: Listing) -> bytes:
    """List the pages of an archive, and say which reader it has."""
    name = job.reader or readers.recognize(job.tree)
    return canonical([name, _packed(readers.reader(name).scan(job.tree))])


def no_pages(job: Listing) -> bytes:
    """Stand in for an archive whose listing went beyond its bound or ended its process: it has no pages this time."""
    return canonical([job.reader, _packed(Scan((), notes=(Note("listing-stopped"),)))])


MANY = 200
"""Files of an archive of which so many may have to be read that it is worth to start all processes at once."""
TOGETHER = 8
"""Pages that go to a process at a time: one takes it milliseconds."""
STOPPED = "listing-stopped"
SHOWN = 3
"""Paths that a note names; the rest is a number."""
EACH_FILE = Bound(0.0001, 1_000)
"""What listing may take beside the bound of one page, for each file of the archive: several times what it does take."""


def _scanned(request: Request, files: int) -> tuple[str, Scan]:
    job = Listing(request.tree, request.reader)
    if files > MANY:
        request.work.start(read_page)
    bound = Bound(BOUND.seconds + files * EACH_FILE.seconds, BOUND.memory + files * EACH_FILE.memory)
    name, value = json.loads(next(request.work.map(list_pages, (job,), lost=no_pages, within=bound)))
    if not name:
        message = say("what kind of archive {path!r} is takes too long to tell", path=request.tree.root.name)
        raise ArchiveError(message, hint=say("name its reader in the recipe"))
    return name, _scan(value)


def _packed(scan: Scan) -> dict[str, Any]:
    return {"pages": scan.pages, "sections": dict(scan.sections), "notes": to_json(scan.notes)}


def _scan(value: Any) -> Scan:
    return Scan(tuple(value["pages"]), value["sections"], from_json(value["notes"]))


def _free_name(reader: str, taken: Collection[str]) -> str:
    reader = reader.partition("+")[0]  # so that ids of a mirror stay when pages are fetched beside it
    names = (reader, *(f"{reader}{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _updated(request: Request, path: Path | None, state: State, files: Files) -> State:
    changes = _compared(state, files)

    def change(connection: sqlite3.Connection, now_ns: int) -> None:
        update = _Update(connection, request, state, files, now_ns)
        update.pages(changes)
        update.listing()

    try:
        return replace(state, shelf=rewritten(state.shelf, path, change))
    except (OSError, sqlite3.OperationalError):
        if path is None:
            raise
        return replace(state, shelf=rewritten(state.shelf, None, change))


def _compared(state: State, files: Files) -> _Changes:
    known: dict[str, Seen] = {path: json.loads(seen) for path, seen in state.shelf.seen(state.name, state.reader)}
    listed = dict.fromkeys(state.scan.pages)
    read = [path for path in listed if path not in known]
    changed: dict[str, Seen] = {}
    for path, seen in known.items():
        if path not in listed:
            continue
        now = {one: (*files.stamp(one, was[2]), was[2]) for one, was in seen.items()}
        moved = [one for one, was in seen.items() if now[one] != tuple(was)]
        if any(files.differs(one, seen[one][2]) for one in moved):
            read.append(path)
        elif moved:
            changed[path] = now
    return _Changes(tuple(read), changed, tuple(path for path in known if path not in listed))


@dataclass(frozen=True, slots=True)
class _Update:
    """One change of a shelf. `now_ns` is the time of the file system that the shelf is on."""

    connection: sqlite3.Connection
    request: Request
    state: State
    files: Files
    now_ns: int

    def pages(self, changes: _Changes) -> None:
        """Write what became of each page; until `listing`, nothing says that all of them were looked at."""
        owner = (self.state.name, self.state.reader)
        self.connection.execute("DELETE FROM archives WHERE name = ? AND reader = ?", owner)
        self.connection.execute("DELETE FROM columns WHERE archive = ? AND reader = ?", owner)
        for path in changes.gone:
            self._forget(path)
        update = "UPDATE pages SET seen = ? WHERE archive = ? AND reader = ? AND path = ?"
        for path, seen in changes.seen.items():
            self.connection.execute(update, (self._seen(seen), *owner, path))
        jobs = [Page(self.request.tree, self.state.reader, self.state.name, path) for path in changes.read]
        read = self.request.work.map(read_page, jobs, label="reading", lost=lost_page, within=BOUND, together=TOGETHER)
        for page, data in zip(jobs, read, strict=True):
            self._keep(page.path, data)
        self._columns()

    def _columns(self) -> None:
        """Write what listing needs of all pages; the end is marked, as a change that is broken off is kept."""
        insert = "INSERT INTO columns (archive, reader, kind, part, data) VALUES (?, ?, ?, ?, ?)"
        owner = (self.state.name, self.state.reader)
        marks: dict[str, list[str]] = {"entries": [], "words": []}
        for part, blobs in enumerate(segments(replace(self.state, shelf=Shelf(self.connection)))):
            for kind, blob in zip(marks, map(sealed, blobs), strict=True):
                self.connection.execute(insert, (*owner, kind, part, blob))
                marks[kind].append(mark(blob))
        self.connection.execute(insert, (*owner, "end", 0, sealed(canonical(marks))))

    def _keep(self, path: str, data: bytes) -> None:
        hashes, row, body, made, remote, text = parts(data)
        kept = hashlib.sha256(body).hexdigest()
        if self.request.work.cache is not None:
            self.request.work.cache.put(kept, body)
        seen = self._seen({one: (*self.files.stamp(one, found), found) for one, found in hashes.items()})
        self._forget(path)
        number = self.connection.execute(
            "INSERT INTO pages (archive, reader, path, seen, row, kept) VALUES (?, ?, ?, ?, ?, ?)",
            (self.state.name, self.state.reader, path, seen, sealed(row), kept),
        ).lastrowid
        self.connection.execute("INSERT INTO texts (page, text) VALUES (?, ?)", (number, sealed(text)))
        self.connection.execute("INSERT INTO prints (page, print) VALUES (?, ?)", (number, sealed(made)))
        if remote != NONE:
            self.connection.execute("INSERT INTO remotes (page, addresses) VALUES (?, ?)", (number, sealed(remote)))

    def _forget(self, path: str) -> None:
        named = (self.state.name, self.state.reader, path)
        find = "SELECT id FROM pages WHERE archive = ? AND reader = ? AND path = ?"
        for number in self.connection.execute(find, named).fetchall():
            for table in ("texts", "prints", "remotes"):
                self.connection.execute(f"DELETE FROM {table} WHERE page = ?", number)  # noqa: S608 — constants
            self.connection.execute("DELETE FROM pages WHERE id = ?", number)

    def _seen(self, seen: Seen) -> bytes:
        return sealed(canonical(certain(seen, self.now_ns)))

    def listing(self) -> None:
        """Write for which files all this holds, so that the next time nothing needs to be compared."""
        name, reader, scan = self.state.name, self.state.reader, self.state.scan
        listed = self.files.listed.values()
        if STOPPED in {note.code for note in scan.notes} or any(young(file.mtime_ns, self.now_ns) for file in listed):
            return
        self.connection.execute(
            "REPLACE INTO scans (asked, listing, reader, scan) VALUES (?, ?, ?, ?)",
            (self.request.reader, self.files.digest(), reader, sealed(canonical(_packed(scan)))),
        )
        pages = [json.loads(seen) for _, seen in Shelf(self.connection).seen(name, reader)]
        found = {one: was for page in pages for one, (_, _, was) in page.items()}
        beside = sorted(one for one, was in found.items() if was != MISSING and one not in self.files.listed)
        if LOST not in found.values():
            self.connection.execute(
                "INSERT INTO archives (name, reader, listing, beside) VALUES (?, ?, ?, ?)",
                (name, reader, self.files.digest(beside), sealed(canonical(beside))),
            )
