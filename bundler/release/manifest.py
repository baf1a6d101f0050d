"""The signed list of an edition's files and the digest of its articles (docs/manifest-format.md, 3.3)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bundler.release import canonical
from bundler.release.keys import hashed
from bundler.release.seal import Role

NAME = "manifest.json"
SIGNATURE = "manifest.json.minisig"
MAX_BYTES = 64 * 1024
EDITION = re.compile(r"(\d{4}-\d\d-\d\d)([b-z]?)", re.ASCII)
_BUNDLE = re.compile(r"[a-z0-9-]{1,8}", re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9-]{1,20}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class File:
    """One file of an edition; `size` is its size class, `sha256` and `sha512` are hexadecimal, `rest` is unknown."""

    name: str
    format: str
    language: str
    size: str
    volume: int
    volumes: int
    bytes: int
    sha256: str
    sha512: str
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Articles:
    """The list of an edition's articles: how many, and the file that names them."""

    count: int
    name: str
    bytes: int
    sha256: str
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an edition is made of.

    `title` is what may be shown before a file is opened, empty where the recipe says `outside: plain`; `rest` holds the
    fields of a later version, kept when it is written again.
    """

    bundle: str
    edition: str
    number: int
    expires: dt.date
    previous: str | None
    key: bytes
    role: Role
    next: bytes
    content: bytes
    articles: Articles
    files: tuple[File, ...]
    language: str
    title: str = ""
    keyset: str | None = None
    provenance: Mapping[str, Any] | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def date(self) -> dt.date:
        """Return the edition's date."""
        return dt.date.fromisoformat(self.edition[:10])

    @property
    def comment(self) -> str:
        """Return the trusted comment of the manifest's signature."""
        return f"bundler {self.bundle} {self.edition} number {self.number}"


def write(manifest: Manifest) -> bytes:
    """Return a manifest as canonical JSON. Raises ValueError for one that is larger than 64 KB."""
    value: dict[str, Any] = {
        **manifest.rest,
        "format": "bundler-manifest", "version": 1,
        "bundle": manifest.bundle, "edition": manifest.edition, "number": manifest.number,
        "expires": manifest.expires.isoformat(), "previous": manifest.previous,
        "key": manifest.key.hex(), "role": manifest.role, "next": manifest.next.hex(), "keyset": manifest.keyset,
        "content": manifest.content.hex(), "articles": _plain(manifest.articles),
        "files": [_plain(one) for one in manifest.files], "language": manifest.language, "title": manifest.title,
    }  # fmt: skip
    if manifest.provenance is not None:
        value["provenance"] = dict(manifest.provenance)
    data = canonical.write(value)
    if len(data) > MAX_BYTES:
        message = f"the manifest has {len(data)} bytes, at most {MAX_BYTES}"
        raise ValueError(message)
    return data


def read(data: bytes) -> Manifest:
    """Read a manifest, whose signature is checked apart. Raises ValueError for anything that is not exactly one."""
    if len(data) > MAX_BYTES:
        message = "too large"
        raise ValueError(message)
    value = canonical.read(data)
    try:
        return _manifest(value)
    except (KeyError, TypeError) as error:
        message = f"a field is missing or of another kind: {error}"
        raise ValueError(message) from error


def _manifest(value: Any) -> Manifest:
    _demand(isinstance(value, dict) and isinstance(value.get("provenance", {}), dict), "the object, or provenance")
    rest = dict(value)
    _demand(rest.pop("format") == "bundler-manifest" and _count(rest.pop("version"), 1) == 1, "format or version")
    edition, previous, keyset = rest.pop("edition"), rest.pop("previous"), rest.pop("keyset")
    role, files, title = rest.pop("role"), rest.pop("files"), rest.pop("title")
    _demand(isinstance(title, str) and title.isprintable(), "title")
    _demand(
        EDITION.fullmatch(edition) and role in ("editor", "robot") and isinstance(files, list), "edition, role, files"
    )
    _day(edition[:10])
    return Manifest(
        bundle=_text(rest.pop("bundle"), _BUNDLE), edition=edition, number=_count(rest.pop("number"), 1),
        expires=_day(rest.pop("expires")),
        previous=None if previous is None else hashed(previous).hex(),
        key=hashed(rest.pop("key")), role=role, next=hashed(rest.pop("next")), content=hashed(rest.pop("content")),
        articles=_articles(rest.pop("articles")), files=tuple(map(_file, files)),
        language=_text(rest.pop("language"), _WORD), title=title,
        keyset=None if keyset is None else hashed(keyset).hex(), provenance=rest.pop("provenance", None), rest=rest,
    )  # fmt: skip


def _articles(value: Mapping[str, Any]) -> Articles:
    return Articles(
        count=_count(value["count"], 0), name=_text(value["name"], _NAME), bytes=_count(value["bytes"], 0),
        sha256=hashed(value["sha256"]).hex(), rest=_unknown(value, Articles),
    )  # fmt: skip


def _file(value: Mapping[str, Any]) -> File:
    volume, volumes, sha512 = _count(value["volume"], 1), _count(value["volumes"], 1), value["sha512"]
    _demand(volume <= volumes and re.fullmatch("[0-9a-f]{128}", sha512, re.ASCII), "volume or sha512")
    return File(
        name=_text(value["name"], _NAME), format=_text(value["format"], _WORD),
        language=_text(value["language"], _WORD), size=_text(value["size"], _WORD), volume=volume, volumes=volumes,
        bytes=_count(value["bytes"], 0), sha256=hashed(value["sha256"]).hex(), sha512=sha512,
        rest=_unknown(value, File),
    )  # fmt: skip


def _unknown(value: Mapping[str, Any], kind: type[Articles | File]) -> dict[str, Any]:
    known = {*kind.__slots__} - {"rest"}
    return {name: inner for name, inner in value.items() if name not in known}


def _day(value: str) -> dt.date:
    """Read a date in the one form that is written: Python takes others of ISO 8601 too."""
    day = dt.date.fromisoformat(value)
    _demand(day.isoformat() == value, repr(value))
    return day


def _text(value: Any, pattern: re.Pattern[str]) -> str:
    _demand(pattern.fullmatch(value), repr(value))
    return str(value)


def _count(value: Any, least: int) -> int:
    _demand(isinstance(value, int) and not isinstance(value, bool) and value >= least, repr(value))
    return int(value)


def _demand(kept: object, what: str) -> None:
    if not kept:
        message = f"not as it must be: {what}"
        raise ValueError(message)


def _plain(value: File | Articles) -> dict[str, Any]:
    return {**value.rest, **{name: getattr(value, name) for name in value.__slots__ if name != "rest"}}


def digest(data: bytes) -> str:
    """Return the hash (hex) by which the next manifest names this one."""
    return hashlib.sha256(data).hexdigest()
