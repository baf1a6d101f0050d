"""ZIM files, as Kiwix and others make them of whole sites."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bundler.fetch._part import Part, Read
from bundler.fetch.faults import NetError
from bundler.fetch.stored import Facts
from bundler.tree import MAX_PICTURE_BYTES

HTML = ("text/html", "application/xhtml+xml")


def parts(path: Path) -> Iterator[Read]:
    """Yield how to read each entry. Raises RuntimeError, as libzim does."""
    try:
        from libzim.reader import Archive  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise NetError("saved-reader-missing", "libzim: `bundler doctor` says how it is installed") from error
    archive = Archive(path)

    def said(key: str) -> str:
        try:
            return archive.get_metadata(key).decode("utf-8", "replace") if key in archive.metadata_keys else ""
        except (RuntimeError, UnicodeDecodeError):  # damaged: the articles may be whole
            return ""

    facts = Facts(published=said("Date")[:10], publisher=said("Publisher")[:200])
    for number in range(archive.all_entry_count):
        yield Read(partial(_name, archive, number), partial(_part, archive, number, facts))


def _name(archive: Any, number: int) -> str:
    return str(archive._get_entry_by_id(number).path)  # noqa: SLF001 - as below


def _part(archive: Any, number: int, facts: Facts) -> Part | None:
    entry = archive._get_entry_by_id(number)  # noqa: SLF001 - the one way to go through all entries
    if entry.is_redirect:
        return None
    item = entry.get_item()
    kind = item.mimetype
    if kind.split(";")[0] not in HTML and not kind.startswith("image/"):
        return None
    return Part("", entry.path, kind, bytes(item.content) if item.size <= MAX_PICTURE_BYTES else b"", facts)
