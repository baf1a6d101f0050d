"""Readers: one kind of archive each. A reader's name is its file's name; it is imported when it is used."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, cast

from bundler.errors import ArchiveError, Listed, Say, say
from bundler.model import Article, Note, Original
from bundler.tree import Tree

NAMES = ("bundle", "mirror", "book", "html", "markdown")
"""The readers, in the order in which they are asked whether they recognize an archive, the most general last."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A share address that a page claims for itself, and where it stands; a bundle was told it by another archive."""

    where: Literal["page", "qr", "bundle"]
    address: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What an archive lists: page paths in the archive's own order, names of sections by id, notes on the archive."""

    pages: tuple[str, ...]
    sections: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


What = Literal[
    "title", "section", "date", "publisher", "authors", "tags", "language", "source", "share", "removed"
]  # fmt: skip
"""What a reader decides of a page."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided: the rule's full name, and the words of the page that it went by.

    A rule that is data is called after its file and its place there, `mirror.yaml#dates.closing`; one that is code
    `reader#title.heading`, `recipe#archives.sections`. The names stand in docs/archives.md and stay as they are.
    """

    what: What
    rule: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One page, read.

    `article` is None where the page is no article or cannot be read; then the last note's code names the reason.
    `media` says in which file of the tree each picture's original bytes stand. `needs` are the paths (present or
    missing, beside the page itself) that the result depends on: a change there asks for another load. `reasons` say
    why each decision fell as it did; they are for people who ask, and kept nowhere. `remote` are the addresses of the
    pictures that the page shows and that stand on the web, whether they were fetched for the archive or not.
    """

    article: Article | None
    claims: tuple[Claim, ...] = ()
    media: Mapping[Original, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    reasons: tuple[Reason, ...] = ()
    remote: tuple[str, ...] = ()


class Reader(Protocol):
    """One kind of archive. Readers of untrusted input never crash: they return a Note."""

    def recognizes(self, tree: Tree) -> bool:
        """Say whether the tree looks like this kind of archive, from a few names and first bytes."""

    def scan(self, tree: Tree) -> Scan:
        """List the pages of the tree without parsing them."""

    def load(self, tree: Tree, path: str, archive: str) -> Loaded:
        """Parse one page; ids begin with `archive`, the archive's name. A pure function of the tree's bytes."""


def reader(name: str) -> Reader:
    """Import the reader of this name; `mirror+html` is the one of both."""
    first, _, second = name.partition("+")
    if second:
        from bundler.readers._joined import Joined  # noqa: PLC0415 - few archives are of two kinds

        return Joined(reader(first), reader(second))
    return cast(Reader, importlib.import_module(f"bundler.readers.{name}"))


def recognize(tree: Tree) -> str:
    """Return the name of the first reader that recognizes a tree; ArchiveError where none does.

    Where web pages were fetched beside Markdown it is `mirror+html` or its like.
    """
    from bundler.readers import _joined  # noqa: PLC0415 - a warm catalog needs none of it

    rest, fetched = _joined.parts(tree)
    if any(fetched.list()) and (first := _recognized(rest)) in _joined.JOINED:
        return f"{first}+html"
    if found := _recognized(tree):
        return found
    raise ArchiveError(
        say("no reader recognizes this archive: {found}", found=_sample(tree)),
        hint=say("known readers: {names}", names=Listed(NAMES)),
    )


def _recognized(tree: Tree) -> str:
    return next((name for name in NAMES if reader(name).recognizes(tree)), "")


def _sample(tree: Tree) -> Say:
    names = [file.path for file, _ in zip(tree.list(), range(3), strict=False)]
    return say("{names}", names=Listed(map(repr, names))) if names else say("it is empty")


def plain(name: str) -> str:
    """Return the name of a file as words that can be printed: no controls, no line ends, nothing hidden."""
    from bundler.readers import _text  # noqa: PLC0415 - a warm catalog needs no reader

    return " ".join(_text.clean(name)[0].split())
