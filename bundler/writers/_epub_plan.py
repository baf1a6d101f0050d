"""Which pages of an EPUB share a file: a few hundred have one each, thousands stand several to a file.

Reading apps list, measure and sometimes open every document of the spine, so that thousands of them stop weak ones.
Which pages should share a file follows from their entries alone; what does not fit is moved on when it is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bundler import furniture
from bundler.model import Article, ArticleId, Bundle, Entry
from bundler.writers import _reading
from bundler.writers._reading import Leaf

MAX_BYTES = 260_000
"""What one document may hold: weak readers die of larger ones."""
ROOM = MAX_BYTES - 8_000
"""What its blocks may hold; the rest is for head, title and byline."""
MAX_DOCUMENTS = 1_000
"""What a spine may hold."""
MANY = 900
"""Documents from which on articles share files."""
FILES = 600
"""Shared files that are aimed at, as far as they are neither smaller nor larger than these, in estimated bytes."""
SMALLEST, LARGEST = 60_000, 200_000
MANY_CHAPTERS = 150
"""Chapters from which on they have no pages of their own where articles share files."""

Run = tuple[Leaf, ...]
"""Pages that stand in one file."""


def estimate(entry: Entry) -> int:
    """Estimate how many bytes a page takes, from its entry alone."""
    wide = furniture.CHARACTERS_PER_MINUTE.get(entry.language.split("-")[0])
    return 2_500 + entry.characters * (3 if wide else 2)


def is_crowded(bundle: Bundle) -> bool:
    """Say whether a file for every page would make too many of them."""
    sizes = (estimate(leaf.entry) for leaf in _reading.leaves(bundle))
    return 2 + len(_reading.chapters(bundle)) + sum(1 + size // ROOM for size in sizes) > MANY


def opens_inside(bundle: Bundle, *, crowded: bool) -> bool:
    """Say whether chapters begin inside of shared files."""
    return crowded and len(_reading.chapters(bundle)) > MANY_CHAPTERS


def plan(bundle: Bundle, *, crowded: bool) -> tuple[Run, ...]:
    """Return all pages in reading order, cut into those that should share a file.

    The furniture's pages and what is long stand alone; a chapter with a page of its own begins a file.
    """
    leaves = _reading.leaves(bundle)
    if not crowded:
        return tuple((leaf,) for leaf in leaves)
    total = sum(estimate(leaf.entry) for leaf in leaves)
    return tuple(_filled(bundle, leaves, min(max(total // FILES, SMALLEST), LARGEST)))


def _filled(bundle: Bundle, leaves: Iterable[Leaf], room: int) -> Iterable[Run]:
    begins = () if opens_inside(bundle, crowded=True) else _reading.opened_by(bundle)
    kept: list[Leaf] = []
    filled = 0
    for leaf in leaves:
        size = estimate(leaf.entry)
        alone = leaf.made_here or size > room
        if kept and (alone or filled + size > room or leaf.entry.id in begins):
            yield tuple(kept)
            kept, filled = [], 0
        kept.append(leaf)
        filled += room + 1 if alone else size
    if kept:
        yield tuple(kept)


@dataclass(slots=True)
class Shelf:
    """In which file each page stands. What should share a file is measured when it is written or first linked to."""

    packs: tuple[Run, ...]
    load: Callable[[ArticleId], Article]
    measure: Callable[[Article], int]
    """Bytes of a page at most, with all that is written in front of it."""
    _number: dict[ArticleId, int] = field(init=False)
    _runs: dict[int, tuple[Run, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Remember in which pack each page is."""
        self._number = {leaf.entry.id: number for number, pack in enumerate(self.packs) for leaf in pack}

    def runs(self, number: int, articles: Iterable[Article] = ()) -> tuple[Run, ...]:
        """Return a pack as the files it takes; `articles` are its pages, if they are loaded."""
        pack = self.packs[number]
        if number not in self._runs:
            loaded = articles or (self.load(leaf.entry.id) for leaf in pack)
            self._runs[number] = (pack,) if len(pack) == 1 else _cut(pack, map(self.measure, loaded))
        return self._runs[number]

    def first(self, article: ArticleId) -> Leaf:
        """Return the page that gives the file its name in which an article stands."""
        runs = self.runs(self._number[article])
        return next(run[0] for run in runs if any(leaf.entry.id == article for leaf in run))

    def is_shared(self, article: ArticleId) -> bool:
        """Say whether an article stands in a file with others; each of them is short then."""
        runs = self.runs(self._number[article])
        return any(len(run) > 1 and any(leaf.entry.id == article for leaf in run) for run in runs)


def _cut(pack: Run, sizes: Iterable[int]) -> tuple[Run, ...]:
    kept: list[list[Leaf]] = []
    filled = 0
    for leaf, size in zip(pack, sizes, strict=True):
        if not kept or filled + size > ROOM:
            kept.append([])
            filled = 0
        kept[-1].append(leaf)
        filled += size
    return tuple(map(tuple, kept))
