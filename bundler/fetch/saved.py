"""Files of pages that somebody saved: EPUB, ZIM, WARC and WACZ, read article by article into the archive, once.

    <name of the file>/…                 pages and pictures of an EPUB or a ZIM, where they stand in it
    <host>/<16 hex digits>.html, media/  pages and pictures of a WARC or a WACZ, as if they had been fetched

The file is a stranger's: every member is read no further than its limit, paths lead nowhere else, and what the archive
fetched itself is never replaced.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from bundler import media
from bundler.fetch import _boxes, pages, pictures, stored
from bundler.fetch._boxes import Part
from bundler.fetch.events import Event, Run
from bundler.fetch.faults import NetError
from bundler.fetch.ledger import Record
from bundler.fetch.sources import Saved
from bundler.tree import MAX_PICTURE_BYTES, is_hidden, is_inside

KIND = "saved"
MAX_FILE_BYTES = 100_000_000_000
MAX_PARTS = 1_000_000
MAX_TOTAL_BYTES = 50_000_000_000
_PAGES = (".html", ".htm", ".xhtml")
_HTML = ("text/html", "application/xhtml+xml")
_OK = "200"
_MAX_NAME = 60
_CHUNK_END = 16
"""Bytes behind the last chunk of an answer, which nobody reads."""


def fetch(source: Saved, run: Run) -> Iterator[Event]:
    """Read a saved file into the archive, where it was not read before. Raises NetError, OutputError."""
    name = source.path.name
    digest = _digest(source.path)
    record = run.ledger.get(KIND, name)
    if record is not None and record.held == digest:
        yield Event("same", name)
        return
    keeping = _Keeping(run, _folder(source.path), Counter())
    try:
        for part in islice(_parts(source.path), MAX_PARTS):
            keeping.left["bytes"] += len(part.data)
            if keeping.left["bytes"] > MAX_TOTAL_BYTES:
                raise NetError("too-large", f"{MAX_TOTAL_BYTES} bytes")
            yield from keeping.kept(part)
    except (_boxes.BoxError, ValueError, KeyError, RuntimeError, EOFError, ArithmeticError, AttributeError) as error:
        raise NetError("saved-broken", str(error)[:200] or type(error).__name__) from error
    del keeping.left["bytes"]
    yield from (Event("note", name, "saved-left-out", f"{why} x{count}") for why, count in sorted(keeping.left.items()))
    run.ledger.put(Record(KIND, name, "here", run.today, digest))


def _digest(path: Path) -> str:
    made = hashlib.sha256()
    try:
        if path.is_symlink() or not path.is_file():
            raise NetError("saved-missing", path.name)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise NetError("too-large", f"{MAX_FILE_BYTES} bytes")
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                made.update(piece)
    except OSError as error:
        raise NetError("saved-missing", path.name) from error
    return made.hexdigest()


def _folder(path: Path) -> str:
    """Return the folder of a file's pages: its name in letters that every disk takes."""
    return re.sub(r"[^\w-]+", "-", path.stem).strip("-")[:_MAX_NAME] or "saved"


def _parts(path: Path) -> Iterator[Part]:
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith(b"PK"):
        yield from _boxes.zipped(path, _records)
    elif start.startswith(b"ZIM\x04"):
        yield from _zim(path)
    elif start.startswith((b"WARC/", b"\x1f\x8b")):
        with path.open("rb") as file:
            yield from _records(file)
    else:
        raise NetError("saved-broken", "no EPUB, ZIM, WARC or WACZ")


def _records(file: Any) -> Iterator[Part]:
    """Yield the pages and pictures of a WARC (ISO 28500): answers of status 200, and what was saved without one."""
    try:
        from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - an extra
        from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415
    except ImportError as error:
        raise NetError("saved-reader-missing", "warcio: pip install 'bundler[saved]'") from error
    try:
        for record in ArchiveIterator(file):
            address = record.rec_headers.get_header("WARC-Target-URI") or ""
            headers = record.http_headers
            if record.rec_type == "response" and headers is not None and headers.get_statuscode() == _OK:
                kind = headers.get_header("Content-Type") or ""
            elif record.rec_type == "resource":
                kind = record.rec_headers.get_header("Content-Type") or ""
            else:
                continue
            data = record.content_stream().read(MAX_PICTURE_BYTES + 1)
            if len(data) <= MAX_PICTURE_BYTES and record.raw_stream.limit > _CHUNK_END:
                raise _boxes.BoxError("it breaks off")  # noqa: TRY003 - part of a sentence
            yield Part(address.strip("<>"), "", kind, data)
    except ArchiveLoadFailed as error:
        raise _boxes.BoxError(str(error)) from error


def _zim(path: Path) -> Iterator[Part]:
    """Yield the pages and pictures of a ZIM file."""
    try:
        from libzim.reader import Archive  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise NetError("saved-reader-missing", "libzim: pip install 'bundler[saved]'") from error
    archive = Archive(path)

    def said(key: str) -> str:
        return archive.get_metadata(key).decode("utf-8", "replace") if key in archive.metadata_keys else ""

    facts = stored.Facts(published=said("Date")[:10], publisher=said("Publisher")[:200])
    for number in range(archive.all_entry_count):
        entry = archive._get_entry_by_id(number)  # noqa: SLF001 - the one way to go through all entries
        if entry.is_redirect:
            continue
        item = entry.get_item()
        kind = item.mimetype
        if kind.split(";")[0] in _HTML or kind.startswith("image/"):
            data = bytes(item.content) if item.size <= MAX_PICTURE_BYTES else b""
            yield Part("", entry.path, kind, data, facts)


@dataclass(frozen=True, slots=True)
class _Keeping:
    """One file under way; `left` counts what was left out, and why."""

    run: Run
    folder: str
    left: Counter[str]

    def kept(self, part: Part) -> Iterator[Event]:
        """Write one part, if it is a page or a picture. Raises OutputError."""
        page = part.kind.split(";")[0].strip().lower() in _HTML
        if len(part.data) > (stored.MAX_PAGE_BYTES if page else MAX_PICTURE_BYTES) or not part.data:
            self.left["too large or empty"] += 1
        elif part.path:
            yield from self.beside(part, page=page)
        elif page:
            yield from self.page(part)
        elif media.kind(part.data):
            yield from self.picture(part)

    def page(self, part: Part) -> Iterator[Event]:
        """Write a page under its address, unless the archive has it."""
        try:
            address = stored.plain(part.address)
            path = stored.place(address)
            text = stored.text_of(part.data, part.kind)
        except NetError as error:
            self.left[error.code] += 1
            return
        record = self.run.ledger.get(pages.KIND, address)
        if (record is not None and record.state == "here") or stored.is_there(self.run.archive, path):
            yield Event("same", address)
            return
        stored.keep(self.run.archive, path, stored.page(text, address))
        yield Event("new", address, detail=path)

    def picture(self, part: Part) -> Iterator[Event]:
        """Keep a picture under its address, unless the archive has it."""
        address = media.address(part.address)
        if media.is_remote(address) and not (self.run.archive / media.slip(address)).exists():
            pictures.keep(self.run, address, media.name(part.data), part.data)
            yield Event("new", address)

    def beside(self, part: Part, *, page: bool) -> Iterator[Event]:
        """Write a page or a picture where it stands in the file, so that one finds the other."""
        inner = part.path if not page or part.path.lower().endswith(_PAGES) else f"{part.path}.html"
        path = f"{self.folder}/{inner}"
        if not page and not media.kind(part.data):
            return
        if not is_inside(path) or is_hidden(path) or not _free(self.run.archive, path):
            self.left["odd names"] += 1
            return
        data = part.data
        if page:
            try:
                data = stored.page(stored.text_of(part.data, part.kind), "", part.facts)
            except NetError as error:
                self.left[error.code] += 1
                return
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
