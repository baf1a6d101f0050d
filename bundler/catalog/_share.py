"""Where an article stands on the web: the recipe's base, else what its page says, else what its QR image says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bundler.address import join, key
from bundler.catalog._page import Row
from bundler.model import ArticleId, Note


@dataclass(slots=True)
class Shares:
    """The share addresses of an archive and what contradicts them. `base_url` is the recipe's, or empty."""

    base_url: str
    notes: dict[ArticleId, tuple[Note, ...]] = field(default_factory=dict)
    _claimed: Counter[str] = field(default_factory=Counter)
    _used: Counter[str] = field(default_factory=Counter)

    def of(self, row: Row, path: str, article: ArticleId) -> tuple[str, str]:
        """Return the share address of an article and its rule; a page that claims another path gets a Note."""
        for _, address, base in row.claims:
            if base is None:
                self.notes[article] = (*self.notes.get(article, ()), Note("share-path-differs", article, address))
            else:
                self._claimed[base] += 1
        if self.base_url:
            return join(self.base_url, path), "recipe#archives.base_url"
        if not row.claims:
            return "", ""
        where, address, base = row.claims[0]
        if base:
            self._used[base] += 1
        return address, f"reader#share.{where}"

    def on_archive(self) -> Iterator[Note]:
        """Yield one Note that names every base but the archive's own, with the number of claims."""
        own = self.base_url or max(self._used, key=lambda base: (self._used[base], base), default="")
        others = {base: count for base, count in self._claimed.items() if key(base) != key(own)}
        if others:
            ranked = sorted(others, key=lambda base: (-others[base], base))
            yield Note("share-base-differs", None, ", ".join(f"{base} ({others[base]})" for base in ranked))
