"""One archive brought up to date: its sources one after another, each by the module of its kind."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

from bundler import store
from bundler.errors import LockError, OutputError, say
from bundler.fetch import ledger
from bundler.fetch.events import Event, Fetcher, Run
from bundler.fetch.faults import NetError
from bundler.fetch.sources import Feed, Git, Pages, Saved, Source

_MODULES = {Git: "git", Feed: "feeds", Pages: "pages", Saved: "saved"}


def name_of(source: Source) -> str:
    """Return what a source is called in reports: its address, or how many pages, or its file."""
    match source:
        case Git() | Feed():
            return source.url
        case Pages():
            return source.urls[0] if len(source.urls) == 1 else say("{n} pages", n=len(source.urls))
        case Saved():
            return source.path.name


def kind_of(source: Source) -> str:
    """Return the word by which `archive.yaml` names a source."""
    return type(source).__name__.lower()


def update(source: Source, run: Run) -> Iterator[Event]:
    """Bring one source up to date. Where it cannot be asked at all, that is the last event."""
    module = importlib.import_module(f"bundler.fetch.{_MODULES[type(source)]}")
    try:
        yield from cast(Fetcher[Any], module.fetch)(source, run)
    except NetError as error:
        yield Event("failed", name_of(source), error.code, error.detail)


def put(archive: Path, path: str, data: bytes, *, flushed: bool = True) -> bool:
    """Write a file of an archive as `store.put` does, never through a link: an archive may be a stranger's.

    Raises OutputError.
    """
    unlinked(archive, path.rpartition("/")[0])
    return store.put(archive / path, data, masked=True, flushed=flushed)


def unlinked(archive: Path, folder: str) -> None:
    """Raise OutputError where a folder of an archive, or one around it there, is a link, or is none."""
    place = archive
    for part in folder.split("/"):
        place = place / part
        if place.is_symlink():
            raise OutputError(
                say("{path!r} is a link, and nothing is written through it", path=str(place)),
                hint=say("put a folder in its place"),
            )
        if place.exists() and not place.is_dir():
            raise OutputError(say("{path!r} is no folder", path=str(place)), hint=say("move it away"))


@contextmanager
def locked(archive: Path) -> Iterator[None]:
    """Hold an archive for one run. Raises LockError where another holds it, OutputError where no folder can be."""
    unlinked(archive, ledger.FOLDER)
    place = archive / ledger.FOLDER
    with ExitStack() as held:
        try:
            held.enter_context(store.locked(place))
        except LockError as error:
            message = say("another run is at work in {archive!r}", archive=str(archive))
            raise LockError(message, hint=say("wait until it is done")) from error
        except OutputError as error:
            if isinstance(error.__cause__, OSError) and error.__cause__.errno in store.REFUSED:
                hint = say("make the archive's folder writable, or fetch into a copy of it")
                raise OutputError(error.message, hint=hint) from error
            raise
        yield
