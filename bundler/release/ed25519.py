"""Ed25519 (RFC 8032, 5.1), pure and deterministic: the only importer of the cryptographic library for signatures."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES = 32
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64


def public(seed: bytes) -> bytes:
    """Return the public key (32 bytes) of a secret seed (32 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the signature (64 bytes) of a message."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def holds(key: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether the signature of a message was made with the secret of this public key; never raises."""
    if len(key) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
