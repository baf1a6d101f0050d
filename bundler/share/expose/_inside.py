"""What the parsers of one format each find in a file; they stop at limits, and a broken file is no error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MAX_BYTES = 512_000_000
MAX_PART_BYTES = 32_000_000
MAX_PARTS = 20_000
MAX_PAGES = 5_000
MAX_CHARACTERS = 64_000_000
MAX_SAID = 60
"""Entries of metadata that are repeated."""
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<>\"'`|，。；：！？）】》」』、]{4,2000}", re.IGNORECASE)
_AWAY = re.compile(r"\s*(?:(?:https?|ftp|wss?|file):|//|\\\\)", re.IGNORECASE)


@dataclass(slots=True)
class Inside:
    """What stands in a file: for shelves (title, metadata, picture), for readers (text), for networks (addresses).

    `loads` are addresses that a viewer would open by itself; `taps` those that it opens when a reader wants it;
    `marks` tell by what the file is known as one of ours; `broken` names what could not be read or was too large.
    """

    kind: str
    locked: str = ""
    title: str = ""
    said: list[tuple[str, str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    characters: int = 0
    taps: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    picture: bytes = b""
    marks: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def read(self, text: str) -> None:
        """Take a piece of what a reader sees, as much as there is room for."""
        room = MAX_CHARACTERS - self.characters
        if len(text) > room:
            self.lost("length")
        self.text.append(text[:room])
        self.characters += min(len(text), room)

    def keep(self, name: str, value: str) -> None:
        """Take one entry of metadata."""
        if value.strip() and len(self.said) < MAX_SAID and (name, value) not in self.said:
            self.said.append((name, " ".join(value.split())[:300]))

    def lost(self, part: str) -> None:
        """Remember that something was not read."""
        if part not in self.broken:
            self.broken.append(part)

    def hosts(self) -> dict[str, int]:
        """Count the hosts of all addresses in the file: those of links, and those that stand as text."""
        found: dict[str, int] = {}
        for address in (*self.taps, *self.loads, *(one for text in self.text for one in _ADDRESS.findall(text))):
            if host := host_of(address):
                found[host] = found.get(host, 0) + 1
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def leads_away(address: str) -> bool:
    """Say whether an address leads out of the file."""
    return bool(_AWAY.match(address))


def host_of(address: str) -> str:
    """Return the host of an address, empty where it has none."""
    try:
        return (urlsplit(address.strip()).hostname or "").lower()
    except ValueError:
        return ""
