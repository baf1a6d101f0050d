"""An article of an EPUB or HTML file of ours: what its attributes and its header say, and its blocks.

An article is one `<article data-id>`, and further elements with the same `data-id` where it was too long for one
document (`writers._origin`, `writers._xhtml`).
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bundler.archive._blocks import blocks, labelled
from bundler.archive._gathered import MAX_ARTICLES, Gathering, bare
from bundler.archive._lines import Reading, attribute, children, classes, words
from bundler.model import Article, ArticleId, Date, Entry, Note, Original, Section, short_id
from bundler.readers import _checked
from bundler.readers._elements import number
from bundler.readers._flatten import shallow, trimmed
from bundler.walk import lead

MAX_CHARACTERS = 10**9
_ID = re.compile(rb'<(?:article|body|div|section)\b[^<>]*? data-id="([^"<>]*)"')
_ANCHOR = re.compile(rb' id="(a[0-9a-f]{10}-[^"<>]{1,80})" data-anchor="([^"<>]*)"')
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True)
class Places:
    """What links in a file may lead to: its articles by short id, and the anchors that are not ids, by id."""

    articles: dict[str, ArticleId] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)

    def learn(self, markup: bytes) -> None:
        """Look through markup for articles and anchors, before any of it is read."""
        for found in _ID.finditer(markup):
            own = ArticleId(_plain(found[1]))
            if len(self.articles) < MAX_ARTICLES:
                self.articles.setdefault(short_id(own), own)
        for found in islice(_ANCHOR.finditer(markup), MAX_ARTICLES):
            self.anchors.setdefault(found[1].decode("utf-8", "replace"), _plain(found[2]))


def _plain(attribute: bytes) -> str:
    return html.unescape(attribute.decode("utf-8", "replace"))


def parsed(markup: str) -> LexborHTMLParser:
    """Parse HTML, or XHTML as we write it. ValueError where its markup is none that we write: a bomb."""
    kept, lost = trimmed(markup)
    plain, flat = shallow(kept)
    if lost or flat:
        message = "too many elements"
        raise ValueError(message)
    return LexborHTMLParser(f"<!doctype html>{plain}".encode("utf-8", "replace"))


def read(own: ArticleId, parts: Sequence[LexborNode], places: Places, into: Gathering) -> Mapping[Original, str]:
    """Take in the article that these elements hold; return the addresses of the pictures that were seen in them."""
    page = Reading(own, places.articles, places.anchors)
    into.seen.add(own)
    try:
        found, changed = _checked.cleaned(_article(parts, page))
    except ValueError as error:
        into.note("not-an-article", own, str(error))
        return page.shown
    into.notes += changed or ((Note("page-cleaned", own),) if page.strange else ())
    for address in dict.fromkeys(page.lost):
        into.note("link-lost", own, address)
    kept = bare(found)
    into.add(replace(kept, entry=replace(kept.entry, lead=lead(kept.blocks))))
    return page.shown


def _article(parts: Sequence[LexborNode], page: Reading) -> Article:
    first = parts[0]
    if first.tag == "div":
        message = "its beginning is missing"
        raise ValueError(message)
    header = next((one for one in children(first) if one.tag == "header"), None)
    title = next((one for one in children(header) if one.tag in _HEADINGS), None) if header is not None else None
    if header is None or title is None:
        message = "no title"
        raise ValueError(message)
    page.shift = int((title.tag or "h1")[1]) - 1
    for section in (found for part in parts for found in part.css("section.notes")):
        for written, label, _ in labelled(section):
            page.labels.setdefault(written, label)
    found = tuple(block for part in parts for block in blocks(part, page))
    return Article(_entry(first, header, words(title)), found)


def _entry(article: LexborNode, header: LexborNode, title: str) -> Entry:
    name = next((words(one) for one in children(header) if "section" in classes(one)), "")
    return Entry(
        id=ArticleId(attribute(article, "data-id")),
        title=title,
        language=attribute(article, "lang"),
        section=Section(attribute(article, "data-section"), name),
        publisher=attribute(article, "data-publisher"),
        published=_date(attribute(article, "data-published"), attribute(article, "data-rule")),
        authors=_list(attribute(article, "data-authors")),
        tags=_list(attribute(article, "data-tags")),
        source=attribute(article, "data-source"),
        share=attribute(article, "data-share"),
        characters=min(MAX_CHARACTERS, max(0, number(attribute(article, "data-characters"), 0))),
    )


def _list(written: str) -> tuple[str, ...]:
    return tuple(part for part in written.split("\t") if part)


def _date(written: str, rule: str) -> Date | None:
    """Return a date as `writers._origin` writes it: "2026-11-22", "2026-11-01 month inferred". None for another."""
    day, *more = written.split(" ") if written else ("",)
    try:
        value = dt.date.fromisoformat(day)
    except ValueError:
        return None
    precision = _precision(more)
    return Date(value, precision, rule, inferred="inferred" in more)


def _precision(said: Iterable[str]) -> Literal["day", "month", "year"]:
    match tuple(said):
        case ("month", *_):
            return "month"
        case ("year", *_):
            return "year"
        case _:
            return "day"
