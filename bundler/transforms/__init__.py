"""Transforms: an article in, an article out, and a Note for whatever was dropped or changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bundler.model import ArticleId, Entry, Strings


@dataclass(frozen=True, slots=True)
class Context:
    """What transforms may know of the bundle.

    `inside` maps every known address (share and source, normalised) of a selected article to its id; `entries` holds
    the entries of the selected articles; `mirrors` are base addresses, best first.
    """

    inside: Mapping[str, ArticleId]
    entries: Mapping[ArticleId, Entry]
    strings: Strings
    mirrors: tuple[str, ...] = ()
    qr: Literal["share", "source", "none"] = "share"
    outside_links: Literal["copy", "tap", "none"] = "copy"
