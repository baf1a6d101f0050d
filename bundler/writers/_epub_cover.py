"""The cover of an EPUB as reading apps show it on a shelf: a picture, without words where nothing may show."""

from __future__ import annotations

import hashlib

from bundler import drawing, furniture
from bundler.drawing import Words
from bundler.model import Bundle, Note, Theme
from bundler.writers import _epub_fonts
from bundler.writers._epub_pages import HEADLINES
from bundler.writers._fonts import Fonts


def draw(bundle: Bundle) -> tuple[bytes, tuple[Note, ...]]:
    """Return the cover as PNG, and a Note where the title cannot be drawn for want of a font.

    The colour of an open cover follows its title, so that two series differ on the shelf. A headline whose letters no
    font here has is not on the cover.
    """
    if bundle.outside == "plain":
        return drawing.cover(bundle.edition), ()
    fonts = _epub_fonts.installed(bundle.theme)
    title = _words(bundle.theme, fonts, bundle.language, bundle.title)
    if title is None:
        return drawing.cover(bundle.edition), (Note("cover-without-title", None, bundle.language),)
    entries = (bundle.articles.entry(article) for article in bundle.articles.ids[:HEADLINES])
    lines = (_words(bundle.theme, fonts, entry.language, entry.title) for entry in entries)
    accent = hashlib.sha256(bundle.title.encode("utf-8", "surrogatepass")).digest()[0]
    return drawing.cover(bundle.edition, title=title, headlines=[line for line in lines if line], accent=accent), ()


def _words(theme: Theme, fonts: Fonts, language: str, text: str) -> Words | None:
    line = " ".join(text.split())
    font = _epub_fonts.drawn_with(theme, fonts, language, line)
    words = font and Words(line, font, language, furniture.direction(language))
    return words if words and (drawing.shapes_letters() or not drawing.is_shaped(words)) else None
