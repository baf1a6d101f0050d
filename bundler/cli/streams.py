"""Where words go: whole streams, also where a scheduler closed them, and no loss that nobody hears of."""

from __future__ import annotations

import errno
import io
import os
import sys

from bundler.errors import OutputError, reason, say

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO))
_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def prepare() -> None:
    """Make the three streams usable, whoever started this process.

    One that is closed reads and writes nothing; its number is taken, so that no file of ours gets it, and with it what
    is printed. Pipes and files are UTF-8 in every locale; what a terminal cannot show is escaped.
    """
    for number, (name, mode) in enumerate(_STREAMS):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # takes the lowest number that is free: this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - lives as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def flush() -> None:
    """Write what was printed and is not written yet. Raises OutputError where it cannot be, BrokenPipeError."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise lost(error) from error


def is_lost(error: Exception) -> bool:
    """Say whether an error is of a place that takes no more bytes, and not of a file that has a name."""
    return isinstance(error, OSError) and error.errno in _FULL and error.filename is None


def lost(error: OSError) -> OutputError:
    """Give up what was to be printed, and return what there is to say of it."""
    mute()
    return OutputError(
        say("the output cannot be written: {reason}", reason=reason(error)),
        hint=say("free some space, or print to another place"),
    )


def mute() -> None:
    """Write nothing more: nobody reads it, or the disk takes nothing. What waits to be written goes nowhere too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):  # a stream without a number, as in tests
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - lives as long as the process
    os.close(nowhere)
