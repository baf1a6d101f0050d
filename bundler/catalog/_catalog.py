"""What was read of one archive, and several archives as one: asked by selection, by id for the articles themselves."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from bundler import likeness, words
from bundler.catalog._columns import Columns, Problem, Words, folded
from bundler.catalog._columns import words as words_of
from bundler.catalog._page import (
    BOUND,
    Page,
    explain_page,
    lost_page,
    parts,
    read_page,
    unexplained,
    unpack,
    unpacked_print,
    unpacked_reasons,
)
from bundler.catalog._refresh import State
from bundler.catalog._shelf import DamagedError
from bundler.likeness import Print
from bundler.model import ArticleId, Entry, Note, Original, Scope
from bundler.readers import Loaded, Reason
from bundler.tree import FolderTree
from bundler.walk import plain_text
from bundler.work import Work

Found = frozenset[ArticleId]


@dataclass
class Catalog:
    """The articles of one archive; `notes` are on the archive, `problems` are the pages that are no articles."""

    name: str
    reader: str
    tree: FolderTree
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]
    _columns: Columns = field(repr=False)
    _share_rule: str
    _share_notes: Mapping[ArticleId, tuple[Note, ...]] = field(repr=False)
    _state: State = field(repr=False)
    _work: Work = field(repr=False)
    _found: dict[tuple[str, Scope], Found] = field(default_factory=dict, repr=False)
    _last: tuple[ArticleId, Loaded] | None = field(default=None, repr=False)

    @cached_property
    def _places(self) -> Mapping[ArticleId, int]:
        """Where in the columns each article stands."""
        return {entry.id: place for place, entry in enumerate(self._columns.entries)}

    @cached_property
    def _words(self) -> Sequence[Words]:
        """What words are looked for in, segment by segment; made from the entries where it was not kept whole."""
        shelf, entries = self._state.shelf, self._columns.entries
        with suppress(DamagedError, sqlite3.DatabaseError):
            found = [words_of(blob) for blob in shelf.columns(self.name, self.reader, "words")]
            if sum(map(len, found)) == len(entries):
                return found
        return (folded(entries),)

    def __contains__(self, article: object) -> bool:
        """Say whether the archive has an article of this id."""
        return article in self._places

    def entries(self) -> Sequence[Entry]:
        """Return every article's entry, in the archive's own order."""
        return self._columns.entries

    def matching(self, word: str, scope: Scope) -> Found:
        """Return the articles in which a word stands: in the title; in title, lead and tags; or in all of the text."""
        if (word, scope) not in self._found:
            self._found[word, scope] = frozenset(self._matching(words.word(word), scope))
        return self._found[word, scope]

    def _matching(self, sought: words.Word, scope: Scope) -> Iterator[ArticleId]:
        start = 0
        for segment in self._words:
            yield from (self._columns.entries[start + at].id for at in segment.holding(sought, lead=scope != "title"))
            start += len(segment)
        if scope == "text" and sought.needle:
            needle = sought.needle.encode("utf-8", "surrogatepass")
            for article, text in self._texts():
                if needle in text and words.stands(sought, text.decode("utf-8", "surrogatepass")):
                    yield article

    def _texts(self) -> Iterator[tuple[ArticleId, bytes]]:
        articles = {number: entry.id for number, entry in zip(self._columns.numbers, self.entries(), strict=True)}
        try:
            for number, text in self._state.shelf.texts(self.name, self.reader):
                if number in articles:
                    yield articles.pop(number), text
        except (DamagedError, sqlite3.DatabaseError):
            pass
        for article in articles.values():
            yield article, self._read_text(article).encode("utf-8", "surrogatepass")

    def prints(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, Print]:
        """Return the print of each article's text, for `likeness`."""
        names = {self._number(article): article for article in articles}
        found: dict[ArticleId, Print] = {}
        with suppress(DamagedError, sqlite3.DatabaseError):
            found.update((names[page], unpacked_print(made)) for page, made in self._state.shelf.prints(names))
        for article in articles:
            if article not in found:
                found[article] = likeness.taken(self._read_text(article))
        return found

    def alike(self, one: ArticleId, other: ArticleId) -> bool:
        """Say whether the texts of two articles are near duplicates."""
        return likeness.alike(self.text(one), self.text(other))

    def text(self, article: ArticleId) -> str:
        """Return the folded text of an article."""
        with suppress(DamagedError, sqlite3.DatabaseError):
            kept = self._state.shelf.text(self._number(article))
            if kept is not None:
                return kept.decode("utf-8", "surrogatepass")
        return self._read_text(article)

    def _number(self, article: ArticleId) -> int:
        return self._columns.numbers[self._places[article]]

    def _read_text(self, article: ArticleId) -> str:
        found = self.load(article).article
        return words.fold_lines(plain_text(found.blocks)) if found else ""

    def load(self, article: ArticleId) -> Loaded:
        """Return one article whole, with its source digest; from the cache, or read again. KeyError for another id."""
        if self._last is None or self._last[0] != article:
            self._last = article, self._loaded(article)
        return self._last[1]

    def _loaded(self, article: ArticleId) -> Loaded:
        place, cache = self._places[article], self._work.cache
        body = cache.get(self._state.shelf.kept(self._number(article))) if cache else None
        if body is None:
            page = Page(self.tree, self.reader, self.name, self._columns.paths[place])
            _, _, body, _, _, _ = parts(next(self._work.map(read_page, (page,), lost=lost_page, within=BOUND)))
            if cache:
                cache.put(hashlib.sha256(body).hexdigest(), body)
        loaded = unpack(body)
        if loaded.article is None:
            return loaded
        whole = replace(loaded.article, entry=self._columns.entries[place], digest=self._columns.digests[place])
        return replace(loaded, article=whole, notes=(*loaded.notes, *self._share_notes.get(article, ())))

    def reasons(self, article: ArticleId) -> tuple[Reason, ...]:
        """Say by which rules the reader and the recipe decided what is known of an article; its page is read again."""
        place = self._places[article]
        entry, section, where = self._columns.entries[place], self._columns.named[place], self._columns.shared[place]
        page = Page(self.tree, self.reader, self.name, self._columns.paths[place])
        read = unpacked_reasons(next(self._work.map(explain_page, (page,), lost=unexplained, within=BOUND)))
        named = (Reason("section", section, entry.section.name),) if section else ()
        shared = (Reason("share", self._share_rule or f"reader#share.{where}", entry.share),) if entry.share else ()
        return (*(one for one in read if one.what != "removed"), *named, *shared,
                *(one for one in read if one.what == "removed"))  # fmt: skip

    def media(self, article: ArticleId) -> Mapping[Original, str]:
        """Return in which files of the tree the original bytes of an article's pictures stand."""
        return self.load(article).media

    def remote(self) -> Mapping[ArticleId, tuple[str, ...]]:
        """Return the addresses of pictures on the web, of each article that shows any, fetched or not."""
        articles = {number: entry.id for number, entry in zip(self._columns.numbers, self.entries(), strict=True)}
        found = self._state.shelf.remotes(self.name, self.reader)
        return {articles[page]: tuple(json.loads(said)) for page, said in found if page in articles}

    def digest_of(self, article: ArticleId) -> str:
        """Return the source digest of an article without loading it."""
        return self._columns.digests[self._places[article]]

    def pictures_of(self, article: ArticleId) -> tuple[int, int]:
        """Return how many pictures of an article are in the archive, and how many are missing."""
        there, missing = self._columns.pictures[self._places[article]]
        return there, missing

    def fingerprint(self, article: ArticleId) -> str:
        """Name what loading an article gives, but its entry, without loading it; empty where that is unknown."""
        with suppress(DamagedError, sqlite3.DatabaseError):
            kept = self._state.shelf.kept(self._number(article))
            return f"{kept} {self._share_notes.get(article, ())!r}" if kept else ""
        return ""

    def path_of(self, article: ArticleId) -> str:
        """Return the path of an article's page in the tree."""
        return self._columns.paths[self._places[article]]

    def tree_of(self, article: ArticleId) -> FolderTree:
        """Return the tree in which an article stands."""
        assert article in self._places
        return self.tree

    def close(self) -> None:
        """Let go of the file."""
        self._state.shelf.connection.close()


@dataclass(frozen=True, slots=True)
class Union:
    """Several catalogs as one, in their order. Of articles with the same id the first one counts."""

    catalogs: tuple[Catalog, ...]

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return the notes on all archives."""
        return tuple(note for catalog in self.catalogs for note in catalog.notes)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the pages of all archives that are no articles."""
        return tuple(problem for catalog in self.catalogs for problem in catalog.problems)

    def entries(self) -> Sequence[Entry]:
        """Return every article's entry, archive after archive."""
        if len(self.catalogs) == 1:
            return self.catalogs[0].entries()
        found: dict[ArticleId, Entry] = {}
        for catalog in self.catalogs:
            for entry in catalog.entries():
                found.setdefault(entry.id, entry)
        return tuple(found.values())

    def matching(self, word: str, scope: Scope) -> Found:
        """Return the articles in which a word stands."""
        return frozenset().union(*(catalog.matching(word, scope) for catalog in self.catalogs))

    def prints(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, Print]:
        """Return the print of each article's text, for `likeness`."""
        found: dict[ArticleId, Print] = {}
        for catalog in self.catalogs:
            found.update(catalog.prints([article for article in articles if self._of(article) is catalog]))
        return found

    def alike(self, one: ArticleId, other: ArticleId) -> bool:
        """Say whether the texts of two articles are near duplicates."""
        return likeness.alike(self._of(one).text(one), self._of(other).text(other))

    def load(self, article: ArticleId) -> Loaded:
        """Return one article whole. KeyError where none has this id."""
        return self._of(article).load(article)

    def media(self, article: ArticleId) -> Mapping[Original, str]:
        """Return in which files of its tree the original bytes of an article's pictures stand."""
        return self._of(article).media(article)

    def reasons(self, article: ArticleId) -> tuple[Reason, ...]:
        """Say by which rules what is known of an article was decided."""
        return self._of(article).reasons(article)

    def digest_of(self, article: ArticleId) -> str:
        """Return the source digest of an article without loading it."""
        return self._of(article).digest_of(article)

    def fingerprint(self, article: ArticleId) -> str:
        """Name what loading an article gives without loading it; empty where that is unknown."""
        return self._of(article).fingerprint(article)

    def path_of(self, article: ArticleId) -> str:
        """Return the path of an article's page in its tree."""
        return self._of(article).path_of(article)

    def tree_of(self, article: ArticleId) -> FolderTree:
        """Return the tree in which an article stands."""
        return self._of(article).tree

    def _of(self, article: ArticleId) -> Catalog:
        for catalog in self.catalogs:
            if article in catalog:
                return catalog
        raise KeyError(article)

    def close(self) -> None:
        """Let go of all files."""
        for catalog in self.catalogs:
            catalog.close()
