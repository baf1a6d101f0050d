"""EPUB 3.3 for phones and e-readers: cover, headlines, chapters, articles, pages about the edition.

One document an article, none over MAX_BYTES; pictures and codes are files beside them, each stored once; navigation
for new readers and old ones. Articles are written one at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from bundler import furniture, qr
from bundler.model import (
    Article,
    ArticleId,
    Block,
    Bundle,
    Footnotes,
    Note,
    NoteRef,
    Original,
    QrCode,
    Strings,
    Target,
    Url,
    short_id,
)
from bundler.walk import every_block, every_inline
from bundler.work import Work
from bundler.writers import Output, _halves, _origin, _reading, _weight, _xhtml
from bundler.writers import _epub_pages as pages
from bundler.writers._epub_package import Label, Landmark, Package, Point
from bundler.writers._reading import Leaf, Places

MAX_BYTES = 260_000
"""What one document may hold: weak readers die of larger ones."""
ROOM = MAX_BYTES - 8_000
"""What its blocks may hold; the rest is for head, title and byline."""
_TYPES = {"image/jpeg": "jpg", "image/png": "png"}
_LONGEST_HREF = "a0123456789-99.xhtml#a0123456789-" + "x" * 64


@dataclass(frozen=True, slots=True)
class Options:
    """Nothing to choose yet."""


def write(bundle: Bundle, options: Options, out: Output, work: Work) -> tuple[Note, ...]:  # noqa: ARG001 - the protocol
    """Write the bundle as one EPUB, article by article."""
    with out.open("epub", "application/epub+zip") as file:
        book = _Book(bundle, Package(file, _label(bundle)), Places(bundle))
        book.write(work)
    return tuple(dict.fromkeys(book.notes))


def weigh(article: Article, options: Options) -> int:  # noqa: ARG001 - the protocol
    """Estimate the bytes that one article adds: deflated text and markup, two entries of the ZIP file."""
    return _weight.markup_bytes(article, code=1400, page=2200) * 11 // 20


def _label(bundle: Bundle) -> Label:
    entries = (bundle.articles.entry(article) for article in bundle.articles.ids)
    others = sorted({_xhtml.tag(entry.language) for entry in entries} - {_xhtml.tag(bundle.language)})
    return Label(
        title=_xhtml.plain(pages.outer_title(bundle)),
        languages=(_xhtml.tag(bundle.language), *others),
        direction=furniture.direction(bundle.language),
        day=bundle.edition,
        contents=furniture.text(bundle.theme.strings, "contents"),
        collection=_xhtml.plain(bundle.title) if bundle.outside == "open" else "",
    )


@dataclass(slots=True)
class _Book:
    bundle: Bundle
    package: Package
    places: Places
    notes: list[Note] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    shown: bool = False
    told: bool = True
    short: dict[ArticleId, bool] = field(default_factory=dict)

    def write(self, work: Work) -> None:
        """Write every document in reading order, then navigation and package."""
        bundle, add = self.bundle, partial(self.package.add, reads=True)
        self.package.add(pages.STYLE, bundle.theme.css["epub"].encode())
        add(pages.COVER, pages.cover(bundle))
        add(pages.CONTENTS, pages.contents(bundle))
        chapters = _reading.opened_by(bundle) if pages.has_chapter_pages(bundle) else {}
        leaves = _reading.leaves(bundle)
        for done, (leaf, article) in enumerate(zip(leaves, _reading.pages(bundle), strict=True), 1):
            if opened := chapters.get(article.entry.id):
                add(pages.chapter_name(opened[0]), pages.chapter(bundle, opened[1]))
            for name, data in self._documents(article, leaf):
                add(name, data)
                self._store()
            work.progress("epub", done, len(leaves))
        self.package.close(self._points(), self._landmarks(), self._facts())

    # -- articles ------------------------------------------------------------------------------------------------

    def _documents(self, article: Article, leaf: Leaf) -> Iterator[tuple[str, bytes]]:
        """Yield the documents of one article: one, or several where it is too long."""
        kind = "backmatter" if leaf.made_here else "bodymatter"
        style = self._style(article.entry.id, {})
        whole = _xhtml.article(article, style, self._strings, made_here=leaf.made_here, end=self._end(article))
        if len(whole.encode()) <= ROOM:
            yield pages.name(leaf), pages.document(article.entry.title, article.entry.language, whole, kind=kind)
            return
        parts = self._parts(article)
        page = _xhtml.page(article, self._style(article.entry.id, _files(parts, leaf, article)), self._strings)
        for number, run in enumerate(parts, 1):
            body = _xhtml.blocks(run, page)
            title = article.entry.title if number == 1 else f"{article.entry.title} ({number}/{len(parts)})"
            if number == 1:
                head = _xhtml.header(article.entry, page.style, self._strings, made_here=leaf.made_here)
                body = f"{_xhtml.opening(article.entry, page.style)}\n{head}{body}</article>\n"
            else:
                end = self._end(article) if number == len(parts) else ""
                head = f'<h1 class="again">{_xhtml.isolated(title)}</h1>\n'
                known = f"{_xhtml.tongue(article.entry.language)}{_origin.of_part(article.entry)}"
                body = f'<div class="more"{known}>\n{head}{body}{end}</div>\n'
            yield pages.name(leaf, number), pages.document(title, article.entry.language, body, kind=kind)

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
        )

    def _end(self, article: Article) -> str:
        voice = _xhtml.voice(self._strings, article.entry.language)
        up = _xhtml.sentence(self._strings, "to_contents")
        return f'<p class="turn"{voice}><a href="{pages.CONTENTS}">{up}</a></p>\n'

    def _parts(self, article: Article) -> tuple[tuple[Block, ...], ...]:
        page = _xhtml.page(article, self._measuring(article.entry.id), self._strings)
        return _halves.runs(article.blocks, lambda block: len(_xhtml.blocks((block,), page).encode()), max_size=ROOM)

    def _measuring(self, own: ArticleId) -> _xhtml.Style:
        """Return a style whose links are as long as any link can be, so that what fits here fits in the book."""

        def href(target: Target) -> str:
            return target.address if isinstance(target, Url) else _LONGEST_HREF

        return replace(self._style(own, {}), href=href)

    # -- links ---------------------------------------------------------------------------------------------------

    def _href(self, own: ArticleId, files: dict[str, str], target: Target) -> str | None:
        if isinstance(target, Url):
            return target.address
        landing = self.places.land(target, own)
        if landing is None:
            return None
        article, anchor = landing
        if article == own:
            return f"{files.get(anchor, '')}#{_xhtml.place(short_id(own), anchor)}"
        inside = f"#{_xhtml.place(short_id(article), anchor)}" if anchor and self._is_short(article) else ""
        return f"{short_id(article)}.xhtml{inside}"

    def _is_short(self, article: ArticleId) -> bool:
        """Say whether another article is certain to stand in one document, so that links may lead into it."""
        if article not in self.short:
            whole = self.places.article(article)
            page = _xhtml.page(whole, self._measuring(article), self._strings)
            self.short[article] = len(_xhtml.blocks(whole.blocks, page).encode()) <= ROOM - 2_000
        return self.short[article]

    # -- pictures and codes --------------------------------------------------------------------------------------

    def _picture(self, own: ArticleId, original: Original, alt: str) -> str:
        picture = self.bundle.assets.get(original)
        if picture is None:
            self.notes.append(Note("picture-missing", own, original))
            return ""
        name = f"images/{original[:16]}.{_TYPES[picture.media_type]}"
        self.files.setdefault(name, picture.data)
        self.shown, self.told = True, self.told and bool(alt)
        return f'<img src="{name}" alt="{_xhtml.text(alt)}"{_origin.of_picture(original)}/>'

    def _code(self, own: ArticleId, code: QrCode) -> str:
        """Return a code as an image that can be held, saved and sent on; empty where its text is too long for one."""
        if not qr.fits(code.payload, max_version=qr.MAX_VERSION_SCREEN):
            self.notes.append(Note("code-too-long", own, code.payload))
            return ""
        name = f"codes/{hashlib.sha256(code.payload.encode()).hexdigest()[:16]}.png"
        if name not in self.stored and name not in self.files:
            self.files[name] = qr.png(qr.matrix(code.payload))
        return f'<img src="{name}" alt="{_xhtml.text(_xhtml.code_alt(self._strings, code))}"/>'

    def _store(self) -> None:
        """Write the pictures and codes that the last document asked for, each once."""
        for name, data in self.files.items():
            if name not in self.stored:
                self.stored.add(name)
                self.package.add(name, data)
        self.files.clear()

    # -- the package ---------------------------------------------------------------------------------------------

    def _points(self) -> Iterator[Point]:
        bundle = self.bundle
        contents = _xhtml.plain(furniture.text(self._strings, "contents"))
        yield Point(contents, pages.CONTENTS)
        yield from map(_point, _reading.front(bundle))
        for number, chapter in enumerate(_reading.chapters(bundle), 1):
            inner = tuple(_point(Leaf(bundle.articles.entry(article))) for article in chapter.articles)
            href = pages.chapter_name(number) if pages.has_chapter_pages(bundle) else inner[0].href
            yield Point(_xhtml.plain(chapter.title), href, inner)
        yield from map(_point, _reading.back(bundle))

    def _landmarks(self) -> tuple[Landmark, ...]:
        """Return the places that reading apps know; their titles show outside, so they say nothing of the content."""
        contents = furniture.text(self._strings, "contents")
        cover = Landmark("cover", _xhtml.plain(pages.outer_title(self.bundle)), pages.COVER)
        return (cover, Landmark("toc", contents, pages.CONTENTS), Landmark("text", contents, pages.CONTENTS))

    def _facts(self) -> Iterator[tuple[str, str]]:
        """Say what a reader who does not see can rely on (EPUB Accessibility 1.1; Schema.org)."""
        yield "schema:accessMode", "textual"
        if self.shown:
            yield "schema:accessMode", "visual"
        yield "schema:accessModeSufficient", "textual" if self.told else "textual,visual"
        features = ("displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents")
        for feature in (*(("alternativeText",) if self.told else ()), *features):
            yield "schema:accessibilityFeature", feature
        yield "schema:accessibilityHazard", "none"
        yield "schema:accessibilitySummary", furniture.text(self._strings, "accessibility")


def _point(leaf: Leaf) -> Point:
    return Point(_xhtml.plain(leaf.entry.title), pages.name(leaf))


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
