"""The fonts a PDF is set in: found by file name, checked letter by letter before anything is laid out.

Only families that the theme names are used, so that the same packages make the same pages on every machine.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bundler.model import Family, Theme
from bundler.writers import _harfbuzz

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
"""Where distributions and administrators put fonts; a user's own folder is not looked at."""
_SKIPPED = frozenset(("Cc", "Cf", "Cs", "Zs", "Zl", "Zp"))
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x180B, 0x1810))


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a family: its file, its place in a collection and the SHA-256 of the file."""

    family: str
    bold: bool
    italic: bool
    path: str
    index: int
    digest: str


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces that are installed, in the order of the theme, and the families that are not."""

    faces: tuple[Face, ...]
    absent: tuple[Family, ...] = ()

    @property
    def key(self) -> bytes:
        """Return what the pages depend on: families and files, never where the files lie."""
        parts = (f"{f.family}/{f.bold:d}{f.italic:d}/{f.index}/{f.digest}" for f in self.faces)
        return "\n".join(parts).encode()

    def face(self, family: str, *, bold: bool = False, italic: bool = False) -> Face:
        """Return the face nearest to the wish; KeyError where the family is not installed."""
        found = [face for face in self.faces if face.family == family]
        if not found:
            raise KeyError(family)
        return min(found, key=lambda face: (face.bold != bold, face.italic != italic))

    def first(self, families: Iterable[str], text: str) -> Face:
        """Return the regular face of the first family that has every character of a text, or else of the first one."""
        faces = [self.face(family) for family in families if any(face.family == family for face in self.faces)]
        return next((face for face in faces if {ord(one) for one in text} <= _covered(face)), faces[0])

    def has(self, character: str) -> bool:
        """Say whether some family has a glyph for a character; what is never drawn needs none."""
        return _undrawn(character) or any(ord(character) in _covered(face) for face in self.faces if _plain(face))


def find(families: Iterable[Family], folders: tuple[str, ...] = FOLDERS) -> Fonts:
    """Find the faces of the families below the folders, by file name."""
    files = _files(folders)
    faces, absent = [], []
    for family in families:
        regular = _face(family.name, family.regular, files)
        if regular is None:
            absent.append(family)
            continue
        others = ((family.bold, True, False), (family.italic, False, True))
        more = [_face(family.name, name, files, bold=bold, italic=italic) for name, bold, italic in others if name]
        faces += [regular, *(face for face in more if face)]
    return Fonts(tuple(faces), tuple(absent))


def seen(families: Iterable[Family], folders: tuple[str, ...] = FOLDERS) -> bytes:
    """Name the files of the families by size and time, without reading them: enough to know that none has changed."""
    files = _files(folders)
    said = []
    for family in families:
        for name in (family.regular, family.bold, family.italic):
            if path := files.get(name.partition("#")[0]):
                status = Path(path).stat()
                said.append(f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ino}")
    return "\n".join(said).encode("utf-8", "surrogateescape")


def stack(theme: Theme, language: str) -> tuple[str, ...]:
    """Return the families for a language, best first: its own stack, then every other family of the theme."""
    own = theme.fonts.get(nearest(theme, language), ())
    return tuple(dict.fromkeys((*own, *(family.name for family in theme.families))))


def nearest(theme: Theme, language: str) -> str:
    """Return the tag of the theme's font stack that is nearest to a language: `zh-TW` is near `zh-Hant`."""
    parts = language.lower().replace("_", "-").split("-")
    if parts[0] == "zh":
        if {"hk", "mo"} & set(parts) and "zh-HK" in theme.fonts:
            return "zh-HK"
        return "zh-Hant" if {"hant", "tw", "hk", "mo"} & set(parts) else "zh-Hans"
    known = {tag.lower(): tag for tag in theme.fonts}
    wished = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((known[tag] for tag in wished if tag in known), "en")


def _undrawn(character: str) -> bool:
    return unicodedata.category(character) in _SKIPPED or any(ord(character) in block for block in _SELECTORS)


def _plain(face: Face) -> bool:
    return not face.bold and not face.italic


@cache
def _files(folders: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in folders:
        for parent, inner, names in os.walk(folder):
            inner.sort()
            for name in sorted(names):
                found.setdefault(name, str(Path(parent, name)))
    return found


def _face(family: str, name: str, files: dict[str, str], *, bold: bool = False, italic: bool = False) -> Face | None:
    file, _, index = name.partition("#")
    path = files.get(file)
    return Face(family, bold, italic, path, int(index or 0), _digest(path)) if path else None


@cache
def _digest(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _covered(face: Face) -> frozenset[int]:
    return _harfbuzz.covered(face.path, face.index)
