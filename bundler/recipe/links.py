"""Tools and home pages that every reader gets, and lists that may stand in a file of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bundler.errors import say
from bundler.recipe.addresses import ADDRESS_SCHEMA, address
from bundler.recipe.kinds import Key, Kind, Schema, mistyped, text
from bundler.recipe.maps import Fields, record
from bundler.recipe.problems import Place, Problem
from bundler.recipe.shape import Address, Known
from bundler.recipe.source import Broken, Listing, Map, Node, Scalar, compose, read_file


def link_keys(known: Known) -> tuple[Key, ...]:
    """Return the keys of one entry of `links`."""
    return (
        Key("title", text(), None, "What the address is, as readers will see it.", "Tor Browser"),
        Key(
            "address",
            address(known),
            None,
            "https, mailto or .onion; short enough for a QR code.",
            "https://mirror.example/",
        ),
        Key(
            "note",
            text(empty=True),
            '""',
            "One line more, for example in which country it works.",
            "works without an account",
        ),
    )


def link(known: Known) -> Kind:
    """Return the kind of one entry of `links`: a map, or short `title: address`."""
    keys = link_keys(known)
    names = {key.name for key in keys}

    def make(found: Fields, _: list[Problem]) -> Address:
        return Address(**found.values)

    full = record(keys, make)

    def read(node: Node, key: Key, problems: list[Problem]) -> Address | None:
        match node:
            case Map(pairs=((title, value),)) if title.text not in names:
                at = title.place
                node = Map(((Scalar("title", at), title), (Scalar("address", at), value)), node.place)
        found: Address | None = full.read(node, key, problems)
        return found

    one: Schema = {"minProperties": 1, "maxProperties": 1}
    return Kind(read, {"anyOf": [full.schema, {"type": "object", "additionalProperties": ADDRESS_SCHEMA, **one}]})


def list_or_file(each: Kind, *, alone: str) -> Kind:
    """Return the kind of a list that stands where it is named, or in a YAML file of its own.

    The file is looked for from the folder of the one that names it. A value that begins with `alone` is a list of one,
    anything else the file's name.
    """

    def read(node: Node, key: Key, problems: list[Problem]) -> tuple[Any, ...]:
        if isinstance(node, Scalar) and not (alone and node.text.strip().lower().startswith(alone)):
            node = _from_file(node, key, problems)
        match node:
            case Listing(items=items):
                return tuple(each.read(item, key, problems) for item in items)
            case Scalar():
                return (each.read(node, key, problems),)
            case _:
                message = say("{key!r} wants a list or the name of a file, not {value}", key=key.name, value="{…}")
                mistyped(node, key, message, problems)
                return ()

    array = {"type": "array", "items": each.schema}
    return Kind(read, {"anyOf": [array, {"type": "string"}]})


def _from_file(node: Scalar, key: Key, problems: list[Problem]) -> Node:
    """Read the list that stands in the file of this name."""
    path = Path(node.place.file).parent / node.text.strip()
    before = len(problems)
    written = read_file(path, node.place, problems, missing=say("paths begin in the folder of the file they stand in"))
    root = compose(written, str(path), problems) if written is not None else None
    if len(problems) == before and not isinstance(root, Listing):
        place = root.place if root else Place(str(path))
        problems.append(place.wrong(say("a file of {key!r} holds a list and nothing else", key=key.name), key.hint))
    return root if isinstance(root, Listing) else Broken(node.place)
