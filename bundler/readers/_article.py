"""One page of a mirror to one article: its HTML walked, what is known of it gathered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from bundler.model import Article, ArticleId, Block, Entry, Figure, Note, Original, Section, Target
from bundler.readers import Reason, _address, _credits, _dates, _html, _language, _limits, _listing, _media, _pruning
from bundler.readers._frame import Page
from bundler.readers._listing import PAGES
from bundler.readers._removals import Removed, parted
from bundler.readers._rules import Rules
from bundler.readers._summary import characters, lead
from bundler.readers._tidying import tidy
from bundler.tree import Tree, page_id
from bundler.walk import plain_text

OPENING, CLOSING = 600, 300
"""Characters at the beginning and at the end in which datelines, dates and bylines are looked for."""
_SPACE = re.compile(r"\s+")
_SCHEME = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")


@dataclass(slots=True)
class Reading:
    """One page under way: what stands around its HTML, and what it turns out to need."""

    tree: Tree
    path: str
    archive: str
    page: Page
    rules: Rules
    media: dict[Original, str] = field(default_factory=dict)
    needs: dict[str, None] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    remote: _media.Remote = field(init=False)

    def __post_init__(self) -> None:
        """Look for pictures of the web where the page looks for its own."""
        self.remote = _media.Remote(self.tree, self.needs, self.media)

    def article(self, key: ArticleId) -> Article:
        """Make the article; what is missing or left out is remembered."""
        tree = _html.parse(self.page.body)
        pruning = _pruning.prune(tree, self.rules)
        tags, why = _credits.tags(_pruning.links(tree, pruning), self.rules)
        self.reasons += why
        times = tuple(_pruning.times(tree))
        setting = _html.Setting(self.picture, self.target, pruning.skip)
        parsed = _html.node_blocks(tree.body, setting) if tree.body is not None else _html.Parsed((), ())
        blocks, removed = tidy(parsed.blocks, self.page.title, self.rules)
        pruned, notes = parted(parsed.notes)
        self.removed += [*self.page.removed, *pruned, *removed]
        self.notes += notes
        return Article(self.entry(key, blocks, times, tags), blocks)

    def entry(self, key: ArticleId, blocks: tuple[Block, ...], times: tuple[str, ...], tags: tuple[str, ...]) -> Entry:
        """Say what is known of the article."""
        text = _text_of(blocks)
        bare = _SPACE.sub("", text)
        opening, closing = bare[:OPENING], bare[-CLOSING:]
        places: dict[str, Iterable[str]] = {
            "opening": (opening,),
            "time": times,
            "address": (_path_of(self.page.original),),
            "closing": (closing,),
            "path": (self.path,),
        }
        published, dated = _dates.find(self.rules, places, self.page.body) or (None, ())
        publisher, attributed = _credits.publisher(opening, self.page.original, self.rules)
        authors, signed = _credits.authors(self.page.title, (text[:OPENING], text[-CLOSING:]), self.rules)
        self.reasons[:0] = (*self.why(), *dated, *attributed, *signed)
        self.notes += [Note("undated")] if published is None else []
        self.notes += self.page.notes if self.page.title else [Note("untitled")]
        title, notes = _limits.shortened(self.page.title or PurePosixPath(self.path).stem)
        self.notes += notes
        return Entry(
            id=key,
            title=title,
            language=_language.of(self.page.title, blocks),
            section=_section(self.path),
            publisher=publisher,
            published=published,
            authors=authors,
            tags=tags,
            source=self.page.original,
            lead=lead(blocks),
            characters=characters(blocks),
        )

    def why(self) -> tuple[Reason, ...]:
        """Say where title, section, language and original address come from."""
        page = self.page
        return (
            Reason("title", "reader#title.heading", page.heading)
            if page.title
            else Reason("title", "reader#title.file"),
            Reason("section", "reader#section.folder", self.path),
            Reason("language", "reader#language.letters"),
            *((Reason("source", page.source, page.original),) if page.original else ()),
        )

    def picture(self, source: str) -> Original | None:
        """Find a picture in the tree, relative to the page or fetched; one that cannot be carried leaves a note."""
        path = self.inside(source)
        if path:
            self.needs[path] = None
        found = _media.noted(_media.carried(self.tree, path) if path else self.remote.picture(source), self.notes)
        if found is not None and path:
            self.media.setdefault(found, path)
        return found

    def target(self, href: str) -> Target | None:
        """Lead to a page of this mirror, or to an address."""
        path = self.inside(href)
        if path.startswith(f"{PAGES}/") and path.endswith(".md"):
            return ArticleId(page_id(self.archive, path, under=PAGES))
        return _address.outside(href)

    def inside(self, written: str) -> str:
        """Return the path in the tree that a relative address names, or nothing."""
        if _SCHEME.match(written):
            return ""
        plain = re.split(r"[?#]", written.strip(), maxsplit=1)[0]
        return _listing.resolved(PurePosixPath(self.path).parent, unquote(plain))


def _text_of(blocks: tuple[Block, ...]) -> str:
    """Return the text that datelines and bylines stand in: captions only where there is nothing else."""
    text = plain_text(block for block in blocks if not isinstance(block, Figure))
    return text if text.strip() else plain_text(blocks)


def _section(path: str) -> Section:
    """Return the section of a page: the folder below `pages/`, else the first one it stands in; an id is no name."""
    parts = PurePosixPath(path.removeprefix(f"{PAGES}/")).parts
    name = parts[0] if len(parts) > 1 else ""
    return Section(name, "")


def _path_of(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""
