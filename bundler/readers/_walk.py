"""The allow-list: what each element of HTML means to the article. What it does not know is transparent."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from selectolax.lexbor import LexborNode

from bundler.model import Anchor, Direction, Embed, Figure, Image, LineBreak, NoteRef, Original, Separator, Target, Url
from bundler.readers import _address, _elements, _limits
from bundler.readers._blocks import LINERS, Kind
from bundler.readers._build import Builder
from bundler.readers._footnotes import Calls
from bundler.readers._line import Mark
from bundler.readers._nodes import fragment, swallowed, text_of
from bundler.readers._text import clean, soften

Leave: TypeAlias = Callable[[], None]

_OPENED: Mapping[str, Kind] = {
    "ul": "list", "ol": "list", "dir": "list", "dl": "terms", "table": "table", "caption": "caption",
    "figcaption": "caption", "blockquote": "quote", "figure": "figure",
    **dict.fromkeys(_elements.HEADINGS, "heading"), **dict.fromkeys(_elements.RAW, "raw"),
}  # fmt: skip
_FIRST = 100
"""Characters and elements in which the first one with a direction is looked for."""
_PARTS: Mapping[str, Kind] = {"dt": "term", "dd": "meaning", "tr": "row", "td": "cell", "th": "cell"}


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


def _nothing() -> None:
    """Leave an element that needs no closing."""


@dataclass(slots=True)
class Walk:
    """Tells a builder what each element means."""

    setting: Setting
    build: Builder
    calls: Calls

    def run(self, root: LexborNode) -> None:
        """Walk a node and what is under it, in document order, without recursion."""
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
        if tag == "script":
            self.build.note_once("script-dropped")
            return None
        attributes = node.attributes
        rule = self.setting.skip(node) or ("hidden-dropped" if _elements.is_hidden(attributes) else None)
        if rule is not None:
            self.drop(rule, node)
            return None
        if self.build.wanted:
            self.anchor(tag, attributes)
        if self.calls.holders and (label := self.calls.holders.get(node.mem_id)):
            return self.footnote(tag, attributes, label)
        return self.element(tag, node, attributes)

    def text(self, text: str) -> None:
        """Add characters to the open line."""
        cleaned = self.cleaned(text)
        softened = soften(cleaned)
        if softened != cleaned:
            self.build.note_once("long-word-broken", f"every {_limits.MAX_WORD} characters")
        if softened:
            self.build.put(softened)

    def cleaned(self, text: str) -> str:
        """Return text without what may not travel; a note says what went."""
        cleaned, notes = clean(text)
        for note in notes:
            self.build.note(note.code, note.detail)
        return cleaned

    def drop(self, rule: str, node: LexborNode) -> None:
        """Leave an element out; a note says so where a reader would have seen something."""
        text = text_of(node, limit=400).strip()
        if text or node.css_first("img, svg, video, iframe") is not None:
            self.build.note(rule, clean(text)[0])

    def anchor(self, tag: str, attributes: _elements.Attributes) -> None:
        """Remember that a link of the article points here."""
        for name in (attributes.get("id"), attributes.get("name")):
            if name and name in self.build.wanted and name not in self.build.anchors:
                if tag in _elements.HEADINGS or tag in _elements.BLOCKS:
                    self.build.flush()
                self.build.pending.append(name)

    def footnote(self, tag: str, attributes: _elements.Attributes, label: str) -> Leave | None:
        """Open a footnote: an item or block of its own, or the rest of the line after its mark."""
        if tag != "a":
            return self.open("note", tag, attributes, label)
        self.build.flush()
        if self.build.frames[-1].kind in LINERS:
            return self.mark(None, attributes)
        self.build.label = label
        return None

    def element(self, tag: str, node: LexborNode, attributes: _elements.Attributes) -> Leave | None:
        """Open an element by its name."""
        if (mark := _elements.MARKS.get(tag)) is not None:
            return self.mark(Mark(mark), attributes)
        if tag in _elements.BLOCKS:
            return self.block(tag, attributes)
        if (kind := _OPENED.get(tag)) is not None:
            return self.open(kind, tag, attributes)
        if tag in _PARTS:
            return self.part(tag, attributes)
        if tag in _elements.EMBEDS:
            self.embed(tag, node, attributes)
            return None
        if tag == "math" and node.css_first(_elements.PAGE) is not None:
            return self.formula(node, attributes)
        if tag in _elements.DRAWINGS or tag in _elements.CONTROLS or tag in _elements.FALLBACKS:
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
                return self.link(node, attributes)
            case "li":
                return self.item(attributes)
            case "ruby":
                return self.mark(Mark("ruby"), attributes)
            case "rt":
                self.reading(node)
                return None
            case "q":
                self.build.put("“")
                return lambda: self.build.put("”")
            case "bdi" if _elements.direction(attributes) is None:
                return self.mark(Mark("span", direction=_first_direction(text_of(node, limit=_FIRST))), attributes)
            case _ if _elements.is_caption(attributes) and self.after_picture():
                return self.open("caption", tag, attributes)
            case _:
                return self.mark(None, attributes)

    def open(self, kind: Kind, tag: str, attributes: _elements.Attributes, label: str = "") -> Leave:
        """Open a block; where it cannot stand, its children stand in the block around it."""
        leave = self.mark(None, attributes)
        return self.closing(leave) if self.build.open(kind, tag, attributes, label) else self.border(leave)

    def closing(self, leave: Leave) -> Leave:
        """Close a block when its element closes."""

        def close() -> None:
            self.build.close()
            leave()

        return close

    def border(self, leave: Leave) -> Leave:
        """End the line when an element closes."""

        def close() -> None:
            self.build.flush()
            leave()

        return close

    def block(self, tag: str, attributes: _elements.Attributes) -> Leave:
        """Open an element that only ends lines, or one that a class makes a figure or a caption."""
        if attributes.get("class"):
            if "wp-caption" in _elements.classes(attributes):
                return self.open("figure", tag, attributes)
            if _elements.is_caption(attributes) and self.after_picture():
                return self.open("caption", tag, attributes)
        self.build.flush()
        return self.border(self.mark(None, attributes) if tag == "p" else _nothing)

    def after_picture(self) -> bool:
        """Say whether a picture without caption stands just before, or its figure is open."""
        line = self.build.frames[-1].line
        if any(not isinstance(leaf, Image | LineBreak) and str(leaf).strip() for _, leaf in line):
            return False
        self.build.flush()
        frame = self.build.frames[-1]
        last = frame.blocks[-1] if frame.blocks else None
        return (frame.kind == "figure" and not frame.caption) or (isinstance(last, Figure) and not last.caption)

    def item(self, attributes: _elements.Attributes) -> Leave:
        """Open an item; one without a list around it gets a list."""
        leave = self.mark(None, attributes)
        return self.closing(leave) if self.build.open_item(attributes) else self.border(leave)

    def part(self, tag: str, attributes: _elements.Attributes) -> Leave:
        """Open a part of a table or of a list of terms; elsewhere it only ends lines."""
        leave = self.mark(None, attributes)
        return self.closing(leave) if self.build.open_part(_PARTS[tag], tag, attributes) else self.border(leave)

    def mark(self, mark: Mark | None, attributes: _elements.Attributes) -> Leave:
        """Mark the characters of an element, also with its language and direction; the same mark twice counts once."""
        before = self.build.path
        if not attributes and mark is None:
            return _nothing
        language, direction = _elements.language(attributes), _elements.direction(attributes)
        marks = [Mark("span", language, direction)] if language or direction else []
        marks += [mark] if mark is not None else []
        for new in marks:
            if new.kind not in ("span", "sup", "sub") and any(old.kind == new.kind for old in self.build.path):
                continue
            if len(self.build.path) >= _limits.MAX_INLINE_DEPTH:
                self.build.note_once("depth-flattened", f"deeper than {_limits.MAX_INLINE_DEPTH} elements in a line")
                continue
            self.build.path = (*self.build.path, new)

        def leave() -> None:
            self.build.path = before

        return leave

    def link(self, node: LexborNode, attributes: _elements.Attributes) -> Leave | None:
        """Mark the characters of a link, where its address can be kept; a footnote's call becomes one."""
        href = attributes.get("href")
        if not href or node.first_child is None:
            return self.mark(None, attributes)
        inside = fragment(href)
        if inside in self.calls.labels:
            self.build.put(NoteRef(self.calls.labels[inside]))
            return None
        if inside and (inside in self.calls.calls or "footnote-backref" in _elements.classes(attributes)):
            return None
        target = Anchor(inside) if inside in self.build.wanted else self.setting.target(href)
        if target is None:
            if href.strip() not in ("", "#"):
                self.build.note("link-dropped", _address.named(href))
            return self.mark(None, attributes)
        if isinstance(target, Url):
            self.build.links += 1
            if self.build.links > _limits.MAX_LINKS:
                self.build.note_once("too-many-links", f"more than {_limits.MAX_LINKS}")
                return self.mark(None, attributes)
        return self.mark(Mark("link", target=target), attributes)

    def reading(self, node: LexborNode) -> None:
        """Give the characters since the ruby began, or since its last reading, this reading."""
        text = " ".join(self.cleaned(text_of(node)).split())
        path = self.build.path
        place = next((place for place, mark in enumerate(path) if mark.kind == "ruby"), None)
        if place is None or not any(path[place] in marks for marks, _ in self.build.frames[-1].line):
            self.build.put(f"({text})" if text else "")
            return
        path[place].reading = text
        self.build.path = (*path[:place], Mark("ruby"), *path[place + 1 :])

    def picture(self, attributes: _elements.Attributes) -> None:
        """Add a picture to the open line; a counter is dropped, one that is not here keeps its alternative text."""
        source = _elements.source(attributes)
        if _elements.is_tiny(attributes):
            self.build.note("tracker-dropped", _address.named(source))
            return
        alt = " ".join(soften(self.cleaned(attributes.get("alt") or "")).split())
        self.build.pictures += 1
        if self.build.pictures > _limits.MAX_PICTURES:
            self.build.note("too-many-pictures", f"more than {_limits.MAX_PICTURES}: {_address.named(source)}")
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
        self.build.note("embed-omitted" if kind == "other" else f"{kind}-omitted", _address.named(source))
        self.build.add(Embed(kind, address.address if isinstance(address, Url) else ""))

    def formula(self, node: LexborNode, attributes: _elements.Attributes) -> Leave:
        """Walk a formula around parts of the page, which it may hold; what its style sheet swallowed follows it."""
        self.build.note("drawing-dropped", "math")
        words, leave = swallowed(node), self.mark(None, attributes)

        def close() -> None:
            self.text(words)
            leave()

        return close

    def control(self, tag: str, node: LexborNode, attributes: _elements.Attributes) -> None:
        """Drop a drawing, a control or a fallback for scripts; a box to tick keeps its state as a character."""
        text = clean(text_of(node, limit=400))[0].strip()
        if tag == "input" and (attributes.get("type") or "").lower() == "checkbox":
            self.build.put("☑ " if "checked" in attributes else "☐ ")
        elif tag in _elements.DRAWINGS:
            self.build.note("drawing-dropped", f"{tag}: {text}" if text else tag)
        elif tag in _elements.FALLBACKS:
            self.drop("noscript-dropped", node)
        elif text or attributes.get("value"):
            self.build.note("control-dropped", text or attributes.get("value") or "")


def _first_direction(text: str) -> Direction:
    """Return the direction of the first strong character, as `dir=auto` does (HTML section 3.2.6.4)."""
    for char in text:
        match unicodedata.bidirectional(char):
            case "L":
                return "ltr"
            case "R" | "AL":
                return "rtl"
    return "ltr"
