"""The documents of an EPUB that no article is: cover, headlines, chapters; and the frame around every document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bundler import furniture
from bundler.model import Bundle, Chapter, Entry
from bundler.writers import _reading, _xhtml
from bundler.writers._epub_plan import ROOM
from bundler.writers._reading import Leaf

STYLE = "style.css"
COVER = "cover.xhtml"
COVER_PICTURE = "cover.png"
CONTENTS = "contents.xhtml"
HEADLINES = 5
"""How many headlines an open cover shows."""
_VERTICAL = ("zh", "ja", "ko")
_DOCUMENT = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="{language}"{known}>
<head>
<meta charset="utf-8"/>
<title>{title}</title>
<link rel="stylesheet" type="text/css" href="{style}"/>
</head>
<body epub:type="{kind}">
{body}</body>
</html>
"""
Href = Callable[[Leaf], str]
"""Says where a page stands."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How documents are framed: with lines from top to bottom, where the language can be written so."""

    vertical: bool = False

    def document(self, title: str, language: str, body: str, *, kind: str) -> bytes:
        """Return a whole document; `kind` is its `epub:type` (EPUB 3 Structural Semantics)."""
        tag, down = _xhtml.tag(language), self.vertical and runs_down(language)
        return _DOCUMENT.format(
            language=tag,
            known=_xhtml.tongue(tag) + (' class="vertical"' if down else ""),
            title=_xhtml.text(title),
            style=STYLE,
            kind=kind,
            body=_xhtml.upright(body) if down else body,
        ).encode()

    def lines(self, bundle: Bundle, leaves: Iterable[Leaf], href: Href) -> tuple[str, ...]:
        """Return a line of contents for each page, as long as it stands in a document."""
        lines = (_reading.headline(leaf, href(leaf), bundle.theme.strings) for leaf in leaves)
        return tuple(_xhtml.upright(line) if self.vertical else line for line in lines)


def runs_down(language: str) -> bool:
    """Say whether a language can be set in lines from top to bottom, one beside the other from right to left."""
    return language.partition("-")[0] in _VERTICAL


def name(leaf: Leaf, part: int = 1) -> str:
    """Return the file of a page, or of a further part of it."""
    return f"{leaf.name}.xhtml" if part == 1 else f"{leaf.name}-{part}.xhtml"


def cover(bundle: Bundle, frame: Frame) -> bytes:
    """Return the cover: the day alone, or a front page with title and headlines."""
    strings = bundle.theme.strings
    day = furniture.issue(bundle)
    if bundle.outside == "plain":
        said = furniture.text(strings, "cover_plain", date=day)
        body = f'<section class="cover plain">\n<h1>{_xhtml.text(said)}</h1>\n</section>\n'
    else:
        entries = [bundle.articles.entry(article) for article in bundle.articles.ids[:HEADLINES]]
        lines = "".join(f"<li>{title_in(entry, bundle.language)}</li>\n" for entry in entries)
        facts = " · ".join(_reading.facts(bundle)[1:3])
        body = (
            f'<section class="cover">\n<p class="day">{_xhtml.text(day)}</p>\n'
            f"<h1>{_xhtml.isolated(bundle.title)}</h1>\n<ul>\n{lines}</ul>\n"
            f'<p class="facts">{_xhtml.text(facts)}</p>\n</section>\n'
        )
    return frame.document(outer_title(bundle), bundle.language, body, kind="cover")


def title_in(entry: Entry, around: str) -> str:
    """Return an article's title for text of another language (BCP 47): set apart, in its own language and direction."""
    own = "" if entry.language == around else f' lang="{_xhtml.tag(entry.language)}"'
    return f"<bdi{own}>{_xhtml.text(entry.title)}</bdi>"


def outer_title(bundle: Bundle) -> str:
    """Return the title that shows before the book is opened."""
    day = furniture.issue(bundle)
    return day if bundle.outside == "plain" else f"{bundle.title} · {day}"


# -- headlines ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of contents under a title, both markup; the title may be empty."""

    title: str
    lines: tuple[str, ...]
    shape: str = ""

    @property
    def markup(self) -> str:
        """Return the list with its title."""
        shape = f' class="{self.shape}"' if self.shape else ""
        listed = f"<ol{shape}>\n{''.join(self.lines)}</ol>\n" if self.lines else ""
        return f"{self.title}{listed}"


def contents(bundle: Bundle, frame: Frame, *, chapters: dict[int, str], href: Href, crowded: bool) -> tuple[bytes, ...]:
    """Return the headlines as one document or several: title, what there is to read, and a line for every page.

    `chapters` says where each chapter begins. Of a crowded book with chapters the chapters alone are listed.
    """
    strings = bundle.theme.strings
    listings = []
    for number, chapter in enumerate(_reading.chapters(bundle), 1):
        if crowded and len(chapters) > 1:
            listings.append(_chapter_line(bundle, chapter, chapters[number]))
            continue
        title = _xhtml.isolated(chapter.title)
        linked = f'<a href="{chapters[number]}">{title}</a>' if number in chapters else title
        listings.append(Listing(f"<h2>{linked}</h2>\n", frame.lines(bundle, _leaves(bundle, chapter), href)))
    around = (*_reading.front(bundle), *_reading.back(bundle))
    listings += [Listing("", frame.lines(bundle, around, href), "pages")] if around else []
    said = "\n".join(f"<span>{_xhtml.text(fact)}</span>" for fact in _reading.facts(bundle))
    head = f'<header class="top">\n<h1>{_xhtml.isolated(bundle.title)}</h1>\n<p>{said}</p>\n</header>\n'
    label = _xhtml.text(furniture.text(strings, "contents"))
    made = []
    for number, part in enumerate(_fitting(listings), 1):
        shown = head if number == 1 else _again(bundle.title, number)
        body = f'{shown}<nav class="contents" aria-label="{label}">\n{part}</nav>\n'
        made.append(frame.document(bundle.title, bundle.language, body, kind="bodymatter"))
    return tuple(made)


def chapter(bundle: Bundle, frame: Frame, chapter: Chapter, href: Href) -> tuple[bytes, ...]:
    """Return a chapter's own page, as one document or several: its title and its headlines."""
    made = []
    for number, part in enumerate(_fitting([Listing("", frame.lines(bundle, _leaves(bundle, chapter), href))]), 1):
        title = f'<h1 class="chapter">{_xhtml.isolated(chapter.title)}</h1>\n'
        shown = title if number == 1 else _again(chapter.title, number)
        body = f'<section class="contents">\n{shown}{part}</section>\n'
        made.append(frame.document(chapter.title, bundle.language, body, kind="bodymatter"))
    return tuple(made)


def chapter_section(bundle: Bundle, frame: Frame, number: int, chapter: Chapter, href: Href) -> str:
    """Return a chapter's title and headlines as they stand in front of its first article, in the same file."""
    title = f'<h1 class="chapter">{_xhtml.isolated(chapter.title)}</h1>\n'
    listed = Listing(title, frame.lines(bundle, _leaves(bundle, chapter), href)).markup
    return f'<section class="contents" id="c{number}"{_xhtml.tongue(bundle.language)}>\n{listed}</section>\n'


def has_chapter_pages(bundle: Bundle) -> bool:
    """Say whether chapters have pages of their own: a single one needs none."""
    return len(_reading.chapters(bundle)) > 1


def chapter_name(number: int, part: int = 1) -> str:
    """Return the file of a chapter's own page, counted from 1."""
    return f"c{number}.xhtml" if part == 1 else f"c{number}-{part}.xhtml"


def contents_name(part: int) -> str:
    """Return the file of the headlines, or of a further part of them."""
    return CONTENTS if part == 1 else f"contents-{part}.xhtml"


def _chapter_line(bundle: Bundle, chapter: Chapter, href: str) -> Listing:
    many = _xhtml.text(furniture.count(bundle.theme.strings, "articles", len(chapter.articles)))
    return Listing("", (f'<li><a href="{href}">{_xhtml.isolated(chapter.title)} <small>{many}</small></a></li>\n',))


def _again(title: str, number: int) -> str:
    return f'<h1 class="again">{_xhtml.isolated(title)} ({number})</h1>\n'


def _leaves(bundle: Bundle, chapter: Chapter) -> Iterator[Leaf]:
    return (Leaf(bundle.articles.entry(article)) for article in chapter.articles)


def _fitting(listings: Iterable[Listing]) -> Iterator[str]:
    """Yield the listings as pieces of markup that fit a document each; neighbours without titles make one list."""
    piece, filled = "", 0
    for listing in _joined(listings):
        lines: list[str] = []
        title = listing.title
        filled += len(title.encode())
        for line in listing.lines:
            size = len(line.encode())
            if filled + size > ROOM:
                yield piece + Listing(title, tuple(lines), listing.shape).markup
                piece, title, lines, filled = "", "", [], 0
            lines.append(line)
            filled += size
        piece += Listing(title, tuple(lines), listing.shape).markup
    yield piece


def _joined(listings: Iterable[Listing]) -> Iterator[Listing]:
    """Join listings without titles that follow each other."""
    held: Listing | None = None
    for listing in listings:
        if held and not listing.title and not held.title and held.shape == listing.shape:
            held = Listing("", (*held.lines, *listing.lines), held.shape)
            continue
        if held:
            yield held
        held = listing
    if held:
        yield held
