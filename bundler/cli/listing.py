"""What a plan holds and one article as the model has it, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bundler import writers
from bundler.build import Plan, size, sizes
from bundler.build.single import entry_of
from bundler.catalog import Union
from bundler.cli import screen
from bundler.cli.screen import Out
from bundler.cli.speech import joined, plural, reason, tr
from bundler.codec import to_json
from bundler.model import Article, ArticleId, Block, Embed, Entry, Figure, Note, Original
from bundler.select import Taken
from bundler.transforms.edits import paragraphs
from bundler.walk import assets_of, every_block, plain_text

_MARGIN = 14
"""Columns of the date of an article, with the space around it."""
GLIMPSE = 60
"""So many characters tell a paragraph from others."""


def as_json(plan: Plan) -> dict[str, Any]:
    """Return the object that `list --json` prints."""
    chapters = {article: chapter.title for chapter in plan.chapters for article in chapter.articles}
    fallen = _not_taken(plan)
    return {
        "articles": [_entry(one, chapters[one.entry.id]) for one in ordered(plan)],
        "omitted": [_omitted(one) for one in fallen],
        "counts": dict(sorted(Counter(one.reason for one in fallen).items())),
        "expected": _expected_as_json(plan),
    }


def ordered(plan: Plan) -> list[Taken]:
    """Return what was taken in reading order: chapter by chapter."""
    taken = {one.entry.id: one for one in plan.selection.taken}
    return [taken[article] for chapter in plan.chapters for article in chapter.articles]


class _NotTaken(NamedTuple):
    id: str
    reason: str
    keeper: str | None = None


def _not_taken(plan: Plan) -> list[_NotTaken]:
    fallen = [_NotTaken(one.id, one.reason, one.keeper) for one in plan.selection.fallen]
    return [*fallen, *(_NotTaken(problem.id, problem.code) for problem in plan.index.problems)]


def _omitted(one: _NotTaken) -> dict[str, str]:
    """Return what is said of an article that is not taken; a duplicate names the one that is kept for it."""
    return {"id": one.id, "reason": one.reason} | ({"keeper": one.keeper} if one.keeper else {})


def _entry(one: Taken, chapter: str) -> dict[str, Any]:
    entry = one.entry
    return {
        "id": entry.id,
        "title": entry.title,
        "section": entry.section.name,
        "published": published(entry) or None,
        "language": entry.language,
        "publisher": entry.publisher,
        "source": entry.source,
        "share": entry.share,
        "tags": list(entry.tags),
        "chapter": chapter,
        "reason": _why(one),
    }


def published(entry: Entry) -> str:
    """Return the publication date at its precision (ISO 8601), with `~` before an inferred one."""
    if entry.published is None:
        return ""
    width = {"day": 10, "month": 7, "year": 4}[entry.published.precision]
    return ("~" if entry.published.inferred else "") + entry.published.value.isoformat()[:width]


def _why(one: Taken) -> str:
    return f"{one.reason}: {', '.join(one.words)}" if one.words else one.reason


def show(out: Out, plan: Plan, *, everything: bool) -> None:
    """Print the plan, chapter by chapter, with what fell and what to expect."""
    total = plural("{n} article", "{n} articles", len(plan.index.entries()))
    out.print(f"{plan.recipe.slug} · {plan.recipe.title} · {plan.edition}", style="bold")
    taken = plan.selection.taken
    out.print(tr("{taken} of {total}", taken=len(taken), total=total))
    by_id = {one.entry.id: one for one in taken}
    for chapter in plan.chapters:
        out.print()
        out.print(f"{chapter.title} ({len(chapter.articles)})", style="bold")
        for article in chapter.articles:
            _row(out, by_id[article])
    _fallen(out, plan, everything=everything)
    _expected(out, plan)


def _row(out: Out, one: Taken) -> None:
    """Print one article in two lines: date and title, then what tells it from others and why it is in."""
    entry = one.entry
    out.print(f"  {published(entry) or '-':<10}  ", end="")
    screen.tell(out, entry.title, used=_MARGIN)
    why = joined(one.words) or (reason(one.reason) if one.reason == "pinned" else "")
    said = " · ".join(part for part in (entry.publisher, entry.id, why) if part)
    screen.tell(out, " " * _MARGIN + said, style="dim")


def _fallen(out: Out, plan: Plan, *, everything: bool) -> None:
    fallen = _not_taken(plan)
    if not fallen:
        return
    out.print()
    out.print(tr("not taken:"), style="bold")
    for code, n in sorted(Counter(one.reason for one in fallen).items()):
        screen.tell(out, f"  {n:>6}  {reason(code)}")
        if everything:
            for one in fallen:
                if one.reason == code:
                    out.print(f"          {one.id}" + (f" = {one.keeper}" if one.keeper else ""))
    if not everything:
        out.print(tr("  --all names them"))


class _Expected(NamedTuple):
    """What to expect of a plan: bytes of text by format, what its pictures weigh, figures, and the files to come."""

    weights: Mapping[str, int]
    pictures: Sequence[int]
    figures: int
    missing: int
    files: Sequence[_Files]


class _Files(NamedTuple):
    """In how many files a format comes for a size, with pictures of which rung; `smaller` than the recipe asks for."""

    format: str
    size: str
    rung: str
    parts: int
    smaller: bool


def _expectation(plan: Plan) -> _Expected:
    weights: dict[str, list[int]] = {name: [] for name, _ in plan.recipe.formats}
    figures: list[Figure] = []
    shown: list[dict[Original, int]] = []
    for one in plan.selection.taken:
        loaded = plan.index.load(one.entry.id)
        if loaded.article is None:
            continue
        for name, options in plan.recipe.formats:
            weights[name].append(writers.writer(name).weigh(loaded.article, options))
        figures += (block for block in every_block(loaded.article.blocks) if isinstance(block, Figure))
        shown.append(_weighed(plan, one.entry.id, assets_of(loaded.article.blocks)))
    files = tuple(_files(plan, weights, [tuple(each.values()) for each in shown]))
    pictures = {original: weight for each in shown for original, weight in each.items()}
    missing = sum(figure.asset is None for figure in figures)
    totals = {name: sum(each) for name, each in weights.items()}
    return _Expected(totals, tuple(pictures.values()), len(figures), missing, files)


def _files(plan: Plan, weights: Mapping[str, Sequence[int]], shown: Sequence[tuple[int, ...]]) -> Iterator[_Files]:
    """Yield in how many files each format will come, for each size that the recipe asks for."""
    for name, each in weights.items():
        articles = list(zip(each, shown, strict=True))
        for wanted, rung, count in sizes.expected(name, plan.recipe.sizes, plan.recipe.images, articles, TYPICAL):
            yield _Files(name, wanted, rung, count, rung != plan.recipe.images.size and any(shown))


def _expected(out: Out, plan: Plan) -> None:
    found = _expectation(plan)
    out.print()
    said = joined(f"{name} {size(weight)}" for name, weight in found.weights.items())
    screen.tell(out, tr("expected, beside pictures: {sizes}", sizes=said))
    if found.pictures:
        screen.tell(out, tr("pictures: {n}, at most {size} in a file that holds them (images: {rung})",
                            n=len(found.pictures), size=size(sum(found.pictures)),
                            rung=plan.recipe.images.name))  # fmt: skip
    if found.figures:
        screen.tell(out, tr("figures: {figures}, of which {missing} have no picture in the archive",
                            figures=found.figures, missing=found.missing))  # fmt: skip
    for one in found.files:
        count = plural("about {n} file", "about {n} files", one.parts) if one.parts > 1 else tr("one file")
        smaller = tr(", pictures: {rung}", rung=one.rung) if one.smaller else ""
        out.print(tr("{format}, size {size}: {files}{smaller}", format=one.format, size=one.size, files=count,
                     smaller=smaller))  # fmt: skip


def _expected_as_json(plan: Plan) -> dict[str, Any]:
    found = _expectation(plan)
    return {
        "text": dict(found.weights),
        "pictures": {"n": len(found.pictures), "bytes": sum(found.pictures), "images": plan.recipe.images.name},
        "figures": {"n": found.figures, "missing": found.missing},
        "files": [
            {"format": one.format, "size": one.size, "pictures": one.rung, "n": one.parts} for one in found.files
        ],
    }


TYPICAL = {"original": 2_000_000, "screen": 180_000, "small": 40_000, "none": 0}
"""Bytes that few photographs exceed on each rung: a rule of thumb, for what to expect."""


def _weighed(plan: Plan, article: ArticleId, originals: Iterable[Original]) -> dict[Original, int]:
    """Estimate what each picture of an article weighs: no more than its file, no more than is usual on its rung."""
    media, tree, most = plan.index.media(article), plan.index.tree_of(article), TYPICAL[plan.recipe.images.size]
    files = {one: tree.stat(media[one]) for one in originals if one in media and most}
    return {one: min(most, file.size) for one, file in files.items() if file}


def show_article(out: Out, index: Union, name: str, form: str) -> None:
    """Print one article as the model has it: its text, its JSON, or what was dropped or changed."""
    entry = entry_of(name, index)
    loaded = index.load(entry.id)
    article = Article(entry, loaded.article.blocks if loaded.article else ())
    if form == "json":
        out.print(json.dumps(to_json(article), ensure_ascii=False, indent=1))
    elif form == "notes":
        for note in loaded.notes:
            screen.tell(out, explained(note))
        out.print(plural("{n} note", "{n} notes", len(loaded.notes)))
    elif form == "paragraphs":
        for number, block in enumerate(paragraphs(article.blocks), 1):
            said = " ".join(plain_text((block,)).split())[:GLIMPSE]
            out.print(f"{number:>4}  {said or f'[{_wordless(block)}]'}")
    else:
        _text(out, article)


def _wordless(block: Block) -> str:
    """Name a paragraph that has no words."""
    match block:
        case Embed():
            return tr("embedded content")
        case Figure():
            return tr("a picture without words")
        case _:
            return tr("nothing to read")


def explained(note: Note) -> str:
    """Say a Note to people: its code, which programs and documents name it by, what that means, and what it is of."""
    meaning = tr("{what}: {value}", what=note.code, value=reason(note.code))
    return tr("{what}: {value}", what=meaning, value=note.detail) if note.detail else meaning


def _text(out: Out, article: Article) -> None:
    entry = article.entry
    rule = f" ({entry.published.rule})" if entry.published and entry.published.rule else ""
    rows = (
        (tr("title"), entry.title),
        (tr("id"), entry.id),
        (tr("section"), entry.section.name),
        (tr("published"), published(entry) + rule),
        (tr("publisher"), entry.publisher),
        (tr("authors"), joined(entry.authors)),
        (tr("language"), entry.language),
        (tr("tags"), joined(entry.tags)),
        (tr("source"), entry.source),
        (tr("share"), entry.share),
    )
    for label, value in rows:
        if value:
            out.print(tr("{what}: {value}", what=label, value=value))
    out.print()
    out.print(plain_text(article.blocks))
