"""What selection and lists see of an article's text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bundler.model import Block, Figure
from bundler.walk import assets_of, plain_text

LEAD = 150
"""Characters of the text that selection looks at."""

_SPACE = re.compile(r"[\s\u200b]+")


def lead(blocks: Iterable[Block]) -> str:
    """Return the first characters of the text; captions only where there is nothing else."""
    kept = tuple(blocks)
    text = _SPACE.sub(" ", plain_text(block for block in kept if not isinstance(block, Figure))).strip()
    return (text or _SPACE.sub(" ", plain_text(kept)).strip())[:LEAD]


def characters(blocks: Iterable[Block]) -> int:
    """Count the visible characters."""
    return len(_SPACE.sub("", plain_text(blocks)))


def says(blocks: Iterable[Block]) -> bool:
    """Say whether blocks hold anything to read or to look at."""
    kept = tuple(blocks)
    return bool(assets_of(kept)) or bool(characters(kept))
