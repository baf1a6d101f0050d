"""Ways by which files go from hand to hand: `assets/channels.yaml`, and what a file of one's own says otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from bundler import theme
from bundler.build import known
from bundler.errors import Listed, say
from bundler.model import CLASSES, SizeClass
from bundler.recipe import RecipeProblems
from bundler.recipe.addresses import address
from bundler.recipe.extend import read_map
from bundler.recipe.kinds import Key, boolean, choice, day, whole
from bundler.recipe.maps import fields, lines
from bundler.recipe.problems import Place, Problem, nearest, shown
from bundler.recipe.source import Map, Scalar

Reads = Literal["platform", "servers", "ends", "around", "network", "holder"]
"""Who can read a file on the way.

The platform does, and compares it with lists; its servers could; only the ends; devices around learn who sent it;
whoever is in the same network; whoever holds it.
"""
NAME = "channels.yaml"
_EXAMPLE = say("write, for example: wechat: {{bytes: 200000000}}")
MAX_NAME = 25
"""Characters of a file's name with its ending: the least that a channel takes."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way: what one file has at most, the formats it is given in, best first, and who can read it.

    `bytes` is None where there is no limit, `days` where files stay. `plain` says whether files go as they are: others
    are locked first. `confirmed` says whether the source says so itself, as of the day it was `checked`.
    """

    name: str
    size: SizeClass
    bytes: int | None
    formats: tuple[str, ...]
    reads: Reads
    plain: bool
    days: int | None
    source: str
    checked: dt.date
    confirmed: bool


def keys() -> tuple[Key, ...]:
    """Return the keys of one channel, in the order of the documentation."""
    there = known()
    return (
        Key("size", choice(*CLASSES), None, "The size class whose files fit.", "lite"),
        Key("bytes", whole(most=10**12, none=True), None, "What one file has at most.", "7000000"),
        Key("formats", lines(choice(*sorted(there.formats))), None, "What is given, best first.", "[pdf, epub]"),
        Key("reads", choice(*get_args(Reads)), None, "Who can read a file on the way.", "servers"),
        Key("plain", boolean(), "true", "Whether files go as they are.", "false"),
        Key("days", whole(none=True), "none", "After so many days files are gone.", "7"),
        Key("source", address(there), None, "Where that is said.", "https://signal.org/"),
        Key("checked", day("never"), None, "When somebody looked there last.", "2026-11-22"),
        Key("confirmed", boolean(), "false", "Whether the source says so itself.", "true"),
    )


def load(own: Path | None = None) -> Mapping[str, Channel]:
    """Return every way by name, in the order of the file that ships; a file of one's own replaces single keys.

    Raises RecipeProblems with everything that is wrong with it, each with file, line and column.
    """
    problems: list[Problem] = []
    shipped = _read(theme.assets() / NAME, problems)
    ours = {name.text: node for name, node in shipped.pairs if isinstance(node, Map)} if shipped else {}
    said = _read(own, problems) if own else None
    for name, node in said.pairs if said else ():
        if not isinstance(node, Map):
            problems.append(name.place.wrong(say("{way!r} wants keys with values", way=name.text), _EXAMPLE))
        elif name.text in ours:
            ours[name.text] = _joined(node, ours[name.text])
        else:
            problems.append(_unknown(name, tuple(ours)))
    made = {name: _channel(name, node, problems) for name, node in ours.items()}
    if problems:
        raise RecipeProblems(str(own or NAME), problems)
    return {name: channel for name, channel in made.items() if channel}


def _read(path: Path, problems: list[Problem]) -> Map | None:
    return read_map(path, Place(str(path)), problems, missing=_EXAMPLE)


def _joined(own: Map, shipped: Map) -> Map:
    """Return the keys of a map in front of those of another that it does not say."""
    said = {name.text for name, _ in own.pairs}
    return Map((*own.pairs, *(pair for pair in shipped.pairs if pair[0].text not in said)), own.place)


def _unknown(name: Scalar, there: tuple[str, ...]) -> Problem:
    near = nearest(name.text, there)
    message = say("there is no way {name}", name=shown(name.text))
    if near:
        return name.place.wrong(message, say("did you mean {near!r}?", near=near))
    return name.place.wrong(message, say("known ways: {known}", known=Listed(there)))


def _channel(name: str, node: Map, problems: list[Problem]) -> Channel | None:
    before = len(problems)
    found = fields(node, keys(), problems, {})
    if len(problems) == before:
        empty = [key for key in ("formats", "checked") if not found.values[key]]
        problems.extend(found.places[key].wrong(say("{key!r} is empty", key=key)) for key in empty)
    return None if len(problems) > before else Channel(name, **found.values)
