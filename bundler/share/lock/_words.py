"""Passphrases: made by the tool, and understood as people type them (docs/locked-format.md, 1)."""

from __future__ import annotations

import re
import secrets
from functools import cache

from bundler.release import passphrase as digits
from bundler.theme import assets

WORDS = 6
"""Of 7,776: 77 bits; 20 digits are 66."""
_ZEROS = (0x30, 0x660, 0x6F0, 0x966, 0xF20, 0x1040, 0xFF10)
"""The digit zero of the scripts that people type digits in; nine more follow each."""
_DIGITS = {zero + value: str(value) for zero in _ZEROS for value in range(10)}
_SPACES = re.compile("[\t\n\r \u00a0\u2000-\u200b\u202f\u3000]+")
_HYPHENS = re.compile("[-\u2010-\u2015\u2212]")
_CAPITALS = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}


def make(*, words: bool) -> str:
    """Return a new passphrase: 20 digits in five groups, or six English words."""
    return " ".join(secrets.choice(_list()) for _ in range(WORDS)) if words else digits.make()


def meant(typed: str) -> str:
    """Return what a typed passphrase means: digits without their groups, words in small letters, one space between."""
    words = [word for word in _SPACES.split(typed) if word]
    joined = _HYPHENS.sub("", "".join(words)).translate(_DIGITS)
    return joined if joined.isascii() and joined.isdecimal() else " ".join(words).translate(_CAPITALS)


@cache
def _list() -> tuple[str, ...]:
    lines = (assets() / "lock" / "words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if not line.startswith("#"))
