"""A mirror on a code host: one commit at a time, without history, kept in a bare repository that nobody checks out.

    .bundler/git/<name>.git      named after the address; packs that were checked object by object, each with its index
    .bundler/git.json            the record, written last: until it is, the former commit is the archive's

Whatever stops a run leaves packs that no record names; the next run removes them. After `MAX_PACKS` changes, and when a
history was rewritten, all is fetched anew, so that what the mirror took back does not stay for ever.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bundler import blobs, store
from bundler.blobs import GitTree, Record
from bundler.fetch import packing, smart, update
from bundler.fetch.events import Event, Run
from bundler.fetch.faults import NetError
from bundler.fetch.ledger import FOLDER
from bundler.fetch.ledger import Record as Line
from bundler.fetch.sources import Git
from bundler.packs import PackError
from bundler.tree import File

KIND = "git"
MAX_PACKS = 40
_CONFIG = b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n\thooksPath = /dev/null\n"
_FRESH = "fresh"
_SHOWN = 2_000
"""Articles told one by one; of more, how many."""

Files = Mapping[str, tuple[File, bytes]]
Got = TypeVar("Got")


def fetch(source: Git, run: Run) -> Iterator[Event]:
    """Bring the archive to the commit that the branch is at. Raises NetError; then the former commit stays."""
    for folder in ("objects/pack", "refs"):
        update.unlinked(run.archive, f"{FOLDER}/{_name(source)}/{folder}")
    record = blobs.recorded(run.archive)
    record = record if record is not None and record.repository == _name(source) else None
    before = _held(record, run)
    record = record if before is not None else None
    found = _tried(run, lambda: smart.branch(run.net, source.url, source.branch))
    if record is not None and record.commit == found.commit and record.paths == source.paths:
        run.ledger.put(Line(KIND, source.url, "here", run.today, held=found.commit))
        yield Event("same", source.url, detail=found.commit)
        return
    _tidy(run.archive, record)
    new = _brought(source, run, record, found.commit)
    if record is not None and record.packs[0] not in new.packs and len(record.packs) < MAX_PACKS:
        yield Event("note", source.url, "git-rewritten", f"{record.commit[:12]} -> {new.commit[:12]}")
    tree = new.tree(run.archive)
    after = _listed(tree)
    left_out = blobs.strange(tree)
    _keep(run, source, new)
    yield from (Event("note", source.url, "git-left-out", f"{what} x{count}") for what, count in left_out.items())
    yield from _changes(before or {}, after)


def _name(source: Git) -> str:
    return f"git/{hashlib.sha256(source.url.encode()).hexdigest()[:16]}.git"


def _held(record: Record | None, run: Run) -> Files | None:
    """Return the files of the recorded commit; None where there is none that can be read."""
    try:
        return blobs.files(record.tree(run.archive)) if record is not None else None
    except PackError:
        return None


def _listed(tree: GitTree) -> Files:
    """List a commit, so that all its folders and the headers of all its files are known to be there."""
    try:
        return blobs.files(tree)
    except PackError as error:
        raise NetError("git-refused", str(error)) from error


def _brought(source: Git, run: Run, record: Record | None, commit: str) -> Record:
    """Fetch what is missing for a commit, or all where the history no longer leads to the one that is here."""
    if record is not None and record.commit == commit:
        return replace(record, paths=source.paths)
    if record is not None and len(record.packs) < MAX_PACKS and (added := _added(source, run, record, commit)):
        return added
    pack = _tried(run, lambda: _pack(source, run, commit))
    return Record(_name(source), commit, (pack,), source.paths)


def _added(source: Git, run: Run, record: Record, commit: str) -> Record | None:
    """Fetch what came since the recorded commit; None where that cannot be told, or is no longer in the history."""
    former = smart.Former(record.commit, blobs.committed(record.tree(run.archive)))
    try:
        pack = _tried(run, lambda: _pack(source, run, commit, former))
        packs = tuple(dict.fromkeys((*record.packs, pack)))
        new = Record(_name(source), commit, packs, source.paths)
        history = blobs.history(new.tree(run.archive))
    except PackError:
        return None
    except NetError as error:
        if error.code != "git-refused":
            raise
        return None
    return new if record.commit in history else None


def _pack(source: Git, run: Run, commit: str, former: smart.Former | None = None) -> str:
    """Fetch one pack, check it, put it into the repository with its index; return its name."""
    place = run.archive / FOLDER / _name(source) / "objects" / "pack"
    with store.said(place):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        _removed(place / _FRESH)  # it may be a link that somebody laid there
        with os.fdopen(store.created(place / _FRESH, 0o664), "wb") as file:
            smart.pack(run.net, source.url, commit, former, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            index = packing.indexed(place / _FRESH)
        except (PackError, ValueError) as error:
            raise NetError("git-refused", str(error)) from error
        name = f"pack-{index[-40:-20].hex()}"
        (place / _FRESH).replace(place / f"{name}.pack")
        store.put(place / f"{name}.idx", index, masked=True)
    blobs.forget()
    return f"{name}.pack"


def _keep(run: Run, source: Git, new: Record) -> None:
    """Write what Git's own tools need to look at the repository, then the record: now the new commit counts."""
    place = run.archive / FOLDER / new.repository
    with store.said(place):
        (place / "refs").mkdir(mode=0o700, parents=True, exist_ok=True)
    ends = (commit for commit, parents in blobs.history(new.tree(run.archive)).items() if not parents)
    store.put(place / "config", _CONFIG, masked=True)
    store.put(place / "shallow", "".join(f"{commit}\n" for commit in sorted(ends)).encode(), masked=True)
    store.put(place / "HEAD", f"{new.commit}\n".encode(), masked=True)
    store.put(run.archive / blobs.RECORD, new.written(), masked=True)
    run.ledger.put(Line(KIND, source.url, "here", run.today, held=new.commit))


def _tidy(archive: Path, record: Record | None) -> None:
    """Remove what no record names: what a run that was stopped left, and packs of former commits.

    A link in place of a repository goes itself; what it leads to is somebody else's.
    """
    root = archive / FOLDER / "git"
    kept = {root.parent / record.repository / "objects" / "pack" / name for name in record.packs} if record else set()
    for repository in sorted(root.glob("*.git")):
        if repository.is_symlink():
            with store.said(repository):
                repository.unlink()
        elif record is None or repository.name != Path(record.repository).name:
            shutil.rmtree(repository, ignore_errors=True)
    if record is not None:
        packs = root.parent / record.repository / "objects" / "pack"
        with store.said(packs):
            for path in sorted(packs.glob("*")):
                if path.with_suffix(".pack") not in kept:
                    _removed(path)


def _removed(path: Path) -> None:
    """Remove whatever stands in a place of ours: a file, a link itself, a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _changes(before: Files, after: Files) -> Iterator[Event]:
    """Tell what became of the files."""
    told = [Event("new" if path not in before else "changed", path) for path in after
            if before.get(path, (None, b""))[1] != after[path][1]]  # fmt: skip
    told += [Event("gone", path, "git-removed") for path in before if path not in after]
    yield from told[:_SHOWN]
    if len(told) > _SHOWN:
        yield Event("note", f"{len(told) - _SHOWN}", "git-more-changes")


def _tried(run: Run, ask: Callable[[], Got]) -> Got:
    """Ask again, more slowly each time, where that may help."""
    manners = run.net.manners
    for tried in range(1, manners.tries):
        try:
            return ask()
        except NetError as error:
            if not error.again:
                raise
        run.net.waits.sleep(manners.back_off * 2 ** (tried - 1))
    return ask()
