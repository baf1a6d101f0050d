"""Files of ours, found somewhere, read back: articles and pictures, whatever a stranger put into them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bundler import pictures
from bundler.errors import ArchiveError, say
from bundler.model import Article, Block, Note, Original, Paragraph, QrCode, Span, Text
from bundler.readers import _checked

MAX_BYTES = 1_000_000_000
"""A larger file is not read."""
MAX_ARTICLES = 200_000
_DUMP = b'{"format":"bundler-dump"'


@dataclass(frozen=True, slots=True)
class Found:
    """What a file held: articles in reading order, pictures by the hash of their originals, and what was not usable."""

    articles: tuple[Article, ...]
    pictures: Mapping[Original, bytes]
    notes: tuple[Note, ...] = ()


def read(path: Path) -> Found:
    """Read a file back. Raises ArchiveError where it cannot be read, or is none of ours."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ArchiveError(say("{path!r} is too large: {size} bytes", path=str(path), size=size))
        data = path.read_bytes()
    except OSError as error:
        raise ArchiveError(say("{path!r} cannot be read", path=str(path))) from error
    if not data.startswith(_DUMP):
        raise ArchiveError(
            say("{path!r} is no dump of bundler", path=str(path)),
            hint=say("a dump is made with `formats: [dump]`, and its name ends in .json"),
        )
    try:
        return _dump(json.loads(data))
    except (ValueError, RecursionError) as error:
        raise ArchiveError(
            say("{path!r} is damaged and cannot be read back", path=str(path)), hint=say("look for another copy of it")
        ) from error


def _dump(value: Any) -> Found:
    articles = value.get("articles")
    assets = value.get("assets", {})
    if value.get("version") != 1 or not isinstance(articles, list) or not isinstance(assets, dict):
        message = "not a dump"
        raise ValueError(message)
    notes: list[Note] = []
    read = []
    for one in articles[:MAX_ARTICLES]:
        try:
            article, changed = _checked.article(one)
        except ValueError as error:
            notes.append(Note("not-an-article", None, str(error)[:200]))
            continue
        notes += changed
        read.append(_bare(article))
    notes += [Note("not-an-article", None, f"{len(articles)} > {MAX_ARTICLES}")] if len(articles) > MAX_ARTICLES else []
    held = dict(_pictures(assets))
    notes += [Note("picture-broken", None, str(name)[:200]) for name in sorted(assets.keys() - held.keys())]
    return Found(tuple(read), held, tuple(notes))


def _pictures(assets: Mapping[str, Any]) -> Iterator[tuple[Original, bytes]]:
    for name, said in sorted(assets.items()):
        try:
            data = base64.b64decode(said["data"], validate=True)
        except (binascii.Error, KeyError, TypeError, ValueError):
            continue
        if _checked.is_hash(name) and len(data) <= pictures.MAX_BYTES and pictures.refusal(data) is None:
            yield Original(name), data


def _bare(article: Article) -> Article:
    """Take away what each build adds at an article's end: the original's address and the code."""
    blocks = article.blocks
    if blocks and isinstance(blocks[-1], QrCode):
        blocks = blocks[:-1]
    while blocks and _is_address(blocks[-1], {article.entry.source, article.entry.share} - {""}):
        blocks = blocks[:-1]
    return replace(article, blocks=blocks)


def _is_address(block: Block, addresses: set[str]) -> bool:
    """Say whether a block is a line of nothing but a label and one of the article's own addresses."""
    match block:
        case Paragraph((Text(), Span((Text(address),), None, "ltr"), *rest)) if len(rest) <= 1:
            return address in addresses
        case _:
            return False
