"""Formats with their options: the table of keys is made from each writer's Options dataclass."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property, partial
from typing import Any, Literal, Union, get_args, get_origin

from bundler.errors import say
from bundler.recipe.kinds import Key, Kind, Read, Schema, boolean, choice, mistyped, text, unknown, whole
from bundler.recipe.maps import Fields, lines, record
from bundler.recipe.problems import Problem
from bundler.recipe.shape import Known
from bundler.recipe.source import Map, Node, Scalar

WIDEST = 1_000_000_000


def format_kind(known: Known) -> Kind:
    """Return the kind of one entry of `formats`: a name, or a map of one name to its options."""
    names = tuple(sorted(known.formats))
    homes = _Homes(known)

    @cache
    def options(name: str) -> Kind:
        return record(option_keys(known.formats[name]), _maker(known.formats[name]), homes)

    def read(node: Node, key: Key, problems: list[Problem]) -> tuple[str, object] | None:
        match node:
            case Scalar():
                name, below = node, Map((), node.place)
            case Map(pairs=((name, Map() as below),)):
                pass
            case Map(pairs=((name, Scalar(missing=True, place=place)),)):
                below = Map((), place)
            case Map(pairs=((name, Scalar(missing=True)), *_)):
                message = say("the options of {name!r} are not below it", name=name.text)
                problems.append(node.place.wrong(message, say("indent them deeper than {name!r}", name=name.text)))
                return None
            case _:
                message = say("an entry of {key!r} is a name, or one name with its options below it", key=key.name)
                mistyped(node, key, message, problems)
                return None
        word = name.text.strip()
        if word not in names:
            problems.append(unknown(name, key, names))
            return None
        return word, options(word).read(below, dataclasses.replace(key, name=word), problems)

    def schema() -> Schema:
        about = {name: inspect.getdoc(known.formats[name]) or "" for name in names}
        each = ({name: {"description": about[name], **options(name).schema}} for name in names)
        return {"anyOf": [{"enum": list(names)}, *({"type": "object", "properties": one, **_ONE} for one in each)]}

    return Kind(read, schema)


_ONE = {"minProperties": 1, "maxProperties": 1, "additionalProperties": False}


@dataclasses.dataclass(frozen=True)
class _Homes(Mapping[str, str]):
    """The format that each option belongs to, the first by name of several; only a mistake asks for it."""

    known: Known

    @cached_property
    def _names(self) -> Mapping[str, str]:
        names = sorted(self.known.formats, reverse=True)
        return {key.name: name for name in names for key in option_keys(self.known.formats[name])}

    def __getitem__(self, name: str) -> str:
        return self._names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _maker(options: type) -> Callable[[Fields, list[Problem]], object]:
    """Return what makes an Options instance; what its own checks refuse is a problem too."""

    def make(found: Fields, problems: list[Problem]) -> object:
        try:
            return options(**found.values)
        except ValueError as error:
            message = say("these options do not go together: {reason}", reason=str(error))
            problems.append(found.at.wrong(message, say("leave one of them out")))
            return None

    return make


def option_keys(options: type) -> tuple[Key, ...]:
    """Return the keys of a frozen dataclass of plain values; a field's metadata may hold `about`."""
    hints = typing.get_type_hints(options)
    keys = []
    for field in dataclasses.fields(options):
        default = _written(field.default)
        about = str(field.metadata.get("about", ""))
        keys.append(Key(field.name, _kind(hints[field.name]), default, about, default))
    return tuple(keys)


def _written(value: object) -> str:
    """Write a default as a recipe would."""
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case tuple():
            return f"[{', '.join(map(str, value))}]"
        case "":
            return '""'
        case _:
            return str(value)


def _kind(hint: Any) -> Kind:
    """Return the kind of a field's annotation. TypeError for one that is no plain value: a mistake of ours."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _literal(arguments)
    if origin in (Union, types.UnionType) and type(None) in arguments:
        (kind,) = (one for one in arguments if one is not type(None))
        return _or_none(_kind(kind))
    if origin is tuple and arguments[1:] == (...,):
        return lines(_kind(arguments[0]))
    if hint in _PLAIN:
        return _PLAIN[hint]
    message = f"an option cannot be of type {hint!r}"
    raise TypeError(message)


_PLAIN: dict[Any, Kind] = {bool: boolean(), int: whole(least=-WIDEST, most=WIDEST), str: text(empty=True)}


def _literal(values: tuple[Any, ...]) -> Kind:
    """Return the kind of a Literal; its values may be numbers."""
    by_word = {_written(value): value for value in values}
    words = choice(*by_word)

    def read(node: Node, key: Key, problems: list[Problem]) -> Any:
        return by_word.get(words.read(node, key, problems))

    return Kind(read, {"enum": list(values)})


def _or_none(kind: Kind) -> Kind:
    read: Read = partial(_none_or, kind)
    return Kind(read, {"anyOf": [kind.schema, {"const": "none"}]})


def _none_or(kind: Kind, node: Node, key: Key, problems: list[Problem]) -> Any:
    absent = isinstance(node, Scalar) and node.text.strip() == "none"
    return None if absent else kind.read(node, key, problems)
