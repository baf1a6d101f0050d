"""The Index of an archive: what selection asks, from a file in the home folder that is safe to delete.

A warm catalog imports no reader. The articles themselves lie in the cache; one that was evicted is read again.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from bundler.catalog import _share
from bundler.catalog._catalog import Catalog, Union
from bundler.catalog._columns import Columns, Naming, Problem, read
from bundler.catalog._page import stands_in
from bundler.catalog._refresh import Request, State, refreshed, segments
from bundler.catalog._shelf import DamagedError
from bundler.model import Note
from bundler.tree import FolderTree
from bundler.work import Work

__all__ = ["Catalog", "Problem", "Union", "open_archive", "stands_in"]


def open_archive(  # noqa: PLR0913 — an archive as a recipe describes it, key by key
    tree: FolderTree,
    reader_name: str | None = None,
    *,
    name: str = "",
    base_url: str = "",
    sections: Mapping[str, str] | None = None,
    home: Path | None,
    work: Work,
    taken: Collection[str] = (),
) -> Catalog:
    """Open an archive and read what changed in it since the last time.

    Without a reader's name the archive is asked which reader it has; without a name it is called after its reader,
    or reader2 and so on where that is `taken` by another archive. `sections` names sections by id. Raises
    ArchiveError where no reader recognizes the archive.
    """
    request = Request(tree, reader_name or "", name, frozenset(taken), base_url, sections or {}, work)
    path = place(home, tree)
    try:
        return _catalog(request, refreshed(request, path))
    except (DamagedError, sqlite3.DatabaseError):
        state = refreshed(request, path, anew=True)
        return _catalog(request, state, Note("catalog-rebuilt"))


def place(home: Path | None, tree: FolderTree) -> Path | None:
    """Return where the catalog of an archive is kept; None where nothing is to be kept."""
    if home is None:
        return None
    named = b"\0".join((os.fsencode(tree.root), *(path.encode("utf-8", "surrogatepass") for path in tree.only)))
    return home / "catalog" / f"{hashlib.sha256(named).hexdigest()[:32]}.sqlite"


def _catalog(request: Request, state: State, *notes: Note) -> Catalog:
    columns, naming = Columns(), Naming(request.sections, request.base_url)
    kept = state.shelf.columns(state.name, state.reader, "entries")
    for blob in _kept_or(kept, (entries for entries, _ in segments(state))):
        read(columns, blob, naming, state.scan)
    on_archive = (*notes, *state.left, *state.scan.notes, *_share.on_archive(columns, request.base_url))
    return Catalog(
        state.name, state.reader, request.tree, on_archive, tuple(columns.problems), columns,
        "recipe#archives.base_url" if request.base_url else "", _share.on_articles(columns), state, request.work,
    )  # fmt: skip


def _kept_or(kept: Iterator[bytes], packed: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what is kept, or where that is nothing what is packed anew."""
    first = next(kept, None)
    if first is None:
        yield from packed
    else:
        yield first
        yield from kept
