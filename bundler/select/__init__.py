"""Selecting: a query and an index to ordered entries, and what fell by which part of the query. No disk, no clock."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from operator import itemgetter
from typing import Any, assert_never

from bundler.model import Age, ArticleId, Date, Entry, Note, Order, Query
from bundler.select import _dates
from bundler.select._chapters import chapters
from bundler.select._conditions import Filter, filter_of, name
from bundler.select._empty import nothing
from bundler.select._faults import resolved, unknown
from bundler.select._names import Names
from bundler.select._selection import (
    Fallen,
    Fault,
    Group,
    Index,
    Reason,
    Rule,
    Selection,
    SelectionError,
    Taken,
)
from bundler.select._twins import weeded

Where = tuple[str | int, ...]

__all__ = [
    "Fallen",
    "Fault",
    "Group",
    "Index",
    "Reason",
    "Rule",
    "Selection",
    "SelectionError",
    "Taken",
    "chapters",
    "choose",
    "duplicates",
    "faults",
    "lookup",
    "named",
]


def named(line: str, index: Index) -> Entry:
    """Return the one article that an id, a path, an address or a part of a title names. Raises SelectionError."""
    found = Names(index.entries()).one(line, ())
    if isinstance(found, Fault):
        raise SelectionError.of((found,))
    return found


def lookup(lines: Sequence[str], index: Index, where: Callable[[int], Where]) -> tuple[Entry | Fault, ...]:
    """Return for each line the one article that it names, or what is wrong with the line, at `where` of its place."""
    names = Names(index.entries())
    return tuple(names.one(line, where(place)) for place, line in enumerate(lines))


def duplicates(index: Index) -> tuple[Fallen, ...]:
    """Return every article that would fall as a near duplicate of another one, were all of them asked for."""
    return tuple(weeded(index.entries(), (), index, "near")[1])


def faults(query: Query, index: Index, rules: Sequence[Rule] = ()) -> tuple[Fault, ...]:
    """Return every value of a recipe that names nothing in the archive, or more than one article where one is meant."""
    entries = index.entries()
    return (*resolved(query, entries)[2], *unknown(query, rules, entries))


def choose(  # noqa: PLR0913 — a recipe's query, and what surrounds it
    query: Query,
    index: Index,
    *,
    edition: dt.date,
    default_order: Order = "newest",
    rules: Sequence[Rule] = (),
    former: Container[ArticleId] = (),
) -> Selection:
    """Select articles: pins, in their order, then filter, dedupe, order, limit_each, limit; pins count for no limit.

    `former` are the articles that editions before held; they fall, unless pinned.

    Raises SelectionError with all `faults` where the query (or a chapter of `rules`) names what is not there, and
    RecipeError where nothing is selected.
    """
    entries = index.entries()
    pins, drops, wrong = resolved(query, entries)
    wrong = (*wrong, *unknown(query, rules, entries))
    if wrong:
        raise SelectionError.of(wrong)
    pinned = {entry.id: entry for entry in pins}
    where = filter_of(query.where, index)
    reason = _reasons(query, where, frozenset(entry.id for entry in drops), entries, edition, former)
    judged = [(entry, reason(entry)) for entry in entries if entry.id not in pinned]
    met = [entry for entry, why in judged if why is None]
    single, twins = (met, []) if query.dedupe == "none" or not met else weeded(met, pins, index, query.dedupe)
    matching = _ordered(single, query.order or default_order)
    kept, cut = _limited(matching, query)
    fallen = (*(Fallen(entry.id, entry.title, why) for entry, why in judged if why is not None), *twins, *cut)
    if not pinned and not kept:
        raise nothing(query, entries, fallen, _unfound(where, entries))
    taken = (
        *(Taken(entry, "pinned", where.words(entry)) for entry in pinned.values()),
        *(Taken(entry, "matched", where.words(entry)) for entry in kept),
    )
    return Selection(taken, fallen, tuple(_notes(query, where, entries, matched=bool(matching))))


def _reasons(  # noqa: PLR0913, PLR0917 — all that an article can fall by before there is an order
    query: Query,
    where: Filter,
    dropped: frozenset[str],
    entries: Sequence[Entry],
    edition: dt.date,
    former: Container[ArticleId],
) -> Callable[[Entry], Reason | None]:
    until = query.until or edition

    def fits(entry: Entry) -> bool:
        return entry.id not in dropped and entry.id not in former and where.failing(entry) is None

    since = _since(query, until, edition, entries, fits)

    def reason(entry: Entry) -> Reason | None:
        if entry.id in dropped:
            return "dropped"
        if why := _outside(entry.published, since, until) or where.failing(entry):
            return why
        return "held-before" if entry.id in former else None

    return reason


def _since(
    query: Query, until: dt.date, edition: dt.date, entries: Sequence[Entry], fits: Callable[[Entry], bool]
) -> dt.date | None:
    """Return the first day that counts. What `fits` meets all conditions but the dates."""
    match query.since:
        case Age(days, of_newest=False):
            return _back(edition, days)
        case Age(days):
            return _back(_newest_day(entries, until, fits) or until, days)
        case since:
            return since


def _newest_day(entries: Sequence[Entry], until: dt.date, fits: Callable[[Entry], bool]) -> dt.date | None:
    """Return the latest day of what fits, asking the latest first: conditions cost more than to sort by days."""
    dated = ((_dates.first(entry.published), entry) for entry in entries if entry.published)
    ranked = sorted((one for one in dated if one[0] <= until), key=itemgetter(0), reverse=True)
    return next((day for day, entry in ranked if fits(entry)), None)


def _back(day: dt.date, days: int) -> dt.date:
    return dt.date.fromordinal(max(1, day.toordinal() - days))


def _outside(published: Date | None, since: dt.date | None, until: dt.date) -> Reason | None:
    """Say on which side of the span a date falls; one that may lie within by any of its days is inside."""
    if published is None:
        return "undated" if since else None
    if since and _dates.last(published) < since:
        return "too-old"
    return "too-new" if _dates.first(published) > until else None


def _ordered(entries: list[Entry], order: Order) -> list[Entry]:
    match order:
        case "as-listed":
            return entries
        case "newest":
            return sorted(entries, key=_newest)
        case "oldest":
            return sorted(entries, key=lambda entry: (entry.published is None, -_newest(entry)[1], entry.id))
        case "title":
            return sorted(entries, key=lambda entry: (name(entry.title), entry.id))
        case "section":
            return sorted(entries, key=lambda entry: (name(entry.section.name), *_newest(entry)))
        case _:
            assert_never(order)


def _newest(entry: Entry) -> tuple[bool, int, str]:
    """Sort by the first day a date can mean, the newest first, what has no date last, ties by id."""
    day = _dates.first(entry.published).toordinal() if entry.published else 0
    return entry.published is None, -day, entry.id


def _limited(entries: list[Entry], query: Query) -> tuple[list[Entry], list[Fallen]]:
    counts: Counter[tuple[str, str]] = Counter()
    kept, cut = [], []
    for entry in entries:
        groups = {(kind, one): most for kind, most in query.limit_each for one in _groups(entry, kind)}
        if any(counts[group] >= most for group, most in groups.items()):
            cut.append(Fallen(entry.id, entry.title, "limit-each"))
        else:
            counts.update(groups.keys())
            kept.append(entry)
    if query.limit is None:
        return kept, cut
    return kept[: query.limit], cut + [Fallen(entry.id, entry.title, "limit") for entry in kept[query.limit :]]


def _groups(entry: Entry, kind: str) -> frozenset[str]:
    """Return what an entry counts for under a limit; a section is what the contents show as one: its name."""
    values: dict[str, Any] = {
        "section": (entry.section.name or entry.section.id,),
        "publisher": (entry.publisher,),
        "author": entry.authors,
        "language": (entry.language,),
        "tag": entry.tags,
    }
    return frozenset(name(value) for value in values[kind] if value)


def _unfound(where: Filter, entries: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(word for word, found in where.found.items() if not any(entry.id in found for entry in entries))


def _notes(query: Query, where: Filter, entries: Sequence[Entry], *, matched: bool) -> Iterator[Note]:
    if not matched and query.limit != 0:
        yield Note("only-pins")
    for word in _unfound(where, entries):
        yield Note("word-unknown", None, word)
    if query.where.tags:
        tags = {name(tag) for entry in entries for tag in entry.tags}
        yield from (Note("tag-unknown", None, one) for one in query.where.tags if name(one) not in tags)
    if query.where.authors:
        authors = {name(author) for entry in entries for author in entry.authors}
        yield from (Note("author-unknown", None, one) for one in query.where.authors if name(one) not in authors)
