"""One EPUB, from its cover to its last page.

One document an article, or, where there are thousands, several articles to a document; none over MAX_BYTES. Pictures
and codes are files beside them, each stored once; navigation for new readers and old ones. Articles are written one at
a time: the pages that list them come last in the file, and the spine says that they are read first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from bundler import furniture
from bundler.errors import RecipeError, say
from bundler.model import Article, ArticleId, Bundle, Chapter, Note
from bundler.work import Work
from bundler.writers import Output, _epub_cover, _reading, _xhtml
from bundler.writers import _epub_pages as pages
from bundler.writers._epub_articles import LONGEST_HREF, Scribe, Turn, turns
from bundler.writers._epub_fonts import Letters, cuts
from bundler.writers._epub_package import Label, Landmark, Package, Point
from bundler.writers._epub_pages import Frame, runs_down
from bundler.writers._epub_plan import MAX_DOCUMENTS, Run, Shelf, is_crowded, opens_inside, plan
from bundler.writers._reading import Leaf, Places


def write(bundle: Bundle, out: Output, work: Work, *, vertical: bool, embed: bool) -> tuple[Note, ...]:
    """Write the bundle as one EPUB, article by article.

    Raises RecipeError where its text is more than MAX_DOCUMENTS documents can hold.
    """
    frame = Frame(vertical=vertical and runs_down(bundle.language))
    ignored = (Note("not-vertical", None, bundle.language),) if vertical and not frame.vertical else ()
    with out.open("epub") as file:
        letters = Letters() if embed else None
        book = _Book(bundle, Package(file, _label(bundle, frame)), frame, letters)
        book.write(work)
    return tuple(dict.fromkeys((*ignored, *book.scribe.notes)))


def _label(bundle: Bundle, frame: Frame) -> Label:
    entries = (bundle.articles.entry(article) for article in bundle.articles.ids)
    others = sorted({_xhtml.tag(entry.language) for entry in entries} - {_xhtml.tag(bundle.language)})
    return Label(
        title=_xhtml.plain(pages.outer_title(bundle)),
        languages=(_xhtml.tag(bundle.language), *others),
        direction=furniture.direction(bundle.language),
        day=bundle.edition,
        contents=furniture.text(bundle.theme.strings, "contents"),
        collection=_xhtml.plain(bundle.title) if bundle.outside == "open" else "",
        progression="rtl" if frame.vertical else furniture.direction(bundle.language),
    )


@dataclass(slots=True)
class _Book:
    bundle: Bundle
    package: Package
    frame: Frame
    letters: Letters | None
    """What fonts are cut to, where they are embedded."""
    crowded: bool = field(init=False)
    opened: dict[ArticleId, tuple[int, Chapter]] = field(init=False)
    scribe: Scribe = field(init=False)
    chapters: dict[int, str] = field(default_factory=dict)
    """Where each chapter with a page or a section of its own begins, by its number."""

    def __post_init__(self) -> None:
        """Plan which pages share a file."""
        bundle, places = self.bundle, Places(self.bundle)
        self.crowded = is_crowded(bundle)
        self.opened = _reading.opened_by(bundle) if pages.has_chapter_pages(bundle) else {}
        self.scribe = Scribe(bundle, self.frame, places)
        self.scribe.shelf = Shelf(plan(bundle, crowded=self.crowded), load=places.article, measure=self._measure)

    def write(self, work: Work) -> None:
        """Write articles, then all that lists them, then the package."""
        bundle, shelf = self.bundle, self.scribe.shelf
        leaves, articles = _reading.leaves(bundle), _reading.pages(bundle)
        near = dict(zip((leaf.name for leaf in leaves), turns(leaves), strict=True))
        picture, untold = _epub_cover.draw(bundle)
        self.scribe.notes.extend(untold)
        self.package.cover(pages.COVER_PICTURE, picture)
        self._add(pages.COVER, pages.cover(bundle, self.frame))
        done = 0
        for number, pack in enumerate(shelf.packs):
            loaded = tuple(islice(articles, len(pack)))
            found = iter(loaded)
            for run in shelf.runs(number, loaded):
                self._write(run, tuple(islice(found, len(run))), tuple(near[leaf.name] for leaf in run))
            done += len(pack)
            work.progress("epub", done, len(leaves))
        self._list()
        self.package.add(pages.STYLE, (bundle.theme.css["epub"] + self._embedded()).encode())
        self.package.close(self._points(), self._landmarks(), self._facts())

    # -- articles ------------------------------------------------------------------------------------------------

    def _write(self, run: Run, articles: Sequence[Article], near: Sequence[Turn]) -> None:
        """Write a file, or the files of a long article, and behind them the pictures and codes they show."""
        inside = len(run) > 1 and opens_inside(self.bundle, crowded=self.crowded)
        for leaf in run:
            if opened := self.opened.get(leaf.entry.id):
                place = f"{pages.name(run[0])}#c{opened[0]}"
                self.chapters[opened[0]] = place if inside else pages.chapter_name(opened[0])
        if len(run) > 1:
            before = [self._opening(leaf, self.scribe.to) if inside else "" for leaf in run]
            self._add(pages.name(run[0]), self.scribe.together(run, articles, near, before))
        else:
            for name, data in self.scribe.alone(articles[0], run[0], near[0]):
                self._add(name, data)
        for name, data in self.scribe.asked():
            self.package.add(name, data)

    def _add(self, name: str, data: bytes, *, before: str = "") -> None:
        """Write a document that is read last so far, or before another one."""
        if self.letters:
            self.letters.gather(data)
        if before:
            self.package.insert(name, data, before=before)
        else:
            self.package.add(name, data, reads=True)

    def _embedded(self) -> str:
        """Write the fonts that the letters ask for and return what the style sheet says of them."""
        css = ""
        for made in cuts(self.bundle, self.letters) if self.letters else ():
            if isinstance(made, Note):
                self.scribe.notes.append(made)
            else:
                self.package.add(made.name, made.data)
                css += made.css
        return css

    def _opening(self, leaf: Leaf, href: pages.Href) -> str:
        """Return the section of the chapter that an article opens; empty where it opens none."""
        opened = self.opened.get(leaf.entry.id)
        return pages.chapter_section(self.bundle, self.frame, *opened, href) if opened else ""

    def _measure(self, article: Article) -> int:
        """Return how many bytes an article takes at most in a shared file, with the chapter that it opens."""
        opening = self._opening(Leaf(article.entry), lambda _: LONGEST_HREF)
        return self.scribe.measure(article) + len(opening.encode())

    # -- what lists them -----------------------------------------------------------------------------------------

    def _list(self) -> None:
        """Write the headlines behind the cover, and the chapters' own pages before their first articles.

        Raises RecipeError where the spine has become too long.
        """
        bundle, href = self.bundle, self.scribe.to
        for article, (number, chapter) in self.opened.items():
            if "#" in self.chapters[number]:
                continue
            first = href(Leaf(bundle.articles.entry(article)))
            for part, data in enumerate(pages.chapter(bundle, self.frame, chapter, href), 1):
                self._add(pages.chapter_name(number, part), data, before=first)
        listed = pages.contents(bundle, self.frame, chapters=self.chapters, href=href, crowded=self.crowded)
        following = self.package.spine[1]
        for part, data in enumerate(listed, 1):
            self._add(pages.contents_name(part), data, before=following)
        if len(self.package.spine) > MAX_DOCUMENTS:
            raise RecipeError(
                say("an EPUB of {count} documents is too large for reading apps", count=len(self.package.spine)),
                hint=say("select fewer articles, with 'limit' for example"),
            )

    def _points(self) -> Iterator[Point]:
        bundle, strings = self.bundle, self.bundle.theme.strings
        yield self._point(furniture.text(strings, "contents"), pages.CONTENTS, strings.language)
        yield from map(self._leaf, _reading.front(bundle))
        for number, chapter in enumerate(_reading.chapters(bundle), 1):
            inner = tuple(self._leaf(Leaf(bundle.articles.entry(article))) for article in chapter.articles)
            yield self._point(chapter.title, self.chapters.get(number, inner[0].href), bundle.language, inner)
        yield from map(self._leaf, _reading.back(bundle))

    def _leaf(self, leaf: Leaf) -> Point:
        return self._point(leaf.entry.title, self.scribe.to(leaf), leaf.entry.language)

    def _point(self, title: str, href: str, language: str, inner: tuple[Point, ...] = ()) -> Point:
        tag = "" if language == self.bundle.language else _xhtml.tag(language)
        return Point(_xhtml.plain(title), href, inner, language=tag, direction=furniture.direction(language))

    def _landmarks(self) -> tuple[Landmark, ...]:
        """Return the places that reading apps know; their titles show outside, so they say nothing of the content."""
        contents = furniture.text(self.bundle.theme.strings, "contents")
        cover = Landmark("cover", _xhtml.plain(pages.outer_title(self.bundle)), pages.COVER)
        return (cover, Landmark("toc", contents, pages.CONTENTS), Landmark("text", contents, pages.CONTENTS))

    def _facts(self) -> Iterator[tuple[str, str]]:
        """Say what a reader who does not see can rely on (EPUB Accessibility 1.1, 2.2; Schema.org).

        No conformance is claimed: nobody has looked at what the articles' pictures and their descriptions show.
        """
        shown, told = self.scribe.shown, self.scribe.told
        for mode in ("textual", "visual") if shown else ("textual",):
            yield "schema:accessMode", mode
        for enough in (*(("textual",) if told else ()), *(("textual,visual",) if shown else ())):
            yield "schema:accessModeSufficient", enough
        features = ["displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents"]
        features += ["alternativeText"] * told + ["rubyAnnotations"] * self.scribe.ruby
        features += ["verticalWriting"] * self.frame.vertical
        for feature in sorted(features):
            yield "schema:accessibilityFeature", feature
        yield "schema:accessibilityHazard", "none"
        yield "schema:accessibilitySummary", furniture.text(self.bundle.theme.strings, "accessibility")
