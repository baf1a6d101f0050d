"""Style sheets: every address that they would load, by a parser of CSS Syntax Level 3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2

from bundler.gate import Fault
from bundler.gate._addresses import leaves
from bundler.gate._reading import short

LOADING = frozenset(("url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"))
"""Functions whose strings are addresses (CSS Values 4, CSS Images 4)."""
FORBIDDEN = frozenset(("import", "namespace", "document", "charset"))
"""At-rules that load, or mean nothing in a file of one style."""


Token = Any
"""A component value of tinycss2, which brings no types."""


def parse(css: str) -> list[Token]:
    """Read a style sheet, or the value of a property, as component values."""
    return list(tinycss2.parse_component_value_list(css))


def addresses(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield every address in a style sheet; a string that looks like one counts, wherever it stands."""
    yield from _addresses(tokens, loading=False)


def _addresses(tokens: Iterable[Token], *, loading: bool) -> Iterator[str]:
    for token in tokens:
        match token.type:
            case "url":
                yield token.value
            case "string" if loading or leaves(token.value):
                yield token.value
            case "function":
                yield from _addresses(token.arguments, loading=loading or token.lower_name in LOADING)
            case "() block" | "[] block" | "{} block":
                yield from _addresses(token.content, loading=False)
            case _:
                pass


def syntax_faults(tokens: Iterable[Token], where: str) -> Iterator[Fault]:
    """Judge what no address shows: rules that load others, and text that browsers may read in different ways."""
    for token in _deep(tokens):
        if token.type == "at-keyword" and token.lower_value in FORBIDDEN:
            yield Fault("style-forbidden", f"@{token.lower_value} in {where}")
        elif token.type == "error":
            yield Fault("style-broken", f"{short(token.message)} in {where}, line {token.source_line}")


def _deep(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _deep(getattr(token, "content", None) or getattr(token, "arguments", None) or ())
