"""A cached, parallel map of pure functions: this process or a pool of processes. It may change cost only.

A law, held by a test: cold, warm, one core and two cores give the same bytes. A `Bound` is the one exception: it ends
what counted limits did not, and says so.
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache as once
from itertools import chain, islice
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

from bundler.cache import Cache

Job = TypeVar("Job")
Function = Callable[[Job], bytes]

WINDOW = 4
"""Jobs under way per process: enough to keep it busy, few enough to keep memory flat."""
_LIBRARIES = ("comrak", "pikepdf", "pillow", "pypdfium2", "selectolax", "weasyprint", "zxing-cpp")
"""What shapes results and verdicts beside this package."""
FEW = 4
"""Up to so many jobs without a bound run in this process: a pool costs more than they do."""


_ABANDONED: list[ProcessPoolExecutor] = []


def abandoned() -> bool:
    """Say whether a pool was left in a hurry: then the program must leave at once too, without Python's own clean-up.

    That would wait for the pool's thread, or wake it through a pipe that it is just closing.
    """
    return bool(_ABANDONED)


def _quiet() -> None:
    """Let the parent alone answer Ctrl-C, and end with it however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the parent's end: a worker holds both ends of its queue open and would wait for jobs for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)


def _nothing(_label: str, _done: int, _total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What one job may take before it is stopped: seconds of the processor, and bytes of memory beyond its process's.

    A backstop: how far a job comes in ten seconds is not the same everywhere. Memory is bounded on Linux alone, time
    where there is POSIX; elsewhere jobs go without.
    """

    seconds: float
    memory: int


class _OverError(BaseException):
    """A job took more than its bound. No `except Exception` of the job's own may hide it."""


@dataclass(frozen=True, slots=True)
class _Bounded(Generic[Job]):
    """A function under a bound; `lost` makes the result of a job that goes beyond it."""

    function: Function[Job]
    bound: Bound
    lost: Function[Job]

    def __call__(self, job: Job) -> bytes:
        """Run one job."""
        try:
            with _timed(self.bound.seconds), _measured(self.bound.memory):
                return self.function(job)
        except (_OverError, MemoryError):
            return self.lost(job)


@contextmanager
def _timed(seconds: float) -> Iterator[None]:
    """Raise _OverError after so many seconds of the processor.

    Code in C that never comes back to the interpreter hears no signal: a process of the pool then ends after twice the
    time, and `Work` names the job. The signal comes again each second, should a callback have swallowed the first.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    running = True

    def over(_signal: int, _frame: object) -> None:
        if running:
            raise _OverError

    before = signal.signal(signal.SIGPROF, over)
    try:
        with _mortal(2 * seconds):
            signal.setitimer(signal.ITIMER_PROF, seconds, 1)
            yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _mortal(seconds: float) -> Iterator[None]:
    """Let a process of the pool die after so many seconds more of the processor; never the program itself."""
    if multiprocessing.parent_process() is None:
        yield
        return
    with _limited("RLIMIT_CPU", math.ceil(time.process_time() + seconds)):
        yield


@contextmanager
def _measured(memory: int) -> Iterator[None]:
    """Let this process have so many bytes more than it has: asking for more is a MemoryError."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except (OSError, ValueError, IndexError):
        yield
        return
    with _limited("RLIMIT_DATA", pages * os.sysconf("SC_PAGE_SIZE") + memory):
        yield


@contextmanager
def _limited(name: str, most: int) -> Iterator[None]:
    """Lower a limit of this process (setrlimit) for a block; one that is lower already stays."""
    import resource  # noqa: PLC0415 - POSIX alone has it

    kind = getattr(resource, name)
    soft, hard = resource.getrlimit(kind)
    lower = most if soft == resource.RLIM_INFINITY else min(soft, most)
    resource.setrlimit(kind, (lower, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


@dataclass(slots=True)
class Work:
    """The engine. `processes` work beside this one, 0 keeps everything here; `cache` None remembers nothing.

    `progress(label, done, total)` is told of every finished job.
    """

    processes: int = 0
    cache: Cache | None = None
    progress: Callable[[str, int, int], None] = _nothing
    _pool: ProcessPoolExecutor | None = field(default=None, repr=False)

    def map(  # noqa: PLR0913 — what may be said of a job, by keyword
        self,
        function: Function[Job],
        jobs: Iterable[Job],
        *,
        key: Callable[[Job], bytes] | None = None,
        label: str = "",
        lost: Function[Job] | None = None,
        within: Bound | None = None,
    ) -> Iterator[bytes]:
        """Yield function(job) for each job, in order.

        `function` is a module-level pure function; `key` returns every byte its result depends on beside the code of
        this package (None: never cached). `lost` makes the result of a job that killed its process; without it the
        job runs again here. `within` bounds each job, which then leaves this process, however few there are; `lost`
        also makes the result of one that goes beyond it. What is lost is never cached: the next time it may come.
        """
        todo = tuple(jobs)
        kept = [self._known(function, job, key) for job in todo] if self.cache and key else [None] * len(todo)
        missing = [job for job, (_, found) in zip(todo, (k or ("", None) for k in kept), strict=True) if found is None]
        fresh = self._run(_Bounded(function, within, lost) if within and lost else function, missing, lost)
        for done, (_, known) in enumerate(zip(todo, kept, strict=True), 1):
            name, found = known or ("", None)
            if found is None:
                found = next(fresh)
                if self.cache and name and not (lost and found == lost(todo[done - 1])):
                    self.cache.put(name, found)
            self.progress(label, done, len(todo))
            yield found

    def _known(self, function: Function[Job], job: Job, key: Callable[[Job], bytes]) -> tuple[str, bytes | None]:
        assert self.cache is not None
        name = cache_key(function, key(job))
        return name, self.cache.get(name)

    def _run(self, function: Function[Job], jobs: list[Job], lost: Function[Job] | None) -> Iterator[bytes]:
        few = self.processes == 1 or len(jobs) <= FEW
        if self.processes == 0 or (few and not isinstance(function, _Bounded)):
            return (function(job) for job in jobs)
        return self._spread(function, jobs, lost)

    def _spread(self, function: Function[Job], jobs: list[Job], lost: Function[Job] | None) -> Iterator[bytes]:
        waiting: deque[tuple[Job, Future[bytes]]] = deque()
        rest = iter(jobs)
        width = self.processes * WINDOW
        while True:
            try:
                for job in islice(rest, width - len(waiting)):
                    waiting.append((job, Future()))  # held first: a pool that breaks just now must not lose it
                    waiting[-1] = (job, self._submit(function, job))
                if not waiting:
                    return
                result = waiting[0][1].result()
            except BrokenProcessPool:
                yield from self._one_by_one(function, [job for job, _ in waiting], lost)
                waiting.clear()
                continue
            waiting.popleft()
            yield result

    def _one_by_one(self, function: Function[Job], jobs: list[Job], lost: Function[Job] | None) -> Iterator[bytes]:
        """Run each job in a pool that it has for itself, to learn which one kills its process."""
        for job in jobs:
            self.close()
            try:
                yield self._submit(function, job).result()
            except BrokenProcessPool:
                self.close()
                yield lost(job) if lost else function(job)

    def _submit(self, function: Function[Job], job: Job) -> Future[bytes]:
        """Hand a job to the pool; a process that starts for it is deaf to Ctrl-C from its first instruction."""
        pool, mask = self._start(), getattr(signal, "pthread_sigmask", None)
        if mask is None:
            return pool.submit(function, job)
        mask(signal.SIG_BLOCK, (signal.SIGINT,))
        try:
            return pool.submit(function, job)
        finally:
            mask(signal.SIG_UNBLOCK, (signal.SIGINT,))

    def _start(self) -> ProcessPoolExecutor:
        if self._pool is None:
            if "ignore" not in sys.warnoptions:
                sys.warnoptions.append(
                    "ignore"
                )  # inherited: after Ctrl-C Python's tracker would count semaphores aloud
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.processes, mp_context=context, initializer=_quiet)
        return self._pool

    def close(self, *, hurry: bool = False) -> None:
        """End the pool: wait for jobs under way, or, in a hurry, stop them.

        A pool that nobody waits for is kept until the program ends: collected earlier, its pipes would close under
        its own thread. Waiting in a hurry could take for ever, since CPython's pool may hang on a job half sent.
        """
        pool, self._pool = self._pool, None
        if pool is None:
            return
        if not hurry:
            pool.shutdown(wait=True, cancel_futures=True)
            return
        processes = tuple((pool._processes or {}).values())  # noqa: SLF001 - no public way to stop a running job
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        _ABANDONED.append(pool)

    def __enter__(self) -> Self:
        """Hold the engine for a block."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End the pool at the end of the block; after Ctrl-C or an error in a hurry."""
        self.close(hurry=kind is not None)


def cache_key(function: Callable[..., object], key: bytes) -> str:
    """Name a result (hex): by the function, by every byte it depends on and by the code of this package."""
    name = f"{function.__module__}.{function.__qualname__}".encode()
    return hashlib.sha256(b"\0".join((code_digest(), name, key))).hexdigest()


@once
def code_digest() -> bytes:
    """Digest the code and the data files of this package and the versions of the libraries that shape results."""
    root = Path(__file__).parent
    files = sorted(chain(root.rglob("*.py"), root.rglob("*.yaml"), root.rglob("*.css"), _assets(root)))
    digest = hashlib.sha256()
    for path in files:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name in _LIBRARIES:
        digest.update(f"{name}={_version(name)}".encode())
    return digest.digest()


def _assets(root: Path) -> Iterable[Path]:
    beside = root.parent / "assets"
    return (*beside.rglob("*.yaml"), *beside.rglob("*.css")) if beside.is_dir() else ()


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 20 ms, only when caching

    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def processes() -> int:
    """Count the processors this process may use."""
    affinity: Any = getattr(os, "sched_getaffinity", None)
    return max(1, len(affinity(0)) if affinity else os.cpu_count() or 1)
