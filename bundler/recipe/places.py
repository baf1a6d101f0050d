"""Where in a recipe's file a value stands that turned out later to be wrong, as when no article has it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from bundler.errors import Say, say
from bundler.recipe import extend
from bundler.recipe.maps import rows
from bundler.recipe.problems import Place, Problem, RecipeProblems
from bundler.recipe.source import Listing, Map, Node, Scalar


class Finding(Protocol):
    """What is wrong with one value of a recipe; `where` leads to it: ("pin", 0), ("chapters", 2, "sections", 0)."""

    @property
    def where(self) -> tuple[str | int, ...]:
        """Return keys and places in lists, from the top."""

    @property
    def message(self) -> Say:
        """Return the sentence."""

    @property
    def hint(self) -> Say | None:
        """Return the way out."""


def located(path: Path, findings: Iterable[Finding]) -> RecipeProblems:
    """Return findings about a recipe that was loaded before as its problems, each with line and column."""
    ignored: list[Problem] = []
    whole = Place(str(path))
    own = extend.read_map(path, whole, ignored, missing=say("the recipe is gone"))
    root = extend.joined(own, extend.base_of(own, ignored)) if own else None
    places = ((_place(root, one.where) if root else whole, one) for one in findings)
    return RecipeProblems(str(path), [place.wrong(one.message, one.hint) for place, one in places])


def _place(root: Node, where: tuple[str | int, ...]) -> Place:
    node = root
    for depth, part in enumerate(where):
        node = _inner(node, part) or node
        if where[0] == "chapters" and depth == 1 and isinstance(node, Map) and node.pairs:
            node = node.pairs[0][1]
    return node.place


def _inner(node: Node, part: str | int) -> Node | None:
    """Take one step; None where the file has a short form that saves the step."""
    match node, part:
        case Map(pairs=pairs), str():
            return next((value for name, value in pairs if name.text == part), None)
        case Listing(items=items), int():
            return items[part] if part < len(items) else None
        case Scalar(style="|"), int():
            lines = rows(node)
            return lines[part] if part < len(lines) else None
        case _:
            return None
