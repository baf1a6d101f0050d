"""The gate: reads finished files back with other parsers and refuses what must not be published."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from bundler.model import Note


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason not to publish a file: a code, and what was found where (inside the file, never on this machine)."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What the finished file must hold: short ids of all its pages, the QR payloads, and strings that must not occur.

    `articles` are the articles and then the pages about the edition, before and behind them. `codes` counts how often
    each payload is expected; `forbidden` are paths, user and host names of this machine;
    `languages` are those that the articles are written in.
    """

    articles: tuple[str, ...]
    codes: Mapping[str, int]
    forbidden: tuple[str, ...]
    languages: tuple[str, ...] = ()


DECODED = {"pdf": 40}
"""Of formats whose pages must be drawn first: up to so many codes all are decoded, of more every k-th."""


def step(name: str, expected: Expected) -> int:
    """Return k: every k-th different code of a file of this format is decoded."""
    most = DECODED.get(name)
    return 1 if most is None else max(1, -(-sum(expected.codes.values()) // most))


def sampled(name: str, expected: Expected) -> Note | None:
    """State how many codes of a file of this format are decoded; None where all are."""
    k = step(name, expected)
    part = f"{-(-len(expected.codes) // k)} of {sum(expected.codes.values())} codes in the {name.upper()}"
    return None if k == 1 else Note("codes-sampled", None, part)


class Judge(Protocol):
    """Reads one format back."""

    def faults(self, path: Path, expected: Expected) -> tuple[Fault, ...]:
        """Return every reason not to publish the file; empty if it passes. Never raises for a broken file."""


def judge(name: str) -> Judge:
    """Import the judge of this format."""
    return cast(Judge, importlib.import_module(f"bundler.gate.{name}"))
