"""The text of a run of inlines as one string, however emphasis and links cut it up, and put back piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bundler.model import Code, Image, Inline, LineBreak, NoteRef, Ruby, Text
from bundler.walk import inner_inlines

Pick = Callable[[Inline], bool]
"""Whether an inline's text counts; nothing inside one that is not picked does."""


def leaves(run: Iterable[Inline], pick: Pick) -> Iterator[str]:
    """Yield the pieces of text of a run in order: texts and code, those inside other inlines too."""
    for inline in run:
        if pick(inline):
            yield from (inline.text,) if isinstance(inline, Text | Code) else leaves(inner_inlines(inline), pick)


def filled(run: Iterable[Inline], texts: Iterator[str], pick: Pick) -> tuple[Inline, ...]:
    """Return a run with other pieces of text, one for each that `leaves` yields."""
    return tuple(_filled(inline, texts, pick) if pick(inline) else inline for inline in run)


def _filled(inline: Inline, texts: Iterator[str], pick: Pick) -> Inline:
    if isinstance(inline, Text | Code):
        return replace(inline, text=next(texts))
    if isinstance(inline, LineBreak | Image | NoteRef):
        return inline
    if isinstance(inline, Ruby):
        return replace(inline, base=filled(inline.base, texts, pick))
    return replace(inline, children=filled(inline.children, texts, pick))
