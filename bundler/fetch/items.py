"""What a feed holds: RSS and Atom by feedparser, from bytes alone, and JSON Feed (version 1.1) by hand."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html import escape
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from bundler.fetch.faults import NetError
from bundler.fetch.stored import MAX_PAGE_BYTES, Facts, plain

MAX_FEED_BYTES = 10_000_000
MAX_ITEMS = 1_000
MAX_WORDS = 300
"""Characters of a title or a name."""
FULL = 500
"""Characters of text from which an item counts as the whole article."""
_JSON_FEED = "https://jsonfeed.org/version/1"


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its address (empty where it has none), an identifier that stays, what it says, and its HTML."""

    address: str
    identifier: str
    facts: Facts
    content: str
    full: bool

    @property
    def empty(self) -> bool:
        """Say whether it neither leads anywhere nor says anything."""
        return not self.address and not self.content.strip()


def read(data: bytes, url: str) -> tuple[Item, ...]:
    """Return the items of a feed, newest first as it gives them, also such as say nothing.

    Raises NetError where it is no feed.
    """
    try:
        found = _json(data, url) if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else _xml(data, url)
        return tuple(item for item, _ in zip(found, range(MAX_ITEMS), strict=False))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise NetError("feed-broken", type(error).__name__) from error


def _xml(data: bytes, url: str) -> Iterator[Item]:
    import feedparser  # noqa: PLC0415 - a fifth of a second, for feeds alone

    feed = feedparser.parse(
        io.BytesIO(data), response_headers={"content-location": url, "content-type": "application/xml"}
    )
    if not feed.get("version") and not feed.entries:
        raise NetError("feed-broken", "")
    publisher, language = _words(feed.feed.get("title", "")), _language(feed.feed.get("language", ""))
    for entry in feed.entries:
        contents = [str(one.get("value", "")) for one in entry.get("content", ())]
        content = max((*contents, str(entry.get("summary", ""))), key=len)[:MAX_PAGE_BYTES]
        written = str(entry.get("published") or entry.get("updated") or "")
        people = [_words(str(one.get("name", ""))) for one in entry.get("authors", ())]
        tags = [_words(str(one.get("term") or "")) for one in entry.get("tags", ())]
        yield _item(
            str(entry.get("link", "")), str(entry.get("id", "")), url, content, bool(contents),
            Facts(_words(entry.get("title", "")), _day(written), publisher, _some(people), _some(tags), language),
        )  # fmt: skip


def _json(data: bytes, url: str) -> Iterator[Item]:
    feed: Mapping[str, Any] = json.loads(data.decode("utf-8-sig"))
    entries = [entry if isinstance(entry, dict) else {} for entry in feed["items"]]
    if not str(feed["version"]).startswith(_JSON_FEED) or (entries and not any(entries)):
        raise NetError("feed-broken", "")
    for entry in entries:
        paragraphs = (f"<p>{escape(one)}</p>\n" for one in _told(entry, "content_text").split("\n") if one)
        content = _told(entry, "content_html") or "".join(paragraphs)
        people = entry.get("authors") or (entry["author"] if "author" in entry else feed.get("authors"))
        facts = Facts(
            _words(_told(entry, "title")), _day(_told(entry, "date_published")), _words(_told(feed, "title")),
            _names(people), _names(entry.get("tags")), _language(_told(entry, "language") or _told(feed, "language")),
        )  # fmt: skip
        summary = _told(entry, "summary")
        whole = (content or (f"<p>{escape(summary)}</p>" if summary else ""))[:MAX_PAGE_BYTES]
        yield _item(_told(entry, "url"), _told(entry, "id"), url, whole, bool(content), facts)


def _told(entry: Mapping[str, Any], name: str) -> str:
    """Return what an item says under a name; empty where that is no words, so that one odd item costs no others."""
    value = entry.get(name)
    return str(value) if isinstance(value, str | int | float) else ""


def _names(said: object) -> tuple[str, ...]:
    """Return authors or tags: one or a list, objects with a name or, as many feeds have it, the names alone."""
    many = said if isinstance(said, list) else [said]
    names = (one.get("name") if isinstance(one, dict) else one for one in many)
    return _some(_words(str(name)) for name in names if isinstance(name, str | int))


def _item(link: str, identifier: str, url: str, content: str, said: bool, facts: Facts) -> Item:  # noqa: PLR0913, PLR0917 - an item as it is written
    address = _address(link.strip(), url)
    full = said and len("".join(_text(content).split())) >= FULL
    return Item(address, identifier or address, facts, content, full or not address)


def _address(link: str, url: str) -> str:
    """Return the address of an item; empty where it has none of the web, or one that cannot be read."""
    try:
        found = plain(urljoin(url, link)) if link else ""
    except ValueError:
        return ""
    return found if found.startswith(("http://", "https://")) else ""


def _text(markup: str) -> str:
    if "<" not in markup and "&" not in markup:
        return markup
    body = LexborHTMLParser(markup).body
    return body.text(separator=" ") if body is not None else ""


def _words(markup: str) -> str:
    """Return what a title or a name says: on one line, without markup, not endless."""
    return " ".join(_text(str(markup)[: MAX_WORDS * 20]).split())[:MAX_WORDS]


def _some(words: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))[:20]


def _language(said: str) -> str:
    return said.strip()[:35] if said.strip().replace("-", "").isalnum() else ""


def _day(written: str) -> str:
    """Return the day that a moment falls on where it was written (RFC 822, RFC 3339); empty where none is named."""
    for read_one in (dt.datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read_one(written.strip()).date().isoformat()
        except (ValueError, TypeError, IndexError):
            continue
    return ""
