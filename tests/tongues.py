"""A few sentences in every script that pages are set in: an article of one language alone, or all of them together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bundles
import gallery
import yaml

from bundler.model import Article, Bundle, Chapter

TEXTS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
"""A title and paragraphs by language tag."""


def article(language: str, path: str = "world/written") -> Article:
    """Return an article of some sentences of a language, with a code."""
    told = TEXTS[language]
    words = map(gallery.para, told["text"].splitlines())
    return gallery.article(path, told["title"], language, "", *words, gallery.code(path))


def alone(language: str) -> Bundle:
    """Return a bundle in a language of one article in it."""
    return bundles.bundle_of([article(language)], language=language, theme=bundles.looks(language))


def together(language: str) -> Bundle:
    """Return the sample bundle in a language with an article in every script behind it."""
    sample = bundles.sample(language)
    more = tuple(article(other, f"tongues/{other.lower()}") for other in TEXTS)
    chapter = Chapter("世界文字", tuple(one.entry.id for one in more))
    articles = bundles.MemoryArticles((*sample.articles, *more))
    return replace(sample, articles=articles, chapters=(*sample.chapters, chapter))
