"""Which tables and rows are cut where a page ends; all others stand on one page.

The engine moves what may not be cut to the next page. What is high would leave much of its page blank, and what is
higher than a page is cut in any case.
"""

from __future__ import annotations

import re
import unicodedata

from bundler.writers._paper import CELLS, Paper

_SHARE = 0.25
"""Of a page: what the words of a row or table may fill that is not cut, if lines were as long as those of the page."""
_PICTURE = 0.4
"""Of that: what a picture counts for."""
_NARROW = 0.62
"""The mean width of letters that are not Chinese, in em."""
_PIECE = re.compile(r'<table>|</table>|<tr>|</tr>|<img (?!class="sign)|<[^>]*>|[^<]+|<')


def ems(text: str) -> float:
    """Return how long a text is in em, by a guess that is never too low."""
    return sum(1 if unicodedata.east_asian_width(character) in "WF" else _NARROW for character in text)


def cut(markup: str, paper: Paper) -> str:
    """Mark short tables, and rows that are too high to be moved whole, also of tables inside others."""
    if "<tr>" not in markup:
        return markup
    most, line = paper.holds(_SHARE), paper.line / CELLS
    made: list[str] = []
    open_: list[tuple[int, float]] = []
    whole = 0.0
    for piece in _PIECE.findall(markup):
        if piece in ("<table>", "<tr>"):
            open_.append((len(made), whole))
        elif piece == "</tr>":
            at, before = open_.pop()
            made[at] = '<tr class="tall">' if whole - before > most else "<tr>"
            whole = max(whole, before + line)
        elif piece == "</table>":
            at, before = open_.pop()
            made[at] = '<table class="short">' if whole - before < most and not paper.scarce else "<table>"
        elif piece == "<img ":
            whole += most * _PICTURE
        elif piece[0] != "<" and open_:
            whole += ems(piece)
        made.append(piece)
    return "".join(made)
