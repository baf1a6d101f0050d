"""What happens while an archive is brought up to date, told one by one: for progress, reports and `--dry-run`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from bundler.fetch.apart import Apart
from bundler.fetch.ledger import Ledger

if TYPE_CHECKING:
    from bundler.fetch.net import Net

What = Literal["new", "changed", "same", "gone", "failed", "later", "note"]

S_contra = TypeVar("S_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: to an article, a picture or a source as a whole.

    `subject` is an address or a path in the archive; `code` (explained as the codes of Notes are) and `detail` say why,
    where something failed or a note is due. What failed lately is asked for again later.
    """

    what: What
    subject: str
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run over one archive: its folder, the network, the ledger, the day; `since`: older articles may be left out.

    `apart` is the process in which what strangers wrote is parsed.

    Whoever fetches writes whole files alone (`store.put`), the file before its line in the ledger, and yields an Event
    for each: between two of them the run may be killed, and everything there must be valid.
    """

    archive: Path
    net: Net
    ledger: Ledger
    today: dt.date
    since: dt.date | None = None
    apart: Apart = field(default_factory=Apart)


class Fetcher(Protocol[S_contra]):
    """What each kind of source has: `git.fetch`, `feeds.fetch`, `pages.fetch`, `saved.fetch`."""

    def __call__(self, source: S_contra, run: Run) -> Iterator[Event]:
        """Bring one source up to date. Raises NetError if it cannot be asked, BundlerError if the run must end."""
