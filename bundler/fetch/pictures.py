"""Pictures of articles that stand on the web: fetched once, kept by content, their failures remembered.

Nothing is decoded here: the first bytes say whether it is one of the four kinds of picture that `pictures` reads later,
whatever the server calls it. The picture is written before its note, the note before the line in the ledger: a run may
end between any two of them, and the next one goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bundler import media
from bundler.fetch import update
from bundler.fetch.abreast import abreast
from bundler.fetch.events import Event, Run
from bundler.fetch.faults import NetError
from bundler.fetch.ledger import MAX_TRIES, Ledger, Record, State
from bundler.model import ArticleId, Entry
from bundler.tree import MAX_PICTURE_BYTES, Tree

KIND = "picture"
_OK = 200
_GONE = frozenset((404, 410))


@dataclass(frozen=True, slots=True)
class Found:
    """What an archive has of the pictures of its articles that stand on the web, each address once, sorted.

    `here` are in the archive, `due` are asked for by the next run, `later` were asked for lately without success;
    `gone` says which of these two were no longer there when they were asked for.
    """

    here: tuple[str, ...]
    due: tuple[str, ...]
    later: tuple[str, ...]
    gone: tuple[str, ...]


def sorted_out(tree: Tree, ledger: Ledger, addresses: Iterable[str], today: dt.date, *, robots: bool = True) -> Found:
    """Say what is there, what is due and what is not, without asking anybody. `robots`: robots.txt is kept."""
    there = {file.path for file in tree.list(media.FOLDER)}
    here: list[str] = []
    due: list[str] = []
    later: list[str] = []
    gone: list[str] = []
    for address in sorted(set(addresses)):
        record = ledger.get(KIND, address)
        if media.slip(address) in there and _place(tree, address, record) in there:
            here.append(address)
            continue
        missed = record if record is not None and record.state != "here" else None
        (due if missed is None or missed.due(today, robots=robots) else later).append(address)
        if missed is not None and missed.state == "gone":
            gone.append(address)
    return Found(tuple(here), tuple(due), tuple(later), tuple(gone))


def _place(tree: Tree, address: str, record: Record | None) -> str:
    """Return where the picture of an address should lie: as the ledger has it, else as its slip says."""
    return media.place(record.held) if record and record.held else media.find(tree, address)


def since(remote: Mapping[ArticleId, tuple[str, ...]], entries: Iterable[Entry], day: dt.date | None) -> set[str]:
    """Return the addresses that articles show, of a day or later where one is given; undated ones always count."""
    return {
        address
        for entry in entries
        if day is None or entry.published is None or entry.published.value >= day
        for address in remote.get(entry.id, ())
    }


def fetch(run: Run, addresses: Collection[str]) -> Iterator[Event]:
    """Fetch pictures, hosts side by side. Raises OutputError where the disk refuses; what was written stays."""

    def ask(address: str) -> Event:
        return _fetched(run, address)

    for address, answer in abreast(run.net, addresses, ask):
        if not isinstance(answer, NetError):
            yield answer
        elif answer.code != "stopped":
            if run.net.blames(answer):
                # One of the connection never counts as the last try: the machine may have been offline.
                _remember(run, address, "failed", answer.code, last=MAX_TRIES - answer.again)
            yield Event("failed", address, answer.code, answer.detail)


def _fetched(run: Run, address: str) -> Event:
    """Ask for one picture and keep it. Raises NetError."""
    answer = run.net.get(address, max_bytes=MAX_PICTURE_BYTES)
    if answer.status in _GONE:
        _remember(run, address, "gone", "picture-gone", last=MAX_TRIES)
        return Event("gone", address, "picture-gone", str(answer.status))
    if answer.status != _OK:
        raise NetError("server-refused", str(answer.status))
    if not media.kind(answer.body):
        raise NetError("picture-type", answer.headers.get("content-type", "")[:100])
    called = media.name(answer.body)
    keep(run, address, called, answer.body)
    return Event("new", address, detail=called)


def keep(run: Run, address: str, called: str, data: bytes) -> None:
    """Write a picture, then its note, then its line in the ledger."""
    update.put(run.archive, media.place(called), data)
    update.put(run.archive, media.slip(address), media.written(address, called), flushed=False)
    run.ledger.put(Record(KIND, address, "here", run.today, held=called))


def _remember(run: Run, address: str, state: State, why: str, *, last: int) -> None:
    """Write down that a picture could not be had, for the nth time, at most `last`."""
    former = run.ledger.get(KIND, address)
    tries = 0 if former is None or former.state == "here" else former.tries
    run.ledger.put(Record(KIND, address, state, run.today, tries=min(tries + 1, last), why=why))
