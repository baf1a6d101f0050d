"""A cached, parallel map of pure functions: this process or a pool of processes. It may change cost only.

A law, held by a test: cold, warm, one core and two cores give the same bytes. A `Bound` is the one exception: it ends
what counted limits did not, and says so.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from bundler.cache import Cache
from bundler.work._bound import Bound, Bounded, Function, Job
from bundler.work._code import cache_key, code_digest

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

__all__ = ["FEW", "WINDOW", "Bound", "Work", "abandoned", "cache_key", "code_digest", "processes"]

WINDOW = 4
"""Jobs under way per process: enough to keep it busy, few enough to keep memory flat."""
MOST_HELD = 32_000_000
"""Bytes of results that are held from when they are looked up until they are asked for; others are read twice."""
FEW = 4
"""Up to so many jobs without a bound run in this process: a pool costs more than they do."""
_OPEN: list[ProcessPoolExecutor] = []
"""Pools that have not ended, from before they start, so that Ctrl-C at whatever moment leaves none unknown."""


def abandoned() -> bool:
    """Say whether a pool is left that has not ended: then the program must leave at once, without Python's clean-up.

    That would wait for the pool's thread, or wake it through a pipe that it is just closing.
    """
    return bool(_OPEN)


def _quiet() -> None:
    """Let the parent alone answer Ctrl-C, and end with it however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the parent's end: a worker holds both ends of its queue open and would wait for jobs for ever."""
    from multiprocessing import parent_process  # noqa: PLC0415 - 25 ms, and what is warm starts no process

    parent = parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)


def _each(function: Function[Job], jobs: list[Job]) -> list[bytes]:
    return [function(job) for job in jobs]


def _nothing(_label: str, _done: int, _total: int) -> None:
    """Report nothing."""


@dataclass(slots=True)
class Work:
    """The engine. `processes` work beside this one, 0 keeps everything here; `cache` None remembers nothing.

    `progress(label, done, total)` is told of every finished job.
    """

    processes: int = 0
    cache: Cache | None = None
    progress: Callable[[str, int, int], None] = _nothing
    _pool: ProcessPoolExecutor | None = field(default=None, repr=False)
    _begun: dict[str, tuple[Future[list[bytes]], bytes]] = field(default_factory=dict, repr=False)

    def map(  # noqa: PLR0913 — what may be said of a job, by keyword
        self,
        function: Function[Job],
        jobs: Iterable[Job],
        *,
        key: Callable[[Job], bytes] | None = None,
        label: str = "",
        lost: Function[Job] | None = None,
        within: Bound | None = None,
        together: int = 1,
    ) -> Iterator[bytes]:
        """Yield function(job) for each job, in order.

        `function` is a module-level pure function; `key` returns every byte its result depends on beside the code of
        this package (None: never cached). `lost` makes the result of a job that killed its process; without it the
        job runs again here. `within`, which is nothing without `lost`, bounds each job, which then leaves this
        process, however few there are; `lost` also makes the result of one that goes beyond it. What is lost is never
        cached: the next time it may come. Short jobs go to a process so many `together`.
        """
        todo = tuple(jobs)
        kept = list(self._all_known(function, todo, key))
        missing = [job for job, (_, _, there) in zip(todo, kept, strict=True) if not there]
        fresh = self._run(Bounded(function, within, lost) if within and lost else function, missing, lost, together)
        for done, (job, (name, found, there)) in enumerate(zip(todo, kept, strict=True), 1):
            kept[done - 1] = ("", None, True)
            if there:
                result = self._again(function, job, name) if found is None else found
            else:
                result = next(fresh)
                if name and self.cache and not (lost and result == lost(job)):
                    self.cache.put(name, result)
            self.progress(label, done, len(todo))
            yield result

    def start(self, function: Function[Job]) -> None:
        """Start the processes of a long `map` to come: they read the code of its function meanwhile."""
        for _ in range(self.processes if self.processes > 1 else 0):
            self._submit(function, [])

    def begin(
        self,
        function: Function[Job],
        jobs: Iterable[Job],
        *,
        key: Callable[[Job], bytes],
        lost: Function[Job],
        within: Bound,
    ) -> list[Job]:
        """Begin jobs for which `map` will ask in the same words, while this process has something else to do.

        Some of them: those for which a process is free soon. What they make goes to the cache; without one, or without
        processes beside each other, nothing is begun. What fails or is lost is left to `map`, as if it had not begun.
        Returned are those that are begun or there.
        """
        from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - as in `_started`

        for name in [name for name, (future, _) in self._begun.items() if future.done()]:
            self._finish(name)
        taken: list[Job] = []
        if self.cache is None or self.processes <= 1:
            return taken
        for job in jobs:
            name = cache_key(function, key(job))
            if len(self._begun) >= self.processes * WINDOW:
                break
            if name not in self._begun and not self.cache.has(name):
                try:
                    self._begun[name] = (self._submit(Bounded(function, within, lost), [job]), lost(job))
                except BrokenProcessPool:
                    break
            taken.append(job)
        return taken

    def has(self, function: Function[Job], job: Job, *, key: Callable[[Job], bytes]) -> bool:
        """Say whether a job's result is there; of a job that was begun, once `begin` is called again after its end."""
        return self.cache is not None and self.cache.has(cache_key(function, key(job)))

    def _finish(self, name: str) -> None:
        """Wait for a job that was begun, and keep what it made."""
        future, lost = self._begun.pop(name)
        if self.cache and future.exception() is None and (made := future.result()) != [lost]:
            self.cache.put(name, *made)

    def _all_known(
        self, function: Function[Job], jobs: Iterable[Job], key: Callable[[Job], bytes] | None
    ) -> Iterator[tuple[str, bytes | None, bool]]:
        """Yield for each job the name of its result, the result, and whether it is there; too much is not held."""
        held = 0
        for job in jobs:
            name, found = self._known(function, job, key)
            held += len(found or b"")
            yield name, found if held <= MOST_HELD else None, found is not None

    def _again(self, function: Function[Job], job: Job, name: str) -> bytes:
        """Return a result that was there and was not held; should it have gone in between, make it again."""
        found = self.cache.get(name) if self.cache else None
        return function(job) if found is None else found

    def _known(self, function: Function[Job], job: Job, key: Callable[[Job], bytes] | None) -> tuple[str, bytes | None]:
        """Return the name of a job's result, empty where it is not kept, and the result where it is known."""
        if self.cache is None or key is None:
            return "", None
        name = cache_key(function, key(job))
        if name in self._begun:
            self._finish(name)
        return name, self.cache.get(name)

    def _run(
        self, function: Function[Job], jobs: list[Job], lost: Function[Job] | None, together: int
    ) -> Iterator[bytes]:
        few = self.processes == 1 or len(jobs) <= FEW
        if self.processes == 0 or (few and not isinstance(function, Bounded)):
            return (function(job) for job in jobs)
        return self._spread(function, jobs, lost, together)

    def _spread(
        self, function: Function[Job], jobs: list[Job], lost: Function[Job] | None, together: int
    ) -> Iterator[bytes]:
        from concurrent.futures import Future  # noqa: PLC0415 - as above
        from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

        waiting: deque[tuple[list[Job], Future[list[bytes]]]] = deque()
        rest = iter([jobs[at : at + together] for at in range(0, len(jobs), together)])
        width = self.processes * WINDOW
        while True:
            try:
                for some in islice(rest, width - len(waiting)):
                    waiting.append((some, Future()))  # held first: a pool that breaks just now must not lose it
                    waiting[-1] = (some, self._submit(function, some))
                if not waiting:
                    return
                results = waiting[0][1].result()
            except BrokenProcessPool:
                yield from self._one_by_one(function, [job for some, _ in waiting for job in some], lost)
                waiting.clear()
                continue
            waiting.popleft()
            yield from results

    def _one_by_one(self, function: Function[Job], jobs: list[Job], lost: Function[Job] | None) -> Iterator[bytes]:
        """Run one job at a time, to learn which one kills its process: then the pool is broken, and another begins."""
        from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - as above

        self.close()
        for job in jobs:
            try:
                yield from self._submit(function, [job]).result()
            except BrokenProcessPool:
                self.close()
                yield lost(job) if lost else function(job)

    def _submit(self, function: Function[Job], jobs: list[Job]) -> Future[list[bytes]]:
        """Hand jobs to the pool; a process that starts for them is deaf to Ctrl-C from its first instruction."""
        mask = getattr(signal, "pthread_sigmask", None)
        if mask is None:
            return self._started().submit(_each, function, jobs)
        mask(signal.SIG_BLOCK, (signal.SIGINT,))
        try:
            return self._started().submit(_each, function, jobs)
        finally:
            mask(signal.SIG_UNBLOCK, (signal.SIGINT,))

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            if "ignore" not in sys.warnoptions:  # inherited: else after Ctrl-C Python's tracker counts semaphores aloud
                sys.warnoptions.append("ignore")
            from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - as above
            from multiprocessing import get_context  # noqa: PLC0415

            context = get_context("spawn")
            pool = ProcessPoolExecutor(self.processes, mp_context=context, initializer=_quiet)
            _OPEN.append(pool)
            self._pool = pool
        return self._pool

    def close(self, *, hurry: bool = False) -> None:
        """End the pool: wait for jobs under way, or, in a hurry, stop them.

        A pool that nobody waits for is kept until the program ends: collected earlier, its pipes would close under
        its own thread. Waiting in a hurry could take for ever, since CPython's pool may hang on a job half sent.
        """
        pool, self._pool = self._pool, None
        self._begun.clear()
        if pool is None:
            return
        if not hurry:
            pool.shutdown(wait=True, cancel_futures=True)
            _OPEN.remove(pool)
            return
        processes = tuple((pool._processes or {}).values())  # noqa: SLF001 - no public way to stop a running job
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()

    def __enter__(self) -> Self:
        """Hold the engine for a block."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End the pool at the end of the block; after Ctrl-C or an error in a hurry."""
        self.close(hurry=kind is not None)


def processes() -> int:
    """Count the processors this process may use."""
    affinity: Any = getattr(os, "sched_getaffinity", None)
    return max(1, len(affinity(0)) if affinity else os.cpu_count() or 1)
