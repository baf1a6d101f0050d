"""Sentences folded to a terminal's width, each character as wide as it is drawn: Chinese takes two columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_HANG = 2
_LEAST = 16
"""Narrower than so many columns nothing is folded: a word would stand on every line."""
_CLOSING = frozenset("，。、；：！？）」』》”’…·,.;:!?)]}%")
_OPENING = frozenset("（「『《“‘([{")


def width(text: str) -> int:
    """Count the columns that a text takes on a terminal (UAX 11; what is ambiguous there is narrow)."""
    return sum(map(_columns, text))


def fold(text: str, columns: int, *, used: int = 0, hang: int = _HANG) -> Iterator[str]:
    """Yield the lines of a sentence, each at most so many columns wide, the later ones `hang` deeper than the first.

    `used` columns of the first line are taken already. A word that is wider than a line, as addresses
    are, stays whole, so that it can be copied; so does a command between backticks, with its spaces.
    """
    indent = " " * (len(text) - len(text.lstrip()) + hang + used)
    if columns - len(indent) < _LEAST:
        indent = " " * _HANG
    line, filled = "", used
    for piece in _pieces(text):
        wide = width(piece.rstrip())
        if line.strip() and filled + wide > columns:
            yield line.rstrip()
            line, filled = indent, len(indent)
        line, filled = line + piece, filled + width(piece)
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """Yield the parts between which a line may end: words with the spaces behind them, Han characters one by one."""
    start, quoted = 0, False
    for at in range(1, len(text)):
        quoted ^= text[at - 1] == "`"
        if not quoted and _may_end(text[at - 1], text[at]):
            yield text[start:at]
            start = at
    yield text[start:]


def _may_end(before: str, after: str) -> bool:
    if after.isspace() or after in _CLOSING or before in _OPENING:
        return False
    return before.isspace() or _columns(before) == 2 or _columns(after) == 2  # noqa: PLR2004 - columns of a wide one


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
