"""Pictures of a page that its archive holds: which of them can be carried."""

from __future__ import annotations

from bundler import pictures
from bundler.model import Note, Original
from bundler.tree import MAX_PICTURE_BYTES, TooLargeError, Tree


def carried(tree: Tree, path: str) -> Original | Note | None:
    """Return the hash of a picture's bytes; the Note that says why it is not carried; None where it is not there."""
    try:
        data = tree.read(path, max_bytes=MAX_PICTURE_BYTES)
    except TooLargeError as error:
        return Note("picture-too-large", detail=f"{path}: {error}")
    except OSError:
        return None
    refused = pictures.refusal(data)
    return pictures.original(data) if refused is None else Note(refused, detail=path)
