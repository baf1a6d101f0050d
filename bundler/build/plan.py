"""Recipe and archives to a plan: which articles, in which chapters, and what fell and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bundler import select, theme
from bundler.catalog import Union, open_archive
from bundler.furniture import text
from bundler.model import Chapter, Note, Order
from bundler.recipe import Archive, Recipe, located
from bundler.tree import open_folder
from bundler.work import Work


@dataclass(frozen=True, slots=True)
class Plan:
    """What one edition of a recipe will hold."""

    recipe: Recipe
    edition: dt.date
    index: Union
    selection: select.Selection
    chapters: tuple[Chapter, ...]

    @property
    def notes(self) -> tuple[Note, ...]:
        """What reading the archives and selecting had to say."""
        return (*self.index.notes, *self.selection.notes)


def open_archives(archives: Sequence[Archive], *, home: Path | None, work: Work) -> Union:
    """Open the archives of a recipe and bring their catalogs up to date.

    An archive without a name is called after its reader (`mirror`, `mirror2`, …), never after its folder.
    Raises ArchiveError where one is missing or no reader recognizes it.
    """
    taken = {archive.name for archive in archives if archive.name}
    catalogs = []
    for archive in archives:
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
        taken.add(catalog.name)
        catalogs.append(catalog)
    return Union(tuple(catalogs))


def plan(recipe: Recipe, edition: dt.date, *, index: Union) -> Plan:
    """Choose the articles of an edition.

    Raises RecipeError where nothing is left, with what the archives do hold, and RecipeProblems, each with its line,
    where the recipe names what no archive has.
    """
    try:
        selection = select.choose(
            recipe.query, index, edition=edition, default_order=_default_order(index), rules=recipe.chapters
        )
    except select.SelectionError as error:
        if error.faults and recipe.path.is_file():
            raise located(recipe.path, error.faults) from error
        raise
    groups = select.chapters(selection.taken, recipe.chapters, index)
    other = text(theme.strings(recipe.language), "other")
    chapters = tuple(Chapter(group.title or other, group.articles) for group in groups)
    return Plan(recipe, edition, index, selection, chapters)


def _default_order(index: Union) -> Order:
    """Return the order of a recipe that names none: a book keeps its own, what is news comes newest first."""
    return "as-listed" if all(catalog.reader == "book" for catalog in index.catalogs) else "newest"
