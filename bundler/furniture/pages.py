"""Pages that no article wrote, as articles: foreword, addresses to keep, what was left out, words of safety."""

from __future__ import annotations

from collections.abc import Iterable

from bundler.furniture import count, text
from bundler.model import (
    Article,
    ArticleId,
    Block,
    Entry,
    Heading,
    Items,
    Paragraph,
    QrCode,
    Section,
    Strings,
    Text,
)

SAFETY = ("safety_1", "safety_2", "safety_3", "safety_4")


def page(strings: Strings, name: str, title: str, blocks: Iterable[Block]) -> Article:
    """Make a page of the furniture; its id begins with a slash, so that no article of an archive has it."""
    entry = Entry(ArticleId(f"/{name}"), title, strings.language, Section("", ""))
    return Article(entry, tuple(blocks))


def foreword(strings: Strings, blocks: Iterable[Block]) -> Article:
    """Make the editor's foreword."""
    return page(strings, "foreword", text(strings, "foreword"), blocks)


def addresses(strings: Strings, links: Iterable[tuple[str, str, str]]) -> Article:
    """Make the page of tools and home pages: (title, address, note), each with its code."""
    blocks: list[Block] = []
    for title, address, note in links:
        blocks.append(Heading(2, (Text(title),)))
        if note:
            blocks.append(Paragraph((Text(note),)))
        blocks.append(QrCode(address, ""))
    return page(strings, "links", text(strings, "links_title"), blocks)


def omitted(strings: Strings, articles: int, left_out: Iterable[tuple[str, str]]) -> Article:
    """Make the page that says how much is in the edition and what is not: (title, reason), both for people."""
    lines = tuple(text(strings, "omitted_line", title=title, reason=why) if why else title for title, why in left_out)
    said = count(strings, "omitted", len(lines)) if lines else text(strings, "nothing_omitted")
    blocks: list[Block] = [Paragraph((Text(count(strings, "articles", articles)),)), Paragraph((Text(said),))]
    if lines:
        blocks.append(Items(tuple((Paragraph((Text(line),)),) for line in lines)))
    return page(strings, "omitted", text(strings, "omitted_title"), blocks)


def safety(strings: Strings) -> Article:
    """Make the four lines of safety."""
    lines = tuple((Paragraph((Text(text(strings, key)),)),) for key in SAFETY)
    return page(strings, "safety", text(strings, "safety_title"), (Items(lines),))


def send(strings: Strings, files: Iterable[tuple[str, str, str]]) -> str:
    """Write the message that travels beside the files: (format, name, size), ready to paste, one part a file."""
    parts = []
    for format_name, name, size in files:
        key = f"send_{format_name}"
        if key in strings.messages:
            lines = (name, text(strings, "send_what", size=size), text(strings, key), text(strings, "send_pass_on"))
            parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
