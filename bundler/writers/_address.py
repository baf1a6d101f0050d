"""Addresses that may be tapped: written so that every validator and browser reads the same one."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

_SCHEMES = ("http", "https", "mailto")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SAFE = "!$&'()*+,;=:@/~?%-._"
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.?")


@lru_cache(maxsize=4096)
def tappable(address: str) -> str | None:
    """Return a web or mail address in ASCII (RFC 3986; host in punycode), None for any other or a broken one."""
    try:
        parts = urlsplit(address.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES:
        return None
    if parts.scheme == "mailto":
        return urlunsplit(("mailto", "", _quoted(parts.path), _quoted(parts.query), "")) if "@" in parts.path else None
    name = _ascii_host(parts.hostname or "")
    if name is None or parts.username is not None:
        return None
    return urlunsplit((parts.scheme, name + port, _quoted(parts.path), _quoted(parts.query), _quoted(parts.fragment)))


def host(address: str) -> str:
    """Return the host of an address as `tappable` wrote it; empty for mail."""
    return urlsplit(address).hostname or ""


def names(words: str, host: str) -> bool:
    """Say whether words name a host as a whole, not as a part of another one."""
    return re.search(rf"(?<![\w.@-]){re.escape(host)}(?![\w-]|\.\w)", words.lower(), re.ASCII) is not None


def _ascii_host(name: str) -> str | None:
    try:
        plain = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return plain if _HOST.fullmatch(plain) else None


def _quoted(part: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", part), safe=_SAFE, errors="replace")
