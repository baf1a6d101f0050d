"""Recipes: YAML that says which articles, how grouped, in which formats. Every error has file, line, column and hint.

The format is specified in docs/recipe-format.md.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from bundler.errors import say
from bundler.recipe.keys import homes, recipe_keys
from bundler.recipe.kinds import Schema
from bundler.recipe.long import long_form
from bundler.recipe.maps import Fields, fields, map_schema
from bundler.recipe.places import Finding, located
from bundler.recipe.problems import Place, Problem, RecipeProblems
from bundler.recipe.shape import Address, Archive, ChapterRule, Known, Recipe
from bundler.recipe.source import Map, compose, read_file
from bundler.recipe.syntax import suspect

__all__ = [
    "Address",
    "Archive",
    "ChapterRule",
    "Finding",
    "Known",
    "Problem",
    "Recipe",
    "RecipeProblems",
    "load",
    "located",
    "long_form",
    "schema",
]


def load(path: Path, known: Known) -> Recipe:
    """Read a recipe. Raises RecipeProblems with everything that is wrong with it, sorted by position."""
    problems: list[Problem] = []
    recipe = _read(path, known, problems)
    if problems or recipe is None:
        raise RecipeProblems(str(path), problems)
    return recipe


def _read(path: Path, known: Known, problems: list[Problem]) -> Recipe | None:
    whole = Place(str(path))
    missing = say("make one with: bundler init DIR --archive PATH")
    written = read_file(path, whole, problems, missing=missing)
    root = None if written is None else compose(written, str(path), problems)
    if root is None:
        if not problems:
            problems.append(whole.wrong(say("the recipe is empty"), missing))
        return None
    if not isinstance(root, Map):
        first = (written or "").lstrip("\n").split("\n", 1)[0]
        slip = suspect(first)
        place = replace(root.place, column=slip[0]) if slip else root.place
        message, hint = slip[1:] if slip else (say("a recipe is made of keys with values"), missing)
        problems.append(place.wrong(message, hint))
        return None
    found = fields(root, recipe_keys(known), problems, homes(known))
    problems.extend(_contradictions(found))
    return None if problems else _recipe(path, found.values)


def _contradictions(found: Fields) -> list[Problem]:
    both = set(found.values["pin"] or ()) & set(found.values["drop"] or ()) - {None}
    message = [say("{name!r} is pinned and dropped", name=name) for name in sorted(both)]
    return [found.places["drop"].wrong(sentence, say("keep one of the two")) for sentence in message]


def _recipe(path: Path, values: dict[str, Any]) -> Recipe:
    query = replace(values.pop("select"), pin=values.pop("pin"), drop=values.pop("drop"))
    del values["version"]
    return Recipe(path=path, slug=values.pop("bundle"), query=query, **values)


def schema(known: Known) -> Schema:
    """Return the JSON Schema (draft 2020-12) of a recipe, with description, example and default of each key."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bundler recipe, version 1",
        **map_schema(recipe_keys(known)),
    }
