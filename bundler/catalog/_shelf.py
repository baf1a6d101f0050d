"""The catalog's file: SQLite that is never changed in place, so that two can use it and a dying one harms nobody.

A change is a copy, changed and then renamed over the old file; who has that open goes on reading it. Every value has
a checksum (SQLite keeps none). The text of an archive is searched row by row: 45 million characters in 0.1 s, so that
no index over it pays.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_SCHEMA = """
CREATE TABLE scans (asked TEXT PRIMARY KEY, listing TEXT, reader TEXT, scan BLOB);
CREATE TABLE archives (name TEXT, reader TEXT, listing TEXT, beside BLOB, PRIMARY KEY (name, reader));
CREATE TABLE pages (id INTEGER PRIMARY KEY, archive TEXT, reader TEXT, path TEXT, seen BLOB, row BLOB, kept TEXT,
  UNIQUE (archive, reader, path));
CREATE TABLE columns (archive TEXT, reader TEXT, kind TEXT, part INTEGER, data BLOB,
  PRIMARY KEY (archive, reader, kind, part)) WITHOUT ROWID;
CREATE TABLE texts (page INTEGER PRIMARY KEY, text BLOB);
CREATE TABLE prints (page INTEGER PRIMARY KEY, print BLOB);
CREATE TABLE remotes (page INTEGER PRIMARY KEY, addresses BLOB);
"""
_CHECK_BYTES = 4
_ABANDONED_SECONDS = 3_600
Kind = Literal["entries", "words"]
Change = Callable[[sqlite3.Connection, int], None]
"""Writes through a connection; is told the time of the file system in nanoseconds, 0 in memory."""


class DamagedError(Exception):
    """The file is not what was written."""


def sealed(data: bytes) -> bytes:
    """Return bytes with their checksum before them."""
    return zlib.crc32(data).to_bytes(_CHECK_BYTES, "big") + data


def unsealed(blob: object) -> bytes:
    """Return the bytes after their checksum. Raises DamagedError where it does not fit."""
    if not isinstance(blob, bytes):
        raise DamagedError
    data = blob[_CHECK_BYTES:]
    if blob[:_CHECK_BYTES] != zlib.crc32(data).to_bytes(_CHECK_BYTES, "big"):
        raise DamagedError
    return data


def mark(blob: bytes) -> str:
    """Return the checksum of sealed bytes, by which another value says that they belong to it."""
    return blob[:_CHECK_BYTES].hex()


@dataclass(frozen=True, slots=True)
class Shelf:
    """What was known at one moment. Reading raises DamagedError or sqlite3.DatabaseError where the file is damaged."""

    connection: sqlite3.Connection

    def scan(self, asked: str, listing: str) -> tuple[str, bytes] | None:
        """Return which reader an archive has and what it scanned, if its files are still the same."""
        query = "SELECT reader, scan FROM scans WHERE asked = ? AND listing = ?"
        found = self.connection.execute(query, (asked, listing)).fetchone()
        return (found[0], unsealed(found[1])) if found else None

    def archive(self, name: str, reader: str) -> tuple[str, bytes]:
        """Return at which listing all pages were read, and which files beside the listed ones they depend on."""
        query = "SELECT listing, beside FROM archives WHERE name = ? AND reader = ?"
        found = self.connection.execute(query, (name, reader)).fetchone()
        return (found[0], unsealed(found[1])) if found else ("", b"[]")

    def seen(self, name: str, reader: str) -> Iterator[tuple[str, bytes]]:
        """Yield the path of each page that was read, and what was seen of the files that it depends on."""
        query = "SELECT path, seen FROM pages WHERE archive = ? AND reader = ?"
        return ((path, unsealed(seen)) for path, seen in self.connection.execute(query, (name, reader)))

    def columns(self, name: str, reader: str, kind: Kind) -> Iterator[bytes]:
        """Yield the columns of an archive, segment by segment; nothing where they were not written to their end."""
        query = "SELECT data FROM columns WHERE archive = ? AND reader = ? AND kind = ? ORDER BY part"
        end = self.connection.execute(query, (name, reader, "end")).fetchone()
        if end is None:
            return
        marks = json.loads(unsealed(end[0]))[kind]
        found = [data for (data,) in self.connection.execute(query, (name, reader, kind))]
        if marks != [mark(data) for data in found]:
            raise DamagedError
        yield from map(unsealed, found)

    def numbers(self, name: str, reader: str) -> Mapping[str, int]:
        """Return the number of each page by its path."""
        return dict(
            self.connection.execute("SELECT path, id FROM pages WHERE archive = ? AND reader = ?", (name, reader))
        )

    def row(self, page: int) -> bytes:
        """Return the row of a page that has a number."""
        return unsealed(self.connection.execute("SELECT row FROM pages WHERE id = ?", (page,)).fetchone()[0])

    def kept(self, page: int) -> str:
        """Return the cache's key of a page."""
        found = self.connection.execute("SELECT kept FROM pages WHERE id = ?", (page,)).fetchone()
        return str(found[0]) if found else ""

    def texts(self, name: str, reader: str) -> Iterator[tuple[int, bytes]]:
        """Yield the number and the folded text of each page."""
        query = "SELECT page, text FROM texts WHERE page IN (SELECT id FROM pages WHERE archive = ? AND reader = ?)"
        return ((page, unsealed(text)) for page, text in self.connection.execute(query, (name, reader)))

    def text(self, page: int) -> bytes | None:
        """Return the folded text of one page; None where there is none."""
        found = self.connection.execute("SELECT text FROM texts WHERE page = ?", (page,)).fetchone()
        return unsealed(found[0]) if found else None

    def prints(self, pages: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the number and the print of those of the pages that have one."""
        for page in pages:
            found = self.connection.execute("SELECT print FROM prints WHERE page = ?", (page,)).fetchone()
            if found:
                yield page, unsealed(found[0])

    def remotes(self, name: str, reader: str) -> Iterator[tuple[int, bytes]]:
        """Yield the number of each page that shows pictures of the web, and their addresses."""
        query = (
            "SELECT page, addresses FROM remotes WHERE page IN (SELECT id FROM pages WHERE archive = ? AND reader = ?)"
        )
        return ((page, unsealed(found)) for page, found in self.connection.execute(query, (name, reader)))


def opened(path: Path | None, version: int) -> Shelf:
    """Open a catalog's file; an empty shelf where there is none or another version of this program wrote it.

    Raises DamagedError where the file is no such thing.
    """
    if path is None or not _is_there(path):
        return _empty(version)
    try:
        shelf = _read_only(path)
        if shelf.connection.execute("PRAGMA user_version").fetchone()[0] == version:
            return shelf
    except sqlite3.OperationalError:
        return _empty(version)
    except sqlite3.DatabaseError as error:
        raise DamagedError from error
    shelf.connection.close()
    return _empty(version)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that is closed to this user nothing of his is kept
        return False


def _empty(version: int) -> Shelf:
    connection = sqlite3.connect(":memory:")
    connection.executescript(_SCHEMA)
    connection.execute(f"PRAGMA user_version = {version:d}")
    return Shelf(connection)


def _read_only(path: Path) -> Shelf:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return Shelf(connection)


def rewritten(shelf: Shelf, path: Path | None, change: Change) -> Shelf:
    """Return the shelf with a change made, at `path` or, where that is None, in memory.

    What a change has written when something interrupts it is kept. Raises OSError or sqlite3.Error where the place
    cannot be written.
    """
    if path is None:
        connection = sqlite3.connect(":memory:")
        shelf.connection.backup(connection)
        change(connection, 0)
        connection.commit()
        return Shelf(connection)
    staged = _staged(path)
    try:
        return _through(staged, shelf, path, change)
    finally:
        staged.unlink(missing_ok=True)


def _through(staged: Path, shelf: Shelf, path: Path, change: Change) -> Shelf:
    connection = sqlite3.connect(staged)
    try:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
            connection.execute(f"PRAGMA {pragma}")
        shelf.connection.backup(connection)
        change(connection, staged.stat().st_mtime_ns)
    except (sqlite3.Error, OSError):
        connection.close()
        raise
    except BaseException:
        with suppress(sqlite3.Error, OSError):
            _published(connection, staged, path).connection.close()
        raise
    return _published(connection, staged, path)


def _published(connection: sqlite3.Connection, staged: Path, path: Path) -> Shelf:
    """Put a finished file into its place. It is opened before that: another process may replace it at any time."""
    connection.commit()
    connection.close()
    shelf = _read_only(staged)
    staged.replace(path)
    return shelf


def _staged(path: Path) -> Path:
    """Make a file beside the catalog's own, and remove those that dead processes left long ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    from tempfile import mkstemp  # noqa: PLC0415 - 10 ms, and what is warm writes nothing

    handle, name = mkstemp(dir=path.parent, prefix=f"{path.stem}.", suffix=".new")
    now = os.fstat(handle).st_mtime
    os.close(handle)
    for left in path.parent.glob(f"{path.stem}.*.new"):
        try:
            if left.stat().st_mtime < now - _ABANDONED_SECONDS:
                left.unlink()
        except OSError:
            continue
    return Path(name)
