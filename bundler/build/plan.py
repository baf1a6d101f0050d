"""Recipe and archives to a plan: which articles, in which chapters, and what fell and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bundler import select, theme, transforms
from bundler.build.edited import Edited, edit
from bundler.build.history import former
from bundler.catalog import Union, open_archive
from bundler.errors import ArchiveError
from bundler.folder import open_folder
from bundler.model import ArticleId, Chapter, Entry, Note, Order
from bundler.recipe import Archive, Recipe, located
from bundler.transforms import convert
from bundler.work import Work


@dataclass(frozen=True, slots=True)
class Plan:
    """What one edition of a recipe will hold; a letter tells a second one on its date from the first."""

    recipe: Recipe
    edition: dt.date
    index: Union
    selection: select.Selection
    chapters: tuple[Chapter, ...]
    edited: Edited
    former: tuple[Note, ...] = ()
    letter: str = ""

    @property
    def name(self) -> str:
        """Return the edition's name: `2026-11-22`, or `2026-11-22b`."""
        return f"{self.edition.isoformat()}{self.letter}"

    @property
    def notes(self) -> tuple[Note, ...]:
        """What reading the archives and selecting had to say."""
        return (*self.index.notes, *self.former, *self.edited.unused(self.selection), *self.selection.notes)


def open_archives(archives: Sequence[Archive], *, home: Path | None, work: Work) -> Union:
    """Open the archives of a recipe and bring their catalogs up to date.

    An archive without a name is called after its reader (`mirror`, `mirror2`, …), never after its folder.
    Raises ArchiveError, with its place in the recipe, where one is missing or no reader recognizes it.
    """
    taken = {archive.name for archive in archives if archive.name}
    catalogs = []
    for archive in archives:
        try:
            catalog = open_archive(
                open_folder(archive.path),
                archive.reader,
                name=archive.name,
                base_url=archive.base_url,
                sections=archive.sections,
                home=home,
                work=work,
                taken=taken,
            )
        except ArchiveError as error:
            error.place = archive.place
            raise
        taken.add(catalog.name)
        catalogs.append(catalog)
    return Union(tuple(catalogs))


def plan(recipe: Recipe, edition: dt.date, *, index: Union, out: Path | None = None, letter: str = "") -> Plan:
    """Choose the articles of an edition: edits come first, then selection, then conversion.

    `new_since` looks for former editions in `out`. Raises RecipeError where nothing is left, with what the archives
    do hold, and RecipeProblems, each with its line, where the recipe names what no archive has.
    """
    past = former(out, recipe.query.new_since, f"{edition.isoformat()}{letter}")
    try:
        edited = edit(recipe.edits, index)
        selection = select.choose(
            recipe.query,
            edited,
            edition=edition,
            default_order=_default_order(index),
            rules=recipe.chapters,
            former=past.among(index),
        )
        if bare := tuple(edited.laid_bare(selection)):
            raise select.SelectionError.of(bare)
    except select.SelectionError as error:
        if error.faults and recipe.path.is_file():
            raise located(recipe.path, error.faults) from error
        raise
    groups = select.chapters(selection.taken, recipe.chapters, edited)
    selection = _converted(selection, edited, recipe.convert)
    entries = {taken.entry.id: taken.entry for taken in selection.taken}
    chapters = tuple(Chapter(_title(group, entries, recipe), group.articles) for group in groups)
    return Plan(recipe, edition, index, selection, chapters, edited, past.notes, letter)


def _title(group: select.Group, entries: Mapping[ArticleId, Entry], recipe: Recipe) -> str:
    """Return a chapter's title; of one that is a section, as the articles in it name the section now."""
    match group.kind:
        case "section":
            names = (entries[article].section.name for article in group.articles)
            return next((name for name in names if name != group.title), group.title)
        case "other":
            from bundler.furniture import text  # noqa: PLC0415 - 20 ms, and few recipes need it

            return text(theme.strings(recipe.language), "other")
        case _:
            return group.title


def _converted(selection: select.Selection, edited: Edited, target: transforms.Script) -> select.Selection:
    """Convert what lists show: titles, sections, languages of those that are in, titles of those that fell."""
    if target == "none":
        return selection
    there = {entry.id: entry for entry in edited.entries()}
    taken = (replace(one, entry=convert.entry(one.entry, target)) for one in selection.taken)
    fallen = (
        replace(one, title=convert.entry(there[one.id], target).title) if one.id in there else one
        for one in selection.fallen
    )
    return replace(selection, taken=tuple(taken), fallen=tuple(fallen))


def _default_order(index: Union) -> Order:
    """Return the order of a recipe that names none: a book keeps its own, what is news comes newest first."""
    return "as-listed" if all(catalog.reader == "book" for catalog in index.catalogs) else "newest"
