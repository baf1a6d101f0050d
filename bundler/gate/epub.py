"""Reads an EPUB back: container, package, every document, style sheet and picture."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bundler.gate import Expected, Fault
from bundler.gate import _css as css
from bundler.gate import _package as package
from bundler.gate._addresses import leaves, scheme
from bundler.gate._container import container_faults, member
from bundler.gate._images import metadata, payloads
from bundler.gate._markup import (
    Element,
    anchor_faults,
    fragment,
    identities,
    link_rel_faults,
    reference_faults,
    shape_faults,
)
from bundler.gate._package import DOCUMENT, PICTURES, STYLE, Package, resolve
from bundler.gate._reading import codes, ids, judged, short
from bundler.gate._xml import NCX, XHTML, Node, elements, parse

MAX_CHAPTER_BYTES = 260_000
"""Weak readers die of larger ones; the navigation document, which cannot be cut, is no page to them."""
MAX_SPINE = 1_000
"""Documents to be read: weak readers die of more."""


@dataclass(slots=True)
class Seen:
    """What the documents hold together, gathered one document at a time."""

    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    articles: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)
    sheets: list[tuple[str, str]] = field(default_factory=list)
    styles: list[tuple[str, str]] = field(default_factory=list)


def faults(path: Path, expected: Expected) -> tuple[Fault, ...]:
    """Return every reason not to publish the file; empty if it passes. Never raises for a broken file."""
    return judged(_faults, path, expected)


def _faults(path: Path, expected: Expected) -> Iterator[Fault]:
    with zipfile.ZipFile(path) as archive:
        yield from container_faults(archive, expected)
        read, broken = package.read(archive)
        yield from broken
        if read is None:
            return
        seen = Seen()
        if len(read.spine) > MAX_SPINE:
            yield Fault("spine-long", f"{len(read.spine)} documents, at most {MAX_SPINE}")
        for item in read.of_kind(DOCUMENT):
            yield from _document_faults(archive, item.path, seen, whole=item is read.nav)
        yield from _link_faults(seen)
        yield from _picture_faults(archive, read, seen)
        yield from _style_faults(archive, read, seen)
        yield from _contents_faults(archive, read, seen)
        yield from ids((name for _, name in seen.articles), expected)
        yield from _nav_faults(read, seen)
        yield from _code_faults(archive, seen, expected)


# -- documents ---------------------------------------------------------------------------------------------------


def _document_faults(archive: zipfile.ZipFile, path: str, seen: Seen, *, whole: bool) -> Iterator[Fault]:
    data = member(archive, path) or b""
    if len(data) > MAX_CHAPTER_BYTES and not whole:
        yield Fault("chapter-large", f"{path}: {len(data)} bytes, at most {MAX_CHAPTER_BYTES}")
    root, broken = parse(data, path)
    yield from broken
    if root is None:
        return
    nodes = list(elements(root))
    known, doubled = identities((element for _, element in nodes), path)
    yield from doubled
    seen.ids[path] = known
    for node, element in nodes:
        yield from shape_faults(element, path)
        yield from link_rel_faults(element, "stylesheet", path)
        yield from reference_faults(element, known, path)
        yield from _gather(node, element, path, seen)


def _gather(node: Node, element: Element, path: str, seen: Seen) -> Iterator[Fault]:
    """Remember what one element points at; what leads out of the book is judged at once."""
    match element.name:
        case "a" if "href" in element.attributes:
            yield from anchor_faults(element, path)
            if not leaves(element.get("href")):
                target = resolve(path, element.get("href"))
                seen.links.append((path, target, fragment(element.get("href"))))
        case "img" if node.xpath("ancestor::h:figure[@class='code']", namespaces={"h": XHTML[1:-1]}):
            seen.codes.append((path, element.get("src")))
            seen.pictures.append((path, element.get("src")))
        case "img":
            seen.pictures.append((path, element.get("src")))
        case "link":
            seen.sheets.append((path, element.get("href")))
        case "style":
            seen.styles.append((path, "".join(node.itertext())))
        case "article":
            seen.articles.append((path, element.get("id")))
        case _:
            pass


def _link_faults(seen: Seen) -> Iterator[Fault]:
    """Judge links inside the book, once all documents are known."""
    for path, target, name in seen.links:
        known = seen.ids.get(target)
        if known is None or (name and name not in known):
            yield Fault("link-broken", f"{short(f'{target}#{name}' if name else target)} in {path}")


# -- what documents show -----------------------------------------------------------------------------------------


def _picture_faults(archive: zipfile.ZipFile, read: Package, seen: Seen) -> Iterator[Fault]:
    declared = {item.path for item in read.of_kind(*PICTURES)}
    for path, address in dict.fromkeys(seen.pictures):
        yield from _inside(path, address, declared)
    for name in sorted(declared):
        if extra := metadata(member(archive, name) or b""):
            yield Fault("picture-metadata", f"{extra} in {name}")


def _style_faults(archive: zipfile.ZipFile, read: Package, seen: Seen) -> Iterator[Fault]:
    sheets = {item.path: (member(archive, item.path) or b"").decode("utf-8") for item in read.of_kind(STYLE)}
    declared = {item.path for item in read.items.values()}
    for path, address in dict.fromkeys(seen.sheets):
        yield from _inside(path, address, set(sheets))
    for path, sheet in (*sheets.items(), *seen.styles):
        tokens = css.parse(sheet)
        yield from css.syntax_faults(tokens, path)
        for address in css.addresses(tokens):
            yield from _inside(path, address, declared)


def _inside(path: str, address: str, declared: set[str]) -> Iterator[Fault]:
    """Judge an address that a reader loads by itself: only what the book declares passes."""
    if leaves(address):
        yield Fault("file-address" if scheme(address) == "file" else "network", f"{short(address)} in {path}")
    elif resolve(path, address) not in declared:
        yield Fault("part-missing", f"{short(address)} in {path}")


def _code_faults(archive: zipfile.ZipFile, seen: Seen, expected: Expected) -> Iterator[Fault]:
    """Decode every image that stands as a code, as often as it stands."""
    found: Counter[str] = Counter()
    for path, address in seen.codes:
        read = payloads(member(archive, resolve(path, address)) or b"")
        if len(read) != 1:
            yield Fault("code-unreadable", f"{short(address)} in {path}")
        found.update(read)
    yield from codes(found, expected.codes)


# -- contents ----------------------------------------------------------------------------------------------------


def _nav_faults(read: Package, seen: Seen) -> Iterator[Fault]:
    """Judge the navigation document: it leads to every article, by its id or as the first of its document."""
    if read.nav is None:
        return
    reached = {(target, name) for path, target, name in seen.links if path == read.nav.path}
    started: set[str] = set()
    for path, name in seen.articles:
        if (path, name) not in reached and ((path, "") not in reached or path in started):
            yield Fault("nav-incomplete", f"{path}#{name}")
        started.add(path)


def _contents_faults(archive: zipfile.ZipFile, read: Package, seen: Seen) -> Iterator[Fault]:
    """Judge the contents for older readers (OPF 2.0.1, 2.4.1)."""
    for item in read.of_kind(package.CONTENTS):
        root, broken = parse(member(archive, item.path) or b"", item.path)
        yield from broken
        for node in () if root is None else root.iter(f"{NCX}content"):
            address = node.get("src", "")
            known = seen.ids.get(resolve(item.path, address), frozenset[str]())
            name = fragment(address)
            if leaves(address) or resolve(item.path, address) not in seen.ids or (name and name not in known):
                yield Fault("link-broken", f"{short(address)} in {item.path}")
