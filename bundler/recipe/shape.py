"""What a recipe says, once it is read: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bundler.model import ANYONE, SCREEN, App, Condition, Edit, Query, Rung, SizeClass


@dataclass(frozen=True, slots=True)
class Known:
    """What a recipe may name: readers, formats with their Options, the furniture's languages, bytes of one QR code."""

    readers: tuple[str, ...]
    formats: Mapping[str, type]
    languages: tuple[str, ...]
    max_code_bytes: int


@dataclass(frozen=True, slots=True)
class Archive:
    """Where articles come from. Name and reader are empty where the archive itself decides; base_url ends with "/".

    `place` is where the recipe names it: `file:line:column`, or nothing.
    """

    name: str
    path: Path
    reader: str | None = None
    base_url: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ChapterRule:
    """A chapter's title and what belongs in it: the pinned ones, what meets a condition, or the rest."""

    title: str
    kind: Literal["pinned", "rest", "where"]
    where: Condition = field(default_factory=Condition)


@dataclass(frozen=True, slots=True)
class Address:
    """A tool or home page that every reader gets with its QR code."""

    title: str
    address: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe, understood. No chapters means chapters by section; formats come with their Options."""

    path: Path
    slug: str
    title: str
    language: str
    archives: tuple[Archive, ...]
    outside: Literal["plain", "open"]
    foreword: str
    query: Query
    chapters: tuple[ChapterRule, ...]
    links: tuple[Address, ...]
    mirrors: tuple[str, ...]
    qr: Literal["share", "source", "none"]
    outside_links: Literal["copy", "tap", "none"]
    formats: tuple[tuple[str, object], ...]
    on_problem: Literal["publish", "stop"]
    edits: tuple[Edit, ...] = ()
    convert: Literal["none", "zh-Hans", "zh-Hant", "zh-TW", "zh-HK"] = "none"
    every: str = "none"
    cron: str = "none"
    keep: int | None = None
    provenance: Literal["none", "public"] = "none"
    images: Rung = SCREEN
    apps: tuple[App, ...] = ()
    sizes: tuple[SizeClass, ...] = (ANYONE,)
