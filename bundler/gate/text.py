"""Reads a text file back: plain UTF-8, every article numbered in the contents and at its place, every address there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bundler.gate import Expected, Fault
from bundler.gate._reading import judged, short, text_faults

_MARK = re.compile(r"^[\u200e\u200f\u2066-\u2069]*【(\d+)】", re.MULTILINE)
_SPACE = re.compile(r"\s+")
PLACES = 2
"""A number stands in the contents and at the article."""


def faults(path: Path, expected: Expected) -> tuple[Fault, ...]:
    """Return every reason not to publish the file; empty if it passes. Never raises for a broken file."""
    return judged(_faults, path, expected)


def _faults(path: Path, expected: Expected) -> Iterator[Fault]:
    source = path.read_bytes()
    yield from text_faults(source)
    text = source.decode("utf-8", "replace")
    if not text.endswith("\n"):
        yield Fault("cut-off", "the last line does not end")
    counts = Counter(int(number) for number in _MARK.findall(text))
    for number in range(1, len(expected.articles) + 1):
        if counts[number] < PLACES:
            yield Fault("article-missing", f"【{number}】 stands {counts[number]} times")
    bare = _SPACE.sub("", text)
    for payload in sorted(expected.codes):
        if _SPACE.sub("", payload) not in bare:
            yield Fault("address-missing", short(payload))
