"""Articles to groups that are laid out apart: where a group ends depends on the articles alone.

A boundary stands before an article whose id says so (content-defined), at every chapter and where a group grows too
long. So the same articles are grouped alike whatever the cache holds and however many cores there are, and an article
that comes or goes changes one group.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bundler.model import ArticleId, Bundle, Entry

ONE_IN = 12
"""An article begins a group with this chance."""
SHORTEST = 4_000
"""Characters a group has before an article's id may end it."""
LONGEST = 24_000
"""Characters after which a group ends whatever comes; one article is never cut."""
_AT_LEAST = 400
"""Characters an article is taken for, however short: its title and its code need room too."""


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that are laid out together; `chapter` is the place of the chapter that begins here, with its title."""

    articles: tuple[ArticleId, ...]
    chapter: int | None = None
    title: str = ""


def groups(bundle: Bundle) -> tuple[Group, ...]:
    """Return the groups of a bundle in reading order: pages before the chapters, the chapters, pages after them.

    A lone chapter has no title page of its own.
    """
    around = [tuple(page.entry.id for page in pages) for pages in (bundle.front, bundle.back)]
    made = [Group(around[0])] if around[0] else []
    for place, chapter in enumerate(bundle.chapters):
        entries = (bundle.articles.entry(article) for article in chapter.articles)
        first, *rest = tuple(_cut(entries)) or ((),)
        titled = len(bundle.chapters) > 1
        made.append(Group(first, place if titled else None, chapter.title if titled else ""))
        made += [Group(articles) for articles in rest]
    made += [Group(around[1])] if around[1] else []
    return tuple(group for group in made if group.articles)


def _cut(entries: Iterable[Entry]) -> Iterator[tuple[ArticleId, ...]]:
    held: list[ArticleId] = []
    size = 0
    for entry in entries:
        if held and (size >= LONGEST or (size >= SHORTEST and _begins(entry.id))):
            yield tuple(held)
            held, size = [], 0
        held.append(entry.id)
        size += max(entry.characters, _AT_LEAST)
    if held:
        yield tuple(held)


def _begins(article: ArticleId) -> bool:
    return int.from_bytes(hashlib.sha256(article.encode()).digest()[:4], "big") % ONE_IN == 0
