"""Running heads and page numbers, stamped on laid-out pages as artifacts (ISO 32000-1, section 14.8.2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pikepdf import Array, Name, Pdf, Stream

from bundler.writers._layout import POINTS
from bundler.writers._parts import CHAPTER, HEAD, Look, Part, decimal, roman

_TEXT = re.compile(rb"^BT$.*?^ET$", re.MULTILINE | re.DOTALL)
_NEAR = 2.0
"""Points by which an article that starts a page may lie below the upper margin."""
_GREY = 0.27


def forms(pdf: Pdf, part: Part, page: Any, line: float) -> Iterator[tuple[str, Any]]:
    """Yield each article's running head as a form: its line of text, cut out of the page on which it was laid out."""
    width, height = (float(side) for side in page.MediaBox[2:])
    lines = _TEXT.findall(page.Contents.read_bytes())
    for article, text in zip(part.articles, lines, strict=True):
        lower = part.laid.anchors[f"{HEAD}{article}"][2] - line
        content = f"1 0 0 -1 0 {height - lower:.2f} cm {POINTS} 0 0 {POINTS} 0 0 cm {_GREY} g\n".encode() + text
        box = Array([0, 0, width, line])
        yield (
            article,
            pdf.make_indirect(
                Stream(pdf, content, Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=page.Resources)
            ),
        )


def stamp(pdf: Pdf, parts: tuple[Part, ...], look: Look, heads: Mapping[str, Any]) -> None:
    """Stamp every page: the title of the article that goes on here, and the number."""
    pages = iter(pdf.pages)
    before = 0
    for part in parts:
        shared: Any = None
        running = _running(part, look)
        for place, article in enumerate(running):
            page = next(pages).obj
            if shared is None:
                shared = page.Resources
                for name in part.articles:
                    shared.XObject[f"/{name}"] = heads[name]
            number = roman(place + 1) if part.roman else decimal(before + place + 1, look.digits)
            content = b"".join((_head(article, look), b"" if part.roman and place == 0 else _number(number, look)))
            if content:
                page.Contents = Array([pdf.make_indirect(Stream(pdf, content)), page.Contents])
        before += 0 if part.roman else part.pages


def _running(part: Part, look: Look) -> Iterator[str]:
    """Yield for each page the article that goes on at its top; empty where a title stands there."""
    starts = sorted((part.laid.anchors[name][0], -part.laid.anchors[name][2], name) for name in part.articles)
    top = (look.paper.height - look.paper.above) * 72 / 25.4 - _NEAR
    chapter = part.laid.anchors.get(CHAPTER, (-1, 0, 0))[0]
    article = ""
    coming = iter((*starts, (part.pages + 1, 0.0, "")))
    page_of, height, name = next(coming)
    for page in range(part.pages):
        fresh = page == chapter
        while page_of < page or (page_of == page and -height >= top):
            fresh = fresh or page_of == page
            article = name
            page_of, height, name = next(coming)
        yield "" if fresh else article


def _head(article: str, look: Look) -> bytes:
    if not article:
        return b""
    x = look.paper.beside + (look.paper.number if look.rtl else 0)
    y = look.paper.baseline - look.paper.head * 0.5
    return _artifact(f"q 1 0 0 1 {x:.2f} {y:.2f} cm /{article} Do Q")


def _number(number: str, look: Look) -> bytes:
    """Print a number; small Roman ones stay away where the font of the bundle's script has no Latin letters."""
    if not set(number) <= set(look.glyphs):
        return b""
    size = look.paper.head
    glyphs = [look.glyphs[digit] for digit in number]
    width = sum(look.numerals.widths[glyph] for glyph in glyphs) * size / 1000
    x = look.paper.beside + (0 if look.rtl else look.paper.measure - width)
    shown = "".join(f"{glyph:04x}" for glyph in glyphs)
    name = look.numerals.name
    return _artifact(f"q {_GREY} g BT /{name} {size} Tf {x:.2f} {look.paper.baseline:.2f} Td <{shown}> Tj ET Q")


def _artifact(content: str) -> bytes:
    return f"/Artifact <</Type /Pagination /Subtype /Header>> BDC {content} EMC\n".encode()
