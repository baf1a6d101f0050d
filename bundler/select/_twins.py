"""The same article posted twice: which one is kept, and which ones fall for it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bundler import address, likeness
from bundler.likeness import Print
from bundler.model import ArticleId, Entry
from bundler.select import _dates
from bundler.select._selection import Fallen, Index

MOST = 32
"""With so many others an article is compared at most: with those whose prints have most in common with its own."""
FULL = 100
"""So many articles are looked up by one row of prints; what more of them share tells them no longer apart."""


def weeded(
    entries: Sequence[Entry], pins: Sequence[Entry], index: Index, how: Literal["near", "exact"]
) -> tuple[list[Entry], list[Fallen]]:
    """Return the entries without duplicates, in their order, and what fell, each naming its keeper.

    Of two that are the same, the fuller one is kept, then the earlier, then the one with the smaller id. An entry falls
    only for one that is kept itself, so that what is like what is like it may stay. Pins always stay.
    """
    prints = index.prints([entry.id for entry in (*pins, *entries)])
    known = _Known(index, prints, near=how == "near")
    for pin in pins:
        known.add(pin)
    keepers: dict[ArticleId, ArticleId] = {}
    for entry in sorted(entries, key=_rank):
        keeper = known.keeper(entry)
        if keeper is None:
            known.add(entry)
        else:
            keepers[entry.id] = keeper
    fallen = [Fallen(one.id, one.title, "duplicate", keepers[one.id]) for one in entries if one.id in keepers]
    return [entry for entry in entries if entry.id not in keepers], fallen


def _rank(entry: Entry) -> tuple[int, dt.date, str]:
    day = _dates.first(entry.published) if entry.published else dt.date.max
    return -entry.characters, day, entry.id


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept, best first, and where to look it up: by address, by text, by rows of prints."""

    index: Index
    prints: Mapping[ArticleId, Print]
    near: bool
    kept: list[ArticleId] = field(default_factory=list)
    addresses: dict[str, int] = field(default_factory=dict)
    texts: dict[bytes, int] = field(default_factory=dict)
    rows: dict[tuple[int, bytes], list[int]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Keep an entry."""
        place, made = len(self.kept), self.prints[entry.id]
        self.kept.append(entry.id)
        for one in _addresses(entry):
            self.addresses.setdefault(one, place)
        if made.text:
            self.texts.setdefault(made.text, place)
        if self.near:
            for row in likeness.rows(made):
                bucket = self.rows.setdefault(row, [])
                if len(bucket) < FULL:
                    bucket.append(place)

    def keeper(self, entry: Entry) -> ArticleId | None:
        """Return the best of those kept that an entry is a duplicate of."""
        made = self.prints[entry.id]
        found = [self.addresses[one] for one in _addresses(entry) if one in self.addresses]
        if made.text in self.texts:
            found.append(self.texts[made.text])
        sure = min(found, default=None)
        for place in self._like(made) if self.near else ():
            if sure is not None and place >= sure:
                break
            if self._alike(entry.id, self.kept[place]):
                return self.kept[place]
        return None if sure is None else self.kept[sure]

    def _like(self, made: Print) -> list[int]:
        shared = Counter(place for row in likeness.rows(made) for place in self.rows.get(row, ()))
        ranked = sorted(shared, key=lambda place: (-shared[place], place))
        return sorted(ranked[:MOST])

    def _alike(self, one: ArticleId, other: ArticleId) -> bool:
        guessed = likeness.guess(self.prints[one], self.prints[other])
        return self.index.alike(one, other) if guessed is None else guessed


def _addresses(entry: Entry) -> Iterator[str]:
    """Yield the addresses that are this page's own; the home page of a site is not."""
    for said in (entry.source, entry.share):
        if said and (address.path_of(said).strip("/") or "?" in said):
            yield address.key(said)
