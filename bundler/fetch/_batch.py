"""Saved files, read in a process apart: some parts at a time, so that a file of any size flows through little memory.

A batch crosses to this process as a line of JSON and the bytes of its parts. The reader stays open between batches;
where it broke or its process ended, the file is opened again, and goes on behind as many parts as were read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Literal

from bundler import media
from bundler.fetch import _boxes, _records, _zim, stored
from bundler.fetch._part import BoxError, Part, Read
from bundler.fetch.apart import muted
from bundler.fetch.faults import NetError
from bundler.fetch.stored import Facts
from bundler.tree import MAX_PICTURE_BYTES

MAX_BATCH_BYTES = 4_000_000
MAX_BATCH_PARTS = 2_000
_NAME = 300

What = Literal["page", "picture", "left", "damaged", "stopped"]


@dataclass(frozen=True, slots=True)
class Job:
    """Parts of a file: from which number on, and how many at most; `stamp` says which state of the file is meant."""

    path: str
    stamp: str
    start: int
    most: int = MAX_BATCH_PARTS


@dataclass(frozen=True, slots=True)
class Found:
    """One part: a page as UTF-8, a picture as it is, or what was left out; `name` says which, `detail` why."""

    what: What
    name: str
    detail: str = ""
    address: str = ""
    path: str = ""
    facts: Facts | None = None
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some parts, the number that the next batch begins with, whether there is one, and what ended the file early."""

    found: tuple[Found, ...]
    following: int
    more: bool
    fault: tuple[str, str] | None = None

    def told(self) -> bytes:
        """Return the batch as it crosses to the other process."""
        heads = [
            [one.what, one.name, one.detail, one.address, one.path, one.facts and astuple(one.facts), len(one.data)]
            for one in self.found
        ]
        line = json.dumps([heads, self.following, self.more, self.fault])
        return b"\n".join((line.encode(), b"".join(one.data for one in self.found)))


def heard(told: bytes) -> Batch:
    """Return the batch that crossed."""
    line, _, data = told.partition(b"\n")
    heads, following, more, fault = json.loads(line)
    found, place = [], 0
    for what, name, detail, address, path, facts, size in heads:
        inside = data[place : place + size]
        found.append(Found(what, name, detail, address, path, Facts.told(facts) if facts else None, inside))
        place += size
    return Batch(tuple(found), following, more, (fault[0], fault[1]) if fault else None)


def batch(job: Job) -> bytes:
    """Read some parts of a file."""
    good = False
    try:
        with muted():
            told = _opened(job.path, job.stamp).batch(job)
        good = told.more
        return told.told()
    finally:
        if not good:
            _opened.cache_clear()


def name_of(job: Job) -> bytes:
    """Return what the first part of a job is called, without reading it."""
    _opened.cache_clear()
    with muted():
        parts = _parts(Path(job.path))
        read = next(islice(parts, job.start, None), None)
        return _named(read).encode("utf-8", "replace") if read is not None else b""


@dataclass(slots=True)
class _Reading:
    """One file, open; `place` is the number of the part that comes next."""

    path: Path
    place: int = 0
    parts: Iterator[Read] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the first part."""
        self.parts = _parts(self.path)

    def batch(self, job: Job) -> Batch:
        """Read on until so many parts or bytes are there. Whatever a stranger's file raises, it is what is broken."""
        found: list[Found] = []
        size, end = 0, job.start + job.most
        try:
            self.skip(job.start)
            while size < MAX_BATCH_BYTES and self.place < end:
                read = next(self.parts, None)
                if read is None:
                    return Batch(tuple(found), self.place, more=False)
                self.place += 1
                one = _found(read)
                if one is not None:
                    found.append(one)
                    size += len(one.data)
        except NetError as error:
            return Batch(tuple(found), self.place, more=False, fault=(error.code, error.detail))
        except MemoryError:  # the bound's, which `Work` answers
            raise
        except Exception as error:  # noqa: BLE001 - parsers raise of everything: the file is broken from here on
            fault = "saved-broken", (str(error) or type(error).__name__)[:200]
            return Batch(tuple(found), self.place, more=False, fault=fault)
        return Batch(tuple(found), self.place, more=True)

    def skip(self, start: int) -> None:
        """Go to a part without reading those before."""
        if start < self.place:
            self.parts, self.place = _parts(self.path), 0
        for _ in islice(self.parts, start - self.place):
            self.place += 1


@lru_cache(maxsize=1)
def _opened(path: str, _stamp: str) -> _Reading:
    return _Reading(Path(path))


def _parts(path: Path) -> Iterator[Read]:
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith(b"PK"):
        yield from _boxes.parts(path, _records.parts)
    elif start.startswith(b"ZIM\x04"):
        yield from _zim.parts(path)
    elif start.startswith((b"WARC/", b"\x1f\x8b")):
        with path.open("rb") as file:
            yield from _records.parts(file)
    else:
        raise NetError("saved-broken", "no EPUB, ZIM, WARC or WACZ")


def _found(read: Read) -> Found | None:
    """Read one part. Raises BoxError where nothing behind it can be read either."""
    try:
        part = read.part()
        return _sorted(part, _named(read)) if part is not None else None
    except (BoxError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - parsers raise of everything: this part is broken
        return Found("damaged", _named(read), type(error).__name__)


def _named(read: Read) -> str:
    """Return what a part is called, on one line; nothing where not even that can be read."""
    try:
        return " ".join(read.name()[:_NAME].split())
    except Exception:  # noqa: BLE001 - as above
        return ""


def _sorted(part: Part, name: str) -> Found | None:
    """Say what a part is; None where it is neither page nor picture."""
    is_page = part.kind.split(";")[0].strip().lower() in _zim.HTML
    if len(part.data) > (stored.MAX_PAGE_BYTES if is_page else MAX_PICTURE_BYTES) or not part.data:
        return Found("left", name, "too large or empty")
    if is_page:
        try:
            text = stored.text_of(part.data, part.kind).encode("utf-8", "replace")
        except NetError as error:
            return Found("left", name, error.code)
        return Found("page", name, "", part.address, part.path, part.facts, text)
    if media.kind(part.data):
        return Found("picture", name, "", part.address, part.path, part.facts, part.data)
    return None
