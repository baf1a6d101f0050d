"""For whom files are made, which says how large one may be: `anyone`, or size classes."""

from __future__ import annotations

from dataclasses import replace

from bundler.errors import say
from bundler.model import ANYONE, CLASSES, SizeClass
from bundler.recipe.kinds import Key, Kind, choice
from bundler.recipe.maps import lines
from bundler.recipe.problems import Problem
from bundler.recipe.source import Node, Scalar

EVERYBODY = "anyone"


def audience() -> Kind:
    """Return the kind of `for`: `anyone`, whose files fit every channel, or a list of size classes, each once."""
    each = lines(choice(*CLASSES))

    def read(node: Node, key: Key, problems: list[Problem]) -> tuple[SizeClass, ...]:
        if isinstance(node, Scalar) and node.text.strip() == EVERYBODY:
            return (ANYONE,)
        before = len(problems)
        found: tuple[SizeClass, ...] = each.read(node, key, problems)
        if len(problems) > before:
            return ()
        if not found:
            problems.append(node.place.wrong(say("{key!r} is empty", key=key.name), key.hint))
        return tuple(one for one in CLASSES if one in found)

    return replace(each, read=read, says={"anyOf": [{"const": EVERYBODY}, each.schema]})
