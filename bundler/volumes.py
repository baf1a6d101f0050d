"""A bundle cut between its articles into volumes, each a bundle of its own that is read without the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bundler.model import (
    Anchor,
    Article,
    ArticleId,
    Articles,
    Assets,
    Bundle,
    Chapter,
    Entry,
    Inline,
    Link,
    Original,
    Picture,
    Text,
)
from bundler.walk import assets_of, map_blocks


def cut(weights: Sequence[int], *, max_bytes: int) -> tuple[range, ...]:
    """Cut articles in reading order into as few volumes as hold at most max_bytes each, all about as large.

    One that alone weighs more has a volume of its own.
    """
    few = _filled(weights, max_bytes)
    low, high = max((*weights, 1)), max_bytes
    while low < high:
        middle = (low + high) // 2
        if len(_filled(weights, middle)) <= len(few):
            high = middle
        else:
            low = middle + 1
    return _filled(weights, max(low, 1)) if low <= max_bytes else few


def _filled(weights: Sequence[int], most: int) -> tuple[range, ...]:
    """Fill volumes one after the other."""
    found, first, filled = [], 0, 0
    for at, weight in enumerate(weights):
        if at > first and filled + weight > most:
            found.append(range(first, at))
            first, filled = at, 0
        filled += weight
    return (*found, range(first, len(weights)))


def volume(bundle: Bundle, ids: Sequence[ArticleId], elsewhere: Mapping[ArticleId, str], *, page: Article) -> Bundle:
    """Return the volume with these articles; a link to an article of another one says in which file that stands.

    `page` says what stands in which volume. Number and count of the volumes are the caller's to set.
    """
    inside = frozenset(ids)
    chapters = (Chapter(one.title, tuple(a for a in one.articles if a in inside)) for one in bundle.chapters)
    articles = _Some(bundle.articles, tuple(ids), elsewhere)
    return replace(
        bundle,
        articles=articles,
        chapters=tuple(one for one in chapters if one.articles),
        assets=_Shown(bundle.assets, articles),
        back=(page, *bundle.back),
    )


@dataclass(frozen=True, slots=True)
class _Some:
    """Some articles of a bundle, in their order."""

    whole: Articles
    ids: tuple[ArticleId, ...]
    elsewhere: Mapping[ArticleId, str]

    def __len__(self) -> int:
        """Count the articles."""
        return len(self.ids)

    def __iter__(self) -> Iterator[Article]:
        """Yield the articles in reading order, one at a time in memory."""
        return map(self.get, self.ids)

    def get(self, article: ArticleId) -> Article:
        """Return one article, with its links to articles of other volumes as words."""
        if article not in self.ids:
            raise KeyError(article)
        found = self.whole.get(article)
        return replace(found, blocks=map_blocks(found.blocks, lambda block: (block,), self._parted))

    def _parted(self, node: Inline) -> tuple[Inline, ...]:
        match node:
            case Link(children, Anchor(article=str() as target) | (str() as target)) if target in self.elsewhere:
                return (*children, Text(f" [{self.elsewhere[target]}]"))
            case _:
                return (node,)

    def entry(self, article: ArticleId) -> Entry:
        """Return the entry of one article without loading its text."""
        return self.whole.entry(article)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The pictures that some articles show."""

    whole: Assets
    articles: Articles

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self._there())

    def __iter__(self) -> Iterator[Original]:
        """Yield the hashes, sorted."""
        return iter(self._there())

    def _there(self) -> list[Original]:
        wanted = {original for article in self.articles for original in assets_of(article.blocks)}
        return [original for original in self.whole if original in wanted]

    def get(self, original: Original) -> Picture | None:
        """Return the rebuilt picture as JPEG or PNG, or None where it could not be carried."""
        return self.whole.get(original)

    def webp(self, original: Original) -> Picture | None:
        """Return the rebuilt picture as WebP where that is smaller, else what `get` returns."""
        return self.whole.webp(original)
