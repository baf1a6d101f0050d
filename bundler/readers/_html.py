"""Untrusted HTML to the closed model: an HTML5 parse (lexbor), then a walk that knows what it allows.

What the walk does not know is transparent: its children are kept. What cannot travel leaves a note. Nothing here
recurses into the input, so that no depth of nesting can stop it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bundler.model import Anchor, Block, Footnotes, Heading, Inline, Link, Note, NoteRef, Text, Url
from bundler.readers import _address, _footnotes
from bundler.readers._build import Builder
from bundler.readers._flatten import shallow, trimmed
from bundler.readers._limits import MAX_ATTRIBUTES
from bundler.readers._nodes import fragment, text_of
from bundler.readers._walk import Setting, Walk
from bundler.walk import every_block, line_text, map_blocks

__all__ = ["Parsed", "Setting", "blocks", "flattening", "leveled", "node_blocks", "parse", "text_of"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """An article's blocks and what was dropped or changed on the way; the reader fills in the notes' article."""

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]
    anchors: Mapping[str, str] = field(default_factory=dict)
    """Of each id that a link points at, the anchor of the heading that took it; empty where none did."""


def blocks(html: str, setting: Setting, *, wanted: Iterable[str] = ()) -> Parsed:
    """Read an HTML fragment or document; `wanted` are ids that other pages link to."""
    tree = parse(html)
    root = tree.body or tree.root
    read = node_blocks(root, setting, wanted=wanted) if root is not None else Parsed((), ())
    return replace(read, notes=(*flattening(html), *read.notes))


def parse(html: str) -> LexborHTMLParser:
    """Parse HTML as browsers do; beyond the limits tags lose their attributes, or only the text is kept."""
    return LexborHTMLParser(shallow(trimmed(html)[0])[0].encode("utf-8", "replace"))


def flattening(html: str) -> tuple[Note, ...]:
    """Note what `parse` does not keep of a page whose markup is beyond the limits."""
    kept, lost = trimmed(html)
    notes = (Note("attributes-dropped", detail=f"{lost} tags with more than {MAX_ATTRIBUTES}"),) if lost else ()
    return (*notes, Note("markup-flattened", detail="too many elements")) if shallow(kept)[1] else notes


def node_blocks(node: LexborNode, setting: Setting, *, wanted: Iterable[str] = ()) -> Parsed:
    """Read a node of a parsed tree, itself included; `wanted` are ids that other pages link to."""
    links = [link for link in node.css('a[href^="#"]') if fragment(link.attributes.get("href"))]
    calls = _footnotes.find(links, node) if links else _footnotes.Calls()
    asked = {fragment(link.attributes.get("href")) for link in links if link.first_child is not None}.union(wanted)
    build = Builder(wanted=frozenset(asked - set(calls.labels) - calls.calls))
    Walk(setting, build, calls).run(node)
    found = build.finish()
    settled = _honest(_settled(found, build), build)
    return Parsed(settled, tuple(build.notes), build.anchors)


def _settled(found: tuple[Block, ...], build: Builder) -> tuple[Block, ...]:
    """Give links inside the page their anchors and headings their levels; what points nowhere becomes plain text."""
    if not build.wanted and not build.called:
        return leveled(found)
    held = {note.label for block in found if isinstance(block, Footnotes) for note in block.notes}

    def inline(old: Inline) -> tuple[Inline, ...]:
        match old:
            case NoteRef(label) if label not in held:
                build.note("footnote-missing", label)
                return (Text(f"[{label}]"),)
            case Link(children, Anchor(name, None)):
                anchor = build.anchors.get(name, "")
                if not anchor:
                    build.note("link-dropped", f"#{name}")
                return (Link(children, Anchor(anchor)),) if anchor else children
            case _:
                return (old,)

    return leveled(map_blocks(found, lambda block: (block,), inline))


def _honest(found: tuple[Block, ...], build: Builder) -> tuple[Block, ...]:
    """Show the host behind each link whose text names another one."""

    def inline(old: Inline) -> tuple[Inline, ...]:
        match old:
            case Link(children, Url(address)) if host := _address.other_host(line_text(children), address):
                build.note("link-host-shown", host)
                return (old, Text(f" [{host}]"))
            case _:
                return (old,)

    return map_blocks(found, lambda block: (block,), inline) if build.links else found


def leveled(found: tuple[Block, ...]) -> tuple[Block, ...]:
    """Give headings the levels 2, 3, … 6: the highest in use is 2 (the title is 1), and no step between is unused."""
    used = sorted({block.level for block in every_block(found) if isinstance(block, Heading)})
    levels = {level: min(place, 6) for place, level in enumerate(used, start=2)}
    if all(old == new for old, new in levels.items()):
        return found

    def block(old: Block) -> tuple[Block, ...]:
        return (replace(old, level=levels[old.level]),) if isinstance(old, Heading) else (old,)

    return map_blocks(found, block)
