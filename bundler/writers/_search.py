"""Which characters of a page are one in Simplified and Traditional Chinese, for the search that its script does."""

from __future__ import annotations

from dataclasses import dataclass, field

from bundler import words


@dataclass(slots=True)
class Seen:
    """The characters of a page, collected while it is written."""

    characters: set[str] = field(default_factory=set)

    def groups(self) -> str:
        """Return the groups of which the page has a character: "发發髮 国國", the Simplified one first in each."""
        if all(map(str.isascii, self.characters)):
            return ""
        variants = words.variants()
        return " ".join(sorted({"".join(variants[one]) for one in self.characters if one in variants}))
