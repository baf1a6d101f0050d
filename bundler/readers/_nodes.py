"""Parsed HTML without recursion: what stands under a node, and its characters."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from selectolax.lexbor import LexborNode


def under(node: LexborNode) -> Iterator[LexborNode]:
    """Yield a node and what is under it in document order."""
    above: list[LexborNode] = []
    current: LexborNode | None = node
    while current is not None:
        yield current
        child = current.first_child
        if child is not None:
            above.append(current)
            current = child
            continue
        following = current.next if above else None
        while following is None and above:
            current = above.pop()
            following = current.next if above else None
        current = following


def text_of(node: LexborNode, *, limit: int = 1_000_000) -> str:
    """Return the characters under a node, at most `limit`."""
    parts: list[str] = []
    size = 0
    for inner in under(node):
        if inner.tag == "-text":
            parts.append(inner.text_content or "")
            size += len(parts[-1])
            if size >= limit:
                break
    return "".join(parts)[:limit]


def fragment(href: str | None) -> str:
    """Return the id that a link inside the page points at, or nothing."""
    place = (href or "").strip()
    return unquote(place[1:]) if place.startswith("#") else ""
