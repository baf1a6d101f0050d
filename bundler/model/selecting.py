"""What a recipe asks of an archive, as plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Scope = Literal["lead", "title", "text"]
Order = Literal["newest", "oldest", "title", "section", "as-listed"]
Dedupe = Literal["near", "exact", "none"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of an article; an empty field asks for nothing. Words are found in `scope`."""

    sections: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    scope: Scope = "lead"


@dataclass(frozen=True, slots=True)
class Age:
    """So many days before the edition date, or before the newest article that meets the condition."""

    days: int
    of_newest: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Which articles, in which order, how many. Dates are inclusive.

    `new_since` is the bundle whose former editions must not have held an article.
    """

    pin: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    since: dt.date | Age | None = None
    until: dt.date | None = None
    where: Condition = Condition()
    dedupe: Dedupe = "near"
    order: Order | None = None
    limit: int | None = None
    limit_each: tuple[tuple[Literal["section", "publisher", "author", "language", "tag"], int], ...] = ()
    new_since: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """What an editor changes in one article; an empty field changes nothing.

    `drop` names paragraphs by number (from 1) or by how they begin; the words of `redact` are blacked out.
    """

    article: str
    title: str = ""
    date: dt.date | None = None
    note: str = ""
    drop: tuple[int | str, ...] = ()
    redact: tuple[str, ...] = ()
