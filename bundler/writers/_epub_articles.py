"""Articles as documents of an EPUB: one, several to one, or one cut into several; with their pictures and codes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bundler import qr
from bundler.model import (
    Article,
    ArticleId,
    Block,
    Bundle,
    Footnotes,
    Note,
    NoteRef,
    Original,
    Picture,
    QrCode,
    Strings,
    Target,
    Url,
    short_id,
)
from bundler.walk import every_block, every_inline
from bundler.writers import _epub_pages as pages
from bundler.writers import _halves, _origin, _xhtml
from bundler.writers._epub_pages import Frame
from bundler.writers._epub_plan import ROOM, Run, Shelf
from bundler.writers._reading import Leaf, Places

_TYPES = {"image/jpeg": "jpg", "image/png": "png"}
LONGEST_HREF = "a0123456789-99.xhtml#a0123456789-" + "x" * 64
LONGEST_NAME = "images/0123456789abcdef.jpg"
_LINE = 21
"""Em of a table's type in a line: on a phone 360 pixels wide, less the margins that reading apps add."""
_TURN = 600
"""Bytes of the links at an article's end, without the titles."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the links at a page's end lead to: the page before and the page behind, where there are any."""

    before: Leaf | None
    behind: Leaf | None


MOST_DRAWN = 1_000_000
"""Characters of markup that wait for their file."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An article as it will stand in a file with others, without its end; `asks` are its pictures and codes.

    `settled` says that no link in it waits for the file of another article.
    """

    markup: str
    asks: tuple[Callable[[], str], ...]
    settled: bool


@dataclass(slots=True)
class Scribe:
    """Writes articles; remembers which pictures and codes they ask for, and what they show."""

    bundle: Bundle
    frame: Frame
    places: Places
    shelf: Shelf = field(init=False)
    notes: list[Note] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """Pictures and codes that the documents ask for and that are not stored yet."""
    stored: set[str] = field(default_factory=set)
    shown: bool = False
    """Whether there is a picture."""
    told: bool = True
    """Whether all pictures have a description."""
    ruby: bool = False
    """Whether there is a reading beside its characters."""
    short: dict[ArticleId, bool] = field(default_factory=dict)
    """Of articles that are linked into: whether they stand in one document."""
    drawn: dict[ArticleId, Drawn] = field(default_factory=dict)
    """What was drawn to be measured and can be written as it is."""
    waiting: int = 0
    """Characters of it."""

    def together(self, run: Run, articles: Sequence[Article], turns: Sequence[Turn], before: Sequence[str]) -> bytes:
        """Return one document of several articles; `before` is markup in front of each."""
        parts = []
        for article, turn, opening in zip(articles, turns, before, strict=True):
            parts.append(f"{opening}{self._among_others(article)}{self._end(article, turn)}{_xhtml.CLOSING}")
        languages = {article.entry.language for article in articles}
        language = languages.pop() if len(languages) == 1 else self.bundle.language
        body = "".join(parts)
        self.ruby = self.ruby or "<ruby>" in body
        return self.frame.document(
            run[0].entry.title, language, f'<div class="pack">\n{body}</div>\n', kind="bodymatter"
        )

    def alone(self, article: Article, leaf: Leaf, turn: Turn) -> Iterator[tuple[str, bytes]]:
        """Yield the documents of one article: one, or several where it is too long, each with its name."""
        kind = "backmatter" if leaf.made_here else "bodymatter"
        entry, style, end = article.entry, self._style(article.entry.id, {}), self._end(article, turn)
        whole = _xhtml.article(article, style, self._strings, made_here=leaf.made_here, end=end)
        self.ruby = self.ruby or "<ruby>" in whole
        if len(whole.encode()) <= ROOM:
            yield pages.name(leaf), self.frame.document(entry.title, entry.language, whole, kind=kind)
            return
        parts = self._parts(article)
        page = _xhtml.page(article, self._style(entry.id, _files(parts, leaf, article)), self._strings)
        for number, run in enumerate(parts, 1):
            body = _xhtml.blocks(run, page)
            title = entry.title if number == 1 else f"{entry.title} ({number}/{len(parts)})"
            if number == 1:
                head = _xhtml.header(entry, page.style, self._strings, made_here=leaf.made_here)
                body = f"{_xhtml.opening(entry, page.style)}\n{head}{body}</article>\n"
            else:
                head = f'<h1 class="again">{_xhtml.isolated(title)}</h1>\n'
                known = f"{_xhtml.tongue(entry.language)}{_origin.of_part(entry)}"
                body = f'<div class="more"{known}>\n{head}{body}{end if number == len(parts) else ""}</div>\n'
            yield pages.name(leaf, number), self.frame.document(title, entry.language, body, kind=kind)

    def measure(self, article: Article) -> int:
        """Return how many bytes an article takes at most among others in one document."""
        drawn = self._draw(article)
        if drawn.settled and self.waiting < MOST_DRAWN:
            self.drawn[article.entry.id] = drawn
            self.waiting += len(drawn.markup)
        whole = _xhtml.upright(drawn.markup) if self.frame.vertical else drawn.markup
        return len(whole.encode()) + _TURN + 4 * len(article.entry.title.encode())

    def _among_others(self, article: Article) -> str:
        """Return an article without its end: as it was measured, where that holds, else with its links in place."""
        if (drawn := self.drawn.pop(article.entry.id, None)) is None:
            return _xhtml.begun(article, self._style(article.entry.id, {}), self._strings)
        self.waiting -= len(drawn.markup)
        for ask in drawn.asks:
            ask()
        return drawn.markup

    def _draw(self, article: Article) -> Drawn:
        """Draw an article before it is known in which file others stand: links to them are as long as any can be."""
        own, asks, away = article.entry.id, list[Callable[[], str]](), list[Target]()

        def href(target: Target) -> str | None:
            landing = None if isinstance(target, Url) else self.places.land(target, own)
            if landing is None or landing[0] == own:
                return self._href(own, {}, target)
            away.append(target)
            return LONGEST_HREF

        def picture(original: Original, alt: str) -> str:
            asks.append(partial(self._picture, own, original, alt))
            found = self.bundle.assets.get(original)
            return _image(_picture_name(original, found), alt, _origin.of_picture(original)) if found else ""

        def code(code: QrCode) -> str:
            asks.append(partial(self._code, own, code))
            return _image(_code_name(code), _xhtml.code_alt(self._strings, code)) if _can_be_drawn(code) else ""

        style = replace(self._style(own, {}), href=href, picture=picture, code=code)
        return Drawn(_xhtml.begun(article, style, self._strings), tuple(asks), settled=not away)

    @property
    def _strings(self) -> Strings:
        return self.bundle.theme.strings

    def _style(self, own: ArticleId, files: dict[str, str]) -> _xhtml.Style:
        """Return the style of one article; `files` says in which file each anchor stands, where there are several."""
        return _xhtml.Style(
            picture=partial(self._picture, own),
            code=partial(self._code, own),
            href=partial(self._href, own, files),
            prefix=short_id(own),
            rel="noreferrer noopener",
            types=True,
            origin=True,
            upright=self.frame.vertical,
            room=_LINE,
        )

    def _parts(self, article: Article) -> tuple[tuple[Block, ...], ...]:
        page = _xhtml.page(article, self._measuring(article.entry.id), self._strings)
        return _halves.runs(article.blocks, lambda block: len(_xhtml.blocks((block,), page).encode()), max_size=ROOM)

    def _measuring(self, own: ArticleId) -> _xhtml.Style:
        """Return a style whose links are as long as any link can be, so that what fits here fits in the book."""

        def href(target: Target) -> str:
            return target.address if isinstance(target, Url) else LONGEST_HREF

        def picture(original: Original, alt: str) -> str:
            return _image(LONGEST_NAME, alt, _origin.of_picture(original)) if self.bundle.assets.get(original) else ""

        def code(code: QrCode) -> str:
            return _image(LONGEST_NAME, _xhtml.code_alt(self._strings, code))

        return replace(self._style(own, {}), href=href, picture=picture, code=code)

    # -- links ---------------------------------------------------------------------------------------------------

    def to(self, leaf: Leaf) -> str:
        """Return where a page stands: its own file, or its place in the file of another."""
        first = self.shelf.first(leaf.entry.id)
        return pages.name(first) if first.name == leaf.name else f"{pages.name(first)}#{leaf.name}"

    def _href(self, own: ArticleId, files: dict[str, str], target: Target) -> str | None:
        if isinstance(target, Url):
            return target.address
        landing = self.places.land(target, own)
        if landing is None:
            return None
        article, anchor = landing
        if article == own:
            return f"{files.get(anchor, '')}#{_xhtml.place(short_id(own), anchor)}"
        if anchor and self._is_short(article):
            return f"{pages.name(self.shelf.first(article))}#{_xhtml.place(short_id(article), anchor)}"
        return self.to(Leaf(self.places.article(article).entry))

    def _is_short(self, article: ArticleId) -> bool:
        """Say whether another article is certain to stand in one document, so that links may lead into it."""
        if article not in self.short:
            self.short[article] = self.shelf.is_shared(article) or self._measured(article) <= ROOM - 2_000
        return self.short[article]

    def _measured(self, article: ArticleId) -> int:
        whole = self.places.article(article)
        page = _xhtml.page(whole, self._measuring(article), self._strings)
        return len(_xhtml.blocks(whole.blocks, page).encode())

    def _end(self, article: Article, turn: Turn) -> str:
        """Return the links at an article's end: on, back, and to the contents."""
        near = (("next", turn.behind), ("previous", turn.before))
        links = [self._neighbour(key, leaf) for key, leaf in near if leaf]
        up = f'<p><a href="{pages.CONTENTS}">{_xhtml.sentence(self._strings, "to_contents")}</a></p>\n'
        voice = _xhtml.voice(self._strings, article.entry.language)
        return f'<footer class="turn"{voice}>\n{"".join(links)}{up}</footer>\n'

    def _neighbour(self, key: str, leaf: Leaf) -> str:
        said = _xhtml.sentence(self._strings, key, title=pages.title_in(leaf.entry, self._strings.language))
        return f'<p><a href="{self.to(leaf)}">{said}</a></p>\n'

    # -- pictures and codes --------------------------------------------------------------------------------------

    def _picture(self, own: ArticleId, original: Original, alt: str) -> str:
        picture = self.bundle.assets.get(original)
        if picture is None:
            self.notes.append(Note("picture-missing", own, original))
            return ""
        name = _picture_name(original, picture)
        if name not in self.stored:
            self.files.setdefault(name, picture.data)
        self.shown, self.told = True, self.told and bool(alt)
        return _image(name, alt, _origin.of_picture(original))

    def _code(self, own: ArticleId, code: QrCode) -> str:
        """Return a code as an image that can be held, saved and sent on; empty where its text is too long for one."""
        if not _can_be_drawn(code):
            self.notes.append(Note("code-too-long", own, code.payload))
            return ""
        name = _code_name(code)
        if name not in self.stored and name not in self.files:
            self.files[name] = qr.png(qr.matrix(code.payload))
        return _image(name, _xhtml.code_alt(self._strings, code))

    def asked(self) -> Iterator[tuple[str, bytes]]:
        """Yield the pictures and codes that the last documents asked for, each once in a book."""
        for name, data in self.files.items():
            self.stored.add(name)
            yield name, data
        self.files.clear()


def turns(leaves: Sequence[Leaf]) -> tuple[Turn, ...]:
    """Return for each page in reading order what its last lines lead to."""
    around = (None, *leaves, None)
    return tuple(Turn(around[at], around[at + 2]) for at in range(len(leaves)))


def _picture_name(original: Original, picture: Picture) -> str:
    return f"images/{original[:16]}.{_TYPES[picture.media_type]}"


def _code_name(code: QrCode) -> str:
    return f"codes/{hashlib.sha256(code.payload.encode()).hexdigest()[:16]}.png"


def _can_be_drawn(code: QrCode) -> bool:
    return qr.fits(code.payload, max_version=qr.MAX_VERSION_SCREEN)


def _image(name: str, alt: str, known: str = "") -> str:
    return f'<img src="{name}" alt="{_xhtml.text(alt)}"{known}/>'


def _files(parts: tuple[tuple[Block, ...], ...], leaf: Leaf, article: Article) -> dict[str, str]:
    """Return in which file each anchor, footnote and first call of one stands."""
    blocks = [block for block in every_block(article.blocks) if isinstance(block, Footnotes)]
    labels = dict.fromkeys(note.label for block in blocks for note in block.notes)
    numbers = {label: number for number, label in enumerate(labels, 1)}
    files: dict[str, str] = {}
    for part, run in enumerate(parts, 1):
        name = pages.name(leaf, part)
        found = [block for block in every_block(run) if isinstance(block, Footnotes)]
        calls = [inline.label for inline in every_inline(run) if isinstance(inline, NoteRef)]
        places = [f".n{numbers[note.label]}" for block in found for note in block.notes]
        places += [f".r{numbers[label]}" for label in calls if label in numbers]
        for place in (*_xhtml.anchors(run), *places):
            files.setdefault(place, name)
    return files
