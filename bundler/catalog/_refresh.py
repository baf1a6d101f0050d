"""Bring what is known of an archive up to date: only what changed since is read again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bundler import readers
from bundler.catalog._page import LARGE, LOST, MISSING, Page, hash_of, lost_page, parts, read_page
from bundler.catalog._shelf import Shelf, opened, rewritten, sealed
from bundler.codec import canonical, from_json, to_json
from bundler.readers import Scan
from bundler.tree import File, FolderTree
from bundler.work import Work, code_digest

Stamp = tuple[int, int]
Seen = dict[str, tuple[int, int, str]]
"""Size, modification time and hash of each file that a page depends on."""

GONE: Stamp = (-1, -1)
_UNSURE_NS = 2_000_000_000
"""A file this young may change again without a trace in its time: the coarsest clock of a file system ticks so."""
_UNSURE = -2


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


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a tree, and whether some of them are so young that they may still change unnoticed."""

    tree: FolderTree
    listed: Mapping[str, File]
    now_ns: int

    def stamp(self, path: str) -> Stamp:
        file = self.listed.get(path)
        return (file.size, self._time(file)) if file else GONE

    def beside(self, path: str) -> Stamp:
        """Stamp a file that the tree does not list, though it can be read."""
        file = self.listed.get(path) or self.tree.stat(path)
        return (file.size, self._time(file)) if file else GONE

    def _time(self, file: File) -> int:
        return file.mtime_ns if file.mtime_ns < self.now_ns - _UNSURE_NS else _UNSURE

    def digest(self, beside: Iterable[str] = ()) -> str:
        """Digest names, sizes and times; empty where a file is too young to be sure of."""
        files = [(file.path, file.size, self._time(file)) for file in self.listed.values()]
        files += [(path, *self.beside(path)) for path in beside]
        if any(time_ns == _UNSURE for _, _, time_ns in files):
            return ""
        return hashlib.sha256(repr(files).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(slots=True)
class _Changes:
    """What has to be done: pages to read, pages that only look changed, pages that are gone."""

    read: list[str]
    seen: dict[str, Seen]
    gone: list[str]


def refreshed(request: Request, path: Path | None, *, anew: bool = False) -> State:
    """Return an archive up to date, kept at `path` (None: in memory); `anew` forgets what the file there says.

    Raises DamagedError or sqlite3.DatabaseError where the file is damaged, ArchiveError where no reader recognizes
    the archive. A place that cannot be written is not used.
    """
    version = int.from_bytes(code_digest()[:4], "big", signed=True)
    shelf = opened(None if anew else path, version)
    files = _Files(request.tree, {file.path: file for file in request.tree.list()}, time.time_ns())
    listing = files.digest()
    known = shelf.scan(request.reader, listing) if listing else None
    reader, scan = (known[0], _scan(known[1])) if known else _scanned(request)
    name = request.name or _free_name(reader, request.taken)
    current, beside = shelf.archive(name, reader)
    state = State(shelf, name, reader, scan)
    if known and current and current == files.digest(json.loads(beside)):
        return state
    return _updated(request, path, state, files)


def _scanned(request: Request) -> tuple[str, Scan]:
    name = request.reader or readers.recognize(request.tree)
    return name, readers.reader(name).scan(request.tree)


def _scan(data: bytes) -> Scan:
    value = json.loads(data)
    return Scan(tuple(value["pages"]), value["sections"], from_json(value["notes"]))


def _free_name(reader: str, taken: Collection[str]) -> str:
    names = (reader, *(f"{reader}{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _updated(request: Request, path: Path | None, state: State, files: _Files) -> State:
    changes = _compared(state, files)

    def change(connection: sqlite3.Connection) -> None:
        _write(connection, request, state, files, changes)
        _write_state(connection, request, state, files)

    if not (changes.read or changes.seen or changes.gone or files.digest()):
        return state
    try:
        shelf = rewritten(state.shelf, path, change)
    except (OSError, sqlite3.OperationalError):
        if path is None:
            raise
        shelf = rewritten(state.shelf, None, change)
    return State(shelf, state.name, state.reader, state.scan)


def _compared(state: State, files: _Files) -> _Changes:
    listed = dict.fromkeys(state.scan.pages)
    changes = _Changes([], {}, [])
    known: dict[str, Seen] = {path: json.loads(seen) for path, seen in state.shelf.seen(state.name, state.reader)}
    changes.gone = [path for path in known if path not in listed]
    for path in listed:
        seen = known.get(path)
        if seen is None:
            changes.read.append(path)
            continue
        now = {one: (*_stamp(files, one, was[2]), was[2]) for one, was in seen.items()}
        moved = [one for one, was in seen.items() if was[1] == _UNSURE or now[one] != tuple(was)]
        if any(_differs(files, one, seen[one][2]) for one in moved):
            changes.read.append(path)
        elif any(now[one] != tuple(was) for one, was in seen.items()):
            changes.seen[path] = now
    return changes


def _differs(files: _Files, path: str, was: str) -> bool:
    return was in (LARGE, LOST) or hash_of(files.tree, path) != was


def _stamp(files: _Files, path: str, was: str) -> Stamp:
    """Stamp a file; one that was missing is looked for among the listed ones only, one that was lost is unsure."""
    if was == LOST:
        return 0, _UNSURE
    return files.stamp(path) if was == MISSING else files.beside(path)


def _write(connection: sqlite3.Connection, request: Request, state: State, files: _Files, changes: _Changes) -> None:
    owner = (state.name, state.reader)
    for path in changes.gone:
        _forget(connection, owner, path)
    update = "UPDATE pages SET seen = ? WHERE archive = ? AND reader = ? AND path = ?"
    for path, seen in changes.seen.items():
        connection.execute(update, (sealed(canonical(seen)), *owner, path))
    jobs = [Page(request.tree, state.reader, state.name, path) for path in changes.read]
    read = request.work.map(read_page, jobs, label="reading", lost=lost_page)
    for page, data in zip(jobs, read, strict=True):
        hashes, row, body, text = parts(data)
        kept = hashlib.sha256(body).hexdigest()
        if request.work.cache is not None:
            request.work.cache.put(kept, body)
        seen = {one: (*_stamp(files, one, found), found) for one, found in hashes.items()}
        _forget(connection, owner, page.path)
        insert = "INSERT INTO pages (archive, reader, path, seen, row, kept) VALUES (?, ?, ?, ?, ?, ?)"
        values = (*owner, page.path, sealed(canonical(seen)), sealed(row), kept)
        number = connection.execute(insert, values).lastrowid
        connection.execute("INSERT INTO texts (page, text) VALUES (?, ?)", (number, sealed(text)))


def _forget(connection: sqlite3.Connection, owner: tuple[str, str], path: str) -> None:
    found = "SELECT id FROM pages WHERE archive = ? AND reader = ? AND path = ?"
    connection.execute(f"DELETE FROM texts WHERE page IN ({found})", (*owner, path))  # noqa: S608 — a constant
    connection.execute("DELETE FROM pages WHERE archive = ? AND reader = ? AND path = ?", (*owner, path))


def _write_state(connection: sqlite3.Connection, request: Request, state: State, files: _Files) -> None:
    scan = {
        "pages": state.scan.pages,
        "sections": dict(state.scan.sections),
        "notes": to_json(state.scan.notes),
    }
    listing = files.digest()
    connection.execute(
        "REPLACE INTO scans VALUES (?, ?, ?, ?)", (request.reader, listing, state.reader, sealed(canonical(scan)))
    )
    shelf = Shelf(connection)
    seen = [json.loads(seen) for _, seen in shelf.seen(state.name, state.reader)]
    found = {one: was for page in seen for one, (_, _, was) in page.items()}
    beside = sorted(one for one, was in found.items() if was != MISSING and one not in files.listed)
    sure = bool(listing) and LOST not in found.values()
    connection.execute(
        "REPLACE INTO archives VALUES (?, ?, ?, ?)",
        (state.name, state.reader, files.digest(beside) if sure else "", sealed(canonical(beside))),
    )
