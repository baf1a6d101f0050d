"""Editions served by a process of their own, ended as a person ends it: by Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from parts import ROOT

_PROGRAM = """
import json, sys
from pathlib import Path
from bundler.release.editions import bundles, released
from bundler.share import serve
given = json.loads(sys.argv[1])
for name, value in given["limits"].items():
    assert hasattr(serve, name)
    setattr(serve, name, value)
out = Path(given["out"])
editions = [one for bundle in bundles(out) for one in released(out, bundle)]
with serve.listening("127.0.0.1", 0) as listener:
    host = "%s:%d" % listener.getsockname()
    print(host, flush=True)
    offered = serve.offering(editions, host, "k3f9xw2a")
    try:
        serve.serve(offered, listener, seconds=given["seconds"], tell=lambda whole, now: None)
    except KeyboardInterrupt:
        pass
print(offered.counted.whole, offered.counted.now)
"""
PATH = "/k3f9xw2a/"


@dataclass
class Serving:
    """A server at work; afterwards what it counted and everything that it said."""

    process: subprocess.Popen
    host: str
    counted: tuple[int, int] = (-1, -1)
    said: str = ""

    @property
    def port(self) -> int:
        return int(self.host.split(":")[1])

    def open(self, *, most_buffered: int = 0) -> socket.socket:
        """Connect."""
        made = socket.socket()
        if most_buffered:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, most_buffered)
        made.settimeout(20)
        made.connect(("127.0.0.1", self.port))
        return made

    def ask(self, path: str, *, method: str = "GET", version: str = "1.1", **headers: str) -> tuple[int, dict, bytes]:
        """Ask for something in so many words, and return status, headers and body."""
        with self.open() as connection:
            connection.sendall(self.request(path, method=method, version=version, **headers))
            return answer(connection)

    def request(self, path: str, *, method: str = "GET", version: str = "1.1", **headers: str) -> bytes:
        """Return a request as it goes over the line; a host is named where none is given."""
        given = {"host": self.host, "connection": "close"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        lines = [f"{name}: {value}" for name, value in given.items() if value]
        return "\r\n".join([f"{method} {path} HTTP/{version}", *lines, "", ""]).encode("latin-1")

    def open_files(self) -> int:
        """Count what the process has open."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def memory(self) -> int:
        """Return the most memory that the process ever had, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


def answer(connection: socket.socket) -> tuple[int, dict, bytes]:
    """Read an answer to its end."""
    data = b""
    while True:
        try:
            part = connection.recv(1 << 16)
        except ConnectionError:
            break
        if not part:
            break
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) if ": " in line else (line, "") for line in lines)
    return int(first.split()[1]) if first else 0, headers, body


@contextmanager
def serving(out: Path, *, seconds: float = 60, **limits: float) -> Iterator[Serving]:
    """Serve every edition of a folder."""
    given = json.dumps({"out": str(out), "seconds": seconds, "limits": limits})
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, given], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=environment,
    )  # fmt: skip
    assert process.stdout
    made = Serving(process, process.stdout.readline().strip())
    _until_it_answers(made)
    try:
        yield made
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
        *others, last = said.splitlines()
        made.said = "\n".join(others)
        made.counted = tuple(map(int, last.split()))


def _until_it_answers(made: Serving) -> None:
    for _ in range(200):
        with made.open() as connection:
            connection.settimeout(0.5)
            connection.sendall(made.request("/", method="HEAD"))
            try:
                if answer(connection)[0]:
                    return
            except TimeoutError:
                time.sleep(0.05)
    raise AssertionError(made.host)
