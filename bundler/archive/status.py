"""What an archive holds: articles by month, section, publisher and language, pictures, duplicates, unread pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bundler import select
from bundler.catalog import Catalog, Problem
from bundler.model import ArticleId, Entry, Note, Section


@dataclass(frozen=True, slots=True)
class Status:
    """Numbers of an archive.

    `months` has the keys YYYY-MM, or YYYY where only the year is known, oldest first, and "" last for what has no date;
    sections, publishers and languages stand by number of articles, the largest first, "" for none. `duplicates` leads
    from an article to the one that would be taken instead. `notes` is what was said of the archive as a whole.
    """

    name: str
    reader: str
    articles: int
    months: Mapping[str, int]
    sections: tuple[tuple[Section, int], ...]
    publishers: Mapping[str, int]
    languages: Mapping[str, int]
    pictures_there: int
    pictures_missing: int
    duplicates: Mapping[ArticleId, ArticleId]
    unread: tuple[Problem, ...]
    notes: tuple[Note, ...]


def status(catalog: Catalog) -> Status:
    """Count what a catalog holds."""
    entries = catalog.entries()
    pictures = [catalog.pictures_of(entry.id) for entry in entries]
    return Status(
        name=catalog.name,
        reader=catalog.reader,
        articles=len(entries),
        months=_months(entries),
        sections=_sections(entries),
        publishers=_ranked(entry.publisher for entry in entries),
        languages=_ranked(entry.language for entry in entries),
        pictures_there=sum(there for there, _ in pictures),
        pictures_missing=sum(missing for _, missing in pictures),
        duplicates={one.id: one.keeper for one in select.duplicates(catalog) if one.keeper},
        unread=tuple(sorted(catalog.problems, key=lambda problem: (problem.code, problem.path))),
        notes=tuple(sorted(catalog.notes, key=lambda note: (note.code, note.detail))),
    )


def _sections(entries: Iterable[Entry]) -> tuple[tuple[Section, int], ...]:
    """Count articles by section; one without a name of its own is called after the publisher of most of them."""
    names: dict[str, Counter[str]] = {}
    for entry in entries:
        names.setdefault(entry.section.id or entry.section.name, Counter())[entry.section.name] += 1
    found = [(Section(key, named.most_common(1)[0][0]), named.total()) for key, named in names.items()]
    return tuple(sorted(found, key=lambda one: (-one[1], one[0].name, one[0].id)))


def _months(entries: Iterable[Entry]) -> dict[str, int]:
    found = Counter(_month(entry) for entry in entries)
    return dict(sorted(found.items(), key=lambda one: (not one[0], one[0])))


def _month(entry: Entry) -> str:
    date = entry.published
    if date is None:
        return ""
    return date.value.isoformat()[: 4 if date.precision == "year" else 7]


def _ranked(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda one: (-one[1], one[0])))
