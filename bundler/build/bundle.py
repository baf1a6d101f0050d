"""A plan to a bundle: articles and pictures are made when a writer asks for them, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from bundler import readers, theme, transforms
from bundler.address import key
from bundler.build.lazy import Desk, LazyArticles, LazyAssets
from bundler.build.plan import Plan
from bundler.build.reading import Omitted, codes, read
from bundler.digest import content_digest
from bundler.furniture import pages, text
from bundler.model import (
    Article,
    ArticleId,
    Bundle,
    Chapter,
    Note,
    Original,
    Rung,
    Strings,
)
from bundler.qr import MAX_BYTES_PRINT
from bundler.transforms import convert
from bundler.work import Work

NEVER_MEANT = frozenset(("draft", "not-an-article", "empty", "same-id"))
"""Reasons that concern the packer alone: the page of omissions inside a bundle does not name these pages."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A bundle with what the conductor must know of it: what is missing, each code's count, content digests."""

    bundle: Bundle
    omitted: tuple[Omitted, ...]
    codes: Mapping[str, int]
    digests: Mapping[ArticleId, str]

    def at(self, rung: Rung) -> Assembled:
        """Return the same bundle with its pictures on another rung; on `none` its articles show none.

        The digests stay those of the edition: they name what it holds, in whatever size.
        """
        if rung == self.bundle.images:
            return self
        articles, assets = cast(LazyArticles, self.bundle.articles), cast(LazyAssets, self.bundle.assets).at(rung)
        articles = replace(articles, broken=articles.broken | assets.weed())
        stopped = sorted(assets.stopped)
        lost = (Note("picture-stopped", None, one) for one in stopped)
        notes = (*self.bundle.notes, *lost, *(Note("not-reproducible", None, one) for one in stopped))
        return replace(self, bundle=replace(self.bundle, articles=articles, assets=assets, images=rung, notes=notes))


def assemble(plan: Plan, *, work: Work) -> Assembled:
    """Make the bundle of a plan. Nothing vanishes: an article that cannot be read is named, every change is a Note."""
    recipe, desk = plan.recipe, Desk(plan.index, _context(plan))
    assets = LazyAssets({}, work, recipe.images, for_browsers="html" in dict(recipe.formats))
    found = read(plan, desk, assets, work)
    for article, shown in found.shown.items():
        assets.want(plan.index, article, shown)
    broken = assets.weed()
    poor = {key: broken & has.keys() for key, has in found.shown.items() if has and not broken.isdisjoint(has)}
    missing = [_gone(assets, key, one) for key, lost in poor.items() for one in sorted(lost)]
    coded = assets.codes()
    told = [Note("picture-code", key, coded[one]) for key, has in found.shown.items() for one in has if one in coded]
    omitted = (*found.omitted, *_asked_for(plan))
    front, back = _around(plan, len(found.kept), omitted)
    for page in (*front, *back):
        found.codes.update(codes(page.blocks))
    articles = LazyArticles(tuple(found.kept), desk, broken)
    stopped = _stopped(plan, omitted, missing)
    poorer = {one: content_digest(articles.get(one), recipe.images) for one in poor}
    bundle = Bundle(
        slug=recipe.slug,
        title=recipe.title,
        language=recipe.language,
        edition=plan.edition,
        outside=recipe.outside,
        chapters=_kept(plan.chapters, frozenset(found.kept)),
        articles=articles,
        assets=assets,
        theme=theme.theme(recipe.language),
        front=front,
        back=back,
        notes=(*plan.notes, *_spoken(recipe.language), *found.notes, *missing, *told, *stopped),
        images=recipe.images,
    )
    return Assembled(bundle, omitted, found.codes, found.digests | poorer)


def _gone(assets: LazyAssets, article: ArticleId, original: Original) -> Note:
    """Note a picture that is not in the bundle: because the recipe wants none, or because it cannot be read."""
    if assets.rung.size == "none":
        return Note("picture-left-out", article, original)
    return Note("picture-stopped" if original in assets.stopped else "picture-broken", article, original)


def _spoken(language: str) -> tuple[Note, ...]:
    """Note a bundle whose furniture speaks another language, in all or in part, because nobody has translated it."""
    strings = theme.strings(language)
    spoken, others = strings.language, ", ".join(dict.fromkeys(strings.foreign.values()))
    same = spoken.split("-")[0] == language.replace("_", "-").split("-")[0].lower()
    notes = [] if same else [Note("furniture-language", None, f"{language}: {spoken}")]
    if others:
        notes.append(Note("furniture-partial", None, f"{spoken}: {len(strings.foreign)}, {others}"))
    if any(key in strings.foreign for key in pages.VITAL):
        notes.append(Note("safety-language", None, f"{spoken}: {others}"))
    return tuple(notes)


def _stopped(plan: Plan, omitted: Iterable[Omitted], missing: Iterable[Note]) -> tuple[Note, ...]:
    """Note that another machine could make another edition: one that is faster, or has more memory."""
    pages = [one.id for one in omitted if one.reason == "reading-stopped"]
    poorer = [str(note.article) for note in missing if note.code == "picture-stopped"]
    archives = [note.detail for note in plan.notes if note.code == "listing-stopped"]
    names = tuple(dict.fromkeys((*archives, *pages, *poorer)))
    return (Note("not-reproducible", None, ", ".join(names)),) if names else ()


def _context(plan: Plan) -> transforms.Context:
    recipe, index = plan.recipe, plan.index
    entries = {taken.entry.id: taken.entry for taken in plan.selection.taken}
    there = {entry.id: entry for entry in index.entries() if entry.id in entries}
    inside = {
        key(address): entry.id
        for entry in (there[article] for article in reversed(entries))
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
        max_code_bytes=MAX_BYTES_PRINT,
        edits=plan.edited.edits,
        changes=plan.edited.changes,
        convert=recipe.convert,
        converted={one.id: one.language for one in there.values() if convert.way(one.language, recipe.convert)},
    )


def _asked_for(plan: Plan) -> list[Omitted]:
    """Return what the recipe would have taken, had it a date or could it be read."""
    undated = [Omitted(one.id, one.title, "undated") for one in plan.selection.fallen if one.reason == "undated"]
    return [
        *undated,
        *(Omitted(problem.id, readers.plain(problem.id), problem.code) for problem in plan.index.problems),
    ]


def _around(plan: Plan, kept: int, omitted: Iterable[Omitted]) -> tuple[tuple[Article, ...], tuple[Article, ...]]:
    strings, recipe = theme.strings(plan.recipe.language), plan.recipe
    front = (_foreword(strings, recipe.foreword),) if recipe.foreword else ()
    links = tuple((link.title, link.address, link.note) for link in recipe.links)
    left_out = [(one.title, _reason(strings, one.reason)) for one in omitted if one.reason not in NEVER_MEANT]
    back = (
        *((pages.addresses(strings, links),) if links else ()),
        pages.omitted(strings, kept, left_out),
        pages.safety(strings),
    )
    return front, back


def _foreword(strings: Strings, source: str) -> Article:
    """Make the foreword; one in other letters than the bundle's has the title and direction of its own language."""
    from bundler.readers.markdown import fragment, spoken  # noqa: PLC0415 - only a foreword needs the parser

    blocks = fragment(source)
    language = spoken(blocks, strings.language)
    own = theme.strings(language)
    known = own.language.partition("-")[0] == language.partition("-")[0]
    return pages.foreword(own if known else strings, blocks)


def _reason(strings: Strings, code: str) -> str:
    key = f"reason_{code.replace('-', '_')}"
    return text(strings, key) if key in strings.messages else text(strings, "reason_unreadable")


def _kept(chapters: Iterable[Chapter], kept: frozenset[ArticleId]) -> tuple[Chapter, ...]:
    left = (Chapter(chapter.title, tuple(a for a in chapter.articles if a in kept)) for chapter in chapters)
    return tuple(chapter for chapter in left if chapter.articles)
