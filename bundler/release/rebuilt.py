"""A released edition built again: is what was published what its recipe and archive make? And without one article."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bundler import build
from bundler.catalog import Union
from bundler.recipe import Recipe
from bundler.release import publish
from bundler.release.differences import listed
from bundler.release.editions import Published, released
from bundler.release.seal import unsealed
from bundler.work import Work


@dataclass(frozen=True, slots=True)
class Compared:
    """What building an edition again shows: whether its articles are the same, and files whose bodies differ."""

    articles: bool
    differing: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Say whether nothing differs."""
        return self.articles and not self.differing


def compare(edition: Published, recipe: Recipe, *, index: Union, work: Work) -> Compared:
    """Build an edition again in a folder that is thrown away, and compare bodies and articles; seals are left out."""
    wanted = edition.manifest
    chosen = build.plan(recipe, wanted.date, index=index, out=edition.folder.parents[1], letter=wanted.edition[10:])
    assembled = build.prepare(chosen, work=work)
    assembled = replace(assembled, bundle=replace(assembled.bundle, number=wanted.number))
    with tempfile.TemporaryDirectory() as place:
        made = Path(place)
        build.publish(chosen, assembled, out=made, work=work)
        folder = made / recipe.slug / wanted.edition
        differing = tuple(one.name for one in wanted.files if not _same(edition.folder / one.name, folder / one.name))
    return Compared(publish.root(assembled) == wanted.content, differing)


def _same(published: Path, again: Path) -> bool:
    try:
        return unsealed(published.read_bytes()) == unsealed(again.read_bytes())
    except OSError:
        return False


def holding(article: str, out: Path, slug: str) -> Iterator[Published]:
    """Yield the published editions of a bundle that hold an article."""
    for edition in released(out, slug):
        if any(one.id == article for one in listed(edition.folder)):
            yield edition


def reduced(recipe: Recipe, article: str) -> Recipe:
    """Return a recipe without one article."""
    return replace(recipe, query=replace(recipe.query, drop=(*recipe.query.drop, article)))
