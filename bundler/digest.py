"""The two digests of an article, and the digest of a bundle: SHA-256 over canonical JSON."""

from __future__ import annotations

import hashlib
from typing import Any

from bundler.codec import canonical, to_json
from bundler.model import SCREEN, Article, Bundle, Rung
from bundler.walk import assets_of

_HEAD = ("slug", "title", "language", "edition", "outside", "number")
_CONTENT = ("title", "language", "publisher", "published", "authors", "tags", "source")


def source_digest(article: Article) -> str:
    """Digest an article as loaded (hex): links as addresses, pictures by the hash of their original bytes.

    Its id, section and share address belong to the archive and stay outside, so that the same text in two archives
    has one source digest.
    """
    entry = {name: to_json(getattr(article.entry, name)) for name in _CONTENT}
    return _sha256({"entry": entry, "blocks": to_json(article.blocks)})


def content_digest(article: Article, images: Rung = SCREEN) -> str:
    """Digest an article as it stands in a bundle (hex): after transforms, pictures by original hash and rung.

    An article without pictures has one digest on every rung.
    """
    rung = {"images": images.name} if any(assets_of(article.blocks)) else {}
    return _sha256({"entry": to_json(article.entry), "blocks": to_json(article.blocks)} | rung)


def bundle_digest(bundle: Bundle) -> str:
    """Digest a bundle (hex): what it holds and says, not how it looks."""
    head = {name: to_json(getattr(bundle, name)) for name in _HEAD}
    articles = [content_digest(article, bundle.images) for article in (*bundle.front, *bundle.articles, *bundle.back)]
    return _sha256(head | {"chapters": to_json(bundle.chapters), "articles": articles, "pictures": list(bundle.assets)})


def _sha256(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()
