"""The ZIP around an EPUB (EPUB 3.3, OCF): order, times and names that say nothing of the machine that packed it."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator

from bundler.gate import Expected, Fault
from bundler.gate._reading import CHUNK, short, traces

MIMETYPE = b"application/epub+zip"
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_FIXED = b"\0\0\x21\0"
"""The same time as a member's own header has it (APPNOTE 4.4.6)."""
MAX_MEMBER_BYTES = 32_000_000
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_LOCAL_HEADER_BYTES = 30
_ENCRYPTED = 1
_SYSTEM, _ATTRIBUTES = 3, 0o644 << 16
"""What every member is said to be, whatever system packed it and whatever it lets others do (APPNOTE 4.4.2, 4.4.15)."""


def container_faults(archive: zipfile.ZipFile, expected: Expected) -> Iterator[Fault]:
    """Judge the ZIP file: its first member, and every member's name, time and extras; then search what they hold."""
    members = archive.infolist()
    first = members[0] if members else None
    if (
        first is None
        or first.filename != "mimetype"
        or first.compress_type != zipfile.ZIP_STORED
        or member(archive, "mimetype") != MIMETYPE
    ):
        yield Fault("mimetype", "the first member must be 'mimetype', stored")
    for name, count in sorted(Counter(info.filename.lower() for info in members).items()):
        if count > 1:
            yield Fault("member-name", f"{short(name)} occurs {count} times")
    for info in members:
        yield from _member_faults(archive, info)
    for info in members:
        with archive.open(info) as file:
            yield from traces(iter(lambda: file.read(CHUNK), b""), expected, info.filename)


def _member_faults(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[Fault]:
    where = short(info.filename)
    if not _NAME.fullmatch(info.filename):
        yield Fault("member-name", where)
    header = _header(archive, info)
    if info.date_time != FIXED_TIME or header[10:14] != _FIXED:
        yield Fault("member-time", f"{where}: {info.date_time}")
    said = info.create_system, info.external_attr
    if info.extra or info.comment or any(header[28:30]) or said != (_SYSTEM, _ATTRIBUTES):
        yield Fault("member-extra", where)
    if info.flag_bits & _ENCRYPTED or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        yield Fault("member-packing", where)
    if info.file_size > MAX_MEMBER_BYTES:
        yield Fault("member-large", f"{where}: {info.file_size} bytes, at most {MAX_MEMBER_BYTES}")


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return the header in front of the member itself (APPNOTE 4.3.7): time and extras are there once more."""
    assert archive.fp is not None
    archive.fp.seek(info.header_offset)
    return archive.fp.read(_LOCAL_HEADER_BYTES)


def member(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """Return what a member holds, at most MAX_MEMBER_BYTES of it; None where there is none of this name."""
    try:
        with archive.open(name) as file:
            return file.read(MAX_MEMBER_BYTES)
    except KeyError:
        return None
