"""Single pages of the web: each fetched, kept as it came, and asked again a week later whether it changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bundler.fetch import stored
from bundler.fetch.abreast import abreast
from bundler.fetch.events import Event, Run
from bundler.fetch.faults import NetError
from bundler.fetch.ledger import Record
from bundler.fetch.sources import Pages
from bundler.fetch.stored import Facts

KIND = "page"
AGAIN = 7
"""Days after which a page that is here is asked for again."""
_OK, _SAME = 200, 304
_GONE = frozenset((404, 410))


def fetch(source: Pages, run: Run) -> Iterator[Event]:
    """Bring the pages of a list that are not here, and what changed of those that were not asked for lately."""
    wanted = dict.fromkeys(map(stored.plain, source.urls))
    asked = {address: None for address in wanted if due(run, address)}
    yield from (_unasked(run, address) for address in wanted if address not in asked)
    yield from brought(run, asked)


def _unasked(run: Run, address: str) -> Event:
    """Say of a page that is not asked for now whether it is here, or failed lately."""
    record = run.ledger.get(KIND, address)
    return Event("same" if record is None or record.state == "here" else "later", address)


def due(run: Run, address: str) -> bool:
    """Say whether a page is to be asked for now."""
    record = run.ledger.get(KIND, address)
    if record is None:
        return True
    if record.state != "here":
        return record.due(run.today, robots=run.net.manners.robots)
    days = (run.today - record.day).days
    return days >= AGAIN or days < 0 or not stored.is_there(run.archive, record.held)


def brought(run: Run, asked: Iterable[str]) -> Iterator[Event]:
    """Fetch pages, hosts side by side. Raises OutputError where the disk refuses; what was written stays."""

    def ask(address: str) -> Event:
        return one(run, address)

    for address, answer in abreast(run.net, list(asked), ask):
        if not isinstance(answer, NetError):
            yield answer
        elif answer.code != "stopped":
            if run.net.blames(answer):
                run.ledger.failed(KIND, address, answer.code, run.today)
            yield Event("failed", address, answer.code, answer.detail)


def one(run: Run, address: str, facts: Facts | None = None) -> Event:
    """Fetch one page and keep it. Raises NetError, OutputError."""
    former = run.ledger.get(KIND, address)
    here = former is not None and stored.is_there(run.archive, former.held)
    asked = (former.etag, former.modified) if former is not None and here else ("", "")
    answer = run.net.get(address, max_bytes=stored.MAX_PAGE_BYTES, etag=asked[0], modified=asked[1])
    if answer.status == _SAME and former is not None and any(asked):
        run.ledger.put(Record(KIND, address, "here", run.today, former.held, former.etag, former.modified))
        return Event("same", address)
    if answer.status in _GONE:
        run.ledger.failed(KIND, address, "page-gone", run.today, gone=True)
        return Event("gone", address, "page-gone", str(answer.status))
    if answer.status != _OK:
        raise NetError("server-refused", str(answer.status))
    kind = answer.headers.get("content-type", "")
    text, own = run.apart.read(_read, answer.body, kind, stored.plain(answer.url), what=KIND)
    path = former.held if former is not None and here else _place(run, address, own)
    changed = stored.keep(run.archive, path, stored.page(text, own, facts))
    run.ledger.put(Record(KIND, address, "here", run.today, path, answer.etag, answer.modified))
    return Event("changed" if here and changed else "new" if changed else "same", address, detail=path)


def _read(body: bytes, kind: str, url: str) -> tuple[str, str]:
    """Return a page's text and the address that it calls its own, in a process apart. Raises NetError."""
    text = stored.text_of(body, kind)
    return text, stored.canonical(text, url)


def _place(run: Run, address: str, own: str) -> str:
    """Return the path of a new page; where a feed already brought a part of it, that becomes the page."""
    asked = stored.place(address)
    return asked if stored.is_there(run.archive, asked) else stored.place(own)
