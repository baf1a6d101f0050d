"""Feeds: what they hold in full becomes articles as it is; of the rest the page is fetched.

An item is written by the feed that brought it first, and changed by that one alone: a feed that names articles of other
hosts replaces none of theirs. A page that was fetched from its own address is never replaced by what a feed says of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from typing import Any

from bundler.fetch import pages, stored
from bundler.fetch.abreast import abreast
from bundler.fetch.apart import BOUND, Apart
from bundler.fetch.events import Event, Run
from bundler.fetch.faults import NetError
from bundler.fetch.items import MAX_FEED_BYTES, Item, read
from bundler.fetch.ledger import Record
from bundler.fetch.sources import Feed
from bundler.fetch.stored import Facts
from bundler.work import Bound

KIND, ITEM = "feed", "item"
_OK, _SAME = 200, 304


def fetch(source: Feed, run: Run) -> Iterator[Event]:
    """Bring what a feed names and is not here, and what it changed. Raises NetError where it cannot be read."""
    former = run.ledger.get(KIND, source.url)
    asked = (former.etag, former.modified) if former is not None else ("", "")
    answer = run.net.get(source.url, max_bytes=MAX_FEED_BYTES, etag=asked[0], modified=asked[1])
    if answer.status == _SAME and former is not None and any(asked):
        run.ledger.put(Record(KIND, source.url, "here", run.today, "", former.etag, former.modified))
        yield Event("same", source.url)
        return
    if answer.status != _OK:
        raise NetError("server-refused", str(answer.status))
    reading = _Reading(source, run)
    yield from reading.items(items(run.apart, answer.body, answer.url))
    marks = (answer.etag, answer.modified) if reading.complete else ("", "")
    run.ledger.put(Record(KIND, source.url, "here", run.today, "", *marks))


def items(apart: Apart, data: bytes, url: str, within: Bound = BOUND) -> tuple[Item, ...]:
    """Return the items of a feed, read in a process apart. Raises NetError where it is none, or takes too much."""
    return tuple(_item(*one) for one in apart.read(_told, data, url, what="feed", within=within))


def _told(data: bytes, url: str) -> list[tuple[Any, ...]]:
    return [astuple(item) for item in read(data, url)]


def _item(address: str, identifier: str, facts: list[Any], content: str, full: bool) -> Item:
    return Item(address, identifier, Facts.told(facts), content, full)


@dataclass(slots=True)
class _Reading:
    """One feed under way: `complete` says whether nothing is left for the next run."""

    source: Feed
    run: Run
    complete: bool = True
    lacking: dict[str, Item] = field(default_factory=dict)
    waiting: dict[str, Item] = field(default_factory=dict)

    def items(self, found: tuple[Item, ...]) -> Iterator[Event]:
        """Keep what is whole, then ask for the pages of the rest."""
        seen: set[str] = set()
        if empty := sum(item.empty for item in found):
            yield Event("note", self.source.url, "feed-item-empty", f"x{empty}")
        for item in found:
            if item.empty:
                continue
            address = self.address(item)
            if address in seen:
                continue
            if self.too_old(item):
                self.complete &= self.known(address, item) or self.another(address)
                continue
            seen.add(address)
            if not item.full:
                self.lack(address, item)
                continue
            yield self.kept(address, item)
        yield from self.fetched()

    def address(self, item: Item) -> str:
        """Return what an item is known by: its address, else the feed's with its identifier."""
        if item.address:
            return item.address
        told = hashlib.sha256((item.identifier or item.facts.title).encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.source.url}{'&' if '?' in self.source.url else '?'}item={told[:16]}"

    def too_old(self, item: Item) -> bool:
        """Say whether an item is of a day that nobody asked for."""
        since, day = self.run.since, item.facts.published
        return since is not None and bool(day) and day < since.isoformat()

    def lack(self, address: str, item: Item) -> None:
        """Note that an item's page is wanted; one that failed lately, or is here as the feed has it, is left alone."""
        if not self.known(address, item) and self.record(pages.KIND, address) != "here":
            page = self.run.ledger.get(pages.KIND, address)
            if page is None or page.due(self.run.today, robots=self.run.net.manners.robots):
                self.lacking[address] = item
            else:
                self.complete = False
                self.waiting[address] = item

    def fetched(self) -> Iterator[Event]:
        """Fetch the pages of items of which the feed has only a part; where that fails, keep the part.

        It may have failed in a run that was killed before the part was kept, or for a list of pages.
        """
        for address, item in self.waiting.items():
            yield Event("later", address)
            if not stored.is_there(self.run.archive, self.held(address)[0]):
                yield from self.part(address, item)

        def ask(address: str) -> Event:
            return pages.one(self.run, address, self.lacking[address].facts)

        for address, answer in abreast(self.run.net, list(self.lacking), ask):
            item = self.lacking[address]
            if not isinstance(answer, NetError) and answer.what != "gone":
                yield answer
                continue
            if isinstance(answer, NetError):
                self.complete = False
                if answer.code == "stopped":
                    continue
                if self.run.net.blames(answer):
                    self.run.ledger.failed(pages.KIND, address, answer.code, self.run.today)
                yield Event("failed", address, answer.code, answer.detail)
            yield from self.part(address, item)

    def part(self, address: str, item: Item) -> Iterator[Event]:
        """Keep what a feed has of an article whose page could not be had, and say so."""
        if item.content.strip():
            yield self.kept(address, item, whole=False)
            yield Event("note", address, "feed-excerpt", item.facts.title)

    def kept(self, address: str, item: Item, *, whole: bool = True) -> Event:
        """Write an item as an article. Raises OutputError."""
        if self.known(address, item) or self.another(address):
            return Event("same", address)
        try:
            path = stored.place(address)
        except NetError as error:
            return Event("failed", address, error.code, error.detail)
        data = stored.article(item.facts.title, item.content, address, item.facts)
        if len(data) > stored.MAX_PAGE_BYTES:
            return Event("failed", address, "too-large", str(len(data)))
        there = stored.is_there(self.run.archive, path)
        changed = stored.keep(self.run.archive, path, data)
        held = f"{path} {self.own()} {_digest(item)}" if whole else f"{path} {self.own()} part"
        self.run.ledger.put(Record(ITEM, address, "here", self.run.today, held))
        return Event("changed" if there and changed else "new" if changed else "same", address, detail=path)

    def known(self, address: str, item: Item) -> bool:
        """Say whether an item is here as the feed has it."""
        path, feed, digest = self.held(address)
        return (feed, digest) == (self.own(), _digest(item)) and stored.is_there(self.run.archive, path)

    def another(self, address: str) -> bool:
        """Say whether an address is another feed's, or was fetched as a page."""
        _, feed, _ = self.held(address)
        return (feed not in ("", self.own())) or self.record(pages.KIND, address) == "here"

    def held(self, address: str) -> tuple[str, str, str]:
        """Return path, feed and digest of an item that is here."""
        record = self.run.ledger.get(ITEM, address)
        parts = record.held.split(" ") if record is not None else []
        return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")  # noqa: PLR2004 - three parts

    def record(self, kind: str, address: str) -> str:
        """Return the state of an address."""
        found = self.run.ledger.get(kind, address)
        return found.state if found is not None else ""

    def own(self) -> str:
        """Return the name of this feed in the ledger."""
        return hashlib.sha256(self.source.url.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _digest(item: Item) -> str:
    told = repr((item.facts, item.content)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(told).hexdigest()[:16]
