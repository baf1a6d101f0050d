"""PDF/UA-1 (ISO 14289-1), by the conditions of the Matterhorn Protocol 1.1 that a machine can judge.

A fault `ua-01-005` is condition 01-005 of the protocol; conditions that other faults of the gate cover, and such as our
files cannot meet, are listed in docs/pdf-ua.md. Five more faults have no number there: `ua-tagged` (ISO 14289-1, 6.2
and 7.1), `ua-parents` (ISO 32000-1, 14.7.4.4), `ua-rows` (ISO 14289-1, 7.5: rows of one length), `ua-language` (7.2:
changes of language are declared) and `ua-reference` (7.9: what refers to a note leads somewhere).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pikepdf

from bundler.gate import Fault
from bundler.gate._ua._annotations import annotation_faults
from bundler.gate._ua._contents import content_faults
from bundler.gate._ua._document import document_faults
from bundler.gate._ua._fonts import font_faults
from bundler.gate._ua._languages import unspoken
from bundler.gate._ua._structure import structure_faults
from bundler.gate._ua._tree import read


def ua_faults(pdf: pikepdf.Pdf, languages: Iterable[str] = ()) -> Iterator[Fault]:
    """Judge a file by PDF/UA-1, unless it is made of sheets to print, which promise nothing to screen readers.

    `languages` are those of its articles: each must be named somewhere.
    """
    if _is_imposed(pdf):
        return
    yield from document_faults(pdf)
    yield from font_faults(pdf)
    if "/StructTreeRoot" not in pdf.Root:
        yield Fault("ua-tagged", "the file has no structure")
        return
    tree = read(pdf)
    yield from structure_faults(tree)
    yield from unspoken(pdf, tree, languages)
    yield from content_faults(pdf, tree)
    yield from annotation_faults(pdf, tree)


def _is_imposed(pdf: pikepdf.Pdf) -> bool:
    """Say whether all text is drawn by forms, pages of a booklet or zine: such sheets name no font themselves."""
    return len(pdf.pages) > 0 and all("/Font" not in page.obj.get("/Resources", {}) for page in pdf.pages)
