"""Sizes as people say them."""

from __future__ import annotations


def size(count: int) -> str:
    """Say a number of bytes as chat apps do: decimal, at most one digit after the point."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if count >= factor:
            value = count / factor
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"  # noqa: PLR2004 - one digit below ten
    return f"{count} B"
