"""The networks this machine is in: their names and addresses, and which of them a hotspot is."""

from __future__ import annotations

import ipaddress
import socket
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bundler.errors import Listed, UsageError, say

_SYSTEM = Path("/sys/class/net")
_ASK_ADDRESS = 0x8915
"""SIOCGIFADDR of Linux (netdevice(7))."""
_LOCAL = tuple(
    map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"))
)
"""Networks that end at somebody's own door (RFC 1918, 3927), and this machine itself."""


@dataclass(frozen=True, slots=True)
class Interface:
    """One way into a network; `made_up` are those of programs: of virtual machines and private networks."""

    name: str
    address: str
    wireless: bool = False
    made_up: bool = False


def found() -> tuple[Interface, ...]:
    """Return the interfaces that have an IPv4 address, this machine's own loop left out, sorted by name."""
    return tuple(sorted(_found(), key=lambda one: one.name))


def _found() -> Iterator[Interface]:
    for _, name in socket.if_nameindex():
        place = _SYSTEM / name
        if name != "lo" and (address := _address(name)):
            yield Interface(
                name, address, (place / "wireless").exists(), "/virtual/" in str(place.resolve(strict=False))
            )


def _address(name: str) -> str:
    import fcntl  # noqa: PLC0415 - POSIX only

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            answer = fcntl.ioctl(asking.fileno(), _ASK_ADDRESS, struct.pack("256s", name.encode()[:15]))
        except OSError:
            return ""
    return socket.inet_ntoa(answer[20:24])


def chosen(wanted: str, there: Sequence[Interface]) -> str:
    """Return the address to serve at: of the interface or address named, else of the one hotspot there is.

    Raises UsageError for an address that is open to everybody, or where nobody can tell which network is meant.
    """
    if wanted:
        return _local(next((one.address for one in there if one.name == wanted), wanted), there)
    real = [one for one in there if not one.made_up and _is_local(one.address)]
    likely = [one for one in real if one.wireless] or real
    if len(likely) != 1:
        raise UsageError(
            say("it cannot be told which network the phones are in") if likely else say("there is no network here"),
            hint=say("name it with --interface: {names}", names=_names(likely))
            if likely
            else say("switch a hotspot on, on this computer or on a phone, and join it"),
        )
    return likely[0].address


def _names(there: Sequence[Interface]) -> Listed:
    return Listed(f"{one.name} ({one.address})" for one in there)


def _is_local(address: str) -> bool:
    return any(ipaddress.IPv4Address(address) in network for network in _LOCAL)


def _local(address: str, there: Sequence[Interface]) -> str:
    try:
        parsed = ipaddress.IPv4Address(address)
    except ValueError as error:
        raise UsageError(
            say("there is no interface {name!r}", name=address), hint=say("there are: {names}", names=_names(there))
        ) from error
    if parsed.is_unspecified or not _is_local(str(parsed)):
        raise UsageError(
            say("{address!r} is open to others than the phones beside you", address=address),
            hint=say("name the hotspot's own: {names}", names=_names(there)),
        )
    return str(parsed)
