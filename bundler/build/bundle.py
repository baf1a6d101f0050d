"""A plan to a bundle: articles and pictures are made when a writer asks for them, so that memory stays flat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bundler import pictures, theme, transforms
from bundler.address import key
from bundler.build.plan import Plan
from bundler.catalog import Union
from bundler.furniture import pages, text
from bundler.model import (
    Article,
    ArticleId,
    Block,
    Bundle,
    Chapter,
    Entry,
    Figure,
    Image,
    Inline,
    Note,
    Original,
    Picture,
    QrCode,
    Strings,
)
from bundler.qr import MAX_BYTES, MAX_VERSION_PRINT
from bundler.tree import FolderTree, TooLargeError
from bundler.walk import assets_of, every_block, map_blocks
from bundler.work import Work

NEVER_MEANT = frozenset(("draft", "not-an-article", "empty", "same-id"))
"""Reasons that concern the packer alone: the page of omissions inside a bundle does not name these pages."""


@dataclass(frozen=True, slots=True)
class Omitted:
    """An article that was asked for and is not in the bundle: the reason is a Note's code."""

    id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Assembled:
    """A bundle with what the conductor must know of it: what is missing, how often each code occurs."""

    bundle: Bundle
    omitted: tuple[Omitted, ...]
    codes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Picture:
    """The job of rebuilding one picture."""

    tree: FolderTree
    path: str
    original: Original


def rebuild(job: _Picture) -> bytes:
    """Rebuild one picture from the archive; empty where it cannot be read."""
    try:
        data = job.tree.read(job.path, max_bytes=pictures.MAX_BYTES)
    except (OSError, TooLargeError):
        return b""
    return pictures.pack(pictures.rebuild(data) if pictures.original(data) == job.original else None)


def _key(job: _Picture) -> bytes:
    return job.original.encode()


@dataclass(slots=True)
class LazyAssets:
    """The pictures of a bundle, rebuilt once and then read from the cache."""

    jobs: dict[Original, _Picture]
    work: Work

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.jobs)

    def __iter__(self) -> Iterator[Original]:
        """Yield the hashes, sorted."""
        return iter(sorted(self.jobs))

    def get(self, original: Original) -> Picture | None:
        """Return the rebuilt picture, or None where it could not be carried."""
        job = self.jobs.get(original)
        if job is None:
            return None
        return pictures.unpack(next(self.work.map(rebuild, (job,), key=_key)))

    def weed(self) -> frozenset[Original]:
        """Rebuild every picture and forget those that cannot be; return the forgotten."""
        jobs = [self.jobs[original] for original in self]
        made = self.work.map(rebuild, jobs, key=_key, label="pictures")
        broken = frozenset(job.original for job, data in zip(jobs, made, strict=True) if not data)
        for original in broken:
            del self.jobs[original]
        return broken


@dataclass(slots=True)
class LazyArticles:
    """The articles of a bundle: read from the catalog and put through the transforms when they are asked for."""

    ids: tuple[ArticleId, ...]
    index: Union
    context: transforms.Context
    broken: frozenset[Original] = frozenset()

    def __len__(self) -> int:
        """Count the articles."""
        return len(self.ids)

    def __iter__(self) -> Iterator[Article]:
        """Yield the articles in reading order, one at a time in memory."""
        return map(self.get, self.ids)

    def get(self, article: ArticleId) -> Article:
        """Return one article of the bundle."""
        made = prepared(self.index, article, self.context)
        if isinstance(made, str):
            raise KeyError(article)
        return without(made[0], self.broken)

    def entry(self, article: ArticleId) -> Entry:
        """Return the entry of one article without loading its text."""
        return self.context.entries[article]


def prepared(index: Union, article: ArticleId, context: transforms.Context) -> tuple[Article, tuple[Note, ...]] | str:
    """Load one article and put it through the transforms; a Note's code where it cannot be read."""
    loaded = index.load(article)
    if loaded.article is None:
        return loaded.notes[-1].code if loaded.notes else "unreadable"
    made, notes = replace(loaded.article, entry=context.entries[article]), list(loaded.notes)
    for name in transforms.ORDER:
        made, more = transforms.transform(name).apply(made, context)
        notes += more
    return made, tuple(notes)


def without(article: Article, broken: frozenset[Original]) -> Article:
    """Take pictures that could not be rebuilt out of an article; captions and alternative texts stay."""
    if broken.isdisjoint(assets_of(article.blocks)):
        return article

    def block(node: Block) -> tuple[Block, ...]:
        return (replace(node, asset=None) if isinstance(node, Figure) and node.asset in broken else node,)

    def inline(node: Inline) -> tuple[Inline, ...]:
        return (replace(node, asset=None) if isinstance(node, Image) and node.asset in broken else node,)

    return replace(article, blocks=map_blocks(article.blocks, block, inline))


def assemble(plan: Plan, *, work: Work) -> Assembled:
    """Make the bundle of a plan. Nothing vanishes: an article that cannot be read is named, every change is a Note."""
    recipe, index = plan.recipe, plan.index
    context = _context(plan)
    articles, assets = LazyArticles((), index, context), LazyAssets({}, work)
    notes, omitted, kept = list(plan.notes), [], []
    codes: Counter[str] = Counter()
    wanted = [article for chapter in plan.chapters for article in chapter.articles]
    shown: dict[ArticleId, frozenset[Original]] = {}
    for done, article in enumerate(wanted, 1):
        made = prepared(index, article, context)
        work.progress("articles", done, len(wanted))
        if isinstance(made, str):
            omitted.append(Omitted(article, context.entries[article].title, made))
            continue
        kept.append(article)
        notes += made[1]
        codes.update(_codes(made[0].blocks))
        shown[article] = frozenset(assets_of(made[0].blocks))
        _note_jobs(assets, index, article, shown[article])
    broken = assets.weed()
    notes += [Note("picture-broken", key, one) for key, has in shown.items() for one in sorted(has & broken)]
    articles.ids, articles.broken = tuple(kept), broken
    omitted += _asked_for(plan)
    front, back = _around(plan, len(kept), omitted)
    for page in (*front, *back):
        codes.update(_codes(page.blocks))
    bundle = Bundle(
        slug=recipe.slug,
        title=recipe.title,
        language=recipe.language,
        edition=plan.edition,
        outside=recipe.outside,
        chapters=_kept(plan.chapters, frozenset(kept)),
        articles=articles,
        assets=assets,
        theme=theme.theme(recipe.language),
        front=front,
        back=back,
        notes=tuple(notes),
    )
    return Assembled(bundle, tuple(omitted), codes)


def _context(plan: Plan) -> transforms.Context:
    recipe, index = plan.recipe, plan.index
    entries = {taken.entry.id: taken.entry for taken in plan.selection.taken}
    inside = {
        key(address): entry.id
        for entry in reversed(entries.values())
        for address in (entry.source, entry.share)
        if address
    }
    elsewhere = {entry.id: entry.share or entry.source for entry in index.entries() if entry.id not in entries}
    return transforms.Context(
        strings=theme.strings(recipe.language),
        entries=entries,
        inside=inside,
        elsewhere=elsewhere,
        paths={article: index.path_of(article) for article in entries},
        mirrors=recipe.mirrors,
        qr=recipe.qr,
        outside_links=recipe.outside_links,
        max_code_bytes=MAX_BYTES[MAX_VERSION_PRINT],
    )


def _note_jobs(assets: LazyAssets, index: Union, article: ArticleId, originals: Iterable[Original]) -> None:
    media = index.media(article)
    for original in originals:
        if original in media:
            assets.jobs.setdefault(original, _Picture(index.tree_of(article), media[original], original))


def _asked_for(plan: Plan) -> list[Omitted]:
    """Return what the recipe would have taken, had it a date or could it be read."""
    undated = [Omitted(one.id, one.title, "undated") for one in plan.selection.fallen if one.reason == "undated"]
    return [*undated, *(Omitted(problem.id, problem.id, problem.code) for problem in plan.index.problems)]


def _around(plan: Plan, kept: int, omitted: list[Omitted]) -> tuple[tuple[Article, ...], tuple[Article, ...]]:
    strings, recipe = theme.strings(plan.recipe.language), plan.recipe
    front = (pages.foreword(strings, _markdown(recipe.foreword)),) if recipe.foreword else ()
    links = tuple((link.title, link.address, link.note) for link in recipe.links)
    left_out = [(one.title, _reason(strings, one.reason)) for one in omitted if one.reason not in NEVER_MEANT]
    back = (
        *((pages.addresses(strings, links),) if links else ()),
        pages.omitted(strings, kept, left_out),
        pages.safety(strings),
    )
    return front, back


def _markdown(source: str) -> tuple[Block, ...]:
    from bundler.readers.markdown import fragment  # noqa: PLC0415 - only a foreword needs the parser

    return fragment(source)


def _reason(strings: Strings, code: str) -> str:
    key = f"reason_{code.replace('-', '_')}"
    return text(strings, key) if key in strings.messages else text(strings, "reason_unreadable")


def _kept(chapters: Iterable[Chapter], kept: frozenset[ArticleId]) -> tuple[Chapter, ...]:
    left = (Chapter(chapter.title, tuple(a for a in chapter.articles if a in kept)) for chapter in chapters)
    return tuple(chapter for chapter in left if chapter.articles)


def _codes(blocks: Iterable[Block]) -> Iterator[str]:
    return (block.payload for block in every_block(blocks) if isinstance(block, QrCode))
