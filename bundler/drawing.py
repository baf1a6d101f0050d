"""The picture of a cover, for the shelf of a reading app: the day in large figures, and words where they may show.

The figures are drawn here, stroke by stroke, so that a cover without words needs no font and is the same everywhere.
Words are set in fonts that the caller found; the picture depends on nothing else.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont, features

from bundler.model import Direction

WIDTH, HEIGHT = 960, 1280
_SCALE = 2
"""Everything is drawn twice as large and halved: strokes without steps."""
_COLOURS = 16
PAPER, INK, FAINT = (247, 244, 237), (32, 32, 36), (138, 134, 126)
ACCENTS = ((155, 44, 44), (30, 84, 120), (46, 96, 68), (122, 82, 24), (92, 58, 120), (60, 70, 84))
"""Colours of the line at the head; each keeps a contrast of 5 to 1 on the paper."""
MARGIN = 88
_LEADING = 1.4
_CLOSING = "，。、；：！？）》」』”’…·"
_WIDE = ("\u2e80", "\U0003ffff")

Point = tuple[float, float]
Box = tuple[float, float, float, float]
_FIGURES: dict[str, tuple[tuple[str, tuple[float, ...]], ...]] = {
    "0": (("arc", (0.0, 0.0, 1.0, 1.0, 180, 360)), ("line", (0.0, 0.5, 0.0, 1.1)), ("line", (1.0, 0.5, 1.0, 1.1)),
          ("arc", (0.0, 0.6, 1.0, 1.6, 0, 180))),
    "1": (("line", (0.15, 0.3, 0.55, 0.0, 0.55, 1.6)),),
    "2": (("arc", (0.0, 0.0, 1.0, 1.0, 180, 390)), ("line", (0.933, 0.75, 0.0, 1.6, 1.0, 1.6))),
    "3": (("arc", (0.08, 0.0, 0.92, 0.76, 190, 450)), ("arc", (0.0, 0.76, 1.0, 1.6, 270, 530))),
    "4": (("line", (0.72, 1.6, 0.72, 0.0, 0.0, 1.12, 1.0, 1.12)),),
    "5": (("line", (0.9, 0.0, 0.16, 0.0, 0.09, 0.68)), ("arc", (0.0, 0.58, 1.0, 1.6, 215, 515))),
    "6": (("arc", (0.0, 0.6, 1.0, 1.6, 0, 360)), ("line", (0.72, 0.0, 0.06, 0.9))),
    "7": (("line", (0.0, 0.0, 1.0, 0.0, 0.36, 1.6)),),
    "8": (("arc", (0.09, 0.0, 0.91, 0.76, 0, 360)), ("arc", (0.0, 0.76, 1.0, 1.6, 0, 360))),
    "9": (("arc", (0.0, 0.0, 1.0, 1.0, 0, 360)), ("line", (0.94, 0.7, 0.28, 1.6))),
}  # fmt: skip
"""Each figure as strokes in a box one wide and 1.6 high: polylines, and arcs of an ellipse (box, from, to, degrees)."""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words: in which font (file, place in a collection), language (BCP 47) and direction."""

    text: str
    font: tuple[str, int]
    language: str
    direction: Direction = "ltr"


@dataclass(frozen=True, slots=True)
class Setting:
    """How words are set: in which size in pixels, how small at least, in how many lines at most."""

    size: int
    least: int
    lines: int


_TITLE, _HEADLINE = Setting(116, 62, 3), Setting(46, 46, 2)


def shapes_letters() -> bool:
    """Say whether letters that join or stack can be drawn here: Arabic, Tibetan, Burmese and their like."""
    return bool(features.check("raqm"))


def is_shaped(words: Words) -> bool:
    """Say whether words hold letters that join or stack, beyond Latin, Greek, Cyrillic and what is set in squares."""
    return any("\u0530" <= letter < "\u2000" or "\u2070" <= letter < _WIDE[0] for letter in words.text)


def cover(day: dt.date, *, title: Words | None = None, headlines: Sequence[Words] = (), accent: int = 0) -> bytes:
    """Return a cover as PNG: the day alone on plain paper, or a title with headlines and the day below them."""
    image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), PAPER)
    pen = ImageDraw.Draw(image)
    if title is None:
        _rule(pen, HEIGHT / 2 - 150, FAINT, 3)
        _day(pen, day, (WIDTH - _width(_spoken(day), 62)) / 2, HEIGHT / 2 - 50, 62)
        _rule(pen, HEIGHT / 2 + 147, FAINT, 3)
    else:
        _front(pen, day, title, headlines, ACCENTS[accent % len(ACCENTS)])
    small = image.reduce(_SCALE).quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    data = io.BytesIO()
    small.save(data, "PNG")
    return data.getvalue()


def _front(
    pen: ImageDraw.ImageDraw, day: dt.date, title: Words, headlines: Sequence[Words], accent: tuple[int, int, int]
) -> None:
    _rule(pen, MARGIN, accent, 14)
    _rule(pen, MARGIN + 22, accent, 3)
    y = _set(pen, title, MARGIN + 62, _TITLE, title.direction) + 26
    bottom = HEIGHT - MARGIN - 110
    for words in headlines:
        if y + 30 + len(_wrapped(words, _HEADLINE.size, _HEADLINE.lines)) * _HEADLINE.size * _LEADING > bottom:
            break
        _rule(pen, y, FAINT, 2)
        y = _set(pen, words, y + 16, _HEADLINE, title.direction) + 14
    _rule(pen, bottom + 18, accent, 3)
    x = MARGIN if title.direction == "ltr" else WIDTH - MARGIN - _width(_spoken(day), 38)
    _day(pen, day, x, bottom + 50, 38)


# -- figures -----------------------------------------------------------------------------------------------------


def _spoken(day: dt.date) -> str:
    return f"{day:%Y.%m.%d}"


def _step(figure: str) -> float:
    return 0.62 if figure == "." else 1.36


def _width(figures: str, size: float) -> float:
    return (sum(map(_step, figures)) - 0.36) * size


def _day(pen: ImageDraw.ImageDraw, day: dt.date, x: float, y: float, size: float) -> None:
    """Draw the day as year, month and day; `size` is the width of a figure."""
    stroke = size * 0.15
    for figure in _spoken(day):
        if figure == ".":
            _dot(pen, (x + 0.12 * size, y + 1.6 * size), stroke * 1.25, INK)
        for kind, numbers in _FIGURES.get(figure, ()):
            if kind == "line":
                _line(pen, [(x + a * size, y + b * size) for a, b in zip(*[iter(numbers)] * 2, strict=True)], stroke)
            else:
                left, top, right, bottom, start, end = numbers
                box = (x + left * size, y + top * size, x + right * size, y + bottom * size)
                _arc(pen, box, (start, end), stroke)
        x += _step(figure) * size


def _line(pen: ImageDraw.ImageDraw, points: list[Point], stroke: float) -> None:
    scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
    pen.line(scaled, INK, round(stroke * _SCALE), joint="curve")
    for point in points:
        _dot(pen, point, stroke, INK)


def _arc(pen: ImageDraw.ImageDraw, box: Box, turn: tuple[float, float], stroke: float) -> None:
    """Draw an arc whose middle line lies on the ellipse in the box; Pillow draws inside of a box."""
    left, top, right, bottom = box
    half = stroke / 2
    outer = (left - half, top - half, right + half, bottom + half)
    pen.arc([edge * _SCALE for edge in outer], *turn, INK, round(stroke * _SCALE))


def _dot(pen: ImageDraw.ImageDraw, place: Point, across: float, colour: tuple[int, int, int]) -> None:
    x, y, half = place[0] * _SCALE, place[1] * _SCALE, across * _SCALE / 2
    pen.ellipse((x - half, y - half, x + half, y + half), colour)


def _rule(pen: ImageDraw.ImageDraw, y: float, colour: tuple[int, int, int], thick: float) -> None:
    box = (MARGIN * _SCALE, y * _SCALE, (WIDTH - MARGIN) * _SCALE - 1, (y + thick) * _SCALE - 1)
    pen.rectangle(box, colour)


# -- words -------------------------------------------------------------------------------------------------------


def _set(pen: ImageDraw.ImageDraw, words: Words, y: float, setting: Setting, begins: Direction) -> float:
    """Set words, smaller where they would need too many lines; return where the next thing begins.

    Lines begin where those of the cover's language do, whatever their own direction.
    """
    size = setting.size
    while size > setting.least and _wrapped(words, size, setting.lines)[-1].endswith("…"):
        size -= 6
    direction, language = _way(words)
    for line in _wrapped(words, size, setting.lines):
        x = MARGIN if begins == "ltr" else WIDTH - MARGIN - _length(line, words, size)
        pen.text((x * _SCALE, y * _SCALE), line, INK, _font(words, size), direction=direction, language=language)
        y += size * _LEADING
    return y


def _wrapped(words: Words, size: int, most: int) -> list[str]:
    """Break words into lines, between words or, where none are set apart, between letters; the rest becomes `…`."""
    room, line = WIDTH - 2 * MARGIN, ""
    lines: list[str] = []
    parts = _parts(words.text)
    for at, part in enumerate(parts):
        if line and _length(line + part.rstrip(), words, size) > room:
            if len(lines) == most - 1:
                return [*lines, _cut(line + "".join(parts[at:]), words, size, room)]
            lines.append(line.rstrip())
            line = ""
        line += part
    return [*lines, line.rstrip()]


def _cut(line: str, words: Words, size: int, room: float) -> str:
    while line and _length(f"{line.rstrip()}…", words, size) > room:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _parts(text: str) -> list[str]:
    """Cut a text where a line may end: behind spaces and around wide characters, but not before closing marks."""
    parts: list[str] = []
    for character in text:
        joins = parts and (character in _CLOSING or not (_is_wide(character) or _is_wide(parts[-1][-1])))
        if joins and not (parts[-1].endswith(" ") and character != " "):
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def _is_wide(character: str) -> bool:
    return _WIDE[0] <= character <= _WIDE[1]


def _length(line: str, words: Words, size: int) -> float:
    direction, language = _way(words)
    return _font(words, size).getlength(line, direction=direction, language=language) / _SCALE


def _font(words: Words, size: int) -> ImageFont.FreeTypeFont:
    layout = ImageFont.Layout.RAQM if is_shaped(words) else ImageFont.Layout.BASIC
    return _loaded(words.font, size * _SCALE, layout)


@cache
def _loaded(font: tuple[str, int], size: int, layout: ImageFont.Layout) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font[0], size, font[1], layout_engine=layout)


def _way(words: Words) -> tuple[str | None, str | None]:
    """Return direction and language for letters that join or stack; none for those that are set one by one."""
    return (words.direction, words.language) if is_shaped(words) else (None, None)
