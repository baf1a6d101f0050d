"""Editions served to phones on the same network: a fixed list of files, read-only, at an address nobody guesses.

The list is made before the first connection, and what is asked for is looked up in it, never on the disk: no path leads
anywhere else. Served by uvicorn (HTTP/1.1 by h11, in Python alone) and Starlette, which knows about ranges; here stand
the limits that they leave to others: how long a header may take, how slowly a file may be read, how many may ask.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime
from pathlib import Path

import uvicorn
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bundler.errors import UsageError, say, unreadable
from bundler.release.editions import Published
from bundler.release.shelf import media_type, shelved
from bundler.share import offer

PORT = 8080
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of the path that is drawn: none is taken for another when it is typed."""
MOST = 256
"""Connections at a time; a download is one, and holds one open file."""
HEADER_BYTES = 8 * 1024
HEADER_SECONDS = 10
"""So long may a request take to arrive whole, and a connection to say nothing."""
STALL_SECONDS = 30
"""So long may a reader take none of the 48 KB that wait for him: 1.6 KB a second at least."""
IDLE_SECONDS = 5
GRACE_SECONDS = 20
"""So long may a download go on when the time is up."""

Tell = Callable[[int, int], None]
"""Is told how many files were fetched whole, and how many are on the way; of whom is not known to anybody."""


@dataclass(frozen=True, slots=True)
class Served:
    """One thing that can be fetched: a file or a page, with the headers that say what it is."""

    body: Path | bytes
    headers: Mapping[str, str]


@dataclass(slots=True)
class Counted:
    """What happened, and nothing of to whom."""

    whole: int = 0
    now: int = 0


@dataclass(frozen=True, slots=True)
class Offering:
    """Everything that is served, by path; the one host that may be asked for."""

    host: str
    served: Mapping[str, Served]
    counted: Counted = field(default_factory=Counted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] != "http":
            return
        counting = _Counting(send, scope["method"], self.counted)
        try:
            await self._answer(scope)(scope, receive, counting)
        finally:
            counting.close()

    def _answer(self, scope: Scope) -> Response:
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() != self.host:
            return _refusal(421)  # a page elsewhere whose name was led here (DNS rebinding)
        if sum(map(len, (scope["raw_path"], scope["query_string"], *sum(scope["headers"], ())))) > HEADER_BYTES:
            return _refusal(431)  # the parser holds back only what has not come whole
        if scope["method"] not in ("GET", "HEAD"):
            return _refusal(405, allow="GET, HEAD")
        found = self.served.get(scope["raw_path"].decode("latin-1"))
        if found is None:
            return _refusal(404)
        if headers.get("if-none-match") == found.headers.get("etag", "-"):
            return Response(status_code=304, headers=dict(found.headers))
        if isinstance(found.body, Path):
            return FileResponse(found.body, headers=dict(found.headers), media_type=found.headers["content-type"])
        status = 308 if "location" in found.headers else 200
        return Response(b"" if scope["method"] == "HEAD" else found.body, status, headers=dict(found.headers))


@dataclass(slots=True)
class _Counting:
    """Passes an answer on, and counts a file as fetched when its last byte was handed over."""

    send: Send
    method: str
    counted: Counted
    counts: bool = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self.method == "GET":
            self.counts = _ends(message["status"], Headers(raw=message["headers"]))
            self.counted.now += self.counts
        await self.send(message)
        if self.counts and message["type"] == "http.response.body" and not message.get("more_body"):
            self.counted.whole += 1
            self.close()

    def close(self) -> None:
        """Count it as on the way no longer."""
        self.counted.now -= self.counts
        self.counts = False


def _ends(status: int, headers: Headers) -> bool:
    """Say whether an answer brings the last byte of a file."""
    if "content-disposition" not in headers:
        return False
    first, _, total = headers.get("content-range", "").partition("/")
    return status == 200 or (status == 206 and first.endswith(f"-{int(total or 0) - 1}"))  # noqa: PLR2004 - HTTP's


def _refusal(status: int, **headers: str) -> Response:
    return Response(status_code=status, headers={"connection": "close", "content-length": "0"} | headers)


def offering(editions: Sequence[Published], host: str, path: str) -> Offering:
    """Return what is served of editions at `http://host/path/`: a page, and every file that the page names.

    Raises UsageError where a file cannot be read.
    """
    shelf = shelved(editions)
    page = offer.page(shelf)
    served = {f"/{path}/": Served(page, _SAFE | {"content-type": "text/html; charset=utf-8", "etag": _tag(page)})}
    served[f"/{path}"] = Served(b"", {"location": f"/{path}/", "content-length": "0"})
    for one in editions:
        for file in one.manifest.files:
            served[f"/{path}/{file.name}"] = _file(one.folder / file.name, file.format, one.manifest.date)
    return Offering(host, served)


_SAFE = {
    "cache-control": "private, no-cache",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def _tag(page: bytes) -> str:
    return f'"{hashlib.sha256(page).hexdigest()[:32]}"'


def _file(path: Path, format_name: str, day: dt.date) -> Served:
    """Describe a file: its type, its name for saving, the edition's date; the time on this disk stays here."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error
    kind = media_type(format_name)
    changed = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    return Served(
        path.resolve(),
        _SAFE | {
            "content-type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
            "content-disposition": f'attachment; filename="{path.name}"',
            "etag": f'"{digest[:32]}"', "last-modified": format_datetime(changed, usegmt=True),
        },
    )  # fmt: skip


def drawn() -> str:
    """Draw the path: 8 of 31 letters, 40 bits, which nobody on the network tries out in an evening."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))


class _Patient(H11Protocol):
    """A connection that is broken off when nothing comes, or nothing is taken."""

    _late: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST:
            transport.abort()
            return
        self._late = self.loop.call_later(HEADER_SECONDS, transport.abort)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._late and self.cycle is not None and not self.cycle.response_complete:
            self._late.cancel()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._late and self.cycle.response_complete:  # else the next request had come already
            self._late.cancel()
            self._late = self.loop.call_later(HEADER_SECONDS, self.transport.abort)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stalled:
            self._stalled.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._late, self._stalled):
            if timer:
                timer.cancel()
        super().connection_lost(exc)


class _Until(uvicorn.Server):
    """A server that ends by itself."""

    seconds: float = 0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        asyncio.get_running_loop().call_later(self.seconds, self._end)

    def _end(self) -> None:
        self.should_exit = True


@contextlib.contextmanager
def listening(address: str, port: int) -> Iterator[socket.socket]:
    """Listen at one address; where the port is taken and none was asked for, at another one.

    Raises UsageError where the address cannot be had.
    """
    with _bound(address, port) as listener:
        yield listener


def _bound(address: str, port: int) -> socket.socket:
    for each in (port,) if port else (PORT, 0):
        with contextlib.suppress(OSError):
            return socket.create_server((address, each), backlog=MOST)
    raise UsageError(
        say("nothing can be served at {address!r}", address=f"{address}:{port}" if port else address),
        hint=say("another program has the port, or the network is gone: choose with --port or --interface"),
    )


def serve(offered: Offering, listener: socket.socket, *, seconds: float, tell: Tell) -> Counted:
    """Serve until the time is up or Ctrl-C, which lets downloads end; a second one breaks them off."""

    async def told() -> None:
        tell(offered.counted.whole, offered.counted.now)

    config = uvicorn.Config(
        offered, http=_Patient, ws="none", loop="asyncio", lifespan="off", interface="asgi3", workers=1, backlog=MOST,
        log_config=None, log_level="critical", access_log=False, proxy_headers=False, server_header=False,
        date_header=False, h11_max_incomplete_event_size=HEADER_BYTES, timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS, callback_notify=told, timeout_notify=0,
    )  # fmt: skip
    server = _Until(config)
    server.seconds = seconds
    server.run(sockets=[listener])
    return offered.counted
