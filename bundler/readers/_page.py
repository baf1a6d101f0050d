"""A page's bytes to clean text, or the Note that says why it cannot be read: the first step of every reader."""

from __future__ import annotations

from collections.abc import Callable

from bundler.model import Note
from bundler.readers import _limits, _text
from bundler.tree import TooLargeError, Tree

Noted = tuple[str, tuple[Note, ...]]


def decoded(tree: Tree, path: str, *, max_bytes: int = _limits.MAX_ARTICLE_BYTES) -> Noted | Note:
    """Return a page's text as it was written, with what decoding changed; nothing over max_bytes is opened."""
    try:
        data = tree.read(path, max_bytes=max_bytes)
    except TooLargeError as error:
        return Note("page-too-large", detail=f"{error.size} bytes, at most {error.cap}")
    except OSError:
        return Note("page-missing")
    return _text.decode(data)


def read(tree: Tree, path: str, *, mend: Callable[[str], Noted] = lambda text: (text, ())) -> Noted | Note:
    """Return a page's text, mended and without characters that no text holds; a page without text is a Note."""
    found = decoded(tree, path)
    if isinstance(found, Note):
        return found
    mended, told = mend(found[0])
    text, cleaned = _text.clean(mended)
    return (text, (*found[1], *told, *cleaned)) if text.strip() else Note("empty")
