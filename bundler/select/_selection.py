"""What selection asks and answers: an index of entries, what was taken, what fell and why."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bundler.errors import RecipeError, Say
from bundler.likeness import Print
from bundler.model import ArticleId, Condition, Entry, Note, Scope

Reason = Literal[
    "dropped",
    "undated",
    "too-old",
    "too-new",
    "section",
    "publisher",
    "language",
    "tag",
    "author",
    "id",
    "words",
    "excluded-word",
    "held-before",
    "duplicate",
    "limit-each",
    "limit",
]
"""Why an article fell, in the order in which it is asked: the first that holds is named."""


class Index(Protocol):
    """The entries of one archive or of several."""

    def entries(self) -> Sequence[Entry]:
        """Return every article's entry, in the archive's own order."""

    def matching(self, word: str, scope: Scope) -> Container[ArticleId]:
        """Return the articles in which a word stands, compared as `words` says."""

    def prints(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, Print]:
        """Return the print of each article's text."""

    def alike(self, one: ArticleId, other: ArticleId) -> bool:
        """Say whether the texts of two articles are near duplicates, as `likeness` says."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An article that is in, and which words of the recipe found it."""

    entry: Entry
    reason: Literal["pinned", "matched"]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fallen:
    """An article that is not in, and why; a duplicate names the article that is kept for it."""

    id: ArticleId
    title: str
    reason: Reason
    keeper: ArticleId | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Articles in reading order; those that fell, by the archive's order and then by the limit that cut them."""

    taken: tuple[Taken, ...]
    fallen: tuple[Fallen, ...] = ()
    notes: tuple[Note, ...] = ()


class Rule(Protocol):
    """One chapter of a recipe: `where` counts for the kind "where" alone."""

    @property
    def title(self) -> str:
        """Return the chapter's title."""

    @property
    def kind(self) -> Literal["pinned", "where", "rest"]:
        """Say what the chapter takes: what is pinned, what meets a condition, what no other chapter takes."""

    @property
    def where(self) -> Condition:
        """Return the condition."""


@dataclass(frozen=True, slots=True)
class Group:
    """Articles under one title; the title of the kind "other" is the furniture's."""

    title: str
    kind: Literal["pinned", "where", "rest", "section", "other"]
    articles: tuple[ArticleId, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A value of the recipe that names nothing, or too much.

    `where` leads to it: ("pin", 0), ("select", "sections", 1), ("chapters", 2, "sections", 0).
    """

    where: tuple[str | int, ...]
    message: Say
    hint: Say | None = None


class SelectionError(RecipeError):
    """A recipe asks for what the archive does not hold; says the first fault, `faults` holds all."""

    faults: tuple[Fault, ...] = ()

    @classmethod
    def of(cls, faults: tuple[Fault, ...]) -> SelectionError:
        """Make the error of one fault or more."""
        error = cls(faults[0].message, hint=faults[0].hint)
        error.faults = faults
        return error
