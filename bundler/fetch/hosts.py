"""Which addresses may be asked at all: web addresses of public hosts, and of an address the parts that matter.

Nothing here asks a network. `ipaddress.is_global` alone is not enough: it says True of addresses in which a private
one is wrapped (NAT64, 6to4), and of a few that clouds use for their own machinery.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, urljoin, urlsplit

import idna

from bundler.fetch.faults import NetError

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_URL = 8_000
_PORTS = {"http": 80, "https": 443}
_LEAST_PORT = 1_024
"""Below it only the two ports of the web are asked: mail servers and the like listen there."""
_DENIED = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
            "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "2001::/23", "2001:db8::/32", "3fff::/20",
        ),
    )
)  # fmt: skip
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48")))
_ISATAP = 0x5EFE
_PRIVATE_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "test", "invalid")
_ODD = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
"""Characters of no address; halves of characters, which JSON can hold, among them."""


@dataclass(frozen=True, slots=True)
class Target:
    """One request's address: scheme, host in ASCII, port, and path with query as they are sent."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Return scheme, host and port, as robots.txt and connections are bound to them."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def netloc(self) -> str:
        """Return the host, and the port where it is not the usual one: what the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Return the whole address."""
        return f"{self.origin}{self.path}"


def target(url: str) -> Target:
    """Take a web address apart; the fragment goes. Raises NetError where it may not be asked, whoever answers.

    Refused are other schemes than http and https, user names, addresses without a host, ports of other services, and
    numbers that only look like a host (`2130706433`, `0x7f.1`, `127.1`), which resolvers take for addresses.
    """
    written = url.strip()
    if len(written) > MAX_URL or _ODD.search(written):
        raise NetError("address-broken", url[:200])
    try:
        parts = urlsplit(written)
        port, name = parts.port, parts.hostname
    except ValueError:
        raise NetError("address-broken", url[:200]) from None
    if parts.scheme not in _PORTS:
        raise NetError("scheme-refused", parts.scheme or url[:200])
    if parts.username is not None or parts.password is not None:
        raise NetError("user-in-address", parts.hostname or "")
    if not name:
        raise NetError("address-broken", url[:200])
    port = port or _PORTS[parts.scheme]
    if port not in _PORTS.values() and port < _LEAST_PORT:
        raise NetError("port-refused", str(port))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~?")
    return Target(parts.scheme, _host(name), port, f"{path}?{query}" if query else path)


def redirected(source: Target, location: str) -> Target:
    """Return where a redirect leads. Raises NetError as `target` does, and where it would leave encryption."""
    try:
        found = target(urljoin(source.url, location.strip()))
    except ValueError:
        raise NetError("address-broken", location[:200]) from None
    if source.scheme == "https" and found.scheme == "http":
        raise NetError("downgrade-refused", found.url)
    return found


def _host(name: str) -> str:
    """Return a host in ASCII and lower case (UTS 46), an IP address in its one canonical form."""
    bare = name.rstrip(".")
    if (literal := numeric(bare)) is not None:
        return str(literal)
    try:
        host = idna.encode(bare, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        host = bare.lower()
        if not re.fullmatch("[a-z0-9._-]{1,253}", host):
            raise NetError("address-broken", name[:200]) from None
    if numeric(host) is not None or re.fullmatch(r"(?:[0-9]+|0x[0-9a-f]*)", host.rpartition(".")[2]):
        raise NetError("address-not-public", name[:200])
    return host


def numeric(host: str) -> Address | None:
    """Return the IP address that a host is written as, in the canonical form alone; None where it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def private_name(host: str) -> bool:
    """Say whether a name has no meaning outside one house: no name server is asked for it."""
    return "." not in host or host.rpartition(".")[2] in _PRIVATE_NAMES


def is_public(address: Address) -> bool:
    """Say whether an address is one host on the public internet, whatever it is wrapped in (RFC 6890 and later)."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_UNICAST or address.scope_id or (int(address) >> 32) & 0xFFFF == _ISATAP:
            return False
    if any(address.version == net.version and address in net for net in _DENIED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that traffic for an IPv6 address ends at: mapped, compatible, NAT64, 6to4."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if int(address) >> 32 == 0 or any(address in net for net in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
