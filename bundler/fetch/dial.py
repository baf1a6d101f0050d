"""Connections, opened by hand: a name is resolved once, every address it has is checked, the checked one is dialled.

What answers a name the second time is never asked, so a name cannot mean one host when it is checked and another when
it is dialled. With a proxy named, names go to it as they are (SOCKS 5, RFC 1928) and nothing is resolved here.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpcore2
import truststore

from bundler.fetch import hosts
from bundler.fetch.faults import NetError
from bundler.fetch.reach import Limits, Proxy, Reach

GRACE = 15.0
"""Seconds for which an answer may be slower than `Limits.rate`."""
MAX_DIALLED = 8
"""Addresses of one name that are tried; all are checked, however many there are."""
_SOCKS_REFUSED = {1: "failed", 2: "not allowed", 3: "network unreachable", 4: "host unreachable",
                  5: "refused", 6: "expired", 7: "not supported", 8: "address type not supported"}  # fmt: skip


@dataclass(slots=True)
class Meter:
    """What one request has taken so far, in seconds and in bytes on the wire; headers and chunk marks count."""

    limits: Limits
    most: int
    begun: float = field(default_factory=time.monotonic)
    bytes: int = 0

    def patience(self) -> float:
        """Return for how many seconds the next bytes may be waited for. Raises NetError where time is up."""
        gone = time.monotonic() - self.begun
        if gone > self.limits.seconds:
            raise NetError("too-slow", f"{self.limits.seconds:g} s", again=True)
        if gone > GRACE and self.bytes < (gone - GRACE) * self.limits.rate:
            raise NetError("too-slow", f"{self.bytes} bytes in {gone:.0f} s", again=True)
        return min(self.limits.idle, self.limits.seconds - gone + 0.01)

    def count(self, taken: int) -> None:
        """Count bytes. Raises NetError where they are more than the request was promised."""
        self.bytes += taken
        if self.bytes > self.most:
            raise NetError("too-large", f"{self.most} bytes")


@dataclass(slots=True)
class Dialer(httpcore2.NetworkBackend):
    """Opens every connection that there is. One of a Net, shared by its threads; the meter is each thread's own."""

    reach: Reach
    proxy: Proxy | None = None
    own: threading.local = field(default_factory=threading.local)
    open: set[socket.socket] = field(default_factory=set)
    taken: int = 0
    """Bytes that came so far, of everything."""
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def count(self, taken: int) -> None:
        """Count bytes that came, for this request and for the run. Raises NetError as `Meter.count` does."""
        with self._counting:
            self.taken += taken
        meter: Meter = self.own.meter
        meter.count(taken)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - the seam's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        """Open a connection to a host, or to the proxy for it. Raises NetError."""
        if self.proxy is None:
            made = self._first(self.addresses(host, port), timeout)
        else:
            made = self._through(self.proxy, host, port, timeout)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _Stream(self, made)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        """Refuse: no address of the web means a socket of this machine."""
        raise NetError("address-not-public", path)

    def addresses(self, host: str, port: int) -> tuple[tuple[str, int], ...]:
        """Resolve a host and check every address it has. Raises NetError where one of them may not be dialled."""
        known = self.reach.names.get(host)
        literal = hosts.numeric(known or host)
        if literal is not None:
            found: dict[hosts.Address, None] = {literal: None}
        elif host.endswith(".onion"):
            raise NetError("onion-without-proxy", host)
        elif hosts.private_name(host):
            raise NetError("address-not-public", host)
        else:
            found = dict.fromkeys(_resolved(host, port))
        for address in found:
            if not self.reach.allows(address):
                raise NetError("address-not-public", f"{host} = {address}" if str(address) != host else host)
        return tuple((str(address), port) for address in found)

    def _first(self, addresses: tuple[tuple[str, int], ...], timeout: float | None) -> socket.socket:
        """Connect to the first address that answers, within one time for the few that are tried."""
        tried = addresses[:MAX_DIALLED]
        end = _end(timeout)
        for place, (address, port) in enumerate(tried, 1):
            try:
                return self._dialled(address, port, _share(end, len(tried) - place + 1))
            except OSError as error:
                if place == len(tried):
                    raise NetError("unreachable", error.strerror or type(error).__name__, again=True) from error
        raise NetError("unreachable", again=True)

    def _dialled(self, address: str, port: int, timeout: float | None) -> socket.socket:
        """Connect to an address given in numbers: no resolver is asked."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.settimeout(timeout)
            made.connect((address, port))
        except BaseException:
            made.close()
            raise
        return made

    def _through(self, proxy: Proxy, host: str, port: int, timeout: float | None) -> socket.socket:
        if self.reach.refuses(host):
            raise NetError("address-not-public", host)
        literal = hosts.numeric(host)
        end = _end(timeout)
        try:
            made = self._dialled(proxy.host, proxy.port, _left(end))
        except OSError as error:
            raise NetError("proxy-failed", error.strerror or type(error).__name__, again=True) from error
        try:
            _asked(made, host, literal, port, end)
        except BaseException as error:
            made.close()
            if isinstance(error, OSError | struct.error):
                raise NetError("proxy-failed", type(error).__name__, again=True) from error
            raise
        return made

    def stop(self) -> None:
        """Break all connections, whoever is waiting on one."""
        for one in tuple(self.open):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def _resolved(host: str, port: int) -> list[hosts.Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NetError("name-unknown", host, again=True) from error
    return [ipaddress.ip_address(str(address[0])) for _, _, _, _, address in found]


def _end(timeout: float | None) -> float | None:
    """Return when a time that begins now is up; None where there is no limit."""
    return None if timeout is None else time.monotonic() + timeout


def _left(end: float | None) -> float | None:
    """Return the seconds until then. Raises TimeoutError where none are left."""
    if end is None:
        return None
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _share(end: float | None, among: int) -> float | None:
    """Return one address's part of the time that is left, so that a dead one leaves some to the living."""
    left = _left(end)
    return None if left is None else left / among


def _asked(made: socket.socket, host: str, literal: hosts.Address | None, port: int, end: float | None) -> None:
    """Ask a SOCKS proxy for a connection, without a login (RFC 1928, sections 3 to 6), until `end`."""
    made.sendall(b"\x05\x01\x00")
    if _exactly(made, 2, end) != b"\x05\x00":
        raise NetError("proxy-failed", "no SOCKS 5 without a login")
    name = host.encode("ascii")
    if literal is None:
        where = bytes((3, len(name))) + name
    else:
        where = bytes((1 if literal.version == 4 else 4,)) + literal.packed  # noqa: PLR2004 - of IP
    made.sendall(b"\x05\x01\x00" + where + struct.pack("!H", port))
    version, answer, _, kind = _exactly(made, 4, end)
    if version != 5 or answer:  # noqa: PLR2004 - of SOCKS
        raise NetError("proxy-failed", _SOCKS_REFUSED.get(answer, str(answer)), again=True)
    rest = {1: 4, 4: 16}.get(kind) or _exactly(made, 1, end)[0]
    _exactly(made, rest + 2, end)


def _exactly(made: socket.socket, count: int, end: float | None) -> bytes:
    data = b""
    while len(data) < count:
        made.settimeout(_left(end))
        more = made.recv(count - len(data))
        if not more:
            raise NetError("proxy-failed", "it hung up", again=True)
        data += more
    return data


class _Stream(httpcore2.NetworkStream):
    """A connection of which every read is metered."""

    def __init__(self, dialer: Dialer, made: socket.socket) -> None:
        self._dialer, self._socket = dialer, made
        self._broken = ""
        dialer.open.add(made)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the meter knows better
        meter: Meter = self._dialer.own.meter
        try:
            self._socket.settimeout(meter.patience())
            data = self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise NetError("too-slow", f"nothing for {meter.limits.idle:g} s", again=True) from error
        except OSError as error:
            raise NetError("connection-broken", error.strerror or type(error).__name__, again=True) from error
        if self._broken and not data:  # the system told the writer that nothing more will come, and tells it once
            raise NetError("connection-broken", self._broken, again=True)
        self._dialer.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        meter: Meter = self._dialer.own.meter
        try:
            self._socket.settimeout(meter.patience())
            self._socket.sendall(buffer)
        except OSError as error:
            self._broken = error.strerror or type(error).__name__
            raise httpcore2.WriteError(str(error)) from error

    def close(self) -> None:
        self._dialer.open.discard(self._socket)
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        self._dialer.open.discard(self._socket)
        try:
            self._socket.settimeout(timeout)
            return _Stream(self._dialer, ssl_context.wrap_socket(self._socket, server_hostname=server_hostname))
        except ssl.SSLCertVerificationError as error:
            self._socket.close()
            raise NetError("certificate-refused", error.verify_message or "") from error
        except OSError as error:
            self._socket.close()
            raise NetError("tls-failed", getattr(error, "reason", None) or type(error).__name__, again=True) from error

    def get_extra_info(self, info: str) -> Any:
        """Answer what the pool asks: whether an idle connection was closed by the other side."""
        if info == "is_readable":
            return _readable(self._socket)
        return self._socket if info == "socket" else None


def _readable(one: socket.socket) -> bool:
    try:
        one.setblocking(False)
        return one.recv(1, 0 if isinstance(one, ssl.SSLSocket) else socket.MSG_PEEK) is not None
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True


def trust(reach: Reach) -> ssl.SSLContext:
    """Return what servers are checked by: the system's certificates, host names, TLS 1.2 or later."""
    made = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if reach.roots is None else _trusting(reach.roots)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def _trusting(roots: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(roots)
    return made
