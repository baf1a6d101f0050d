"""Parsed HTML without recursion: what stands under a node, and its characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

_FORMULA_END = re.compile(r"</(?:math|svg)\s*>(.*)", re.IGNORECASE | re.DOTALL)
_UNSEEN = frozenset(("script", "style", "noscript", "textarea", "title", "iframe", "xmp"))


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
    """Return the characters under a node, at most `limit`; an element counts as one, so that nests cost no more."""
    parts: list[str] = []
    size = 0
    for inner in under(node):
        said = (inner.text_content or "") if inner.tag == "-text" else ""
        parts.append(said)
        size += len(said) or 1
        if size >= limit:
            break
    return "".join(parts)[:limit]


def fragment(href: str | None) -> str:
    """Return the id that a link inside the page points at, or nothing."""
    place = (href or "").strip()
    return unquote(place[1:]) if place.startswith("#") else ""


def swallowed(formula: LexborNode) -> str:
    """Return the words that a style sheet inside a formula took for its own, behind the formula's end tag.

    A browser shows them where the page is read a second time, and whoever wrote them counts on that.
    """
    words: list[str] = []
    inside: set[int] = set()
    for sheet in formula.css("style"):
        if sheet.mem_id in inside:
            continue
        inside.update(inner.mem_id for inner in sheet.css("style"))
        behind = _FORMULA_END.search(text_of(sheet))
        body = LexborHTMLParser(behind[1].encode("utf-8", "replace")).body if behind else None
        texts = (inner for inner in under(body) if inner.tag == "-text") if body else ()
        words += [text.text_content or "" for text in texts if text.parent and text.parent.tag not in _UNSEEN]
    return " ".join(words)
