"""An archive made again from found files, for the reader `bundle`; more files can be added to it later."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bundler.archive.found import Found, read
from bundler.codec import canonical, to_json
from bundler.errors import OutputError, UsageError, say
from bundler.model import Article, ArticleId, Note, Original, short_id
from bundler.readers import bundle
from bundler.tree import FolderTree
from bundler.walk import assets_of

_SUFFIX = {b"\xff\xd8\xff": "jpg", b"RIFF": "webp"}


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What an import came to: articles and pictures that are new, articles that were there, notes by code."""

    articles: int
    pictures: int
    known: tuple[ArticleId, ...]
    notes: tuple[Note, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Count the notes by code, sorted."""
        return dict(sorted(Counter(note.code for note in self.notes).items()))


def rebuild(files: Sequence[Path], folder: Path) -> Rebuilt:
    """Add what files hold to the archive in a folder; of an article that is there already, the first one stays.

    Raises ArchiveError for a file that is none of ours (nothing of the others is written then), UsageError where the
    folder is something else, OutputError where it cannot be written.
    """
    listed = _listed(folder)
    found = [read(path) for path in files]
    try:
        return _written(found, folder, listed)
    except OSError as error:
        raise OutputError(
            say("{path!r} cannot be written", path=str(folder)),
            hint=say("make the folder writable, or name another one"),
        ) from error


def _listed(folder: Path) -> list[str]:
    """Return the pages of the archive that stands in a folder; none where there is no folder, or an empty one."""
    if not folder.exists():
        return []
    if folder.is_dir() and bundle.recognizes(FolderTree(folder)):
        return list(bundle.scan(FolderTree(folder)).pages)
    if not folder.is_dir() or any(folder.iterdir()):
        raise UsageError(
            say("{path!r} holds something else", path=str(folder)),
            hint=say("name a new folder, or one that `bundler archive import` made"),
        )
    return []


def _written(found: Iterable[Found], folder: Path, listed: list[str]) -> Rebuilt:
    paths = dict.fromkeys(listed)
    known: list[ArticleId] = []
    notes: list[Note] = []
    pictures: set[str] = set()
    for one in found:
        notes += one.notes
        for article in one.articles:
            path = f"articles/{short_id(article.entry.id)}.json"
            if path in paths:
                known.append(article.entry.id)
                continue
            paths[path] = None
            pictures |= _article(folder, path, article, one.pictures)
    _put(folder / bundle.INDEX, canonical(
        {"format": bundle.FORMAT, "version": bundle.VERSION, "articles": list(paths)}
    ))  # fmt: skip
    return Rebuilt(len(paths) - len(listed), len(pictures), tuple(known), tuple(notes))


def _article(folder: Path, path: str, article: Article, held: Mapping[Original, bytes]) -> set[str]:
    """Write one article with its pictures; return the pictures' paths."""
    named = {one: _picture_path(one, held[one]) for one in assets_of(article.blocks) if one in held}
    for original, place in named.items():
        _put(folder / place, held[original])
    page = {"format": bundle.ARTICLE, "version": bundle.VERSION, "article": to_json(article), "pictures": named}
    _put(folder / path, json.dumps(page, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8", "replace"))
    return set(named.values())


def _picture_path(original: Original, data: bytes) -> str:
    suffix = next((suffix for magic, suffix in _SUFFIX.items() if data.startswith(magic)), "png")
    return f"pictures/{original}.{hashlib.sha256(data).hexdigest()}.{suffix}"


def _put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, staged = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(staged).chmod(0o644)
        Path(staged).replace(path)
    except OSError:
        Path(staged).unlink(missing_ok=True)
        raise
