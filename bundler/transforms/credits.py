"""Where an article can be found again: the original's address and a QR code at the article's end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from bundler.address import join
from bundler.furniture import text
from bundler.model import Article, Block, Entry, Note, Paragraph, QrCode, Span, Text
from bundler.transforms import Context


class _Choice(NamedTuple):
    payload: str
    caption: str
    note: str


def apply(article: Article, context: Context) -> tuple[Article, tuple[Note, ...]]:
    """Append the original's address and a code: share → first mirror + path → source → none, each step a Note."""
    entry = article.entry
    choice = next(_choices(entry, context), None)
    notes: list[Note] = []
    blocks: list[Block] = []
    if entry.source and (choice is None or choice.payload != entry.source):
        blocks.append(_address("source_code", entry.source, context))
    if choice is None:
        if context.qr != "none":
            notes.append(Note("code-none", entry.id))
    elif len(choice.payload.encode()) > context.max_code_bytes:
        notes.append(Note("code-too-long", entry.id, f"{len(choice.payload.encode())} > {context.max_code_bytes}"))
        blocks.append(_address(choice.caption, choice.payload, context))
    else:
        notes += [Note(choice.note, entry.id)] if choice.note else []
        blocks.append(QrCode(choice.payload, text(context.strings, choice.caption)))
    return replace(article, blocks=(*article.blocks, *blocks)), tuple(notes)


def _choices(entry: Entry, context: Context) -> Iterator[_Choice]:
    if context.qr == "none":
        return
    if context.qr == "share":
        if entry.share:
            yield _Choice(entry.share, "share_code", "")
        path = context.paths.get(entry.id, "")
        if context.mirrors and path:
            yield _Choice(join(context.mirrors[0], path), "share_code", "code-from-mirror")
    if entry.source:
        yield _Choice(entry.source, "source_code", "code-from-source" if context.qr == "share" else "")


def _address(key: str, address: str, context: Context) -> Paragraph:
    """Return an address with what it is before it, as the reader's language puts the two together."""
    line = text(context.strings, "address_line", what=text(context.strings, key), address="\0")
    before, after = line.split("\0")
    return Paragraph((Text(before), Span((Text(address),), direction="ltr"), *((Text(after),) if after else ())))
