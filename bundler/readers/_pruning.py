"""What stands inside a mirror page's HTML and is not the article: marked before the walk, by rules that are data.

Boxes are marked by selectors, lists of other articles by what their paragraphs say. Players and posts that the mirror
emptied become elements that the walk knows, and so do captions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bundler.readers._nodes import text_of
from bundler.readers._removals import PREFIX
from bundler.readers._rules import OURS, Rules

_LINKING = frozenset(("a", "ok", "span"))
_LINKS = ", ".join(f"{tag}[href]" for tag in sorted(_LINKING))
_SHOWN = "img, svg, video, audio, iframe, embed, object"
_ELEMENTS = {"video": "video", "audio": "audio", "other": "iframe"}
_GAPS = re.compile(r"\s+")
_POINTS = re.compile(r"[\s\W_]+")
CLOSING = f"{OURS}#related.closing"
MAX_RELATED = 60
"""Paragraphs that one label may take with it."""
MAX_LABEL = 400
"""Characters of a paragraph or a box that are looked at for words; a run of spaces counts."""
MAX_BOXES, MAX_REFUSED, MAX_LINKS = 2_000, 20, 2_000
"""Boxes that one rule may mark, boxes that may prove too large before no more are tried, links that may be topics."""


@dataclass(slots=True)
class Pruning:
    """Which elements the walk leaves out, by their place in memory: the full names of the rules that say so."""

    rules: dict[int, str] = field(default_factory=dict)

    def skip(self, node: LexborNode) -> str | None:
        """Name the rule by which an element is not the article."""
        rule = self.rules.get(node.mem_id) if self.rules else None
        return f"{PREFIX}{rule}" if rule else None


def prune(tree: LexborHTMLParser, rules: Rules) -> Pruning:
    """Mark what is not the article, and make captions and emptied players known."""
    body = tree.body
    pruning = Pruning()
    if body is None:
        return pruning
    _name_captions(tree, body, rules)
    _name_embeds(tree, body, rules)
    _mark_boxes(body, rules, pruning)
    _mark_related(body, rules, pruning)
    return pruning


def links(tree: LexborHTMLParser, pruning: Pruning) -> Iterator[tuple[str, str]]:
    """Yield the disarmed links, and the live ones of older pages, that stand outside what was marked."""
    for link in tree.css(_LINKS)[:MAX_LINKS]:
        if not any(above.mem_id in pruning.rules for above in _upwards(link)):
            yield link.attributes.get("href") or "", _words(link, limit=MAX_LABEL)


def times(tree: LexborHTMLParser) -> Iterator[str]:
    """Yield the moments that a page gives for machines."""
    yield from (node.attributes.get("datetime") or "" for node in tree.css("time[datetime]"))


def _upwards(node: LexborNode) -> Iterator[LexborNode]:
    above: LexborNode | None = node
    while above is not None:
        yield above
        above = above.parent


def _name_captions(tree: LexborHTMLParser, body: LexborNode, rules: Rules) -> None:
    """Give captions that only their publisher knows the class that the walk knows."""
    for figure in rules.figures:
        for box in body.css(figure.box):
            caption = box.css_first(figure.caption)
            if caption is None or not _words(caption) or caption.css_first("img") is not None:
                continue
            named = tree.create_node("div")
            named.attrs["class"] = "caption"
            named.insert_child(_words(caption))
            caption.insert_before(named)
            caption.decompose()


def _name_embeds(tree: LexborHTMLParser, body: LexborNode, rules: Rules) -> None:
    """Put an empty player where a mirror emptied one; of boxes in boxes that are empty, one into the outermost."""
    inside: set[int] = set()
    anyone = ", ".join(selector for _, selector in rules.embeds)
    for kind, selector in rules.embeds:
        for box in body.css(selector)[:MAX_BOXES]:
            if box.mem_id in inside or box.css_first(_SHOWN) is not None or _words(box, limit=MAX_LABEL):
                continue
            inside.update(inner.mem_id for inner in box.css(anyone))
            box.insert_child(tree.create_node(_ELEMENTS[kind]))


def _mark_boxes(body: LexborNode, rules: Rules, pruning: Pruning) -> None:
    """Mark boxes by selectors: of nested ones the outermost, of large ones none."""
    half, refused = -1, 0
    for rule, selector in rules.elements:
        for box in body.css(selector)[:MAX_BOXES]:
            if refused > MAX_REFUSED or any(above.mem_id in pruning.rules for above in _upwards(box)):
                continue
            words = _words(box)
            if words and half < 0:
                half = len(_words(body)) // 2
            if len(words) > max(half, 0):
                refused += 1
            else:
                pruning.rules[box.mem_id] = rule


def _mark_related(body: LexborNode, rules: Rules, pruning: Pruning) -> None:
    """Mark labels such as 相关文章 with the paragraphs of links that follow them."""
    paragraphs = [node for node in body.css("p, h1, h2, h3, h4, h5, h6, li") if node.css_first("li") is None]
    taken = 0
    for at, paragraph in enumerate(paragraphs):
        words = _words(paragraph, limit=MAX_LABEL)
        if rules.related_closing.match(words):
            pruning.rules[paragraph.mem_id] = CLOSING
        if taken or not words or not rules.related_label.match(words):
            taken = max(0, taken - 1)
            continue
        listed = _listed(paragraphs[at + 1 : at + 1 + MAX_RELATED])
        if _is_links(paragraph, rules) or (rules.related_label.fullmatch(words) and any(map(_words, listed))):
            rule = next(one.rule for one in rules.related if one.pattern.match(words))
            pruning.rules.update({node.mem_id: rule for node in (paragraph, *listed)})
            taken = len(listed)


def _listed(following: list[LexborNode]) -> list[LexborNode]:
    """Return the paragraphs at the beginning of these that hold links and nothing else, or nothing."""
    listed = []
    for node in following:
        if _words(node, limit=MAX_LABEL) and not _is_links(node, None):
            break
        listed.append(node)
    return listed


def _is_links(node: LexborNode, rules: Rules | None) -> bool:
    """Say whether a paragraph says nothing beside its links and labels."""
    said, linked = _unlinked(node)
    return linked and not _POINTS.sub("", rules.related_label.sub("", said) if rules else said)


def _unlinked(node: LexborNode) -> tuple[str, bool]:
    """Return what a paragraph says outside its links, and whether one of them says anything."""
    parts, linked = [], False
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if inner.tag in _LINKING and "href" in inner.attributes:
            linked = linked or bool(_words(inner, limit=MAX_LABEL))
            parts.append("\n")
            continue
        parts.append(inner.text_content or "" if inner.tag == "-text" else "")
        waiting += reversed(list(inner.iter(include_text=True)))
    return "".join(parts), linked


def _words(node: LexborNode, *, limit: int = 1_000_000) -> str:
    return _GAPS.sub(" ", text_of(node, limit=limit)).strip()
