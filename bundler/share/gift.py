"""What of an edition is given by a way: which format, which size, how many volumes, locked or as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bundler.errors import Listed, Say, UsageError, VerificationError, say
from bundler.release import shelf
from bundler.release.editions import Published
from bundler.release.manifest import File
from bundler.share import lock
from bundler.share.channels import MAX_NAME, Channel
from bundler.share.lock import Kind

_BASE64 = 4 / 3
_PAGE_BYTES = 300_000
"""What a locked page has beside the locked file: the script, and padding in steps of 64 KiB."""


@dataclass(frozen=True, slots=True)
class Gift:
    """What goes by a way: the volumes of one format in order; `kind` is how they are locked, None as they are."""

    channel: Channel
    files: tuple[File, ...]
    kind: Kind | None = None

    @property
    def bytes(self) -> int:
        """Return the size of the largest file."""
        return max(file.bytes for file in self.files)


def sets(files: Sequence[File]) -> dict[tuple[str, str, int], tuple[File, ...]]:
    """Return the files of an edition by what belongs together: one format, one size, so many volumes."""
    found: dict[tuple[str, str, int], list[File]] = {}
    for file in files:
        found.setdefault((file.format, file.size, file.volumes), []).append(file)
    return {key: tuple(sorted(one, key=lambda file: file.volume)) for key, one in found.items()}


def choose(edition: Published, channel: Channel, *, plain: bool = False) -> Gift:
    """Choose what is given by a way: of the first format that fits, the fewest files, and of those the largest.

    `plain` gives files as they are where the way would have them locked. Raises UsageError, with the size of the
    smallest file, where nothing fits.
    """
    listed, locked = sets(edition.manifest.files), not (channel.plain or plain)
    for name in channel.formats:
        kind = _kind(name) if locked else None
        if kind and lock.refused(kind, channel.name):
            continue
        fitting = [one for key, one in listed.items() if key[0] == name and _fits(one, channel, kind)]
        if fitting:
            return Gift(channel, min(fitting, key=lambda one: (len(one), -sum(file.bytes for file in one))), kind)
    raise _nothing(edition, channel)


def _kind(name: str) -> Kind:
    return "pdf" if name == "pdf" else "html" if name == "html" else "age"


def _fits(files: Sequence[File], channel: Channel, kind: Kind | None) -> bool:
    if channel.bytes is None:
        return True
    most = max(file.bytes for file in files)
    grown = most * _BASE64 + _PAGE_BYTES if kind == "html" else most
    return grown <= channel.bytes


def _nothing(edition: Published, channel: Channel) -> UsageError:
    name = f"{edition.manifest.bundle}@{edition.manifest.edition}"
    there = [file for file in edition.manifest.files if file.format in channel.formats]
    if not there:
        return UsageError(
            say("{edition} has no file for {way}", edition=name, way=channel.name),
            hint=say("it takes {formats}: add one to 'formats' in the recipe", formats=Listed(channel.formats)),
        )
    return UsageError(
        say("{edition} has no file that {way} takes: {mb} MB are the most there", edition=name, way=channel.name,
            mb=(channel.bytes or 0) // 1_000_000),
        hint=say("bundler pack {edition} --size {size}", edition=name, size=channel.size),
    )  # fmt: skip


def check(edition: Published, gift: Gift) -> Iterator[Path]:
    """Yield where the files of a gift stand, each held against the manifest.

    Raises VerificationError for one that is not as it was released, UsageError for one that is gone or whose name is
    longer than channels take.
    """
    for file in gift.files:
        if len(file.name) > MAX_NAME:
            raise UsageError(
                say("{name!r} is a name of {n} characters: {most} are the most that every way takes",
                    name=file.name, n=len(file.name), most=MAX_NAME),
                hint=say("give the bundle a shorter name, and release it anew"),
            )  # fmt: skip
        path = edition.folder / file.name
        try:
            with path.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            raise UsageError(
                say("{path!r} cannot be read", path=str(path)), hint=say("bring the edition back from a copy")
            ) from error
        if digest != file.sha256:
            raise VerificationError(
                say("{path!r} is not as it was released", path=str(path)),
                hint=say("`bundler verify` says what is wrong; bring it back from a copy"),
            )
        yield path


def media_type(name: str, kind: Kind | None) -> str:
    """Return the media type under which a file of a format travels."""
    return "application/octet-stream" if kind == "age" else shelf.media_type(name)


def refusal(edition: Published, channel: Channel) -> Say | None:
    """Say why nothing of an edition goes by a way; None where something does."""
    try:
        choose(edition, channel)
    except UsageError as error:
        return error.message
    return None
