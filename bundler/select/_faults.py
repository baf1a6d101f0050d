"""What a recipe asks for and the archive does not have: every such value at once, with what there is instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bundler.errors import Listed, Say, say
from bundler.model import Condition, Entry, Query
from bundler.select._conditions import has_id, in_language, name, section_names
from bundler.select._names import Names
from bundler.select._selection import Fault, Rule

SHOWN = 8
"""So many names an error lists."""
_ALIKE = 60
_NOBODY = say("no article here names one: leave the key out")


def resolved(query: Query, entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...], tuple[Fault, ...]]:
    """Return the pinned articles in their order, the dropped ones, and every line that does not name one article."""
    names = Names(entries)
    pins = [names.one(line, ("pin", place)) for place, line in enumerate(query.pin)]
    drops = [names.one(line, ("drop", place)) for place, line in enumerate(query.drop)]
    pinned = tuple(found for found in pins if isinstance(found, Entry))
    dropped = tuple(found for found in drops if isinstance(found, Entry))
    faults = [found for found in (*pins, *drops) if isinstance(found, Fault)]
    kept = {entry.id for entry in pinned}
    for place, found in enumerate(drops):
        if isinstance(found, Entry) and found.id in kept:
            message = say("{line!r} is pinned and dropped", line=query.drop[place])
            faults.append(Fault(("drop", place), message, say("delete one of the two lines")))
    return pinned, dropped, tuple(faults)


def unknown(query: Query, rules: Sequence[Rule], entries: Sequence[Entry]) -> Iterator[Fault]:
    """Yield the sections, publishers, languages and ids of the recipe that no article of the archive has."""
    yield from _of_condition(query.where, ("select",), entries)
    for place, rule in enumerate(rules):
        if rule.kind == "where":
            yield from _of_condition(rule.where, ("chapters", place), entries)


def _of_condition(condition: Condition, where: tuple[str | int, ...], entries: Sequence[Entry]) -> Iterator[Fault]:
    known = {name(one) for entry in entries for one in section_names(entry)} if condition.sections else set()
    for place, wanted in enumerate(condition.sections):
        if name(wanted) not in known:
            message = say("no article is in a section {name!r}", name=wanted)
            hint = say("sections there: {known}", known=_counted(wanted, _sections(entries)))
            yield _fault((*where, "sections", place), message, hint, entries)
    for place, wanted in enumerate(condition.publishers):
        if not any(name(entry.publisher) == name(wanted) for entry in entries):
            message = say("no article is of a publisher {name!r}", name=wanted)
            there = Counter(entry.publisher for entry in entries if entry.publisher)
            hint = say("publishers there: {known}", known=_counted(wanted, there)) if there else _NOBODY
            yield _fault((*where, "publishers", place), message, hint, entries)
    for place, wanted in enumerate(condition.languages):
        if not any(in_language(entry, wanted) for entry in entries):
            message = say("no article is in a language {name!r}", name=wanted)
            there = Counter(entry.language for entry in entries if entry.language)
            hint = say("languages there: {known}", known=_counted(wanted, there))
            yield _fault((*where, "languages", place), message, hint, entries)
    for place, wanted in enumerate(condition.ids):
        if not any(has_id(entry, wanted) for entry in entries):
            message = say("no article has the id {name!r}", name=wanted)
            hint = say("the nearest ids are {known}", known=_nearest(wanted, entries))
            yield _fault((*where, "ids", place), message, hint, entries)


def _fault(where: tuple[str | int, ...], message: Say, hint: Say, entries: Sequence[Entry]) -> Fault:
    return Fault(where, message, hint if entries else say("the archive holds no article"))


def _sections(entries: Sequence[Entry]) -> Counter[str]:
    """Count the articles of each section, by its name, or by its id where several sections bear the name."""
    ids: dict[str, set[str]] = {}
    for entry in entries:
        ids.setdefault(entry.section.name, set()).add(entry.section.id)
    labels = (
        entry.section.name if len(ids[entry.section.name]) == 1 else entry.section.id or entry.section.name
        for entry in entries
    )
    return Counter(label for label in labels if label)


def _counted(wanted: str, there: Counter[str]) -> Listed:
    """Return names with how many articles bear them, those like the wanted one first, then by number."""
    from rapidfuzz import fuzz  # noqa: PLC0415 — only a mistake needs it

    def rank(known: str) -> tuple[float, int, str]:
        alike = fuzz.ratio(name(wanted), name(known))
        return (-alike if alike >= _ALIKE else 0, -there[known], known)

    ranked = sorted(there, key=rank)
    more = ("…",) if len(ranked) > SHOWN else ()
    return Listed((*(f"{known} ({there[known]})" for known in ranked[:SHOWN]), *more))


def _nearest(wanted: str, entries: Sequence[Entry]) -> Listed:
    from rapidfuzz import fuzz  # noqa: PLC0415 — only a mistake needs it

    end = wanted.rpartition("/")[2]
    ranked = sorted(entries, key=lambda entry: (-fuzz.ratio(end, entry.id.rpartition("/")[2]), entry.id))
    return Listed(entry.id for entry in ranked[:SHOWN])
