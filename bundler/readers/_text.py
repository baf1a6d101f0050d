"""Bytes to text and text to clean text."""

from __future__ import annotations

import re

from bundler.model import Note

_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def clean(text: str) -> tuple[str, tuple[Note, ...]]:
    """Clean."""
    return (_BAD.sub("", text), (Note("characters-dropped"),)) if _BAD.search(text) else (text, ())
