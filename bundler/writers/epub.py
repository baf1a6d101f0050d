"""EPUB 3.3 for phones and e-readers: cover, headlines, chapters, articles, pages about the edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bundler.model import Article, Bundle, Note
from bundler.work import Work
from bundler.writers import Output, _weight

EXTENSION = "epub"


@dataclass(frozen=True, slots=True)
class Options:
    """`vertical` sets Chinese, Japanese and Korean in lines from top to bottom, the pages from right to left.

    `fonts: embed` brings fonts for Tibetan, Mongolian script, Burmese and Uyghur, where articles are written in them.
    """

    vertical: bool = False
    fonts: Literal["none", "embed"] = "none"


def write(bundle: Bundle, options: Options, out: Output, work: Work) -> tuple[Note, ...]:
    """Write the bundle as one EPUB, article by article.

    Raises RecipeError where its text is more than MAX_DOCUMENTS documents can hold.
    """
    from bundler.writers import _epub_book  # noqa: PLC0415 - what cuts fonts and packs takes 0.1 s to import

    return _epub_book.write(bundle, out, work, vertical=options.vertical, embed=options.fonts == "embed")


def weigh(article: Article, options: Options) -> int:  # noqa: ARG001 - the protocol
    """Estimate the bytes that one article adds: deflated text and markup, two entries of the ZIP file."""
    return _weight.markup_bytes(article, code=1400, page=2200) * 11 // 20
