"""WARC files (ISO 28500): the answers that somebody's browser or crawler was given."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from bundler.fetch._part import BoxError, Part, Read
from bundler.fetch.faults import NetError
from bundler.tree import MAX_PICTURE_BYTES

_OK = "200"
_CHUNK_END = 16
"""Bytes behind the last chunk of an answer, which nobody reads."""


def parts(file: Any) -> Iterator[Read]:
    """Yield how to read each record. Raises BoxError."""
    try:
        from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - an extra
        from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415
    except ImportError as error:
        raise NetError("saved-reader-missing", "warcio: `bundler doctor` says how it is installed") from error
    try:
        for record in ArchiveIterator(file):
            yield Read(partial(_address, record), partial(_part, record))
    except ArchiveLoadFailed as error:
        raise BoxError(str(error)) from error


def _address(record: Any) -> str:
    return (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")


def _part(record: Any) -> Part | None:
    """Return an answer of status 200, or what was saved without one; None for other records.

    Raises ValueError for a record that does not say what it is, as each must (ISO 28500, section 5.5).
    """
    if record.rec_type is None:
        raise ValueError
    headers = record.http_headers
    if record.rec_type == "response" and headers is not None and headers.get_statuscode() == _OK:
        kind = headers.get_header("Content-Type") or ""
    elif record.rec_type == "resource":
        kind = record.rec_headers.get_header("Content-Type") or ""
    else:
        return None
    data = record.content_stream().read(MAX_PICTURE_BYTES + 1)
    if len(data) <= MAX_PICTURE_BYTES and record.raw_stream.limit > _CHUNK_END:
        raise BoxError("it breaks off")  # noqa: TRY003 - part of a sentence
    return Part(_address(record), "", kind, data)
