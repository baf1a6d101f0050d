"""A small flat drawing board for the sample archive's pictures: shapes in, one smooth picture out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

INK, PAPER, ACCENT, BLUE, SAND, WHITE = "#1d2733", "#f7f4ec", "#b5472f", "#6b8ca8", "#d9c9a8", "#ffffff"
MIST, DUNE = "#c9d5df", "#ebe2cf"  # BLUE and SAND, lighter: for shadows and lines of text

Point = tuple[float, float]
_SHARPNESS = 3  # drawn this many times larger, then made smaller, so that edges are smooth


class Board:
    """A sheet measured in pixels; `at` moves and turns what is drawn inside it."""

    def __init__(self, width: int, height: int, ground: str = PAPER) -> None:
        self._image = Image.new("RGB", (width * _SHARPNESS, height * _SHARPNESS), ground)
        self._draw = ImageDraw.Draw(self._image)
        self._place = (0.0, 0.0, 0.0, 1.0)

    @contextmanager
    def at(self, x: float, y: float, *, degrees: float = 0.0, scale: float = 1.0) -> Iterator[None]:
        """Draw around a new origin, turned and scaled, until the block ends."""
        before = self._place
        left, top = self._point((x, y), pixels=1)
        self._place = (left, top, before[2] + degrees, before[3] * scale)
        yield
        self._place = before

    def polygon(self, points: Sequence[Point], fill: str) -> None:
        """Fill the outline through the points."""
        self._draw.polygon([self._point(point) for point in points], fill=fill)

    def line(self, points: Sequence[Point], colour: str, width: float = 3) -> None:
        """Draw a line with round ends and joints."""
        placed, thickness = [self._point(point) for point in points], width * self._place[3] * _SHARPNESS
        self._draw.line(placed, fill=colour, width=round(thickness))
        for x, y in placed:
            half = thickness / 2
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=colour)

    def dashes(self, points: Sequence[Point], colour: str, width: float = 3, dash: float = 12) -> None:
        """Draw a dashed line along the points, dash and gap of equal length."""
        for start, end in _stretches(points, dash):
            self.line((start, end), colour, width)

    def box(  # noqa: PLR0913, PLR0917 (a rectangle is four numbers)
        self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0
    ) -> None:
        """Fill a rectangle, its corners rounded by the radius."""
        self.polygon(rounded(x, y, width, height, radius), fill)

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        """Fill a circle."""
        self.polygon(arc(x, y, radius, 0, 360), fill)

    def rows(self, x: float, y: float, widths: Sequence[float], colour: str = MIST, gap: float = 18) -> None:
        """Draw lines of text that cannot be read."""
        for number, width in enumerate(widths):
            self.box(x, y + number * gap, width, 7, colour, 3.5)

    def text(self, middle: Point, words: str, size: float, *, bold: bool = False) -> None:
        """Write upright words in ink, centred on the point, in Noto Sans."""
        name = "NotoSans-Bold.ttf" if bold else "NotoSans-Regular.ttf"
        font = ImageFont.truetype(name, size * self._place[3] * _SHARPNESS)
        self._draw.text(self._point(middle), words, fill=INK, font=font, anchor="mm")

    def finish(self) -> Image.Image:
        """Return the picture at its real size."""
        width, height = self._image.size
        return self._image.resize((width // _SHARPNESS, height // _SHARPNESS), Image.Resampling.LANCZOS)

    def _point(self, point: Point, *, pixels: int = _SHARPNESS) -> Point:
        left, top, degrees, scale = self._place
        turn = math.radians(degrees)
        x, y = point[0] * scale, point[1] * scale
        return (
            (left + x * math.cos(turn) - y * math.sin(turn)) * pixels,
            (top + x * math.sin(turn) + y * math.cos(turn)) * pixels,
        )


def sheet(board: Board, width: float, height: float, shade: str = DUNE) -> None:
    """Draw a sheet of paper with its corner at the origin and a flat shadow."""
    board.box(9, 11, width, height, shade, 4)
    board.box(0, 0, width, height, WHITE, 4)
    board.line([(0, 0), (width, 0), (width, height), (0, height), (0, 0)], INK, 3)


def phone(board: Board, width: float, height: float) -> None:
    """Draw a phone with an empty screen, its corner at the origin."""
    board.box(10, 14, width, height, DUNE, 34)
    board.box(0, 0, width, height, INK, 34)
    board.box(12, 12, width - 24, height - 24, WHITE, 24)
    board.box(width / 2 - 30, 22, 60, 8, INK, 4)


def arc(x: float, y: float, radius: float, start: float, end: float) -> list[Point]:
    """Return points on a circle, from one angle to another, in degrees."""
    steps = max(8, round(abs(end - start) / 4))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]


def rounded(x: float, y: float, width: float, height: float, radius: float) -> list[Point]:
    """Return the outline of a rectangle with rounded corners."""
    right, bottom = x + width, y + height
    if not radius:
        return [(x, y), (right, y), (right, bottom), (x, bottom)]
    corners = ((right, y, -1, 1, 270), (right, bottom, -1, -1, 0), (x, bottom, 1, -1, 90), (x, y, 1, 1, 180))
    return [
        point
        for cx, cy, dx, dy, angle in corners
        for point in arc(cx + dx * radius, cy + dy * radius, radius, angle, angle + 90)
    ]


def curve(start: Point, pull: Point, end: Point) -> list[Point]:
    """Return points on the quadratic curve from start to end."""
    steps = [step / 40 for step in range(41)]
    return [
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * pull[0] + t * t * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * pull[1] + t * t * end[1],
        )
        for t in steps
    ]


def ramp(size: tuple[int, int], stops: Sequence[tuple[float, str]]) -> Image.Image:
    """Return a picture that runs from top to bottom through the colours, each at its share of the height."""
    column = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        column.putpixel((0, y), _between(stops, y / max(1, size[1] - 1)))
    return column.resize(size)


def grain(picture: Image.Image, seed: int, amount: float) -> Image.Image:
    """Return the picture with a film's grain over it, always the same for a seed."""
    width, height = picture.size
    noise = Image.frombytes("L", (width, height), Random(seed).randbytes(width * height))
    noise = noise.filter(ImageFilter.GaussianBlur(0.8))
    return Image.blend(picture, Image.merge("RGB", (noise, noise, noise)), amount)


def _between(stops: Sequence[tuple[float, str]], share: float) -> tuple[int, int, int]:
    for (low, first), (high, second) in pairwise(stops):
        if share <= high:
            part = (share - low) / (high - low)
            pairs = zip(_rgb(first), _rgb(second), strict=True)
            red, green, blue = (round(a + (b - a) * part) for a, b in pairs)
            return red, green, blue
    return _rgb(stops[-1][1])


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _stretches(points: Sequence[Point], dash: float) -> Iterator[tuple[Point, Point]]:
    walked, drawing, start = 0.0, True, points[0]
    for before, after in pairwise(points):
        length = math.dist(before, after)
        done = 0.0
        while length - done >= dash - walked:
            done += dash - walked
            here = (
                before[0] + (after[0] - before[0]) * done / length,
                before[1] + (after[1] - before[1]) * done / length,
            )
            if drawing:
                yield start, here
            walked, drawing, start = 0.0, not drawing, here
        walked += length - done
    if drawing:
        yield start, points[-1]
