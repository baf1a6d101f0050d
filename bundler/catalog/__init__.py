"""The Index of an archive: what selection asks, from a file in the home folder that is safe to delete.

A warm catalog imports no reader. The articles themselves lie in the cache; one that was evicted is read again.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path

from bundler.catalog._catalog import Catalog, Held, Problem, Union
from bundler.catalog._page import Row, entry_of, stands_in, unpacked_rows
from bundler.catalog._refresh import Request, State, refreshed
from bundler.catalog._share import Shares
from bundler.catalog._shelf import DamagedError
from bundler.model import ArticleId, Entry, Note
from bundler.readers import Scan
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
    rows = {path: (number, row) for path, number, row in state.shelf.rows(state.name, state.reader)}
    shares = Shares(request.base_url)
    entries: dict[ArticleId, Entry] = {}
    held: dict[ArticleId, Held] = {}
    problems: list[Problem] = []
    read = [path for path in state.scan.pages if path in rows]
    for path, row in zip(read, unpacked_rows(rows[path][1] for path in read), strict=True):
        if not row.fields:
            problems.append(Problem(ArticleId(row.problem[0]), path, row.problem[1], row.problem[2]))
            continue
        article = ArticleId(row.fields[0])
        if article in entries:
            problems.append(Problem(article, path, "same-id", held[article].path))
            continue
        section, named = _section(row, request.sections, state.scan)
        share, claimed = shares.of(row, path, article)
        entries[article] = entry_of(row.fields, section, share)
        held[article] = Held(rows[path][0], path, row.title, row.lead, row.digest, row.pictures, named, claimed)
    on_archive = (*notes, *state.scan.notes, *shares.on_archive())
    return Catalog(
        state.name, state.reader, request.tree, on_archive, tuple(problems),
        entries, held, shares.notes, state, request.work,
    )  # fmt: skip


def _section(row: Row, sections: Mapping[str, str], scan: Scan) -> tuple[str, str]:
    """Name a section for people, and the rule: the recipe, the archive, the page, else the publisher says so."""
    _, _, _, section, name, publisher, *_ = row.fields
    if section in sections:
        return str(sections[section]), "recipe#archives.sections"
    if found := scan.sections.get(section):
        return found, "reader#section.listed"
    if name != section and name:
        return str(name), "reader#section.page"
    return (str(publisher), "reader#section.publisher") if publisher else (str(name), "reader#section.id")
