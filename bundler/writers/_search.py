"""Which characters of a page are one in Simplified and Traditional Chinese, for the search that its script does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bundler import words

_DATA = re.compile(r";base64,[A-Za-z0-9+/=]*")


@dataclass(slots=True)
class Seen:
    """The characters of a page, collected while it is written."""

    characters: set[str] = field(default_factory=set)

    def add(self, markup: str) -> None:
        """Collect the characters of a part of the page, but those of pictures, which are most of it."""
        for piece in _DATA.split(markup):
            self.characters.update(piece)

    def groups(self) -> str:
        """Return the groups of which the page has a character: "发發髮 国國", the Simplified one first in each."""
        if all(map(str.isascii, self.characters)):
            return ""
        variants = words.variants()
        return " ".join(sorted({"".join(variants[one]) for one in self.characters if one in variants}))
