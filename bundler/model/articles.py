"""Entries, articles, notes and pictures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from bundler.model.nodes import ArticleId, Block


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A day with how much of it is known, and the rule that found it; an inferred part is never printed as a fact."""

    value: dt.date
    precision: Literal["day", "month", "year"] = "day"
    rule: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Where an article stood: the archive's id for it and a name for people."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What selection sees of one article: cheap to list by the ten thousand, no text."""

    id: ArticleId
    title: str
    language: str
    section: Section
    publisher: str = ""
    published: Date | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""
    share: str = ""
    lead: str = ""
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """One entry, parsed; `digest` is its source digest (hex SHA-256), empty until it is taken."""

    entry: Entry
    blocks: tuple[Block, ...]
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What a stage dropped or changed: nothing vanishes without one. `article` is None for the archive or bundle."""

    code: str
    article: ArticleId | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture rebuilt from pixels (only `pictures` makes one); width and height in pixels."""

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rung:
    """How far down the ladder a bundle's pictures stand: how large, and whether they keep their colours."""

    size: Literal["original", "screen", "small", "none"] = "screen"
    grey: bool = False

    @property
    def name(self) -> str:
        """Return the rung as one word, for digests and cache keys: `screen`, `small-grey`."""
        return f"{self.size}-grey" if self.grey else self.size


SCREEN = Rung()
"""The rung of a recipe that says nothing: large enough for a phone's screen, in colour."""
