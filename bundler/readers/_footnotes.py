"""Footnotes as pages write them: a call that links to a note, where the note's own link leads back to the call.

That is what Markdown, word processors and editors of sites have in common. Notes that are items of a list marked as
footnotes count without a way back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from bundler.readers._nodes import fragment, text_of

_LABEL = re.compile(
    r"\s*[\[(（【〔]?\s*(?:\d{1,4}|[ivxlc]{1,6}|[a-z]|[*†‡§¶※]{1,3}|注\d{0,3})\s*[\])）】〕]?\s*[.、]?\s*",
    re.IGNORECASE,
)
_HOLDERS = frozenset(("li", "p", "div", "aside", "section"))
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Calls:
    """The footnotes of a page: id of a note to its label; place in memory of what holds a note; ids of the calls."""

    labels: Mapping[str, str] = field(default_factory=dict)
    holders: Mapping[int, str] = field(default_factory=dict)
    calls: frozenset[str] = frozenset()


def find(links: Iterable[LexborNode], root: LexborNode) -> Calls:
    """Find the footnotes among the links inside a page; labels count from 1 in the order of the calls."""
    places: dict[str, LexborNode] = {}
    for node in root.css("[id], a[name]"):
        for name in _names(node):
            places.setdefault(name, node)
    labels: dict[str, str] = {}
    holders: dict[int, str] = {}
    calls: set[str] = set()
    for link in links:
        name = fragment(link.attributes.get("href"))
        note = places.get(name)
        if note is None or link.mem_id in holders or _inside(link, holders):
            continue
        own = _own_ids(link)
        if name in labels or (_LABEL.fullmatch(text_of(link, limit=40)) and _is_note(note, own)):
            labels.setdefault(name, f"{len(labels) + 1}")
            holders.setdefault(note.mem_id, labels[name])
            calls |= own
    return Calls(labels, holders, frozenset(calls))


def _names(node: LexborNode) -> list[str]:
    attributes = node.attributes
    names = (attributes.get("id"), attributes.get("name") if node.tag == "a" else None)
    return [name for name in names if name]


def _own_ids(link: LexborNode) -> set[str]:
    """Return the ids of a link and of the marks just around it."""
    found = set(_names(link))
    above = link.parent
    for _ in range(_NEAR):
        if above is None or above.tag not in ("sup", "span", "a", "b", "em", "small"):
            break
        found.update(_names(above))
        above = above.parent
    return found


def _inside(link: LexborNode, holders: Mapping[int, str]) -> bool:
    """Say whether a link stands in a note that is already known."""
    above = link.parent
    while above is not None and holders:
        if above.mem_id in holders:
            return True
        above = above.parent
    return False


def _is_note(note: LexborNode, calls: set[str]) -> bool:
    """Say whether an element is a note: it leads back to the call, or is an item of a list of notes."""
    if note.tag == "a":
        return fragment(note.attributes.get("href")) in calls
    if note.tag not in _HOLDERS:
        return False
    if any(fragment(back.attributes.get("href")) in calls for back in note.css('a[href^="#"]')):
        return True
    return note.tag == "li" and note.css_matches(".footnotes li, [role=doc-endnotes] li, .endnotes li, .references li")
