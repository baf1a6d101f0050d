"""Kinds of lists and maps: read by tables of keys, which the JSON Schema and the documentation follow too."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bundler.errors import Listed, say
from bundler.recipe.kinds import Key, Kind, Schema, glimpse, mistyped, text
from bundler.recipe.problems import Place, Problem, nearest, shown
from bundler.recipe.source import Broken, Listing, Map, Node, Scalar, compose
from bundler.recipe.syntax import wide, wide_space

MAX_LINE = 2_000
"""Characters of one entry of a list."""

Homes: TypeAlias = Mapping[str, str]
"""Where a key belongs that stands in the wrong map: the name of that map's key, empty for the top level."""


def lines(each: Kind | None = None, *, commas: bool = False) -> Kind:
    """Return the kind of a list of texts: a list, one value, or a block with one a line (blank and # lines left out).

    A wide comma inside `[…]` is taken for a slip, and in one bare value too unless `commas`.
    """
    one = each or text(most=MAX_LINE)

    def read(node: Node, key: Key, problems: list[Problem]) -> tuple[Any, ...]:
        match node:
            case Listing(items=items, flow=flow):
                found, suspects = items, items if flow else ()
            case Scalar():
                found = _lines(node, key, problems)
                suspects = () if commas else found
            case _:
                mistyped(node, key, say("{key!r} wants a list, not {value}", key=key.name, value="{…}"), problems)
                return ()
        signs = [(bit.place, _joined(bit)) for bit in suspects if isinstance(bit, Scalar)]
        problems.extend(place.wrong(*wide(sign)) for place, sign in signs if sign)
        return tuple(one.read(bit, key, problems) for bit in found)

    return Kind(read, {"anyOf": [{"type": "array", "items": one.schema}, one.schema]})


def _joined(node: Scalar) -> str:
    """Return the wide comma or quote that makes one word out of what is meant as several, or nothing."""
    if node.style:
        return ""
    quoted = re.match("[“”‘’＂＇]", node.text)
    found = quoted or re.search("[，、،［］]", node.text)
    return found[0] if found else ""


def rows(node: Scalar) -> tuple[Scalar, ...]:
    """Return the lines of a block, each with its place, without blank ones and comments."""
    numbered = enumerate(node.text.split("\n"), node.place.line + 1)
    kept = ((number, row.strip()) for number, row in numbered if row.strip() and not row.lstrip().startswith("#"))
    return tuple(Scalar(row, Place(node.place.file, number, node.indent + 1), "|") for number, row in kept)


def _lines(node: Scalar, key: Key, problems: list[Problem]) -> tuple[Scalar, ...]:
    if node.style == "|":
        return rows(node)
    if node.lines > 1 or node.style == ">":
        message = say("the lines of {key!r} run together into one", key=key.name)
        problems.append(
            node.place.wrong(message, say("write '{key}: |' and one a line below it, indented", key=key.name))
        )
        return ()
    return (node,) if node.text.strip() else ()


@dataclass(frozen=True, slots=True)
class Fields:
    """The values of a map by key, defaults filled in; where the map and each given value stand."""

    at: Place
    values: dict[str, Any]
    places: dict[str, Place] = field(default_factory=dict)


def record(keys: tuple[Key, ...], make: Callable[[Fields, list[Problem]], Any], homes: Homes | None = None) -> Kind:
    """Return the kind of a map with these keys; `make` turns its values into what they mean if none is wrong."""

    def read(node: Node, key: Key, problems: list[Problem]) -> Any:
        if not isinstance(node, Map):
            message = say("{key!r} wants keys with values, not {value}", key=key.name, value=glimpse(node))
            mistyped(node, key, message, problems)
            return None
        before = len(problems)
        found = fields(node, keys, problems, {} if homes is None else homes)
        broken = any(isinstance(value, Broken) for _, value in node.pairs)
        return None if broken or len(problems) > before else make(found, problems)

    return Kind(read, lambda: map_schema(keys))


def fields(node: Map, keys: tuple[Key, ...], problems: list[Problem], homes: Homes) -> Fields:
    """Read a map by its table of keys; unknown, missing and empty keys are reported, a misspelt one once."""
    known = {key.name: key for key in keys}
    given = {name.text for name, value in node.pairs if not (isinstance(value, Scalar) and value.missing)}
    left_out = (key for key in keys if key.default is not None and key.name not in given)
    found = Fields(node.place, {key.name: default(key) for key in left_out})
    seen: set[str | None] = set()
    for name, value in node.pairs:
        key = known.get(name.text)
        if key is None:
            near = None if name.text.strip() in homes else nearest(name.text, known)
            problems.append(_unknown_key(name, near, tuple(known), homes))
            seen.add(near)
        elif isinstance(value, Scalar) and value.missing:
            problems.append(_without_value(name, key))
        else:
            found.places[key.name] = value.place
            found.values[key.name] = key.kind.read(value, key, problems)
        seen.add(name.text)
    missing = (key for key in keys if key.default is None and key.name not in seen)
    problems.extend(node.place.wrong(say("the key {key!r} is missing", key=key.name), key.hint) for key in missing)
    return found


def default(key: Key) -> Any:
    """Return the value that a key has when it is left out: what its default text says when it is written."""
    problems: list[Problem] = []
    node = compose(key.default or "", "", problems)
    return None if node is None else key.kind.read(node, key, problems)


def _without_value(name: Scalar, key: Key) -> Problem:
    message = say("{key!r} has no value", key=key.name)
    if key.default is None:
        return name.place.wrong(message, key.hint)
    return name.place.wrong(
        message, say("write one, or leave the line out for the default: {value}", value=key.default)
    )


def _unknown_key(name: Scalar, near: str | None, known: tuple[str, ...], homes: Homes) -> Problem:
    word = name.text.strip()
    message = say("unknown key {key}", key=shown(name.text))
    valid = Listed(known)
    if word != name.text and not name.style:
        return name.place.wrong(*wide_space())
    if word in homes:
        home = homes[word]
        below = say("{key!r} belongs under {home!r}, indented", key=word, home=home)
        return name.place.wrong(message, below if home else say("{key!r} belongs at the left edge", key=word))
    if near:
        return name.place.wrong(message, say("did you mean {near!r}?", near=near))
    return name.place.wrong(message, say("known keys: {known}", known=valid))


def map_schema(keys: tuple[Key, ...]) -> Schema:
    """Return the JSON Schema of a map with these keys."""
    required = [key.name for key in keys if key.default is None]
    properties = {key.name: _key_schema(key) for key in keys}
    schema: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**schema, "required": required} if required else schema


def _key_schema(key: Key) -> Schema:
    about: Schema = {"description": key.about} if key.about else {}
    schema: Schema = {**about, **key.kind.schema, "examples": [plain(key.example)]}
    return schema if key.default is None else {**schema, "default": plain(key.default)}


def plain(written: str) -> Any:
    """Return a YAML text as JSON would have it: numbers and booleans where they are meant."""
    return _json(compose(written, "", []))


def _json(node: Node | None) -> Any:
    match node:
        case Listing(items=items):
            return [_json(item) for item in items]
        case Map(pairs=pairs):
            return {name.text: _json(value) for name, value in pairs}
        case Scalar(text=text, style=style):
            if not style and text in ("true", "false"):
                return text == "true"
            return int(text) if not style and re.fullmatch("0|-?[1-9][0-9]*", text) else text
        case _:
            return ""
