"""What an output folder offers to people and programs: every edition that is still published, newest first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bundler import furniture, theme
from bundler.release.editions import Published, bundles, released
from bundler.release.manifest import File
from bundler.release.settings import Settings

MEDIA_TYPES = {
    "dump": "application/json",
    "epub": "application/epub+zip",
    "html": "text/html",
    "markdown": "text/markdown",
    "pdf": "application/pdf",
    "text": "text/plain",
}
SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "bundler.invalid")


def media_type(name: str) -> str:
    """Return the media type of a format; of one that only a later version makes, that of any bytes."""
    return MEDIA_TYPES.get(name, "application/octet-stream")


def kind(file_name: str) -> str:
    """Return what people call a file of this name, by its ending: `EPUB`, `TXT`."""
    return file_name.rpartition(".")[2].upper()


@dataclass(frozen=True, slots=True)
class Offered:
    """One edition on the shelf: its title outside, and its folder's path from the shelf, with a slash at the end.

    Where a recipe says `outside: plain`, its bundle's name stands for a title, as it does in every file's name.
    """

    title: str
    path: str
    language: str
    bundle: str
    edition: str
    number: int
    day: dt.date
    files: tuple[File, ...]
    manifest: str

    @property
    def urn(self) -> str:
        """Return the name of the edition that stays the same wherever it is published."""
        return f"urn:uuid:{uuid.uuid5(SPACE, f'{self.bundle}@{self.edition}')}"

    @property
    def moment(self) -> str:
        """Return the edition's date as an RFC 3339 timestamp: no clock says when it was made."""
        return f"{self.day.isoformat()}T00:00:00Z"


def offered(out: Path) -> tuple[Offered, ...]:
    """Return every edition published in a folder, the newest first. Raises VerificationError for a damaged manifest."""
    return shelved(one for bundle in bundles(out) for one in released(out, bundle))


def shelved(editions: Iterable[Published]) -> tuple[Offered, ...]:
    """Return editions as they stand on a shelf, the newest first."""
    return tuple(sorted(map(_offered, editions), key=lambda one: (-one.day.toordinal(), one.bundle, -one.number)))


def _offered(one: Published) -> Offered:
    listed = one.manifest
    strings = theme.strings(listed.language)
    day = furniture.edition(strings, listed.date, listed.number)
    title = f"{listed.title or listed.bundle} · {day}"
    return Offered(
        title, f"{listed.bundle}/{listed.edition}/", listed.language, listed.bundle, listed.edition, listed.number,
        listed.date, listed.files, one.digest,
    )  # fmt: skip


def language(settings: Settings, shelf: tuple[Offered, ...]) -> str:
    """Return the language of the pages about all editions: the publisher's first, else that of the newest edition."""
    return next(iter(settings.languages), shelf[0].language if shelf else "en")
