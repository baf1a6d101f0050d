"""Nesting bombs: HTML whose open elements would cost the parser the square of their number."""

from __future__ import annotations

import re

from bundler.readers import _limits
from bundler.readers._elements import names

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>")
_UNCOUNTED = names("p br img hr input meta link wbr area base col embed source track param option")
_LINE = names(
    "a abbr b bdi big cite code del dfn em font i ins kbd mark ok q s samp small span strike strong sub sup tt u var"
)


def shallow(html: str) -> str:
    """Return the HTML with the tags beyond the depth limit replaced by paragraph borders; unchanged where none is."""
    if html.count("<") <= _limits.MAX_PARSED_DEPTH:
        return html
    depth = 0
    deepest = 0
    for slash, name in ((found[1], found[2].lower()) for found in _TAG.finditer(html)):
        if name not in _UNCOUNTED:
            depth = max(depth - 1, 0) if slash else depth + 1
            deepest = max(deepest, depth)
    return _TAG.sub(_Cut(), html) if deepest > _limits.MAX_PARSED_DEPTH else html


class _Cut:
    """Replaces one tag after the other, counting the open elements."""

    def __init__(self) -> None:
        self.depth = 0

    def __call__(self, found: re.Match[str]) -> str:
        name = found[2].lower()
        if name in _UNCOUNTED:
            return found[0]
        if not found[1]:
            self.depth += 1
        over = self.depth > _limits.MAX_PARSED_DEPTH
        if found[1]:
            self.depth = max(self.depth - 1, 0)
        if not over:
            return found[0]
        return "" if name in _LINE else "<p>"
