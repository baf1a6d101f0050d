"""Dumps read back: JSON of the model, as `writers.dump` wrote it or as a stranger changed it."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from bundler.archive._gathered import MAX_ARTICLES, Gathering, bare
from bundler.readers import _checked

START = b'{"format":"bundler-dump"'


def gather(data: bytes, into: Gathering) -> None:
    """Read a dump. ValueError or RecursionError where it is damaged."""
    value: Any = json.loads(data)
    articles = value.get("articles")
    assets = value.get("assets", {})
    if value.get("version") != 1 or not isinstance(articles, list) or not isinstance(assets, dict):
        message = "not a dump"
        raise ValueError(message)
    for one in articles[: MAX_ARTICLES + 1]:
        try:
            article, changed = _checked.article(one)
        except ValueError as error:
            into.note("not-an-article", None, str(error))
            continue
        into.notes += changed
        into.add(bare(article))
    for name, said in sorted(assets.items()):
        if not into.picture(name, _bytes(said)):
            into.note("picture-broken", None, name)


def _bytes(said: Any) -> bytes | None:
    try:
        return base64.b64decode(said["data"], validate=True)
    except (binascii.Error, KeyError, TypeError, ValueError):
        return None
