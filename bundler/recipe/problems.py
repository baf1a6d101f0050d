"""What is wrong with a recipe: every problem at once, each with its place and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bundler.errors import RecipeError, Say, say

NEAR = 60
"""How alike (0 to 100) a word must be to a known one before it is taken for a slip of the fingers."""
SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file; line and column count from 1, line 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return `file:line:column`, or the file alone."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def wrong(self, message: Say, hint: Say | None = None) -> Problem:
        """Make the problem that stands here."""
        return Problem(self.file, self.line, self.column, message, hint)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (columns in characters), what, and the way out."""

    file: str
    line: int
    column: int
    message: Say
    hint: Say | None = None

    @property
    def place(self) -> str:
        """Say where: `file:line:column`, or the file alone."""
        return str(Place(self.file, self.line, self.column))

    def __str__(self) -> str:
        """Return place and sentence, and the hint on a line of its own."""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{self.place}: {self.message}{hint}"


class RecipeProblems(RecipeError):  # noqa: N818 — it holds many: the name says what a caller iterates
    """A recipe cannot be used; `problems` holds everything that is wrong with it, sorted by position."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        """Sort the problems: the recipe's own file first, then by line and column."""
        self.file = file
        self.problems = tuple(sorted(problems, key=lambda one: (one.file != file, one.file, one.line, one.column)))
        if len(self.problems) == 1:
            super().__init__(self.problems[0].message, hint=self.problems[0].hint)
        else:
            super().__init__(say("{file!r} has {count} mistakes", file=file, count=len(self.problems)))

    def __str__(self) -> str:
        """Return all problems, one after the other."""
        return "\n".join(map(str, self.problems))

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Cross a process border whole."""
        return type(self), (self.file, self.problems)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that this one is a slip of, or None."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only a mistake needs it

    choices = sorted(known)
    found = process.extractOne(word.casefold(), choices, scorer=fuzz.ratio, score_cutoff=NEAR)
    return str(found[0]) if found else None


def shown(text: str) -> str:
    """Return a value as a message shows it: in quotes, what does not print escaped, cut where it is long."""
    return repr(text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…")
