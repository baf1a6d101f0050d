"""Any file with age (age-encryption.org/v1) and a passphrase; the library is an extra of its own."""

from __future__ import annotations

from typing import Any

from bundler.errors import MissingPartError, say

MARK = b"age-encryption.org/v1\n"


def locked(data: bytes, words: str) -> bytes:
    """Return a file as age encrypts it. Raises MissingPartError where the library is not installed."""
    made: bytes = _library().passphrase.encrypt(data, words)
    return made


def unlocked(data: bytes, words: str) -> bytes | None:
    """Return what was encrypted; None where the passphrase is another one, or a byte was changed.

    Raises MissingPartError where the library is not installed.
    """
    library = _library()
    try:
        made: bytes = library.passphrase.decrypt(data, words)
    except library.DecryptError:
        return None
    return made


def _library() -> Any:
    try:
        import pyrage  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingPartError(
            say("age is not installed"),
            hint=say("`bundler doctor` says how it is installed; PDF and HTML are locked without"),
        ) from error
    return pyrage
