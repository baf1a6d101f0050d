"""Page sizes, and the style sheet of a page: size, margins, size of type and a font stack for each language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bundler.model import Theme
from bundler.writers._fonts import stack

Size = Literal["phone", "a5", "a4", "letter"]
MILLIMETRE = 72 / 25.4
"""In points."""
_TALLEST = 0.45
"""How much of a page's height a picture may take."""
_HEADS = 10_000
"""The height of the page on which the running heads of a group are laid out, in points."""
_LANGUAGE = re.compile(r'lang="([A-Za-z0-9-]+)"')


@dataclass(frozen=True, slots=True)
class Paper:
    """A page: width, height, space above and below in millimetres, type in points, a line in em.

    A line is a whole number of em, so that Chinese fills it to the edge. `apart` starts every article on a new page.
    """

    width: float
    height: float
    above: float
    below: float
    type: float
    line: int
    apart: bool = False

    @property
    def measure(self) -> float:
        """Return the length of a line in points."""
        return self.line * self.type

    @property
    def beside(self) -> float:
        """Return the space left and right of the text in points."""
        return (self.width * MILLIMETRE - self.measure) / 2

    @property
    def head(self) -> float:
        """Return the size of running heads in points."""
        return round(self.type * 0.68, 2)

    @property
    def head_line(self) -> float:
        """Return the height of a running head's line in points."""
        return round(self.head * 1.6, 2)

    @property
    def number(self) -> float:
        """Return the room beside a running head in which the page number stands, in points."""
        return self.head * 3

    @property
    def room(self) -> float:
        """Return how long a running head may be, in its own em."""
        return (self.measure - self.number) / self.head

    @property
    def baseline(self) -> float:
        """Return how high above the lower edge of the page running heads stand, in points."""
        return (self.height - self.above * 0.62) * MILLIMETRE


PAPERS: dict[Size, Paper] = {
    "phone": Paper(90, 160, 12, 7, 12.5, 17, apart=True),
    "a5": Paper(148, 210, 19, 15, 10.5, 34),
    "a4": Paper(210, 297, 25, 22, 11, 42),
    "letter": Paper(215.9, 279.4, 25, 21, 11, 43),
}


def css(theme: Theme, paper: Paper, html: str) -> tuple[str, ...]:
    """Return the style sheets for markup on this paper: only the languages that occur in it cost something."""
    side = f"{paper.beside:.3f}pt"
    rules = [
        f"@page {{ size: {paper.width}mm {paper.height}mm; margin: {paper.above}mm {side} {paper.below}mm }}",
        f"@page head {{ size: {paper.measure - paper.number:.3f}pt {_HEADS}pt; margin: 0 }}",
        f"html {{ font-size: {paper.type}pt }}",
        f"img {{ max-height: {paper.height * _TALLEST:.0f}mm }}",
        f".heads {{ page: head; font-size: {paper.head}pt; line-height: {paper.head_line}pt }}",
    ]
    if paper.apart:
        rules.append("article + article { break-before: page; margin-top: 0 }")
    for language in sorted(set(_LANGUAGE.findall(html))):
        families = ", ".join(f'"{name}"' for name in stack(theme, language))
        rules.append(f'[lang="{language}"] {{ font-family: {families} }}')
    return theme.css["pdf"], "\n".join(rules)
