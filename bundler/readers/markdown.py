"""Any folder of Markdown, as Hugo, Jekyll, Pelican and Obsidian write it, or nobody in particular."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from urllib.parse import unquote

from bundler.model import (
    Anchor,
    Article,
    ArticleId,
    Block,
    Date,
    Entry,
    Heading,
    Inline,
    Link,
    Note,
    Original,
    Section,
    Target,
)
from bundler.readers import (
    Claim,
    Loaded,
    Reason,
    Scan,
    What,
    _address,
    _chapter,
    _front,
    _html,
    _language,
    _limits,
    _markdown,
    _media,
    _page,
    _summary,
    _text,
)
from bundler.readers._contents import natural
from bundler.readers._front import Front
from bundler.readers._paths import PAGES, Places
from bundler.tree import File, Tree, page_id
from bundler.walk import every_block, line_text, map_blocks, plain_text

_OTHERS = re.compile(
    r"(?:readme|licen[cs]e|copying|changelog|changes|contributing|code_of_conduct|security|authors)(?:[._-].*)?"
)
_WRAPPERS = frozenset(("content", "_posts", "_drafts", "docs", "source", "src"))
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})[-_ ]+(?=\S)")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SHARED = ("share", "url", "permalink")
"""Keys of the address that a page claims as its own."""
_NO = frozenset(("false", "no", "off", "0"))
_YES = frozenset(("true", "yes", "on", "1"))


def recognizes(tree: Tree) -> bool:
    """Say whether the tree holds any Markdown."""
    return any(_is_page(file) for file in tree.list())


def scan(tree: Tree) -> Scan:
    """List the pages, folder by folder, numbers in their order; read only the folders' own `_index.md`."""
    pages: list[str] = []
    named: dict[str, str] = {}
    notes: list[Note] = []
    for file in filter(_is_page, tree.list()):
        reason = _no_article(file)
        if reason:
            notes.append(Note(reason, detail=_shown(file.path)))
        elif _stem(file.path) == "_index":
            front = _head(tree, file.path)
            if front.one("title"):
                named[_section(f"{_folder(file.path)}/x")] = _shown(front.one("title"))
            pages += [file.path] if front.body.strip() else []
        else:
            pages.append(file.path)
    sections = sorted({section for section in map(_section, pages) if section})
    ordered = tuple(sorted(pages, key=natural))
    return Scan(ordered, {section: named.get(section) or _shown(section) for section in sections}, tuple(notes))


def load(tree: Tree, path: str, archive: str) -> Loaded:
    """Read one page."""
    key = ArticleId(page_id(archive, path))
    text = _page.read(tree, path)
    if isinstance(text, Note):
        return Loaded(None, notes=(replace(text, article=key),))
    reading = _Reading(Places(tree, path), archive, _front.split(text[0]))
    article = reading.article(key)
    refused = reading.refusal(article.blocks)
    notes = (*text[1], *reading.front.notes, *reading.notes, *((refused,) if refused else ()))
    return Loaded(
        None if refused else article,
        claims=tuple(reading.claims()),
        media=dict(sorted(reading.places.media.items())),
        needs=tuple(reading.places.needs),
        notes=tuple(replace(note, article=key) for note in notes),
        reasons=tuple(reading.reasons),
        remote=tuple(reading.places.remote.addresses),
    )


def fragment(text: str) -> tuple[Block, ...]:
    """Read Markdown that stands in no file: a foreword. It shows no pictures, and its links lead outside."""
    setting = _html.Setting(lambda _source: None, _address.outside, lambda _node: None)
    return _html.blocks(_markdown.to_html(_text.clean(text)[0])[0], setting).blocks


def spoken(blocks: tuple[Block, ...], around: str) -> str:
    """Return the language of a fragment that is written in other letters than the language around it, else that one."""
    guessed = _language.of("", blocks)
    lettered = any(character.isalpha() for character in plain_text(blocks))
    return guessed if lettered and not _language.alike(guessed, around) else around


def _is_page(file: File) -> bool:
    return file.path.lower().endswith(PAGES)


def _no_article(file: File) -> str:
    """Name the reason why a file is no article, from its name and size alone."""
    if not file.size:
        return "empty"
    return "not-an-article" if _OTHERS.fullmatch(_stem(file.path).lower()) else ""


def _stem(path: str) -> str:
    return PurePosixPath(path).stem


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _shown(path: str) -> str:
    """Return a name that can be printed: no controls, no overrides of direction."""
    return _BIDI.sub("", _line(_text.clean(path)[0]))


def _head(tree: Tree, path: str) -> Front:
    text = _page.read(tree, path)
    return Front() if isinstance(text, Note) else _front.split(text[0])


def _section(path: str) -> str:
    """Return the first folder that is neither a generator's own nor a language's; of a page bundle, not its own."""
    parts = list(PurePosixPath(path).parts[:-1])
    if _stem(path).split(".")[0] == "index":
        parts = parts[:-1]
    wrapped = bool(parts) and parts[0] in _WRAPPERS
    while parts and parts[0] in _WRAPPERS:
        parts = parts[1:]
    if parts and _language.is_code(parts[0]) and (wrapped or len(parts) > 1):
        parts = parts[1:]
    return parts[0] if parts else ""


@dataclass(slots=True)
class _Reading:
    """One page under way; `others` are the anchors of pages that it links into.

    Of a bare one only the headings are wanted: it finds no pictures, and its links lead to no page.
    """

    places: Places
    archive: str
    front: Front
    notes: list[Note] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    others: dict[str, dict[str, str]] = field(default_factory=dict)
    bare: bool = False

    def article(self, key: ArticleId) -> Article:
        """Make the article; what is missing or changed is noted."""
        title, blocks, _ = self.read()
        return Article(self.entry(key, title, blocks), blocks)

    def read(self) -> tuple[str, tuple[Block, ...], dict[str, str]]:
        """Return title and text, and of each id of a heading its anchor; nothing for the heading that is the title."""
        rendered, limited = _markdown.to_html(self.front.body)
        ready, ids = _chapter.pointed(rendered)
        parsed = _html.blocks(ready, _html.Setting(self.picture, self.target, lambda _node: None), wanted=ids)
        self.notes += (*limited, *parsed.notes)
        title, blocks = self.title(parsed.blocks)
        kept = {block.anchor for block in every_block(blocks) if isinstance(block, Heading)}
        return title, blocks, {name: place if place in kept else "" for name, place in parsed.anchors.items()}

    def entry(self, key: ArticleId, title: str, blocks: tuple[Block, ...]) -> Entry:
        """Say what is known of the article."""
        self.why("section", "folder", self.places.page)
        section = _section(self.places.page)
        lead = _summary.lead(blocks)
        return Entry(
            id=key,
            title=title,
            language=self.language(title, blocks),
            section=Section(section, _shown(section)),
            publisher=_line(self.said("publisher", "publisher", "source_name")),
            published=self.published(),
            authors=tuple(map(_line, self.authors())),
            tags=tuple(map(_line, self.tags())),
            source=self.source(),
            share=self.address(*_SHARED),
            lead=lead,
            characters=_summary.characters(blocks),
        )

    def why(self, what: What, rule: str, said: str = "") -> None:
        """Remember by which rule something was decided."""
        self.reasons.append(Reason(what, f"reader#{what}.{rule}", said))

    def said(self, what: What, *keys: str) -> str:
        """Return what the front matter says under the first of these keys, and remember it."""
        found = self.front.one(*keys)
        if found:
            self.why(what, "front-matter", found)
        return found

    def authors(self) -> Iterable[str]:
        """Return the authors; names in one string are parted by commas only where the key speaks of several."""
        found = dict.fromkeys((*self.front.all("authors"), *self.front.all("author", "by", "creator", cut=";；、")))
        if found:
            self.why("authors", "front-matter", ", ".join(found))
        return found

    def tags(self) -> tuple[str, ...]:
        """Return tags, keywords and categories."""
        found = self.front.all("tags", "tag", "keywords", "categories", "category", "topics")
        if found:
            self.why("tags", "front-matter", ", ".join(found))
        return found

    def source(self) -> str:
        """Return the original address."""
        found = self.address("source", "original", "original_url", "canonical", "canonical_url", "canonicalurl")
        if found:
            self.why("source", "front-matter", found)
        return found

    def title(self, blocks: tuple[Block, ...]) -> tuple[str, tuple[Block, ...]]:
        """Return the title (front matter, first heading, file name) and the text without the heading that says it."""
        written = _line(self.front.one("title"))
        first = blocks[0] if blocks else None
        headed = line_text(first.children) if isinstance(first, Heading) else ""
        if headed and (not written or _same(headed, written)):
            self.why("title", "front-matter" if written else "heading", written or headed)
            return self.shortened(written or _line(headed)), _without_title(blocks)
        if not written:
            found = next((block for block in blocks if isinstance(block, Heading)), None)
            written = _line(line_text(found.children)) if found is not None else _named(self.places.page)
            self.why("title", "heading" if found is not None else "file", written)
        else:
            self.why("title", "front-matter", written)
        return self.shortened(written), blocks

    def shortened(self, title: str) -> str:
        """Cut a title that is no title."""
        short, notes = _limits.shortened(title)
        self.notes += notes
        return short

    def language(self, title: str, blocks: tuple[Block, ...]) -> str:
        """Return the language that the page says, or its file's name or folders, or else its letters."""
        if said := _language.known(self.front.one("language", "lang", "locale")):
            self.why("language", "front-matter", said)
            return said
        path = PurePosixPath(self.places.page)
        suffix = path.stem.rpartition(".")[2] if "." in path.stem else ""
        guessed = _language.of(title, blocks)
        named = (_language.known(part) for part in (suffix, *path.parts[:-1]) if _language.is_code(part))
        placed = next((code for code in named if code and _language.alike(code, guessed)), "")
        self.why("language", "file" if placed else "letters", placed)
        return placed or guessed

    def published(self) -> Date | None:
        """Return the date of the front matter, or else of the file's name."""
        written = self.front.one(
            "date", "published_at", "pubdate", "publishdate", "publish_date", "created", "created_at"
        )
        written = written or self.front.one("published", "datetime")
        if written and (found := _front.day(written, "front-matter")) is not None:
            self.why("date", "front-matter", written)
            return found
        if written and written.lower() not in _YES | _NO:
            self.notes.append(Note("date-unreadable", detail=written[: _limits.MAX_DETAIL]))
        dated = _DATED.match(_stem(self.places.page))
        found = _front.day(dated[1], "file-name") if dated else None
        if dated and found:
            self.why("date", "file", dated[1])
        self.notes += [] if found else [Note("undated")]
        return found

    def address(self, *keys: str) -> str:
        """Return the first absolute address under these keys."""
        found = _address.outside(self.front.one(*keys))
        return found.address if found is not None else ""

    def claims(self) -> Iterator[Claim]:
        """Yield the address that the page claims as its own."""
        if address := self.address(*_SHARED):
            yield Claim("page", address)

    def refusal(self, blocks: tuple[Block, ...]) -> Note | None:
        """Say why the page is no article: a draft, too long, or nothing to read."""
        draft = self.front.one("draft").lower() in _YES or self.front.one("status").lower() in ("draft", "hidden")
        unpublished = self.front.one("published", "publish").lower() in _NO or "_drafts" in self.places.page.split("/")
        if draft or unpublished:
            return Note("draft")
        return _limits.too_long(blocks) or (None if _summary.says(blocks) else Note("empty"))

    def picture(self, source: str) -> Original | None:
        """Find a picture in the tree; one that cannot be carried leaves a note."""
        return None if self.bare else _media.noted(self.places.carried(source), self.notes)

    def target(self, href: str) -> Target | None:
        """Lead to a page of this archive, or to an address; a link to any other file becomes plain text."""
        outside = _address.outside(href)
        if outside is not None:
            return outside
        path = "" if self.bare else self.places.page_at(href)
        if not path or _OTHERS.fullmatch(_stem(path).lower()):
            return None
        key, place = ArticleId(page_id(self.archive, path)), unquote(href.partition("#")[2])
        if not place or path == self.places.page:
            return key
        anchors = self.anchors(path)
        found = _chapter.finder(anchors)(place)
        if not found:
            self.notes.append(Note("anchor-missing", detail=f"{path}#{place}"[: _limits.MAX_DETAIL]))
        return Anchor(anchors[found], key) if anchors.get(found) else key

    def anchors(self, path: str) -> dict[str, str]:
        """Return the anchors of another page by its ids, made as that page makes them."""
        if path not in self.others:
            text = _page.read(self.places.tree, path)
            front = Front() if isinstance(text, Note) else _front.split(text[0])
            self.others[path] = _Reading(Places(self.places.tree, path), self.archive, front, bare=True).read()[2]
        return self.others[path]


def _line(text: str) -> str:
    return " ".join(text.split())


def _same(left: str, right: str) -> bool:
    return re.sub(r"[\W_]+", "", left).casefold() == re.sub(r"[\W_]+", "", right).casefold()


def _named(path: str) -> str:
    """Return a title from a file's name, or of a page bundle from its folder's."""
    stem = _stem(path)
    if stem in ("index", "_index") and "/" in path:
        stem = PurePosixPath(path).parts[-2]
    stem = _shown(stem)
    return _line(_DATED.sub("", stem).replace("_", " ").replace("-", " ")) or stem


def _without_title(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Drop the first heading; links to it become plain text, and the headings below it move up."""
    title, *rest = blocks
    anchor = title.anchor if isinstance(title, Heading) else ""

    def inline(old: Inline) -> tuple[Inline, ...]:
        return old.children if isinstance(old, Link) and old.target == Anchor(anchor) else (old,)

    return _html.leveled(map_blocks(rest, lambda block: (block,), inline) if anchor else tuple(rest))
