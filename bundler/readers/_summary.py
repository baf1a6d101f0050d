"""What selection and lists see of an article's text."""

from __future__ import annotations

from collections.abc import Iterable

from bundler.model import Block
from bundler.walk import assets_of, characters, lead

__all__ = ["characters", "lead", "says"]


def says(blocks: Iterable[Block]) -> bool:
    """Say whether blocks hold anything to read or to look at."""
    kept = tuple(blocks)
    return bool(assets_of(kept)) or bool(characters(kept))
