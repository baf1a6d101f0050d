"""Editions as they stand in an output folder, sealed and signed by a key that anyone may know; made in milliseconds."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from sealing import FOLLOWING, KEY, SEED, body, unsigned

from bundler import merkle, store
from bundler.model import size_class
from bundler.release import canonical, ed25519, keys, manifest, minisign, seal
from bundler.release.editions import Published
from bundler.release.publish import SUMS, sums

DATE = "2026-11-22"
EXTENSIONS = {"epub": "epub", "html": "html", "pdf": "pdf", "text": "txt"}


def published(out: Path, *, bundle: str = "weekly", edition: str = DATE, number: int = 12, grow: int = 0) -> Published:
    """Release an edition of four files; the text of it has `grow` more bytes."""
    folder = out / bundle / edition
    folder.mkdir(parents=True)
    leaf = hashlib.sha256(b"one article").digest()
    content, announced = merkle.root([leaf]), keys.announced(FOLLOWING)
    articles = canonical.write({"articles": [{"id": "mirror/news/a1", "title": "渡口", "content": leaf.hex()}]})
    (folder / "articles.json").write_bytes(articles)
    files = []
    for kind, extension in EXTENSIONS.items():
        path = folder / f"{bundle}-{edition[2:].replace('-', '')}.{extension}"
        path.write_bytes(body(kind) + (b"x" * 63 + b"\n") * (grow // 64 if kind == "text" else 0))
        changed = {"bundle": bundle, "edition": edition, "number": number, "content": content, "next": announced}
        seal.apply(path, unsigned(kind, **changed), lambda message: ed25519.sign(SEED, message))
        data = path.read_bytes()
        hashes = hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest()
        files.append(manifest.File(path.name, kind, "zh-Hans", size_class(len(data)), 1, 1, len(data), *hashes))
    listed = manifest.Articles(1, "articles.json", len(articles), hashlib.sha256(articles).hexdigest())
    made = manifest.Manifest(
        bundle, edition, number, dt.date(2027, 2, 20), None, KEY, "editor", announced, content, listed, tuple(files),
        "zh-Hans",
    )  # fmt: skip
    data = manifest.write(made)
    signature = minisign.sign(SEED, data, comment=made.comment, untrusted="signature")
    (folder / manifest.NAME).write_bytes(data)
    (folder / manifest.SIGNATURE).write_text(signature)
    (folder / "SEND.txt").write_text("[给苹果手机]\n", "utf-8")
    (folder / SUMS).write_bytes(sums(folder))
    cards = out / "keys" / f"{keys.digits(KEY).replace(' ', '')}.pub"
    store.put(cards, minisign.public_file(KEY, "public key").encode())
    return Published(folder, made, manifest.digest(data))


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
