"""QR codes on pages of a PDF, decoded from the pages as they are shown.

A picture of an article may show any code: it is neither expected nor refused. What nobody expects is looked for on
pages without their pictures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2

from bundler.gate import Expected, Fault, step
from bundler.gate._images import seen
from bundler.gate._reading import codes, short
from bundler.gate._streams import Drawing

FORMAT = "pdf"
DPI = 200
SHAPES = 60
"""A page with fewer lines and rectangles draws no code: the smallest one, joined to as few as can be, has more."""
SEARCHED = 60
"""Pages that are rendered besides, where a code was not found on a page that seems to draw one."""


def print_faults(path: Path, drawn: Iterable[Drawing], expected: Expected) -> Iterator[Fault]:
    """Decode all codes of a small document, a sample of a large one, from rendered pages."""
    likely = [number for number, page in enumerate(drawn) if page.shapes >= SHAPES]
    document: Any = pypdfium2.PdfDocument(path)
    read: dict[int, tuple[str, ...]] = {}
    try:
        if step(FORMAT, expected) > 1:
            yield from _sample_faults(document, likely, expected, read)
        else:
            found = _all(document, likely, expected, read)
            shown = {payload: min(found[payload], count) for payload, count in expected.codes.items()}
            yield from codes(Counter(shown), expected.codes)  # a picture may show one of the codes once more
        strange = (number for number, payloads in sorted(read.items()) if set(payloads) - expected.codes.keys())
        drawn_here = {payload for number in strange for payload in _decoded(document, number, pictures=False)}
        for payload in sorted(drawn_here - expected.codes.keys()):
            yield Fault("code-unexpected", short(payload))
    finally:
        document.close()


def _all(document: Any, likely: list[int], expected: Expected, read: dict[int, tuple[str, ...]]) -> Counter[str]:
    read.update({number: _decoded(document, number) for number in likely})
    found = Counter(payload for payloads in read.values() for payload in payloads)
    others = [number for number in range(len(document)) if number not in read][:SEARCHED]
    for number in others:
        if found >= Counter(expected.codes):
            break
        read[number] = _decoded(document, number)
        found.update(read[number])
    return found


def _sample_faults(
    document: Any, likely: list[int], expected: Expected, read: dict[int, tuple[str, ...]]
) -> Iterator[Fault]:
    """Decode every k-th expected code from a page that shows its address."""
    wanted = sorted(expected.codes)[:: step(FORMAT, expected)]
    shown = {number: _text(document, number) for number in likely}
    for payload in wanted:
        pages = [number for number, text in shown.items() if _bare(payload) in text]
        if not _found(document, payload, pages or likely, read):
            yield Fault("code-missing", short(payload))


def _found(document: Any, payload: str, pages: Iterable[int], read: dict[int, tuple[str, ...]]) -> bool:
    for number in pages:
        if number not in read:
            read[number] = _decoded(document, number)
        if payload in read[number]:
            return True
    return False


def _decoded(document: Any, number: int, *, pictures: bool = True) -> tuple[str, ...]:
    page = document[number]
    try:
        if not pictures:
            for one in page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)):
                pypdfium2.raw.FPDFPageObj_SetIsActive(one, 0)
        return seen(page.render(scale=DPI / 72, grayscale=True).to_pil())
    finally:
        page.close()


def _text(document: Any, number: int) -> str:
    page = document[number]
    text = page.get_textpage()
    try:
        return _bare(text.get_text_bounded())
    finally:
        text.close()
        page.close()


def _bare(text: str) -> str:
    """Return a text without what line breaks put into addresses."""
    return re.sub(r"[\s\u00ad\u200b\u2028-\u202e\u2066-\u2069\ufffe]+", "", text)
