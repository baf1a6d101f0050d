"""What WeasyPrint writes at length, said shorter before it is written: nothing that is seen or read aloud changes.

Lines widened by one measure become one string with a character spacing (ISO 32000-1, section 9.3.2); the mark of a line
belongs to its paragraph itself instead of to a Span of its own (section 14.7.4.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from statistics import median
from typing import Any

_SHOWN = re.compile(rb"<([0-9a-f]*)>|(-?[0-9.]+)")
_GLYPH = 4
"""Hexadecimal digits of a glyph."""
_FEW = 5
"""For so few glyphs a spacing of their own is not worth saying."""


def slim(_document: Any, pdf: Any) -> None:
    """Shorten the content and the structure of a PDF of pydyf in place."""
    for item in pdf.objects:
        stream = getattr(item, "stream", None)
        if isinstance(stream, list):
            item.stream = list(_operators(stream))
    _collapse(pdf)


def _operators(stream: Iterable[Any]) -> Iterator[Any]:
    size = 0.0
    for operator in stream:
        if isinstance(operator, bytes) and operator.endswith(b"] TJ"):
            yield from _text(operator, size)
            continue
        if isinstance(operator, bytes) and operator.endswith(b" Tf"):
            size = float(operator.split()[1])
        yield operator


def _text(operator: bytes, size: float) -> Iterator[bytes]:
    """Yield operators that show the same glyphs: what most steps between them have in common is a character spacing."""
    first, glyphs, steps = _glyphs(operator)
    if not glyphs:
        return
    common = median(steps[:-1]) if len(steps) > _FEW else 0.0
    common = common if abs(common) >= 1 else 0.0
    rests = [round(step - common) for step in steps[:-1]]
    shown = b"".join(glyph + (b">%d<" % rest if rest else b"") for glyph, rest in zip(glyphs, [*rests, 0], strict=True))
    if common:
        yield f"{-common * size / 1000:.4f} Tc".encode()
    if first or any(rests):
        yield b"[" + (b"%d" % round(first) if first else b"") + b"<" + shown + b">] TJ"
    else:
        yield b"<" + shown + b"> Tj"
    if common:
        yield b"0 Tc"


def _glyphs(operator: bytes) -> tuple[float, list[bytes], list[float]]:
    """Return the step to the left before the first glyph, the glyphs, the step after each, in thousandths of an em."""
    first = 0.0
    glyphs: list[bytes] = []
    steps: list[float] = []
    for run, step in _SHOWN.findall(operator):
        if step and steps:
            steps[-1] += float(step)
        elif step:
            first += float(step)
        found = [run[at : at + _GLYPH] for at in range(0, len(run), _GLYPH)]
        glyphs += found
        steps += [0.0] * len(found)
    return first, glyphs, steps


def _collapse(pdf: Any) -> None:
    """Give the marks of Spans that hold nothing else to the elements in which the Spans stand."""
    owners: dict[bytes, bytes] = {}
    for element in reversed(pdf.objects):
        if not _is_span(element):
            continue
        parent = pdf.objects[int(element["P"].split()[0])]
        mark = element["K"][0]
        if isinstance(mark, int) and parent.get("Pg") == element["Pg"]:
            parent["K"][parent["K"].index(element.reference)] = mark
            owners[element.reference] = parent.reference
            element.clear()
    root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
    for marks in pdf.objects[int(root["ParentTree"].split()[0])]["Nums"]:
        if isinstance(marks, list):
            marks[:] = [_owner(mark, owners) for mark in marks]


def _is_span(item: Any) -> bool:
    return isinstance(item, dict) and item.get("S") == "/Span" and len(item["K"]) == 1


def _owner(element: bytes, owners: dict[bytes, bytes]) -> bytes:
    while element in owners:
        element = owners[element]
    return element
