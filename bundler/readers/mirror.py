"""News mirrors as they stand on public code hosts: `pages/<section>/<id>.md`, each around one piece of scraped HTML.

What the format wraps around an article, and what publishers leave inside it, is data: `assets/rules/mirror.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from bundler import pictures
from bundler.model import ArticleId, Note
from bundler.readers import Claim, Loaded, Scan, _address, _limits, _listing, _page, _paths, _rules
from bundler.readers._article import Reading
from bundler.readers._frame import Page, unframe
from bundler.readers._listing import INDEXES, PAGES, README
from bundler.readers._removals import reasons, told
from bundler.readers._summary import says
from bundler.tree import TooLargeError, Tree, page_id

MAX_CODE_BYTES = 1_000_000
"""The picture of a QR code."""
_LOOKED_AT = 5
_HEAD = re.compile(r"\s*#{2,3}\s*\S.*\n-{3,}[ \t]*\n")


def recognizes(tree: Tree) -> bool:
    """Say whether the tree has the folders of a mirror, or pages that begin as a mirror's do."""
    first = tuple(islice(_markdown(tree, PAGES), _LOOKED_AT))
    if first and tree.stat(README) is not None and next(_markdown(tree, INDEXES), ""):
        return True
    alone = (path for path in _markdown(tree, "") if "/" not in path)
    return any(_is_page(tree, path) for path in first or islice(alone, _LOOKED_AT))


def scan(tree: Tree) -> Scan:
    """List the pages in the order of the indexes; a tree without `pages/` is listed by what its files begin with.

    Raises RecipeProblems where the archive brings rules of its own that are not as they must be.
    """
    _rules.check(tree)
    files = tuple(tree.list(PAGES))
    if not files:
        return Scan(tuple(path for path in _markdown(tree, "") if _is_page(tree, path)))
    junk = _listing.Junk()
    pages = _listing.articles(files, junk)
    found = _listing.indexes(tree)
    ordered, missing = _listing.ordered(pages, found)
    named = _listing.sections(found, {path.split("/")[1] for path in pages})
    detail = f"{len(missing)} in indexes and not here: {_listing.counted(missing)}"
    return Scan(ordered, named, (*junk.notes(), *((Note("listed-missing", detail=detail),) if missing else ())))


def load(tree: Tree, path: str, archive: str) -> Loaded:
    """Read one page: its frame off, its HTML walked, promotion, advertisements and appeals left out by rule."""
    key = ArticleId(page_id(archive, path, under=PAGES))
    code = f"{path}.png"
    text = _page.read(tree, path)
    if isinstance(text, Note):
        return Loaded(None, needs=(code, _paths.RULES), notes=(replace(text, article=key),))
    source, notes = text
    rules = _rules.of(tree)
    reading = Reading(tree, path, archive, unframe(source, rules), rules)
    article = reading.article(key)
    refused = _limits.too_long(article.blocks) or (None if says(article.blocks) else Note("empty"))
    notes = (*notes, *reading.notes, *told(reading.removed), *((refused,) if refused else ()))
    return Loaded(
        None if refused else article,
        claims=tuple(_claims(tree, code, reading.page)),
        media=dict(reading.media),
        needs=(code, _paths.RULES, *reading.needs),
        notes=tuple(replace(note, article=key) for note in notes),
        reasons=(*reading.reasons, *reasons(reading.removed)),
        remote=tuple(reading.remote.addresses),
    )


def _claims(tree: Tree, code: str, page: Page) -> Iterator[Claim]:
    """Yield the addresses that a page claims: in its footer, and in the picture of its QR code."""
    yield from (Claim("page", address) for address in page.shares[-1:])
    try:
        address = pictures.read_code(tree.read(code, max_bytes=MAX_CODE_BYTES))
    except (OSError, TooLargeError):
        return
    if address and _address.outside(address) is not None:
        yield Claim("qr", address.strip())


def _markdown(tree: Tree, under: str) -> Iterator[str]:
    return (file.path for file in tree.list(under) if file.path.endswith(".md") and file.size)


def _is_page(tree: Tree, path: str) -> bool:
    """Say whether a file begins with a title and a rule, and has a line that only a mirror's pages have."""
    text = _listing.text_of(tree, path)
    rules = _rules.of(tree)
    return bool(_HEAD.match(text)) and any(
        rules.any_line.match(line) or rules.original(line) for line in text.split("\n")
    )
