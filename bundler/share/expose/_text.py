"""What a text or Markdown file shows: every word of it, to everybody on its way."""

from __future__ import annotations

import re
from pathlib import Path

from bundler.share.expose._inside import Inside

_TITLE = re.compile(r"^title:[ \t]*['\"]?(.+?)['\"]?[ \t]*$", re.MULTILINE)
_NUMBERED = re.compile(r"^[\u200e\u200f\u2066-\u2069]*【1】", re.MULTILINE)
_PLACES = 2
"""A number stands in the contents and at the article."""


def look(path: Path, inside: Inside) -> None:
    """Look into a text file."""
    text = path.read_bytes().decode("utf-8", "replace")
    found = _TITLE.search(text[:4000]) if inside.kind == "markdown" and text.startswith("---") else None
    lines = (line.strip("# \ufeff") for line in text[:4000].splitlines())
    inside.title = found[1] if found else next((line for line in lines if line), "")[:300]
    if len(_NUMBERED.findall(text)) >= _PLACES:
        inside.marks.append("names")
    inside.read(text)
