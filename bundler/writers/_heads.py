"""Running heads: each article's title, laid out once behind its group, drawn on the pages on which the article goes on.

They are artifacts (ISO 32000-1, section 14.8.2.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bundler.writers._slim import Pen
from bundler.writers._syntax import number, numbers

NAME = "head-"
"""The anchor of an article's running head, before the article's name."""
CHAPTER = "chapter"
"""The anchor of a chapter's title inside its group."""
POINTS = 0.75
"""PDF points in a CSS pixel."""
_NEAR = 2.0
"""Points by which an article that starts a page may lie below the upper margin."""
Anchors = Mapping[str, tuple[int, float, float]]


@dataclass(frozen=True, slots=True)
class Heads:
    """Whose heads stand on the last page, in order; in points where a line begins and ends on other pages.

    `line` is the height of a line, `top` where the text of a page begins, measured from below; `grey` is from 0, black,
    to 1.
    """

    articles: tuple[str, ...]
    left: float
    lower: float
    line: float
    top: float
    grey: float

    def drawn(self, operators: Iterable[Any], height: float, anchors: Anchors, pages: int) -> dict[int, bytes]:
        """Return what each page draws, from the operators of the page of the heads, which is so high."""
        texts = dict(zip(self.articles, _texts(operators), strict=True))
        return {
            page: self._one(texts[article], height - anchors[NAME + article][2] + self.line)
            for page, article in enumerate(running(self, anchors, pages))
            if article
        }

    def _one(self, operators: list[Any], down: float) -> bytes:
        """Draw a line whose lower edge is so far down on its page."""
        pen = Pen()
        pen.take(operators)
        place = numbers((POINTS, 0, 0, -POINTS, self.left, self.lower + down))
        drawn = b" ".join((b"q", place, b"cm", number(self.grey), b"g", b"\n".join(pen.said), b"Q"))
        return b"/Artifact<</Type/Pagination>>BDC " + drawn + b" EMC"


def running(heads: Heads, anchors: Anchors, pages: int) -> Iterator[str]:
    """Yield for each page the article that goes on at its top; empty where a title stands there."""
    starts = sorted((anchors[name][0], -anchors[name][2], name) for name in heads.articles)
    chapter = anchors.get(CHAPTER, (-1, 0, 0))[0]
    article = ""
    coming = iter((*starts, (pages + 1, 0.0, "")))
    page_of, height, name = next(coming)
    for page in range(pages):
        fresh = page == chapter
        while page_of < page or (page_of == page and -height >= heads.top - _NEAR):
            fresh = fresh or page_of == page
            article = name
            page_of, height, name = next(coming)
        yield "" if fresh else article


def _texts(operators: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the operators of each text, without its marks."""
    held: list[Any] = []
    inside = False
    for operator in operators:
        inside = inside or operator == b"BT"
        if inside:
            held.append(operator)
        if operator == b"ET":
            yield held
            held, inside = [], False
