"""What was fetched from where, and on which day: lines of JSON in `.bundler/ledger.jsonl` of the archive.

Each change is one line at the end, so that whatever stops a run leaves at most one torn line, which nobody reads. Lines
of one address replace one another; when most are replaced the file is written anew. An archive may be a stranger's: the
file is text, every field is checked, and what is wrong is a line that is not there. It says days and not hours.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, Literal, cast, get_args

from bundler import store
from bundler.errors import OutputError, say

FOLDER = ".bundler"
"""The folder of an archive in which fetching keeps what is not the archive: hidden, so that no reader sees it."""
FILE = "ledger.jsonl"
MAX_BYTES = 200_000_000
MAX_LINE = 20_000
AGAIN = (1, 7, 30)
"""After so many days what failed is tried again: the last number counts from then on, until `MAX_TRIES`."""
MAX_TRIES = 12
_SPARE = 1_000
_KIND = re.compile("[a-z-]{1,20}")

State = Literal["here", "gone", "failed"]


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one address.

    `kind` is what it was asked for as (`picture`, `feed`, `page`, `git`), `state` what became of it: here, gone (the
    server says that there is nothing any more) or failed. `held` names what it became: a hash, a path, a commit. `day`
    is that of the last try, `tries` counts those that failed in a row, `why` is the code of the last failure.
    """

    kind: str
    address: str
    state: State
    day: dt.date
    held: str = ""
    etag: str = ""
    modified: str = ""
    tries: int = 0
    why: str = ""

    def due(self, today: dt.date, *, robots: bool = True) -> bool:
        """Say whether what is not here may be tried again: after 1, 7, then every 30 days, twelve times.

        `robots`: robots.txt is kept; whoever does not keep it may try at once what it refused.
        """
        if self.state != "here" and self.why == "robots-refused" and not robots:
            return True
        if self.state == "here" or self.tries >= MAX_TRIES:
            return False
        wait = AGAIN[min(self.tries, len(AGAIN)) - 1] if self.tries else 0
        return (today - self.day).days >= wait or self.day > today


@dataclass(slots=True)
class Ledger:
    """The ledger of one archive, open for one run. Threads may share it."""

    path: Path
    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    lines: int = 0
    _file: BinaryIO | None = None
    _lock: Lock = field(default_factory=Lock)

    def get(self, kind: str, address: str) -> Record | None:
        """Return what is known of an address."""
        return self.records.get((kind, address))

    def of(self, kind: str) -> Iterator[Record]:
        """Yield all records of a kind, sorted by address."""
        yield from sorted((one for one in self.records.values() if one.kind == kind), key=lambda one: one.address)

    def put(self, record: Record) -> None:
        """Write down what became of an address. Raises OutputError where the disk refuses."""
        with self._lock, store.said(self.path.parent):
            if self.records.get((record.kind, record.address)) == record:
                return
            if self._file is None:
                self._file = _appending(self.path)
            self._append(self._file, _line(record))
            self.records[record.kind, record.address] = record
            self.lines += 1

    def _append(self, file: BinaryIO, line: bytes) -> None:
        """Write a whole line. A disk that fills up takes a part of it in silence: then the next line opens anew."""
        if file.write(line) != len(line):
            self._file = None
            file.close()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def failed(self, kind: str, address: str, why: str, today: dt.date, *, gone: bool = False) -> Record:
        """Write down that an address gave nothing; what is here of it from before stays here."""
        former = self.get(kind, address)
        tries = (former.tries if former else 0) + 1
        state: State = "here" if former and former.state == "here" else "gone" if gone else "failed"
        kept = (former.held, former.etag, former.modified) if former else ("", "", "")
        record = Record(kind, address, state, today, *kept, tries=tries, why=why)
        self.put(record)
        return record

    def forget(self, kind: str, address: str) -> None:
        """Take an address out; `close` writes the file anew."""
        with self._lock:
            self.records.pop((kind, address), None)

    def close(self) -> None:
        """Flush what was written to the disk, and write the file anew where most of its lines are of no use."""
        with self._lock, store.said(self.path.parent):
            if self._file is not None:
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                self._file = None
            if self.lines > len(self.records) * 2 + _SPARE or (self.lines > 0 and self._forgot()):
                data = b"".join(_line(self.records[name]) for name in sorted(self.records))
                store.put(self.path, data, private=True)
                self.lines = len(self.records)

    def _forgot(self) -> bool:
        """Say whether addresses were taken out that the file still names."""
        return len({(one.kind, one.address) for one in _read(self.path)}) != len(self.records)


def opened(archive: Path) -> Ledger:
    """Read the ledger of an archive; there need not be one. Raises OutputError where it cannot be read."""
    path = archive / FOLDER / FILE
    records: dict[tuple[str, str], Record] = {}
    lines = 0
    for record in _read(path):
        records[record.kind, record.address] = record
        lines += 1
    return Ledger(path, records, lines)


def _read(path: Path) -> Iterator[Record]:
    try:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            known = os.fstat(file.fileno())
            if not stat.S_ISREG(known.st_mode):
                raise _unreadable(path)
            if known.st_size > MAX_BYTES:
                raise OutputError(
                    say("the ledger {path!r} is larger than {most} bytes", path=str(path), most=MAX_BYTES),
                    hint=say("move it away: what failed is tried anew, and nothing else is lost"),
                )
            for line in file:
                if len(line) <= MAX_LINE and line.endswith(b"\n") and (record := _record(line)) is not None:
                    yield record
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> OutputError:
    """Return what there is to say where something else stands in the ledger's place, or nobody may read it."""
    return OutputError(
        say("{path!r} cannot be read", path=str(path)),
        hint=say("move it away: what failed is tried anew, and nothing else is lost"),
    )


def _record(line: bytes) -> Record | None:
    """Read one line; None where anything in it is not as it is written here."""
    try:
        value: dict[str, Any] = json.loads(line)
        texts = [value.get(name, "") for name in ("kind", "address", "state", "held", "etag", "modified", "why")]
        tries = value.get("tries", 0)
        if not all(isinstance(text, str) and text.isprintable() for text in texts) or type(tries) is not int:
            return None
        kind, address, state, held, etag, modified, why = texts
        if not _KIND.fullmatch(kind) or not address or state not in get_args(State) or not 0 <= tries <= MAX_LINE:
            return None
        day = dt.date.fromisoformat(value["day"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return Record(kind, address, cast(State, state), day, held, etag, modified, tries, why)


def _line(record: Record) -> bytes:
    """Return the line of a record: keys in one order, empty ones left out."""
    pairs: dict[str, object] = {
        "kind": record.kind, "address": record.address, "state": record.state, "day": record.day.isoformat(),
        "held": record.held, "etag": record.etag, "modified": record.modified, "tries": record.tries,
        "why": record.why,
    }  # fmt: skip
    text = json.dumps({key: value for key, value in pairs.items() if value}, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _appending(path: Path) -> BinaryIO:
    """Open the file to write at its end; a torn last line is closed first, so that it stays the only torn one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    file = os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0)
    size = file.seek(0, os.SEEK_END)
    if size:
        file.seek(size - 1)
        if file.read(1) != b"\n":
            file.write(b"\n")
    return cast(BinaryIO, file)
