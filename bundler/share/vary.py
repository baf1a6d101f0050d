"""The same sealed file with other bytes: another of the sixteen salts, which nobody signs (docs/manifest-format.md, 1).

Against lists of exact files, and nothing else. The salt is drawn by lots, among the few that everybody draws from: a
copy of his own for each receiver would lead back to him.
"""

from __future__ import annotations

import io
import secrets
from pathlib import Path

from bundler import store
from bundler.errors import UsageError, VerificationError, say, unreadable
from bundler.release import seal
from bundler.release.verify import with_salt

MAX_BYTES = 4_294_967_295
"""What one file has at most on most sticks."""


def vary(path: Path, dest: Path, *, salt: str | None = None) -> str:
    """Write the same sealed file with another salt, drawn by lots unless it is named, and return the salt.

    Anyone can, without a key. Raises UsageError for a file without a seal, a salt that is none of the sixteen or the
    one it has, and where `dest` exists; VerificationError for a damaged file; OutputError.
    """
    if dest.exists() or dest.is_symlink():
        raise UsageError(say("{path!r} exists already", path=str(dest)), hint=say("name a file that is not there yet"))
    data = _read(path)
    chosen = _other(path, data, salt)
    store.put(dest, with_salt(data, chosen))
    return chosen


def _other(path: Path, data: bytes, wanted: str | None) -> str:
    """Return the salt to come."""
    found = seal.check(io.BytesIO(data))
    if found.fault == "damaged":
        raise VerificationError(
            say("{path!r} was damaged on its way", path=str(path)), hint=say("ask for it once more")
        )
    if found.seal is None:
        raise UsageError(
            say("{path!r} has no seal, so nothing in it can vary", path=str(path)),
            hint=say("only files of `bundler release` have one; locked PDF loses it"),
        )
    others = seal.SALTS.replace(found.seal.salt, "")
    if wanted is None:
        return secrets.choice(others)
    if len(wanted) != 1 or wanted not in others:
        raise UsageError(
            say("{salt!r} is no other salt", salt=wanted), hint=say("one of: {salts}", salts=" ".join(others))
        )
    return wanted


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(
                say("{path!r} is larger than {mb} MB", path=str(path), mb=MAX_BYTES // 1_000_000),
                hint=say("build smaller files, or volumes"),
            )
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
