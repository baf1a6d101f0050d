"""Links that leave the bundle: addresses to copy at the article's end, links to tap, or none at all."""

from __future__ import annotations

import re
from dataclasses import replace

from bundler.furniture import figures, text
from bundler.model import Article, Heading, Inline, Items, Link, Note, NoteRef, Paragraph, Span, Sup, Text, Url
from bundler.transforms import Context
from bundler.walk import every_inline, line_text, links_of, map_blocks, plain_text

_NUMBERED = re.compile(r"\[(\d{1,3})\]")


def apply(article: Article, context: Context) -> tuple[Article, tuple[Note, ...]]:
    """Do with the links that leave the bundle as the recipe says."""
    match context.outside_links:
        case "tap":
            return article, ()
        case "copy":
            return _copied(article, context), ()
        case "none":
            return _dropped(article)


def _dropped(article: Article) -> tuple[Article, tuple[Note, ...]]:
    addresses: list[str] = []

    def change(inline: Inline) -> tuple[Inline, ...]:
        match inline:
            case Link(children, Url(address)):
                addresses.append(address)
                return children
            case _:
                return (inline,)

    blocks = map_blocks(article.blocks, lambda block: (block,), change)
    notes = (Note("outside-links-dropped", article.entry.id, str(len(addresses))),) if addresses else ()
    return replace(article, blocks=blocks), notes


def _copied(article: Article, context: Context) -> Article:
    """Give the links that leave the bundle numbers, and list their addresses at the end, each once.

    The numbers are written as lists in the article's language are counted, and begin after those of its own footnotes,
    so that none means two things.
    """
    if not any(isinstance(target, Url) for target in links_of(article.blocks)):
        return article
    numbers: dict[str, int] = {}
    first = _highest(article) + 1

    def change(inline: Inline) -> tuple[Inline, ...]:
        match inline:
            case Link(children, Url(address)) if _bare(line_text(children)) == _bare(address):
                return children
            case Link(children, Url(address)):
                number = numbers.setdefault(address, first + len(numbers))
                return (*children, Sup((Text(f"[{figures(article.entry.language, number)}]"),)))
            case _:
                return (inline,)

    blocks = map_blocks(article.blocks, lambda block: (block,), change)
    if not numbers:
        return replace(article, blocks=blocks)
    heading = Heading(2, (Text(text(context.strings, "links_in_article")),))
    addresses = Items(tuple((Paragraph((_address(address),)),) for address in numbers), ordered=True, start=first)
    return replace(article, blocks=(*blocks, heading, addresses))


def _highest(article: Article) -> int:
    """Return the highest number that the article uses as a mark; some formats count footnotes, whatever they say."""
    labels = {inline.label for inline in every_inline(article.blocks) if isinstance(inline, NoteRef)}
    marks = "".join(f"[{label}]" for label in labels) + plain_text(article.blocks)
    return max(len(labels), *map(int, _NUMBERED.findall(f"[0]{marks}")))


def _bare(address: str) -> str:
    return address.strip().removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")


def _address(address: str) -> Inline:
    return Span((Text(address.removeprefix("mailto:")),), direction="ltr")
