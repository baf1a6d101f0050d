"""What the join is given: laid-out pages at their place, entries of the outline, how the whole looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bundler.writers._heads import CHAPTER
from bundler.writers._laid import Laid, Used
from bundler.writers._paper import Paper

INSIDE = "bundle:"
"""Addresses of this scheme lead to destinations of the same file; the join makes links of them."""


@dataclass(frozen=True, slots=True)
class Part:
    """Laid-out pages, and the chapter that begins on them.

    `roman` counts the pages apart, i, ii, …; the first page of such a part shows no number.
    """

    laid: Laid
    chapter: int | None = None
    roman: bool = False

    @property
    def pages(self) -> int:
        """Count the pages."""
        return len(self.laid.head.pages)

    def places(self) -> Iterator[tuple[str, tuple[int, float, float]]]:
        """Yield the anchors that links may lead to."""
        return iter(self.laid.head.anchors.items())

    def destination(self, anchor: str) -> str:
        """Return the name in the whole of an anchor of this part."""
        return f"{CHAPTER}-{self.chapter}" if anchor == CHAPTER else anchor


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry of the outline."""

    title: str
    destination: str
    inner: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """How the whole looks from outside and which way it runs; the font of its page numbers, `digits` from 0 to 9."""

    title: str
    language: str
    rtl: bool
    paper: Paper
    digits: str
    numerals: Used
    glyphs: dict[str, int]


def numbers(parts: Iterable[Part]) -> Iterator[tuple[str, int]]:
    """Yield each destination with the number of its page, counted from 1 over the parts."""
    before = 0
    for part in parts:
        for anchor, (page, _, _) in part.places():
            yield part.destination(anchor), before + page + 1
        before += part.pages


def decimal(number: int, digits: str) -> str:
    """Write a number in the digits of a language."""
    return "".join(digits[int(digit)] for digit in str(number))


def roman(number: int) -> str:
    """Write a number in small Roman letters."""
    made = ""
    for value, letters in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
        (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        count, number = divmod(number, value)
        made += letters * count
    return made
