"""Files of ours, found somewhere, read back: articles and pictures, whatever a stranger put into them."""

from __future__ import annotations

from pathlib import Path

from bundler.archive import _dump, _epub, _page
from bundler.archive._gathered import Found, Gathering
from bundler.errors import ArchiveError, say, unreadable

__all__ = ["MAX_BYTES", "Found", "read"]

MAX_BYTES = 1_000_000_000
"""A larger file is not read."""


def read(path: Path) -> Found:
    """Read a file back. Raises ArchiveError where it cannot be read, is damaged, or is none of ours."""
    into = Gathering()
    try:
        _gather(_bytes(path), path, into)
    except (ValueError, RecursionError) as error:
        raise ArchiveError(
            say("{path!r} is damaged and cannot be read back", path=str(path)), hint=say("look for another copy of it")
        ) from error
    return into.found()


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ArchiveError(
                say("{path!r} is too large: {size} bytes", path=str(path), size=size),
                hint=say("build smaller files, or volumes"),
            )
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error, ArchiveError) from error


def _gather(data: bytes, path: Path, into: Gathering) -> None:
    """Read by what the bytes are, whatever the file is called: messengers rename files."""
    if data.startswith(_dump.START):
        _dump.gather(data, into)
        return
    ours = _epub.gather(data, into) if data.startswith(_epub.START) else _page.gather(data, into)
    if not ours:
        raise ArchiveError(
            say("{path!r} holds no article of bundler's", path=str(path)),
            hint=say("EPUB and HTML files of ours can be read back, and dumps; PDF and text files cannot"),
        )
