"""Recipes: YAML that says which articles, how grouped, in which formats. Every error has file, line, column and hint.

The format is specified in docs/recipe-format.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Any

from bundler.errors import say
from bundler.model import Rung
from bundler.recipe import extend
from bundler.recipe.apps import load_apps
from bundler.recipe.keys import homes, recipe_keys
from bundler.recipe.kinds import Key, Schema
from bundler.recipe.long import long_form
from bundler.recipe.maps import Fields, fields, map_schema
from bundler.recipe.places import Finding, located
from bundler.recipe.problems import Place, Problem, RecipeProblems
from bundler.recipe.shape import Address, Archive, ChapterRule, Known, Recipe

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
    "load_apps",
    "located",
    "long_form",
    "schema",
]


PAGES = frozenset((".md", ".markdown", ".htm", ".html", ".xhtml"))
"""Endings of pages, which are taken for recipes by mistake."""


def load(path: Path, known: Known) -> Recipe:
    """Read a recipe. Raises RecipeProblems with everything that is wrong with it, sorted by position."""
    problems: list[Problem] = []
    recipe = _read(path, known, problems)
    if problems or recipe is None:
        raise RecipeProblems(str(path), problems)
    return recipe


def _read(path: Path, known: Known, problems: list[Problem]) -> Recipe | None:
    if taken := _mistaken(path):
        problems.append(taken)
        return None
    missing = say("make one with: bundler init DIR --archive PATH")
    own = extend.read_map(path, Place(str(path)), problems, missing=missing)
    if own is None:
        return None
    keys, places = recipe_keys(known), homes(known)
    base = extend.base_of(own, problems)
    if base is not None:
        fields(base, _optional(keys), problems, places)
    lost = extend.extends(own) and base is None
    found = fields(extend.joined(own, base), _optional(keys) if lost else keys, problems, places)
    problems[:] = dict.fromkeys(problems)
    if not problems:
        problems.extend(_contradictions(found))
    return None if problems else _recipe(path, found.values)


def _mistaken(path: Path) -> Problem | None:
    """Say what stands where a recipe should, if that is what people take for one: an archive, a page."""
    whole, name = Place(str(path)), str(path)
    try:
        folder, file = path.is_dir(), path.is_file()
    except (OSError, ValueError):
        return None
    if folder:
        hint = say("a recipe for an archive is written by: bundler init . --archive {path}", path=quote(name))
        return whole.wrong(say("{path!r} is a folder, not a file", path=name), hint)
    if file and path.suffix.lower() in PAGES:
        hint = say("pack it without a recipe: bundler make PAGE")
        return whole.wrong(say("{path!r} is a page, not a recipe", path=name), hint)
    return None


def _optional(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return the keys of a file that need not hold them all."""
    return tuple(key if key.default is not None else replace(key, default="") for key in keys)


def _contradictions(found: Fields) -> Iterator[Problem]:
    both = set(found.values["pin"] or ()) & set(found.values["drop"] or ()) - {None}
    for name in sorted(both):
        message = say("{name!r} is pinned and dropped", name=name)
        yield found.places["drop"].wrong(message, say("keep one of the two"))
    if found.values["every"] != "none" and found.values["cron"] != "none":
        yield found.places["cron"].wrong(
            say("'every' and 'cron' say twice when it is released"), say("keep one of the two")
        )
    convert, language = found.values["convert"], found.values["language"]
    if convert != "none" and language.startswith("zh") and _simplified(convert) != _simplified(language):
        message = say("articles are converted to {convert!r}, but the language is {language!r}", convert=convert,
                      language=language)  # fmt: skip
        meant = "zh-Hans" if _simplified(convert) else "zh-Hant"
        yield found.places["convert"].wrong(
            message, say("write 'language: {meant}', or convert the other way", meant=meant)
        )


def _simplified(language: str) -> bool:
    """Say whether a tag of Chinese means Simplified characters, as it does where it names neither script nor region."""
    return not {"hant", "tw", "hk", "mo"} & set(language.lower().split("-"))


def _recipe(path: Path, values: dict[str, Any]) -> Recipe:
    query = replace(values.pop("select"), pin=values.pop("pin"), drop=values.pop("drop"))
    del values["version"], values[extend.EXTENDS]
    values["images"] = Rung(values["images"], values.pop("grey"))
    values["sizes"] = values.pop("for")
    return Recipe(path=path, slug=values.pop("bundle"), query=query, **values)


def schema(known: Known) -> Schema:
    """Return the JSON Schema (draft 2020-12) of a recipe, with description, example and default of each key."""
    keys = map_schema(recipe_keys(known))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bundler recipe, version 1",
        **keys,
        "required": ["version"],
        "anyOf": [{"required": [extend.EXTENDS]}, {"required": keys["required"]}],
    }
