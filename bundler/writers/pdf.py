"""PDF, the one format that every channel and phone accepts: pages to read on a phone or to print.

Articles are laid out in groups, each by itself and kept in the cache, and joined; see `_groups`, `_layout` and `_join`.
Needs Pango and fonts on the machine: `write` says which are missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from bundler.model import Article, Bundle, Note
from bundler.walk import plain_text
from bundler.work import Work
from bundler.writers import Output, _paper

_BYTES_AN_ARTICLE = 2_000
_BYTES_ON_PHONES = 8
_BYTES_ON_PAPER = 5
"""Bytes a character: small pages have more lines, and each line has marks of its own."""


@dataclass(frozen=True, slots=True)
class Options:
    """`page` is the size of a page: `phone` is about 90 by 160 mm and read without zooming."""

    page: _paper.Size = "phone"


def write(bundle: Bundle, options: Options, out: Output, work: Work) -> tuple[Note, ...]:
    """Write the bundle as one PDF; return a Note for every character that no font has.

    Raises MissingPartError where Pango, or a font with the letters of the bundle's own script, is not installed.
    """
    from bundler.writers import _press  # noqa: PLC0415 - what joins pages takes 0.1 s to import; options are asked often

    return _press.write(bundle, options.page, out, work)


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
