"""How many bytes an article will add to a file, estimated without writing it."""

from __future__ import annotations

from bundler.model import Article, QrCode
from bundler.walk import every_block, every_inline, plain_text

MARKUP = 24
"""Bytes of markup around a block or an inline, on average."""


def text_bytes(article: Article) -> int:
    """Return the bytes of an article's visible text in UTF-8."""
    return len(plain_text(article.blocks).encode("utf-8", "replace"))


def markup_bytes(article: Article, *, code: int, page: int) -> int:
    """Return text and markup as bytes: `code` for each QR code, `page` for what stands around every article."""
    blocks = tuple(every_block(article.blocks))
    codes = sum(isinstance(block, QrCode) for block in blocks)
    nodes = len(blocks) + sum(1 for _ in every_inline(article.blocks))
    return text_bytes(article) + nodes * MARKUP + codes * code + page
