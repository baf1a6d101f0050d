"""A page's bytes to clean text, or the Note that says why it cannot be read: the first step of every reader."""

from __future__ import annotations

from bundler.model import Note
from bundler.readers import _limits, _text
from bundler.readers._mending import mend
from bundler.tree import TooLargeError, Tree

Noted = tuple[str, tuple[Note, ...]]


def decoded(tree: Tree, path: str, *, max_bytes: int = _limits.MAX_ARTICLE_BYTES) -> Noted | Note:
    """Return a page's text as it was meant, with what decoding changed; nothing over max_bytes is opened."""
    try:
        data = tree.read(path, max_bytes=max_bytes)
    except TooLargeError as error:
        return Note("page-too-large", detail=f"{error.size} bytes, at most {error.cap}")
    except OSError:
        return Note("page-missing")
    found = _text.decode(data)
    if isinstance(found, Note):
        return found
    text, mended = mend(found[0])
    return text, (*found[1], *mended)


def read(tree: Tree, path: str) -> Noted | Note:
    """Return a page's text without characters that no text holds; a page without text is a Note."""
    found = decoded(tree, path)
    if isinstance(found, Note):
        return found
    text, cleaned = _text.clean(found[0])
    return (text, (*found[1], *cleaned)) if text.strip() else Note("empty")
