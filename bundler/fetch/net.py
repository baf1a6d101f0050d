"""One way to the network for everything that is fetched; all rules of how stand behind it, and none can be avoided.

Only public hosts, dialled by the address that was checked, each redirect again; bytes, time, redirects and encodings
capped; TLS verified; no cookies, no logins, nothing from the environment; robots.txt and a pace per host are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self, cast

import httpcore2

from bundler.fetch import dial, hosts, robots
from bundler.fetch.body import whole
from bundler.fetch.dial import Meter
from bundler.fetch.faults import NetError
from bundler.fetch.hosts import Target
from bundler.fetch.reach import Limits, Manners, Proxy, Reach
from bundler.fetch.waiting import Waits

__all__ = ["AGENT", "Answer", "Limits", "Manners", "Net", "NetError", "Reach"]

AGENT = "bundler/1 (keeps archives of articles)"
"""What every server sees. It names the program and nobody; it has no version, which would tell users apart."""
MAX_REST = 300_000
"""Bytes on the wire beside the body: headers of all kinds, marks of chunks."""
MAX_HEADERS = 65_536
"""Bytes of an answer's headers. How much more than 100 KB h11 refuses hangs on how the bytes come in: this does not."""
MAX_ROBOTS = 512_000
MAX_MARK = 1_000
"""Characters of an ETag or a date that is kept and sent back."""
_SLOWEST = 100_000
"""Bytes a second: the answer to a POST may take as long as its largest size takes at this rate."""
_OK, _NOT_CHANGED = 200, 304
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_OFFLINE = frozenset(("name-unknown", "unreachable"))
_BUSY = frozenset((408, 425, 429, 500, 502, 503, 504))
_UNTOLD = range(500, 600)
"""Of a robots.txt these mean that nobody knows what it says: all is forbidden (RFC 9309, section 2.3.1.4)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said in the end, behind all redirects: any status but those that mean "later".

    `url` is the address that answered; names of headers are in lower case, of repeated ones the first counts; `body` is
    decoded, and empty but for status 200. Neither the type nor the length that a server names is to be believed.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    etag: str = ""
    modified: str = ""


def _anybody(_host: str) -> bool:
    """Agree to every host."""
    return True


@dataclass(slots=True)
class Net:
    """The network, for one run. Threads may share it: one host is asked one thing at a time, several hosts at once.

    `agreed` says whether somebody agreed to ask a host; it is asked before every request, behind redirects too.
    """

    reach: Reach = field(default_factory=Reach)
    manners: Manners = field(default_factory=Manners)
    limits: Limits = field(default_factory=Limits)
    proxy: Proxy | None = None
    agreed: Callable[[str], bool] = _anybody
    dialer: dial.Dialer = field(init=False)
    asked: dict[str, robots.Rules] = field(init=False, default_factory=dict)
    waits: Waits = field(init=False, default_factory=Waits)
    _pool: httpcore2.ConnectionPool = field(init=False)

    def __post_init__(self) -> None:
        """Make the pool; nothing is opened before something is asked for."""
        self.dialer = dial.Dialer(self.reach, self.proxy)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=dial.trust(self.reach),
            max_connections=None,
            max_keepalive_connections=32,
            keepalive_expiry=15.0,
            network_backend=self.dialer,
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Break whatever is still open."""
        self.stop()
        self._pool.close()

    def stop(self) -> None:
        """End all waiting and all connections, from any thread: what is being asked for fails with `stopped`."""
        self.waits.stop()
        self.dialer.stop()

    def blames(self, error: NetError) -> bool:
        """Say whether a failure tells something of its address, so that it may be remembered against it.

        As long as nothing came from anybody in this run, a host that cannot be found or reached may as well be this
        machine without a network.
        """
        return not error.ours and (error.code not in _OFFLINE or self.dialer.taken > 0)

    def get(self, url: str, *, max_bytes: int, etag: str = "", modified: str = "") -> Answer:
        """Return the answer to one GET. `max_bytes` bounds the body, on the wire and decoded.

        With the `etag` and the `modified` of a former answer the server may say 304, "as before". What fails in passing
        is tried again, more slowly each time. Raises NetError where there is no answer in the end.
        """
        asked = {"if-none-match": etag, "if-modified-since": modified}
        headers = {name: value for name, value in asked.items() if value}
        first = hosts.target(url)
        for tried in range(1, self.manners.tries + 1):
            try:
                answer, busy = self._followed(first, max_bytes, headers)
            except NetError as error:
                if not error.again or tried == self.manners.tries:
                    raise
                self.waits.sleep(self.manners.back_off * 2 ** (tried - 1))
                continue
            if not busy:
                return answer
            if tried < self.manners.tries:
                self.waits.sleep(max(busy_for(answer), self.manners.back_off * 2 ** (tried - 1)))
        raise NetError("server-busy", f"{answer.status}", again=True)

    @contextmanager
    def post(self, url: str, data: bytes, headers: Mapping[str, str], *, max_bytes: int) -> Iterator[Iterator[bytes]]:
        """Ask by POST, as protocols over HTTP do (Git's), and give the answer piece by piece. Raises NetError.

        All rules hold but two: nothing is crawled, so robots.txt is not asked, and what is large may take its time. The
        least rate holds. The same request goes where redirects lead.
        """
        at = hosts.target(url)
        for _ in range(self.limits.redirects + 1):
            meter = Meter(
                replace(self.limits, seconds=max(self.limits.seconds, max_bytes / _SLOWEST)),
                max_bytes + max_bytes // 100 + MAX_REST,
            )
            with self.waits.turn(at.origin, self.manners.gap):
                with _said(self.waits):
                    response = self._sent("POST", at, meter, headers, data)
                try:
                    got = _first_of(response.headers)
                    if response.status == _OK and got.get("content-encoding", "identity") == "identity":
                        yield _pieces(response, self.waits)
                        return
                finally:
                    _end(response)
            if response.status not in _REDIRECTS or not got.get("location"):
                raise NetError("server-refused", str(response.status), again=response.status in _BUSY)
            at = hosts.redirected(at, got["location"])
        raise NetError("too-many-redirects", at.url)

    def _followed(self, first: Target, max_bytes: int, headers: Mapping[str, str]) -> tuple[Answer, bool]:
        """Ask, follow redirects with all rules at each, and say whether the last answer means "later"."""
        meter = Meter(self.limits, max_bytes + MAX_REST)
        at = first
        for _ in range(self.limits.redirects + 1):
            answer = self._asked(at, meter, max_bytes, headers)
            if answer.status not in _REDIRECTS or not answer.headers.get("location"):
                return answer, answer.status in _BUSY
            at = hosts.redirected(at, answer.headers["location"])
        raise NetError("too-many-redirects", at.url)

    def _asked(self, at: Target, meter: Meter, max_bytes: int, headers: Mapping[str, str]) -> Answer:
        """Ask one address once, when it is the host's turn and its robots.txt has nothing against it."""
        rules = self._rules(at) if self.manners.robots else robots.EVERYTHING
        if not rules.allow(at.path):
            raise NetError("robots-refused", at.url)
        with self.waits.turn(at.origin, max(self.manners.gap, rules.delay if self.manners.gap else 0.0)):
            return self._exchanged(at, meter, max_bytes, headers)

    def _rules(self, at: Target) -> robots.Rules:
        """Return what robots.txt of a host says, asked for once (RFC 9309, section 2.3).

        Who waits for that holds no host: two whose files lead to each other would wait for one another for ever.
        """
        with self.waits.only(f"{at.origin}/robots.txt"):
            if at.origin not in self.asked:
                self.asked[at.origin] = self._robots(at)
        return self.asked[at.origin]

    def _robots(self, at: Target) -> robots.Rules:
        file = Target(at.scheme, at.host, at.port, "/robots.txt")
        for _ in range(self.limits.redirects + 1):
            try:
                with self.waits.turn(file.origin, self.manners.gap):
                    answer = self._exchanged(file, Meter(self.limits, MAX_ROBOTS + MAX_REST), MAX_ROBOTS, {})
                if answer.status in _REDIRECTS and answer.headers.get("location"):
                    file = hosts.redirected(file, answer.headers["location"])
                    continue
            except NetError as error:
                if error.code == "too-large":
                    return robots.NOTHING
                raise
            if answer.status in _BUSY or answer.status in _UNTOLD:
                raise NetError("server-busy", f"{file.url}: {answer.status}", again=True)
            return robots.read(answer.body) if answer.status == _OK else robots.EVERYTHING
        return robots.EVERYTHING

    def _exchanged(self, at: Target, meter: Meter, max_bytes: int, headers: Mapping[str, str]) -> Answer:
        """Send one request and read what comes back."""
        with _said(self.waits):
            response = self._sent("GET", at, meter, {"accept": "*/*", "accept-encoding": "gzip", **headers})
            try:
                got = _first_of(response.headers)
                body = whole(cast(Iterable[bytes], response.stream), got, max_bytes) if response.status == _OK else b""
            finally:
                _end(response)
        return Answer(response.status, at.url, got, body, _mark(got, "etag"), _mark(got, "last-modified"))

    def _sent(
        self, method: str, at: Target, meter: Meter, headers: Mapping[str, str], data: bytes | None = None
    ) -> httpcore2.Response:
        """Send one request; this thread's connections are measured by `meter` from now on."""
        if self.reach.refuses(at.host):
            raise NetError("address-not-public", at.host)
        if not self.agreed(at.host):
            raise NetError("host-not-agreed", at.host)
        self.dialer.own.meter = meter
        length = {} if data is None else {"content-length": str(len(data))}
        sent = {"host": at.netloc, "user-agent": AGENT, **headers, **length}
        request = httpcore2.Request(
            method,
            httpcore2.URL(scheme=at.scheme, host=at.host, port=at.port, target=at.path),
            headers=[(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in sent.items()],
            content=data,
            extensions={"timeout": {"connect": self.limits.idle, "pool": self.limits.idle}},
        )
        response = self._pool.handle_request(request)
        if (size := sum(len(name) + len(value) for name, value in response.headers)) > MAX_HEADERS:
            response.close()
            raise NetError("answer-broken", f"{size} bytes of headers")
        return response


def busy_for(answer: Answer) -> float:
    """Return for how many seconds a busy server wants to be left alone, at most a minute (RFC 9110, section 10.2.3)."""
    return min(60.0, robots.seconds(answer.headers.get("retry-after", ""), answer.headers.get("date", "")))


def _pieces(response: httpcore2.Response, waits: Waits) -> Iterator[bytes]:
    with _said(waits):
        yield from cast(Iterable[bytes], response.stream)


def _end(response: httpcore2.Response) -> None:
    """End an answer, and its connection where more bytes came than the answer has (RFC 9112, section 9.2).

    Else they would be taken for the answer to what is asked there next: of another page, by whoever wrote this one.
    The library reads beyond an answer and keeps that to itself.
    """
    held: Any = response.stream
    try:
        behind = held._stream._connection._h11_state.trailing_data[0]  # noqa: SLF001 - there is no other way to see it
    except AttributeError:  # another version of the library: no connection is used twice
        behind = b"?"
    if behind:
        response.extensions["network_stream"].close()
    response.close()


def _mark(headers: Mapping[str, str], name: str) -> str:
    """Return a mark by which a server tells changes; none where the ledger would not hold it or no server take it."""
    said = headers.get(name, "")
    return said if len(said) <= MAX_MARK and said.isprintable() else ""


def _first_of(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return found


@contextmanager
def _said(waits: Waits) -> Iterator[None]:
    """Say every failure of a connection as a NetError."""
    try:
        yield
    except NetError:
        if waits.stopped:
            raise NetError("stopped") from None
        raise
    except httpcore2.TimeoutException as error:
        raise NetError("too-slow", type(error).__name__, again=True) from error
    except (httpcore2.ProtocolError, ValueError) as error:
        raise NetError("answer-broken", str(error)[:200], again=True) from error
    except (httpcore2.NetworkError, OSError) as error:
        raise NetError("stopped" if waits.stopped else "connection-broken", str(error)[:200], again=True) from error
