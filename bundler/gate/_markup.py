"""Elements and attributes that finished HTML and XHTML may hold: what is not on the list might run, load or submit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from bundler.gate import Fault
from bundler.gate._addresses import leaves, tap_faults
from bundler.gate._reading import short, tokens


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


ELEMENTS = _words("""
    html head meta title link style body article section nav header footer main aside div
    h1 h2 h3 h4 h5 h6 p hr pre blockquote ol ul li dl dt dd figure figcaption details summary
    a em strong small s cite q code kbd samp var sub sup i b u mark abbr dfn time data span bdi bdo br wbr
    ruby rb rt rtc rp ins del img table caption colgroup col thead tbody tfoot tr td th svg image use
""")
"""None of them runs code; LOADING and `style` load, and the judges look at their addresses."""
LOADING = {"img": "src", "image": "href", "link": "href", "use": "href"}
"""Elements that load something by themselves, and the attribute that says what."""

EVERYWHERE = _words("class id lang xml:lang dir title role translate hidden tabindex epub:type")
OWN = {
    "a": frozenset(("href", "rel", "hreflang")),
    "html": frozenset(("xmlns", "xmlns:epub", "prefix", "epub:prefix")),
    "image": frozenset(("href", "width", "height")),
    "img": frozenset(("src", "alt", "width", "height", "decoding")),
    "link": frozenset(("rel", "href", "type")),
    "meta": frozenset(("charset", "name", "content", "http-equiv", "media", "property")),
    "style": frozenset(("type",)),
    "svg": frozenset(("width", "height", "viewBox")),
    "use": frozenset(("href",)),
    "ol": frozenset(("start", "type", "reversed")),
    "li": frozenset(("value",)),
    "td": frozenset(("colspan", "rowspan", "headers")),
    "th": frozenset(("colspan", "rowspan", "headers", "scope")),
    "col": frozenset(("span",)),
    "colgroup": frozenset(("span",)),
    "time": frozenset(("datetime",)),
    "del": frozenset(("datetime",)),
    "ins": frozenset(("datetime",)),
    "details": frozenset(("open", "name")),
    "data": frozenset(("value",)),
}
"""No event handler, no `style`, no `target`, `ping`, `srcset` or `download` among them."""
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-details", "headers")
POLICY = "content-security-policy"


class Element(NamedTuple):
    """One element: its name, and its attributes as a browser decodes them."""

    name: str
    attributes: Mapping[str, str]

    def get(self, attribute: str) -> str:
        """Return an attribute's value, empty where it is missing."""
        return self.attributes.get(attribute, "")


def shape_faults(element: Element, where: str) -> Iterator[Fault]:
    """Judge an element by its name and the names of its attributes."""
    if element.name not in ELEMENTS:
        yield Fault("element-forbidden", f"{short(element.name)} in {where}")
        return
    own = OWN.get(element.name, frozenset())
    for name in element.attributes:
        if name not in EVERYWHERE and name not in own and not name.startswith(("aria-", "data-")):
            yield Fault("attribute-forbidden", f"{short(name)} of {element.name!r} in {where}")
    if element.name == "meta" and element.get("http-equiv").lower() not in ("", POLICY):
        yield Fault("meta-forbidden", f"{short(element.get('http-equiv'))} in {where}")


def link_rel_faults(element: Element, allowed: str, where: str) -> Iterator[Fault]:
    """Judge what a `<link>` is for: any other kind may open a connection before the page is shown."""
    if element.name == "link" and tokens(element.get("rel").lower()) != [allowed]:
        yield Fault("link-kind", f"{short(element.get('rel'))} in {where}")


def identities(elements: Iterable[Element], where: str) -> tuple[frozenset[str], tuple[Fault, ...]]:
    """Return the ids of a document, and a fault for each that occurs twice or is empty."""
    counts = Counter(element.attributes["id"] for element in elements if "id" in element.attributes)
    twice = tuple(Fault("id-duplicate", f"{short(name)} in {where}") for name, n in sorted(counts.items()) if n > 1)
    empty = (Fault("id-empty", where),) if "" in counts else ()
    return frozenset(counts), twice + empty


def reference_faults(element: Element, known: frozenset[str], where: str) -> Iterator[Fault]:
    """Judge attributes that name other elements of the same document."""
    for attribute in REFERENCES:
        for name in tokens(element.get(attribute)):
            if name not in known:
                yield Fault("reference-broken", f"{attribute} {short(name)} in {where}")


def anchor_faults(element: Element, where: str) -> Iterator[Fault]:
    """Judge a link that leads out of the file: what it opens, and that it does not say where the reader came from."""
    address = element.get("href")
    if not leaves(address):
        return
    yield from tap_faults(address, where)
    if "noreferrer" not in tokens(element.get("rel").lower()):
        yield Fault("link-referrer", f"{short(address)} in {where}")


def fragment(address: str) -> str:
    """Return the id that an address points at, decoded; empty where it points at the whole document."""
    return unquote(address.partition("#")[2])
