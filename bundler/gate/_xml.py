"""XML of finished files, parsed without entities, DTD or network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from bundler.gate import Fault
from bundler.gate._markup import Element
from bundler.gate._reading import short, text_faults

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_PREFIXES = {
    "{http://www.w3.org/XML/1998/namespace}": "xml:",
    "{http://www.idpf.org/2007/ops}": "epub:",
}

Node = Any
"""An element of lxml, whose stubs stop at attributes and axes."""


def parse(data: bytes, where: str) -> tuple[Node | None, tuple[Fault, ...]]:
    """Return the root element, None where the XML is not well formed, and what else is wrong with it as XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    faults = list(text_faults(data, where))
    try:
        root: Node = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        return None, (*faults, Fault("xml-broken", f"{where}: {short(error.msg or '')}"))
    doctype = root.getroottree().docinfo.doctype
    if doctype not in ("", "<!DOCTYPE html>") or b"<!ENTITY" in data:
        faults.append(Fault("xml-doctype", f"{where}: {short(doctype)}"))
    if any(node.tag is etree.PI for node in _everything(root)):
        faults.append(Fault("xml-instruction", where))
    return root, tuple(faults)


def _everything(root: Node) -> Iterator[Node]:
    yield from root.itersiblings(preceding=True)
    yield from root.iter()
    yield from root.itersiblings()


def elements(root: Node) -> Iterator[tuple[Node, Element]]:
    """Yield every element with names as HTML has them; an element of another namespace keeps its own."""
    for node in root.iter(etree.Element):
        attributes = {_plain(str(name)): str(value) for name, value in node.attrib.items()}
        yield node, Element(str(node.tag).removeprefix(XHTML), attributes)


def _plain(name: str) -> str:
    for namespace, prefix in _PREFIXES.items():
        if name.startswith(namespace):
            return prefix + name.removeprefix(namespace)
    return name
