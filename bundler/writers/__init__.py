"""Writers: one output format each. A format's name is its file's name; it is imported when it is used."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from typing import Any, BinaryIO, Protocol, cast

from bundler.model import Article, Bundle, Note
from bundler.work import Work

NAMES = ("dump", "epub", "html", "pdf", "text")
"""The formats, sorted."""


class Output(Protocol):
    """Where a writer puts its files: names, hashing and the staging folder are not the writer's business."""

    def open(self, extension: str) -> AbstractContextManager[BinaryIO]:
        """Open a staged file whose name ends in `.<extension>`; hashed as it is written.

        It is kept only if the block ends without an error.
        """


class Writer(Protocol):
    """One output format. Equal bundles and options make equal bytes.

    A writer that is slow may also have `surroundings(bundle) -> bytes`, which names what its files depend on beside the
    bundle: then they are kept whole.
    """

    EXTENSION: str
    """How the names of its files end: those of volumes are named before they are written."""

    Options: type[Any]
    """A frozen dataclass of plain values with defaults: the options a recipe may give the format."""

    def write(self, bundle: Bundle, options: Any, out: Output, work: Work) -> tuple[Note, ...]:
        """Write the bundle and return what had to be dropped or changed.

        Never asks a clock, a random source, the environment or the locale.
        """

    def weigh(self, article: Article, options: Any) -> int:
        """Estimate the bytes that one article adds to the file, beside its pictures."""


def writer(name: str) -> Writer:
    """Import the writer of this name."""
    return cast(Writer, importlib.import_module(f"bundler.writers.{name}"))
