"""Where a passphrase comes from: a terminal, a named file, a descriptor; never the command line or the environment."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

import typer

from bundler.cli.speech import tr
from bundler.errors import UsageError, reason, say
from bundler.release import passphrase

FILE = typer.Option("--passphrase-file", metavar="FILE", help=tr("A file whose first line is the passphrase."))
DESCRIPTOR = typer.Option("--passphrase-fd", metavar="N", help=tr("An open descriptor to read the passphrase from."))
_MAX_BYTES = 1_000


def ask(file: Path | None, descriptor: int | None, *, prompt: str) -> bytes:
    """Return a passphrase as bytes. Raises UsageError where there is none to be had."""
    source = file if descriptor is None else descriptor
    if source is not None:
        return _read(source)
    if not sys.stdin.isatty():
        raise UsageError(
            say("there is no terminal to ask for the passphrase"),
            hint=say("name a file that holds it with --passphrase-file, or a descriptor with --passphrase-fd"),
        )
    return _whole(_typed(tr("{prompt}: ", prompt=prompt)))


def _typed(prompt: str) -> str:
    """Ask on the terminal. Ctrl-D is no passphrase; what is said after Ctrl-C and Ctrl-D begins a line of its own."""
    try:
        return getpass.getpass(prompt)
    except EOFError:
        sys.stderr.write("\n")
        return ""
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        raise


def _whole(text: str) -> bytes:
    """Return what was typed as a passphrase. Raises UsageError where it is nothing."""
    found = passphrase.typed(text)
    if not found:
        raise UsageError(say("the passphrase is empty"), hint=say("type it, or name a file whose first line it is"))
    return found


def tell(words: str, descriptor: int | None) -> None:
    """Show a new passphrase once: on a terminal until a key is pressed, then its line is cleared.

    A named descriptor gets it alone; in a pipe it is a line of standard error. It never goes to standard output, which
    people keep in files. Raises UsageError where the descriptor takes nothing.
    """
    if descriptor is not None:
        _write(descriptor, words)
    elif sys.stdin.isatty() and sys.stderr.isatty():
        _flash(words)
    else:
        sys.stderr.write(f"{words}\n")


def _write(descriptor: int, words: str) -> None:
    try:
        os.write(descriptor, f"{words}\n".encode())
    except OSError as error:
        raise UsageError(
            say("the passphrase cannot be written: {reason}", reason=reason(error)),
            hint=say("name a descriptor that is open for writing"),
        ) from error


def _flash(words: str) -> None:
    """Show a line until a key is pressed; the line is no longer than a terminal is wide, so that all of it goes."""
    out = sys.stderr
    out.write(tr("the passphrase, shown this once; write it down, then press a key:") + "\n")
    try:
        out.write(f"  {words}")
        out.flush()
        typer.getchar()
    finally:
        out.write("\r\x1b[2K" + tr("cleared; it is kept nowhere") + "\n")
        out.flush()


def _read(source: Path | int) -> bytes:
    try:
        with open(source, "rb") as file:  # noqa: PTH123 - a descriptor has no path
            text = file.read(_MAX_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise UsageError(
            say("the passphrase cannot be read: {reason}", reason=reason(error)),
            hint=say("its first line is the passphrase"),
        ) from error
    return _whole(text.split("\n", 1)[0])
