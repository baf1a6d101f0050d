"""The archives as an editor wants them seen: edits come before selection, so that a corrected date is selected by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bundler import select
from bundler.catalog import Union, stands_in
from bundler.errors import say
from bundler.likeness import Print
from bundler.model import Article, ArticleId, Edit, Entry, Note, Scope
from bundler.transforms import Changes
from bundler.transforms.edits import edited


@dataclass(frozen=True, slots=True)
class Edited:
    """The index of a recipe's archives with its edits applied; `articles` are those that were edited, whole."""

    index: Union
    edits: Mapping[ArticleId, Edit]
    articles: Mapping[ArticleId, Article]
    changes: Mapping[ArticleId, Changes]

    def entries(self) -> Sequence[Entry]:
        """Return every article's entry, in the archives' order."""
        if not self.articles:
            return self.index.entries()
        return tuple(
            self.articles[entry.id].entry if entry.id in self.articles else entry for entry in self.index.entries()
        )

    def matching(self, word: str, scope: Scope) -> frozenset[ArticleId]:
        """Return the articles in which a word stands, in edited ones as they read now."""
        now = {article for article, made in self.articles.items() if stands_in(made, word, scope)}
        return (self.index.matching(word, scope) - self.articles.keys()) | now

    def prints(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, Print]:
        """Return the print of each article's text, as the archive has it."""
        return self.index.prints(articles)

    def alike(self, one: ArticleId, other: ArticleId) -> bool:
        """Say whether the texts of two articles are near duplicates, as the archive has them."""
        return self.index.alike(one, other)

    def laid_bare(self, selection: select.Selection) -> Iterator[select.Fault]:
        """Yield a fault for each article that falls for a copy of it in which its hidden words still stand."""
        keepers = {one.id: one.keeper for one in selection.fallen if one.keeper}
        for place, (article, edit) in enumerate(self.edits.items()):
            keeper = keepers.get(article)
            there = self.edits[keeper].redact if keeper and keeper in self.edits else ()
            if keeper and not set(edit.redact) <= set(there):
                message = say("{id!r} falls as a copy of {keeper!r}, where not all of its words are blacked out",
                              id=article, keeper=keeper)  # fmt: skip
                hint = say("pin the one, or black the words out in both")
                yield select.Fault(("edits", place, "article"), message, hint)

    def unused(self, selection: select.Selection) -> tuple[Note, ...]:
        """Return a note for each edit of an article that is not in."""
        taken = {one.entry.id for one in selection.taken}
        return tuple(Note("edit-unused", article) for article in self.edits if article not in taken)


def edit(edits: Sequence[Edit], index: Union) -> Edited:
    """Apply edits to the articles that they name.

    Raises SelectionError with all `faults`: a line that does not name one article, two edits of one article, a
    paragraph or a word that is not there.
    """
    named = select.lookup([one.article for one in edits], index, lambda place: ("edits", place, "article"))
    by_id: dict[ArticleId, Edit] = {}
    articles: dict[ArticleId, Article] = {}
    changes: dict[ArticleId, Changes] = {}
    faults: list[select.Fault] = []
    for place, (one, entry) in enumerate(zip(edits, named, strict=True)):
        if isinstance(entry, select.Fault):
            faults.append(entry)
            continue
        if entry.id in by_id:
            message = say("two edits name the article {id!r}", id=entry.id)
            faults.append(select.Fault(("edits", place, "article"), message, say("write them as one")))
            continue
        by_id[entry.id] = one
        faults += _applied(one, entry, place, index, articles, changes)
    if faults:
        raise select.SelectionError.of(tuple(faults))
    return Edited(index, by_id, articles, changes)


def _applied(  # noqa: PLR0913, PLR0917 — fills the two maps
    one: Edit,
    entry: Entry,
    place: int,
    index: Union,
    articles: dict[ArticleId, Article],
    changes: dict[ArticleId, Changes],
) -> Iterator[select.Fault]:
    loaded = index.load(entry.id).article
    if loaded is None:
        message = say("the article {id!r} cannot be read, so nothing is changed in it", id=entry.id)
        yield select.Fault(("edits", place, "article"), message, say("`bundler show PATH --as notes` says more"))
        return
    articles[entry.id], changes[entry.id], misses = edited(loaded, one)
    yield from (select.Fault(("edits", place, *miss.where), miss.message, miss.hint) for miss in misses)
