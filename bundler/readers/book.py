"""A book: `README.md` is its contents, `chapters/*.md` are its chapters, pictures lie beside them.

What the README says beside its contents is the book's first page.

What the README lists gives order, parts and titles; a part is a section. Anchors inside chapters are named by the
headings in order, so that a link from one chapter into another needs nothing but the other's headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import dropwhile
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from bundler.model import (
    Anchor,
    Article,
    ArticleId,
    Block,
    Entry,
    Heading,
    Inline,
    Items,
    Link,
    Note,
    Original,
    Section,
    Separator,
    Target,
)
from bundler.readers import (
    Loaded,
    Reason,
    Scan,
    _address,
    _chapter,
    _contents,
    _credits,
    _dates,
    _html,
    _language,
    _limits,
    _markdown,
    _media,
    _page,
    _rules,
    _summary,
)
from bundler.readers._contents import CHAPTERS, README, Place
from bundler.readers._frame import ORIGINAL, plain
from bundler.readers._paths import PAGES, RULES, Places
from bundler.readers._removals import Removed, kind, reasons, told
from bundler.readers._tidying import TITLE_REPEATED
from bundler.tree import Tree, page_id
from bundler.walk import every_block, line_text, map_blocks, plain_text

NAVIGATION, CONTENTS = "reader#removed.navigation", "reader#removed.contents"
FOREWORD = 100
"""Characters of its own from which on a README is the book's first page, beside its contents."""
_LINKS = re.compile(r"\[[^\[\]]*\]\(([^()\s]*)[^()]*\)")
_LABELED = re.compile(r"\s*#{1,6}\s+(?P<label>[^\[\]]{0,24}[:：])?(?=\s*\[)")
_POINTS = re.compile(r"(?:&nbsp;|[\W_])+")


def recognizes(tree: Tree) -> bool:
    """Say whether the README lists chapters, and there are some."""
    return any(_chapters(tree)) and bool(_contents.read(tree).places)


def scan(tree: Tree) -> Scan:
    """List the chapters as the README does; each of those that it lists and that are not here is named.

    Raises RecipeProblems where the archive brings rules of its own that are not as they must be.
    """
    _rules.check(tree)
    contents = _contents.read(tree)
    here = tuple(_chapters(tree))
    missing = contents.missing(here)
    detail = f"{len(missing)} in {README} and not here: " + ", ".join(f"{one.title!r} ({one.path})" for one in missing)
    notes = [Note("listed-missing", detail=detail)] if missing else []
    own = _own_words(tree, contents)
    if 0 < len(own) < FOREWORD:
        notes.append(Note("not-an-article", detail=f"{README}, beside the contents: {own}"))
    first = (README,) if len(own) >= FOREWORD else ()
    return Scan((*first, *contents.ordered(here)), contents.sections(), tuple(notes))


def _own_words(tree: Tree, contents: _contents.Contents) -> str:
    """Return what the README says beside its contents, in one line."""
    source = _page.read(tree, README)
    if isinstance(source, Note):
        return ""
    reading = _Reading(tree, README, "", contents.place(README), bare=True)
    return " ".join(plain_text(reading.blocks(reading.body(source[0])[0])[1]).split())


def load(tree: Tree, path: str, archive: str) -> Loaded:
    """Read one chapter."""
    key = ArticleId(page_id(archive, path))
    source = _page.read(tree, path)
    if isinstance(source, Note):
        return Loaded(None, needs=(README, RULES), notes=(replace(source, article=key),))
    reading = _Reading(tree, path, archive, _contents.read(tree).place(path))
    article = reading.article(key, source[0])
    refused = _limits.too_long(article.blocks) or (None if _summary.says(article.blocks) else Note("empty"))
    return Loaded(
        None if refused else article,
        media=dict(sorted(reading.places.media.items())),
        needs=(README, RULES, *reading.places.needs),
        notes=tuple(
            replace(note, article=key)
            for note in (*source[1], *reading.notes, *told(reading.removed), *((refused,) if refused else ()))
        ),
        reasons=(*reading.reasons, *reasons(reading.removed)),
        remote=tuple(reading.places.remote.addresses),
    )


def _chapters(tree: Tree) -> Iterator[str]:
    return (file.path for file in tree.list(CHAPTERS) if file.path.lower().endswith(PAGES) and file.size)


@dataclass(slots=True)
class _Reading:
    """One chapter under way; `others` are the anchors of chapters that it links into.

    Of a bare one only the headings are wanted: it finds no pictures, and its links into other chapters lead nowhere.
    """

    tree: Tree
    path: str
    archive: str
    place: Place
    notes: list[Note] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    others: dict[str, dict[str, str]] = field(default_factory=dict)
    bare: bool = False
    places: Places = field(init=False)

    def __post_init__(self) -> None:
        """Find files from the chapter's folder."""
        self.places = Places(self.tree, self.path)

    def article(self, key: ArticleId, source: str) -> Article:
        """Make the article; navigation and what only a mirror adds go, with a note for each rule."""
        body, original = self.body(source)
        title, blocks, _ = self.blocks(body)
        title, notes = _limits.shortened(title)
        self.notes += notes
        rules = _rules.of(self.tree)
        published, dated = self.published(original, rules) or (None, ())
        publisher, attributed = _credits.publisher("", original, rules)
        part = "reader#section.part" if self.place.part else "reader#section.book"
        source_rule = (Reason("source", rules.originals[-1].rule, original),) if original else ()
        self.reasons += (
            Reason("section", part, self.place.part_name), Reason("language", "reader#language.letters"),
            *dated, *attributed, *source_rule,
        )  # fmt: skip
        self.notes += [] if published else [Note("undated")]
        entry = Entry(
            id=key,
            title=title,
            language=_language.of(title, blocks),
            section=Section(self.place.section, self.place.part_name or self.place.section),
            publisher=publisher,
            published=published,
            source=original,
            lead=_summary.lead(_prose(blocks)),
            characters=_summary.characters(blocks),
        )
        return Article(entry, blocks)

    def blocks(self, body: str) -> tuple[str, tuple[Block, ...], dict[str, str]]:
        """Return title and text of a chapter, and of each id of a heading in it its anchor."""
        rendered, limited = _markdown.to_html(body)
        ready, ids = _chapter.prepared(rendered)
        parsed = _html.blocks(ready, _html.Setting(self.picture, self.target, lambda _node: None), wanted=ids)
        self.notes += (*limited, *parsed.notes)
        title, blocks = self.title(parsed.blocks)
        kept = {block.anchor for block in every_block(blocks) if isinstance(block, Heading)}
        return title, _within(blocks, kept), {name: place for name, place in parsed.anchors.items() if place in kept}

    def body(self, source: str) -> tuple[str, str]:
        """Return the chapter without the lines around its text, and the address that the last of them gives."""
        rules = _rules.of(self.tree)
        contents = _contents.read(self.tree) if self.path == README else None
        kept: list[str] = []
        original = ""
        for line in source.split("\n"):
            address = _address.outside(rules.original(line)) if "http" in line else None
            original = address.address if address else original
            listed = contents is not None and contents.lists(line)
            rule = ORIGINAL if address else CONTENTS if listed else self.rule(line, rules)
            if rule:
                self.removed.append(Removed(rule, plain(line)))
            else:
                kept.append(line)
        return "\n".join(kept), original

    def rule(self, line: str, rules: _rules.Rules) -> str:
        """Name the rule by which a line is not the chapter; contents inside a chapter are no navigation."""
        matching = (one.rule for one in rules.lines if kind(one.rule) != "navigation" and one.pattern.match(line))
        rule = next(matching, "")
        heading = None if rule else _LABELED.match(line)
        if heading is None or _POINTS.sub("", _LINKS.sub("", line[heading.end() :])):
            return rule
        targets = _LINKS.findall(line)
        to_chapters = bool(heading["label"]) and len(targets) > 1 and not any("#" in target for target in targets)
        return NAVIGATION if to_chapters or all(map(_leads_out, targets)) else ""

    def title(self, blocks: tuple[Block, ...]) -> tuple[str, tuple[Block, ...]]:
        """Return the title that the README gives, else the first heading; a heading that says it again goes."""
        first = blocks[0] if blocks else None
        headed = " ".join(line_text(first.children).split()) if isinstance(first, Heading) else ""
        title = self.place.title or headed or PurePosixPath(self.path).stem
        rule = "contents" if self.place.title else "heading" if headed else "file"
        self.reasons.insert(0, Reason("title", f"reader#title.{rule}", title))
        if not headed or _bare(re.split("[:：]", title)[-1]) not in _bare(headed):
            return title, blocks
        self.removed += [Removed(TITLE_REPEATED, headed)] if headed != title else []
        return title, _html.leveled(tuple(dropwhile(_parts, blocks[1:])))

    def published(self, original: str, rules: _rules.Rules) -> _dates.Found | None:
        """Return the date that the original address holds, or the file's name."""
        path = urlsplit(original).path if original else ""
        return _dates.find(rules, {"address": (path,), "path": (self.path,)}, "")

    def picture(self, source: str) -> Original | None:
        """Find a picture in the tree; one that cannot be carried leaves a note."""
        return None if self.bare else _media.noted(self.places.carried(source), self.notes)

    def target(self, href: str) -> Target | None:
        """Lead to a chapter or a place in one, or to an address; a link to any other file becomes plain text."""
        outside = _address.outside(href)
        if outside is not None:
            return outside
        path, _, place = href.partition("#")
        found = "" if self.bare else self.places.page_at(path)
        if not found.startswith(f"{CHAPTERS}/"):
            return None
        key = ArticleId(page_id(self.archive, found))
        if not place or found == self.path:
            return key
        anchor = _chapter.anchored(self.anchors(found), unquote(place))
        self.notes += [] if anchor else [Note("anchor-missing", detail=_address.named(path) + f"#{unquote(place)}")]
        return Anchor(anchor, key) if anchor else key

    def anchors(self, path: str) -> dict[str, str]:
        """Return the anchors of another chapter by its ids, made as that chapter makes them."""
        if path not in self.others:
            source = _page.read(self.tree, path)
            other = _Reading(self.tree, path, self.archive, _contents.read(self.tree).place(path), bare=True)
            self.others[path] = {} if isinstance(source, Note) else other.blocks(other.body(source[0])[0])[2]
        return self.others[path]


def _leads_out(target: str) -> bool:
    """Say whether a link leads to the contents, or out of the book."""
    return "://" in target or PurePosixPath(target.partition("#")[0]).name.lower() == README.lower()


def _parts(block: Block) -> bool:
    """Say whether a block only parts what stands above it, such as a title that is gone, from what follows."""
    return isinstance(block, Separator)


def _within(blocks: tuple[Block, ...], kept: set[str]) -> tuple[Block, ...]:
    """Make links plain text that lead to a heading which became the title."""

    def inline(old: Inline) -> tuple[Inline, ...]:
        match old:
            case Link(children, Anchor(name, None)) if name not in kept:
                return children
            case _:
                return (old,)

    return map_blocks(blocks, lambda block: (block,), inline)


def _prose(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the text without contents and headings, or all of it where there is nothing else."""
    return tuple(block for block in blocks if not isinstance(block, Heading | Items)) or blocks


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
