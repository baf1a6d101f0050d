"""The way out where an archive is not there yet, for commands that are given its folder and no recipe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

from bundler.errors import ArchiveError, Say, say
from bundler.fetch.sources import FILE


@contextmanager
def hinted(folder: Path) -> Iterator[None]:
    """Say with the error of an archive that is missing, empty or not fetched yet how it is begun or filled."""
    try:
        yield
    except ArchiveError as error:
        if not _bare(folder):
            raise
        raise ArchiveError(error.message, hint=_way_out(folder)) from error


def _bare(folder: Path) -> bool:
    """Say whether nothing stands there but what says where to fetch from."""
    try:
        return not folder.is_dir() or all(path.name == FILE or path.name.startswith(".") for path in folder.iterdir())
    except OSError:  # what is there, nobody may know
        return False


def _way_out(folder: Path) -> Say:
    if (folder / FILE).is_file():
        return say("fill it with `bundler fetch {path}`", path=quote(str(folder)))
    return say(
        "look at the path; a new archive begins with `bundler init {path} --git ADDRESS`", path=quote(str(folder))
    )
