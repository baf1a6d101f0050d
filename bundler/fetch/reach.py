"""Who may be asked, how, and through what: values that a run is made of; nothing here opens anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from bundler.errors import UsageError, say
from bundler.fetch import hosts


@dataclass(frozen=True, slots=True)
class Reach:
    """Who may be asked. Only tests make another one than the public internet: no option, variable or file leads here.

    `loopback`: addresses of this machine may be asked too; `names`: what these names resolve to; `roots`: a file of
    certificates that are trusted in place of the system's.
    """

    loopback: bool = False
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    roots: Path | None = None

    def allows(self, address: hosts.Address) -> bool:
        """Say whether an address may be dialled."""
        return hosts.is_public(address) or (self.loopback and address.is_loopback)

    def refuses(self, host: str) -> bool:
        """Say whether a host is refused by its spelling: an address that may not be dialled, a name of one house.

        Nobody is asked to agree to such a host, and no name server is asked for it.
        """
        literal = hosts.numeric(host)
        if literal is not None:
            return not self.allows(literal)
        return host not in self.names and hosts.private_name(host)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take: seconds in all and without a byte, bytes a second at least, redirects."""

    seconds: float = 180.0
    idle: float = 30.0
    rate: int = 1_024
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Proxy:
    """A SOCKS 5 proxy, by the address of its machine: its own name is not resolved either."""

    host: str
    port: int


def proxy(written: str) -> Proxy:
    """Read `socks5h://127.0.0.1:9050`. Raises UsageError for anything else."""
    hint = say("for example: --proxy {example}", example="socks5h://127.0.0.1:9050")
    try:
        parts = urlsplit(written)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if parts.scheme != "socks5h" or port is None or parts.username or parts.path not in ("", "/"):
        raise UsageError(say("{value!r} is no proxy that carries names too", value=written), hint=hint)
    if host == "localhost":
        host = "127.0.0.1"
    if hosts.numeric(host) is None:
        message = say("the proxy {value!r} is named by a name, which would have to be looked up", value=written)
        raise UsageError(message, hint=hint)
    return Proxy(host, port)


@dataclass(frozen=True, slots=True)
class Manners:
    """How servers are treated: seconds between two requests to one host, robots.txt, tries of one address."""

    gap: float = 0.25
    robots: bool = True
    tries: int = 3
    back_off: float = 2.0
