"""A folder of saved web pages, as SingleFile and browsers' "save as" write them: of each its article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from bundler import pictures
from bundler.model import Article, ArticleId, Block, Entry, Heading, Note, Original, Section, Target
from bundler.readers import (
    Loaded,
    Reason,
    Scan,
    What,
    _address,
    _core,
    _credits,
    _dates,
    _facts,
    _html,
    _language,
    _limits,
    _media,
    _page,
    _paths,
    _rules,
    _saved,
    _summary,
    _text,
)
from bundler.readers._contents import natural
from bundler.readers._facts import Facts
from bundler.readers._nodes import text_of
from bundler.readers._removals import Removed, parted, reasons, told
from bundler.readers._saved import Saved
from bundler.tree import File, Tree, page_id
from bundler.walk import line_text, plain_text

OPENING = 600
"""Characters at the beginning in which a dateline is looked for."""
_OWN = re.compile(
    r"[._-](?:files?|dateien|fichiers|archivos|arquivos|ficheiros|bestanden|filer|pliki|soubory|tiedostot|dosyalar|"
    r"f[aá]jlok|файлы|data)$",
    re.IGNORECASE,
)
"""How browsers end the name of the folder for a page's own files."""
_GAPS = re.compile(r"\s+")


def recognizes(tree: Tree) -> bool:
    """Say whether the tree holds saved pages, and more of them than of Markdown."""
    files = tuple(tree.list())
    saved = sum(1 for _ in _pages(files))
    return saved > sum(file.path.lower().endswith(_paths.PAGES) for file in files)


def scan(tree: Tree) -> Scan:
    """List the pages, folder by folder; what lies in the folder of a page's own files is none."""
    files = tuple(tree.list())
    notes = [Note("empty", detail=file.path) for file in files if _is_page(file) and not file.size]
    return Scan(tuple(sorted(_pages(files), key=natural)), notes=tuple(notes))


def load(tree: Tree, path: str, archive: str) -> Loaded:
    """Read the article of one page."""
    key = ArticleId(page_id(archive, path))
    opened = _open(tree, path)
    if isinstance(opened, Note):
        return Loaded(None, notes=(replace(opened, article=key),))
    saved, notes = opened
    reading = _Reading(tree, path, archive, saved)
    article = reading.article(key)
    refused = _limits.too_long(article.blocks) or (None if _summary.says(article.blocks) else Note("empty"))
    said = (*notes, *reading.notes, *told(reading.removed), *((refused,) if refused else ()))
    return Loaded(
        None if refused else article,
        media=dict(sorted(reading.places.media.items())),
        needs=tuple(reading.places.needs),
        notes=tuple(replace(note, article=key) for note in said),
        reasons=(*reading.reasons, *reasons(reading.removed)),
        remote=tuple(reading.places.remote.addresses),
    )


def _is_page(file: File) -> bool:
    return file.path.lower().endswith(_paths.SAVED)


def _pages(files: Iterable[File]) -> Iterator[str]:
    """Yield the saved pages; what `name_files/` beside `name.html` holds, whatever it is called, is the page's own."""
    found = [file.path for file in files if _is_page(file) and file.size]
    stems = {path.rpartition(".")[0] for path in found}
    for path in found:
        folders = (parent.as_posix() for parent in PurePosixPath(path).parents)
        if not any(_OWN.sub("", folder) in stems for folder in folders if _OWN.search(folder)):
            yield path


def _is_own(path: str) -> bool:
    return any(_OWN.search(parent.as_posix()) for parent in PurePosixPath(path).parents)


def _open(tree: Tree, path: str) -> tuple[Saved, tuple[Note, ...]] | Note:
    """Read a page; pictures in it may make it large, what is left without them may not be."""
    decoded = _page.decoded(tree, path, max_bytes=_saved.MAX_PAGE_BYTES)
    if isinstance(decoded, Note):
        return decoded
    saved = _saved.opened(decoded[0])
    large = _limits.too_large(len(saved.html.encode("utf-8", "replace")))
    if large is not None:
        return large
    text, notes = _text.clean(saved.html)
    return (replace(saved, html=text), (*decoded[1], *notes)) if text.strip() else Note("empty")


@dataclass(slots=True)
class _Reading:
    """One page under way."""

    tree: Tree
    path: str
    archive: str
    saved: Saved
    notes: list[Note] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    address: str = ""
    places: _paths.Places = field(init=False)

    def __post_init__(self) -> None:
        """Find files from the page's folder."""
        self.places = _paths.Places(self.tree, self.path)

    def article(self, key: ArticleId) -> Article:
        """Make the article; what stands around it is noted."""
        tree = _html.parse(self.saved.html)
        self.notes += _html.flattening(self.saved.html)
        _saved.restore(tree, self.saved.html)
        facts = self.cleaned(_facts.read(tree))
        self.address = self.places.remote.base = _best((*facts.addresses, self.saved.address))
        rule = facts.rules.get("source", "") if self.address in facts.addresses else "source.saved"
        self.reasons += (Reason("source", f"reader#{rule}", self.address),) if self.address else ()
        _shorten_links(tree, self.address, self.saved.address)
        title, blocks = self.titled(facts.title, facts.rules.get("title", ""), self.blocks(tree))
        return Article(self.entry(key, title, facts, blocks), blocks)

    def cleaned(self, facts: Facts) -> Facts:
        """Return what a page says of itself without what may not travel; notes say what went."""

        def clean(said: str) -> str:
            cleaned, notes = _text.clean(said)
            self.notes += notes
            return cleaned

        return replace(
            facts,
            title=clean(facts.title),
            publisher=clean(facts.publisher),
            authors=tuple(map(clean, facts.authors)),
            tags=tuple(map(clean, facts.tags)),
        )

    def blocks(self, tree: LexborHTMLParser) -> tuple[Block, ...]:
        """Walk the element that is the article."""
        core = _core.find(tree, self.saved.html)
        if core is None or tree.body is None:
            return ()
        parsed = _html.node_blocks(core.node, _html.Setting(self.picture, self.target, core.skip))
        removed, notes = parted(parsed.notes)
        around = _size(text_of(tree.body)) - _size(text_of(core.node))
        self.notes += notes if core.found else [Note("article-unclear"), *notes]
        self.removed += removed
        if around > 0:
            self.notes.append(Note("removed", detail=f"around the article: {around} characters"))
        return parsed.blocks

    def titled(self, said: str, rule: str, blocks: tuple[Block, ...]) -> tuple[str, tuple[Block, ...]]:
        """Return the title, which this rule found, and the text without the heading that says it."""
        title = said
        place = next((at for at, block in enumerate(blocks[:4]) if isinstance(block, Heading)), None)
        heading = blocks[place] if place is not None else None
        headed = line_text(heading.children).strip() if isinstance(heading, Heading) else ""
        if place is not None and headed and (not title or _bare(headed) == _bare(title)):
            rule = rule if title else "title.heading"
            title, blocks = title or headed, _html.leveled((*blocks[:place], *blocks[place + 1 :]))
        if not title:
            self.notes.append(Note("untitled"))
            title, rule = PurePosixPath(self.path).stem, "title.file"
        self.reasons.insert(0, Reason("title", f"reader#{rule}", title))
        title, notes = _limits.shortened(title)
        self.notes += notes
        return _GAPS.sub(" ", title).strip(), blocks

    def entry(self, key: ArticleId, title: str, facts: Facts, blocks: tuple[Block, ...]) -> Entry:
        """Say what is known of the article."""
        folder = PurePosixPath(self.path).parts[0] if "/" in self.path else ""
        own = (Reason("date", f"reader#date.{facts.date.rule}"),) if facts.date else ()
        published, dated = (facts.date, own) if facts.date else self.dated(blocks) or (None, ())
        publisher, attributed = self.publisher(facts)
        language, spoken = _given(facts.language, _language.of(title, blocks))
        known: tuple[tuple[What, tuple[str, ...]], ...] = (("authors", facts.authors), ("tags", facts.tags))
        self.reasons += (
            Reason("section", "reader#section.folder", self.path), spoken, *dated, *attributed,
            *(Reason(what, f"reader#{facts.rules[what]}", ", ".join(said)) for what, said in known if said),
        )  # fmt: skip
        self.notes += [] if published else [Note("undated")]
        return Entry(
            id=key,
            title=title,
            language=language,
            section=Section(folder, folder),
            publisher=publisher,
            published=published,
            authors=facts.authors,
            tags=facts.tags,
            source=self.address,
            lead=_summary.lead(blocks),
            characters=_summary.characters(blocks),
        )

    def publisher(self, facts: Facts) -> tuple[str, tuple[Reason, ...]]:
        """Return the publisher that the page names, else the one that its address stands for."""
        if said := facts.publisher:
            return said, (Reason("publisher", f"reader#{facts.rules['publisher']}", said),)
        return _credits.publisher("", self.address, _rules.mirror())

    def dated(self, blocks: tuple[Block, ...]) -> _dates.Found | None:
        """Return the date of a dateline, or the one that the address or the file's name holds."""
        opening = _GAPS.sub("", plain_text(blocks[:6]))[:OPENING]
        path = urlsplit(self.address).path if self.address else ""
        return _dates.find(_rules.mirror(), {"opening": (opening,), "address": (path,), "path": (self.path,)}, "")

    def picture(self, source: str) -> Original | None:
        """Find a picture in the page or beside it; one that cannot be carried leaves a note."""
        inside = source.lower().startswith("data:")
        found = _media.noted(self.embedded(source) if inside else self.places.carried(source), self.notes)
        if found is not None and inside:
            self.places.media.setdefault(found, self.path)
        return found

    def embedded(self, source: str) -> Original | Note | None:
        """Return a picture that stands in the page."""
        data = self.saved.picture(source)
        if data is None:
            return None
        refused = pictures.refusal(data)
        return pictures.original(data) if refused is None else Note(refused, detail="data:")

    def target(self, href: str) -> Target | None:
        """Lead to another saved page, or to an address; a relative one counts from where the page was saved."""
        found = _address.outside(href)
        if found is not None:
            return found
        path = _paths.joined(self.path.rpartition("/")[0], _paths.plain(href))
        if path.lower().endswith(_paths.SAVED) and path != self.path and not _is_own(path):
            self.places.needs[path] = None
            if self.tree.stat(path) is not None:
                return ArticleId(page_id(self.archive, path))
        try:
            return _address.outside(urljoin(self.address, href)) if self.address else None
        except ValueError:
            return None


def _best(addresses: tuple[str, ...]) -> str:
    """Return the first address that names more than a site: a site's front page is no article's address."""
    known = [one for one in addresses if one]
    return next((one for one in known if urlsplit(one).path.strip("/") or urlsplit(one).query), "".join(known[:1]))


def _shorten_links(tree: LexborHTMLParser, *addresses: str) -> None:
    """Make links into the page itself what they are: browsers save them with the page's address."""
    own = {one.partition("#")[0] for one in addresses if one}
    for link in tree.css('a[href*="#"]')[:5_000] if own else ():
        base, _, place = (link.attributes.get("href") or "").partition("#")
        if base in own and place:
            link.attrs["href"] = f"#{unquote(place)}"


def _given(said: str, guessed: str) -> tuple[str, Reason]:
    """Return the language that a page says where its letters allow it: templates say en on pages in any language."""
    known = _language.known(said)
    if known and _language.alike(known, guessed):
        return known, Reason("language", "reader#language.page", said)
    return guessed, Reason("language", "reader#language.letters")


def _size(text: str) -> int:
    return len(_GAPS.sub("", text))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
