"""Values of a PDF as bytes, each as short as it can be said (ISO 32000-1, section 7.3)."""

from __future__ import annotations

import re

_UNSAFE = re.compile(rb"[()\\\r]")
"""What a literal string cannot hold as it is (section 7.3.4.2)."""
_CONTROL = re.compile(rb"[\x00-\x1f()\\]")
_PRINTED = re.compile(r"[ -~]*")


def number(value: float, digits: int = 2) -> bytes:
    """Write a number with at most so many digits after the point."""
    said = f"{value:.{digits}f}"
    if "." in said:
        said = said.rstrip("0").rstrip(".")
    sign, said = ("-", said[1:]) if said[0] == "-" else ("", said)
    said = said.removeprefix("0") if len(said) > 1 else said
    return (sign + said).encode() if said != "0" else b"0"


def numbers(values: tuple[float, ...] | list[float], digits: int = 2) -> bytes:
    """Write numbers one after the other."""
    return b" ".join(number(value, digits) for value in values)


def glyphs(data: bytes) -> bytes:
    """Write bytes as a literal string inside a content stream."""
    return b"(" + _UNSAFE.sub(lambda found: b"\\r" if found[0] == b"\r" else b"\\" + found[0], data) + b")"


def text(value: str) -> bytes:
    """Write a text string (section 7.9.2.2) in which no byte below a space stands."""
    data = value.encode("ascii") if _PRINTED.fullmatch(value) else b"\xfe\xff" + value.encode("utf-16-be", "replace")
    return b"(" + _CONTROL.sub(_escaped, data) + b")"


def reference(place: int) -> bytes:
    """Write a reference to an object."""
    return b"%d 0 R" % place


def array(values: list[bytes] | tuple[bytes, ...]) -> bytes:
    """Write an array."""
    return b"[" + b" ".join(values) + b"]"


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"\\" + found[0] if found[0] in b"()\\" else b"\\%03o" % found[0][0]
