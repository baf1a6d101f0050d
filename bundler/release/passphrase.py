"""Passphrases are made by the tool: 20 digits in five groups, which every keyboard of the world can type."""

from __future__ import annotations

import secrets

from bundler.release.keys import DIGITS


def make() -> str:
    """Return a new passphrase of 66 random bits: five groups of four digits."""
    text = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    return " ".join(text[at : at + 4] for at in range(0, DIGITS, 4))


def typed(text: str) -> bytes:
    """Return what a typed passphrase means: without the spaces and hyphens between its groups, digits made Latin."""
    joined = "".join(text.replace("-", " ").split()) if _is_digits(text) else text.strip()
    return "".join(str(int(one)) if one.isdecimal() else one for one in joined).encode()


def _is_digits(text: str) -> bool:
    return all(one.isdecimal() or one in "- " or one.isspace() for one in text)
