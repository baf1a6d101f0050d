"""The message that travels beside the files: a few lines for each kind of device, to be pasted into a chat."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from bundler.furniture import choice, count, day, size, speaker, text
from bundler.model import App, Phone, Strings

MAX_CHARACTERS = 1024
"""The longest caption of a file in a chat app; every message fits, whatever the language and the formats."""
MAX_LINE = 160
"""Characters of a title in its first line: what is longer is cut."""
BEST: dict[Phone, tuple[str, ...]] = {
    "android": ("epub", "pdf", "html", "text"),
    "iphone": ("pdf", "epub", "text", "html"),
    "old": ("text", "pdf", "html", "epub"),
    "computer": ("html", "pdf", "epub", "text"),
}
"""The formats that a kind of device opens best, first the best. An iPhone shows a PDF without any app."""
_HAN = "[\u4e00-\u9fff]"
NAMED = 3
"""So many apps are named in a line: more would not be read."""


@dataclass(frozen=True, slots=True)
class File:
    """One finished file: its format, its name and its size, as people say it; the first of several `volumes`."""

    format: str
    name: str
    size: str
    volumes: int = 1
    last: str = ""


def message(strings: Strings, files: Iterable[File], apps: Sequence[App], *, topic: str, edition: dt.date) -> str:
    """Write the message for every kind of device; without a `topic` nothing says what the file is about."""
    kept, parts = tuple(files), []
    head = f"{topic[:MAX_LINE]} · {day(strings, edition)} · " if topic else ""
    for phone in get_args(Phone):
        if file := _best(phone, kept):
            said = "\n".join(lines(strings, file, phone, apps, head=head))
            parts.append(f"[{text(strings, FOR[phone])}]\n{said}\n")
    return "\n".join(parts)


FOR: dict[Phone, str] = {
    "android": "for_android", "iphone": "for_iphone", "old": "for_old", "computer": "for_computer",
}  # fmt: skip
"""The sentence that names a kind of device."""


def lines(strings: Strings, file: File, phone: Phone, apps: Sequence[App], *, head: str = "") -> tuple[str, ...]:
    """Return four or five lines: which file, what it is, how it opens and with what, with what not, how to pass it on.

    `head` stands before the file's name.
    """
    there = [app for app in apps if phone in app.phones]
    good = [app for app in there if app.reads == "offline" and file.format in app.formats]
    bad = [app for app in there if app.reads == "uploads" and file.format in app.formats]
    how = text(strings, f"send_{file.format}")
    names = f"{file.name} … {file.last}" if file.last else file.name
    return (
        f"{head}{names}",
        text(strings, "send_what", size=size(speaker(strings, "send_what"), file.size)),
        *((count(strings, "send_volumes", file.volumes),) if file.volumes > 1 else ()),
        _joined(how, _naming(strings, "send_with", good)) if good else how,
        *((_naming(strings, "send_not", bad),) if bad else ()),
        text(strings, "send_pass_on"),
    )


def _best(phone: Phone, files: Sequence[File]) -> File | None:
    """Return the first file of the format that this kind of device opens best."""
    found = (file for name in BEST[phone] for file in files if file.format == name)
    return next(found, None)


def _naming(strings: Strings, key: str, apps: Iterable[App]) -> str:
    """Say a sentence that names apps, those first of which the source says so itself.

    Their Chinese names are Simplified, so Traditional sentences have the others, which are in use there too.
    """
    language = speaker(strings, key)
    ordered = sorted(apps, key=lambda app: not app.confirmed)[:NAMED]
    names = [app.chinese if app.chinese and language == "zh-Hans" else app.name for app in ordered]
    return _apart(text(strings, key, apps=choice(language, names)), names)


def _apart(said: str, names: Iterable[str]) -> str:
    """Put a space between Han characters and a name that begins or ends with a Latin letter or digit."""
    for name in names:
        whole = re.escape(name)
        before = rf"(?<={_HAN})(?={whole})" if name[:1].isascii() else r"(?!)"
        behind = rf"(?<={whole})(?={_HAN})" if name[-1:].isascii() else r"(?!)"
        said = re.sub(f"{before}|{behind}", " ", said)
    return said


def _joined(one: str, other: str) -> str:
    """Put two sentences on one line: after a full-width stop no space is needed."""
    return one + other if one.endswith("。") else f"{one} {other}"
