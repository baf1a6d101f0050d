"""The locked body of an HTML file that opens itself: key, header, padding (docs/locked-format.md, 2 and 3)."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bundler.codec import canonical

FORMAT, VERSION = "locked-html", 1
ITERATIONS, FEWEST_ITERATIONS, MOST_ITERATIONS = 1_000_000, 600_000, 10_000_000
SALT_BYTES, NONCE_BYTES, STEP_BYTES = 16, 12, 65_536
MAX_PAGE_BYTES = 512_000_000
_LENGTH_BYTES = 8
_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.ASCII)

Fault = Literal["damaged", "wrong", "unknown"]
"""Not as it was written; not by this passphrase, or changed by somebody; by a version that we do not know."""


class NotOpenedError(Exception):
    """A locked body that does not open, and why."""

    def __init__(self, *, fault: Fault) -> None:
        """Keep the reason."""
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Box:
    """A locked page: its header as it stands in the file, its encrypted body, and the sum over both (64 hex digits)."""

    header: bytes
    body: bytes
    sum: str


def closed(page: bytes, words: str, *, salt: bytes, nonce: bytes, iterations: int = ITERATIONS) -> Box:
    """Lock a page with a passphrase as it is meant; `salt` is 16 and `nonce` 12 random bytes, new for every file."""
    header = canonical({
        "format": FORMAT, "iterations": iterations, "nonce": nonce.hex(), "salt": salt.hex(), "version": VERSION,
    })  # fmt: skip
    packed = gzip.compress(page, mtime=0)
    plain = len(packed).to_bytes(_LENGTH_BYTES, "big") + packed
    padded = plain + bytes(-len(plain) % STEP_BYTES)
    body = AESGCM(_key(words, salt, iterations)).encrypt(nonce, padded, header)
    return Box(header, body, _sum(header, body))


def opened(box: Box, words: str) -> bytes:
    """Return the page of a box. Raises NotOpenedError, whatever bytes stand in it."""
    if _sum(box.header, box.body) != box.sum:
        raise NotOpenedError(fault="damaged")
    salt, nonce, iterations = _understood(box.header)
    try:
        plain = AESGCM(_key(words, salt, iterations)).decrypt(nonce, box.body, box.header)
    except InvalidTag as error:
        raise NotOpenedError(fault="wrong") from error
    return _unpacked(plain)


def _understood(header: bytes) -> tuple[bytes, bytes, int]:
    """Return salt, nonce and iterations, as they may be."""
    try:
        said = json.loads(header)
        salt, nonce, iterations = said["salt"], said["nonce"], said["iterations"]
        known = (said["format"], said["version"]) == (FORMAT, VERSION) and isinstance(iterations, int)
        known = known and FEWEST_ITERATIONS <= iterations <= MOST_ITERATIONS
        lengths = [len(bytes.fromhex(one)) for one in (salt, nonce) if _HEX.fullmatch(one)]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise NotOpenedError(fault="unknown") from error
    if not known or lengths != [SALT_BYTES, NONCE_BYTES]:
        raise NotOpenedError(fault="unknown")
    return bytes.fromhex(salt), bytes.fromhex(nonce), iterations


def _unpacked(plain: bytes) -> bytes:
    """Return the page in a decrypted body; only the holder of the passphrase can have made another one."""
    length = int.from_bytes(plain[:_LENGTH_BYTES], "big")
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        page = inflate.decompress(plain[_LENGTH_BYTES : _LENGTH_BYTES + length], MAX_PAGE_BYTES)
    except zlib.error as error:
        raise NotOpenedError(fault="damaged") from error
    if not inflate.eof:
        raise NotOpenedError(fault="damaged")
    return page


def _key(words: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", words.encode("utf-8", "replace"), salt, iterations)


def _sum(header: bytes, body: bytes) -> str:
    return hashlib.sha256(header + body).hexdigest()
