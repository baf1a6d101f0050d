"""Fonts inside an EPUB for scripts that many reading apps lack, cut to the letters that the book uses.

TrueType, which readers of every age open; in the ZIP file it is hardly larger than WOFF2. Letters are gathered while
the book is written; the same letters, the same font file and the same fontTools make the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from bundler.model import Bundle, Note, Theme
from bundler.writers import _fonts
from bundler.writers._fonts import Face, Fonts

LACKING = ("bo", "dz", "mn-Mong", "my", "ug")
"""Languages whose letters many reading apps lack: Tibetan, Dzongkha, Mongolian script, Burmese, Uyghur."""
_KEPT_NAMES = (0, 1, 2, 4, 6, 13, 14)
"""Copyright, names, licence and where it stands (OpenType, name table); the Open Font License asks for them."""
_TONGUE = re.compile('lang="([A-Za-z0-9-]+)"')
_RULE = """
/* {family}: {licence} */
@font-face {{ font-family: "{family}"; src: url({file}) }}
{places} {{ font-family: "{family}" }}
"""


@dataclass(slots=True)
class Letters:
    """The letters of a book, gathered document by document, and the languages they are in."""

    letters: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)

    def gather(self, document: bytes) -> None:
        """Remember the letters and languages of one document."""
        text = document.decode()
        self.letters.update(text)
        self.languages.update(_TONGUE.findall(text))

    def lacking(self) -> tuple[str, ...]:
        """Return those of LACKING that occur."""
        found = (known for tag in self.languages for known in LACKING if _is(tag, known))
        return tuple(sorted(set(found)))


@dataclass(frozen=True, slots=True)
class Cut:
    """A font for a book: the member's name, its bytes, and what the style sheet says of it."""

    name: str
    data: bytes
    css: str


def cuts(bundle: Bundle, letters: Letters) -> Iterator[Cut | Note]:
    """Yield a font for each family that the book needs, or a Note with the package where it is not installed."""
    wanted: dict[str, list[str]] = {}
    for language in letters.lacking():
        wanted.setdefault(bundle.theme.fonts[_fonts.nearest(bundle.theme, language)][0], []).append(language)
    found = _fonts.find(bundle.theme.families)
    for name, languages in sorted(wanted.items()):
        try:
            face = found.face(name)
        except KeyError:
            package = next((family.package for family in found.absent if family.name == name), "")
            yield Note("font-not-embedded", None, f"{name} ({package})")
        else:
            yield _cut(face, languages, letters.letters)


def _cut(face: Face, languages: list[str], letters: set[str]) -> Cut:
    from fontTools import subset  # noqa: PLC0415 - takes 0.2 s to import, and few books embed fonts
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - the same

    options = subset.Options()
    options.layout_features, options.name_IDs = ["*"], list(_KEPT_NAMES)
    options.hinting, options.notdef_outline = False, True
    font = TTFont(face.path, fontNumber=face.index, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(map(ord, letters)))
    cutter.subset(font)
    data = io.BytesIO()
    font.save(data)
    name = f"fonts/{face.family.lower().replace(' ', '-')}.ttf"
    places = ", ".join(f":lang({language})" for language in languages)
    licence = (font["name"].getDebugName(13) or "").partition(". ")[0].replace("*/", "")
    return Cut(name, data.getvalue(), _RULE.format(family=face.family, licence=licence, file=name, places=places))


def _is(tag: str, language: str) -> bool:
    return tag == language or tag.startswith(f"{language}-")


# -- fonts to draw with ------------------------------------------------------------------------------------------


def installed(theme: Theme) -> Fonts:
    """Return the fonts of the theme that this machine has."""
    return _fonts.find(theme.families)


def drawn_with(theme: Theme, fonts: Fonts, language: str, text: str) -> tuple[str, int] | None:
    """Return the file of the best bold face for a language that has all letters of a text; None where none has."""
    for family in _fonts.stack(theme, language):
        try:
            face = fonts.face(family, bold=True)
        except KeyError:
            continue
        if all(ord(character) in _covered(face.path, face.index) for character in text if not character.isspace()):
            return face.path, face.index
    return None


@cache
def _covered(path: str, index: int) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - takes 0.1 s to import, and plain covers need no font

    return frozenset(TTFont(path, fontNumber=index, lazy=True).getBestCmap())
