"""Sizes as people say them, and how much of a file its pictures are."""

from __future__ import annotations

_CARRIES = {"text": 0.0, "html": 4 / 3}
"""Bytes of a file for each byte of a picture in it, where that is not one: none at all, base64."""


def carries(name: str) -> float:
    """Return how many bytes of a file of a format each byte of a picture in it makes."""
    return _CARRIES.get(name, 1.0)


def size(count: int) -> str:
    """Say a number of bytes as chat apps do: decimal, at most one digit after the point."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if count >= factor:
            value = count / factor
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"  # noqa: PLR2004 - one digit below ten
    return f"{count} B"
