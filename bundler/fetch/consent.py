"""Which hosts somebody at this machine agreed to ask, for each archive: asked once, because being seen to ask may harm.

It is kept in the home folder and not in the archive, which may be a stranger's and cannot agree for its user. The file
holds hashes: whoever reads it must guess a folder and a host to learn whether they go together.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from bundler import store
from bundler.errors import OutputError, say

FOLDER = "hosts"
MAX_BYTES = 10_000_000


def place(home: Path, archive: Path) -> Path:
    """Return where the hosts of an archive stand."""
    return home / FOLDER / hashlib.sha256(_name(archive)).hexdigest()[:32]


def unknown(home: Path, archive: Path, hosts: Iterable[str]) -> tuple[str, ...]:
    """Return the hosts, sorted, that nobody agreed to yet."""
    agreed = _agreed(place(home, archive))
    return tuple(host for host in sorted(set(hosts)) if _mark(archive, host) not in agreed)


def agree(home: Path, archive: Path, hosts: Collection[str]) -> None:
    """Remember hosts. Raises OutputError where the home folder cannot be written."""
    path = place(home, archive)
    marks = _agreed(path) | {_mark(archive, host) for host in hosts}
    try:
        store.put(path, "".join(f"{mark}\n" for mark in sorted(marks)).encode(), private=True)
    except OutputError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in store.REFUSED:
            hint = say("name another folder for what is kept on this machine: --home DIR")
            raise OutputError(error.message, hint=hint) from error
        raise


def _agreed(path: Path) -> set[str]:
    try:
        with path.open("rb") as file:
            return set(file.read(MAX_BYTES).decode("ascii", "replace").split())
    except OSError:
        return set()


def _mark(archive: Path, host: str) -> str:
    return hashlib.sha256(_name(archive) + b"\0" + host.encode("utf-8", "surrogatepass")).hexdigest()


def _name(archive: Path) -> bytes:
    return os.fsencode(os.path.realpath(archive))
