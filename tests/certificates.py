"""Certificates for servers of ours on loopback, made when a test asks for them."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """Signs certificates: `roots` is the file that trusts it."""

    roots: Path
    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    def certificate(self, *names: str, days: int = 30) -> Path:
        """Return a file with the key and certificate of a host; of negative days it has run out."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.SubjectAlternativeName([_named(name) for name in names])
        made = _begun(_name("server"), self.name, key, days).add_extension(subject, critical=False)
        path = self.roots.parent / f"{names[0]}{days}.pem"
        path.write_bytes(_secret(key) + _pem(made.sign(self.key, hashes.SHA256())))
        return path


def authority(folder: Path) -> Authority:
    """Make an authority whose file stands in a folder."""
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("authority of a test")
    made = _begun(name, name, key, 60)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path = folder / "roots.pem"
    path.write_bytes(_pem(made.sign(key, hashes.SHA256())))
    return Authority(path, key, name)


def _begun(subject, issuer, key, days):
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=90))
    return made.not_valid_after(now + dt.timedelta(days=days))


def _name(said):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)])


def _named(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def _secret(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
