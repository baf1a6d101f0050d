"""What the gate's tests share: what a bundle's files must hold, and a file that is judged."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bundler import gate, qr
from bundler.gate import Expected
from bundler.model import Bundle, QrCode, short_id
from bundler.walk import every_block

EXTENSIONS = {"dump": "json", "epub": "epub", "html": "html", "pdf": "pdf", "text": "txt"}
SECRET = "/home/canaryuser/secret-checkout"
"""A path that stands for this machine's, where no path of this machine can occur by chance."""


def expected(bundle: Bundle) -> Expected:
    """Say what every file of a bundle must hold, as the conductor of a build does."""
    pages = (*bundle.front, *bundle.articles, *bundle.back)
    blocks = (block for page in pages for block in every_block(page.blocks))
    codes = Counter(block.payload for block in blocks if isinstance(block, QrCode) and qr.fits(block.payload))
    languages = tuple(sorted({article.entry.language for article in bundle.articles}))
    return Expected(tuple(short_id(page.entry.id) for page in pages), codes, (SECRET, "canaryuser"), languages)


def codes_of(name: str, data: bytes, wanted: Expected, folder: Path) -> set[str]:
    """Return the codes of the faults that the judge of a format finds in these bytes."""
    path = folder / f"weekly-261122.{EXTENSIONS[name]}"
    path.write_bytes(data)
    return {fault.code for fault in gate.judge(name).faults(path, wanted)}
