"""What others see of one finished file, from the file alone and without a network.

A foreign file may be made to harm who looks into it: a process of its own reads it, under a bound of time and memory.
"""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bundler.errors import UsageError, say, unreadable
from bundler.release import seal
from bundler.release.seal import Seal
from bundler.share.expose._inside import MAX_BYTES, Inside
from bundler.words import fold
from bundler.work import Bound, Work

MAX_WORDS = 10_000
_BOUND = Bound(seconds=120, memory=2_000_000_000)
_HEAD_BYTES = 65_536
_LOCKED = b'id="header">{"format":"locked-html"'
_LOOKERS = {"epub": "_epub", "html": "_page", "markdown": "_text", "pdf": "_pdf", "text": "_text"}
_AGE = b"age-encryption.org/v1\n"


@dataclass(frozen=True, slots=True)
class Exposed:
    """What can be seen of a file.

    `kind` is epub, pdf, html, text, markdown, age or unknown; `locked` how it is locked (html, pdf, age), else empty.
    `said` is metadata, `picture` a PNG of cover or first page, `hosts` and `hits` are counted in all that a platform
    can read, `loads` is what a viewer would open by itself, `taps` counts the links. `marks` tell by what the file is
    known as one of ours: seal, lock, script, styles, names. `broken` names what could not be read.
    """

    name: str
    size: int
    kind: str
    locked: str
    title: str
    said: tuple[tuple[str, str], ...]
    picture: bytes
    characters: int
    hosts: tuple[tuple[str, int], ...]
    hits: tuple[tuple[str, int], ...]
    loads: tuple[str, ...]
    taps: int
    seal: Seal | None
    damaged: bool
    marks: tuple[str, ...]
    broken: tuple[str, ...]


def expose(path: Path, words: tuple[str, ...], *, work: Work) -> Exposed:
    """Look into one file. Raises UsageError where it cannot be read or is too large; a broken one is no error."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            checked = seal.check(file)
            file.seek(0)
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise unreadable(path, error) from error
    if size > MAX_BYTES:
        raise UsageError(
            say("{path!r} is larger than {mb} MB", path=str(path), mb=MAX_BYTES // 1_000_000),
            hint=say("build smaller files, or volumes"),
        )
    job = json.dumps([str(path.absolute()), *_kind(path, head), words])
    found = json.loads(next(work.map(_looked, [job], lost=_lost, within=_BOUND)))
    sealed = ("seal",) if checked.seal else ()
    return Exposed(
        path.name, size, found["kind"], found["locked"], found["title"], tuple((n, v) for n, v in found["said"]),
        base64.b64decode(found["picture"]), found["characters"], tuple(found["hosts"].items()),
        tuple(found["hits"].items()), tuple(dict.fromkeys(found["loads"])), found["taps"], checked.seal,
        checked.fault == "damaged", (*sealed, *dict.fromkeys(found["marks"])), tuple(found["broken"]),
    )  # fmt: skip


def words_in(path: Path) -> tuple[str, ...]:
    """Return the words of a list, one a line. Raises UsageError where it cannot be read, is empty or too long."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            say("{path!r} cannot be read", path=str(path)), hint=say("write one word a line, as UTF-8")
        ) from error
    words = tuple(dict.fromkeys(line.strip() for line in lines if line.strip() and not line.startswith("#")))
    if not 0 < len(words) <= MAX_WORDS:
        raise UsageError(
            say("{path!r} holds {n} words", path=str(path), n=len(words)), hint=say("1 to {most}", most=MAX_WORDS)
        )
    return words


def _kind(path: Path, head: bytes) -> tuple[str, str]:
    """Return what a file is by its first bytes, and how it is locked, as far as they say."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if head.startswith(_AGE):
        return "age", "age"
    if b"%PDF-" in head[:1024]:
        return "pdf", ""
    if head.startswith(b"PK\x03\x04"):
        return "epub", ""
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        return "html", "html" if _LOCKED in head else ""
    if b"\0" in head:
        return "unknown", ""
    return ("markdown" if path.suffix.lower() in (".md", ".markdown") else "text"), ""


def _looked(job: str) -> bytes:
    """Look into a file of a kind and count the words of a list in it; the text itself stays in this process."""
    path, kind, locked, words = json.loads(job)
    inside = Inside(kind, locked)
    looker = _looker(kind)
    if looker:
        try:
            looker(Path(path), inside)
        except Exception as error:  # noqa: BLE001 - parsers fail in many ways on files that are made for it
            inside.lost(type(error).__name__)
    return _packed(inside, words)


def _looker(kind: str) -> Callable[[Path, Inside], None] | None:
    """Import what looks into files of a kind: its libraries take time."""
    name = _LOOKERS.get(kind)
    return importlib.import_module(f"bundler.share.expose.{name}").look if name else None


def _lost(job: str) -> bytes:
    """Stand for a file that took too much time or memory, or killed its process."""
    _, kind, locked, _ = json.loads(job)
    inside = Inside(kind, locked)
    inside.lost("time")
    return _packed(inside, [])


def _packed(inside: Inside, words: list[str]) -> bytes:
    folded = [fold(text) for text in inside.text] if words else []
    counted = {word: sum(text.count(fold(word)) for text in folded) for word in words if fold(word)}
    said: dict[str, Any] = asdict(inside) | {
        "text": "", "picture": base64.b64encode(inside.picture).decode(), "taps": len(inside.taps),
        "loads": inside.loads[:100], "hosts": inside.hosts(), "hits": {word: n for word, n in counted.items() if n},
    }  # fmt: skip
    return json.dumps(said).encode("utf-8", "surrogatepass")
