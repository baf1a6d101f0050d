"""What every command needs: where the tool keeps things, the engine with its cache, today's date."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bundler.cache import Cache
from bundler.cli import screen
from bundler.errors import UsageError, say
from bundler.work import Work, processes

MAX_CACHE_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the command line."""

    chosen_home: Path | None

    @property
    def home(self) -> Path:
        """Return the folder that holds all that the tool keeps: --home, BUNDLER_HOME, else the user's cache folder."""
        return self.chosen_home.expanduser() if self.chosen_home else _cache_folder() / "bundler"

    @contextmanager
    def work(self, *, quiet: bool = False) -> Iterator[Work]:
        """Hold the engine, with progress on a terminal; the cache is trimmed when it is done."""
        kept = Cache(self.home / "cache")
        with screen.progress(quiet=quiet) as show, Work(processes(), kept, show) as work:
            yield work
        if kept.added:  # to look at every entry takes longer than to list an archive
            kept.evict(max_bytes=MAX_CACHE_BYTES)


def _cache_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches"
    given = os.environ.get("XDG_CACHE_HOME", "")
    return Path(given) if given.startswith("/") else Path.home() / ".cache"


def day(value: str | None) -> dt.date:
    """Read --date, or return today in UTC. Raises UsageError for anything but YYYY-MM-DD."""
    if value is None:
        return dt.datetime.now(dt.UTC).date()
    try:
        found = dt.date.fromisoformat(value)
    except ValueError as error:
        raise UsageError(say("{value!r} is no date", value=value), hint=say("write it as 2026-11-22")) from error
    if not 1970 <= found.year <= 2107:  # noqa: PLR2004 - what the dates of a ZIP file can hold ends there
        raise UsageError(say("{value!r} is out of range", value=value), hint=say("a year from 1970 to 2107"))
    return found
