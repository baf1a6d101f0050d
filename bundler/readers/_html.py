"""Untrusted HTML to the closed model: an HTML5 parse (lexbor), then a walk that knows what it allows.

What the walk does not know is transparent: its children are kept. What cannot travel leaves a note. The walk does not
recurse, so that no depth of nesting can stop it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bundler.model import (
    Anchor,
    Block,
    Embed,
    Figure,
    Image,
    Inline,
    LineBreak,
    Link,
    Note,
    Original,
    Separator,
    Target,
    Url,
)
from bundler.readers import _address, _elements, _limits
from bundler.readers._build import Builder, Container, Liner
from bundler.readers._flatten import shallow
from bundler.readers._line import Mark
from bundler.readers._text import clean
from bundler.walk import map_blocks


@dataclass(frozen=True, slots=True)
class Setting:
    """What the reader knows of the page around the HTML.

    `picture`: `src` as written to the hash, where the archive holds the picture and it can be carried.
    `target`: `href` as written to a link's target; None makes the link plain text.
    `skip`: names the rule by which an element is not the article (None: keep); asked once per element, outer first.
    """

    picture: Callable[[str], Original | None]
    target: Callable[[str], Target | None]
    skip: Callable[[LexborNode], str | None]


@dataclass(frozen=True, slots=True)
class Parsed:
    """An article's blocks and what was dropped or changed on the way; the reader fills in the notes' article."""

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]


def blocks(html: str, setting: Setting) -> Parsed:
    """Read an HTML fragment or document."""
    tree = parse(html)
    root = tree.body or tree.root
    return node_blocks(root, setting) if root is not None else Parsed((), ())


def parse(html: str) -> LexborHTMLParser:
    """Parse HTML as browsers do; elements nested beyond the limit are flattened first, their text kept."""
    return LexborHTMLParser(shallow(html))


def node_blocks(node: LexborNode, setting: Setting) -> Parsed:
    """Read a node of a parsed tree, itself included."""
    walk = _Walk(setting, Builder(wanted=_wanted(node)))
    walk.run(node)
    build = walk.build
    found = build.finish()
    return Parsed(_resolved(found, build), tuple(build.notes))


def text_of(node: LexborNode, *, limit: int = 1_000_000) -> str:
    """Return the characters under a node, at most `limit`, without recursion."""
    parts: list[str] = []
    size = 0
    for inner in _under(node):
        if inner.tag == "-text":
            parts.append(inner.text_content or "")
            size += len(parts[-1])
            if size >= limit:
                break
    return "".join(parts)[:limit]


def _under(node: LexborNode) -> Iterator[LexborNode]:
    """Yield a node and what is under it in document order, without recursion."""
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


def _wanted(node: LexborNode) -> frozenset[str]:
    """Return the ids that links under a node point at."""
    links = node.css('a[href^="#"]')
    return frozenset(filter(None, (_fragment(link.attributes.get("href")) for link in links)))


def _fragment(href: str | None) -> str:
    return unquote((href or "").strip()[1:]) if (href or "").strip().startswith("#") else ""


def _resolved(found: tuple[Block, ...], build: Builder) -> tuple[Block, ...]:
    """Point links inside the article at the anchors that headings got; a link to nowhere becomes plain text."""
    if not build.wanted:
        return found

    def resolve(inline: Inline) -> tuple[Inline, ...]:
        match inline:
            case Link(children, Anchor(name, None)):
                anchor = build.anchors.get(name)
                return (Link(children, Anchor(anchor)),) if anchor else children
            case _:
                return (inline,)

    return map_blocks(found, lambda block: (block,), resolve)


Leave: TypeAlias = Callable[[], None]


def _nothing() -> None:
    """Leave an element that needs no closing."""


@dataclass(slots=True)
class _Walk:
    """Tells a builder what each element means."""

    setting: Setting
    build: Builder

    def run(self, root: LexborNode) -> None:
        """Walk a node and what is under it, in document order."""
        above: list[tuple[LexborNode, Leave]] = []
        node: LexborNode | None = root
        while node is not None:
            leave = self.enter(node)
            child = node.first_child if leave is not None else None
            if child is not None and leave is not None:
                above.append((node, leave))
                node = child
                continue
            if leave is not None:
                leave()
            following = node.next if above else None
            while following is None and above:
                node, leave = above.pop()
                leave()
                following = node.next if above else None
            node = following

    def enter(self, node: LexborNode) -> Leave | None:
        """Open an element; return what closes it, or None where its children are not the article."""
        tag = node.tag or ""
        if tag == "-text":
            self.text(node.text_content or "")
            return None
        if tag in _elements.SILENT:
            return None
        attributes = node.attributes
        rule = self.setting.skip(node) or ("hidden-dropped" if _elements.is_hidden(attributes) else None)
        if rule is not None:
            self.drop(rule, node)
            return None
        if self.build.wanted:
            self.anchor(attributes)
        return self.element(tag, node, attributes)

    def text(self, text: str) -> None:
        """Add characters to the open line."""
        cleaned, notes = clean(text)
        for note in notes:
            self.build.note(note.code, note.detail)
        if cleaned:
            self.build.put(cleaned)

    def drop(self, rule: str, node: LexborNode) -> None:
        """Leave an element out; a note says so where a reader would have seen something."""
        text = text_of(node, limit=400).strip()
        if text or node.css_first("img, svg, video, iframe") is not None:
            self.build.note(rule, text)

    def anchor(self, attributes: _elements.Attributes) -> None:
        """Remember that a link of the article points here."""
        for name in (attributes.get("id"), attributes.get("name")):
            if name and name in self.build.wanted and name not in self.build.anchors:
                self.build.pending.append(name)

    def element(self, tag: str, node: LexborNode, attributes: _elements.Attributes) -> Leave | None:
        """Open an element by its name."""
        if (mark := _elements.MARKS.get(tag)) is not None:
            return self.mark(Mark(mark), attributes)
        if tag in _elements.BLOCKS:
            return self.block(tag, attributes)
        if tag in _elements.HEADINGS:
            return self.open("heading", attributes, _elements.HEADINGS[tag])
        if tag in _elements.RAW:
            return self.open("raw", attributes)
        if tag in _elements.EMBEDS:
            self.embed(tag, node, attributes)
            return None
        if tag in _elements.DRAWINGS or tag in _elements.CONTROLS:
            self.control(tag, node, attributes)
            return None
        return self.other(tag, node, attributes)

    def other(self, tag: str, node: LexborNode, attributes: _elements.Attributes) -> Leave | None:
        """Open one of the elements that have a rule of their own; any other one is transparent."""
        match tag:
            case "br":
                self.build.put(LineBreak())
                return None
            case "hr":
                self.build.flush()
                self.build.add(Separator())
                return None
            case "img" | "image":
                self.picture(attributes)
                return None
            case "a":
                return self.link(attributes)
            case "ul" | "ol" | "dir":
                return self.open("list", attributes, int(tag == "ol"))
            case "li":
                return self.item(attributes)
            case "dl":
                return self.open("terms", attributes)
            case "dt" | "dd" if self.build.frames[-1].kind == "terms":
                return self.open("term" if tag == "dt" else "meaning", attributes)
            case "table":
                return self.open("table", attributes)
            case "tr" if self.build.frames[-1].kind == "table":
                return self.open("row", attributes)
            case "td" | "th" if self.build.frames[-1].kind == "row":
                return self.open("cell", attributes, int(tag == "th"))
            case "caption" | "figcaption":
                return self.open("caption", attributes)
            case "blockquote":
                return self.open("quote", attributes)
            case "figure":
                return self.open("figure", attributes)
            case "dt" | "dd" | "tr" | "td" | "th":
                return self.block(tag, attributes)
            case "ruby":
                return self.mark(Mark("ruby"), attributes)
            case "rt":
                return self.reading(node)
            case "q":
                self.build.put("“")
                return lambda: self.build.put("”")
            case _:
                return self.mark(None, attributes)

    def open(self, kind: Container | Liner, attributes: _elements.Attributes, level: int = 0) -> Leave:
        """Open a block; where it cannot stand, its children stand in the block around it."""
        leave = self.mark(None, attributes)
        if self.build.open(kind, attributes, level):

            def close() -> None:
                self.build.close()
                leave()

            return close
        return self.border(leave)

    def block(self, tag: str, attributes: _elements.Attributes) -> Leave:
        """Open an element that only ends lines, or one that a class makes a figure or a caption."""
        names = _elements.classes(attributes)
        if "wp-caption" in names:
            return self.open("figure", attributes)
        if names & _elements.CAPTIONS and self.after_picture():
            return self.open("caption", attributes)
        self.build.flush()
        return self.border(self.mark(None, attributes) if tag == "p" else _nothing)

    def border(self, leave: Leave) -> Leave:
        """End the line when an element closes."""

        def close() -> None:
            self.build.flush()
            leave()

        return close

    def after_picture(self) -> bool:
        """Say whether a picture without caption stands just before, or its figure is open."""
        self.build.flush()
        frame = self.build.frames[-1]
        last = frame.blocks[-1] if frame.blocks else None
        return frame.kind == "figure" or (isinstance(last, Figure) and not last.caption)

    def item(self, attributes: _elements.Attributes) -> Leave:
        """Open an item; one without a list around it gets a list."""
        if self.build.frames[-1].kind == "list":
            return self.open("item", attributes)
        return self.block("li", attributes)

    def mark(self, mark: Mark | None, attributes: _elements.Attributes) -> Leave:
        """Mark the characters of an element, also with its language and direction; the same mark twice counts once."""
        before = self.build.path
        language, direction = _elements.language(attributes), _elements.direction(attributes)
        marks = [Mark("span", language, direction)] if language or direction else []
        marks += [mark] if mark is not None else []
        for new in marks:
            repeated = new.kind not in ("span", "sup", "sub") and any(old.kind == new.kind for old in self.build.path)
            if not repeated and len(self.build.path) < _limits.MAX_INLINE_DEPTH:
                self.build.path = (*self.build.path, new)

        def leave() -> None:
            self.build.path = before

        return leave

    def link(self, attributes: _elements.Attributes) -> Leave:
        """Mark the characters of a link, where its address can be kept."""
        href = attributes.get("href")
        if not href:
            return self.mark(None, attributes)
        inside = _fragment(href)
        target = Anchor(inside) if inside else self.setting.target(href)
        if target is None:
            self.build.note("link-dropped", _address.named(href))
            return self.mark(None, attributes)
        return self.mark(Mark("link", target=target), attributes)

    def reading(self, node: LexborNode) -> Leave | None:
        """Give the characters since the ruby or its last reading this reading."""
        text = " ".join(text_of(node).split())
        open_ruby = [place for place, mark in enumerate(self.build.path) if mark.kind == "ruby"]
        if not open_ruby:
            self.build.put(f"({text})")
            return None
        place = open_ruby[-1]
        self.build.path[place].reading = text
        self.build.path = (*self.build.path[:place], Mark("ruby"), *self.build.path[place + 1 :])
        return None

    def picture(self, attributes: _elements.Attributes) -> None:
        """Add a picture to the open line; a counter is dropped, one that is not here keeps its alternative text."""
        source = _elements.source(attributes)
        if _elements.is_tiny(attributes):
            self.build.note("tracker-dropped", _address.named(source))
            return
        alt = " ".join(clean(attributes.get("alt") or "")[0].split())
        self.build.counts["picture"] += 1
        if self.build.counts["picture"] > _limits.MAX_PICTURES:
            self.build.note("too-many-pictures", f"more than {_limits.MAX_PICTURES}")
            self.build.put(alt)
            return
        asset = self.setting.picture(source) if source else None
        if asset is None:
            self.build.note("picture-missing", _address.named(source))
        self.build.put(Image(asset, alt))

    def embed(self, tag: str, node: LexborNode, attributes: _elements.Attributes) -> None:
        """Say that something that plays was left out, and where it is."""
        source = _elements.source(attributes) or attributes.get("data") or ""
        if not source and (inner := node.css_first("[src]")) is not None:
            source = inner.attributes.get("src") or ""
        if _elements.is_tiny(attributes):
            self.build.note("tracker-dropped", _address.named(source))
            return
        kind = _elements.embed_kind(tag, source)
        address = self.setting.target(source) if source else None
        self.build.flush()
        self.build.note(f"{kind}-omitted", _address.named(source))
        self.build.add(Embed(kind, address.address if isinstance(address, Url) else ""))

    def control(self, tag: str, node: LexborNode, attributes: _elements.Attributes) -> None:
        """Drop a drawing or a control; a box to tick keeps its state as a character."""
        if tag == "input" and (attributes.get("type") or "").lower() == "checkbox":
            self.build.put("☑ " if "checked" in attributes else "☐ ")
        elif tag in _elements.DRAWINGS:
            self.build.note("drawing-dropped", f"{tag}: {text_of(node, limit=400).strip()}")
        else:
            text = text_of(node, limit=400).strip() or attributes.get("value") or ""
            if text:
                self.build.note("control-dropped", text)
