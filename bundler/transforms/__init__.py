"""Transforms: an article in, an article out, and a Note for whatever was dropped or changed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, cast

from bundler.model import Article, ArticleId, Edit, Entry, Note, Strings

ORDER = ("edits", "convert", "inside", "outside", "remarks", "credits")
"""The transforms in the order in which an article passes them."""


Script = Literal["none", "zh-Hans", "zh-Hant", "zh-TW", "zh-HK"]
"""Into which Chinese articles are converted."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edit did to one article: so many paragraphs dropped, so many places blacked out."""

    title: bool = False
    date: bool = False
    dropped: int = 0
    hidden: int = 0
    addresses: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """What transforms may know of the bundle.

    `inside` maps every address (as `address.key` folds it) of a selected article to its id; `elsewhere` gives an
    address for articles of the archives that were not selected; `paths` are pages' paths in their archives, for
    addresses on `mirrors` (base addresses, best first); `max_code_bytes` is what a QR code on paper holds.
    `entries` are edited and converted already, as the articles will be: `changes` says what the `edits` did, and
    `converted` from which language an article was converted.
    """

    strings: Strings
    entries: Mapping[ArticleId, Entry]
    inside: Mapping[str, ArticleId] = field(default_factory=dict)
    elsewhere: Mapping[ArticleId, str] = field(default_factory=dict)
    paths: Mapping[ArticleId, str] = field(default_factory=dict)
    mirrors: tuple[str, ...] = ()
    qr: Literal["share", "source", "none"] = "share"
    outside_links: Literal["copy", "tap", "none"] = "copy"
    max_code_bytes: int = 213
    edits: Mapping[ArticleId, Edit] = field(default_factory=dict)
    changes: Mapping[ArticleId, Changes] = field(default_factory=dict)
    convert: Script = "none"
    converted: Mapping[ArticleId, str] = field(default_factory=dict)


class Transform(Protocol):
    """One step; lazily mapped over the articles of a bundle."""

    def apply(self, article: Article, context: Context) -> tuple[Article, tuple[Note, ...]]:
        """Return the changed article and what was dropped or changed."""


def transform(name: str) -> Transform:
    """Import the transform of this name."""
    return cast("Transform", importlib.import_module(f"bundler.transforms.{name}"))
