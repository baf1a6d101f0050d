"""Reads a PDF back: nothing that runs or loads, links lead somewhere, codes can be scanned, all is tagged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pikepdf

from bundler.gate import Expected, Fault
from bundler.gate._objects import object_faults
from bundler.gate._prints import print_faults
from bundler.gate._reading import judged, traces
from bundler.gate._streams import drawings, glyph_faults, stream_faults
from bundler.gate._targets import font_faults, target_faults
from bundler.gate._ua import ua_faults


def faults(path: Path, expected: Expected) -> tuple[Fault, ...]:
    """Return every reason not to publish the file; empty if it passes. Never raises for a broken file."""
    return judged(_faults, path, expected)


def _faults(path: Path, expected: Expected) -> Iterator[Fault]:
    texts: list[str] = []
    with pikepdf.open(path, suppress_warnings=True) as pdf:
        yield from object_faults(pdf, texts)
        yield from (Fault("pdf-broken", str(warning)) for warning in pdf.get_warnings())
        yield from traces([text.encode("utf-8", "replace") + b"\n" for text in texts], expected, "a text of the file")
        yield from stream_faults(pdf, expected)
        yield from target_faults(pdf, expected)
        yield from font_faults(pdf)
        yield from ua_faults(pdf, expected.languages)
        drawn = tuple(drawings(pdf))
    yield from glyph_faults(drawn)
    yield from print_faults(path, drawn, expected)
