"""Two editions compared by their lists of articles: what is new, what changed, what is gone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bundler.build import history
from bundler.build.history import Listed
from bundler.errors import VerificationError, say


@dataclass(frozen=True, slots=True)
class Differences:
    """What the later of two editions has that the earlier had not, has otherwise, or has no more."""

    new: tuple[Listed, ...]
    changed: tuple[Listed, ...]
    withdrawn: tuple[Listed, ...]


def listed(folder: Path) -> tuple[Listed, ...]:
    """Return the articles of an edition's folder in reading order. Raises VerificationError for a damaged list."""
    path = folder / history.NAME
    try:
        return history.listed(path)
    except (OSError, ValueError, RecursionError) as error:
        raise VerificationError(
            say("{path!r} is damaged", path=str(path)),
            hint=say("bring the edition back from a copy, or move its folder away"),
        ) from error


def between(earlier: tuple[Listed, ...], later: tuple[Listed, ...]) -> Differences:
    """Compare two editions by source digests: what only moved to another place of the archive is not new."""
    before, after = {one.id: one for one in earlier}, {one.id: one for one in later}
    sources = {one.source for one in earlier if one.source}
    kept = {one.source for one in later if one.source}
    return Differences(
        new=tuple(one for one in later if one.id not in before and one.source not in sources),
        changed=tuple(one for one in later if one.id in before and not _same(one, before[one.id])),
        withdrawn=tuple(one for one in earlier if one.id not in after and one.source not in kept),
    )


def _same(one: Listed, other: Listed) -> bool:
    """Say whether two versions have one source, or, where that is hidden, one content."""
    return one.source == other.source if one.source and other.source else one.content == other.content
