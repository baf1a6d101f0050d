"""Whom `fetch` may ask: hosts to which somebody agreed, beforehand or when a feed or a redirect leads to them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from bundler.cli import fetched, screen
from bundler.cli.speech import tr
from bundler.errors import Listed, UsageError, say
from bundler.fetch import consent
from bundler.fetch.events import Event

UNLISTED = "host-not-agreed"
"""The code of what led to a host that nobody agreed to."""


@dataclass(slots=True)
class Agreement:
    """What was agreed to for one archive; `yes` agrees to everything, `quiet` asks nobody."""

    home: Path
    archive: Path
    yes: bool
    quiet: bool
    through_proxy: bool
    _known: set[str] = field(default_factory=set)
    _turn: Lock = field(default_factory=Lock)

    def holds(self, host: str) -> bool:
        """Say whether a host may be asked. Threads ask this, before each request and behind each redirect.

        `www.` before a host makes no other one of it.
        """
        bare = host.removeprefix("www.")
        with self._turn:
            if bare in self._known:
                return True
            unknown = consent.unknown(self.home, self.archive, {bare, f"www.{bare}"})
            if len(unknown) > 1 and not self.yes:
                return False
            if len(unknown) > 1:
                consent.agree(self.home, self.archive, [host])
            self._known.add(bare)
            return True

    def to(self, asks: Mapping[str, int]) -> bool:
        """Say whether all hosts may be asked; whoever agreed once is not asked again.

        Raises UsageError where nobody is there to ask.
        """
        new = consent.unknown(self.home, self.archive, asks)
        if new and not self.yes and not self._somebody:
            raise nobody(new)
        return not new or self._asked({host: asks[host] for host in new})

    def later(self, asks: Mapping[str, int]) -> bool:
        """Say whether hosts may be asked to which feeds and redirects led; where nobody is there to ask, none."""
        return bool(asks) and self._somebody and self._asked(asks)

    @property
    def _somebody(self) -> bool:
        return not self.quiet and sys.stdin.isatty() and sys.stderr.isatty()

    def _asked(self, asks: Mapping[str, int]) -> bool:
        if not self.yes:
            fetched.question(screen.console(error=True), self.archive, asks, through_proxy=self.through_proxy)
            if not screen.confirmed(tr("go on? [y/N] ")):
                return False
        consent.agree(self.home, self.archive, asks)
        return True


def nobody(hosts: Iterable[str]) -> UsageError:
    """Return the error of a run that may ask nobody."""
    message = say("nobody here agreed yet to ask {hosts}", hosts=Listed(sorted(hosts)))
    return UsageError(message, hint=say("see with --dry-run what would be asked; agree with --yes"))


def rounds(
    bring: Callable[[tuple[str, ...]], Iterable[Event]],
    count: Callable[[Event], None],
    agreement: Agreement,
    *,
    pictures: bool = False,
) -> tuple[str, ...]:
    """Bring what is wanted, and again what led to hosts that were agreed to meanwhile; return those that were not.

    `bring` is given what is to be brought again, nothing the first time; `count` is told of each event once.
    `pictures`: these are what is brought, not pages.
    """
    again: tuple[str, ...] = ()
    while True:
        held: list[Event] = []
        for event in _held(bring(again), held):
            if not again or event.what not in ("same", "later"):
                count(event)
        hosts = Counter(event.detail for event in held if event.code == UNLISTED)
        if not agreement.later(hosts if pictures else dict.fromkeys(hosts, 0)):
            for event in held:
                count(event)
            return tuple(sorted(hosts))
        again = tuple(dict.fromkeys(event.subject for event in held))


def _held(events: Iterable[Event], held: list[Event]) -> Iterator[Event]:
    """Yield events but those of what led to hosts that nobody agreed to: what becomes of it is not decided yet."""
    subjects: set[str] = set()
    for event in events:
        if event.code == UNLISTED or event.subject in subjects:
            subjects.add(event.subject)
            held.append(event)
        else:
            yield event
