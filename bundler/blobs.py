"""The files of a recorded Git commit, as they stand in a repository's packs: nothing is ever checked out.

    .bundler/git.json            the record: which repository, commit and packs count, and which paths of it
    .bundler/git/<name>.git/     the repository, bare; Git's own tools can look at it, we read its packs alone

Links, submodules, hidden and odd names do not exist here, as in a folder. What a record says is a stranger's word: it
leads to packs below the archive's own folder or nowhere.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bundler import packs
from bundler.packs import BLOB, COMMIT, OID, TREE, PackError
from bundler.tree import MAX_FILE_BYTES, File, TooLargeError, is_hidden, is_inside

RECORD = ".bundler/git.json"
FORMAT = {"format": "bundler-git", "version": 1}
MAX_RECORD_BYTES = 100_000
MAX_FILES = 500_000
MAX_TREES = 50_000
"""Folders of a commit, counted each time that they stand somewhere: a small repository can name one a billion times."""
MAX_LISTED = 200_000_000
"""Bytes of all these folders together: links, hidden and repeated names are no files, and cost as much to read."""
MAX_DEPTH = 64
MAX_COMMITS = 100_000
_ROOT = re.compile(rb"tree ([0-9a-f]{40})\n")
_PARENT = re.compile(rb"^parent ([0-9a-f]{40})$", re.MULTILINE)
_COMMITTER = re.compile(rb"^committer .*> (\d{1,12}) [+-]\d{4}$", re.MULTILINE)
_REPOSITORY = re.compile(r"git/[0-9a-f]{16}\.git")
_PACK = re.compile(r"pack-[0-9a-f]{40}\.pack")
_COMMIT = re.compile("[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class GitTree:
    """The regular files of one commit below `paths` (none: all); crosses process borders as these few words.

    A file's time stands for its content: it is made of the blob's hash, below zero, where no file's time is.
    """

    repository: Path
    commit: str
    packs: tuple[str, ...]
    paths: tuple[str, ...] = ()

    def list(self, under: str = "") -> Iterator[File]:
        """Yield the regular files, sorted by path. Raises PackError where the repository is damaged."""
        start = f"{under}/" if under else ""
        return (file for path, (file, _) in files(self).items() if path.startswith(start))

    def stat(self, path: str) -> File | None:
        """Describe one file; None where it is missing, hidden, not regular or left out by `paths`."""
        found = files(self).get(path)
        return found[0] if found else None

    def read(self, path: str, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
        """Return a file's bytes. Raises OSError where the repository is damaged."""
        found = files(self).get(path)
        if found is None:
            raise FileNotFoundError(path)
        file, oid = found
        if file.size > max_bytes:
            raise TooLargeError(path, file.size, max_bytes)
        try:
            return _whole(self, oid, BLOB)
        except PackError as error:
            raise OSError(f"{path}: {error}") from error


@lru_cache(maxsize=4)
def files(tree: GitTree) -> Mapping[str, tuple[File, bytes]]:
    """Return the files of a tree by path, sorted, each with its blob's hash. Raises PackError."""
    listing = _Listing(tree)
    listing.add(root_of(tree), "", 0)
    return dict(sorted(listing.found.items()))


@lru_cache(maxsize=4)
def strange(tree: GitTree) -> Mapping[str, int]:
    """Count what a commit holds that is no file here: links, submodules, names that cannot be."""
    listing = _Listing(tree)
    listing.add(root_of(tree), "", 0)
    return {name: count for name, count in sorted(listing.strange.items()) if count}


def root_of(tree: GitTree) -> bytes:
    """Return the hash of a commit's root folder. Raises PackError."""
    found = _ROOT.match(_whole(tree, bytes.fromhex(tree.commit), COMMIT))
    if found is None:
        raise PackError("a commit without a tree")
    return bytes.fromhex(found[1].decode())


def committed(tree: GitTree) -> int:
    """Return when a commit was made, in seconds since 1970. Raises PackError."""
    found = _COMMITTER.search(_whole(tree, bytes.fromhex(tree.commit), COMMIT).partition(b"\n\n")[0])
    return int(found[1]) if found else 0


def history(tree: GitTree) -> Mapping[str, tuple[str, ...]]:
    """Return a commit and all that led to it, as far as they are there, each with its parents that are there."""
    found: dict[str, tuple[str, ...]] = {}
    waiting = [tree.commit]
    while waiting and len(found) < MAX_COMMITS:
        commit = waiting.pop()
        head = _whole(tree, bytes.fromhex(commit), COMMIT).partition(b"\n\n")[0]
        parents = tuple(one.decode() for one in _PARENT.findall(head))
        found[commit] = tuple(one for one in parents if _is_there(tree, bytes.fromhex(one)))
        waiting += [one for one in found[commit] if one not in found]
    return found


class _Listing:
    """One walk through the folders of a commit."""

    def __init__(self, tree: GitTree) -> None:
        self.tree, self.trees, self.left = tree, 0, MAX_LISTED
        self.found: dict[str, tuple[File, bytes]] = {}
        self.strange = {"links": 0, "submodules": 0, "names": 0}

    def add(self, oid: bytes, prefix: str, depth: int) -> None:
        """Add what a folder holds."""
        self.trees += 1
        if self.trees > MAX_TREES or len(self.found) > MAX_FILES or depth > MAX_DEPTH:
            raise PackError(f"more than {MAX_FILES} files, {MAX_TREES} folders or {MAX_DEPTH} levels")
        data = _whole(self.tree, oid, TREE)
        self.left -= len(data)
        if self.left < 0:
            raise PackError(f"folders of more than {MAX_LISTED} bytes")
        for mode, name, child in _entries(data):
            path = f"{prefix}{name}"
            if mode == "40000":
                if is_inside(path) and not is_hidden(path) and self.leads(f"{path}/"):
                    self.add(child, f"{path}/", depth + 1)
            elif not mode.startswith("100"):
                self.strange["links" if mode == "120000" else "submodules"] += 1
            elif not is_inside(path):
                self.strange["names"] += 1
            elif not is_hidden(path) and self.wanted(path) and path not in self.found:
                self.found[path] = (File(path, _size(self.tree, child), _time(child)), child)

    def wanted(self, path: str) -> bool:
        """Say whether a file is below one of the wanted paths."""
        return not self.tree.paths or path.startswith(self.tree.paths)

    def leads(self, folder: str) -> bool:
        """Say whether a wanted path may stand in a folder."""
        return self.wanted(folder) or any(path.startswith(folder) for path in self.tree.paths)


def _entries(data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Yield mode, name and hash of what stands in a folder; a name that is no UTF-8 becomes one that cannot be."""
    place = 0
    while place < len(data):
        gap, end = data.find(b" ", place, place + 8), data.find(b"\0", place)
        if gap < 0 or end < gap or end + 1 + OID > len(data):
            raise PackError("a folder that is damaged")
        try:
            name = data[gap + 1 : end].decode("utf-8")
        except UnicodeDecodeError:
            name = ""
        mode = data[place:gap].decode("ascii", "replace").lstrip("0")
        yield mode, "" if "/" in name else name, data[end + 1 : end + 1 + OID]
        place = end + 1 + OID


def _time(oid: bytes) -> int:
    return -(int.from_bytes(oid[:7], "big") + 10)


def forget() -> None:
    """Forget which packs are open: those of a repository were written anew."""
    for remembered in (files, strange, _opened):
        remembered.cache_clear()


@lru_cache(maxsize=4)
def _opened(repository: Path, names: tuple[str, ...]) -> tuple[packs.Pack, ...]:
    return tuple(packs.opened(repository / "objects" / "pack" / name) for name in reversed(names))


def _place(tree: GitTree, oid: bytes) -> tuple[packs.Pack, int]:
    for pack in _opened(tree.repository, tree.packs):
        offset = pack.offset(oid)
        if offset is not None:
            return pack, offset
    raise PackError(f"object {oid.hex()} is missing")


def _is_there(tree: GitTree, oid: bytes) -> bool:
    return any(pack.offset(oid) is not None for pack in _opened(tree.repository, tree.packs))


def _size(tree: GitTree, oid: bytes) -> int:
    pack, offset = _place(tree, oid)
    return pack.size(offset)


def _whole(tree: GitTree, oid: bytes, kind: int) -> bytes:
    pack, offset = _place(tree, oid)
    found, data = pack.object(offset)
    if found != kind or packs.oid_of(found, data) != oid:
        raise PackError(f"object {oid.hex()} is not what it is called")
    return data


@dataclass(frozen=True, slots=True)
class Record:
    """Which commit of which repository counts: what one fetch ended with, and the next one begins from."""

    repository: str
    commit: str
    packs: tuple[str, ...]
    paths: tuple[str, ...] = ()

    def tree(self, archive: Path) -> GitTree:
        """Return the files of the commit."""
        return GitTree(archive.resolve() / ".bundler" / self.repository, self.commit, self.packs, self.paths)

    def written(self) -> bytes:
        """Return the record as it is kept."""
        value = {"repository": self.repository, "commit": self.commit, "packs": self.packs, "paths": self.paths}
        return json.dumps(FORMAT | value, ensure_ascii=False, indent=1).encode() + b"\n"


def recorded(archive: Path) -> Record | None:
    """Return the record of an archive; None where there is none, or none that can be right."""
    path = archive / RECORD
    try:
        known = path.lstat()
        if not stat.S_ISREG(known.st_mode) or path.parent.is_symlink() or known.st_size > MAX_RECORD_BYTES:
            return None
        value: Any = json.loads(path.read_bytes())
        texts = [value["repository"], value["commit"], *value["packs"], *value["paths"]]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    if not all(isinstance(text, str) for text in texts) or {key: value.get(key) for key in FORMAT} != FORMAT:
        return None
    found = Record(texts[0], texts[1], tuple(value["packs"]), tuple(value["paths"]))
    right = _REPOSITORY.fullmatch(found.repository) and _COMMIT.fullmatch(found.commit)
    return found if right and found.packs and all(map(_PACK.fullmatch, found.packs)) else None
