"""The bundle as JSON, for other programs and for reading it back: one article a line, streamed.

`{"format": "bundler-dump", "version": 1, "bundle": {…}, "front": […], "articles": […], "back": […], "assets": {…}}`;
nodes are objects whose `type` is their name in the document model, keys are sorted, defaults are left out.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

from bundler.codec import canonical, to_json
from bundler.model import Article, Bundle, Note
from bundler.work import Work
from bundler.writers import Output

EXTENSION = "json"
VERSION = 1
_HEAD = ("slug", "title", "language", "edition", "outside", "chapters", "notes")


@dataclass(frozen=True, slots=True)
class Options:
    """A dump has no options: it holds everything."""


def write(bundle: Bundle, options: Options, out: Output, work: Work) -> tuple[Note, ...]:  # noqa: ARG001 - the protocol
    """Write one JSON document, UTF-8, with a line for each article and each picture."""
    with out.open(EXTENSION) as file:
        file.write(b'{"format":"bundler-dump","version":%d,\n"bundle":' % VERSION)
        file.write(canonical({name: to_json(getattr(bundle, name)) for name in _HEAD}))
        for name, articles in (("front", bundle.front), ("articles", bundle.articles), ("back", bundle.back)):
            file.write(f',\n"{name}":['.encode())
            _lines(file, (canonical(to_json(article)) for article in articles))
            file.write(b"]")
        file.write(b',\n"assets":{')
        _lines(file, _assets(bundle))
        file.write(b"}}\n")
    return ()


def weigh(article: Article, options: Options) -> int:  # noqa: ARG001 - the protocol
    """Return the bytes that one article adds."""
    return len(canonical(to_json(article))) + 2


def _lines(file: BinaryIO, lines: Iterable[bytes]) -> None:
    for place, line in enumerate(lines):
        file.write(b",\n" if place else b"\n")
        file.write(line)


def _assets(bundle: Bundle) -> Iterable[bytes]:
    """Yield each picture by the hash of its original bytes: what was rebuilt, in base64, with its type and size."""
    for original in bundle.assets:
        picture = bundle.assets.get(original)
        if picture is not None:
            data = base64.b64encode(picture.data).decode("ascii")
            size: dict[str, Any] = {"width": picture.width, "height": picture.height}
            yield b'"%s":' % original.encode() + canonical({"type": picture.media_type, "data": data} | size)
