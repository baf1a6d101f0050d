"""Reads a single HTML file back as a browser does: silent, whole, its codes readable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from bundler.gate import Expected, Fault
from bundler.gate import _css as css
from bundler.gate._addresses import carried, leaves, load_faults
from bundler.gate._images import metadata, payloads
from bundler.gate._markup import (
    LOADING,
    Element,
    anchor_faults,
    fragment,
    identities,
    link_rel_faults,
    reference_faults,
    shape_faults,
)
from bundler.gate._policy import policy_faults
from bundler.gate._reading import codes, ids, judged, short, text_faults, traces
from bundler.gate._script import control_faults, control_ids, script_ids

WHERE = "the page"


def faults(path: Path, expected: Expected) -> tuple[Fault, ...]:
    """Return every reason not to publish the file; empty if it passes. Never raises for a broken file."""
    return judged(_faults, path, expected)


def _faults(path: Path, expected: Expected) -> Iterator[Fault]:
    source = path.read_bytes()
    yield from text_faults(source)
    tree = LexborHTMLParser(source)
    styles = [node.text(deep=True) for node in tree.css("style")]
    yield from policy_faults(source, styles, [node.text(deep=True) for node in tree.css("script")])
    yield from _element_faults(tree)
    yield from ids((node.attributes.get("id") or "" for node in tree.css("article")), expected)
    yield from _loaded_faults(_loaded(tree, styles), expected)
    for style in styles:
        yield from css.syntax_faults(css.parse(style), WHERE)
    yield from _code_faults(tree, expected)


def _elements(tree: LexborHTMLParser) -> Iterator[Element]:
    """Yield the elements in document order, one at a time: a page may have millions."""
    yield from (element for _, element in _identified(tree))


def _identified(tree: LexborHTMLParser) -> Iterator[tuple[int, Element]]:
    for node in tree.root.traverse() if tree.root else ():
        if node.is_element_node:
            attributes = {name: value or "" for name, value in node.attributes.items()}
            yield node.mem_id, Element(node.tag or "", attributes)


def _element_faults(tree: LexborHTMLParser) -> Iterator[Fault]:
    known, doubled = identities(_elements(tree), WHERE)
    yield from doubled
    controls, scripts = control_ids(tree), script_ids(tree)
    for identity, element in _identified(tree):
        if identity in controls:
            yield from control_faults(element, WHERE)
        elif identity not in scripts:
            yield from shape_faults(element, WHERE)
        yield from link_rel_faults(element, "icon", WHERE)
        yield from reference_faults(element, known, WHERE)
        if element.name == "a" and "href" in element.attributes:
            yield from anchor_faults(element, WHERE)
        if element.name in ("a", "use") and "href" in element.attributes:
            yield from _target_faults(element.get("href"), known)


def _target_faults(address: str, known: frozenset[str]) -> Iterator[Fault]:
    if leaves(address):
        return
    name = fragment(address)
    if not address.startswith("#") or (name not in ("", "top") and name not in known):
        yield Fault("link-broken", short(address))


def _loaded(tree: LexborHTMLParser, styles: Iterable[str]) -> Iterator[str]:
    for element in _elements(tree):
        if element.name in LOADING:
            yield element.get(LOADING[element.name])
    for style in styles:
        yield from css.addresses(css.parse(style))


def _loaded_faults(addresses: Iterable[str], expected: Expected) -> Iterator[Fault]:
    """Judge what the page loads by itself, and look into what it carries."""
    for number, address in enumerate(addresses, 1):
        if address.startswith("#"):
            continue
        yield from load_faults(address, WHERE)
        kind, data = carried(address) or ("", b"")
        yield from traces([data], expected, f"part {number} of the page")
        if kind.startswith("image/") and (extra := metadata(data, webp=True)):
            yield Fault("picture-metadata", f"{extra} in part {number} of the page")


def _code_faults(tree: LexborHTMLParser, expected: Expected) -> Iterator[Fault]:
    """Decode every image that stands as a code."""
    found: Counter[str] = Counter()
    for image in tree.css("figure.code img"):
        read = payloads((carried((image.attributes.get("src") or "")) or ("", b""))[1])
        if len(read) != 1:
            yield Fault("code-unreadable", short(image.attributes.get("alt") or ""))
        found.update(read)
    yield from codes(found, expected.codes)
