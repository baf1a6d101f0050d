"""The files of minisign: public keys, encrypted secret keys, signatures.

Ours are of format `Ed`, where the file itself is signed; of format `ED`, where its BLAKE2b-512 is, they are read too.

Source: minisign's published format, and libsodium's `crypto_pwhash_scryptsalsa208sha256` for the limits of scrypt.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from bundler.release import ed25519

_ALGORITHM, _HASHED, _KDF, _CHECKSUM = b"Ed", b"ED", b"Sc", b"B2"
_ID = 8
OPERATIONS, MEMORY = 4_194_304, 134_217_728
"""The limits of scrypt as minisign writes them: N = 2^17, r = 8, p = 1; 128 MB."""
_MAX_MEMORY = 1_073_741_824
_BESIDE = 64 * 2**20
"""What scrypt may take beyond the limit of its table."""
_UNTRUSTED, _TRUSTED = "untrusted comment: ", "trusted comment: "
_SECRET_LINES, _SIGNATURE_LINES = 2, 4


@dataclass(frozen=True, slots=True)
class Public:
    """A public key (32 bytes) and the eight bytes by which minisign tells it from others."""

    id: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature's file: the id of the key, both signatures (64 bytes each) and the comment that the second covers."""

    key_id: bytes
    hashed: bool
    signature: bytes
    comment: str
    whole: bytes


def named(key: bytes) -> Public:
    """Return a public key of ours with its id: the beginning of the key's SHA-256."""
    return Public(hashlib.sha256(key).digest()[:_ID], key)


def public_file(key: bytes, comment: str) -> str:
    """Return a public key's file."""
    return f"{_UNTRUSTED}{comment}\n{_b64(_ALGORITHM + named(key).id + key)}\n"


def read_public(text: str) -> Public:
    """Read a public key's file, or its one line alone. Raises ValueError for any other text."""
    lines = text.split("\n")
    data = _unb64(lines[1] if lines[0].startswith(_UNTRUSTED) and len(lines) > 1 else lines[0])
    if len(data) != len(_ALGORITHM) + _ID + ed25519.PUBLIC_BYTES or not data.startswith(_ALGORITHM):
        message = "no public key"
        raise ValueError(message)
    return Public(data[2 : 2 + _ID], data[2 + _ID :])


def secret_file(seed: bytes, passphrase: bytes, salt: bytes, comment: str) -> str:
    """Return a secret key's file, encrypted; `salt` is 32 random bytes."""
    public = named(ed25519.public(seed))
    plain = public.id + seed + public.key
    checked = plain + hashlib.blake2b(_ALGORITHM + plain, digest_size=32).digest()
    stream = _scrypt(passphrase, salt, len(checked), OPERATIONS, MEMORY)
    head = _ALGORITHM + _KDF + _CHECKSUM + salt + OPERATIONS.to_bytes(8, "little") + MEMORY.to_bytes(8, "little")
    return f"{_UNTRUSTED}{comment}\n{_b64(head + _xor(checked, stream))}\n"


def read_secret(text: str, passphrase: bytes) -> bytes:
    """Return the seed (32 bytes) of a secret key's file.

    Raises PermissionError where the passphrase is another one, ValueError for any other file.
    """
    lines = text.split("\n")
    if len(lines) < _SECRET_LINES or not lines[0].startswith(_UNTRUSTED):
        message = "no secret key"
        raise ValueError(message)
    data = _unb64(lines[1])
    body = 2 * len(_ALGORITHM) + len(_CHECKSUM) + 32 + 8 + 8
    if len(data) != body + _ID + 2 * ed25519.PUBLIC_BYTES + 32 or not data.startswith(_ALGORITHM):
        message = "no secret key"
        raise ValueError(message)
    if data[2:6] != _KDF + _CHECKSUM:
        message = "the secret key is not encrypted with scrypt"
        raise ValueError(message)
    salt, rest = data[6:38], data[body:]
    operations, memory = int.from_bytes(data[38:46], "little"), int.from_bytes(data[46:54], "little")
    opened = _xor(rest, _scrypt(passphrase, salt, len(rest), operations, memory))
    plain, check = opened[:-32], opened[-32:]
    if not hmac.compare_digest(hashlib.blake2b(_ALGORITHM + plain, digest_size=32).digest(), check):
        message = "another passphrase"
        raise PermissionError(message)
    return plain[_ID : _ID + ed25519.SEED_BYTES]


def sign(seed: bytes, data: bytes, *, comment: str, untrusted: str) -> str:
    """Return the signature's file of some bytes; the comment is signed too, the untrusted one is not."""
    signature = ed25519.sign(seed, data)
    whole = ed25519.sign(seed, signature + comment.encode())
    first = _b64(_ALGORITHM + named(ed25519.public(seed)).id + signature)
    return f"{_UNTRUSTED}{untrusted}\n{first}\n{_TRUSTED}{comment}\n{_b64(whole)}\n"


def read_signature(text: str) -> Signature:
    """Read a signature's file. Raises ValueError for any other text."""
    lines = text.split("\n")
    shaped = len(lines) == _SIGNATURE_LINES + 1 and lines[-1] == ""
    if not shaped or not lines[0].startswith(_UNTRUSTED) or not lines[2].startswith(_TRUSTED):
        message = "no signature"
        raise ValueError(message)
    first, whole = _unb64(lines[1]), _unb64(lines[3])
    if len(first) != 2 + _ID + ed25519.SIGNATURE_BYTES or first[:2] not in (_ALGORITHM, _HASHED):
        message = "no signature"
        raise ValueError(message)
    comment = lines[2].removeprefix(_TRUSTED)
    return Signature(first[2 : 2 + _ID], first[:2] == _HASHED, first[2 + _ID :], comment, whole)


def holds(text: str, data: bytes, public: Public) -> bool:
    """Say whether a signature's file is of these bytes and by this key, its comment included; never raises."""
    try:
        found = read_signature(text)
    except ValueError:
        return False
    signed = hashlib.blake2b(data).digest() if found.hashed else data
    return (
        found.key_id == public.id
        and ed25519.holds(public.key, found.signature, signed)
        and ed25519.holds(public.key, found.whole, found.signature + found.comment.encode("utf-8", "surrogatepass"))
    )


def _scrypt(passphrase: bytes, salt: bytes, length: int, operations: int, memory: int) -> bytes:
    n, r, p = _parameters(operations, memory)
    return hashlib.scrypt(passphrase, salt=salt, n=n, r=r, p=p, maxmem=_MAX_MEMORY + _BESIDE, dklen=length)


def _parameters(operations: int, memory: int) -> tuple[int, int, int]:
    """Choose N, r and p for two limits as libsodium does. Raises ValueError for limits that no honest file has."""
    if not 0 < memory <= _MAX_MEMORY or not 0 < operations <= 2**33:
        message = "the secret key asks for too much memory or time"
        raise ValueError(message)
    operations, r = max(operations, 32_768), 8
    if operations < memory // 32:
        return _power(operations // (r * 4)), r, 1
    n = _power(memory // (r * 128))
    return n, r, min((operations // 4) // n, 0x3FFFFFFF) // r


def _power(limit: int) -> int:
    """Return the smallest power of two, from two on, above half of a limit."""
    n = 2
    while n <= limit // 2:
        n *= 2
    return n


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unb64(text: str) -> bytes:
    """Decode Base64 that is written in its one canonical way. Raises ValueError for any other text."""
    data = base64.b64decode(text.encode("ascii"), validate=True)
    if _b64(data) != text:
        message = "not canonical"
        raise ValueError(message)
    return data
