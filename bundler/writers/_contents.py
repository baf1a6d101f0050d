"""The contents, cut to pieces that are laid out apart: thousands of lines would cost one process a gigabyte.

A piece begins on a new page, so it ends where a page is full, by a guess of how high each line is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from bundler.writers._paper import MILLIMETRE, Paper

AT_LEAST = 200
"""Lines of a piece, to which come those that fill its last page."""
_NARROW = 0.55
"""The width of letters that are not Chinese, in em, with what is lost where a line ends between words."""
_BESIDE = 2.6
"""Em beside a title in which its number stands."""
_DIGITS, _DIGIT = 3, 0.6
"""Digits that have room there; em for each that is more."""
_LINE, _GAP, _CHAPTER = 1.35, 0.45, 2.0
"""The style sheet's `.toc`, in em: the height of a line, the gap below a title, what stands around a chapter's name."""
_HEAD = 9.0
"""Em that the title of the bundle and that of the contents take."""
_TITLE, _TITLE_LINE, _AROUND = 2.2, 2.75, 6.6
"""The style sheet's `.cover.open`, in em: the size of the title, the height of its line, what stands around the two."""
_HEADLINE_GAP = 0.9
"""Em below a headline."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the contents: a title in its language, where it leads, the number of its page; a chapter has none."""

    title: str
    language: str
    destination: str
    number: str = ""


def pieces(lines: Iterable[Line], paper: Paper) -> Iterator[tuple[Line, ...]]:
    """Cut the contents where a page ends, by a guess of how high lines are; there is one piece even without a line."""
    room = (paper.height - paper.above - paper.below) * MILLIMETRE / paper.type
    held: list[Line] = []
    used = _HEAD
    for line in lines:
        high = height(line, paper.line)
        if used + high > room:
            if len(held) >= AT_LEAST:
                yield tuple(held)
                held = []
            used = 0
        held.append(line)
        used += high
    yield tuple(held)


def digits(lines: Iterable[Line]) -> int:
    """Return how many digits the longest number has beyond those that always have room."""
    return max((len(line.number) - _DIGITS for line in lines), default=0)


def height(line: Line, em: float) -> float:
    """Guess how high a line of the contents is, in em, where so many em have room beside one another."""
    wide = _width(line.title)
    beside = _BESIDE + max(0, digits((line,))) * _DIGIT
    rows = max(1, ceil(wide / (em - beside))) if line.number else max(1, ceil(wide / em))
    return rows * _LINE + (_GAP if line.number else _CHAPTER)


def headlines(title: str, titles: Iterable[str], paper: Paper) -> int:
    """Return how many titles have room on the first page below the bundle's, by a guess; at least one."""
    room = (paper.height - paper.above - paper.below) * MILLIMETRE / paper.type
    used = _AROUND + ceil(_width(title) * _TITLE / paper.line) * _TITLE_LINE
    shown = 0
    for one in titles:
        used += ceil(_width(one) / paper.line) * _LINE
        if used > room:
            break
        used += _HEADLINE_GAP
        shown += 1
    return max(1, shown)


def _width(text: str) -> float:
    """Guess how wide a text is, in em: a wide character is one em, another one less."""
    return sum(1 if unicodedata.east_asian_width(character) in "WF" else _NARROW for character in text)
