"""A bundle in reading order, as pages with their neighbours, and as the lines of its contents: headlines first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bundler import furniture
from bundler.model import Anchor, Article, ArticleId, Bundle, Chapter, Entry, Strings, short_id
from bundler.writers._inlines import isolated, text, tongue
from bundler.writers._xhtml import anchors

WHOLE = ("articles", "minutes", "offline")
BRIEF = ("brief_articles", "brief_minutes", "brief_offline")
"""Sentences that say how much there is and that nothing loads."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a bundle as its contents name it; `made_here` are the furniture's pages around the chapters."""

    entry: Entry
    made_here: bool = False

    @property
    def name(self) -> str:
        """Return the short name by which files and ids call the page."""
        return short_id(self.entry.id)


def leaves(bundle: Bundle) -> tuple[Leaf, ...]:
    """Return every page in reading order."""
    inner = (Leaf(bundle.articles.entry(article)) for article in bundle.articles.ids)
    return (*front(bundle), *inner, *back(bundle))


def front(bundle: Bundle) -> tuple[Leaf, ...]:
    """Return the pages before the articles."""
    return tuple(Leaf(page.entry, made_here=True) for page in bundle.front)


def back(bundle: Bundle) -> tuple[Leaf, ...]:
    """Return the pages after the articles."""
    return tuple(Leaf(page.entry, made_here=True) for page in bundle.back)


def pages(bundle: Bundle) -> Iterator[Article]:
    """Yield every page in reading order, one article at a time in memory."""
    yield from bundle.front
    yield from bundle.articles
    yield from bundle.back


def chapters(bundle: Bundle) -> tuple[Chapter, ...]:
    """Return the chapters that have an article."""
    return tuple(chapter for chapter in bundle.chapters if chapter.articles)


def opened_by(bundle: Bundle) -> dict[ArticleId, tuple[int, Chapter]]:
    """Return for the first article of each chapter: the chapter and its number, from 1."""
    return {chapter.articles[0]: (number, chapter) for number, chapter in enumerate(chapters(bundle), 1)}


@dataclass(slots=True)
class Places:
    """Where links inside a bundle land. Anchors of other articles are looked up when the first link asks for them."""

    bundle: Bundle
    known: frozenset[ArticleId] = field(init=False)
    _anchors: dict[ArticleId, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Learn which pages the bundle has."""
        self.known = frozenset(leaf.entry.id for leaf in leaves(self.bundle))

    def land(self, target: ArticleId | Anchor, own: ArticleId) -> tuple[ArticleId, str] | None:
        """Return article and anchor, the anchor empty where only the article exists; None outside the bundle.

        An anchor of the article that is being written is taken as it is: the page knows its own.
        """
        if not isinstance(target, Anchor):
            return (target, "") if target in self.known else None
        article = target.article or own
        if article not in self.known:
            return None
        known = target.article is None or target.name in self.anchors(article)
        return article, target.name if known else ""

    def anchors(self, article: ArticleId) -> frozenset[str]:
        """Return the anchors of an article."""
        if article not in self._anchors:
            self._anchors[article] = anchors(self.article(article).blocks)
        return self._anchors[article]

    def article(self, article: ArticleId) -> Article:
        """Return a page of the bundle, the furniture's pages too."""
        made = {page.entry.id: page for page in (*self.bundle.front, *self.bundle.back)}
        return made.get(article) or self.bundle.articles.get(article)


def facts(bundle: Bundle, *, brief: bool = False) -> tuple[str, ...]:
    """Return what a reader wants to know first: the day, how many articles, how long they take, that nothing loads.

    `brief` says it in so few words that a phone shows it in one line.
    """
    articles, minutes, offline = BRIEF if brief else WHOLE
    strings = bundle.theme.strings
    entries = [bundle.articles.entry(article) for article in bundle.articles.ids]
    return (
        furniture.issue(bundle, brief=brief),
        furniture.count(strings, articles, len(entries)),
        furniture.count(strings, minutes, sum(map(furniture.minutes, entries))),
        furniture.text(strings, offline),
    )


def headline(leaf: Leaf, href: str, strings: Strings, *, name: str = "") -> str:
    """Return one line of contents: title, publisher, how long it takes; with a `name` links can lead to it."""
    entry = leaf.entry
    lang = "" if entry.language == strings.language else tongue(entry.language).split(" dir=")[0]
    title, line = f"<bdi{lang}>{text(entry.title)}</bdi>", f'<li id="{name}">' if name else "<li>"
    if leaf.made_here:
        return f'{line}<a href="{href}">{title}</a></li>\n'
    minutes = text(furniture.count(strings, "minutes", furniture.minutes(entry)))
    said = f"{isolated(entry.publisher)} · {minutes}" if entry.publisher else minutes
    return f'{line}<a href="{href}">{title} <small>{said}</small></a></li>\n'
