"""Which editions stand under an output folder, and how a person names one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bundler.errors import Listed, Say, UsageError, VerificationError, say, unreadable
from bundler.release import manifest
from bundler.release.manifest import Manifest

_BY_DATE = re.compile(r"([a-z0-9-]{1,8})@(\d{4}-\d\d-\d\d[b-z]?)", re.ASCII)
_BY_NUMBER = re.compile(r"([a-z0-9-]{1,8})#(\d{1,6})", re.ASCII)
_SLUG = re.compile(r"[a-z0-9-]{1,8}", re.ASCII)
_HINT = say("write weekly, weekly@2026-11-22, weekly#12, or the path of its folder")


@dataclass(frozen=True, slots=True)
class Published:
    """One released edition: its folder, its manifest and the hash by which the next one names it."""

    folder: Path
    manifest: Manifest
    digest: str


def released(out: Path, bundle: str) -> tuple[Published, ...]:
    """Return the released editions of a bundle by number, the oldest first.

    Raises VerificationError for a manifest that is damaged.
    """
    found = (_published(folder) for folder in _folders(out / bundle))
    return tuple(sorted((one for one in found if one), key=lambda one: one.manifest.number))


def newest(editions: tuple[Published, ...]) -> Published | None:
    """Return the edition of the latest date: one that was released anew for an older date has a higher number."""
    return max(editions, key=lambda one: (one.manifest.date, one.manifest.number), default=None)


def bundles(out: Path) -> tuple[str, ...]:
    """Return the names of the bundles that have editions under an output folder, sorted."""
    try:
        names = sorted(path.name for path in out.iterdir() if path.is_dir() and _SLUG.fullmatch(path.name))
    except OSError:
        return ()
    return tuple(name for name in names if any(_folders(out / name)))


def find(text: str, out: Path) -> Published:
    """Return the edition that a person means: `weekly` (its newest), `weekly@2026-11-22`, `weekly#12`, or a path.

    Raises UsageError where there is none.
    """
    if found := _at(Path(text)):
        return found
    by_date, by_number = _BY_DATE.fullmatch(text), _BY_NUMBER.fullmatch(text)
    slug = by_date[1] if by_date else by_number[1] if by_number else text
    if not _SLUG.fullmatch(slug):
        raise UsageError(say("{text!r} names no edition", text=text), hint=_HINT)
    there = released(out, slug)
    fitting = [
        one
        for one in there
        if (not by_date or one.manifest.edition == by_date[2])
        and (not by_number or one.manifest.number == int(by_number[2]))
    ]
    if not fitting:
        raise UsageError(say("there is no edition {text!r} in {out!r}", text=text, out=str(out)), hint=_known(there))
    return newest(tuple(fitting)) or fitting[-1]


def _at(folder: Path) -> Published | None:
    """Return the edition whose folder was named. Raises UsageError where nobody may look into that folder."""
    try:
        there = (folder / manifest.NAME).is_file()
    except OSError as error:
        raise unreadable(folder / manifest.NAME, error) from error
    return _published(folder) if there else None


def _known(there: tuple[Published, ...]) -> Say:
    if not there:
        return _HINT
    names = Listed(f"{one.manifest.bundle}@{one.manifest.edition}" for one in there[-5:])
    return say("editions there are: {names}", names=names)


def _folders(folder: Path) -> Iterator[Path]:
    """Yield the folders of a bundle that are named like editions, sorted."""
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        return
    yield from (path for path in inside if manifest.EDITION.fullmatch(path.name) and path.is_dir())


def _published(folder: Path) -> Published | None:
    """Read the manifest of an edition's folder; None where it was never released."""
    path = folder / manifest.NAME
    try:
        with path.open("rb") as file:
            data = file.read(manifest.MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error, VerificationError) from error
    try:
        return Published(folder, manifest.read(data), manifest.digest(data))
    except ValueError as error:
        raise VerificationError(
            say("{path!r} is damaged", path=str(path)),
            hint=say("bring the edition back from a copy, or move its folder away"),
        ) from error
