"""Page sizes, and the style sheet of a page: size, margins, size of type, ink and a font stack for each language."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from bundler.model import Theme
from bundler.writers._fonts import stack

Page = Literal["phone", "a5", "a4", "letter", "booklet", "zine"]
Sheet = Literal["a4", "letter"]
Size = Literal["normal", "large"]
Ink = Literal["colour", "black"]
MILLIMETRE = 72 / 25.4
"""In points."""
_TALLEST = 0.45
"""How much of a page's height a picture may take."""
_GREY = 0.27
_HEADS = 10_000
"""The height of the page on which the running heads of a group are laid out, in points."""
DOTS = 360
"""Dots an inch of pictures in black ink."""
SCREEN = 180
"""Pixels an inch of a picture that fits: the style sheet's `image-resolution`."""
_TALLEST_SIGN, _WIDEST_SIGN = 72, 1.5
"""Pixels that a picture is high at most which stands for a sign, and how much wider than high it may be."""
CELLS = 0.85
"""The type of tables, in em."""
_CELL_LINE = 1.35
"""The height of a line in a table, in em of its type."""
_NARROW = 16
"""Em below which a line has no room for words beside a code: they stand under it."""
_COLOUR = re.compile(r"#[0-9a-f]{3,6}\b")
_HAIRLINE = re.compile(r"(?<![\d.])\.5pt solid")
_LANGUAGE = re.compile(r'lang="([A-Za-z0-9-]+)"')


@dataclass(frozen=True, slots=True)
class Paper:
    """A page: width, height, space above and below in millimetres, type in points, a line in em.

    A line is a whole number of em, so that Chinese fills it to the edge. `apart` starts every article on a new page;
    `black` prints with black ink alone: what is grey elsewhere is black, and hairlines are thick enough to be copied.
    `scarce` pages are so few that none is left half blank to keep a table whole.
    """

    width: float
    height: float
    above: float
    below: float
    type: float
    line: int
    apart: bool = False
    black: bool = False
    scarce: bool = False

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
    def grey(self) -> float:
        """Return how light running heads and page numbers are, from 0, black, to 1."""
        return 0 if self.black else _GREY

    def dots(self, width: int, height: int) -> int:
        """Return how many dots wide a picture of this size in pixels is printed in black ink."""
        inches = min(self.measure / 72, width / SCREEN, self.height / 25.4 * _TALLEST * width / height)
        return max(1, round(inches * DOTS))

    def is_sign(self, width: int, height: int) -> bool:
        """Say whether a picture of this size in pixels stands for a sign: small, and not much wider than high."""
        return width <= _WIDEST_SIGN * height and height <= _TALLEST_SIGN * (DOTS / SCREEN if self.black else 1)

    def holds(self, share: float) -> float:
        """Return how many em of a table's type such a share of a page holds."""
        lines = (self.height - self.above - self.below) * MILLIMETRE / (self.type * CELLS * _CELL_LINE)
        return lines * share * self.line / CELLS

    @property
    def baseline(self) -> float:
        """Return how high above the lower edge of the page running heads stand, in points."""
        return (self.height - self.above * 0.62) * MILLIMETRE


_PAPERS: dict[tuple[Page | Sheet, Size], Paper] = {
    ("phone", "normal"): Paper(90, 160, 12, 7, 12.5, 17, apart=True),
    ("phone", "large"): Paper(90, 160, 14, 7, 16.5, 13, apart=True),
    ("a5", "normal"): Paper(148, 210, 19, 15, 10.5, 34),
    ("a5", "large"): Paper(148, 210, 20, 14, 14.7, 24),
    ("a4", "normal"): Paper(210, 297, 25, 22, 11, 42),
    ("a4", "large"): Paper(210, 297, 26, 20, 15.4, 30),
    ("letter", "normal"): Paper(215.9, 279.4, 25, 21, 11, 43),
    ("letter", "large"): Paper(215.9, 279.4, 26, 20, 15.4, 31),
}
SHEETS: dict[Sheet, tuple[float, float]] = {"a4": (297, 210), "letter": (279.4, 215.9)}
"""Width and height of a sheet that lies, in millimetres."""
_NARROWER = {"normal": {"a4": 34, "letter": 32}, "large": {"a4": 24, "letter": 22}}
"""Em in a line of half a sheet."""
_SMALL: dict[Size, dict[Sheet, tuple[float, int]]] = {
    "normal": {"a4": (8.4, 21), "letter": (8.4, 19)},
    "large": {"a4": (11, 16), "letter": (11, 15)},
}
"""Type and em in a line of an eighth of a sheet."""


def paper(page: Page, size: Size, ink: Ink, sheet: Sheet) -> Paper:
    """Return the paper that a recipe asks for; a page of a booklet is half a sheet, of a zine an eighth."""
    if page == "zine":
        width, height = SHEETS[sheet]
        type_, line = _SMALL[size][sheet]
        chosen = Paper(width / 4, height / 2, 10, 7, type_, line, apart=True, scarce=True)
    elif page == "booklet":
        width, height = SHEETS[sheet]
        chosen = replace(_PAPERS["a5", size], width=width / 2, height=height, line=_NARROWER[size][sheet])
    else:
        chosen = _PAPERS[page, size]
    return replace(chosen, black=ink == "black")


def css(theme: Theme, paper: Paper, html: str) -> tuple[str, ...]:
    """Return the style sheets for markup on this paper: only the languages that occur in it cost something."""
    side = f"{paper.beside:.3f}pt"
    rules = [
        f"@page {{ size: {paper.width}mm {paper.height}mm; margin: {paper.above}mm {side} {paper.below}mm }}",
        f"@page head {{ size: {paper.measure - paper.number:.3f}pt {_HEADS}pt; margin: 0 }}",
        f"html {{ font-size: {paper.type}pt }}",
        f"figure img {{ max-height: {paper.height * _TALLEST:.0f}mm }}",
        f".heads {{ page: head; font-size: {paper.head}pt; line-height: {paper.head_line}pt }}",
    ]
    if paper.line < _NARROW:
        rules.append("figure.code img { margin: 0 } figure.code figcaption { display: flow-root }")
    elif not paper.apart:
        rules.append("figure.code img { margin-bottom: .4em }")
    if paper.apart:
        rules.append("article + article { break-before: page; margin-top: 0 }")
    rules += families(theme, html)
    if not paper.black:
        return theme.css["pdf"], "\n".join(rules)
    rules.append(f"img {{ image-resolution: {DOTS}dpi }}")
    return _HAIRLINE.sub(".8pt solid", _COLOUR.sub("#000", theme.css["pdf"])), "\n".join(rules)


def families(theme: Theme, html: str) -> list[str]:
    """Return a rule for each language that occurs in markup: its font stack."""
    named = {
        language: ", ".join(f'"{name}"' for name in stack(theme, language))
        for language in sorted(set(_LANGUAGE.findall(html)))
    }
    return [f'[lang="{language}"] {{ font-family: {names} }}' for language, names in named.items()]
