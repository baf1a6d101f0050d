"""The package of an EPUB (EPUB 3.3, 5): what it declares, and that it declares what is there."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from bundler.gate import Fault
from bundler.gate._addresses import leaves
from bundler.gate._container import member
from bundler.gate._reading import short, tokens
from bundler.gate._xml import CONTAINER, OPF, Node, parse

DOCUMENT = "application/xhtml+xml"
STYLE = "text/css"
CONTENTS = "application/x-dtbncx+xml"
PICTURES = ("image/png", "image/jpeg")
FONT = "font/ttf"
KINDS = (DOCUMENT, STYLE, CONTENTS, *PICTURES, FONT)
ACTIVE = ("remote-resources", "scripted", "switch")
"""Properties of items that load from outside or run."""
CONTAINER_FILE = "META-INF/container.xml"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the manifest: the member's path, its media type, its properties."""

    path: str
    kind: str
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """What an EPUB declares: its package file, items by id, the items of the spine that are read in order."""

    path: str
    items: dict[str, Item]
    spine: tuple[str, ...]

    def of_kind(self, *kinds: str) -> tuple[Item, ...]:
        """Return the items of these media types, in the manifest's order."""
        return tuple(item for item in self.items.values() if item.kind in kinds)

    @property
    def nav(self) -> Item | None:
        """Return the navigation document."""
        return next((item for item in self.items.values() if "nav" in item.properties), None)


def resolve(base: str, address: str) -> str:
    """Return the member that a relative address leads to from the member `base`."""
    path = unquote(address.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else base


def read(archive: zipfile.ZipFile) -> tuple[Package | None, tuple[Fault, ...]]:
    """Read the container and the package file it names; None where there is none to read."""
    root, faults = parse(member(archive, CONTAINER_FILE) or b"", CONTAINER_FILE)
    paths = [] if root is None else [node.get("full-path", "") for node in root.iter(f"{CONTAINER}rootfile")]
    data = member(archive, paths[0]) if len(paths) == 1 else None
    if data is None:
        return None, (*faults, Fault("package-missing", f"the container names {len(paths)} package files"))
    package, broken = parse(data, paths[0])
    if package is None:
        return None, (*faults, *broken)
    items = list(package.iter(f"{OPF}item"))
    read = Package(
        path=paths[0],
        items={node.get("id", ""): _item(paths[0], node) for node in items},
        spine=tuple(node.get("idref", "") for node in package.iter(f"{OPF}itemref") if node.get("linear") != "no"),
    )
    found = [*faults, *broken, *_remote_faults(root, CONTAINER_FILE), *_remote_faults(package, paths[0])]
    if len(items) != len(read.items):
        found.append(Fault("spine-broken", "two items of the manifest have one id"))
    return read, (*found, *declaration_faults(read, archive.namelist()))


def _item(base: str, node: Node) -> Item:
    properties = tuple(tokens(node.get("properties") or ""))
    return Item(resolve(base, node.get("href", "")), node.get("media-type", ""), properties)


def _remote_faults(root: Node, where: str) -> Iterator[Fault]:
    hrefs = (node.get("href") or "" for node in root.iter())
    return (Fault("network", f"{short(href)} in {where}") for href in hrefs if leaves(href))


def declaration_faults(package: Package, names: list[str]) -> Iterator[Fault]:
    """Judge manifest and spine: every member declared once, every item there, every document to be read."""
    declared = [item.path for item in package.items.values()]
    for name in sorted(set(names) - set(declared) - {"mimetype", CONTAINER_FILE, package.path}):
        yield Fault("member-undeclared", short(name))
    for name in sorted(set(declared) - set(names)):
        yield Fault("member-missing", short(name))
    for item in package.items.values():
        if item.kind not in KINDS or set(item.properties) & set(ACTIVE):
            yield Fault("item-forbidden", f"{short(item.path)}: {' '.join((item.kind, *item.properties))}")
    read = [package.items[name].path for name in package.spine if name in package.items]
    if len(read) != len(package.spine) or len(set(read)) != len(read) or len(set(declared)) != len(declared):
        yield Fault("spine-broken", "an entry of the spine or manifest is unknown, or stands there twice")
    if package.nav is None:
        yield Fault("nav-missing", package.path)
    hidden = {item.path for item in package.of_kind(DOCUMENT) if item is not package.nav} - set(read)
    yield from (Fault("spine-incomplete", short(path)) for path in sorted(hidden))
