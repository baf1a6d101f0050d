"""A bundle to one PDF: groups of articles laid out apart, each kept in the cache, and joined.

See `_groups`, `_layout` and `_join`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil
from typing import BinaryIO

from bundler import furniture
from bundler.errors import BundlerError, say
from bundler.model import Article, ArticleId, Bundle, Entry, Note, Original, Picture, short_id
from bundler.pictures import halftone, pack
from bundler.pictures import unpack as picture_of
from bundler.walk import assets_of
from bundler.work import Work
from bundler.writers import _embed, _harfbuzz, _join, _layout, _paper, _sheets
from bundler.writers._contents import Line, headlines, pieces
from bundler.writers._fonts import Fonts, find, stack
from bundler.writers._groups import Group, groups
from bundler.writers._heads import CHAPTER, Heads
from bundler.writers._laid import Used, unpack
from bundler.writers._letters import Letters
from bundler.writers._parts import Look, Mark, Part, decimal, numbers

WINDOW = 32
"""How many groups are in memory as markup at the same time."""
NUMERALS = "N"
"""The resource name of the font of the page numbers."""
_ROMAN = "ivxlcdm"


@dataclass(frozen=True, slots=True)
class _Press:
    """What all pages of a bundle are made with; `used` grows with the fonts of every part."""

    bundle: Bundle
    paper: _paper.Paper
    fonts: Fonts
    letters: Letters
    work: Work
    after: Mapping[ArticleId, Entry]
    used: dict[str, Used] = field(default_factory=dict)

    def part(self, data: bytes, *, chapter: int | None = None, roman: bool = False) -> Part:
        """Unpack a part, and put its fonts, which take most of its room, to those of the others."""
        laid = unpack(data)
        _embed.unite(self.used, laid.head.fonts)
        return Part(replace(laid, head=replace(laid.head, fonts=())), chapter, roman)


@dataclass(frozen=True, slots=True)
class _Tone:
    """A picture and how many dots wide it is printed."""

    picture: Picture
    dots: int

    @property
    def key(self) -> bytes:
        """Return a digest of both."""
        return hashlib.sha256(b"halftone %d " % self.dots + self.picture.data).digest()


def write(bundle: Bundle, paper: _paper.Paper, out: BinaryIO, work: Work) -> tuple[Note, ...]:
    """Write the bundle as one PDF; return a Note for every character that no font has.

    Raises MissingPartError where Pango, or a font with the letters of the bundle's own script, is not installed.
    """
    _layout.require()
    fonts = find(bundle.theme.families)
    press = _Press(bundle, paper, fonts, Letters(fonts, bundle.language), work, dict(_following(bundle)))
    body = (*_body(press), *_parts(press, (_sheets.last(bundle),)))
    look = _look(press)
    whole = _whole(press, (*_front(press, _contents(bundle, body, look)), *body), look)
    _join.join(whole, out)
    return tuple(press.letters.notes)


def _body(press: _Press) -> Iterator[Part]:
    """Lay out all groups, so many at a time that memory stays flat and all processes have work."""
    waiting = groups(press.bundle)
    size = ceil(len(waiting) / max(1, ceil(len(waiting) / WINDOW))) or 1
    for start in range(0, len(waiting), size):
        window = waiting[start : start + size]
        sheets = [_sheet(press, group, _articles(press.bundle, group)) for group in window]
        laid = press.work.map(_layout.lay_out, sheets, key=_key, label="pdf")
        for group, data in zip(window, laid, strict=True):
            whole = data or _plainer(press, group)
            yield press.part(whole, chapter=group.chapter)


def _plainer(press: _Press, group: Group) -> bytes:
    """Lay out a group on which WeasyPrint failed, the articles that made it fail as plain paragraphs, with a Note."""
    articles = _articles(press.bundle, group)
    for place, article in enumerate(articles):
        alone = _sheet(press, Group((article.entry.id,)), [article])
        if not next(press.work.map(_layout.lay_out, (alone,), key=_key)):
            articles[place] = _sheets.plain(article)
            press.letters.notes.append(Note("layout-simplified", article.entry.id))
    data = next(press.work.map(_layout.lay_out, (_sheet(press, group, articles),), key=_key))
    if not data:
        raise BundlerError(
            say("WeasyPrint cannot lay out {article!r}", article=group.articles[0]),
            hint=say("leave the article out with 'drop', and report this as a mistake of bundler"),
        )
    return data


def _articles(bundle: Bundle, group: Group) -> list[Article]:
    around = {page.entry.id: page for page in (*bundle.front, *bundle.back)}
    return [around.get(name) or bundle.articles.get(name) for name in group.articles]


def _following(bundle: Bundle) -> Iterator[tuple[ArticleId, Entry]]:
    """Yield each page's id with the entry of the page that follows."""
    inner = [bundle.articles.entry(article) for chapter in bundle.chapters for article in chapter.articles]
    entries = (*(page.entry for page in bundle.front), *inner, *(page.entry for page in bundle.back))
    return ((entry.id, following) for entry, following in pairwise(entries))


def _sheet(press: _Press, group: Group, articles: list[Article]) -> _layout.Sheet:
    bundle = press.bundle
    originals = dict.fromkeys(original for article in articles for original in assets_of(article.blocks))
    pictures = {original: picture for original in originals if (picture := bundle.assets.get(original))}
    if press.paper.black:
        pictures = _halftoned(press, pictures)
    followed = [(article, press.after.get(article.entry.id)) for article in articles]
    markup = press.letters.spell(_sheets.group(bundle, group, followed, pictures, press.paper), articles)
    served = tuple((_sheets.asset(original), picture) for original, picture in pictures.items())
    codes = {_sheets.code_address(code.payload): code.payload for code in _sheets.codes(articles)}
    style = _paper.css(bundle.theme, press.paper, markup)
    heads = _heads(press, tuple(short_id(article.entry.id) for article in articles))
    return _layout.Sheet(markup, style, press.fonts, served, tuple(codes.items()), heads)


def _halftoned(press: _Press, pictures: dict[Original, Picture]) -> dict[Original, Picture]:
    """Return the pictures as dots of black ink, as many as their size on the page asks for."""
    jobs = [_Tone(picture, press.paper.dots(picture.width, picture.height)) for picture in pictures.values()]
    made = map(picture_of, press.work.map(_in_dots, jobs, key=_key))
    return {original: picture for original, picture in zip(pictures, made, strict=True) if picture}


def _in_dots(tone: _Tone) -> bytes:
    return pack(halftone(tone.picture, tone.dots))


def _heads(press: _Press, articles: tuple[str, ...]) -> Heads:
    """Say where running heads stand: beside the number, which is on the outer side of the reading direction."""
    paper = press.paper
    left = paper.beside + (paper.number if furniture.direction(press.bundle.language) == "rtl" else 0)
    top = (paper.height - paper.above) * _paper.MILLIMETRE
    lower = paper.baseline - paper.head * 0.5
    return Heads(articles, round(left, 2), round(lower, 2), paper.head_line, round(top, 2), paper.grey)


def _front(press: _Press, lines: Iterable[Line]) -> Iterator[Part]:
    """Lay out the first page and the contents, whose pages are numbered on their own."""
    first, *more = pieces(lines, press.paper)
    rest = (_sheets.more_contents(press.bundle, piece) for piece in more)
    entries = _sheets.headlines(press.bundle)
    room = headlines(press.bundle.title, (entry.title for entry in entries), press.paper)
    return _parts(press, (_sheets.front(press.bundle, entries[:room], first), *rest), roman=True)


def _parts(press: _Press, pages: Iterable[str], *, roman: bool = False) -> Iterator[Part]:
    """Lay out pages that no article is on."""
    spelled = [press.letters.spell(markup) for markup in pages]
    theme, paper = press.bundle.theme, press.paper
    sheets = [_layout.Sheet(markup, _paper.css(theme, paper, markup), press.fonts) for markup in spelled]
    for data in press.work.map(_layout.lay_out, sheets, key=_key, label="pdf"):
        if not data:
            raise BundlerError(
                say("WeasyPrint cannot lay out the pages before and behind the articles"),
                hint=say("please report it with what --debug shows; nothing was published"),
            )
        yield press.part(data, roman=roman)


def _contents(bundle: Bundle, body: Iterable[Part], look: Look) -> Iterator[Line]:
    """Yield the contents: pages before the chapters, the chapters with their articles, pages after them."""
    found = {name: decimal(number, look.digits) for name, number in numbers(body)}

    def line(entry: Entry) -> Line:
        name = short_id(entry.id)
        return Line(entry.title, entry.language, name, found[name])

    yield from (line(page.entry) for page in bundle.front)
    for mark, articles in _chapters(bundle):
        if mark:
            yield Line(mark.title, bundle.language, mark.destination)
        yield from (line(bundle.articles.entry(article)) for article in articles)
    yield from (line(page.entry) for page in bundle.back)


def _outline(bundle: Bundle) -> Iterator[Mark]:
    yield Mark(furniture.text(bundle.theme.strings, "contents"), _sheets.CONTENTS)
    yield from (_mark(page.entry) for page in bundle.front)
    for mark, articles in _chapters(bundle):
        inner = tuple(_mark(bundle.articles.entry(article)) for article in articles)
        if mark:
            yield Mark(mark.title, mark.destination, inner)
        else:
            yield from inner
    yield from (_mark(page.entry) for page in bundle.back)


def _chapters(bundle: Bundle) -> Iterator[tuple[Mark | None, tuple[ArticleId, ...]]]:
    """Yield the chapters; a lone one is not named."""
    for place, chapter in enumerate(bundle.chapters):
        named = len(bundle.chapters) > 1
        yield Mark(chapter.title, f"{CHAPTER}-{place}") if named else None, chapter.articles


def _mark(entry: Entry) -> Mark:
    return Mark(entry.title, short_id(entry.id))


def _look(press: _Press) -> Look:
    bundle, fonts = press.bundle, press.fonts
    digits = furniture.digits(bundle.theme.strings.language)
    face = fonts.first(stack(bundle.theme, bundle.language), digits)
    numerals, glyphs = _embed.plain(face, NUMERALS, digits + _ROMAN)
    rtl = furniture.direction(bundle.language) == "rtl"
    title = _sheets.title_outside(bundle)
    return Look(title, bundle.language, rtl, press.paper, digits, numerals, glyphs)


def _whole(press: _Press, parts: tuple[Part, ...], look: Look) -> _join.Whole:
    used = _embed.union((*press.used.values(), look.numerals))
    wanted = _embed.cuts(press.fonts, used)
    files = press.work.map(_harfbuzz.cut, wanted, key=_key)
    faces = {(job.path, job.index): data for job, data in zip(wanted, files, strict=True)}
    return _join.Whole(parts, tuple(_outline(press.bundle)), look, press.fonts, used, faces)


def _key(job: _layout.Sheet | _harfbuzz.Cut | _Tone) -> bytes:
    return job.key
