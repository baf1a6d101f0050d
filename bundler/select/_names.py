"""Which article a line of a recipe names: by id, path, address or a part of its title."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bundler import address
from bundler.errors import Listed, say
from bundler.model import Entry
from bundler.select._conditions import has_id
from bundler.select._selection import Fault
from bundler.words import fold

CANDIDATES = 5
"""So many articles an error names."""
ALIKE, ALIKE_ID = 60, 85
"""How alike (0 to 100) a line must be to a title or to an id before that is offered instead."""
_TITLE_SHOWN = 30


@dataclass(frozen=True)
class Names:
    """The names of an archive's articles; what a search needs is made when it is first needed."""

    entries: Sequence[Entry]

    def of(self, line: str) -> tuple[Entry, ...]:
        """Return the articles that a line names, by the surest kind of name that it can be."""
        kinds: tuple[Callable[[str], Iterable[Entry]], ...] = (
            (self._at_address, self._below_another_base)
            if "://" in line
            else (self._by_id, self._by_end, self._in_a_folder, self._by_title, self._by_part)
        )
        said = unicodedata.normalize("NFC", line.strip())
        return next((found for kind in kinds if (found := tuple(kind(said)))), ())

    def one(self, line: str, where: tuple[str | int, ...]) -> Entry | Fault:
        """Return the one article that a line names, or what is wrong with the line."""
        found = self.of(line)
        if len(found) == 1:
            return found[0]
        if found:
            message = say("{line!r} names {count} articles", line=line, count=len(found))
            return Fault(where, message, say("write the id of one of them: {articles}", articles=_listed(found)))
        near = self._near(line)
        hint = (
            say("the nearest are {articles}", articles=_listed(near))
            if near
            else say("write an id, a path in the archive, an address or a part of a title")
        )
        return Fault(where, say("{line!r} names no article", line=line), hint)

    def _by_id(self, line: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.id == line)

    def _by_end(self, line: str) -> tuple[Entry, ...]:
        forms = tuple(_forms(line))
        return tuple(entry for entry in self.entries if any(has_id(entry, form) for form in forms))

    def _in_a_folder(self, path: str) -> Iterator[Entry]:
        """Find the article whose whole path in the archive is the end of a longer path, of two names or more."""
        ends = tuple(f"/{form}" for form in _forms(path))
        for entry in self.entries:
            inner = entry.id.partition("/")[2]
            if "/" in inner and any(end.endswith(f"/{inner}") for end in ends):
                yield entry

    def _at_address(self, line: str) -> tuple[Entry, ...]:
        return self._addresses.get(address.key(line), ())

    def _below_another_base(self, line: str) -> Iterator[Entry]:
        """Find the article by its path in the address of another mirror."""
        return self._in_a_folder(unicodedata.normalize("NFC", address.path_of(line)))

    @cached_property
    def _addresses(self) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            for key in {address.key(one) for one in (entry.share, entry.source) if one}:
                found[key] = (*found.get(key, ()), entry)
        return found

    @cached_property
    def _titles(self) -> tuple[str, ...]:
        return tuple(fold(entry.title) for entry in self.entries)

    def _by_title(self, line: str) -> Iterator[Entry]:
        sought = fold(line)
        return (entry for entry, title in zip(self.entries, self._titles, strict=True) if title == sought)

    def _by_part(self, line: str) -> Iterator[Entry]:
        sought = fold(line)
        return (entry for entry, title in zip(self.entries, self._titles, strict=True) if sought and sought in title)

    def _near(self, line: str) -> tuple[Entry, ...]:
        from rapidfuzz import fuzz  # noqa: PLC0415 — only a mistake needs it

        sought, end = fold(line), max(_forms(line), key=len, default="").rpartition("/")[2]
        scored = []
        for place, (entry, title) in enumerate(zip(self.entries, self._titles, strict=True)):
            by_id = fuzz.ratio(end, entry.id.rpartition("/")[2], score_cutoff=ALIKE_ID)
            scored.append((-max(by_id, fuzz.ratio(sought, title, score_cutoff=ALIKE)), place))
        return tuple(self.entries[place] for score, place in sorted(scored)[:CANDIDATES] if score)


def _forms(path: str) -> Iterator[str]:
    """Yield the ends of ids that a path can mean: as it is, without its suffix, without the folder of the pages."""
    plain = path.removeprefix("./").strip("/")
    stem, dot, suffix = plain.rpartition(".")
    for form in (plain, stem) if dot and "/" not in suffix else (plain,):
        if form:
            yield form
            if form.startswith("pages/") and form != "pages/":
                yield form.removeprefix("pages/")


def _listed(entries: Sequence[Entry]) -> Listed:
    shown = [f"{entry.id} ({_short(entry.title)})" for entry in entries[:CANDIDATES]]
    return Listed((*shown, "…") if len(entries) > CANDIDATES else shown)


def _short(title: str) -> str:
    return title if len(title) <= _TITLE_SHOWN else f"{title[: _TITLE_SHOWN - 1]}…"
