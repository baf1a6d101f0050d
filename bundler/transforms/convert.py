"""Simplified to Traditional Chinese and back, through OpenCC: titles, text and captions; never addresses and code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from bundler.model import Article, Block, Code, Entry, Figure, Image, Inline, Note, Section, Span
from bundler.transforms import Context, Script
from bundler.transforms._chinese import kind
from bundler.transforms._runs import filled, leaves
from bundler.walk import map_inlines, map_lines

TAGS = {"zh-Hans": "zh-Hans", "zh-Hant": "zh-Hant", "zh-TW": "zh-Hant-TW", "zh-HK": "zh-Hant-HK"}
"""The language of a converted article, by what it is converted to."""
_WAYS = {
    ("zh-Hans", "zh-Hant"): ("s2t",),
    ("zh-Hans", "zh-TW"): ("s2twp",),
    ("zh-Hans", "zh-HK"): ("s2hk",),
    ("zh-Hant", "zh-Hans"): ("t2s",),
    ("zh-TW", "zh-Hans"): ("tw2sp",),
    ("zh-HK", "zh-Hans"): ("hk2s",),
    ("zh-TW", "zh-HK"): ("tw2t", "t2hk"),
    ("zh-HK", "zh-TW"): ("hk2t", "t2tw"),
}
"""OpenCC's configurations by where the text comes from and where it goes. Traditional Chinese of no known region stays:
it may be of the wanted one already."""
_ADDRESS = re.compile(r"((?:https?://|www\.|mailto:)[^\s，。；：！？、）》」』】”’]+)", re.IGNORECASE)

_WHOLE = {"中俄關系": "中俄關係", "規模製約": "規模制約", "規模製裁": "規模制裁"}
"""Words of the news that OpenCC's dictionary tears apart, as it writes them and as they are written."""
_TORN = re.compile("|".join(_WHOLE))


def way(language: str, target: Script) -> tuple[str, ...]:
    """Return the conversions from a language to a script, none where there is nothing to do."""
    return _WAYS.get((kind(language), target), ())


def entry(one: Entry, target: Script) -> Entry:
    """Return an entry as it reads once its article is converted.

    Names of section and publisher are of the archive and may be in another Chinese than the article: they follow too.
    """
    if target == "none" or not kind(one.language):
        return one
    steps = way(one.language, target)
    names = _WAYS["zh-Hant" if target == "zh-Hans" else "zh-Hans", target]
    section, publisher = Section(one.section.id, _text(one.section.name, names)), _text(one.publisher, names)
    if not steps:
        return replace(one, section=section, publisher=publisher)
    return replace(
        one,
        title=_text(one.title, steps),
        language=TAGS[target],
        section=section,
        publisher=publisher,
        authors=tuple(_text(author, steps) for author in one.authors),
        tags=tuple(_text(tag, steps) for tag in one.tags),
        lead=_text(one.lead, steps),
    )


def apply(article: Article, context: Context) -> tuple[Article, tuple[Note, ...]]:
    """Convert an article that is in another Chinese than the recipe wants; every other stays as it is."""
    language, target = article.entry.language, context.convert
    made, steps = entry(article.entry, target), way(language, target)
    if not steps:
        return replace(article, entry=made), ()

    def plain(one: Inline) -> bool:
        return not isinstance(one, Code) and (not isinstance(one, Span) or _same(one, language))

    def run(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
        changed = filled(inlines, _texts(tuple(leaves(inlines, plain)), steps), plain)
        return map_inlines(changed, inline)

    def inline(one: Inline) -> tuple[Inline, ...]:
        match one:
            case Image(_, alt):
                return (replace(one, alt=_text(alt, steps)),)
            case Span(_, str()) if _same(one, language):
                return (replace(one, language=made.language),)
            case _:
                return (one,)

    def block(one: Block) -> tuple[Block, ...]:
        return (replace(one, alt=_text(one.alt, steps)),) if isinstance(one, Figure) else (one,)

    blocks = map_lines(article.blocks, run, block)
    return replace(article, entry=made, blocks=blocks), (Note("converted", made.id, f"{language} → {made.language}"),)


def _same(span: Span, language: str) -> bool:
    """Say whether a span is in the language of the article around it: what says that it is in another one stays."""
    return span.language is None or kind(span.language) == kind(language)


def _texts(pieces: tuple[str, ...], steps: tuple[str, ...]) -> Iterator[str]:
    """Convert pieces that are read as one, so that no word is torn; each alone where that changes the length."""
    joined = "".join(pieces)
    whole = _text(joined, steps)
    if len(whole) != len(joined):
        yield from (_text(piece, steps) for piece in pieces)
        return
    at = 0
    for piece in pieces:
        yield whole[at : at + len(piece)]
        at += len(piece)


def _text(text: str, steps: tuple[str, ...]) -> str:
    """Convert a text, all but the addresses in it."""
    if text.isascii():
        return text
    parts = _ADDRESS.split(text)
    return "".join(part if place % 2 else _converted(part, steps) for place, part in enumerate(parts))


def _converted(text: str, steps: tuple[str, ...]) -> str:
    for step in steps:
        text = str(_converter(step).convert(text))
        if step.startswith("s2"):
            text = _TORN.sub(lambda found: _WHOLE[found[0]], text)
    return text


@cache
def _converter(name: str) -> Any:
    from opencc import OpenCC  # noqa: PLC0415 — 30 ms, and only a recipe that converts needs it

    return OpenCC(name)
