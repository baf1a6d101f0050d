"""What was done to an article, said in it: the editor's note before the text, what was cut or converted after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bundler.furniture import count, direction, text
from bundler.model import Article, Block, Inline, Note, Paragraph, Quote, Span, Strong, Text
from bundler.transforms import Context
from bundler.transforms._chinese import kind
from bundler.words import fold


def apply(article: Article, context: Context) -> tuple[Article, tuple[Note, ...]]:
    """Put the editor's note before an article and what was changed in it after, in the reader's language."""
    note = context.edits[article.entry.id].note if article.entry.id in context.edits else ""
    before = (Quote(tuple(_note(note, article, context))),) if note else ()
    between = "" if kind(context.strings.language) else " "
    said = between.join(_said(article, context))
    after = (Paragraph((_spoken(said, article, context),)),) if said else ()
    return replace(article, blocks=(*before, *article.blocks, *after)), ()


def _note(note: str, article: Article, context: Context) -> Iterator[Block]:
    """Yield the editor's words, a paragraph for each line, under a label, which the editor may have written too."""
    label = text(context.strings, "editors_note")
    yield Paragraph((Strong((_spoken(label, article, context),)),))
    own = note.strip()
    if fold(own[: len(label)]) == fold(label):
        own = own[len(label) :].lstrip("：: ")
    for line in own.split("\n"):
        if line.strip():
            yield Paragraph((_spoken(line.strip(), article, context),))


def _said(article: Article, context: Context) -> Iterator[str]:
    changes = context.changes.get(article.entry.id)
    if changes and changes.title:
        yield text(context.strings, "edited_title")
    if changes and changes.dropped:
        yield count(context.strings, "edited_cut", changes.dropped)
    if changes and changes.hidden:
        yield count(context.strings, "edited_hidden", changes.hidden)
    former = context.converted.get(article.entry.id, "")
    if former:
        yield text(context.strings, "converted_hans" if kind(former) == "zh-Hans" else "converted_hant")


def _spoken(said: str, article: Article, context: Context) -> Inline:
    """Return a sentence of the furniture, marked where the article is in another language."""
    language = context.strings.language
    if f"{article.entry.language}-".startswith(f"{language}-"):
        return Text(said)
    return Span((Text(said),), language, direction(language))
