"""A recipe on top of another: keys of the recipe replace keys of its base whole, `select` is joined key by key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bundler.errors import Say, say
from bundler.recipe.problems import Place, Problem
from bundler.recipe.source import Map, Node, Scalar, compose, read_file
from bundler.recipe.syntax import suspect

EXTENDS = "extends"
NONE = "none"
JOINED = "select"
"""The one key whose map is joined with the base's."""


def read_map(path: Path, at: Place, problems: list[Problem], *, missing: Say) -> Map | None:
    """Read a file that holds keys with values; None with a problem where it does not. `at` is what names the file."""
    before = len(problems)
    written = read_file(path, at, problems, missing=missing)
    root = None if written is None else compose(written, str(path), problems)
    if isinstance(root, Map):
        return root
    if root is not None:
        problems.append(_no_map(root, written or "", missing))
    elif len(problems) == before:
        problems.append(Place(str(path)).wrong(say("the file is empty"), missing))
    return None


def _no_map(root: Node, written: str, missing: Say) -> Problem:
    slip = suspect(written.lstrip("\n").split("\n", 1)[0])
    if slip:
        return replace(root.place, column=slip[0]).wrong(*slip[1:])
    return root.place.wrong(say("this file is made of keys with values"), missing)


def extends(own: Map) -> bool:
    """Say whether a recipe names a base."""
    return _named(own) is not None


def base_of(own: Map, problems: list[Problem]) -> Map | None:
    """Read the base that a recipe names, from the recipe's folder; None where there is none or it cannot be used."""
    named = _named(own)
    if named is None:
        return None
    path = Path(named.place.file).parent / named.text.strip()
    base = read_map(path, named.place, problems, missing=say("paths begin in the folder of the file they stand in"))
    if base is None:
        return None
    again = next((name for name, _ in base.pairs if name.text == EXTENDS), None)
    if again is not None:
        message = say("the base of a recipe cannot extend another file")
        problems.append(again.place.wrong(message, say("write the keys of the two into one file")))
        return None
    return base


def joined(own: Map, base: Map | None) -> Map:
    """Return a recipe with the keys of its base that it does not have itself."""
    if base is None:
        return own
    below = {name.text: value for name, value in base.pairs}
    pairs = tuple((name, _over(name.text, value, below.get(name.text))) for name, value in own.pairs)
    return Map((*_others(own, base), *pairs), own.place)


def _over(name: str, value: Node, below: Node | None) -> Node:
    if name == JOINED and isinstance(value, Map) and isinstance(below, Map):
        return Map((*_others(value, below), *value.pairs), value.place)
    return value


def _others(own: Map, base: Map) -> tuple[tuple[Scalar, Node], ...]:
    names = {name.text for name, _ in own.pairs}
    return tuple((name, value) for name, value in base.pairs if name.text not in names)


def _named(own: Map) -> Scalar | None:
    """Return the value that names the base; what is no name is reported when the keys are read."""
    for name, value in own.pairs:
        if name.text == EXTENDS and isinstance(value, Scalar):
            return None if value.text.strip() in ("", NONE) or "\n" in value.text.strip() else value
    return None
