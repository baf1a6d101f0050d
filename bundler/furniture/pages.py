"""Pages that no article wrote, as articles: foreword, addresses to keep, what was left out, words of safety."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bundler.furniture import count, direction, speaker, text
from bundler.model import (
    Article,
    ArticleId,
    Block,
    Code,
    Entry,
    Heading,
    Items,
    LineBreak,
    Paragraph,
    QrCode,
    Section,
    Span,
    Strings,
    Text,
)

SAFETY = ("safety_1", "safety_2", "safety_3", "safety_4")
VITAL = (*SAFETY, "code_hint")
"""What a reader's safety depends on: where another language says it, the bundle notes that."""


def page(strings: Strings, name: str, title: str, blocks: Iterable[Block]) -> Article:
    """Make a page of the furniture; its id begins with a slash, so that no article of an archive has it."""
    entry = Entry(ArticleId(f"/{name}"), text(strings, title), speaker(strings, title), Section("", ""))
    return Article(entry, tuple(blocks))


def _said(strings: Strings, key: str, around: str, *, n: int | None = None) -> Paragraph:
    """Make a paragraph of one sentence, which names its language where that is not the one of the page's title."""
    words = Text(text(strings, key) if n is None else count(strings, key, n))
    language = speaker(strings, key)
    if language == speaker(strings, around):
        return Paragraph((words,))
    return Paragraph((Span((words,), language, direction(language)),))


def foreword(strings: Strings, blocks: Iterable[Block]) -> Article:
    """Make the editor's foreword."""
    return page(strings, "foreword", "foreword", blocks)


def addresses(strings: Strings, links: Iterable[tuple[str, str, str]]) -> Article:
    """Make the page of tools and home pages: (title, address, note), each with its code."""
    blocks: list[Block] = []
    for title, address, note in links:
        blocks.append(Heading(2, (Text(title),)))
        if note:
            blocks.append(Paragraph((Text(note),)))
        blocks.append(QrCode(address, ""))
    return page(strings, "links", "links_title", blocks)


def omitted(strings: Strings, articles: int, left_out: Iterable[tuple[str, str]]) -> Article:
    """Make the page that says how much is in the edition and what is not: (title, reason), both for people."""
    lines = tuple(text(strings, "omitted_line", title=title, reason=why) if why else title for title, why in left_out)
    around = "omitted_title"
    missing = _said(strings, "omitted", around, n=len(lines)) if lines else _said(strings, "nothing_omitted", around)
    blocks: list[Block] = [_said(strings, "articles", around, n=articles), missing]
    if lines:
        blocks.append(Items(tuple((Paragraph((Text(line),)),) for line in lines)))
    return page(strings, "omitted", "omitted_title", blocks)


@dataclass(frozen=True, slots=True)
class Part:
    """One volume of a bundle that was cut: its file, the titles of its articles, the hash (hex) of what they hold."""

    name: str
    titles: tuple[str, ...]
    digest: str


def volumes(strings: Strings, parts: Sequence[Part], here: int) -> Article:
    """Make the page that says what stands in which volume; the one at `here`, from 0, is the reader's own."""
    around = "volumes_title"
    blocks: list[Block] = [_said(strings, "volumes", around, n=len(parts))]
    for at, part in enumerate(parts):
        blocks.append(Heading(2, (Text(part.name),)))
        if at == here:
            blocks.append(_said(strings, "volumes_here", around))
        else:
            blocks.append(Items(tuple((Paragraph((Text(title),)),) for title in part.titles)))
        blocks.append(Paragraph((Text(text(strings, "volumes_digest")), LineBreak(), Code(part.digest))))
    return page(strings, "volumes", "volumes_title", blocks)


def safety(strings: Strings) -> Article:
    """Make the four lines of safety."""
    lines = tuple((_said(strings, key, "safety_title"),) for key in SAFETY)
    return page(strings, "safety", "safety_title", (Items(lines),))
