"""Addresses in finished files: which ones a viewer loads by itself, which ones a reader may tap."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes, urlsplit

from bundler.gate import Fault
from bundler.gate._reading import short

TAPPABLE = ("http", "https", "mailto")
"""Schemes that a link may have."""
CARRIED = ("image/png", "image/jpeg", "image/webp")
"""Media types of data: addresses; SVG and HTML are not among them, since they load on their own."""
_IGNORED = re.compile(r"[\x00-\x20\x7f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def scheme(address: str) -> str:
    """Return the scheme as a browser sees it (WHATWG URL, 4.4: white space and controls do not count), or empty."""
    found = _SCHEME.match(_IGNORED.sub("", address))
    return found[1].lower() if found else ""


def leaves(address: str) -> bool:
    """Say whether an address leads out of the file: it has a scheme of its own, or begins with two slashes."""
    bare = _IGNORED.sub("", address).replace("\\", "/")
    return bool(scheme(bare)) or bare.startswith("//")


def tap_faults(address: str, where: str) -> Iterator[Fault]:
    """Judge an address that a link leads to, outside the file."""
    kind = scheme(address)
    if kind == "file":
        yield Fault("file-address", f"{short(address)} in {where}")
    elif kind not in TAPPABLE:
        yield Fault("link-forbidden", f"{short(address)} in {where}")
    elif kind != "mailto" and not _host(address):
        yield Fault("link-forbidden", f"{short(address)} in {where} names no host")


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def carried(address: str) -> tuple[str, bytes] | None:
    """Return media type and bytes of a data: address (RFC 2397); None where it is none, or broken."""
    if scheme(address) != "data":
        return None
    head, comma, body = address.strip()[len("data:") :].partition(",")
    kind, *parameters = head.split(";")
    try:
        packed = bool(parameters) and parameters[-1].strip().lower() == "base64"
        data = base64.b64decode(unquote_to_bytes(body), validate=True) if packed else unquote_to_bytes(body)
    except ValueError:
        return None
    return (kind.strip().lower(), data) if comma else None


def load_faults(address: str, where: str) -> Iterator[Fault]:
    """Judge an address that a viewer of a single file loads by itself: only pictures that are in it pass."""
    if scheme(address) != "data":
        yield Fault("file-address" if scheme(address) == "file" else "network", f"{short(address)} in {where}")
    elif address != "data:," and (found := carried(address)) is None:
        yield Fault("data-broken", f"{short(address)} in {where}")
    elif address != "data:," and found is not None and found[0] not in CARRIED:
        yield Fault("data-type", f"{short(found[0])} in {where}")
