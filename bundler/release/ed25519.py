"""Ed25519 (RFC 8032, 5.1), pure and deterministic: the only importer of the cryptographic library for signatures."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES = 32
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64
_SMALL_ORDER = {
    bytes.fromhex(point)
    for point in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
}
"""Points of small order, the bit of their sign aside: by such a key one signature holds for many messages."""


def public(seed: bytes) -> bytes:
    """Return the public key (32 bytes) of a secret seed (32 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the signature (64 bytes) of a message."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def holds(key: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether the signature of a message was made with the secret of this public key; never raises."""
    if len(key) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES or _small(key):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _small(key: bytes) -> bool:
    return key[:-1] + bytes([key[-1] & 0x7F]) in _SMALL_ORDER
