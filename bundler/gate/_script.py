"""The one script that a page may hold, by its hash, and the controls that it brings to life: both in one place only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bundler.gate import Fault
from bundler.gate._markup import EVERYWHERE, Element
from bundler.gate._policy import source_hash
from bundler.gate._reading import short

SCRIPT = "'sha256-asQRvTWi5HNWHr1H+100yqaA8TLtpyP+pUtMHL3jUvM='"
"""The hash of the script that was read and judged, as a policy names it (CSP 3, 2.3.1). Whoever changes `assets/js`
reads it again: it loads, stores and evaluates nothing and makes no markup of text. Then its hash is written here."""
CONTROLS = {
    "button": frozenset(("type", "disabled")),
    "dialog": frozenset[str](),
    "input": frozenset(("type", "placeholder", "autocomplete")),
}
"""What may stand among the controls beside what may stand everywhere, each with its own attributes."""
_PLACE = "body > #tools[hidden]"

Tree = Any
Node = Any
"""A tree and a node of selectolax."""


def control_ids(tree: Tree) -> frozenset[int]:
    """Return the identities of the controls: they stand in one hidden element of the body, and only beside a script."""
    found = tree.css(_PLACE)
    if len(found) != 1 or not tree.css("head > script"):
        return frozenset()
    return frozenset(node.mem_id for node in found[0].traverse() if node.tag in CONTROLS)


def control_faults(element: Element, where: str) -> Iterator[Fault]:
    """Judge one of the controls: it submits nothing, and the names of its attributes are known."""
    for name in element.attributes:
        if name not in EVERYWHERE and name not in CONTROLS[element.name] and not name.startswith(("aria-", "data-")):
            yield Fault("attribute-forbidden", f"{short(name)} of {element.name!r} in {where}")
    kinds = {"button": "button", "input": "search"}
    if element.get("type") != kinds.get(element.name, ""):
        yield Fault("control-kind", f"{short(element.get('type'))} of {element.name!r} in {where}")


def script_ids(tree: Tree) -> frozenset[int]:
    """Return the identity of the script in the head, if it is the one that was judged and has no attribute."""
    found = tree.css("script")
    if len(found) != 1 or found[0].attributes or source_hash(found[0].text(deep=True)) != SCRIPT:
        return frozenset()
    return frozenset(node.mem_id for node in tree.css("head > script"))
