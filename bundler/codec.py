"""The model as JSON and back: `{"type": "Paragraph", …}` for nodes, defaults left out; one form, for dump and cache."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

from bundler import model

_NODES: dict[str, Any] = {
    name: node for name, node in vars(model).items() if isinstance(node, type) and dataclasses.is_dataclass(node)
}
_FIELDS: dict[type, tuple[tuple[str, Any], ...]] = {
    node: tuple((field.name, field.default) for field in dataclasses.fields(node)) for node in _NODES.values()
}
_PLAIN = frozenset((str, int, float, bool, type(None)))
"""Types that are JSON values as they are: asked for by the very type, as every node of every article passes here."""


def to_json(value: Any) -> Any:
    """Return JSON values for a node, a tuple of nodes, a mapping or a date."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple or kind is list:
        return [to_json(inner) for inner in value]
    fields = _FIELDS.get(kind)
    if fields is not None:
        made = {"type": kind.__name__}
        for name, default in fields:
            if (inner := getattr(value, name)) != default:
                made[name] = inner if type(inner) in _PLAIN else to_json(inner)
        return made
    if isinstance(value, dt.date):
        return {"type": "date", "iso": value.isoformat()}
    if isinstance(value, dict):
        return {key: to_json(inner) for key, inner in value.items()}
    message = f"no JSON form for {type(value).__name__}"
    raise TypeError(message)


def from_json(value: Any) -> Any:
    """Return the node, tuple, mapping or date that `to_json` was given; ValueError for any other shape."""
    if type(value) is list:
        return tuple([from_json(inner) for inner in value])
    if type(value) is not dict:
        return value
    kind = value.get("type")
    if kind is None:
        return {key: from_json(inner) for key, inner in value.items()}
    try:
        if kind == "date":
            return dt.date.fromisoformat(value["iso"])
        return _NODES[kind](
            **{key: inner if type(inner) is str else from_json(inner) for key, inner in value.items() if key != "type"}
        )
    except (KeyError, TypeError) as error:
        message = f"no node {kind!r} with these fields: {error}"
        raise ValueError(message) from error


def canonical(value: Any) -> bytes:
    """Return canonical JSON of a JSON value: UTF-8, keys sorted, no spaces, no escapes but those JSON asks for."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "surrogatepass")


def pack(value: Any) -> bytes:
    """Return a node as bytes, equal for equal nodes."""
    return canonical(to_json(value))


def unpack(data: bytes) -> Any:
    """Return the node that `pack` made; ValueError for anything else."""
    return from_json(json.loads(data))
