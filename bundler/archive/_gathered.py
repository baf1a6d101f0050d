"""What is gathered from one file: articles in reading order, pictures by the hash of their originals, Notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bundler import pictures
from bundler.model import Article, ArticleId, Block, Note, Original, Paragraph, QrCode, Span, Text
from bundler.readers import _checked

MAX_ARTICLES = 200_000
MAX_DETAIL = 200
"""Characters of a Note's detail that come from the file."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file held: articles in reading order, pictures by the hash of their originals, and what was not usable."""

    articles: tuple[Article, ...]
    pictures: Mapping[Original, bytes]
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class Gathering:
    """A file being read: of two articles with one id, or two pictures of one original, the first counts."""

    articles: dict[ArticleId, Article] = field(default_factory=dict)
    pictures: dict[Original, bytes] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    seen: set[ArticleId] = field(default_factory=set)
    """Ids of articles that the file holds, also of those that cannot be used."""

    def add(self, article: Article) -> None:
        """Take in an article that was checked."""
        own = article.entry.id
        if own in self.articles:
            self.note("same-id", own, own)
        elif len(self.articles) >= MAX_ARTICLES:
            self.note("not-an-article", own, f"more than {MAX_ARTICLES} articles")
        else:
            self.articles[own] = article

    def picture(self, name: str, data: bytes | None) -> bool:
        """Take in a picture by the hash of its original; say whether one is there now."""
        if name in self.pictures:
            return True
        if data is None or len(data) > pictures.MAX_BYTES or not _checked.is_hash(name):
            return False
        if pictures.refusal(data) is None:
            self.pictures[Original(name)] = data
        return name in self.pictures

    def note(self, code: str, article: ArticleId | None, detail: str = "") -> None:
        """Say what was not usable."""
        self.notes.append(Note(code, article, detail[:MAX_DETAIL]))

    def found(self) -> Found:
        """Return what was gathered."""
        return Found(tuple(self.articles.values()), self.pictures, tuple(self.notes))


def bare(article: Article) -> Article:
    """Take away what each build adds at an article's end: the original's address and the code."""
    blocks = article.blocks
    if blocks and isinstance(blocks[-1], QrCode):
        blocks = blocks[:-1]
    while blocks and _is_address(blocks[-1], {article.entry.source, article.entry.share} - {""}):
        blocks = blocks[:-1]
    return replace(article, blocks=blocks)


def _is_address(block: Block, addresses: set[str]) -> bool:
    """Say whether a block is a line of nothing but a label and one of the article's own addresses."""
    match block:
        case Paragraph((Text(), Span((Text(address),), None, "ltr"), *rest)) if len(rest) <= 1:
            return address in addresses
        case _:
            return False
