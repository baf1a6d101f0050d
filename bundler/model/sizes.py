"""Size classes: what one file has at most, so that it fits a kind of channel."""

from __future__ import annotations

from typing import Literal

SizeClass = Literal["nano", "lite", "std", "full", "usb"]

CLASSES: dict[SizeClass, int] = {
    "nano": 300_000,
    "lite": 7_000_000,
    "std": 17_000_000,
    "full": 95_000_000,
    "usb": 4_294_967_295,
}
"""Bytes of a file by class, the smallest first: text over slow links; e-mail and Session; Gmail; Signal, WeChat and
Messenger; a stick formatted as FAT32."""

ANYONE: SizeClass = "lite"
"""The class whose files fit every channel."""


def size_class(count: int) -> SizeClass:
    """Return the smallest size class that a file of so many bytes fits; `usb` for one that fits none."""
    return next((name for name, most in CLASSES.items() if count <= most), "usb")
