"""What can be said of files that were found: same people, another key, damaged, … never a bare "genuine".

Specified in docs/manifest-format.md, 4. Nothing is remembered here (`memory` does, when asked), and nothing is fetched.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import io
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from bundler import merkle
from bundler.errors import UsageError, VerificationError, say, unreadable
from bundler.release import canonical, keys, manifest, minisign, seal
from bundler.release.keyset import KeySet
from bundler.release.manifest import Manifest
from bundler.release.seal import Role, Seal

Verdict = Literal[
    "same", "successor", "team", "sealed", "other-key", "stopped", "older", "no-seal", "damaged", "incomplete"
]
GOOD: frozenset[Verdict] = frozenset(("same", "successor", "team", "sealed"))
_MAX_ARTICLES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Sealer:
    """Who made something, and where it stands in the order of editions."""

    bundle: str
    number: int
    key: bytes
    next: bytes
    role: Role


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader trusts already: an older file's sealer, a key or its 20 digits, keys that are stopped.

    `known` is what is remembered of each bundle, and counts where nothing else is named; `cards` are those that their
    own keys signed: they say which key follows which; `team` is a key set that must name the key, `mates` are the keys
    that it or a set before it names.
    """

    like: Sealer | None = None
    key: str = ""
    stopped: frozenset[bytes] = frozenset()
    cards: tuple[keys.Card, ...] = ()
    known: Mapping[str, Sealer] = field(default_factory=dict)
    team: KeySet | None = None
    mates: frozenset[bytes] = frozenset()

    def anchor(self, bundle: str) -> Sealer | None:
        """Return whom a sealer is compared with."""
        return self.like or (None if self.key else self.known.get(bundle))


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said of one file or folder; `detail` names what is damaged or missing, `unsigned` what nobody signed.

    `before` is the role that the same key had in what the reader trusts, where it was another.
    """

    name: str
    verdict: Verdict
    sealer: Sealer | None = None
    edition: str = ""
    detail: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()
    place: tuple[int, int] = (1, 1)
    expires: str = ""
    files: int = field(default=1)
    before: Role | None = None
    team: Literal["", "named", "not-named"] = ""

    @property
    def good(self) -> bool:
        """Say whether nothing speaks against it."""
        return self.verdict in GOOD and self.team != "not-named"


def file(path: Path, trust: Trust) -> Finding:
    """Check a lone file by its seal. Raises UsageError where it cannot be read."""
    found = _check(path)
    if found.seal is None:
        return Finding(path.name, found.fault or "damaged")
    sealed, who = found.seal, sealer(found.seal)
    return Finding(
        path.name, judge(who, trust), who, sealed.edition, place=(sealed.volume, sealed.volumes),
        before=_before(who, trust), team=_team(who, sealed.edition, trust),
    )  # fmt: skip


def older(path: Path) -> Sealer:
    """Return who sealed the file that a reader trusts.

    Raises UsageError where it cannot be read or has no seal, VerificationError where it is damaged.
    """
    found = _check(path)
    if found.seal is not None:
        return sealer(found.seal)
    if found.fault == "no-seal":
        raise UsageError(
            say("the older file {path!r} has no seal", path=str(path)), hint=say("take one that verifies by itself")
        )
    raise VerificationError(say("the older file {path!r} is damaged", path=str(path)), hint=say("take another one"))


def judge(who: Sealer, trust: Trust) -> Verdict:
    """Say what a sealer is to a reader who trusts what he trusts."""
    if who.key in trust.stopped:
        return "stopped"
    like = trust.anchor(who.bundle)
    if like is not None:
        if who.key != like.key:
            return _other(who.key, like, trust)
        return "older" if who.bundle == like.bundle and who.number < like.number else "same"
    if trust.key:
        wanted = "".join(trust.key.split()).lower()
        return "same" if wanted in (who.key.hex(), keys.digits(who.key).replace(" ", "")) else "other-key"
    return "sealed"


def _other(key: bytes, like: Sealer, trust: Trust) -> Verdict:
    """Say what a key is to a reader who trusts a file of another key."""
    if _follows(key, like.next, trust):
        return "successor"
    return "team" if {key, like.key} <= trust.mates and like.key not in trust.stopped else "other-key"


def _before(who: Sealer, trust: Trust) -> Role | None:
    like = trust.anchor(who.bundle)
    return like.role if like and like.key == who.key and like.role != who.role else None


def _team(who: Sealer, edition: str, trust: Trust) -> Literal["", "named", "not-named"]:
    """Say whether the key set names a key with its role for an edition's date."""
    if trust.team is None:
        return ""
    try:
        named = trust.team.named(who.key, dt.date.fromisoformat(edition[:10]))
    except ValueError:
        return "not-named"
    return "named" if named and named.role == who.role else "not-named"


def _follows(key: bytes, announced: bytes, trust: Trust) -> bool:
    """Say whether a key is the announced one, or comes after it by a chain of cards in which no key is stopped.

    Only forward: that an older key named a newer one proves nothing about the older, since anyone can name any key.
    """
    known = {keys.announced(card.key): card for card in trust.cards if card.key not in trust.stopped}
    seen: set[bytes] = set()
    while keys.announced(key) != announced:
        if announced in seen or announced not in known:
            return False
        seen.add(announced)
        announced = known[announced].next
    return True


def sealer(made: Seal | Manifest) -> Sealer:
    """Return who made a seal or a manifest."""
    return Sealer(made.bundle, made.number, made.key, made.next, made.role)


def folder(path: Path, trust: Trust) -> Finding:
    """Check an edition's folder by its manifest: signature, every file, every article, nothing missing.

    Raises UsageError where there is no manifest, or something that is there cannot be read.
    """
    data = _read(path / manifest.NAME, manifest.MAX_BYTES)
    try:
        listed = manifest.read(data)
    except ValueError:
        return Finding(path.name, "damaged", detail=(manifest.NAME,))
    if not _is_signed(path / manifest.SIGNATURE, data, listed):
        return Finding(path.name, "damaged", detail=(manifest.SIGNATURE,))
    who = sealer(listed)
    missing = tuple(name for name in _names(listed) if not (path / name).is_file())
    changed = tuple(_changed(path, listed, frozenset(missing)))
    verdict: Verdict = "damaged" if changed else "incomplete" if missing else judge(who, trust)
    known = {manifest.NAME, manifest.SIGNATURE, *_names(listed)}
    unsigned = tuple(sorted(one.name for one in path.iterdir() if one.name not in known))
    return Finding(
        path.name, verdict, who, listed.edition, changed or missing, unsigned, expires=listed.expires.isoformat(),
        files=len(listed.files), before=_before(who, trust),
        team=_team(who, listed.edition, trust),
    )  # fmt: skip


def _is_signed(path: Path, data: bytes, listed: Manifest) -> bool:
    """Say whether a manifest's signature is there, holds, and is made for this edition."""
    try:
        text = _read(path, manifest.MAX_BYTES).decode()
        comment = minisign.read_signature(text).comment
    except (ValueError, UsageError):
        return False
    return comment == listed.comment and minisign.holds(text, data, minisign.named(listed.key))


def _names(listed: Manifest) -> tuple[str, ...]:
    return (*(one.name for one in listed.files), listed.articles.name)


def _changed(path: Path, listed: Manifest, missing: frozenset[str]) -> Iterator[str]:
    """Yield the names of files that are not what the manifest says, or are sealed as something else."""
    for one in listed.files:
        if one.name not in missing and not _is(path / one.name, listed, one):
            yield one.name
    if listed.articles.name not in missing and not _lists(path / listed.articles.name, listed):
        yield listed.articles.name


def _is(path: Path, listed: Manifest, wanted: manifest.File) -> bool:
    if path.stat().st_size != wanted.bytes:
        return False
    data = with_salt(_read(path, wanted.bytes), seal.SALTS[0])
    if hashlib.sha256(data).hexdigest() != wanted.sha256 or hashlib.sha512(data).hexdigest() != wanted.sha512:
        return False
    if wanted.format not in seal.FRAMES:
        return True
    found = seal.check(io.BytesIO(data)).seal
    return found is not None and (
        sealer(found) == sealer(listed)
        and (found.edition, found.content, found.format) == (listed.edition, listed.content, wanted.format)
        and (found.volume, found.volumes) == (wanted.volume, wanted.volumes)
    )


def with_salt(data: bytes, salt: str) -> bytes:
    """Return a sealed file with another of the sixteen salts: other bytes, the same signature; others as they are."""
    marks = b" salt:", b" signature:"
    at = data.rfind(marks[0], max(0, len(data) - seal.MAX_BYTES)) + len(marks[0])
    sealed = at >= len(marks[0]) and data[at + 1 : at + 1 + len(marks[1])] == marks[1]
    return data[:at] + salt.encode("ascii") + data[at + 1 :] if sealed and data[at : at + 1] in _SALTS else data


_SALTS = {one.encode("ascii") for one in seal.SALTS}


def _lists(path: Path, listed: Manifest) -> bool:
    """Say whether the list of articles is the signed one, and makes the signed tree hash."""
    data = _read(path, _MAX_ARTICLES)
    if hashlib.sha256(data).hexdigest() != listed.articles.sha256:
        return False
    try:
        articles = canonical.read(data)["articles"]
        leaves = [keys.hashed(one["content"]) for one in articles]
    except (KeyError, TypeError, ValueError):
        return False
    return len(leaves) == listed.articles.count and merkle.root(leaves) == listed.content


def _check(path: Path) -> seal.Checked:
    try:
        with _opened(path) as opened:
            return seal.check(opened)
    except OSError as error:
        raise unreadable(path, error) from error


def _read(path: Path, most: int) -> bytes:
    try:
        with _opened(path) as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise unreadable(path, error) from error


def _opened(path: Path) -> BinaryIO:
    """Open a file; a pipe, on which opening would wait for ever, and a device are none. Raises OSError."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    return path.open("rb")
