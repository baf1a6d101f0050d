"""Keys and what they say of themselves: digits, cards, stop cards (docs/manifest-format.md, 2)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from bundler.release import canonical, ed25519
from bundler.release.seal import Role

DIGITS = 20
"""66 bits: enough that nobody finds another key with the same digits."""
_STOP = re.compile(r"bundler-stop/1 ([0-9a-f]{64}) ([0-9a-f]{128})", re.ASCII)
_STOP_DOMAIN = b"bundler stop 1\n"


@dataclass(frozen=True, slots=True)
class Card:
    """What a key says of itself: its role, and the hash of the key that will follow it (32 bytes)."""

    key: bytes
    role: Role
    next: bytes


def digits(key: bytes) -> str:
    """Return a key's name: 20 decimal digits in five groups, to be compared, dictated and printed."""
    number = int.from_bytes(hashlib.sha256(key).digest(), "big") % 10**DIGITS
    text = f"{number:0{DIGITS}d}"
    return " ".join(text[at : at + 4] for at in range(0, DIGITS, 4))


def announced(key: bytes) -> bytes:
    """Return the hash (32 bytes) by which a key is announced before it is used."""
    return hashlib.sha256(key).digest()


def card(key: bytes, role: Role, following: bytes) -> bytes:
    """Return a key's card as canonical JSON; `following` is the public key that will come after it."""
    return canonical.write(
        {"format": "bundler-key", "version": 1, "key": key.hex(), "role": role, "next": announced(following).hex()}
    )


def read_card(data: bytes) -> Card:
    """Read a key's card, whose signature is checked apart. Raises ValueError for anything else."""
    value = canonical.read(data)
    if not isinstance(value, dict) or value.get("format") != "bundler-key" or repr(value.get("version")) != "1":
        message = "no card of a key"
        raise ValueError(message)
    role = value.get("role")
    if role not in ("editor", "robot"):
        message = f"unknown role {role!r}"
        raise ValueError(message)
    return Card(hashed(value.get("key")), role, hashed(value.get("next")))


def hashed(value: object) -> bytes:
    """Return the 32 bytes that 64 small hexadecimal digits say. Raises ValueError for anything else."""
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value, re.ASCII):
        message = "no hash"
        raise ValueError(message)
    return bytes.fromhex(value)


def stop_card(seed: bytes) -> str:
    """Return the line that ends a key: signed in advance, kept by a friend."""
    key = ed25519.public(seed)
    return f"bundler-stop/1 {key.hex()} {ed25519.sign(seed, _STOP_DOMAIN + key).hex()}"


def stopped(text: str) -> bytes | None:
    """Return the key that a stop card ends, however it is cased; None where it is none, or signed wrongly."""
    found = _STOP.fullmatch(text.strip().lower())
    if found is None:
        return None
    key, signature = (bytes.fromhex(part) for part in found.groups())
    return key if ed25519.holds(key, signature, _STOP_DOMAIN + key) else None
