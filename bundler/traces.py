"""What the tool keeps on this machine, what each part would tell whoever finds it, and how it is removed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bundler import store
from bundler.catalog import place
from bundler.errors import OutputError, Say, say
from bundler.fetch import consent
from bundler.tree import FolderTree

KEPT = {
    "catalog": say("which archives were read, with the titles, words and addresses of all their articles"),
    "cache": say("pages, pictures and laid-out parts of what was built, and when each was used last"),
    "remembered.json": say("which publishers' files were checked with --remember, and when the newest was made"),
    "hosts": say("for which archives somebody agreed to ask how many hosts; archives and hosts as hashes"),
    "settings": say("this user's own lists of channels and reading apps"),
}
"""The parts of the home folder, and what they would tell."""
BEYOND = (
    say("the files under dist/, and every copy of them"),
    say("recipes, archives, release.yaml and keys: they stand where their owner put them"),
    say("the shell's history of commands, and lists of recent files"),
    say("deleted bytes, until the disk writes over them; an encrypted disk protects them"),
)
"""What no command of this tool removes."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that is kept: where, how many files and bytes, and what it would tell."""

    path: Path
    files: int
    bytes: int
    tells: Say


def kept(home: Path) -> Iterator[Trace]:
    """Yield everything in the home folder, also what is not of this tool."""
    try:
        there = sorted(home.iterdir())
    except OSError:
        return
    told = {one.name: tells for name, tells in KEPT.items() for one in _places(home / name)}
    for path in there:
        files = [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else [path]
        tells = told.get(path.name, say("unknown: it is not of this tool"))
        yield Trace(path, len(files), sum(one.lstat().st_size for one in files), tells)


def _places(path: Path) -> tuple[Path, Path]:
    """Return where something is kept, and where a program that was killed while it wrote that may have left it."""
    return path, store.unfinished(path)


def forget(home: Path, archives: Iterable[Path] | None) -> tuple[Path, ...]:
    """Remove all that is kept, or, of some archives, their catalogs and the whole cache; return what was removed.

    What is cached has no owner: it is found by content, so it goes as a whole and only costs time. What is not of this
    tool stays. An archive need not be there any more. Raises OutputError where something cannot be removed, once all
    the rest is.
    """
    if _is_closed(home):
        raise _stuck(home)
    if archives is None:
        doomed = [one for name in KEPT for one in _places(home / name)]
    else:
        kept_of = [one for path in archives for one in (*_catalogs(home, path), *_places(consent.place(home, path)))]
        doomed = [home / "cache", *kept_of]
    gone = [path for path in doomed if os.path.lexists(path)]
    problems = [problem for path in gone if (problem := _removed(path))]
    if problems:
        raise problems[0]
    if archives is None and home.is_dir() and not any(home.iterdir()):
        home.rmdir()
    return tuple(gone)


def _catalogs(home: Path, archive: Path) -> list[Path]:
    """Return the files of an archive's catalog, with those that a broken-off run left beside it."""
    found = place(home, FolderTree(Path(os.path.realpath(archive))))
    return sorted(found.parent.glob(f"{found.stem}*")) if found and found.parent.is_dir() else []


def _removed(path: Path) -> OutputError | None:
    """Remove a file or a folder, or return what is in the way; what a link leads to is not ours to remove."""
    try:
        if path.is_symlink() and path.exists():
            return OutputError(
                say("{path!r} leads elsewhere: what stands there is not removed", path=str(path)),
                hint=say("remove it there yourself, then the link"),
            )
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError:
        return _stuck(path)
    return None


def _is_closed(folder: Path) -> bool:
    """Say whether nobody may look into a folder that is there."""
    try:
        next(folder.iterdir(), None)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return False


def _stuck(path: Path) -> OutputError:
    return OutputError(say("{path!r} cannot be removed", path=str(path)), hint=say("remove it as the user who made it"))
