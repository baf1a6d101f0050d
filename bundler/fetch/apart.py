"""A process apart, in which everything that strangers wrote is parsed: it ends that process at worst, never the run.

What comes back is text and numbers, as JSON: no object of a stranger's making is ever opened here.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from types import TracebackType
from typing import Any, Self, TypeVar

from bundler.fetch.faults import NetError
from bundler.work import Bound, Work

BOUND = Bound(30, 1_000_000_000)
"""What one feed or one page may take; the largest that is allowed takes less."""
MAX_TOLD_BYTES = 60_000_000
"""What a feed or a page may come to as JSON: more than the largest holds, unless addresses in it were blown up."""

Job = TypeVar("Job")
_Reading = tuple[Callable[..., object], tuple[object, ...], str]


@dataclass(slots=True)
class Apart:
    """The process apart of one run; it begins with the first thing that is read there. Threads may share it."""

    work: Work = field(default_factory=partial(Work, processes=1))
    _turn: Lock = field(default_factory=Lock)

    def __enter__(self) -> Self:
        """Hold it for a block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the process; after Ctrl-C or an error in a hurry."""
        self.work.close(hurry=kind is not None)

    def done(self, function: Callable[[Job], bytes], job: Job, within: Bound = BOUND) -> bytes:
        """Return function(job); nothing where it took more than its bound, or ended its process."""
        with self._turn:
            (told,) = self.work.map(function, [job], lost=_lost, within=within)
        return told

    def read(self, function: Callable[..., object], *given: object, what: str, within: Bound = BOUND) -> Any:
        """Return function(*given) as JSON gives it back; `what` begins the codes of its faults (`feed`, `page`).

        Raises NetError as the function does, `…-broken` for whatever else it raises, and `…-stopped` where it took more
        than its bound, ended its process or tells too much.
        """
        told = self.done(_told, (function, given, what), within)
        if not told:
            code = f"{what}-stopped"
            raise NetError(code, f"{within.seconds:g} s, {within.memory} bytes")
        found = json.loads(told)
        if "fault" in found:
            raise NetError(*found["fault"])
        return found["found"]


@contextlib.contextmanager
def muted() -> Iterator[None]:
    """Let no library write to the terminal: some quote there what strangers wrote."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stderr(nowhere):  # noqa: PTH123 - no path of ours
        yield


def _told(job: _Reading) -> bytes:
    function, given, what = job
    try:
        with muted():
            told = json.dumps({"found": function(*given)}).encode()
        if len(told) <= MAX_TOLD_BYTES:
            return told
        fault = (f"{what}-stopped", f"{len(told)} bytes")
    except NetError as error:
        fault = (error.code, error.detail)
    except MemoryError:  # the bound's, which `Work` answers
        raise
    except Exception as error:  # noqa: BLE001 - parsers raise of everything: what is no answer is broken
        fault = (f"{what}-broken", type(error).__name__)
    return json.dumps({"fault": fault}).encode()


def _lost(_job: object) -> bytes:
    return b""
