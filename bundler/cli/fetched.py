"""What a run of `fetch` came to, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bundler.build import size
from bundler.cli import screen
from bundler.cli.screen import Out
from bundler.cli.speech import joined, plural, reason, told, tr
from bundler.errors import BundlerError
from bundler.fetch.events import Event
from bundler.fetch.sources import Feed, Git, Pages, Saved, Source

TYPICAL_BYTES = 150_000
"""What a picture of a news page usually weighs."""
NAMED = 5
"""So many failures of one reason are named on a terminal."""


@dataclass(slots=True)
class Tally:
    """What became of one source: its kind, how many articles by what became of them, why, the bytes that came."""

    kind: str
    counts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    bytes: int = 0


@dataclass(slots=True)
class Outcome:
    """One archive: what each source brought, what became of pictures, whose hosts were not agreed to."""

    archive: str = ""
    sources: dict[str, Tally] = field(default_factory=dict)
    pictures: Counter[str] = field(default_factory=Counter)
    told: list[Event] = field(default_factory=list)
    bytes: int = 0
    refused: tuple[str, ...] = ()
    asks: Mapping[str, int] = field(default_factory=dict)
    dry: bool = False
    unread: BundlerError | None = None

    def source(self, name: str, event: Event) -> None:
        """Count what a source told; failures and notes are kept whole."""
        self.sources[name].counts[event.what] += 1
        if event.code:
            self.sources[name].codes[event.code] += 1
        self._keep(event)

    def picture(self, event: Event) -> None:
        """Count what became of a picture."""
        self.pictures[event.what] += 1
        self._keep(event)

    def _keep(self, event: Event) -> None:
        if event.what in ("failed", "gone", "note"):
            self.told.append(event)

    @property
    def begun(self) -> bool:
        """Say whether anything is to be told: a source or a picture of which something became."""
        return any(tally.counts for tally in self.sources.values()) or bool(self.pictures.total())

    @property
    def first(self) -> bool:
        """Say whether articles came into an archive that had none."""
        kinds = ("same", "changed", "gone")
        had = any(tally.counts[kind] for tally in self.sources.values() for kind in kinds)
        return not had and any(tally.counts["new"] for tally in self.sources.values())

    @property
    def nothing(self) -> bool:
        """Say whether somebody was asked and nobody answered.

        What is the same says nothing where no host answered: it was not asked for, as pages that are fresh are not.
        """
        every = [self.pictures, *(tally.counts for tally in self.sources.values())]
        had = any(counts[kind] for counts in every for kind in ("new", "changed", "gone"))
        same = any(tally.counts["same"] and (tally.bytes or not self.offline) for tally in self.sources.values())
        return any(counts["failed"] for counts in every) and not had and not same

    @property
    def offline(self) -> bool:
        """Say whether all that failed did because no host could be found or reached."""
        failed = [one.code for one in self.told if one.what == "failed"]
        return bool(failed) and {"name-unknown", "unreachable", "host-skipped"}.issuperset(failed)


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return the object that `fetch --json` prints."""
    kinds = ("new", "changed", "same", "gone", "failed", "later")
    return {
        "archive": outcome.archive,
        "dry_run": outcome.dry,
        "sources": [
            {
                "source": str(name),
                "kind": tally.kind,
                **{kind: tally.counts[kind] for kind in kinds},
                "codes": dict(sorted(tally.codes.items())),
                "bytes": tally.bytes,
            }
            for name, tally in outcome.sources.items()
        ],
        "pictures": {
            **{kind: outcome.pictures[kind] for kind in ("here", "new", "due", "gone", "failed", "later")},
            "bytes": outcome.bytes,
        },
        "hosts": dict(outcome.asks),
        "not_agreed": list(outcome.refused),
        "told": [
            {"what": one.what, "subject": one.subject, "reason": one.code, "detail": one.detail} for one in outcome.told
        ],
    }


def show(out: Out, outcome: Outcome, archive: Path) -> None:
    """Print what was fetched and what was not."""
    out.print(str(archive), style="bold")
    if outcome.dry:
        _asks(out, outcome.asks)
    for name, tally in outcome.sources.items():
        counts = tally.counts
        changes = (("new", tr("{n} new", n=counts["new"])), ("changed", tr("{n} changed", n=counts["changed"])),
                   ("gone", tr("{n} gone", n=counts["gone"])),
                   ("failed", tr("{n} failed", n=counts["failed"])),
                   ("later", tr("{n} failed lately", n=counts["later"])))  # fmt: skip
        said = joined(said for kind, said in changes if counts[kind]) or tr("nothing new")
        if counts["failed"] and {"failed", "note"}.issuperset(+counts):
            said = tr("could not be fetched")
        screen.tell(out, tr("  {source}: {said}", source=told(name), said=said))
    _pictures(out, outcome)
    _told(out, outcome.told)
    if not outcome.nothing and any(one.what == "failed" and one.detail not in outcome.refused for one in outcome.told):
        screen.tell(out, tr("  what failed is asked for again by a later run"))
    if outcome.refused:
        screen.tell(out, tr("  not asked: {hosts}", hosts=joined(outcome.refused)))
        screen.tell(out, tr("  agree to them on a terminal, or to all with --yes"))
    if outcome.unread is not None:
        screen.tell(out, tr("warning: {what}", what=told(outcome.unread.message)), style="bold")
    elif outcome.first:
        screen.tell(out, tr("next: `bundler init . --archive {path}`", path=str(archive)))


def _pictures(out: Out, outcome: Outcome) -> None:
    n = outcome.pictures
    if not any(n.values()):
        if outcome.dry:
            screen.tell(out, tr("  pictures: counted once the articles are here"))
        return
    if outcome.dry:
        screen.tell(out, tr("  pictures: {here} here, {due} would be asked for, {later} later",
                            here=n["here"], due=n["due"], later=n["later"]))  # fmt: skip
        return
    screen.tell(out, tr("  pictures: {here} here, {new} of them new, {missing} missing",
                        here=n["here"] + n["new"], new=n["new"], missing=n["due"] - n["new"] + n["later"]))  # fmt: skip
    if n["later"]:
        screen.tell(out, tr("  of the missing, {n} failed lately and are asked for again on a later day", n=n["later"]))


def _told(out: Out, told: Iterable[Event]) -> None:
    """Print why things could not be had, with some of the addresses on a terminal and all in a pipe."""
    by_reason: dict[str, list[Event]] = {}
    for event in told:
        by_reason.setdefault(event.code, []).append(event)
    for code, events in sorted(by_reason.items()):
        screen.tell(out, tr("  {what} ({n})", what=reason(code), n=len(events)))
        for event in events[: NAMED if out.is_terminal else None]:
            detail = f"  {event.detail}" if event.detail and event.detail != event.subject else ""
            out.print(f"      {event.subject}{detail}", style="dim")
        if out.is_terminal and len(events) > NAMED:
            out.print("      " + tr("and {n} more", n=len(events) - NAMED), style="dim")


def _asks(out: Out, asks: Mapping[str, int]) -> None:
    for host, n in asks.items():
        out.print(f"  {host}  {_much(n)}")


def _much(n: int) -> str:
    """Say how much is asked of a host: so many pictures, or what sources have."""
    if not n:
        return tr("articles")
    return tr(
        "{pictures}, about {size}", pictures=plural("{n} picture", "{n} pictures", n), size=size(n * TYPICAL_BYTES)
    )


def question(out: Out, archive: Path, asks: Mapping[str, int], *, through_proxy: bool) -> None:
    """Print which hosts would be asked for how much, for which archive, and who would see that."""
    said = tr("for {archive} these hosts will be asked for the first time:", archive=str(archive))
    screen.tell(out, said, style="bold")
    _asks(out, asks)
    seen = (
        tr("they see the proxy's address; whoever watches your line sees that you use a proxy")
        if through_proxy
        else tr("they see your address, and whoever watches your line sees that you ask them")
    )
    screen.tell(out, seen)


def hosts_of(sources: Iterable[Source]) -> dict[str, int]:
    """Return the hosts that sources name; none of them is asked for pictures."""
    from bundler.fetch.abreast import host_of  # noqa: PLC0415 - beside the network

    urls: list[str] = []
    for source in sources:
        match source:
            case Git(url=url) | Feed(url=url):
                urls.append(url)
            case Pages(urls=some):
                urls += some
            case Saved():
                pass
    return dict.fromkeys(sorted({host_of(url) for url in urls}), 0)
