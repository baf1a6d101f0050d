"""Words blacked out: found however they are written and cut up, each character one █, in whatever a reader can see."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never
from urllib.parse import unquote, urlsplit

from bundler.model import (
    Anchor,
    Article,
    Block,
    Code,
    Embed,
    Entry,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Image,
    Inline,
    Link,
    NoteRef,
    Preformatted,
    QrCode,
    Ruby,
    Section,
    Target,
    Text,
    Url,
)
from bundler.transforms._runs import filled, leaves
from bundler.walk import line_text, map_inlines, map_lines
from bundler.words import spots

INK = "█"


@dataclass(slots=True)
class Hiding:
    """Blacks words out and counts them: `found` by word, `addresses` that held one and are gone."""

    words: tuple[str, ...]
    found: dict[str, int] = field(default_factory=dict)
    addresses: int = 0
    _labels: dict[str, str] = field(default_factory=dict)

    def article(self, article: Article) -> Article:
        """Return an article without the words."""
        return replace(
            article, entry=self.entry(article.entry), blocks=map_lines(article.blocks, self._run, self._block)
        )

    def entry(self, entry: Entry) -> Entry:
        """Return an entry without the words; its id stays, and so does its lead, which is made from the text."""
        return replace(
            entry,
            title=self.text(entry.title),
            section=Section(Hiding(self.words).text(entry.section.id), Hiding(self.words).text(entry.section.name)),
            publisher=self.text(entry.publisher),
            authors=tuple(map(self.text, entry.authors)),
            tags=tuple(map(self.text, entry.tags)),
            source=self._address(entry.source),
            share=self._address(entry.share),
        )

    def text(self, text: str) -> str:
        """Return one text without the words."""
        return next(self._texts((text,)))

    def holds(self, text: str) -> bool:
        """Say whether one of the words stands in a text or an address, percent-encoded or as punycode too."""
        return any(spots(word, form) for word in self.words for form in _forms(text))

    def _texts(self, pieces: Sequence[str]) -> Iterator[str]:
        """Black out what stands in texts that are read as one."""
        composed = [unicodedata.normalize("NFC", piece) for piece in pieces]
        whole = "".join(composed)
        inked: dict[int, str] = {}
        for word in self.words:
            places = spots(word, whole)
            self.found[word] = self.found.get(word, 0) + len(places)
            for start, end in places:
                inked.update(_ink(whole, start, end))
        if not inked:
            yield from pieces
            return
        at = 0
        for piece in composed:
            yield "".join(inked.get(at + place, character) for place, character in enumerate(piece))
            at += len(piece)

    def _run(self, run: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return map_inlines(filled(run, self._texts(tuple(leaves(run, _every))), _every), self._inline)

    def _inline(self, inline: Inline) -> tuple[Inline, ...]:
        match inline:
            case Text("") | Code(""):
                return ()
            case Image(_, alt):
                return (replace(inline, alt=self.text(alt)),)
            case Ruby(base, reading):
                return base if INK in line_text(base) else (replace(inline, reading=self.text(reading)),)
            case NoteRef(label):
                return (NoteRef(self._label(label)),)
            case Link(children, target):
                return children if self._leads_by_word(target) else (inline,)
            case _:
                return (inline,)

    def _block(self, block: Block) -> tuple[Block, ...]:
        match block:
            case Figure(_, alt):
                return (replace(block, alt=self.text(alt)),)
            case Heading(_, _, anchor):
                return (replace(block, anchor="" if self.holds(anchor) else anchor),)
            case Preformatted(text):
                return (replace(block, text=self.text(text)),)
            case Footnotes(notes):
                return (Footnotes(tuple(Footnote(self._label(note.label), note.blocks) for note in notes)),)
            case Embed(_, address):
                return (replace(block, address=self._address(address)),)
            case QrCode(payload, caption):
                return (replace(block, caption=self.text(caption)),) if self._address(payload) else ()
            case _:
                return (block,)

    def _address(self, address: str) -> str:
        gone = self.holds(address)
        self.addresses += gone
        return "" if gone else address

    def _leads_by_word(self, target: Target) -> bool:
        match target:
            case Url(address):
                return self._address(address) != address
            case Anchor(name, article):
                return self.holds(name) or self.holds(article or "")
            case str():
                return self.holds(target)
            case _:
                assert_never(target)

    def _label(self, label: str) -> str:
        """Return another label for one that holds a word, the same for all its calls."""
        if label not in self._labels:
            self._labels[label] = f"{INK}{len(self._labels) + 1}" if self.holds(label) else label
        return self._labels[label]


def _every(_: Inline) -> bool:
    return True


def _ink(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield what becomes of each character: one █ for a letter, nothing for the marks that stand on it."""
    for at in range(start, end):
        mark = at > start and unicodedata.category(text[at]) in ("Mn", "Me", "Cf")
        yield at, "" if mark else INK


def _forms(address: str) -> Iterator[str]:
    """Yield an address as it is written and as it is read."""
    yield address
    if "%" in address:
        yield unquote(address, errors="replace")
    if "xn--" in address.lower():
        try:
            yield (urlsplit(address).hostname or "").encode().decode("idna")
        except (ValueError, UnicodeError):
            return
