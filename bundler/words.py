"""How words are compared: one folded form for all the ways to write a text, and words found in it.

The folded form is NFKC without case, Traditional characters as Simplified ones, digits of every script as 0 to 9, and
nothing that only joins or adorns letters (zero-width characters, tatweel, Arabic vowel signs). Scripts that are
written without spaces are searched as substrings, all others as whole words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c"
    "\u3041-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese and Khmer, kana, bopomofo and Han: no spaces between words."""

_WITHOUT_SPACES = re.compile(f"[{_SPACELESS}]")
_SPACE_INSIDE = re.compile(f"(?<=[{_SPACELESS}]) (?=[{_SPACELESS}])")
_HAN = re.compile("[\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_POINTS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SAME = {"ي": "ی", "ى": "ی", "ك": "ک", "ё": "е"}
"""Letters that are typed one for the other: Arabic keyboards in Persian texts, е for ё in Russian ones."""

_letters: dict[int, str] = {}


def fold(text: str) -> str:
    """Return the form in which a text is compared; white space becomes one space, and none stays inside Han text."""
    return _spaced(_plain(text))


def fold_lines(text: str) -> str:
    """Fold a text line by line, so that no word is found across two lines."""
    return "\n".join(map(_spaced, _plain(text).split("\n")))


def _plain(text: str) -> str:
    """Return a text with one letter for all ways to write it; no character moves over a line end (UAX 15)."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    for code in set(map(ord, plain)) - _letters.keys():
        _letters[code] = _folded(chr(code))
    return plain.translate(_letters)


def _spaced(plain: str) -> str:
    joined = " ".join(plain.split())
    return _SPACE_INSIDE.sub("", joined) if " " in joined else joined


def _folded(character: str) -> str:
    if unicodedata.category(character) == "Cf" or _POINTS.match(character):
        return ""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return _simplified(character) if _HAN.match(character) else _SAME.get(character, character)


def _simplified(character: str) -> str:
    """Return the Simplified form of one character: alone, so that a word folds like the text that holds it."""
    return str(_converter().convert(character))


@cache
def variants() -> dict[str, tuple[str, ...]]:
    """Return the characters of the Basic Multilingual Plane that are one when compared: the Simplified one by all."""
    codes = (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))
    simple = str(_converter().convert("\n".join(map(chr, codes)))).split("\n")
    groups: dict[str, list[str]] = {}
    for code, one in zip(codes, simple, strict=True):
        if one != chr(code) and len(one) == 1 and one <= "\uffff":
            groups.setdefault(one, [one]).append(chr(code))
    return {character: tuple(group) for group in groups.values() for character in group}


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 — 30 ms, and only words in Han characters need it

    return OpenCC("t2s")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase to look for in folded text.

    `needle` stands in every text that holds the word; where `pattern` is None, that decides.
    """

    needle: str
    pattern: re.Pattern[str] | None = None


@cache
def word(text: str) -> Word:
    """Make a word to look for: a substring if it holds a script without spaces, else whole words, one after another."""
    folded = fold(text)
    if not folded or _WITHOUT_SPACES.search(folded):
        return Word(folded)
    pieces = folded.split(" ")
    return Word(max(pieces, key=len), re.compile(r"[^\w\n]+".join(map(re.escape, pieces))))


def stands(sought: Word, folded: str) -> bool:
    """Say whether a word stands in a folded text. A word of nothing but ignored characters stands nowhere."""
    if not sought.needle or sought.needle not in folded:
        return False
    if sought.pattern is None:
        return True
    found = sought.pattern.search(folded)
    while found is not None:
        if _ends(folded, found.start()) and _ends(folded, found.end()):
            return True
        found = sought.pattern.search(folded, found.start() + 1)
    return False


def _ends(text: str, at: int) -> bool:
    """Say whether a word can end before this character: letters, marks and digits of one script hold together."""
    return at in (0, len(text)) or not (_inner(text[at - 1]) and _inner(text[at]))


def _inner(character: str) -> bool:
    if _WITHOUT_SPACES.match(character):
        return False
    return character == "_" or unicodedata.category(character)[0] in "LMN"


# -- where a word stands in a text ---------------------------------------------------------------------------------


def spots(sought: str, text: str) -> tuple[tuple[int, int], ...]:
    """Return where in a text (from, to) a word stands, compared folded and without regard to white space.

    It is found inside longer words too, and each spot ends with the marks and invisible characters on its last letter.
    """
    needle = _compact(sought)
    if not needle:
        return ()
    starts: list[int] = []
    pieces: list[str] = []
    for start, cluster in _clusters(text):
        piece = _compact(cluster)
        pieces.append(piece)
        starts += [start] * len(piece)
    folded = "".join(pieces)
    ends = {start: start + len(cluster) for start, cluster in _clusters(text)} if needle in folded else {}
    found = []
    at = folded.find(needle)
    while at >= 0:
        found.append((starts[at], ends[starts[at + len(needle) - 1]]))
        at = folded.find(needle, at + 1)
    return tuple(found)


@lru_cache(maxsize=8192)
def _compact(text: str) -> str:
    return fold(text).replace(" ", "")


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Yield every character with the marks and invisible characters that stand on it, and where it begins."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or unicodedata.category(text[at]) not in ("Mn", "Me", "Cf"):
            yield start, text[start:at]
            start = at
