"""Which languages a file says it is written in (ISO 14289-1, 7.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pikepdf

from bundler.gate import Fault
from bundler.gate._reading import short
from bundler.gate._ua._tree import Tree

_UNKNOWN = "und"
"""What may stand for a tag that is none (RFC 5646, 4.1)."""


def unspoken(pdf: pikepdf.Pdf, tree: Tree, languages: Iterable[str]) -> Iterator[Fault]:
    """Judge that some article is said to be in each of the languages that articles are written in."""
    articles = {element.language.lower() for element in tree.elements if element.kind == "Art"}
    named = {str(pdf.Root.get("/Lang", "")).lower(), *articles}
    for language in languages:
        if language.lower() not in named and _UNKNOWN not in named:
            yield Fault("ua-language", f"no article is said to be in {short(language)}")
