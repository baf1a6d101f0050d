"""A bundle on another rung, and in volumes: estimated, cut, written, and cut again where a file is too large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bundler import merkle, store, volumes, writers
from bundler.build import kept
from bundler.build.bundle import Assembled
from bundler.build.measures import carries, size
from bundler.build.reading import codes
from bundler.errors import RecipeError, say
from bundler.furniture import pages
from bundler.model import Article, ArticleId, Bundle, Note, Original, Rung, SizeClass
from bundler.walk import assets_of
from bundler.work import Work

MAX_VOLUMES = 99
"""More would make names longer than channels take."""
_TRIES = 16
_SLACK = 0.97
"""So much of a size is filled by estimate: what is cut again costs more than a last percent."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one volume holds: all its pages by id, in order, each code's count, the languages of its articles."""

    ids: tuple[ArticleId, ...]
    codes: Mapping[str, int]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Volumes:
    """The volumes of a bundle in one format and size: what each holds by its file's name, and what writers said."""

    parts: Mapping[str, Part]
    notes: tuple[Note, ...]


@dataclass(slots=True)
class Cutting:
    """One bundle, made larger and smaller; what was weighed is remembered for the next format."""

    assembled: Assembled
    staging: store.Staging
    work: Work
    _codes: dict[ArticleId, Counter[str]] = field(default_factory=dict)
    _at: dict[Rung, Assembled] = field(default_factory=dict)
    _own: dict[tuple[str, Rung], dict[ArticleId, int]] = field(default_factory=dict)
    _bytes: dict[tuple[bool, Rung], dict[Original, int]] = field(default_factory=dict)

    @property
    def rung(self) -> Rung:
        """Return the rung that the recipe wants."""
        return self.assembled.bundle.images

    @property
    def pictures(self) -> int:
        """Count the pictures."""
        return len(self.assembled.bundle.assets)

    def at(self, rung: Rung) -> Assembled:
        """Return the bundle with its pictures on a rung."""
        if rung not in self._at:
            self._at[rung] = self.assembled.at(rung)
        return self._at[rung]

    def whole(self, name: str, options: object, rung: Rung) -> tuple[store.Written, tuple[Note, ...]]:
        """Write the whole bundle with pictures of a rung, under the rung's name."""
        output = self.staging.output(name, size=rung.name)
        notes = kept.write(self.at(rung), options, output, self.work)
        return self.staging.files[-1], notes

    def guess(self, name: str, rung: Rung, whole: Mapping[Rung, store.Written]) -> float:
        """Estimate the whole with pictures of a rung: by one that is written, else by what costs nothing to know."""
        bundle = self.assembled.bundle
        if not whole:
            return sum(bundle.articles.entry(one).characters for one in bundle.articles.ids)
        other, written = next(iter(whole.items()))
        before, after = (sum(self._pictures(name, one).values()) for one in (other, rung))
        return written.bytes + carries(name) * (after - before)

    def _pictures(self, name: str, rung: Rung) -> dict[Original, int]:
        """Measure every picture on a rung, as a format carries it."""
        html = name == "html"
        if (html, rung) not in self._bytes:
            assets = self.at(rung).bundle.assets
            made = ((one, assets.webp(one) if html else assets.get(one)) for one in assets)
            self._bytes[html, rung] = {one: len(picture.data) for one, picture in made if picture}
        return self._bytes[html, rung]

    def weights(self, name: str, options: object, rung: Rung) -> list[int]:
        """Estimate what each article adds to a file of a format, its pictures on a rung included."""
        sizes, writer = self._pictures(name, rung), writers.writer(name)
        factor, found = carries(name), []
        for article in self.assembled.bundle.articles:
            self._codes[article.entry.id] = Counter(codes(article.blocks))
            shown = sum(sizes.get(one, 0) for one in set(assets_of(article.blocks)))
            found.append(writer.weigh(article, options) + int(factor * shown))
        self._own[name, rung] = dict(zip(self.assembled.bundle.articles.ids, found, strict=True))
        return found

    def volumes(self, job: Job, known: float) -> Volumes:
        """Write the volumes of a bundle; `known` is about what it has whole.

        Raises RecipeError where one article alone is too large, where there would be too many volumes, and where what
        every volume holds beside its articles leaves too little room for them.
        """
        assembled = self.at(job.rung)
        weights = self.weights(job.name, job.options, job.rung)
        room = job.most * _SLACK * sum(weights) / max(known, sum(weights), 1)
        for _ in range(_TRIES):
            ranges = volumes.cut(weights, max_bytes=int(room))
            if len(ranges) > MAX_VOLUMES:
                raise _many(job)
            made = self._write(assembled, job, ranges)
            if isinstance(made, Volumes):
                return made
            room, large = room * job.most / made.bytes * _SLACK, made
        raise _stubborn(large, job)

    def _write(self, assembled: Assembled, job: Job, ranges: Sequence[range]) -> Volumes | store.Written:
        """Write volumes one after the other; the first that is too large ends it, and all are taken back."""
        ids = assembled.bundle.articles.ids
        groups = [[ids[at] for at in one] for one in ranges]
        names = [self._named(job, at, len(groups)) for at in range(1, len(groups) + 1)]
        parts: dict[str, Part] = {}
        notes: list[Note] = []
        before = len(self.staging.files)
        for at, group in enumerate(groups):
            bundle = self._volume(assembled, groups, names, at)
            output = self.staging.output(job.name, volume=at + 1, volumes=len(groups), size=job.letter)
            notes += kept.write(replace(assembled, bundle=bundle), job.options, output, self.work)
            written = self.staging.files[-1]
            parts[written.name] = self._part(bundle, group)
            if written.bytes > job.most:
                for one in self.staging.files[before:]:
                    self.staging.drop(one)
                if len(group) == 1:
                    own = self._own[job.name, job.rung][group[0]]
                    raise _alone(group[0], written, job) if own * 2 > written.bytes else _stubborn(written, job)
                return written
        return Volumes(parts, tuple(dict.fromkeys(notes)))

    def _named(self, job: Job, volume: int, count: int) -> str:
        output = self.staging.output(job.name, volume=volume, volumes=count, size=job.letter)
        return self.staging.named(writers.writer(job.name).EXTENSION, output, job.letter)

    def _volume(
        self, assembled: Assembled, groups: Sequence[Sequence[ArticleId]], names: Sequence[str], at: int
    ) -> Bundle:
        bundle = assembled.bundle
        described = [
            pages.Part(name, tuple(bundle.articles.entry(one).title for one in group), self._digest(group))
            for name, group in zip(names, groups, strict=True)
        ]
        elsewhere = {one: names[n] for n, group in enumerate(groups) if n != at for one in group}
        page = pages.volumes(bundle.theme.strings, described, at)
        made = volumes.volume(bundle, groups[at], elsewhere, page=page)
        return replace(made, volume=at + 1, volumes=len(groups))

    def _digest(self, group: Sequence[ArticleId]) -> str:
        """Return the tree hash of the articles' content digests, as the edition's list of articles has them."""
        return merkle.root([bytes.fromhex(self.assembled.digests[one]) for one in group]).hex()

    def _part(self, bundle: Bundle, group: Sequence[ArticleId]) -> Part:
        around: tuple[Article, ...] = (*bundle.front, *bundle.back)
        counted: Counter[str] = sum((self._codes[one] for one in group), Counter())
        for page in around:
            counted.update(codes(page.blocks))
        languages = {bundle.articles.entry(one).language for one in group}
        return Part((*group, *(page.entry.id for page in around)), counted, tuple(sorted(languages)))


@dataclass(frozen=True, slots=True)
class Job:
    """One format to be cut for a size class: files of `most` bytes, whose names have its letter."""

    name: str
    options: object
    rung: Rung
    size: SizeClass
    letter: str
    most: int


def _many(job: Job) -> RecipeError:
    return RecipeError(
        say("as {format} in size {size!r} it would be more than {most} files", format=job.name, size=job.size,
            most=MAX_VOLUMES),
        hint=say("name a larger size after 'for:', or select less"),
    )  # fmt: skip


def _stubborn(written: store.Written, job: Job) -> RecipeError:
    """Say that cutting does not help: fonts and the list of what stands in which volume are in each of them."""
    return RecipeError(
        say("as {format} in size {size!r} a part has still {bytes}, and {most} is the most: what each holds beside its"
            " articles is too large", format=job.name, size=job.size, bytes=size(written.bytes),
            most=size(job.most)),
        hint=say("name a larger size after 'for:', or select less"),
    )  # fmt: skip


def _alone(article: ArticleId, written: store.Written, job: Job) -> RecipeError:
    return RecipeError(
        say("{id!r} alone makes a file of {bytes} as {format}; in size {size!r} {most} is the most", id=article,
            bytes=size(written.bytes), format=job.name, size=job.size, most=size(job.most)),
        hint=say("drop it, or name a larger size after 'for:'"),
    )  # fmt: skip
