"""A machine that fails on purpose: one process, with bundler loaded, forks for each command and breaks one step of it.

Run as a program it reads jobs as lines of JSON and answers with lines of JSON. A step is whatever changes the disk: a
file opened for writing, a rename, a removal, a folder made, a flush. `Faulty` is the side of the tests.
"""

from __future__ import annotations

import errno
import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

KILL, EIO, ENOSPC = "kill", "EIO", "ENOSPC"
_STEPS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Came:
    """What a command came to: its exit code (negative: the signal that ended it), its words, the steps it took."""

    code: int
    said: str
    steps: tuple[str, ...]


class Faulty:
    """Runs commands in a folder, each in a fork of one process; that process is ended with the block."""

    def __init__(self, place: Path) -> None:
        """Keep the folder in which commands run."""
        self.place = place

    def __enter__(self) -> Self:
        """Start the process and let it load what a command needs: a run in a copy of the folder that is thrown away."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.place), "LANG": "C.UTF-8"}
        command = [sys.executable, "-X", "utf8", "-P", __file__]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=self.place, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._process.communicate(timeout=60)

    def warm(self, *arguments: str | Path) -> Came:
        """Run a command in the process itself, so that every fork finds loaded and known what it needed."""
        return self._ask(arguments, warm=True)

    def run(self, *arguments: str | Path, how: str = "", step: int = 0, most_bytes: int = 0) -> Came:
        """Run a command; `how` befalls its step number `step` (from 1); no file grows beyond `most_bytes`."""
        return self._ask(arguments, how=how, step=step, most_bytes=most_bytes)

    def _ask(self, arguments: tuple[str | Path, ...], **job: Any) -> Came:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"arguments": list(map(str, arguments)), **job}) + "\n")
        self._process.stdin.flush()
        found = json.loads(self._process.stdout.readline())
        return Came(found["code"], found["said"], tuple(found["steps"]))


class _Fault:
    """Counts the steps of this process from now on, and breaks one of them."""

    def __init__(self, how: str, step: int, log: int) -> None:
        self._how, self._step, self._log, self._taken = how, step, log, 0
        self._real_fsync = os.fsync
        os.fsync = self._fsync
        sys.addaudithook(self._heard)

    def _fsync(self, handle: Any) -> None:
        self._take("fsync", "")
        self._real_fsync(handle)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _STEPS:
            self._take(event, str(arguments[0]))
        elif event == "open" and isinstance(arguments[0], str | bytes) and arguments[2] & _WRITING:
            self._take("write", os.fsdecode(arguments[0]))

    def _take(self, what: str, path: str) -> None:
        if path.startswith(("/dev/", "/proc/")):
            return
        self._taken += 1
        os.write(self._log, f"{what} {path}\n".encode())
        if self._taken != self._step:
            return
        if self._how == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        number = getattr(errno, self._how)
        raise OSError(number, os.strerror(number), path)


def _main() -> None:
    from bundler.cli import run
    from bundler.release import minisign

    # Opening a key is slow by design (scrypt); the forks share what the first run has paid for.
    minisign._scrypt = functools.cache(minisign._scrypt)
    for line in sys.stdin:
        job = json.loads(line)
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as log:
            code = _warm(run, job, said.fileno()) if job.get("warm") else _forked(run, job, said.fileno(), log.fileno())
            said.seek(0)
            log.seek(0)
            steps = log.read().decode("utf-8", "replace").splitlines()
            answer = {"code": code, "said": said.read().decode("utf-8", "replace"), "steps": steps}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _warm(run: Any, job: Any, said: int) -> int:
    kept = os.dup(1), os.dup(2)
    os.dup2(said, 1)
    os.dup2(said, 2)
    try:
        return int(run(job["arguments"]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(kept[0], 1)
        os.dup2(kept[1], 2)
        os.close(kept[0])
        os.close(kept[1])


def _forked(run: Any, job: Any, said: int, log: int) -> int:
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.dup2(said, 1)
    os.dup2(said, 2)
    if job["most_bytes"]:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["most_bytes"],) * 2)
    else:  # the limit is one for the list of steps as well
        _Fault(job["how"], job["step"], log)
    code = run(job["arguments"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    _main()
