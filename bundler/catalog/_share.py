"""What contradicts the share addresses of an archive: a base that is not its own, a page that names another page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bundler.address import key
from bundler.catalog._columns import Columns
from bundler.model import ArticleId, Note


def on_articles(columns: Columns) -> Mapping[ArticleId, tuple[Note, ...]]:
    """Return a Note for each address of a page that names another one."""
    found = ((columns.entries[place].id, addresses) for place, addresses in columns.strangers.items())
    return {one: tuple(Note("share-path-differs", one, address) for address in addresses) for one, addresses in found}


def on_archive(columns: Columns, base_url: str) -> Iterator[Note]:
    """Yield one Note that names every base but the archive's own, with the number of claims.

    The own one is the recipe's, else that of most pages: their own address, else the one their QR image says.
    """
    used = columns.used
    own = base_url or max(used, key=lambda base: (used[base], base), default="")
    others = {base: count for base, count in columns.claimed.items() if key(base) != key(own)}
    if others:
        ranked = sorted(others, key=lambda base: (-others[base], base))
        yield Note("share-base-differs", None, ", ".join(f"{base} ({others[base]})" for base in ranked))
