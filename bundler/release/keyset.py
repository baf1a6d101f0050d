"""Key sets: which release keys a team stands behind, and when, signed by some of its offline keys.

Specified in docs/manifest-format.md, 2.5.
"""

from __future__ import annotations

import datetime as dt
import glob
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bundler.errors import VerificationError, say, unreadable
from bundler.release import canonical, keys, minisign
from bundler.release.seal import Role

MAX_BYTES = 64 * 1024
COMMENT = "bundler keyset number {number}"


@dataclass(frozen=True, slots=True)
class Named:
    """A release key, its role, and the first and last day on which it counts."""

    key: bytes
    role: Role
    start: dt.date
    until: dt.date


@dataclass(frozen=True, slots=True)
class KeySet:
    """A team's key set; `roots` are its offline keys, `previous` is the SHA-256 (hex) of the set before it."""

    number: int
    threshold: int
    roots: tuple[bytes, ...]
    keys: tuple[Named, ...]
    previous: str | None = None

    @property
    def comment(self) -> str:
        """Return the trusted comment of its signatures."""
        return COMMENT.format(number=self.number)

    def named(self, key: bytes, day: dt.date) -> Named | None:
        """Return what the set says of a key on a day; None where it does not count then."""
        return next((one for one in self.keys if one.key == key and one.start <= day <= one.until), None)


def write(made: KeySet) -> bytes:
    """Return a key set as canonical JSON. Raises ValueError for one that `read` would refuse."""
    listed = [
        {"key": one.key.hex(), "role": one.role, "from": one.start.isoformat(), "until": one.until.isoformat()}
        for one in made.keys
    ]
    data = canonical.write(
        {
            "format": "bundler-keyset",
            "version": 1,
            "number": made.number,
            "threshold": made.threshold,
            "roots": [root.hex() for root in made.roots],
            "keys": listed,
            "previous": made.previous,
        }
    )
    read(data)
    return data


def read(data: bytes) -> KeySet:
    """Read a key set, whose signatures are checked apart. Raises ValueError for anything that is not exactly one."""
    if len(data) > MAX_BYTES:
        message = "too large"
        raise ValueError(message)
    value = canonical.read(data)
    try:
        found = _read(value)
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error
    whole = type(found.number) is int and type(found.threshold) is int and found.number >= 1  # True is no number
    enough = whole and 1 <= found.threshold <= len(found.roots) == len(set(found.roots))
    if not enough or (found.previous is None) != (found.number == 1):
        message = "number, threshold, roots or previous"
        raise ValueError(message)
    return found


def _read(value: Mapping[str, Any]) -> KeySet:
    if value["format"] != "bundler-keyset" or repr(value["version"]) != "1":
        message = "no key set"
        raise ValueError(message)
    previous = value["previous"]
    return KeySet(
        value["number"], value["threshold"], tuple(map(keys.hashed, value["roots"])),
        tuple(map(_named, value["keys"])), None if previous is None else keys.hashed(previous).hex(),
    )  # fmt: skip


def _named(value: Mapping[str, Any]) -> Named:
    role, days = value["role"], [dt.date.fromisoformat(value[name]) for name in ("from", "until")]
    if role not in ("editor", "robot") or [day.isoformat() for day in days] != [value["from"], value["until"]]:
        message = "role or days"
        raise ValueError(message)
    return Named(keys.hashed(value["key"]), role, days[0], days[1])


def signers(data: bytes, signatures: Iterable[str], roots: Iterable[bytes]) -> frozenset[bytes]:
    """Return the roots that signed a key set; two signatures of one root count once."""
    texts, comment = tuple(signatures), read(data).comment
    return frozenset(
        root
        for root in roots
        if any(
            minisign.holds(text, data, minisign.named(root)) and minisign.read_signature(text).comment == comment
            for text in texts
        )
    )


def counts(data: bytes, signatures: Iterable[str], former: bytes | None) -> bool:
    """Say whether a key set is in force: enough of its roots signed it, and as many of the set before it."""
    found, texts = read(data), tuple(signatures)
    if len(signers(data, texts, found.roots)) < found.threshold:
        return False
    if found.previous is None:
        return True
    if former is None or hashlib.sha256(former).hexdigest() != found.previous:
        return False
    before = read(former)
    return before.number + 1 == found.number and len(signers(data, texts, before.roots)) >= before.threshold


def load(path: Path) -> KeySet:
    """Return the key set of a file, checked with the signatures and the former sets that stand beside it.

    Raises UsageError where it cannot be read, VerificationError where it is damaged or not signed by enough keys.
    """
    data = data_of(path)
    try:
        found = read(data)
        held = _in_force(path, data)
    except ValueError as error:
        raise VerificationError(
            say("{path!r} is no key set, or damaged", path=str(path)), hint=say("bring it back from a copy")
        ) from error
    if not held:
        raise VerificationError(
            say("not enough offline keys signed {path!r}", path=str(path)),
            hint=say("sign it with `bundler keys sign`; former sets and all signatures must stand beside it"),
        )
    return found


def mates(path: Path) -> frozenset[bytes]:
    """Return the keys that a set in force (see `load`) or a set before it names, on whatever days."""
    former = _former(path, data_of(path))
    named = frozenset(one.key for one in read(data_of(path)).keys)
    return named | mates(former) if former else named


def _former(path: Path, data: bytes) -> Path | None:
    """Find the set before one beside it, by its hash; None for the first, or where it is not there."""
    previous = read(data).previous
    return next((one for one in _beside(path) if hashlib.sha256(data_of(one)).hexdigest() == previous), None)


def _in_force(path: Path, data: bytes) -> bool:
    """Say whether a set and all that came before it are in force."""
    former = _former(path, data)
    return counts(data, signatures(path), data_of(former) if former else None) and (
        former is None or _in_force(former, data_of(former))
    )


def _beside(path: Path) -> list[Path]:
    return sorted(one for one in path.parent.glob("*.json") if one.is_file())


def signatures(path: Path) -> list[str]:
    """Return the texts of the signatures beside a key set: `<its name>.<20 digits>.minisig`."""
    return [data_of(one).decode("utf-8", "replace") for one in signed_by(path)]


def signed_by(path: Path) -> list[Path]:
    """Return the files of the signatures beside a key set, sorted."""
    return sorted(one for one in path.parent.glob(f"{glob.escape(path.name)}.*.minisig") if one.is_file())


def signature(path: Path, key: bytes) -> Path:
    """Return where the signature of one of its roots stands."""
    return path.with_name(f"{path.name}.{keys.digits(key).replace(' ', '')}.minisig")


def data_of(path: Path) -> bytes:
    """Return a file's bytes up to the bound. Raises UsageError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise unreadable(path, error) from error
