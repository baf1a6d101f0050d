"""An archive of two kinds: Markdown pages, and beside them the web pages that were fetched into its folder.

Its reader is called `mirror+html`, `book+html` or `markdown+html`; each page is read by the reader of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bundler.readers import _paths
from bundler.tree import MAX_FILE_BYTES, File, FolderTree, Tree

if TYPE_CHECKING:
    from bundler.readers import Loaded, Reader, Scan

JOINED = ("mirror", "book", "markdown")
"""The readers whose pages are Markdown alone: what is HTML is not theirs."""
_FETCHED = re.compile(r"[^/]+/[0-9a-f]{16}\.html")


@dataclass(frozen=True, slots=True)
class Part:
    """Those files of a tree that are to be listed; all of its files can be read."""

    tree: Tree
    wanted: Callable[[str], bool]

    def list(self, under: str = "") -> Iterator[File]:
        """Yield the wanted files, sorted by path."""
        return (file for file in self.tree.list(under) if self.wanted(file.path))

    def stat(self, path: str) -> File | None:
        """Describe any file of the tree."""
        return self.tree.stat(path)

    def read(self, path: str, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
        """Return the bytes of any file of the tree."""
        return self.tree.read(path, max_bytes=max_bytes)


@dataclass(frozen=True, slots=True)
class Joined:
    """The reader of both kinds."""

    first: Reader
    saved: Reader

    def recognizes(self, tree: Tree) -> bool:
        """Say whether there are pages of both kinds."""
        rest, fetched = parts(tree)
        return any(fetched.list()) and self.first.recognizes(rest)

    def scan(self, tree: Tree) -> Scan:
        """List the pages of both kinds, those of the web last."""
        rest, fetched = parts(tree)
        first, saved = self.first.scan(rest), self.saved.scan(fetched)
        return replace(
            first,
            pages=(*first.pages, *saved.pages),
            sections={**saved.sections, **first.sections},
            notes=(*first.notes, *saved.notes),
        )

    def load(self, tree: Tree, path: str, archive: str) -> Loaded:
        """Read a page by its kind."""
        reader = self.saved if path.lower().endswith(_paths.SAVED) else self.first
        return reader.load(tree, path, archive)


def parts(tree: Tree) -> tuple[Part, Part]:
    """Return an archive without what was fetched into its folder page by page, and that alone.

    Above the files of a Git commit every web page was; in other folders those that are named as fetching names them.
    """
    fetched: frozenset[str] = frozenset()
    if isinstance(tree, FolderTree) and not tree.only:
        own = (file.path for file in replace(tree, beneath=None).list() if file.path.lower().endswith(_paths.SAVED))
        fetched = frozenset(path for path in own if tree.beneath is not None or _FETCHED.fullmatch(path))
    return Part(tree, lambda path: path not in fetched), Part(tree, fetched.__contains__)
