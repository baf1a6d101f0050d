"""What can go wrong, as sentences: an error carries a message, a way out and an exit code."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Self


class Say(str):
    """A sentence that remembers its template, so that the command line can say it in another language."""

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, values: dict[str, object]) -> Self:
        """Fill the template; `str(say)` is the English sentence."""
        said = super().__new__(cls, template.format(**values))
        said.template = template
        said.values = values
        return said

    def __reduce__(self) -> tuple[type[Say], tuple[str, dict[str, object]]]:
        """Cross a process border with template and values."""
        return Say, (self.template, self.values)


class Code(str):
    """A Note's code, or the reason why an article is not taken, in a sentence: the command line explains it."""

    __slots__ = ()


class Listed(str):
    """Listed one after the other, in a sentence: the command line sets the comma of its language between them."""

    __slots__ = ("parts",)

    parts: tuple[str, ...]

    def __new__(cls, parts: Iterable[str]) -> Self:
        """Keep the names apart; `str(names)` has English commas."""
        parts = tuple(parts)
        named = super().__new__(cls, ", ".join(parts))
        named.parts = parts
        return named

    def __reduce__(self) -> tuple[type[Listed], tuple[tuple[str, ...]]]:
        """Cross a process border with the names apart."""
        return Listed, (self.parts,)


class Target(str):
    """The option that says where a command writes, at the end of a hint: the command line knows its name.

    Empty in a library, which has no options, and for commands that write to one place alone.
    """

    __slots__ = ()


def say(template: str, /, **values: object) -> Say:
    """Make a translatable sentence from a literal template: lower case, no full stop, values in quotes by `!r`."""
    return Say(template, values)


def reason(error: OSError) -> Say | str:
    """Say why the system refused something, in words that can be translated; what is rare, in its own."""
    match error.errno:
        case errno.EACCES | errno.EPERM:
            return say("no permission")
        case errno.EDQUOT | errno.ENOSPC:
            return say("the disk is full")
        case errno.EROFS:
            return say("the disk is read-only")
        case errno.EIO:
            return say("the disk is failing")
        case errno.ENOENT:
            return say("it does not exist")
        case errno.EISDIR:
            return say("it is a folder")
        case errno.ENAMETOOLONG:
            return say("its name is too long")
        case errno.EBADF:
            return say("it is not open")
        case _:
            return error.strerror or type(error).__name__


class BundlerError(Exception):
    """An error that a user can cause and mend: one sentence, an optional hint with the way out, an exit code.

    `place` says where the reason stands, where that is a file of the user's: `file:line:column`.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, message: Say, *, hint: Say | None = None) -> None:
        """Keep the sentence and the hint as they are, so that they can be said in another language."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = ""

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Cross a process border whole: exceptions forget keyword arguments otherwise."""
        return _remake, (type(self), self.message, self.hint, self.place)


def _remake(kind: type[BundlerError], message: Say, hint: Say | None, place: str) -> BundlerError:
    made = kind(message, hint=hint)
    made.place = place
    return made


class UsageError(BundlerError):
    """The command cannot be run as it was typed."""

    exit_code = 2


def unreadable(path: Path, error: OSError, kind: type[BundlerError] = UsageError) -> BundlerError:
    """Return the error of a file or folder that a user named and that cannot be read, with the system's reason."""
    return kind(
        say("{path!r} cannot be read: {reason}", path=str(path), reason=reason(error)),
        hint=say("name a file that is there and that you may read"),
    )


class RecipeError(BundlerError):
    """A recipe is wrong, or what it selects is empty."""

    exit_code = 3


class ArchiveError(BundlerError):
    """An archive is missing, or is not one that a reader recognizes."""

    exit_code = 4


class GateError(BundlerError):
    """A finished file did not pass the gate and was not published."""

    exit_code = 5


class LockError(BundlerError):
    """Another build holds the output folder."""

    exit_code = 6


class VerificationError(BundlerError):
    """A file or an edition is not what it claims to be."""

    exit_code = 7


class MissingPartError(BundlerError):
    """A part of the machine that this job needs is not installed (EX_UNAVAILABLE of sysexits)."""

    exit_code = 69


class NetworkError(BundlerError):
    """Nobody who was asked answered (EX_TEMPFAIL of sysexits): another time it may go better."""

    exit_code = 75


class OutputError(BundlerError):
    """The output cannot be written: disk full, read-only, no permission (EX_IOERR of sysexits)."""

    exit_code = 74
