"""Runs of inlines, read back from the markup that `writers._inlines` makes of them.

By an allow-list: what it does not name is transparent, or goes where it could not have shown words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from bundler.model import (
    Anchor,
    ArticleId,
    Code,
    Deleted,
    Emph,
    Image,
    Inline,
    LineBreak,
    Link,
    NoteRef,
    Original,
    Ruby,
    Span,
    Strong,
    Sub,
    Sup,
    Target,
    Text,
    Underline,
    Url,
)
from bundler.readers import _checked, _limits
from bundler.readers._nodes import text_of

_MARKS: Mapping[str, Callable[[tuple[Inline, ...]], Inline]] = {
    "em": Emph,
    "strong": Strong,
    "u": Underline,
    "s": Deleted,
    "sup": Sup,
    "sub": Sub,
}
_PLAIN = frozenset(("a", "bdi", "p", "wbr"))
_OURS_ALONE = frozenset(("back", "host"))
"""Classes of what a writer puts into a line after one space: the way back from a footnote, the host of a link."""
_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")
_PLACE = re.compile(r"(a[0-9a-f]{10})(?:-(.+))?", re.DOTALL)
_PAGE = re.compile(r"(?:.*/)?(a[0-9a-f]{10})(?:-\d+)?\.x?html")
_CALLED = re.compile(r".*\.n(\d{1,6})", re.DOTALL)


@dataclass(slots=True)
class Reading:
    """One article being read back.

    `articles` are all of the file, by short id, and `anchors` the anchors that are not ids themselves, by id. `labels`
    are those of the footnotes, by number. `shown` gathers pictures with the address that the markup has for them.
    """

    own: ArticleId
    articles: Mapping[str, ArticleId]
    anchors: Mapping[str, str]
    labels: dict[str, str] = field(default_factory=dict)
    shift: int = 0
    shown: dict[Original, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    strange: bool = False

    def deeper(self, depth: int) -> int:
        """Count one level more. ValueError beyond the limit."""
        if depth >= _limits.MAX_DEPTH:
            message = "nested too deep"
            raise ValueError(message)
        return depth + 1


def children(node: LexborNode) -> Iterator[LexborNode]:
    """Yield what stands directly in a node, text too."""
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def attribute(node: LexborNode, name: str) -> str:
    """Return an attribute; empty where there is none."""
    return node.attributes.get(name) or ""


def classes(node: LexborNode) -> frozenset[str]:
    """Return the classes of an element."""
    return frozenset(attribute(node, "class").split())


def words(node: LexborNode) -> str:
    """Return the text in an element."""
    return text_of(node, limit=_limits.MAX_TEXT_BYTES)


def line(nodes: Iterable[LexborNode], page: Reading, depth: int = 0) -> tuple[Inline, ...]:
    """Return a run of inlines; neighbouring texts are one."""
    run: list[Inline] = []
    for node in nodes:
        if classes(node) & _OURS_ALONE:
            _shorten(run)
            continue
        for inline in _inline(node, page, depth):
            _join(run, inline)
    return tuple(run)


def _shorten(run: list[Inline]) -> None:
    """Take away the space before what a writer added."""
    if run and isinstance(run[-1], Text) and run[-1].text.endswith(" "):
        last = run.pop()
        assert isinstance(last, Text)
        _join(run, Text(last.text[:-1]))


def _join(run: list[Inline], inline: Inline) -> None:
    last = run[-1] if run else None
    if isinstance(inline, Text) and isinstance(last, Text):
        run[-1] = Text(last.text + inline.text)
    elif inline != Text(""):
        run.append(inline)


def _inline(node: LexborNode, page: Reading, depth: int) -> Iterator[Inline]:
    name = node.tag or ""
    match name:
        case "-text":
            yield Text(node.text_content or "")
        case "br":
            yield LineBreak()
        case "code":
            yield Code(words(node))
        case "img" | "svg":
            yield Image(picture(node, page), alt(node))
        case _ if name.startswith("-"):
            return
        case "script" | "style" | "template":
            page.strange = True
        case _:
            yield from _nested(node, name, page, page.deeper(depth))


def _nested(node: LexborNode, name: str, page: Reading, depth: int) -> Iterator[Inline]:
    """Yield the inlines of an element that may hold others."""
    called = _called(node, page) if name == "sup" else None
    if called is not None:
        yield NoteRef(called)
        return
    if name == "ruby":
        base = line((one for one in children(node) if one.tag not in ("rt", "rp")), page, depth)
        yield Ruby(base, "".join(words(one) for one in children(node) if one.tag == "rt"))
        return
    inner = line(children(node), page, depth)
    target = _target(attribute(node, "href"), page) if name == "a" else None
    if target is not None:
        yield Link(inner, target)
    elif name in _MARKS:
        yield _MARKS[name](inner)
    elif name == "span":
        yield from _span(node, inner)
    else:
        page.strange = page.strange or name not in _PLAIN
        yield from inner


def _span(node: LexborNode, inner: tuple[Inline, ...]) -> tuple[Inline, ...]:
    language, way = attribute(node, "lang") or None, attribute(node, "dir")
    match way:
        case "ltr" | "rtl":
            return (Span(inner, language, way),)
        case _:
            return (Span(inner, language),) if language else inner


def _called(node: LexborNode, page: Reading) -> str | None:
    """Return the label of the footnote that a superscript calls; None where it calls none."""
    if label := attribute(node, "data-note"):
        return label
    inner = node.first_child
    if inner is None or inner.tag != "a" or attribute(inner, "role") != "doc-noteref":
        return None
    number = _CALLED.fullmatch(attribute(inner, "href"))
    return page.labels.get(number[1]) if number else None


def _target(href: str, page: Reading) -> Target | None:
    """Return where a link leads; None where it leads to nothing that is known."""
    if _SCHEME.match(href):
        return Url(href)
    path, _, fragment = href.partition("#")
    place, document = _PLACE.fullmatch(fragment), _PAGE.fullmatch(path)
    short = place[1] if place else document[1] if document else ""
    article = page.articles.get(short)
    if article is None:
        page.lost.append(href)
        return None
    if place is None or not place[2]:
        return article
    return Anchor(page.anchors.get(fragment, place[2]), None if article == page.own else article)


def picture(node: LexborNode, page: Reading) -> Original | None:
    """Return which original a picture stands for, and remember where its bytes are; None where it does not say."""
    name = attribute(node, "data-original")
    if not _checked.is_hash(name):
        page.strange = True
        return None
    original = Original(name)
    held = next((one for one in children(node) if one.tag in ("image", "use")), node)
    address = attribute(held, "src" if held.tag == "img" else "href")
    if original not in page.shown or page.shown[original].startswith("#"):
        page.shown[original] = address
    return original


def alt(node: LexborNode) -> str:
    """Return the alternative text of a picture."""
    return attribute(node, "alt" if node.tag == "img" else "aria-label")
