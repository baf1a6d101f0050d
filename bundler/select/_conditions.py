"""Whether an entry meets a condition, and if not, which part of it fails first."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bundler.model import ArticleId, Condition, Entry
from bundler.select._selection import Index, Reason
from bundler.words import fold

Check = Callable[[Entry], bool]

name = lru_cache(maxsize=4096)(fold)
"""The folded form of a name that many entries share: a section, a publisher, a tag."""


def section_names(entry: Entry) -> tuple[str, ...]:
    """Return what an entry's section can be called."""
    return entry.section.id, entry.section.name


def in_language(entry: Entry, wanted: str) -> bool:
    """Say whether an entry's language is the wanted one or a kind of it (RFC 4647, section 3.3.1): zh-Hans is zh."""
    tag, basis = entry.language.casefold(), wanted.casefold().replace("_", "-")
    return tag == basis or tag.startswith(f"{basis}-")


def has_id(entry: Entry, wanted: str) -> bool:
    """Say whether an entry's id is the wanted one, whole or from any of its slashes on."""
    return entry.id == wanted or entry.id.endswith(f"/{wanted}")


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition, ready to be asked of ten thousand entries."""

    checks: tuple[tuple[Reason, Check], ...]
    found: Mapping[str, Container[ArticleId]]

    def failing(self, entry: Entry) -> Reason | None:
        """Return the first part of the condition that an entry does not meet; None where it meets all."""
        for reason, holds in self.checks:
            if not holds(entry):
                return reason
        return None

    def words(self, entry: Entry) -> tuple[str, ...]:
        """Return the words that stand in an entry, as the recipe writes them."""
        return tuple(word for word, found in self.found.items() if entry.id in found)


def filter_of(condition: Condition, index: Index) -> Filter:
    """Ask the index for a condition's words and make it ready."""
    sought = dict.fromkeys((*condition.any, *condition.all))
    found = {word: index.matching(word, condition.scope) for word in sought}
    without = tuple(index.matching(word, condition.scope) for word in condition.none)
    return Filter((*_named(condition), *_worded(condition, found, without)), found)


def _named(condition: Condition) -> Iterator[tuple[Reason, Check]]:
    yield from _among("section", condition.sections, section_names)
    yield from _among("publisher", condition.publishers, lambda entry: (entry.publisher,))
    if condition.languages:
        yield "language", lambda entry: any(in_language(entry, wanted) for wanted in condition.languages)
    yield from _among("tag", condition.tags, lambda entry: entry.tags)
    yield from _among("author", condition.authors, lambda entry: entry.authors)
    if condition.ids:
        yield "id", lambda entry: any(has_id(entry, wanted) for wanted in condition.ids)


def _among(
    reason: Reason, wanted: tuple[str, ...], names: Callable[[Entry], Iterable[str]]
) -> Iterator[tuple[Reason, Check]]:
    if wanted:
        known = frozenset(map(name, wanted))
        yield reason, lambda entry: not known.isdisjoint(map(name, names(entry)))


def _worded(
    condition: Condition, found: Mapping[str, Container[ArticleId]], without: tuple[Container[ArticleId], ...]
) -> Iterator[tuple[Reason, Check]]:
    if condition.any:
        some = [found[word] for word in condition.any]
        yield "words", lambda entry: any(entry.id in held for held in some)
    if condition.all:
        every = [found[word] for word in condition.all]
        yield "words", lambda entry: all(entry.id in held for held in every)
    if without:
        yield "excluded-word", lambda entry: not any(entry.id in held for held in without)
