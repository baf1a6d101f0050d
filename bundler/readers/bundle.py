"""Archives that were made again from files of ours: articles as JSON, pictures beside them (`bundler archive import`).

```
bundle-archive.json                          {"format": "bundler-archive", "version": 1, "articles": [paths in order]}
articles/<short id>.json                     {"format": "bundler-article", "version": 1, "article": …, "pictures": …}
pictures/<original>.<hash of the file>.jpg   a rebuilt picture, standing for the original that it was made from
```
Ids are those that the articles had: they begin with the name of the archive that they were in then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bundler.model import Article, Block, Entry, Figure, Image, Inline, Note, Original
from bundler.pictures import stands_for
from bundler.readers import Claim, Loaded, Reason, Scan, What, _checked
from bundler.tree import TooLargeError, Tree
from bundler.walk import assets_of, map_blocks

INDEX = "bundle-archive.json"
MAX_INDEX_BYTES = 200_000_000
FORMAT, ARTICLE, VERSION = "bundler-archive", "bundler-article", 1


def recognizes(tree: Tree) -> bool:
    """Say whether the tree has an index of ours."""
    return tree.stat(INDEX) is not None and _index(tree) is not None


def scan(tree: Tree) -> Scan:
    """List the pages as the index does, then those that it does not name."""
    there = {file.path for file in tree.list("articles") if file.path.endswith(".json")}
    listed = [path for path in _index(tree) or () if isinstance(path, str)]
    missing = tuple(Note("page-missing", None, path[:200]) for path in listed if path not in there)
    pages = dict.fromkeys(path for path in listed if path in there)
    return Scan((*pages, *sorted(there - pages.keys())), notes=missing)


def _index(tree: Tree) -> list[Any] | None:
    try:
        value = json.loads(tree.read(INDEX, max_bytes=MAX_INDEX_BYTES))
    except (OSError, TooLargeError, ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or (value.get("format"), value.get("version")) != (FORMAT, VERSION):
        return None
    articles = value.get("articles")
    return articles if isinstance(articles, list) else None


def load(tree: Tree, path: str, archive: str) -> Loaded:  # noqa: ARG001 — ids keep the names they had
    """Read one article; one of which anything is not as it must be is no article."""
    try:
        value = json.loads(tree.read(path))
        if (value.get("format"), value.get("version")) != (ARTICLE, VERSION):
            return Loaded(None, notes=(Note("not-an-article"),))
        found, notes = _checked.article(value.get("article"))
        media = dict(_media(tree, _checked.pictures(value.get("pictures", {}))))
    except TooLargeError as error:
        return Loaded(None, notes=(Note("page-too-large", None, f"{error.size} bytes, at most {error.cap}"),))
    except (AttributeError, OSError, RecursionError, ValueError) as error:
        return Loaded(None, notes=(Note("not-an-article", None, str(error)[:200]),))
    kept, missing = _without(found, media)
    share = kept.entry.share
    claims = (Claim("bundle", share),) if share else ()
    needs = tuple(sorted(media.values()))
    return Loaded(kept, claims, media, needs, (*notes, *missing), _reasons(kept.entry))


def _media(tree: Tree, named: Mapping[str, str]) -> Iterator[tuple[Original, str]]:
    for original, path in sorted(named.items()):
        held = stands_for(path)
        if held and held[0] == original and tree.stat(path):
            yield held[0], path


def _reasons(entry: Entry) -> tuple[Reason, ...]:
    """Say of everything that the article says of itself that the file it came from said so."""
    said: tuple[tuple[What, object], ...] = (
        ("title", entry.title), ("section", entry.section.id), ("date", entry.published),
        ("publisher", entry.publisher), ("authors", entry.authors), ("language", entry.language),
        ("tags", entry.tags), ("source", entry.source),
    )  # fmt: skip
    return tuple(Reason(what, f"reader#{what}.bundle") for what, value in said if value)


def _without(article: Article, media: Mapping[Original, str]) -> tuple[Article, tuple[Note, ...]]:
    """Take pictures out of an article that are not in the archive; captions and alternative texts stay."""
    missing = [one for one in assets_of(article.blocks) if one not in media]
    if not missing:
        return article, ()

    def block(node: Block) -> tuple[Block, ...]:
        return (replace(node, asset=None) if isinstance(node, Figure) and node.asset in missing else node,)

    def inline(node: Inline) -> tuple[Inline, ...]:
        return (replace(node, asset=None) if isinstance(node, Image) and node.asset in missing else node,)

    blocks = map_blocks(article.blocks, block, inline)
    return replace(article, blocks=blocks), tuple(Note("picture-missing", article.entry.id, one) for one in missing)
