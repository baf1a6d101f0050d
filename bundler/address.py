"""Addresses compared, joined and split: when two of them name one page, and what an archive's base address is."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

_PORTS = {"http": 80, "https": 443}
_PATH_SAFE = "/:@!$&'()*+,;=~"


def key(address: str) -> str:
    """Return what is equal for two addresses of one page.

    Scheme and host in lower case, http as https, no default port, fragment or trailing slash, and percent-encoding
    only where it must be (RFC 3986, section 6.2).
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return address.strip()
    scheme = "https" if parts.scheme == "http" else parts.scheme
    host = (parts.hostname or "") + (f":{port}" if port and port != _PORTS.get(parts.scheme) else "")
    query = f"?{_plain(parts.query)}" if parts.query else ""
    return f"{scheme}://{host}{_plain(parts.path).rstrip('/')}{query}"


def _plain(part: str) -> str:
    return quote(unquote(part, errors="surrogateescape"), safe=_PATH_SAFE + "?", errors="surrogateescape")


def join(base: str, path: str) -> str:
    """Return the address of a path (in the tree, POSIX) below a base address."""
    return f"{base.rstrip('/')}/{quote(path, safe=_PATH_SAFE)}"


def base_of(address: str, path: str) -> str | None:
    """Return the base below which an address names a path, with its slash; None where it names another path."""
    end = f"/{path}"
    if address.endswith(end):
        return address[: 1 - len(end)]
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    plain = unquote(parts.path)
    return f"{parts.scheme}://{parts.netloc}{quote(plain[: 1 - len(end)])}" if plain.endswith(end) else None


def path_of(address: str) -> str:
    """Return the path of an address, percent-encoding undone; empty where it cannot be read."""
    try:
        return unquote(urlsplit(address.strip()).path)
    except ValueError:
        return ""
