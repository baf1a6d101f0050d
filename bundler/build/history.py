"""What former editions held: `articles.json` beside an edition's files, read by later builds.

It is canonical JSON: `{"format": "bundler-articles", "version": 1, "bundle": …, "edition": …, "articles": [{"id": …,
"title": …, "source": …, "content": …}]}`; `source` and `content` are the two digests. An article with words blacked out
has no source digest there: whoever has the rest of the text could find the words by trying.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bundler.codec import canonical
from bundler.model import ArticleId, Note

if TYPE_CHECKING:
    from bundler.catalog import Union

NAME = "articles.json"
FORMAT, VERSION = "bundler-articles", 1
MAX_BYTES = 256 * 2**20
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}[b-z]?")


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as an edition's list has it; `source` is empty where words are blacked out."""

    id: str
    title: str
    source: str
    content: str


@dataclass(frozen=True, slots=True)
class Past:
    """What former editions held: source digests, and the ids of articles that have none; what could not be read."""

    digests: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()

    def among(self, index: Union) -> frozenset[ArticleId]:
        """Return the articles of an index that a former edition held."""
        if not self.ids and not self.digests:
            return frozenset()
        ids = (entry.id for entry in index.entries())
        return frozenset(one for one in ids if one in self.ids or index.digest_of(one) in self.digests)


def written(bundle: str, edition: str, articles: Iterable[Listed]) -> bytes:
    """Return what an edition's `articles.json` says, in reading order."""
    rows = [{name: getattr(one, name) for name in Listed.__slots__} for one in articles]
    return canonical({"format": FORMAT, "version": VERSION, "bundle": bundle, "edition": edition, "articles": rows})


def former(out: Path | None, bundle: str, edition: str) -> Past:
    """Read what the editions of a bundle before one (`2026-11-22`, `2026-11-22b`) held.

    What cannot be read is a Note; so is none at all.
    """
    if not bundle:
        return Past()
    digests, ids, notes = set(), set(), []
    days = list(_days(out / bundle, edition)) if out else []
    for folder in days:
        try:
            articles = listed(folder / NAME)
        except FileNotFoundError:
            notes.append(Note("history-missing", None, f"{bundle}/{folder.name}"))
            continue
        except (OSError, ValueError, RecursionError):
            notes.append(Note("history-broken", None, f"{bundle}/{folder.name}"))
            continue
        digests |= {one.source for one in articles if one.source}
        ids |= {one.id for one in articles if not one.source}
    if not days:
        notes.append(Note("history-none", None, bundle))
    return Past(frozenset(digests), frozenset(ids), tuple(notes))


def _days(folder: Path, edition: str) -> Iterator[Path]:
    """Yield the folders of a bundle's editions before one, the oldest first."""
    try:
        found = sorted(path for path in folder.iterdir() if _DAY.fullmatch(path.name) and path.is_dir())
    except OSError:
        return
    yield from (path for path in found if path.name < edition)


def listed(path: Path) -> tuple[Listed, ...]:
    """Read an edition's list of articles, in reading order. Raises OSError, ValueError for any other file."""
    if path.stat().st_size > MAX_BYTES:
        message = "too large"
        raise ValueError(message)
    found: Any = json.loads(path.read_bytes())
    try:
        if (found["format"], found["version"]) != (FORMAT, VERSION):
            message = "another format"
            raise ValueError(message)
        rows = tuple(Listed(*(one[name] for name in Listed.__slots__)) for one in found["articles"])
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error
    if not all(isinstance(getattr(row, name), str) for row in rows for name in Listed.__slots__):
        message = "an id and a digest are texts"
        raise ValueError(message)
    return rows
