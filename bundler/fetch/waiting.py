"""Turns: one host is asked one thing at a time and not too often; whoever waits can be told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bundler.fetch.faults import NetError


@dataclass(slots=True)
class Waits:
    """Who waits for what in one run."""

    _ending: threading.Event = field(default_factory=threading.Event)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _locks: dict[str, threading.RLock] = field(default_factory=dict)
    _next: dict[str, float] = field(default_factory=dict)

    @property
    def stopped(self) -> bool:
        """Say whether all waiting was ended."""
        return self._ending.is_set()

    def stop(self) -> None:
        """End all waiting, now and later."""
        self._ending.set()

    def sleep(self, seconds: float) -> None:
        """Wait. Raises NetError where everything was stopped meanwhile."""
        if self._ending.wait(max(0.0, seconds)):
            raise NetError("stopped")

    @contextmanager
    def only(self, host: str) -> Iterator[None]:
        """Hold a host, or one thing of it, alone; what holds it already may do so again."""
        with self._guard:
            lock = self._locks.setdefault(host, threading.RLock())
        with lock:
            yield

    @contextmanager
    def turn(self, host: str, gap: float) -> Iterator[None]:
        """Hold a host alone, so many seconds after it was asked the last time."""
        with self.only(host):
            self.sleep(self._next.get(host, 0.0) - time.monotonic())
            try:
                yield
            finally:
                self._next[host] = time.monotonic() + gap
