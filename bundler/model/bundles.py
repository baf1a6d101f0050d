"""A bundle: everything a writer needs, its articles and pictures lazy."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bundler.model.articles import SCREEN, Article, Entry, Note, Picture, Rung
from bundler.model.nodes import ArticleId, Original


@dataclass(frozen=True, slots=True)
class Chapter:
    """Articles under one title, in reading order."""

    title: str
    articles: tuple[ArticleId, ...]


@dataclass(frozen=True, slots=True)
class Strings:
    """The furniture's sentences in the reader's language; a plural is a mapping from CLDR category to sentence.

    `foreign` names the language of each sentence that nobody has translated yet and another language says instead.
    """

    language: str
    messages: Mapping[str, str | Mapping[str, str]]
    foreign: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Family:
    """A font family: the Debian package that has it and the file of each face; `x.ttc#2` is one of a collection.

    `scripts` (ISO 15924) are those for which it is worth installing.
    """

    name: str
    package: str
    regular: str
    bold: str = ""
    italic: str = ""
    scripts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """How a bundle looks and speaks: style sheets by name, font stacks by language, sentences, known font families.

    `script` is the one script that a page of HTML may hold.
    """

    css: Mapping[str, str]
    fonts: Mapping[str, tuple[str, ...]]
    strings: Strings
    families: tuple[Family, ...] = ()
    script: str = ""


class Articles(Protocol):
    """The articles of a bundle in reading order: lazy, backed by memory or by the cache."""

    @property
    def ids(self) -> tuple[ArticleId, ...]:
        """Ids in reading order."""

    def __len__(self) -> int:
        """Count the articles."""

    def __iter__(self) -> Iterator[Article]:
        """Yield the articles in reading order, one at a time in memory."""

    def get(self, article: ArticleId) -> Article:
        """Return one article of the bundle."""

    def entry(self, article: ArticleId) -> Entry:
        """Return the entry of one article without loading its text."""


class Assets(Protocol):
    """The pictures of a bundle by the hash of their original bytes: lazy."""

    def __len__(self) -> int:
        """Count the pictures."""

    def __iter__(self) -> Iterator[Original]:
        """Yield the hashes, sorted."""

    def get(self, original: Original) -> Picture | None:
        """Return the rebuilt picture as JPEG or PNG, or None where it could not be carried."""

    def webp(self, original: Original) -> Picture | None:
        """Return the rebuilt picture as WebP where that is smaller, else what `get` returns: for browsers alone."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything a writer needs. Equal bundles make equal files.

    `front` and `back` are pages made by furniture (foreword; links, what was left out, safety) in reading order
    around the chapters; `outside` says whether title and headlines may show before the file is opened; `number` counts
    the editions that were released, 0 for one that was not; `images` is the rung of its pictures. A bundle that was cut
    is one of several `volumes`, counted from 1.
    """

    slug: str
    title: str
    language: str
    edition: dt.date
    outside: Literal["plain", "open"]
    chapters: tuple[Chapter, ...]
    articles: Articles
    assets: Assets
    theme: Theme
    front: tuple[Article, ...] = ()
    back: tuple[Article, ...] = ()
    notes: tuple[Note, ...] = ()
    number: int = 0
    images: Rung = SCREEN
    volume: int = 1
    volumes: int = 1


def short_id(article: ArticleId | str) -> str:
    """Return the short name of an article for file names, HTML ids and PDF destinations: "a" and 10 hex digits."""
    return "a" + hashlib.sha256(article.encode("utf-8", "surrogatepass")).hexdigest()[:10]
