"""What a web page says of itself: title, date, publisher, authors, address, language, from JSON-LD, meta and time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from bundler.model import Date
from bundler.readers import _front
from bundler.readers._address import outside
from bundler.readers._nodes import text_of

MAX_JSON = 200_000
MAX_TAGS, MAX_TAG = 20, 40
MAX_AUTHORS = 6
_ARTICLE = re.compile(r"(?:\w*Article|BlogPosting|Report|LiveBlogPosting|SocialMediaPosting|DiscussionForumPosting)")
_TITLE = ("og:title", "twitter:title", "dc.title", "citation_title")
_DATE = (
    "article:published_time", "og:published_time", "datepublished", "date.published", "publishdate", "publish_date",
    "publish-date", "pubdate", "dc.date.issued", "dc.date", "dcterms.created", "dcterms.issued", "dcterms.date",
    "citation_publication_date", "citation_date", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "date",
)  # fmt: skip
_PUBLISHER = ("og:site_name", "publisher", "dc.publisher", "citation_publisher", "application-name")
_AUTHOR = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "citation_author", "byl")
_SPACE = re.compile(r"\s+")
_BY = re.compile(
    r"^(?:by|von|par|por|文[/／:：]|作者[:：]?|撰文[:：]?)\s+|^(?:文[/／:：]|作者[:：]|撰文[:：])", re.IGNORECASE
)
_PARTS = re.compile(r"\s+[-–—|·_»]\s+|\s*[|｜]\s*")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of itself, best first; an empty field says nothing.

    `rules` name, for each field that says something, where the page says so: `title.json-ld`.
    """

    title: str = ""
    date: Date | None = None
    publisher: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    language: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Head:
    """The meta elements by name in lower case, and the objects of JSON-LD that are articles."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    linked: list[Mapping[str, Any]] = field(default_factory=list)

    def meta(self, keys: Iterable[str]) -> Iterator[str]:
        """Yield what these names say, the first name first."""
        for key in keys:
            yield from self.metas.get(key, ())

    def json(self, *keys: str) -> Iterator[str]:
        """Yield the strings or names that stand under these keys of articles."""
        for one in self.linked:
            for key in keys:
                yield from _names(one.get(key))


def read(tree: LexborHTMLParser) -> Facts:
    """Read a page's head and what its first heading and moments say."""
    head = _Head(_metas(tree), list(_articles(tree)))
    title, title_rule = _title(tree, head)
    linked, metas = (
        {
            "publisher": tuple(head.json("publisher")),
            "authors": tuple(head.json("author", "creator")),
            "tags": tuple(head.json("keywords")),
        },
        {"publisher": head.meta(_PUBLISHER), "authors": head.meta(_AUTHOR)},
    )
    addresses = tuple(dict.fromkeys(_addresses(tree, head)))
    rules = {what: f"{what}.json-ld" if linked[what] else f"{what}.meta" for what in linked}
    return Facts(
        title=title,
        date=_date(tree, head),
        publisher=_first((*linked["publisher"], *metas["publisher"])),
        authors=tuple(dict.fromkeys(_authors((*linked["authors"], *metas["authors"]))))[:MAX_AUTHORS],
        tags=tuple(dict.fromkeys(_tags(head)))[:MAX_TAGS],
        addresses=addresses,
        language=_language(tree, head),
        rules=rules | {"title": f"title.{title_rule}", "source": "source.page"},
    )


def _metas(tree: LexborHTMLParser) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in tree.css("meta[content]")[:500]:
        attributes = node.attributes
        key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        value = _line(attributes.get("content") or "")
        if key and value:
            found.setdefault(key.strip().lower(), []).append(value)
    return found


def _articles(tree: LexborHTMLParser) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of JSON-LD that are articles, wherever they stand in it."""
    for script in tree.css('script[type="application/ld+json"]')[:20]:
        text = text_of(script, limit=MAX_JSON + 1)
        if len(text) > MAX_JSON:
            continue
        try:
            waiting = [json.loads(text)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            one = waiting.pop(0)
            if isinstance(one, list):
                waiting += one
            elif isinstance(one, dict):
                kinds = one.get("@type")
                if any(_ARTICLE.fullmatch(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
                    yield one
                waiting += [one[key] for key in ("@graph", "mainEntity") if key in one]


def _names(value: object) -> Iterator[str]:
    """Yield strings, and the names of things."""
    match value:
        case str() if _line(value):
            yield _line(value)
        case list():
            for one in value[:50]:
                if isinstance(one, str | dict):
                    yield from _names(one)
        case dict():
            name = value.get("name")
            yield from _names(name if isinstance(name, str | list) else value.get("@id"))


def _title(tree: LexborHTMLParser, head: _Head) -> tuple[str, str]:
    """Return the headline, else the only first heading, else the page's title without the site's name, and which."""
    linked = _first(head.json("headline"))
    said = linked or _first(head.meta(_TITLE))
    headings = [_line(text_of(node, limit=1_000)) for node in tree.css("h1")]
    alone = headings[0] if len(headings) == 1 else ""
    shown = tree.css_first("head > title") or tree.css_first("title")
    whole = _line(text_of(shown, limit=1_000)) if shown is not None else ""
    if alone and (not said or alone in said):
        return alone, "heading"
    if said:
        return said, "json-ld" if linked else "meta"
    heading = next((one for one in headings if one and one in whole), "")
    site = next(head.meta(("og:site_name",)), "")
    if heading:
        return heading, "heading"
    shortened = _first(part for part in _PARTS.split(whole) if part != site)
    return (shortened, "page") if shortened else (_first(headings), "heading")


def _date(tree: LexborHTMLParser, head: _Head) -> Date | None:
    moments = [
        node.attributes.get("datetime") or "" for node in tree.css("time[pubdate], time[itemprop=datePublished]")
    ]
    others = [node.attributes.get("datetime") or text_of(node, limit=100) for node in tree.css("article time")[:1]]
    others = others or [node.attributes.get("datetime") or "" for node in tree.css("time[datetime]")[:1]]
    for rule, said in (
        ("json-ld", head.json("datePublished")),
        ("meta", head.meta(_DATE)),
        ("time", iter((*moments, *others))),
    ):
        for written in said:
            found = _front.day(written, rule)
            if found is not None:
                return found
    return None


def _authors(said: Iterable[str]) -> Iterator[str]:
    """Yield names; addresses of pages about authors are none."""
    for one in said:
        name = _BY.sub("", one).strip()
        if name and "://" not in name and not name.startswith("@") and len(name) <= 2 * MAX_TAG:
            yield name


def _tags(head: _Head) -> Iterator[str]:
    for said in (*head.meta(("article:tag", "keywords", "news_keywords")), *head.json("keywords")):
        for one in re.split("[,，、;；]", said):
            tag = _line(one)
            if tag and len(tag) <= MAX_TAG:
                yield tag


def _addresses(tree: LexborHTMLParser, head: _Head) -> Iterator[str]:
    links = (node.attributes.get("href") or "" for node in tree.css('link[rel~="canonical"]'))
    for written in (*links, *head.meta(("og:url",)), *head.json("url", "mainEntityOfPage")):
        found = outside(written)
        if found is not None:
            yield found.address


def _language(tree: LexborHTMLParser, head: _Head) -> str:
    root = tree.css_first("html")
    own = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root is not None else ""
    return _first((own.strip(), *head.json("inLanguage"), *head.meta(("og:locale", "content-language", "language"))))


def _first(said: Iterable[str]) -> str:
    return next((one for one in said if one), "")


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
