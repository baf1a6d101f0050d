"""Where the article stands in a whole page: trafilatura says which text it is, our own parse shows in which element.

Its text alone would lose pictures, tables and links; so the smallest element that holds nearly all of what it kept is
walked, without the parts in it that are named as something else and of which it kept nothing. Nothing is fetched.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bundler.readers._elements import names
from bundler.readers._nodes import text_of, under
from bundler.readers._removals import PREFIX
from bundler.readers._saved import is_hidden

MAX_ASKED = 1_500_000
"""Characters of HTML, data taken out, that the library is asked about; of a longer page the marked article is taken."""
MAX_TAGS = 30_000
NEARLY = 0.9
"""Of what the library kept: how much one element must hold to be the article."""
WIDER, SLACK = 1.6, 400
"""How much more text an <article> around it may hold: so many times what was kept, and so many characters."""
WINDOW = 20_000
"""Characters of what was kept in which the next text of the page is looked for, before and after the last one."""
SHORT = 8
"""Characters of a text that may be found by chance."""

_GAPS = re.compile(r"\s+")
_OUTER = names("article main")
_OTHER = names("nav aside footer form dialog")
_ROLES = names("navigation complementary contentinfo search banner dialog toolbar menu")
_NAMED = re.compile(
    r"(?:^|[\s_-])(?P<rule>nav|menu|breadcrumbs?|share|sharing|social|related|recommend\w*|read-?more|more-?stories|newsletter|"
    r"subscri\w+|comments?|disqus|ad|ads|advert\w*|sponsor\w*|promo\w*|cookies?|consent|paywall|sidebar|popular|trending|"
    r"most-?read|donat\w+|sign-?up|login|toolbar|skip-?link|print)(?:$|[\s_-])",
    re.IGNORECASE,
)
_FALLBACK = ("article", "main", "[role=main]", "[itemprop=articleBody]")


@dataclass(frozen=True, slots=True)
class Core:
    """The element that is the article, what in it is not (by place in memory), and whether the library found it."""

    node: LexborNode
    rules: dict[int, str] = field(default_factory=dict)
    found: bool = True

    def skip(self, node: LexborNode) -> str | None:
        """Name the rule by which an element is not the article."""
        rule = self.rules.get(node.mem_id) if self.rules else None
        return f"{PREFIX}reader#around.{rule}" if rule else "hidden-dropped" if is_hidden(node) else None


def find(tree: LexborHTMLParser, html: str) -> Core | None:
    """Return where the article of a page stands; None where the page has no body."""
    body = tree.body
    if body is None:
        return None
    kept = _kept(html)
    order = list(under(body))
    held = _held(order, kept)
    if not held.get(body.mem_id):
        marked = (tree.css(selector) for selector in _FALLBACK)
        one = next((nodes[0] for nodes in marked if len(nodes) == 1), body)
        return Core(one, _foreign(one, {}), found=False)
    node = _wider(_smallest(body, held), len(kept))
    return Core(node, _foreign(node, held))


def _kept(html: str) -> str:
    """Return the text of the article without spaces, as the library finds it; nothing where it finds none."""
    if len(html) > MAX_ASKED or html.count("<") > MAX_TAGS:
        return ""
    try:
        document = _library()(html, include_comments=False, include_tables=True, with_metadata=False)
    except Exception:  # noqa: BLE001 - whatever it makes of a hostile page, the page is still read
        return ""
    body = None if document is None else document.body
    return "" if body is None else _GAPS.sub("", "".join(body.itertext()))


@cache
def _library() -> Any:
    """Import the library when it is used; it says what it thinks of pages on no one's screen."""
    from trafilatura.core import bare_extraction  # noqa: PLC0415 - half a second, for saved pages alone

    for name in ("trafilatura", "htmldate", "justext", "readability"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return bare_extraction


def _held(order: list[LexborNode], kept: str) -> dict[int, int]:
    """Return for each element how many characters of what was kept it holds; `order` is that of the document."""
    held: dict[int, int] = {}
    at = 0
    for node in order:
        if node.tag == "-text" and kept:
            said = _GAPS.sub("", node.text_content or "")
            place = kept.find(said, max(0, at - WINDOW), at + WINDOW + len(said)) if said else -1
            if place >= 0:
                held[node.mem_id] = len(said)
                at = place + len(said) if len(said) >= SHORT else at
    for node in reversed(order[1:]):
        count, parent = held.get(node.mem_id, 0), node.parent
        if count and parent is not None:
            held[parent.mem_id] = held.get(parent.mem_id, 0) + count
    return held


def _smallest(body: LexborNode, held: dict[int, int]) -> LexborNode:
    """Go down while one child holds nearly all."""
    enough = NEARLY * held[body.mem_id]
    node = body
    while True:
        inner = next((child for child in node.iter() if held.get(child.mem_id, 0) >= enough), None)
        if inner is None or inner.tag in ("p", "td", "tr", "tbody", "li", "ul", "ol"):
            return node
        node = inner


def _wider(node: LexborNode, kept: int) -> LexborNode:
    """Return the <article> around an element where it holds little more: its first picture stands above the text."""
    for above in _upwards(node):
        if above.tag in _OUTER:
            limit = int(WIDER * kept) + SLACK
            return above if len(_GAPS.sub("", text_of(above, limit=20 * limit))) <= limit else node
    return node


def _upwards(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _foreign(root: LexborNode, held: dict[int, int]) -> dict[int, str]:
    """Mark the elements in the article that are named as something else and hold nothing of it."""
    marked: dict[int, str] = {}
    for node in root.css("*"):
        if node.mem_id == root.mem_id or held.get(node.mem_id):
            continue
        rule = _foreign_rule(node)
        if rule:
            marked[node.mem_id] = rule
    return marked


def _foreign_rule(node: LexborNode) -> str:
    tag, attributes = node.tag or "", node.attributes
    if tag in _OTHER:
        return tag
    if not attributes or tag in ("a", "img", "body"):
        return ""
    role = (attributes.get("role") or "").lower()
    if role in _ROLES:
        return role
    named = _NAMED.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:500])
    return named["rule"].lower() if named else ""
