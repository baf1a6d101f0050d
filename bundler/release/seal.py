"""The seal: the last bytes of a published file, by which a lone file is checked (docs/manifest-format.md, 1)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

from bundler.release import ed25519

Role = Literal["editor", "robot"]

MAX_BYTES = 900
"""Readers of PDF look for `startxref` in the last 1,024 bytes of a file."""
SALTS = "03569cefijloqrtw"
"""Each differs from every other in two bits or more: one flipped bit makes none of another."""
FRAMES: dict[str, tuple[bytes, bytes]] = {
    "epub": (b"", b""),
    "html": (b"<!-- ", b" -->\n"),
    "markdown": (b"", b"\n"),
    "pdf": (b"%", b"\n"),
    "text": (b"", b"\n"),
}
"""What stands before and after the line, by format; a format that is not here has no seal."""

_MARK, _TAG = b"bundler-seal/", b"bundler-seal/1 "
_LINE = re.compile(
    rb"(?P<signed>bundler-seal/1 format:(?P<format>[a-z]+) bundle:(?P<bundle>[a-z0-9-]{1,8})"
    rb" edition:(?P<edition>\d{4}-\d\d-\d\d[b-z]?) number:(?P<number>[1-9]\d{0,5})"
    rb" volume:(?P<volume>[1-9]\d{0,5})/(?P<volumes>[1-9]\d{0,5}) role:(?P<role>editor|robot)"
    rb" key:(?P<key>[0-9a-f]{64}) next:(?P<next>[0-9a-f]{64}) content:(?P<content>[0-9a-f]{64}))"
    rb" salt:(?P<salt>[03569cefijloqrtw]) signature:(?P<signature>[0-9a-f]{128})",
    re.ASCII,
)
_DOMAIN = b"bundler seal 1\n"
_PIECE = 1 << 20
_ZIP_END, _ZIP_END_BYTES = b"PK\x05\x06", 22


@dataclass(frozen=True, slots=True)
class Seal:
    """Who sealed a file, as which edition; `key`, `next` and `content` are 32 bytes each, `signature` 64."""

    format: str
    bundle: str
    edition: str
    number: int
    volume: int
    volumes: int
    role: Role
    key: bytes
    next: bytes
    content: bytes
    salt: str = SALTS[0]
    signature: bytes = b""

    @property
    def signed(self) -> bytes:
        """Return the part of the line that is signed."""
        return (
            f"bundler-seal/1 format:{self.format} bundle:{self.bundle} edition:{self.edition} number:{self.number}"
            f" volume:{self.volume}/{self.volumes} role:{self.role} key:{self.key.hex()} next:{self.next.hex()}"
            f" content:{self.content.hex()}"
        ).encode("ascii")

    @property
    def line(self) -> bytes:
        """Return the whole line, without what stands around it."""
        return self.signed + f" salt:{self.salt} signature:{self.signature.hex()}".encode("ascii")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the last bytes of a file say: a seal that holds, or why there is none."""

    seal: Seal | None
    fault: Literal["no-seal", "damaged"] | None = None


def apply(path: Path, seal: Seal, sign: Callable[[bytes], bytes]) -> None:
    """Seal a finished file in place; `sign` makes the 64 bytes of a signature of a message.

    The file is one that nobody sees yet. Raises KeyError for a format without seals, ValueError for another ending.
    """
    before, after = FRAMES[seal.format]
    with path.open("r+b") as file:
        if seal.format == "epub":
            _announce(file, len(replace(seal, signature=bytes(ed25519.SIGNATURE_BYTES)).line))
        made = replace(seal, signature=sign(_message(file, _end(file), seal.signed)))
        tail = before + made.line + after
        if len(tail) > MAX_BYTES:
            message = "the seal is too long"
            raise ValueError(message)
        file.seek(0, 2)
        file.write(tail)


def check(file: BinaryIO) -> Checked:
    """Check the seal of an open file; any bytes may stand in it, and nothing is raised but OSError."""
    size = _end(file)
    start = max(0, size - MAX_BYTES)
    file.seek(start)
    tail = file.read(MAX_BYTES)
    at = tail.rfind(_TAG)
    if at < 0:
        return Checked(None, "damaged" if _MARK in tail else "no-seal")
    found = parse(tail[at:])
    if found is None:
        return Checked(None, "damaged")
    seal, length = found
    before, after = FRAMES[seal.format]
    framed = tail[:at].endswith(before) and tail[at + length :] == after
    if not framed or not ed25519.holds(seal.key, seal.signature, _message(file, start + at - len(before), seal.signed)):
        return Checked(None, "damaged")
    return Checked(seal)


def parse(text: bytes) -> tuple[Seal, int] | None:
    """Read the line that begins a text: the seal and the line's length; None for anything that is not exactly one."""
    found = _LINE.match(text)
    if found is None or found["format"].decode() not in FRAMES or int(found["volume"]) > int(found["volumes"]):
        return None
    value = {name: found[name].decode("ascii") for name in found.groupdict()}
    seal = Seal(
        value["format"], value["bundle"], value["edition"], int(value["number"]), int(value["volume"]),
        int(value["volumes"]), "editor" if value["role"] == "editor" else "robot", bytes.fromhex(value["key"]),
        bytes.fromhex(value["next"]), bytes.fromhex(value["content"]), value["salt"], bytes.fromhex(value["signature"]),
    )  # fmt: skip
    return seal, found.end()


def unsealed(data: bytes) -> bytes:
    """Return a sealed file's bytes as they were before it was sealed; a file without a seal as it is."""
    at = data.rfind(_TAG, max(0, len(data) - MAX_BYTES))
    found = parse(data[at:]) if at >= 0 else None
    if found is None:
        return data
    seal, _ = found
    body = data[: at - len(FRAMES[seal.format][0])]
    return body[:-2] + b"\0\0" if seal.format == "epub" else body


def _message(file: BinaryIO, length: int, signed: bytes) -> bytes:
    """Return what is signed: a tag, the hash of the first `length` bytes, and the line's signed part."""
    digest = hashlib.sha512()
    file.seek(0)
    left = length
    while left > 0 and (piece := file.read(min(_PIECE, left))):
        digest.update(piece)
        left -= len(piece)
    return _DOMAIN + digest.digest() + signed


def _announce(file: BinaryIO, length: int) -> None:
    """Write the length of the comment to come into a ZIP's end record (APPNOTE 4.3.16)."""
    file.seek(-_ZIP_END_BYTES, 2)
    record = file.read(_ZIP_END_BYTES)
    if not record.startswith(_ZIP_END) or record[-2:] != b"\0\0":
        message = "the file does not end with a ZIP's end record"
        raise ValueError(message)
    file.seek(-2, 2)
    file.write(length.to_bytes(2, "little"))


def _end(file: BinaryIO) -> int:
    return file.seek(0, 2)
