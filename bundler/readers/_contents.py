"""The contents of a book: its README, with the chapters in order, under the headings of their parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from bundler.readers._frame import plain
from bundler.readers._listing import resolved, text_of
from bundler.tree import Tree

README, CHAPTERS = "README.md", "chapters"
WHOLE = "book"
"""The section of chapters that stand in no part."""
MAX_PART = 80
"""Characters of a heading that may name a part."""
_LINK = re.compile(
    r"\[(?P<words>[^\[\]]*)\]\(\s*<?(?P<path>[^()\s<>?#]+\.(?:md|markdown))(?:[?#][^()]*)?\)", re.IGNORECASE
)
_HEADING = re.compile(r"\s*#{1,6}\s+(?P<words>\S.*?)[\s#]*$")
_CONTENTS = re.compile(
    r"(?:目\s*[录錄次]|contents|table of contents|章节|章節|summary|оглавление|содержание)\s*[:：]?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Place:
    """A chapter as the contents list it: its path in the tree, its title, the number and name of its part (0: none)."""

    path: str
    title: str
    part: int = 0
    part_name: str = ""

    @property
    def section(self) -> str:
        """Return the id of its section."""
        return f"part{self.part}" if self.part else WHOLE


@dataclass(frozen=True, slots=True)
class Contents:
    """What the README says of a book."""

    title: str
    places: tuple[Place, ...]

    def place(self, path: str) -> Place:
        """Return where a chapter stands; one that is not listed stands with the chapter that its name begins like."""
        if path == README:
            return Place(path, self.title)
        listed = next((place for place in self.places if place.path == path), None)
        if listed is not None:
            return listed
        near = self.nearest(path)
        return Place(path, "", near.part, near.part_name) if near else Place(path, "")

    def lists(self, line: str) -> bool:
        """Say whether a line of the README is of its contents: links to chapters, or the heading of a part."""
        if any(_chapters(line)):
            return True
        heading = _HEADING.match(line)
        words = plain(heading["words"]) if heading else ""
        return bool(words) and (words in {place.part_name for place in self.places} or bool(_CONTENTS.fullmatch(words)))

    def nearest(self, path: str) -> Place | None:
        """Return the listed chapter whose name is the longest beginning of this one's: `2` for `2b`."""
        alike = [place for place in self.places if _begins(_stem(path), _stem(place.path))]
        return max(alike, key=lambda place: len(_stem(place.path)), default=None)

    def sections(self) -> dict[str, str]:
        """Return the names of the parts, and of the whole for what stands in none."""
        named = {place.section: place.part_name for place in self.places if place.part}
        return {WHOLE: self.title, **named} if self.title else named

    def ordered(self, here: Iterable[str]) -> tuple[str, ...]:
        """Return the chapters that are here in reading order, those that are not listed after their like, else last."""
        kept = set(here)
        groups = {place.path: [place.path] if place.path in kept else [] for place in self.places}
        rest: list[str] = []
        for path in sorted(kept - set(groups), key=natural):
            near = self.nearest(path)
            (groups[near.path] if near else rest).append(path)
        return (*(path for group in groups.values() for path in group), *rest)

    def missing(self, here: Iterable[str]) -> tuple[Place, ...]:
        """Return the chapters that are listed and not here."""
        kept = set(here)
        return tuple(place for place in self.places if place.path not in kept)


def read(tree: Tree) -> Contents:
    """Read the contents; a book without a README has none."""
    return parsed(text_of(tree, README))


def parsed(text: str) -> Contents:
    """Read the contents from the README's text: the first heading is the title, others between links name parts."""
    title, name, part = "", "", 0
    found: dict[str, Place] = {}
    waiting = ""
    for line in text.split("\n"):
        links = list(_chapters(line))
        if links and waiting:
            part, name, waiting = part + 1, waiting, ""
        for words, path in links:
            found.setdefault(path, Place(path, words, part, name))
        heading = _HEADING.match(line)
        if links or heading is None or "](" in line:
            continue
        words = plain(heading["words"])
        if not title:
            title = words
        elif len(words) <= MAX_PART and not _CONTENTS.fullmatch(words):
            waiting = words
    return Contents(title, tuple(found.values()))


def _chapters(line: str) -> Iterator[tuple[str, str]]:
    for link in _LINK.finditer(line):
        path = resolved(PurePosixPath(), unquote(link["path"]))
        if path.startswith(f"{CHAPTERS}/"):
            yield plain(link["words"]), path


def natural(path: str) -> list[tuple[str, int, str]]:
    """Order paths as people count: chapter 2 before chapter 10."""
    return [(words, int(digits[:30] or -1), digits) for words, digits in re.findall(r"(\D*)(\d*)", path)]


def _stem(path: str) -> str:
    return PurePosixPath(path).with_suffix("").as_posix()


def _begins(stem: str, listed: str) -> bool:
    """Say whether a name goes on from a listed one, but not in the middle of a number: 2b from 2, not 21."""
    rest = stem.removeprefix(listed)
    return stem not in (listed, rest) and not (listed[-1:].isdigit() and rest[:1].isdigit())
