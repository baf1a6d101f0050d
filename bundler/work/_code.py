"""What results are named by: the function, its input, and all code and data of this package that made them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from itertools import chain
from pathlib import Path

_SUFFIXES = frozenset((".css", ".html", ".js", ".py", ".txt", ".yaml"))
"""Of the files of this package that say something: the others are the sample archive's."""
_LIBRARIES = ("comrak", "pikepdf", "pillow", "pypdfium2", "selectolax", "weasyprint", "zxing-cpp")
"""What shapes results and verdicts beside this package."""


def cache_key(function: Callable[..., object], key: bytes) -> str:
    """Name a result (hex): by the function, by every byte it depends on and by the code of this package."""
    name = f"{function.__module__}.{function.__qualname__}".encode()
    return hashlib.sha256(b"\0".join((code_digest(), name, key))).hexdigest()


@cache
def code_digest() -> bytes:
    """Digest the code and the data files of this package and the versions of the libraries that shape results."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(chain(root.rglob("*"), (root.parent / "assets").rglob("*"))):
        if path.suffix not in _SUFFIXES:
            continue
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name in _LIBRARIES:
        digest.update(f"{name}={_version(name)}".encode())
    return digest.digest()


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 20 ms, only when caching

    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
