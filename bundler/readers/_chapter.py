"""The HTML of Markdown made ready: links find their headings, a book's contents written as headings become lists.

Code hosts show Markdown whose headings get ids as comrak makes them; people write contents as headings that are links,
and links whose marks differ a little from the heading's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import unquote

_HEADING = re.compile(
    r'<h(?P<level>[1-6]) id="(?P<id>[^"]+)">(?P<words>(?:(?!</h).)*?)<a href="#[^"]*" aria-label="[^"]*"'
    r'[^>]*class="anchor"></a></h[1-6]>',
    re.DOTALL,
)
_LINKED = re.compile(r'(?:\s|&nbsp;)*(?P<link><a href="[^"]*">[^<]*</a>)(?:\s|&nbsp;)*')
_FRAGMENT = re.compile(r'(?<=<a href="#)[^"]+(?=")')
_COUNT = re.compile(r"-\d+$")
_POINTS = re.compile(r"[\W_]+")


def prepared(html: str) -> tuple[str, tuple[str, ...]]:
    """Return a chapter's HTML made ready, and the ids of its headings in order."""
    ids = tuple(found["id"] for found in _HEADING.finditer(html) if not _LINKED.fullmatch(found["words"]))
    return _pointed(_with_lists(html), ids), ids


def pointed(html: str) -> tuple[str, tuple[str, ...]]:
    """Return a page's HTML with links into it that find their headings, and the ids of its headings in order."""
    ids = tuple(found["id"] for found in _HEADING.finditer(html))
    return _pointed(html, ids), ids


def _pointed(html: str, ids: Iterable[str]) -> str:
    find = finder(ids)
    return _FRAGMENT.sub(lambda found: find(unquote(found[0])) or found[0], html)


def finder(ids: Iterable[str]) -> Callable[[str], str]:
    """Return what finds the id that a link means, or nothing: the same one, else one that differs in marks alone."""
    same = dict.fromkeys(ids)
    alike: dict[str, str] = {}
    for one in same:
        alike.setdefault(_bare(one), one)
    return lambda wanted: wanted if wanted in same else alike.get(_bare(wanted), "")


def _bare(name: str) -> str:
    return _POINTS.sub("", _COUNT.sub("", name)).casefold()


def _with_lists(html: str) -> str:
    """Turn runs of headings that are links and nothing else into lists, nested as the headings' levels are."""
    parts: list[str] = []
    levels: list[int] = []
    place = 0
    for found in _HEADING.finditer(html):
        linked = _LINKED.fullmatch(found["words"])
        between = html[place : found.start()]
        if levels and (linked is None or between.strip()):
            parts.append("</li></ul>" * len(levels))
            levels.clear()
        parts.append(between)
        parts.append(_item(int(found["level"]), levels) + linked["link"] if linked else found[0])
        place = found.end()
    return "".join((*parts, "</li></ul>" * len(levels), html[place:]))


def _item(level: int, levels: list[int]) -> str:
    """Begin an item at a level of headings; `levels` are the lists that are open."""
    closed = 0
    while len(levels) > 1 and levels[-1] > level:
        levels.pop()
        closed += 1
    if levels and level <= levels[-1]:
        return "</li></ul>" * closed + "</li><li>"
    levels.append(level)
    return "</li></ul>" * closed + "<ul><li>"


def anchored(anchors: Mapping[str, str], wanted: str) -> str:
    """Return the anchor that a link from another chapter means, or nothing."""
    found = finder(anchors)(wanted)
    return anchors.get(found, "")
