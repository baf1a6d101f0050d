"""What one job may take: seconds of the processor and bytes of memory, and what stands for it when it takes more."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

Job = TypeVar("Job")
Function = Callable[[Job], bytes]


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
class Bounded(Generic[Job]):
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
    from multiprocessing import parent_process  # noqa: PLC0415 - 25 ms, and what is warm starts no process

    if parent_process() is None:
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
