"""What a stick or an image holds: editions as they were released, what checks them, and the page that opens them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bundler import build
from bundler.errors import UsageError, VerificationError, say, unreadable
from bundler.release import manifest, page, publish, shelf, site, verify
from bundler.release.editions import Published
from bundler.share import names, start
from bundler.share.medium import CHUNK
from bundler.share.start import FOLDER


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: its path on the stick, where its bytes come from, how many there are, their SHA-256, its date."""

    path: str
    source: Path | bytes
    bytes: int
    sha256: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Parcel:
    """One edition with its files; `place` is its folder on the stick."""

    edition: Published
    place: str
    pieces: tuple[Piece, ...]


def parcels(editions: Iterable[Published]) -> tuple[Parcel, ...]:
    """Read and verify editions, each one once, sorted by name.

    Raises VerificationError for one that is not as it was released, UsageError for a name or a size no stick takes.
    """
    unique = {(one.manifest.bundle, one.manifest.edition): one for one in editions}
    made = tuple(_parcel(unique[key]) for key in sorted(unique))
    names.check(piece.path for parcel in made for piece in parcel.pieces)
    return made


def _parcel(edition: Published) -> Parcel:
    listed = edition.manifest
    found = verify.folder(edition.folder, verify.Trust())
    if found.verdict != "sealed":
        raise VerificationError(
            say("{path!r} is not as it was released", path=str(edition.folder)),
            hint=say("`bundler verify` says what is wrong; bring it back from a copy"),
        )
    place = f"{FOLDER}/{listed.bundle}/{listed.edition}"
    signed = [one.name for one in listed.files]
    beside = [name for name in (publish.SUMS, build.SEND) if (edition.folder / name).is_file()]
    inside = (manifest.NAME, manifest.SIGNATURE, listed.articles.name, *signed, *beside)
    pieces = (_from(edition.folder / name, f"{place}/{name}", listed.date) for name in sorted(inside))
    return Parcel(edition, place, tuple(pieces))


def _from(source: Path, path: str, day: dt.date) -> Piece:
    try:
        size = source.stat().st_size
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(source, error) from error
    if size > names.MAX_FILE_BYTES:
        raise UsageError(
            say("{name!r} has more than 4 GB: no stick with FAT32 takes it", name=source.name),
            hint=say("cut the edition into volumes"),
        )
    return Piece(path, source, size, digest, day)


def made(path: str, data: bytes, day: dt.date) -> Piece:
    """Return a piece whose bytes are here."""
    return Piece(path, data, len(data), hashlib.sha256(data).hexdigest(), day)


def stream(piece: Piece) -> Iterator[bytes]:
    """Yield the bytes of a piece. Raises UsageError where its source cannot be read any more, or has changed."""
    if isinstance(piece.source, bytes):
        yield piece.source
        return
    hashed = hashlib.sha256()
    try:
        with piece.source.open("rb") as file:
            while data := file.read(CHUNK):
                hashed.update(data)
                yield data
    except OSError as error:
        raise unreadable(piece.source, error) from error
    if hashed.hexdigest() != piece.sha256:
        raise UsageError(
            say("{path!r} was changed while it was copied", path=str(piece.source)), hint=say("run the command again")
        )


def checks(out: Path, day: dt.date) -> tuple[Piece, ...]:
    """Return what readers check files with: the page, and the keys that are published beside the editions."""
    return (made(f"{FOLDER}/{page.name()}", page.page(), day), *_keys(out / site.KEYS, day))


def _keys(folder: Path, day: dt.date) -> Iterator[Piece]:
    """Yield public keys, cards, stop cards and key sets: what is published, and nothing else that lies about."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file() and path.name.endswith(_PUBLISHED) and not path.name.startswith("."):
            yield _from(path, f"{FOLDER}/{site.KEYS}/{path.name}", day)


_PUBLISHED = (".pub", ".card", ".minisig", ".stop", ".json")


def whole(editions: Iterable[Published], *, out: Path) -> tuple[Piece, ...]:
    """Return everything a new stick holds. Raises what `parcels` raises."""
    packed = parcels(editions)
    newest = max(parcel.edition.manifest.date for parcel in packed)
    pieces = [*(piece for parcel in packed for piece in parcel.pieces), *checks(out, newest)]
    names.check(piece.path for piece in pieces)
    opening = start.page(shelf.shelved(parcel.edition for parcel in packed))
    return (*pieces, made(start.NAME, opening, newest))
