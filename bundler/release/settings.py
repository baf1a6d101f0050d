"""`release.yaml`: what belongs to the publisher and not to a recipe (docs/release.md)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bundler import recipe
from bundler.errors import say
from bundler.recipe import Known, Recipe, RecipeProblems
from bundler.recipe.addresses import base
from bundler.recipe.extend import read_map
from bundler.recipe.kinds import Key, text, whole
from bundler.recipe.links import list_or_file
from bundler.recipe.maps import fields, lines
from bundler.recipe.problems import Place, Problem
from bundler.recipe.query import language

NAME = "release.yaml"
DAYS = 90
"""So long an edition counts as new, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a publisher says once for all recipes; `key` and `keyset` are paths, the first without a suffix."""

    path: Path
    title: str
    base_url: str
    mirrors: tuple[str, ...]
    key: Path
    keyset: Path | None
    languages: tuple[str, ...]
    expires: int


def keys(known: Known) -> tuple[Key, ...]:
    """Return the keys of `release.yaml`, in the order of the documentation."""
    return (
        Key("version", whole(least=1, most=1), None, "The version of this format.", "1"),
        Key("title", text(), None, "The publisher's name, on the page of all editions.", "山中书摊"),
        Key(
            "base_url",
            base(empty=True),
            '""',
            "Where the published folder can be fetched.",
            "https://mirror.example/dist/",
        ),
        Key("mirrors", list_or_file(base(), alone="http"), "[]", "Other such places.", "[https://two.example/]"),
        Key("key", text(most=1_000), "keys/editor", "The key, without a suffix, seen from this file.", "keys/robot"),
        Key("keyset", text(most=1_000), "none", "The key set of a team, seen from this file.", "keys/set.json"),
        Key(
            "languages", lines(language(known)), "[]", "Languages of the pages; default: those of the recipes.", "[en]"
        ),
        Key("expires", whole(most=3_650), str(DAYS), "After so many days readers should ask for a newer one.", "30"),
    )


def load(path: Path, known: Known) -> Settings:
    """Read a publisher's settings. Raises RecipeProblems with everything that is wrong with them."""
    problems: list[Problem] = []
    missing = say("write one with two lines: 'version: 1' and 'title: …'")
    root = read_map(path, Place(str(path)), problems, missing=missing)
    found = fields(root, keys(known), problems, {}) if root else None
    if problems or found is None:
        raise RecipeProblems(str(path), problems)
    value, folder = found.values, path.parent
    keyset = None if value["keyset"] == "none" else folder / value["keyset"]
    return Settings(
        path, value["title"], value["base_url"], tuple(value["mirrors"]), folder / value["key"], keyset,
        tuple(value["languages"]), value["expires"],
    )  # fmt: skip


def recipes(settings: Path, known: Known) -> tuple[Recipe, ...]:
    """Return every recipe that stands beside a publisher's settings, by file name.

    Raises RecipeProblems for the first that is wrong.
    """
    beside = sorted(path for path in settings.parent.glob("*.yaml") if path.name != NAME)
    return tuple(recipe.load(path, known) for path in beside if _is_recipe(path))


def _is_recipe(path: Path) -> bool:
    """Say whether a file says what bundle it makes: lists of links and mirrors do not."""
    try:
        return any(line.startswith("bundle:") for line in path.read_text("utf-8", "replace").splitlines())
    except OSError:
        return False
