"""Every character that will be printed is asked for before anything is laid out: no box ever stands for a letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from babel.core import get_global
from fontTools.unicodedata import script

from bundler.errors import MissingPartError, say
from bundler.model import Article, ArticleId, Note
from bundler.walk import plain_text
from bundler.writers._fonts import Fonts

_WRITTEN_WITH = {
    "Hans": ("Hani", "Bopo"), "Hant": ("Hani", "Bopo"), "Jpan": ("Hani", "Hira", "Kana"), "Kore": ("Hang", "Hani"),
}  # fmt: skip


@dataclass(slots=True)
class Letters:
    """What the fonts have, asked once a character; `notes` grows with every character that is printed as its code."""

    fonts: Fonts
    language: str
    notes: list[Note] = field(default_factory=list)
    _known: dict[str, bool] = field(default_factory=dict)

    def spell(self, markup: str, articles: Iterable[Article] = ()) -> str:
        """Return the markup with every character that no font has as its code point, `[U+1F525]`, and a Note of each.

        Raises MissingPartError for a letter of the bundle's own script, with its name and the package that has it.
        """
        lost = sorted(one for one in set(markup) if not self._has(one))
        if not lost:
            return markup
        held = tuple((article.entry, article.entry.title + plain_text(article.blocks)) for article in articles)
        for one in lost:
            names: list[ArticleId | None] = [entry.id for entry, text in held if one in text]
            if script(one) in scripts(self.language) and unicodedata.category(one)[0] in "LM":
                raise self._missing(one, names)
            self.notes += [Note("character-missing", name, f"{_code(one)} {_name(one)}") for name in names or [None]]
        return markup.translate({ord(one): f"[{_code(one)}]" for one in lost})

    def _has(self, character: str) -> bool:
        known = self._known.get(character)
        if known is None:
            known = self._known[character] = self.fonts.has(character)
        return known

    def _missing(self, letter: str, names: list[ArticleId | None]) -> MissingPartError:
        packages = [family.package for family in self.fonts.absent if script(letter) in family.scripts]
        message = say(
            "no font here has the letter {letter!r} ({name}, {code}) of {article!r}",
            letter=letter, name=_name(letter), code=_code(letter), article=names[0] if names else "the furniture",
        )  # fmt: skip
        if not packages:
            return MissingPartError(message, hint=say("no known package has it: leave the article out with 'drop'"))
        return MissingPartError(message, hint=say("on Debian: {command}", command=f"apt-get install {packages[0]}"))


def scripts(language: str) -> tuple[str, ...]:
    """Return the scripts a language is written in (ISO 15924), by its tag or else by CLDR's likely subtags."""
    parts = language.replace("_", "-").split("-")
    named = next((part.title() for part in parts[1:] if len(part) == 4 and part.isalpha()), "")  # noqa: PLR2004 - ISO 15924
    likely = get_global("likely_subtags").get(parts[0], "und_Latn_XX").split("_")
    found = named or next((part for part in likely[1:] if len(part) == 4), "Latn")  # noqa: PLR2004 - ISO 15924
    return _WRITTEN_WITH.get(found, (found,))


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def _name(character: str) -> str:
    return unicodedata.name(character, "unnamed")
