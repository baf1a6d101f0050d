"""How a page of the web stands in an archive: as the `html` reader reads it, and harmless to whoever opens it.

    <host>/<16 hex digits>.html      named after the page's address, which stays the same whatever its title becomes

The page is kept as it came, in UTF-8. Before it stand a policy by which browsers run nothing of it and load nothing,
the address, and what a feed said of it; a page has several heads in one then, of which the first counts.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from bundler import address as addresses
from bundler import store
from bundler.errors import OutputError, say
from bundler.fetch import hosts
from bundler.fetch.faults import NetError
from bundler.model import Note
from bundler.readers import _text
from bundler.tree import is_hidden, is_inside

MAX_PAGE_BYTES = 4_500_000
"""Bytes of one page; a little below what readers open, for what is put before it."""
SUFFIX = ".html"
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|hsa|at|oly|vero)_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|"
    r"igsh|mc_[ce]id|_hs(?:enc|mi)|mkt_tok|s_cid|ocid|cmpid|ref_src|ref_url|spm|share_token|xtor|ns_\w+",
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|main|meta|title|h1|div|p)\b", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_LINE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an article beside its page; empty fields are not written. `published` is an ISO date."""

    title: str = ""
    published: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""

    @classmethod
    def told(cls, parts: Iterable[Any]) -> Facts:
        """Return facts from their parts as JSON gives them back."""
        found: Any = [tuple(one) if isinstance(one, list) else one for one in parts]
        return cls(*found)


def plain(url: str) -> str:
    """Return an address without its fragment and without the parameters by which sites follow readers."""
    try:
        parts = urlsplit(urldefrag(url.strip()).url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return url.strip()
    kept = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)]
    return (parts if len(kept) == len(pairs) else parts._replace(query=urlencode(kept))).geturl()


def place(url: str) -> str:
    """Return the path of the page of an address. Raises NetError where it is no address of the web."""
    host = hosts.target(url).host.replace(":", "-")
    return f"{host}/{hashlib.sha256(addresses.key(url).encode('utf-8', 'surrogatepass')).hexdigest()[:16]}.html"


def text_of(body: bytes, kind: str) -> str:
    """Return a page's text; its server may name the encoding. Raises NetError where it is no page of the web."""
    if b"<" not in body or not _MARKUP.search(body[:100_000].replace(b"\0", b"")):
        raise NetError("page-type", kind[:100])
    named = _CHARSET.search(kind)
    try:
        return codecs.decode(body, named[1]) if named and named[1].lower() in _ENCODINGS else _guessed(body, kind)
    except (UnicodeDecodeError, LookupError):
        return _guessed(body, kind)


_ENCODINGS = frozenset(
    ("utf-8", "utf8", "gb2312", "gbk", "gb18030", "big5", "big5-hkscs", "shift_jis", "euc-jp", "euc-kr", "koi8-r",
     "windows-1251", "windows-1252", "windows-1256", "iso-8859-1", "iso-8859-2", "iso-8859-9", "iso-8859-15")
)  # fmt: skip


def _guessed(body: bytes, kind: str) -> str:
    found = _text.decode(body)
    if isinstance(found, Note):
        raise NetError("page-type", kind[:100])
    return found[0]


def canonical(text: str, url: str) -> str:
    """Return the address that a page says is its own, where that is on the same host; else the one it came from."""
    link = LexborHTMLParser(text[:500_000]).css_first('link[rel~="canonical"][href]')
    try:
        said = plain(urljoin(url, (link.attributes.get("href") or "").strip())) if link is not None else url
        same = hosts.target(said).host == hosts.target(url).host and urlsplit(said).path.strip("/")
    except (NetError, ValueError):
        return url
    return said if same else url


def page(text: str, url: str, facts: Facts | None = None) -> bytes:
    """Return a page as it is stored: what counts first, then the page as it came; `url` may be empty."""
    facts = facts or Facts()
    named = [("og:title", facts.title), ("article:published_time", facts.published), ("og:site_name", facts.publisher)]
    named += [("author", author) for author in facts.authors] + [("article:tag", tag) for tag in facts.tags]
    metas = "".join(f'<meta name="{name}" content="{_attribute(value)}">\n' for name, value in named if value)
    language = f' lang="{_attribute(facts.language)}"' if facts.language else ""
    head = (
        f'<!DOCTYPE html>\n<html{language}>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    )
    head += f'<link rel="canonical" href="{_attribute(url)}">\n{metas}' if url else metas
    return (head + text.replace("\0", "")).encode("utf-8", "replace")


def article(title: str, content: str, url: str, facts: Facts) -> bytes:
    """Return an article that a feed holds as a page."""
    shown = f"<title>{escape(_line(title))}</title>\n" if title else ""
    heading = f"<h1>{escape(_line(title))}</h1>\n" if title else ""
    return page(f"{shown}<body>\n<article>\n{heading}{content}\n</article>\n", url, facts)


def is_there(archive: Path, held: str) -> bool:
    """Say whether a page is in the archive under a path that a ledger names: a stranger may have written that."""
    if not is_inside(held) or is_hidden(held) or not held.endswith(SUFFIX):
        return False
    return (archive / held).is_file() and not (archive / held).is_symlink()


def keep(archive: Path, path: str, data: bytes) -> bool:
    """Write a page, whole or not at all; say whether anything changed.

    Raises OutputError, also where a link in the archive leads out of it.
    """
    target = archive / path
    if not target.parent.resolve().is_relative_to(archive.resolve()):
        raise OutputError(say("{path!r} leads out of the archive", path=path))
    return store.put(target, data, masked=True)


def _attribute(value: str) -> str:
    return escape(_line(value), quote=True)


def _line(value: str) -> str:
    return _LINE.sub(" ", value).strip()
