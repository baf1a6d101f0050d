"""A key on disk: made together with its successor, never written over, opened with its passphrase.

```
editor.key       secret, encrypted (minisign)        editor.next.key   the successor's
editor.pub       public (minisign)                   editor.next.pub
editor.card      what the key says of itself         editor.card.minisig
editor.stop      the line that ends the key
```
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bundler.errors import OutputError, UsageError, VerificationError, say, unreadable
from bundler.release import backup, ed25519, keys, minisign
from bundler.release.seal import Role

_UNTRUSTED = "bundler"
_MAX_BYTES = 10_000


@dataclass(frozen=True, slots=True)
class Signer:
    """An opened key: what it says of itself, and the one thing that its secret is used for."""

    key: bytes
    role: Role
    next: bytes
    sign: Callable[[bytes], bytes]
    minisig: Callable[[bytes, str], str]


def make(stem: Path, role: Role, passphrase: bytes) -> tuple[Path, ...]:
    """Make a key and its successor, and write their files; `stem` is their path without a suffix.

    Raises UsageError where one of the files is there already (nothing is written then), OutputError where they cannot
    be written.
    """
    return write(stem, contents(role, os.urandom(32), os.urandom(32), passphrase))


def contents(role: Role, seed: bytes, following: bytes, passphrase: bytes) -> dict[str, str]:
    """Return the text of each file of a key by its suffix; the salts of the encryption are random."""
    public, after = ed25519.public(seed), ed25519.public(following)
    card = keys.card(public, role, after)
    return {
        ".key": minisign.secret_file(seed, passphrase, os.urandom(32), f"secret key of {_UNTRUSTED}"),
        ".pub": minisign.public_file(public, f"{_UNTRUSTED} {role} {keys.digits(public)}"),
        ".next.key": minisign.secret_file(following, passphrase, os.urandom(32), f"secret key of {_UNTRUSTED}"),
        ".next.pub": minisign.public_file(after, f"{_UNTRUSTED} {role} {keys.digits(after)}"),
        ".card": card.decode(),
        ".card.minisig": minisign.sign(seed, card, comment=f"bundler key {role}", untrusted=_UNTRUSTED),
        ".stop": keys.stop_card(seed) + "\n",
    }


def rotate(former: Path, stem: Path, passphrase: bytes) -> tuple[Path, ...]:
    """Put the announced successor of a key in force as a key of its own, with a new successor; the former one stays.

    Raises what `open_key` and `make` raise.
    """
    role = open_key(former, passphrase).role
    following = secret(former, ".next.key", passphrase)
    if keys.announced(ed25519.public(following)) != card(former).next:
        raise _damaged(named(former, ".next.key"))
    return write(stem, contents(role, following, os.urandom(32), passphrase))


def restore(stem: Path, role: Role, lines: tuple[str, str], passphrase: bytes) -> tuple[Path, ...]:
    """Make a key's files again from its two lines on paper: the key's and its successor's.

    Raises UsageError where the passphrase is another one, or the lines are no key's, and what `make` raises.
    """
    try:
        seed, following = (minisign.read_secret(f"untrusted comment: \n{line}\n", passphrase) for line in lines)
    except PermissionError as error:
        raise UsageError(
            say("the passphrase does not open the key on the sheet"), hint=say("it is the one that was shown once")
        ) from error
    except ValueError as error:
        raise UsageError(
            say("this is no key of a sheet"), hint=say("scan the code again, or type its digits")
        ) from error
    return write(stem, contents(role, seed, following, passphrase))


def write(stem: Path, files: Mapping[str, str]) -> tuple[Path, ...]:
    """Write the files of a key, all or none; those with secrets can be read by their owner alone.

    Raises UsageError where one of them is there already, OutputError where they cannot be written.
    """
    paths = {suffix: named(stem, suffix) for suffix in files}
    there = next((path for path in paths.values() if path.exists()), None)
    if there is not None:
        raise UsageError(
            say("a key is there already: {path!r}", path=str(there)),
            hint=say("give the new one another name: bundler keys new NAME"),
        )
    written: list[Path] = []
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
        for suffix, text in files.items():
            _write(paths[suffix], text, written, secret=suffix.endswith(".key"))
    except OSError as error:
        for path in written:  # half a key would stand in the way of the next attempt
            path.unlink(missing_ok=True)
        raise OutputError(
            say("the key cannot be written to {path!r}", path=str(stem.parent)),
            hint=say("make the folder writable, or name another one"),
        ) from error
    return tuple(paths.values())


def _write(path: Path, text: str, written: list[Path], *, secret: bool) -> None:
    """Write a file that is not there yet, flushed, and add its path to `written` as soon as it stands."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    written.append(path)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def named(stem: Path, suffix: str) -> Path:
    """Return the path of one of a key's files."""
    return stem.with_name(stem.name + suffix)


def card(stem: Path) -> keys.Card:
    """Read what a key says of itself. Raises UsageError where it is missing, VerificationError where it is damaged."""
    data, signature = read(stem, ".card").encode(), read(stem, ".card.minisig")
    try:
        found = keys.read_card(data)
    except ValueError as error:
        raise _damaged(named(stem, ".card")) from error
    if not minisign.holds(signature, data, minisign.named(found.key)):
        raise _damaged(named(stem, ".card"))
    return found


def line(stem: Path) -> tuple[Path, ...]:
    """Return a key and those beside it of which each announced the next one, up to this key; the newest first.

    Keys that announced another one are left alone: to publish them beside this one would say whose they are. Raises
    what `card` raises for the key itself; a damaged card beside it leads nowhere.
    """
    found, wanted = [stem], keys.announced(card(stem).key)
    beside = {one: _quietly(one) for one in sorted(path.with_suffix("") for path in stem.parent.glob("*.card"))}
    while former := next((one for one, read in beside.items() if read and read.next == wanted), None):
        if former in found:
            break
        found.append(former)
        wanted = keys.announced(card(former).key)
    return tuple(found)


def _quietly(stem: Path) -> keys.Card | None:
    try:
        return card(stem)
    except (UsageError, VerificationError):
        return None


def open_key(stem: Path, passphrase: bytes) -> Signer:
    """Open a key with its passphrase.

    Raises UsageError where it is missing or the passphrase is another one, VerificationError where it is damaged.
    """
    found = card(stem)
    seed = secret(stem, ".key", passphrase)
    if ed25519.public(seed) != found.key:
        raise _damaged(named(stem, ".key"))
    return Signer(
        found.key, found.role, found.next,
        lambda message: ed25519.sign(seed, message),
        lambda data, comment: minisign.sign(seed, data, comment=comment, untrusted=_UNTRUSTED),
    )  # fmt: skip


def secret(stem: Path, suffix: str, passphrase: bytes) -> bytes:
    """Return the seed in one of a key's secret files; errors as for `open_key`."""
    try:
        return minisign.read_secret(read(stem, suffix), passphrase)
    except PermissionError as error:
        raise UsageError(
            say("the passphrase does not open {path!r}", path=str(named(stem, suffix))),
            hint=say("it is 20 digits, unless it was chosen otherwise when the key was made"),
        ) from error
    except ValueError as error:
        raise _damaged(named(stem, suffix)) from error


def code(stem: Path, suffix: str) -> str:
    """Return the encrypted key of one of a key's secret files as it is put on paper; errors as for `card`."""
    try:
        return backup.line(read(stem, suffix))
    except ValueError as error:
        raise _damaged(named(stem, suffix)) from error


def stop_card(stem: Path) -> str:
    """Return the line that ends a key; errors as for `card`: a friend shall not keep one that ends nothing."""
    line = read(stem, ".stop").strip()
    if keys.stopped(line) != card(stem).key:
        raise _damaged(named(stem, ".stop"))
    return line


def read(stem: Path, suffix: str) -> str:
    """Return the text of one of a key's files, or without a suffix that of any file.

    Raises UsageError where it cannot be read.
    """
    path = named(stem, suffix)
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES).decode("utf-8", "replace")
    except OSError as error:
        if not suffix:
            raise unreadable(path, error) from error
        raise UsageError(
            say("there is no key at {path!r}", path=str(path)),
            hint=say("make one with `bundler keys new`, or name it in release.yaml"),
        ) from error


def _damaged(path: Path) -> VerificationError:
    return VerificationError(
        say("{path!r} is damaged, or no file of a key", path=str(path)),
        hint=say("restore it from a copy, or from the printed sheet"),
    )
