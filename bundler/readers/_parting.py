"""Paragraphs and lists that laying out would take far longer for than for the same text in parts: cut, text whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bundler.model import Text
from bundler.readers import _limits
from bundler.readers._line import Piece

_MARKED = 20
"""Characters that a piece of a line counts for beside its own: a link or a change of letters costs so much."""
_END = re.compile(r"[。！？；…!?;]+[”’』」）)\"']*|\.[”’)\"']*\s|[，、,\s\u200b]")
"""Where a sentence ends, or, where none does, a part of one."""
_LEAST = 0.5
"""The part of the room that a sentence must fill before a paragraph is cut behind it."""


def parted(segments: Sequence[list[Piece]]) -> tuple[list[list[Piece]], int]:
    """Cut the segments of a line so that no paragraph is longer than the limit; return how often it was cut.

    Segments with an empty one between them are paragraphs of their own.
    """
    out: list[list[Piece]] = []
    size = cuts = 0
    for pieces in segments:
        whole = not pieces or _size(pieces) <= _limits.MAX_PARAGRAPH
        parts = [pieces] if whole else list(_parts(pieces))
        for place, part in enumerate(parts):
            more = _size(part)
            if size and (place or size + more > _limits.MAX_PARAGRAPH):
                out.append([])
                cuts, size = cuts + 1, 0
            out.append(part)
            size = size + more if part else 0
    return out, cuts


def _size(pieces: Sequence[Piece]) -> int:
    return sum(_MARKED + (len(leaf.text) if isinstance(leaf, Text) else 0) for _, leaf in pieces)


def _parts(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Cut one segment: between pieces, and inside one that is too long behind a sentence."""
    part: list[Piece] = []
    room = _limits.MAX_PARAGRAPH
    for path, leaf in pieces:
        text = leaf.text if isinstance(leaf, Text) else ""
        while text and _MARKED + len(text) > room:
            end = _cut(text, room - _MARKED)
            if end:
                part.append((path, Text(text[:end])))
            yield part
            part, room, text = [], _limits.MAX_PARAGRAPH, text[end:].lstrip()
        if text or not isinstance(leaf, Text):
            if room <= _MARKED:
                yield part
                part, room = [], _limits.MAX_PARAGRAPH
            part.append((path, Text(text) if text else leaf))
            room -= _MARKED + len(text)
    if part:
        yield part


def _cut(text: str, room: int) -> int:
    """Return where to cut a text that is too long: behind the last sentence that fits, else the last part of one."""
    if room <= _MARKED:
        return 0
    found = [end.end() for end in _END.finditer(text, int(room * _LEAST), room)]
    whole = [end for end in found if text[end - 1] not in "，、, \n\u200b"]
    return (whole or found or [room])[-1]
