"""What the readers of saved files give: parts, each with a name by which it can be said what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bundler.fetch.stored import Facts


class BoxError(Exception):
    """A file that cannot be read any further; says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A page or a picture: its address on the web or its path in the file, its media type, its bytes."""

    address: str
    path: str
    kind: str
    data: bytes
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """How to read one part, which may be neither page nor picture (None), before the next one is asked for."""

    name: Callable[[], str]
    part: Callable[[], Part | None]
