"""What is known of reading apps: a list in the recipe, in a file of its own, or the one that ships."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, get_args

from bundler.errors import say
from bundler.model import App, Phone
from bundler.recipe.addresses import address
from bundler.recipe.kinds import Key, Kind, boolean, choice, day, text
from bundler.recipe.links import list_or_file
from bundler.recipe.maps import Fields, lines, record
from bundler.recipe.problems import Place, Problem, RecipeProblems
from bundler.recipe.shape import Known
from bundler.recipe.source import compose

MAX_NAME = 40
"""Characters of a name: three names and more stand in one message."""


def app_keys(known: Known) -> tuple[Key, ...]:
    """Return the keys of one entry of `apps`."""
    phones, formats = get_args(Phone), tuple(sorted(known.formats))
    return (
        Key("name", text(most=MAX_NAME), None, "The app's name.", "KOReader"),
        Key("chinese", text(most=MAX_NAME, empty=True), '""', "Its name in Chinese, if it has one.", "QQ浏览器"),
        Key("phones", lines(choice(*phones)), None, "On what it runs.", "[android, computer]"),
        Key("formats", lines(choice(*formats)), None, "What it opens.", "[epub, pdf]"),
        Key("reads", choice("offline", "uploads"), None, "Whether what is opened stays on the device.", "uploads"),
        Key("source", address(known), None, "Where that is said.", "https://koreader.rocks/"),
        Key("checked", day("never"), None, "When somebody looked there last.", "2026-11-22"),
        Key("confirmed", boolean(), "false", "Whether the source says so itself.", "true"),
    )


def apps(known: Known) -> Kind:
    """Return the kind of `apps`: a list, or the name of a file that holds it."""
    return list_or_file(record(app_keys(known), _make), alone="")


def _make(found: Fields, problems: list[Problem]) -> App | None:
    empty = [name for name in ("phones", "formats", "checked") if not found.values[name]]
    ways = {"phones": "android", "formats": "epub", "checked": "2026-11-22"}
    for name in empty:
        way = say("for example: {example}", example=f"{name}: {ways[name]}")
        problems.append(found.places[name].wrong(say("{key!r} is empty", key=name), way))
    return None if empty else App(**found.values)


def load_apps(path: Path, known: Known) -> tuple[App, ...]:
    """Read a file of reading apps by the rules of a recipe. Raises RecipeProblems with everything that is wrong."""
    problems: list[Problem] = []
    node = compose(path.read_text(encoding="utf-8"), path.name, problems)
    key = Key("apps", apps(known), "[]", "", "")
    found: tuple[App, ...] = key.kind.read(node, key, problems) if node is not None else ()
    if problems or not found:
        empty = [Place(path.name).wrong(say("{key!r} is empty", key="apps"))]
        raise RecipeProblems(path.name, problems or empty)
    return found


def written(app: App) -> dict[str, Any]:
    """Return an app as a recipe would write it."""
    found = dataclasses.asdict(app)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
