"""Files locked with a passphrase: PDF for phones, HTML that opens itself for computers, age for any file.

The one part of sharing that draws lots: equal files locked twice differ in every byte that matters.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Literal

from bundler import store
from bundler.errors import Say, UsageError, VerificationError, say, unreadable
from bundler.share.lock import _age, _box, _page, _pdf, _words

Kind = Literal["pdf", "html", "age"]

MAX_BYTES = 512_000_000
MARK = "-x"
"""What the name of a locked file has more than that of the file in it."""
_SUFFIXES: dict[Kind, tuple[str, ...]] = {"pdf": (".pdf",), "html": (".html", ".htm"), "age": ()}
_QUIET = re.compile(
    rb"""\s*<!doctype html>.{0,4000}?http-equiv="?content-security-policy"?\s+content="default-src 'none'""",
    re.IGNORECASE | re.DOTALL,
)

meant = _words.meant
opener = _page.opener


def passphrase(words: bool = False) -> str:
    """Return a new passphrase: 20 digits in five groups (66 bits), or six English words (77 bits)."""
    return _words.make(words=words)


def refused(kind: Kind, way: str) -> Say | None:
    """Say why a locked file of a kind is not sent by a way; None where nothing speaks against it."""
    if kind == "html" and way == "email":
        return say("mail servers take HTML that opens itself for an attack, and drop it: send a locked PDF")
    return None


def fitting(path: Path) -> Kind:
    """Return the kind of lock that fits a file by its ending: PDF and HTML have their own, age fits all."""
    return next((kind for kind, suffixes in _SUFFIXES.items() if path.suffix.lower() in suffixes), "age")


def lock(path: Path, kind: Kind, passphrase: str, into: Path) -> Path:
    """Write a locked copy of a file into a folder and return where it stands.

    It is called `<stem>-x.pdf` or `-x.html`, with age `<whole name>.age`.

    Raises UsageError for a file that is locked already, of another format, or unreadable, and where the copy exists;
    MissingPartError without age; OutputError. What fails leaves nothing behind.
    """
    made = into / (f"{path.name}.age" if kind == "age" else f"{path.stem}{MARK}.{kind}")
    _refuse_existing(made)
    data = _read(path)
    _refuse(path, data, kind)
    match kind:
        case "pdf":
            locked = _pdf.locked(data, passphrase)
        case "html":
            salt = secrets.token_bytes(_box.SALT_BYTES)
            nonce = secrets.token_bytes(_box.NONCE_BYTES)
            locked = _page.page(_box.closed(data, meant(passphrase), salt=salt, nonce=nonce), salt)
        case "age":
            locked = _age.locked(data, meant(passphrase))
    store.put(made, locked)
    return made


def unlock(path: Path, typed: str, into: Path) -> Path:
    """Write what a locked file holds into a folder, under the name it had, and return where it stands.

    Raises UsageError for a file that is not locked, and where the copy exists; VerificationError for another passphrase
    and for damage; MissingPartError without age; OutputError.
    """
    data, kind = locked_data(path)
    found = _opened(path, data, kind, meant(typed))
    made = into / (path.stem if kind == "age" else path.stem.removesuffix(MARK) + path.suffix)
    _refuse_existing(made)
    store.put(made, found, private=True)
    return made


def locked_data(path: Path) -> tuple[bytes, Kind]:
    """Return the bytes of a locked file, and how it is locked. Raises what `unlock` raises without a passphrase."""
    data = _read(path)
    kind = locked_as(path, data)
    if kind is None:
        raise UsageError(say("{path!r} is not locked", path=str(path)), hint=say("it opens as it is"))
    return data, kind


def locked_as(path: Path, data: bytes) -> Kind | None:
    """Return how a file is locked; None where it is not. Raises VerificationError where it is damaged."""
    try:
        if data.startswith(_age.MARK):
            return "age"
        if data.startswith(b"%PDF-"):
            return "pdf" if _pdf.is_locked(data) else None
        return "html" if _page.box_of(data) else None
    except (ValueError, _box.NotOpenedError) as error:
        raise _said(path, "damaged") from error


def _opened(path: Path, data: bytes, kind: Kind, words: str) -> bytes:
    try:
        match kind:
            case "pdf":
                found = _pdf.unlocked(data, words)
            case "html":
                box = _page.box_of(data)
                found = _box.opened(box, words) if box else None
            case "age":
                found = _age.unlocked(data, words)
    except _box.NotOpenedError as error:
        raise _said(path, error.fault) from error
    except ValueError as error:
        raise _said(path, "damaged") from error
    if found is None:
        raise _said(path, "wrong")
    return found


def _said(path: Path, fault: _box.Fault) -> VerificationError:
    sentence, hint = {
        "damaged": (say("{path!r} was damaged on its way", path=str(path)), say("ask for it once more")),
        "unknown": (
            say("{path!r} was locked by a newer version", path=str(path)), say("open it with that version"),
        ),
        "wrong": (
            say("this passphrase does not open {path!r}", path=str(path)),
            say("compare every group; if it is right, somebody has changed the file"),
        ),
    }[fault]  # fmt: skip
    return VerificationError(sentence, hint=hint)


def _refuse(path: Path, data: bytes, kind: Kind) -> None:
    """Refuse what cannot be locked in this way."""
    if kind != "age" and kind != fitting(path):
        fits = say("lock {kind} files so, and others with age", kind="PDF" if kind == "pdf" else "HTML")
        raise UsageError(say("{path!r} has another format", path=str(path)), hint=fits)
    if locked_as(path, data):
        raise UsageError(say("{path!r} is locked already", path=str(path)), hint=say("pass it on as it is"))
    if kind == "html" and not _QUIET.match(data):
        raise UsageError(
            say("{path!r} is no page of bundler", path=str(path)),
            hint=say("a page that loads things from elsewhere would open broken: lock it with `--for age`"),
        )
    if kind == "pdf" and not data.startswith(b"%PDF-"):
        raise UsageError(say("{path!r} is no PDF", path=str(path)), hint=say("lock it with `--for age`"))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(data) > MAX_BYTES:
        raise UsageError(
            say("{path!r} is larger than {mb} MB", path=str(path), mb=MAX_BYTES // 1_000_000),
            hint=say("build smaller files, or volumes"),
        )
    return data


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise UsageError(say("{path!r} exists already", path=str(path)), hint=say("choose another folder with --to"))
