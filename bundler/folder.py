"""An archive's folder opened as a tree, with the Git commit beneath it that was fetched for it."""

from __future__ import annotations

import os
from pathlib import Path

from bundler.errors import ArchiveError, reason, say
from bundler.tree import FolderTree, Tree


def open_folder(path: Path) -> FolderTree:
    """Open a folder, or a link to one, as a tree. Raises ArchiveError where it is missing or no folder."""
    if not path.is_dir():
        what = (
            say("the archive {path!r} is not a folder", path=str(path))
            if path.exists()
            else say("the archive {path!r} does not exist", path=str(path))
        )
        raise ArchiveError(what, hint=say("name a folder; a recipe names it as seen from its own"))
    try:
        os.scandir(path).close()
    except OSError as error:
        raise ArchiveError(
            say("the archive {path!r} cannot be read: {reason}", path=str(path), reason=reason(error)),
            hint=say("name a folder that you may read"),
        ) from error
    return FolderTree(path.resolve(), beneath=_beneath(path))


def _beneath(path: Path) -> Tree | None:
    """Return the files of the commit that was fetched for an archive. Raises ArchiveError where it is damaged."""
    from bundler import blobs, packs  # noqa: PLC0415 - few archives have them

    record = blobs.recorded(path)
    if record is None:
        return None
    found = record.tree(path)
    try:
        blobs.files(found)
    except packs.PackError as error:
        message = say(
            "the Git commit of the archive {path!r} cannot be read: {error}", path=str(path), error=str(error)
        )
        raise ArchiveError(message, hint=say("fetch it again: bundler fetch ARCHIVE")) from error
    return found
