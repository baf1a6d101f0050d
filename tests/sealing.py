"""Bodies to be sealed, and keys that anyone may know."""

import hashlib
import io
import zipfile
from pathlib import Path

from bundler.release import ed25519
from bundler.release.seal import Seal, apply

SEED = hashlib.sha256(b"a seed that everybody knows").digest()
NEXT = hashlib.sha256(b"the seed after it").digest()
KEY, FOLLOWING = ed25519.public(SEED), ed25519.public(NEXT)


def body(kind: str) -> bytes:
    """Return a small file of a format."""
    if kind == "epub":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(zipfile.ZipInfo("mimetype", (1980, 1, 1, 0, 0, 0)), "application/epub+zip")
        return out.getvalue()
    return {
        "html": "<!doctype html><html lang=zh-Hans><title>一周</title><p>正文。</p></html>\n",
        "markdown": "# 一周文摘\n\n正文。\n",
        "pdf": "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n",
        "text": "一周文摘\n\n正文。\n",
    }[kind].encode()


def unsigned(kind: str, **changed: object) -> Seal:
    """Return a seal as it is before it is signed."""
    fields = {
        "format": kind, "bundle": "weekly", "edition": "2026-11-22", "number": 12, "volume": 1, "volumes": 1,
        "role": "editor", "key": KEY, "next": hashlib.sha256(FOLLOWING).digest(), "content": bytes(range(32)),
    }  # fmt: skip
    return Seal(**(fields | changed))  # type: ignore[arg-type]


def sealed(folder: Path, kind: str, **changed: object) -> Path:
    """Write a small sealed file of a format."""
    path = folder / f"weekly-261122.{kind}"
    path.write_bytes(body(kind))
    apply(path, unsigned(kind, **changed), lambda message: ed25519.sign(SEED, message))
    return path
