"""Articles and pictures of a bundle, made when a writer asks for them, so that memory stays flat."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bundler import pictures, transforms
from bundler.catalog import Union
from bundler.model import SCREEN, Article, ArticleId, Block, Entry, Figure, Image, Inline, Note, Original, Picture, Rung
from bundler.transforms import edits
from bundler.tree import FolderTree, TooLargeError
from bundler.walk import assets_of, map_blocks
from bundler.work import Bound, Work


@dataclass(frozen=True, slots=True)
class _Picture:
    """The job of rebuilding one picture for a rung; for browsers alone as WebP, as what it came out otherwise."""

    tree: FolderTree
    path: str
    original: Original
    rung: Rung = SCREEN
    webp: Literal["", "drawn", "photo"] = ""


BOUND = Bound(30, 1_000_000_000)
"""What rebuilding one picture may take: twice the memory and ten times the time of the largest that is allowed."""
STOPPED = b"stopped"
"""Stands for a picture that took more."""


def stopped(_job: _Picture) -> bytes:
    """Stand in for a picture whose rebuilding went beyond its bound or ended its process."""
    return STOPPED


def rebuild(job: _Picture) -> bytes:
    """Rebuild one picture from the archive; empty where it cannot be read."""
    try:
        data = job.tree.read(job.path, max_bytes=pictures.MAX_BYTES)
    except (OSError, TooLargeError):
        return b""
    found = _found(data, job)
    if found and job.webp:
        return pictures.pack(pictures.for_browsers(found, job.rung, drawn=job.webp == "drawn"))
    return pictures.pack(pictures.rebuild(found, job.rung) if found else None)


def said(job: _Picture) -> bytes:
    """Return what the QR code says that a picture shows; empty where it shows none."""
    try:
        found = _found(job.tree.read(job.path, max_bytes=pictures.MAX_BYTES), job)
    except (OSError, TooLargeError):
        return b""
    return (pictures.read_code(found) or "").encode("utf-8", "replace") if found else b""


def _found(data: bytes, job: _Picture) -> bytes | None:
    """Return the picture in what was read: the file itself, one that stands for it, or one written into a page."""
    if held := pictures.stands_for(job.path):
        return data if held == (job.original, pictures.original(data)) else None
    return data if pictures.original(data) == job.original else pictures.embedded(data, job.original)


def _key(job: _Picture) -> bytes:
    name = "".join(pictures.stands_for(job.path) or (job.original,))
    return f"{name} {job.rung.name}{' webp' if job.webp else ''}".encode()


def _as_webp(job: _Picture, plain: Picture | None) -> _Picture | None:
    """Return the job of rebuilding for browsers what came out as JPEG or PNG; None where nothing did."""
    if plain is None:
        return None
    return replace(job, webp="drawn" if plain.media_type == "image/png" else "photo")


@dataclass(slots=True)
class LazyAssets:
    """The pictures of a bundle, rebuilt once for its rung and then read from the cache."""

    jobs: dict[Original, _Picture]
    work: Work
    rung: Rung = SCREEN
    stopped: frozenset[Original] = frozenset()
    """Of the forgotten ones those that another machine might have rebuilt."""
    for_browsers: bool = False
    """Whether a format asks for WebP."""
    as_webp: bool = field(default=False, compare=False)
    """Whether all have been rebuilt as WebP."""
    _begun: set[Original] = field(default_factory=set, compare=False, repr=False)
    _next: deque[_Picture] = field(default_factory=deque, compare=False, repr=False)
    """What is rebuilt as WebP once it is known whether it is drawn."""

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.jobs)

    def __iter__(self) -> Iterator[Original]:
        """Yield the hashes, sorted."""
        return iter(sorted(self.jobs))

    def get(self, original: Original) -> Picture | None:
        """Return the rebuilt picture as JPEG or PNG, or None where it could not be carried."""
        job = self.jobs.get(original)
        return self._made(job) if job else None

    def webp(self, original: Original) -> Picture | None:
        """Return the rebuilt picture as WebP where that is smaller, else what `get` returns.

        Whoever asks for one asks for more: the first time all are rebuilt, in all processes, for the cache to hold.
        """
        if not self.as_webp and self.work.cache is not None:
            self.as_webp = True
            jobs = [job for one in self if (job := _as_webp(self.jobs[one], self.get(one)))]
            deque(self.work.map(rebuild, jobs, key=_key, label="pictures", lost=stopped, within=BOUND), maxlen=0)
        plain = self.get(original)
        asked = _as_webp(self.jobs[original], plain) if plain else None
        webp = self._made(asked) if asked else None
        return min(plain, webp, key=lambda picture: len(picture.data)) if plain and webp else plain

    def _made(self, job: _Picture) -> Picture | None:
        return pictures.unpack(next(self.work.map(rebuild, (job,), key=_key)))

    def at(self, rung: Rung) -> LazyAssets:
        """Return the same pictures on another rung."""
        return LazyAssets({one: replace(job, rung=rung) for one, job in self.jobs.items()}, self.work, rung)

    def want(self, index: Union, article: ArticleId, shown: Mapping[Original, str]) -> None:
        """List the pictures that an article shows, each by its file in the article's tree."""
        for original, path in shown.items():
            if path:
                self.jobs.setdefault(original, _Picture(index.tree_of(article), path, original, self.rung))

    def begin(self, index: Union, article: ArticleId, shown: Mapping[Original, str]) -> None:
        """Begin to rebuild what an article shows, and to look for codes in it, while others are still read."""
        fresh = [(original, path) for original, path in shown.items() if path and original not in self._begun]
        jobs = [_Picture(index.tree_of(article), path, original, self.rung) for original, path in fresh]
        begun = self.work.begin(rebuild, jobs, key=_key, lost=stopped, within=BOUND)
        self.work.begin(said, begun, key=_key, lost=stopped, within=BOUND)
        self._begun.update(job.original for job in begun)
        self._next.extend(begun if self.for_browsers else ())
        while self._next and self.work.has(rebuild, self._next[0], key=_key):
            job = self._next.popleft()
            if webp := _as_webp(job, self._made(job)):
                self.work.begin(rebuild, (webp,), key=_key, lost=stopped, within=BOUND)

    def weed(self) -> frozenset[Original]:
        """Rebuild every picture and forget those that cannot be, or that the rung leaves out; return the forgotten."""
        jobs = [self.jobs[original] for original in self]
        made = self.work.map(rebuild, jobs, key=_key, label="pictures", lost=stopped, within=BOUND)
        lacking = {job.original: data for job, data in zip(jobs, made, strict=True) if data in (b"", STOPPED)}
        self.stopped = frozenset(original for original, data in lacking.items() if data == STOPPED)
        broken = frozenset(lacking)
        for original in broken:
            del self.jobs[original]
        return broken

    def codes(self) -> dict[Original, str]:
        """Return what the QR codes say that pictures show."""
        jobs = [self.jobs[original] for original in self]
        found = zip(jobs, self.work.map(said, jobs, key=_key, label="pictures"), strict=True)
        return {job.original: text.decode() for job, text in found if text}


MOST_CHARACTERS = 2_000_000
"""Articles of so much text are held in memory, about 30 MB: making one takes as long as writing it."""

Made = tuple[Article, tuple[Note, ...]]


@dataclass(slots=True)
class Desk:
    """Where articles are made: read from the catalog and put through the transforms, once for as many as it can hold.

    Those made first are held. A bundle larger than that is read from beginning to end by every writer: to hold the
    last ones would serve none.
    """

    index: Union
    context: transforms.Context
    held: dict[ArticleId, Made] = field(default_factory=dict)
    characters: int = 0

    def make(self, article: ArticleId) -> Made | str:
        """Return one article with what was dropped or changed; a Note's code where it cannot be read."""
        if (known := self.held.get(article)) is not None:
            return known
        made = prepared(self.index, article, self.context)
        if not isinstance(made, str) and self.characters < MOST_CHARACTERS:
            self.held[article] = made
            self.characters += made[0].entry.characters
        return made


@dataclass(slots=True)
class LazyArticles:
    """The articles of a bundle, made when they are asked for."""

    ids: tuple[ArticleId, ...]
    desk: Desk
    broken: frozenset[Original] = frozenset()

    def __len__(self) -> int:
        """Count the articles."""
        return len(self.ids)

    def __iter__(self) -> Iterator[Article]:
        """Yield the articles in reading order, one at a time in memory."""
        return map(self.get, self.ids)

    def get(self, article: ArticleId) -> Article:
        """Return one article of the bundle."""
        made = self.desk.make(article)
        if isinstance(made, str):
            raise KeyError(article)
        return without(made[0], self.broken)

    def entry(self, article: ArticleId) -> Entry:
        """Return the entry of one article without loading its text."""
        return self.desk.context.entries[article]


def prepared(index: Union, article: ArticleId, context: transforms.Context) -> Made | str:
    """Load one article and put it through the transforms; a Note's code where it cannot be read."""
    loaded = index.load(article)
    if loaded.article is None:
        return loaded.notes[-1].code if loaded.notes else "unreadable"
    made, notes = loaded.article, list(loaded.notes)
    if article in context.edits:
        notes = list(edits.discreet(notes, context.edits[article]))
    for name in transforms.ORDER:
        made, more = transforms.transform(name).apply(made, context)
        notes += more
    return made, tuple(notes)


def without(article: Article, broken: frozenset[Original]) -> Article:
    """Take pictures that could not be rebuilt out of an article; captions and alternative texts stay."""
    if not broken or broken.isdisjoint(assets_of(article.blocks)):
        return article

    def block(node: Block) -> tuple[Block, ...]:
        return (replace(node, asset=None) if isinstance(node, Figure) and node.asset in broken else node,)

    def inline(node: Inline) -> tuple[Inline, ...]:
        return (replace(node, asset=None) if isinstance(node, Image) and node.asset in broken else node,)

    return replace(article, blocks=map_blocks(article.blocks, block, inline))
