"""What was taken out of a page by rule: one note for each rule, with how often and the first words that it took."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bundler.model import Note
from bundler.readers import Reason

PREFIX = "removed:"
"""Before the name of a rule in the notes of a walk."""
SAID = 40
"""Characters of what was taken out that its note quotes."""
TOLD = 120
"""Characters of it that a reason quotes."""
_KINDS = {"appeals": "appeal", "related": "related"}
"""Keys of which every rule takes out the same kind of thing."""
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that was taken out: the full name of the rule, and what it said."""

    name: str
    said: str

    @property
    def rule(self) -> str:
        """Return what a note calls it: the word behind the key in `mirror.yaml#lines.promotion.pictograms`."""
        return kind(self.name)


def kind(name: str) -> str:
    """Return what a note calls a removal by this rule."""
    key, second, *_ = name.rpartition("#")[2].split(".")
    return _KINDS.get(key, second)


def parted(notes: Iterable[Note]) -> tuple[list[Removed], list[Note]]:
    """Part the notes of a walk: what a reader's own rules took out, and the rest."""
    kept = tuple(notes)
    removed = [
        Removed(note.code.removeprefix(PREFIX), _SPACE.sub(" ", note.detail))
        for note in kept
        if note.code.startswith(PREFIX)
    ]
    return removed, [note for note in kept if not note.code.startswith(PREFIX)]


def reasons(removed: Iterable[Removed]) -> tuple[Reason, ...]:
    """Say of each thing that was taken out by which rule."""
    return tuple(Reason("removed", one.name, one.said[:TOLD]) for one in removed)


def told(removed: Iterable[Removed]) -> Iterator[Note]:
    """Make one note for each rule: its name, how often it was used, the first thing that it took out."""
    by_rule: dict[str, list[str]] = {}
    for one in removed:
        by_rule.setdefault(one.rule, []).append(one.said)
    for rule, said in by_rule.items():
        times = f" x{len(said)}" if len(said) > 1 else ""
        first = next((words for words in said if words), "")
        yield Note("removed", detail=f"{rule}{times}: {first[:SAID]}" if first else f"{rule}{times}")
