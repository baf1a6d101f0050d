"""What EPUB and HTML carry of an article: the named and only differences between a dump read back and them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bundler.model import (
    Anchor,
    Article,
    ArticleId,
    Block,
    Bundle,
    Cell,
    Definition,
    Definitions,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Image,
    Inline,
    Items,
    LineBreak,
    Link,
    NoteRef,
    Original,
    Paragraph,
    Preformatted,
    Quote,
    Ruby,
    Span,
    Sup,
    Table,
    Target,
    Text,
    Url,
)
from bundler.walk import every_block, lead
from bundler.writers._address import tappable
from bundler.writers._table import grid


def carried(bundle: Bundle) -> tuple[Article, ...]:
    """Return the articles of a bundle as they come back from EPUB and HTML.

    1. Neighbouring texts are one; empty texts, paragraphs, quotations and lists vanish; a span that says nothing too.
    2. A table is a whole grid, as it is shown.
    3. A heading without words is a paragraph, and rules of preformatted text lose empty lines around them.
    4. A picture that the file does not have is its alternative text, in brackets where it stood in a line.
    5. A link that leads nowhere, or stands in another one, is its text; an address is written as browsers write it,
       and stands for a link that has no words; a place that another article does not have is that article.
    6. A call to a footnote that is not there is its label, raised.
    7. The lead is that of the text as it is.
    """
    held = frozenset(bundle.assets)
    anchors = {one.entry.id: _anchors(one.blocks) for one in bundle.articles}
    return tuple(_carried(article, anchors, held) for article in bundle.articles)


def _carried(article: Article, anchors: dict[ArticleId, frozenset[str]], held: frozenset[Original]) -> Article:
    notes = frozenset(
        note.label for one in every_block(article.blocks) if isinstance(one, Footnotes) for note in one.notes
    )
    blocks = tuple(_Carrying(article.entry.id, anchors, held, notes).blocks(article.blocks))
    return Article(replace(article.entry, lead=lead(blocks)), blocks)


def _anchors(blocks: tuple[Block, ...]) -> frozenset[str]:
    return frozenset(one.anchor for one in every_block(blocks) if isinstance(one, Heading) and one.anchor)


@dataclass(frozen=True)
class _Carrying:
    own: ArticleId
    anchors: dict[ArticleId, frozenset[str]]
    held: frozenset[Original]
    notes: frozenset[str]

    def blocks(self, run: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(new for block in run for new in self.block(block))

    def block(self, block: Block) -> Iterator[Block]:
        match block:
            case Paragraph(children):
                line = self.line(children)
                yield from (Paragraph(line),) if line else ()
            case Heading(_, children):
                line = self.line(children)
                if _has_words(line):
                    yield replace(block, children=line)
                elif line:
                    yield Paragraph(line)
            case Figure(asset, _, caption):
                yield replace(block, asset=asset if asset in self.held else None, caption=self.line(caption))
            case Quote(inner):
                yield from (Quote(self.blocks(inner)),) if inner else ()
            case Items(items, ordered, start):
                kept = tuple(self.blocks(item) for item in items)
                yield from (Items(kept, ordered, start if ordered else 1),) if items else ()
            case Definitions(items):
                kept_terms = tuple(Definition(self.line(one.term), self.blocks(one.blocks)) for one in items)
                yield from (Definitions(kept_terms),) if items else ()
            case Table(rows, caption):
                whole = tuple(tuple(self.cell(cell) for cell in row) for row in grid(rows))
                yield from (Table(whole, self.line(caption)),) if whole else ()
            case Preformatted(text):
                yield Preformatted(text.strip("\n"))
            case Footnotes(notes):
                kept_notes = tuple(Footnote(note.label, self.blocks(note.blocks)) for note in notes)
                yield from (Footnotes(kept_notes),) if notes else ()
            case _:
                yield block

    def cell(self, cell: Cell) -> Cell:
        return replace(cell, blocks=self.blocks(cell.blocks))

    def line(self, run: tuple[Inline, ...], *, linked: bool = False) -> tuple[Inline, ...]:
        joined: list[Inline] = []
        for one in (new for inline in run for new in self.inline(inline, linked=linked)):
            if isinstance(one, Text) and joined and isinstance(joined[-1], Text):
                joined[-1] = Text(joined[-1].text + one.text)
            elif one != Text(""):
                joined.append(one)
        return tuple(joined)

    def inline(self, inline: Inline, *, linked: bool) -> tuple[Inline, ...]:
        match inline:
            case Image(asset, alt) if asset not in self.held:
                return (Text(f"[{alt}]"),) if alt else ()
            case NoteRef(label) if label not in self.notes:
                return (Sup((Text(f"[{label}]"),)),)
            case Link():
                return self.link(inline, linked=linked)
            case Ruby(base):
                return (replace(inline, base=self.line(base, linked=linked)),)
            case Span(children, None, None):
                return self.line(children, linked=linked)
            case Text() | Image() | NoteRef() | LineBreak():
                return (inline,)
            case _ if hasattr(inline, "children"):
                return (replace(inline, children=self.line(inline.children, linked=linked)),)
            case _:
                return (inline,)

    def link(self, link: Link, *, linked: bool) -> tuple[Inline, ...]:
        words = self.line(link.children, linked=True)
        target = None if linked else self.target(link.target)
        if target is None:
            return words
        if isinstance(target, Url):
            return (Link(words or (Text(target.address),), target),)
        return (Link(words, target),) if words else ()

    def target(self, target: Target) -> Target | None:
        match target:
            case Url(address):
                written = tappable(address)
                return Url(written) if written else None
            case Anchor(name, None):
                return target if name in self.anchors[self.own] else None
            case Anchor(name, article):
                there = self.anchors.get(article)
                if there is None or name not in there:
                    return None if there is None else article
                return Anchor(name) if article == self.own else target
            case article:
                return article if article in self.anchors else None


def _has_words(line: tuple[Inline, ...]) -> bool:
    for inline in line:
        match inline:
            case Text(text):
                if text.strip():
                    return True
            case NoteRef() | Ruby() | Link(_, Url()):
                return True
            case Image() | LineBreak():
                pass
            case _ if hasattr(inline, "children"):
                if _has_words(inline.children):
                    return True
            case _:
                if inline.text.strip():
                    return True
    return False
