"""PDF, the one format that every channel and phone accepts: pages to read on a phone or to print.

Articles are laid out in groups, each by itself and kept in the cache, and joined; see `_groups`, `_layout` and `_join`.
Needs Pango and fonts on the machine: `write` says which are missing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from bundler.model import Article, Bundle, Note
from bundler.walk import plain_text
from bundler.work import Work
from bundler.writers import Output, _paper

MEDIA_TYPE = "application/pdf"
_BYTES_AN_ARTICLE = 2_000
_BYTES_ON_PHONES = 8
_BYTES_ON_PAPER = 5
"""Bytes a character: small pages have more lines, and each line has marks of its own."""


@dataclass(frozen=True, slots=True)
class Options:
    """`page` is the size of a page: `phone` is about 90 by 160 mm and read without zooming.

    A `booklet` is printed on both sides of sheets that are folded and stapled; `sheet` is their paper.
    """

    page: _paper.Page = field(
        default="phone",
        metadata={"about": "The size of a page; `booklet`: two pages on a side, to print, fold and staple"},
    )
    size: _paper.Size = field(default="normal", metadata={"about": "`large`: larger type, for old eyes"})
    ink: _paper.Ink = field(
        default="colour", metadata={"about": "`black`: no colour and no grey, pictures in dots, for photocopiers"}
    )
    sheet: _paper.Sheet = field(default="a4", metadata={"about": "The paper of a `booklet`"})


def write(bundle: Bundle, options: Options, out: Output, work: Work) -> tuple[Note, ...]:
    """Write the bundle as one PDF; return a Note for every character that no font has.

    Raises MissingPartError where Pango, or a font with the letters of the bundle's own script, is not installed.
    """
    from bundler.writers import _booklet, _press  # noqa: PLC0415 - what joins pages takes 0.1 s to import

    paper = _paper.paper(options.page, options.size, options.ink, options.sheet)
    with out.open("pdf", MEDIA_TYPE) as stream:
        if options.page != "booklet":
            return _press.write(bundle, paper, stream, work)
        pages = io.BytesIO()
        notes = _press.write(bundle, paper, pages, work)
        stream.write(_booklet.imposed(pages.getvalue(), last_outside=bundle.outside == "open"))
    return notes


def surroundings(bundle: Bundle) -> bytes:
    """Name what the file depends on beside the bundle: fonts and libraries; empty where they are not all there."""
    from bundler.writers import _fonts, _harfbuzz  # noqa: PLC0415 - as above

    try:
        return _harfbuzz.versions() + b"\n" + _fonts.seen(bundle.theme.families)
    except OSError:
        return b""


def weigh(article: Article, options: Options) -> int:
    """Estimate the bytes that one article adds: measured over a thousand of them, without the fonts that all share."""
    characters = len(plain_text(article.blocks))
    return _BYTES_AN_ARTICLE + characters * (_BYTES_ON_PHONES if options.page == "phone" else _BYTES_ON_PAPER)
