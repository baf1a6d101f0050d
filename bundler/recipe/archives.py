"""Where the articles come from: one archive, or several."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bundler.errors import Say, say
from bundler.recipe.addresses import base
from bundler.recipe.kinds import TEXT_SCHEMA, Key, Kind, choice, glimpse, mistyped, pattern, text
from bundler.recipe.maps import Fields, record
from bundler.recipe.problems import Problem, shown
from bundler.recipe.shape import Archive, Known
from bundler.recipe.source import Listing, Map, Node, Scalar

AUTO = "auto"
"""The word for a name or a reader that the archive itself decides."""


def archive_keys(known: Known) -> tuple[Key, ...]:
    """Return the keys of one entry of `archives`."""
    reader = choice(AUTO, *known.readers)
    return (
        Key("path", _path(), None, "The folder, relative to the recipe's folder; / on every system.", "../archive"),
        Key("name", _name(), AUTO, "What ids begin with; auto: the reader's name, then name2, …", "mirror"),
        Key("reader", reader, AUTO, "What kind of archive it is; auto: the reader that recognizes it.", "markdown"),
        Key(
            "base_url", base(empty=True), '""', "Where its pages stand on the web: share address = this + path.", _BASE
        ),
        Key("sections", _sections(), "{}", "Names for people, by the archive's ids.", "{prog204: 大陆新闻}"),
    )


_BASE = "https://mirror.example/"


def archives(known: Known) -> Kind:
    """Return the kind of `archives`: a path, a map, or a list of them."""
    keys = archive_keys(known)
    full = record(keys, lambda found, _: _archive(found))

    def one(node: Node, key: Key, problems: list[Problem]) -> Archive | None:
        if isinstance(node, Scalar):
            path = keys[0].kind.read(node, key, problems)
            return None if path is None else Archive("", path, place=str(node.place))
        found: Archive | None = full.read(node, key, problems)
        return found

    def read(node: Node, key: Key, problems: list[Problem]) -> tuple[Archive, ...]:
        nodes = node.items if isinstance(node, Listing) else (node,)
        if not nodes:
            problems.append(node.place.wrong(say("{key!r} is empty", key=key.name), key.hint))
        found = [(one(part, key, problems), part) for part in nodes]
        kept = [(archive, part) for archive, part in found if archive is not None]
        problems.extend(_repeated(kept))
        return tuple(archive for archive, _ in kept)

    schemas = [TEXT_SCHEMA, full.schema]
    return Kind(read, {"anyOf": [*schemas, {"type": "array", "minItems": 1, "items": {"anyOf": schemas}}]})


def _archive(found: Fields) -> Archive:
    reader = found.values["reader"]
    place = str(found.places.get("path", found.at))
    return Archive(**{**found.values, "reader": None if reader == AUTO else reader}, place=place)


def _repeated(archives: list[tuple[Archive, Node]]) -> Iterator[Problem]:
    names, paths = set(), set()
    for archive, node in archives:
        if archive.name and archive.name in names:
            message = say("two archives have the name {name!r}", name=archive.name)
            yield node.place.wrong(message, say("ids begin with the name: give each its own"))
        if archive.path in paths:
            yield node.place.wrong(say("the same archive stands here twice"), say("keep one of the two"))
        names.add(archive.name)
        paths.add(archive.path)


def _path() -> Kind:
    kind = text(most=1_000)

    def read(node: Node, key: Key, problems: list[Problem]) -> Path | None:
        before = len(problems)
        value = kind.read(node, key, problems)
        if value is None or len(problems) > before:
            return None
        if "\\" in value:
            message = say("the path {path} holds a backslash", path=shown(value))
            problems.append(node.place.wrong(message, say("write '/' instead, on Windows too")))
        home = Path.home() / value[2:] if value.startswith("~/") else value
        return Path(os.path.realpath(Path(node.place.file).parent / home))

    return replace(kind, read=read, says=TEXT_SCHEMA)


def _name() -> Kind:
    def rule(value: str) -> Say:
        return say("{value} cannot name an archive: a-z, 0-9 and '-', at most 32 characters", value=value)

    kind = pattern("[a-z0-9][a-z0-9-]{0,31}", rule)

    def read(node: Node, key: Key, problems: list[Problem]) -> str | None:
        value = kind.read(node, key, problems)
        return "" if value == AUTO else value

    return replace(kind, read=read)


def _sections() -> Kind:
    name = text()

    def read(node: Node, key: Key, problems: list[Problem]) -> dict[str, Any] | None:
        if isinstance(node, Map):
            return {section.text: name.read(value, key, problems) for section, value in node.pairs}
        message = say("{key!r} wants ids with names, not {value}", key=key.name, value=glimpse(node))
        mistyped(node, key, message, problems)
        return None

    return Kind(read, {"type": "object", "additionalProperties": name.schema})
