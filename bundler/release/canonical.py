"""Canonical JSON of what is signed (docs/manifest-format.md, 3.1): one value, one text."""

from __future__ import annotations

import json
from typing import Any

from bundler.codec import canonical as write

_LARGEST = 2**53


def read(data: bytes) -> Any:
    """Return the value that canonical JSON says. Raises ValueError for any text but the one canonical one."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse)
        again = write(value)
    except RecursionError as error:
        message = "nested too deep"
        raise ValueError(message) from error
    if again != data or not _bounded(value):
        message = "not canonical"
        raise ValueError(message)
    return value


def _bounded(value: Any) -> bool:
    match value:
        case bool() | None | str():
            return True
        case int():
            return -_LARGEST <= value <= _LARGEST
        case list():
            return all(map(_bounded, value))
        case _:
            return all(map(_bounded, value.values()))


def _refuse(text: str) -> Any:
    message = f"{text!r} is no integer"
    raise ValueError(message)


__all__ = ["read", "write"]
