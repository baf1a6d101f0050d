"""Every format in every size that a recipe asks for: first smaller pictures, then volumes; one file where one fits.

Each size class gets the first of these that fits: the file as the recipe wants it, the same with the pictures of the
next rungs, the articles cut into volumes with the smallest pictures. What fits a smaller class serves the larger ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from bundler import store
from bundler.build.measures import carries
from bundler.model import CLASSES, Note, Rung, SizeClass
from bundler.volumes import cut
from bundler.work import Work

if TYPE_CHECKING:
    from bundler.build.bundle import Assembled
    from bundler.build.cutting import Cutting, Part

SEAL_BYTES = 1_000
"""Left free in every file for the seal that a release adds."""
WHOLE = frozenset(("dump",))
"""Formats for programs, which no channel limits: they have one size."""
_SIZES: tuple[Literal["original", "screen", "small"], ...] = ("original", "screen", "small")
_HOPELESS = 2
"""A file that is estimated so many times too large is not tried."""


@dataclass(frozen=True, slots=True)
class Sized:
    """What was written: notes, and what each file that is not the whole bundle holds, by its name."""

    notes: tuple[Note, ...]
    parts: Mapping[str, Part]


def write(  # noqa: PLR0913 - what is written, and where
    assembled: Assembled,
    formats: Sequence[tuple[str, object]],
    sizes: Sequence[SizeClass],
    staging: store.Staging,
    work: Work,
    *,
    lettered: bool = False,
) -> Sized:
    """Write every format of a bundle in every size into the staging folder.

    The files of the smallest size have plain names unless `lettered`.

    Raises RecipeError where one article alone is too large for a size, with its name and the size of its file.
    """
    from bundler.build.cutting import Cutting  # noqa: PLC0415 - what is expected is said without it, 70 ms sooner

    notes: list[Note] = []
    parts: dict[str, Part] = {}
    cutting = Cutting(assembled, staging, work)
    for name, options in formats:
        work.progress(name, 0, 1)
        made = _Format(name, options, cutting)
        for letter, size in _lettered(name, sizes, plain=not lettered):
            made.fit(size, letter)
        notes += made.finish()
        parts |= made.parts
        work.progress(name, 1, 1)
    ranks = {name: rank for rank, (name, _) in enumerate(formats)}
    letters = ["", *(size[0] for size in CLASSES)]
    staging.files.sort(key=lambda one: (ranks[one.format], letters.index(one.size), one.volume))
    return Sized(tuple(notes), parts)


def _lettered(name: str, sizes: Sequence[SizeClass], *, plain: bool) -> Iterator[tuple[str, SizeClass | None]]:
    """Yield the sizes that a format is made in, the smallest first, each but a `plain` first with its letter."""
    if name in WHOLE:
        yield "", None
        return
    there = [one for one in CLASSES if one in sizes]
    fitting = [one for one in there if (name, one) != ("pdf", "nano")] or there
    yield from (("" if plain and at == 0 else one[0], one) for at, one in enumerate(fitting))


def ladder(rung: Rung) -> tuple[Rung, ...]:
    """Return the rungs that are tried, the wanted one first; pictures are never left out to save room."""
    if rung.size not in _SIZES:
        return (rung,)
    return tuple(replace(rung, size=size) for size in _SIZES[_SIZES.index(rung.size) :])


@dataclass(slots=True)
class _Format:
    """One format while its files are made."""

    name: str
    options: object
    cutting: Cutting
    whole: dict[Rung, store.Written] = field(default_factory=dict)
    chosen: set[Rung] = field(default_factory=set)
    parts: dict[str, Part] = field(default_factory=dict)
    told: dict[Rung, tuple[Note, ...]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def fit(self, size: SizeClass | None, letter: str) -> None:
        """Make what fits a size class, where no file for a smaller one is the whole as it is wanted."""
        rungs = ladder(self.cutting.rung)
        if rungs[0] in self.chosen:
            return
        most = CLASSES[size] - SEAL_BYTES if size else None
        if size == "nano":
            rungs = (replace(rungs[0], size="none"),)
        for rung in rungs:
            if most is None or self._fits(rung, most):
                self._choose(rung, letter)
                return
        assert size is not None
        assert most is not None
        from bundler.build.cutting import Job  # noqa: PLC0415 - as above

        last = rungs[-1]
        job = Job(self.name, self.options, last, size, letter, most)
        volumes = self.cutting.volumes(job, self.cutting.guess(self.name, last, self.whole))
        self.parts |= volumes.parts
        self.notes += volumes.notes
        self.notes.append(Note("volumes", None, f"{self.name}: {len(volumes.parts)}"))
        self._smaller(last)

    def _fits(self, rung: Rung, most: int) -> bool:
        """Say whether the whole bundle fits with pictures of a rung; what is far from it is not written."""
        if rung not in self.whole:
            guess = self.cutting.guess(self.name, rung, self.whole)
            if guess > most * (_HOPELESS if not self.whole else 1.1):
                return False
            self.whole[rung], self.told[rung] = self.cutting.whole(self.name, self.options, rung)
        return self.whole[rung].bytes <= most

    def _choose(self, rung: Rung, letter: str) -> None:
        """Keep a file for a size class, if it does not serve a smaller one already."""
        if rung in self.chosen:
            return
        self.chosen.add(rung)
        if rung not in self.whole:
            self.whole[rung], self.told[rung] = self.cutting.whole(self.name, self.options, rung)
        self.whole[rung] = self.cutting.staging.rename(self.whole[rung], size=letter)
        self.notes += self.told[rung]
        self._smaller(rung)

    def _smaller(self, rung: Rung) -> None:
        if rung.size != self.cutting.rung.size and self.cutting.pictures:
            self.notes.append(Note("pictures-smaller", None, f"{self.name}: {rung.size}"))

    def finish(self) -> tuple[Note, ...]:
        """Take back what no size class needs; return what the writers said of the rest."""
        for rung in self.whole.keys() - self.chosen:
            self.cutting.staging.drop(self.whole[rung])
        return tuple(self.notes)


def expected(
    name: str,
    sizes: Sequence[SizeClass],
    rung: Rung,
    articles: Sequence[tuple[int, Sequence[int]]],
    typical: Mapping[str, int],
) -> Iterator[tuple[SizeClass, str, int]]:
    """Estimate a format's files: for each size it is made in, the pictures' rung and the number of volumes.

    `articles` are what each weighs without pictures, and the bytes of each of its pictures; `typical` is what a picture
    has at most on a rung.
    """
    for _, size in _lettered(name, sizes, plain=True):
        if size is None:
            return
        most = CLASSES[size] - SEAL_BYTES
        rungs = (replace(rung, size="none"),) if size == "nano" else ladder(rung)
        totals: list[int] = []
        for one in rungs:
            totals = [
                weight + int(carries(name) * sum(min(picture, typical[one.size]) for picture in shown))
                for weight, shown in articles
            ]
            if sum(totals) <= most:
                break
        yield size, one.size, len(cut(totals, max_bytes=most))
        if one == rung and sum(totals) <= most:
            return


__all__ = ["Sized", "expected", "ladder", "write"]
