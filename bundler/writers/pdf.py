"""PDF, the one format that every channel and phone accepts: pages to read on a phone or to print.

Articles are laid out in groups, each by itself and kept in the cache, and joined; see `_groups`, `_layout` and `_join`.
Needs Pango and fonts on the machine: `write` says which are missing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from bundler.model import Article, Bundle, Note, short_id
from bundler.walk import plain_text
from bundler.work import Work
from bundler.writers import Output, _paper

EXTENSION = "pdf"
_BYTES_AN_ARTICLE = 2_000
_BYTES_ON_PHONES = 8
_BYTES_ON_PAPER = 5
"""Bytes a character: small pages have more lines, and each line has marks of its own."""


@dataclass(frozen=True, slots=True)
class Options:
    """`page` is the size of a page: `phone` is about 90 by 160 mm and read without zooming.

    A `booklet` is printed on both sides of sheets that are folded and stapled, a `zine` is one article on one sheet
    folded to eight pages; `sheet` is their paper.
    """

    page: _paper.Page = field(
        default="phone",
        metadata={"about": "The size of a page; `booklet`, `zine`: sheets to print and fold"},
    )
    size: _paper.Size = field(default="normal", metadata={"about": "`large`: larger type, for old eyes"})
    ink: _paper.Ink = field(
        default="colour", metadata={"about": "`black`: no colour and no grey, pictures in dots, for photocopiers"}
    )
    sheet: _paper.Sheet = field(default="a4", metadata={"about": "The paper of a `booklet` or `zine`"})


def write(bundle: Bundle, options: Options, out: Output, work: Work) -> tuple[Note, ...]:
    """Write the bundle as one PDF; return a Note for every character that no font has.

    Raises MissingPartError where Pango, or a font with the letters of the bundle's own script, is not installed.
    """
    from bundler.writers import _press  # noqa: PLC0415 - what joins pages takes 0.1 s to import; options are asked often

    paper = _paper.paper(options.page, options.size, options.ink, options.sheet)
    with out.open(EXTENSION) as stream:
        if options.page not in ("booklet", "zine"):
            return _press.write(bundle, paper, stream, work)
        pages = io.BytesIO()
        notes = _press.write(bundle, paper, pages, work)
        data, more = (_booklet if options.page == "booklet" else _zine)(bundle, pages.getvalue())
        stream.write(data)
    return (*notes, *more)


def _booklet(bundle: Bundle, pages: bytes) -> tuple[bytes, tuple[Note, ...]]:
    from bundler.writers import _booklet  # noqa: PLC0415 - as above

    return _booklet.imposed(pages, last_outside=bundle.outside == "open"), ()


def _zine(bundle: Bundle, pages: bytes) -> tuple[bytes, tuple[Note, ...]]:
    """Give each article sheets of its own; return a Note for every one that does not fit on one."""
    from bundler.writers import _sheets, _zine  # noqa: PLC0415 - as above

    articles = {short_id(article): article for article in bundle.articles.ids}
    after = short_id(bundle.back[0].entry.id) if bundle.back else _sheets.END
    data, long = _zine.imposed(pages, (*articles, after), plain=bundle.outside == "plain")
    return data, tuple(
        Note("zine-long", articles[name], str(count)) for name, count in long.items() if name in articles
    )


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
