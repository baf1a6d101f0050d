"""A folder with what is given by a way and the words that go with it: whole, or not at all."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bundler import build, theme
from bundler.errors import OutputError, UsageError, say
from bundler.furniture import message, text
from bundler.model import App
from bundler.recipe import load_apps
from bundler.release.editions import Published
from bundler.share import lock
from bundler.share.gift import Gift, check

_TOPICS = frozenset(("ends", "around", "network", "holder"))
"""Where nobody on the way reads the message, it may say what the file is about, as the recipe allows."""


@dataclass(frozen=True, slots=True)
class Given:
    """One file in the folder: its name, its size in bytes, its format."""

    name: str
    bytes: int
    format: str


def write(edition: Published, gift: Gift, to: Path, passphrase: str = "") -> tuple[Given, ...]:
    """Put a gift and its message into a new folder; `passphrase` locks what is to be locked.

    Raises UsageError where the folder holds something, or where a locked file is too large for the way; OutputError
    where the disk refuses: then nothing is left behind. What `gift.check` and `lock.lock` raise.
    """
    with _new(to) as folder:
        made = []
        for file, path in zip(gift.files, check(edition, gift), strict=True):
            put = lock.lock(path, gift.kind, passphrase, folder) if gift.kind else _copied(path, folder)
            made.append(Given(put.name, put.stat().st_size, file.format))
        _refuse_larger(made, gift)
        (folder / build.SEND).write_text(words(edition, gift, made), encoding="utf-8", newline="\n")
    return tuple(made)


def remove(folder: Path) -> None:
    """Take back a folder that was written a moment ago."""
    shutil.rmtree(folder, ignore_errors=True)


def _copied(path: Path, folder: Path) -> Path:
    made = folder / path.name
    with path.open("rb") as source, made.open("xb") as target:
        shutil.copyfileobj(source, target)
    return made


def _refuse_larger(made: list[Given], gift: Gift) -> None:
    most = gift.channel.bytes
    for one in made:
        if most is not None and one.bytes > most:
            raise UsageError(
                say("{name!r} has {bytes}, locked as it is: too much for {way}", name=one.name,
                    bytes=build.size(one.bytes), way=gift.channel.name),
                hint=say("release a smaller size: write 'for: anyone' into the recipe"),
            )  # fmt: skip


def words(edition: Published, gift: Gift, made: list[Given]) -> str:
    """Return the message that goes with the files, for every kind of device that opens them.

    It names no topic where the platform or its servers read it, nor for what is locked.
    """
    listed, strings = edition.manifest, theme.strings(edition.manifest.language)
    last = made[-1].name if len(made) > 1 else ""
    most = build.size(max(one.bytes for one in made))
    file = message.File(made[0].format, made[0].name, most, len(made), last)
    topic = listed.title if gift.channel.reads in _TOPICS and not gift.kind else ""
    said = message.message(strings, (file,), _apps(), topic=topic, edition=listed.date)
    return f"{text(strings, 'send_locked')}\n\n{said}" if gift.kind else said


def _apps() -> tuple[App, ...]:
    return load_apps(theme.assets() / "readers.yaml", build.known())


@contextmanager
def _new(to: Path) -> Iterator[Path]:
    """Fill a folder beside the one that is wanted, and give it that name when all is in it."""
    with _said(to):
        if to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise UsageError(say("{path!r} exists already", path=str(to)), hint=say("choose another folder with --to"))
        to.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=".bundler-", dir=to.parent))
        try:
            yield staged
            staged.chmod(0o755)
            staged.replace(to)
        finally:
            shutil.rmtree(staged, ignore_errors=True)


@contextmanager
def _said(to: Path) -> Iterator[None]:
    """Say in a sentence what the disk refuses."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        sentence = {
            errno.ENOSPC: say("the disk is full"),
            errno.EDQUOT: say("the disk quota is used up"),
            errno.EROFS: say("{out!r} is on a read-only disk", out=str(to)),
            errno.ENAMETOOLONG: say("the name of {path!r} is too long", path=str(to)),
        }.get(error.errno or 0, say("{path!r} cannot be written", path=str(to)))
        hint = say("free some space; nothing was left behind") if full else say("choose another folder with --to")
        raise OutputError(sentence, hint=hint) from error
