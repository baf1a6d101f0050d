"""Addresses as untrusted pages write them: which may stay a link, and how a note names one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from bundler.model import Url
from bundler.readers._limits import MAX_DETAIL

_IGNORED = re.compile(r"[\t\n\r]")
_EDGES = "".join(map(chr, range(0x21)))
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\\<>\"`{}|^]")

_SAID = re.compile(
    r"\s*(https?:/*)?(?:[^\s/@]*@)?((?:[\w-]+[.\uff0e])+([^\W_][\w-]{1,23}))\.?(?=[\s/:?#]|$)", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?<![A-Za-z0-9@._-])(?<![!-~]/)(?P<scheme>https?:/*|//)?(?P<host>(?:[A-Za-z0-9-]+\.)+(?P<ending>[A-Za-z]{2,24}))"
    r"(?![A-Za-z0-9_-]|\.[A-Za-z0-9])(?P<rest>[@:/?#][!-~]*)?",
    re.IGNORECASE,
)
"""A host in a text, with all of its address: what stands in the path of one is no other host."""
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f]")
_ENDING = re.compile("[a-z]{2,24}|[A-Z]{2,24}|xn--[a-z0-9-]+")
_FILES = re.compile("aspx?|docx?|gif|html?|jpe?g|js|md|mp[34]|pdf|php|png|py|sh|svg|txt|webp|xml|zip", re.IGNORECASE)


def outside(href: str) -> Url | None:
    """Return an absolute http, https or mailto address, cleaned as the URL standard (section 4.4) reads it, or None."""
    address = _IGNORED.sub("", href.strip(_EDGES))
    scheme, colon, rest = address.partition(":")
    match scheme.lower():
        case "http" | "https" if rest.startswith("//") and _host(address):
            return Url(f"{scheme.lower()}{colon}{_FORBIDDEN.sub(_escaped, rest)}")
        case "mailto" if "@" in rest:
            return Url(f"mailto:{_FORBIDDEN.sub(_escaped, rest)}")
        case _:
            return None


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


def _host(address: str) -> str:
    """Return the host of an address without credentials, or nothing where it has none or hides it behind a user."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return "" if "@" in parts.netloc else host


def other_host(said: str, address: str) -> str:
    """Return the host of an address where the text of its link names another one; else nothing.

    Names are compared as registrars do, letter by letter in punycode, so that a letter of another script shows.
    """
    host = _ascii(_host(address)).removeprefix("www.")
    return host if host and any(_ascii(name).removeprefix("www.") != host for name in _shown(said)) else ""


def _shown(said: str) -> Iterator[str]:
    """Yield the hosts that a text names: in any script where it begins with one, in Latin letters anywhere in it."""
    found = _SAID.match(said)
    if found and (found[1] or _is_name(found[2], found[3])):
        yield found[2]
    plain = _HIDDEN.sub("", unicodedata.normalize("NFKC", said))
    for one in _NAMED.finditer(plain):
        mailbox = (one["rest"] or "").startswith("@") and not one["scheme"]
        if not mailbox and (one["scheme"] or _is_name(one["host"], one["ending"])):
            yield one["host"]


def _is_name(shown: str, ending: str) -> bool:
    """Tell a domain name without a scheme from the name of a file, a number and a heading: `1.intro`."""
    first = shown[: -len(ending) - 1]
    return bool(_ENDING.fullmatch(ending)) and not _FILES.fullmatch(ending) and not first.isdigit()


def _ascii(host: str) -> str:
    """Return a host in punycode; one that is no domain name as it is."""
    try:
        return host.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return host.lower()


def named(address: str) -> str:
    """Shorten an address for a note: no query, no credentials, no data."""
    plain = re.sub(r"[?#].*", "", _IGNORED.sub("", address.strip(_EDGES)), flags=re.DOTALL)
    plain = re.sub(r"//[^/]*@", "//", plain)
    if plain.lower().startswith(("data:", "javascript:", "vbscript:")):
        plain = plain.partition(":")[0] + ":"
    return plain[:MAX_DETAIL]
