"""The conductor of one edition: recipe to plan, plan to bundle, bundle to files, files through the gate into `dist`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from bundler import gate, readers, store, theme, writers
from bundler.build import history
from bundler.build.measures import size
from bundler.build.plan import Plan, open_archives, plan
from bundler.catalog import Union
from bundler.errors import ArchiveError, Code, GateError, say
from bundler.model import ArticleId, Bundle, Note, short_id
from bundler.qr import MAX_BYTES_PRINT
from bundler.recipe import Known, Recipe, load_apps
from bundler.work import Work

if TYPE_CHECKING:
    from bundler.build.bundle import Assembled
    from bundler.build.cutting import Part
    from bundler.build.reading import Omitted
    from bundler.furniture import message

SEND = "SEND.txt"


@dataclass(frozen=True, slots=True)
class Report:
    """What an edition has become: paths are relative to the output folder."""

    bundle: str
    edition: dt.date
    articles: int
    files: tuple[tuple[str, store.Written], ...]
    omitted: tuple[Omitted, ...]
    notes: tuple[Note, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Count the notes by code, sorted."""
        return dict(sorted(Counter(note.code for note in self.notes).items()))


class Finish(Protocol):
    """What a release adds to the files of an edition before they are read back and published.

    `lettered`: the files stand beside others of the edition, so that each has the letter of its size in its name.
    """

    @property
    def lettered(self) -> bool:
        """Say whether every file has a letter."""

    def seal(self, staging: store.Staging, assembled: Assembled) -> None:
        """Change the formats' files where they stand."""

    def sign(self, staging: store.Staging, assembled: Assembled) -> None:
        """Add what names and signs everything else in the folder."""


class _Options(Mapping[str, type]):
    """The options of each format; a writer is imported when its own are asked for."""

    def __getitem__(self, name: str) -> type:
        if name not in self:
            raise KeyError(name)
        return cast(type, writers.writer(name).Options)

    def __contains__(self, name: object) -> bool:
        return name in writers.NAMES

    def __iter__(self) -> Iterator[str]:
        return iter(writers.NAMES)

    def __len__(self) -> int:
        return len(writers.NAMES)


def known() -> Known:
    """Tell the recipe which readers, formats, options and languages there are."""
    return Known(readers.NAMES, _Options(), theme.languages(), MAX_BYTES_PRINT)


def build(recipe: Recipe, *, out: Path, edition: dt.date, index: Union, work: Work) -> Report:
    """Build one edition and publish it as `<out>/<bundle>/<edition>/`, whole or not at all.

    Raises RecipeError (nothing to pack), ArchiveError (an archive is missing, or `on_problem: stop` and an article
    could not be read), GateError (a finished file must not be published), LockError, OutputError, MissingPartError.
    """
    chosen = plan(recipe, edition, index=index, out=out)
    return publish(chosen, prepare(chosen, work=work), out=out, work=work)


def prepare(chosen: Plan, *, work: Work) -> Assembled:
    """Make the bundle of a plan. Raises ArchiveError where nothing is left, or what is missing must not be."""
    from bundler.build.bundle import assemble  # noqa: PLC0415 - a list of what would be packed needs a third less time

    assembled = assemble(chosen, work=work)
    _judge(chosen.recipe, assembled)
    return assembled


def publish(chosen: Plan, assembled: Assembled, *, out: Path, work: Work, finish: Finish | None = None) -> Report:
    """Write the files of a bundle, finish them, read them back and publish them, whole or not at all.

    Who finishes them holds the lock of `out` already. Raises GateError, LockError, OutputError, MissingPartError;
    UsageError where the edition is sealed.
    """
    from bundler.build import sizes  # noqa: PLC0415 - as above

    recipe, bundle = chosen.recipe, assembled.bundle
    with store.edition(out, recipe.slug, chosen.edition, letter=chosen.letter, held=finish is not None) as staging:
        lettered = finish is not None and finish.lettered
        written = sizes.write(assembled, recipe.formats, recipe.sizes, staging, work, lettered=lettered)
        if finish:
            finish.seal(staging, assembled)
        notes = written.notes + check(assembled, staging, parts=written.parts, forbidden=traces(out), work=work)
        staging.add(SEND, _send(recipe, bundle, staging))
        staging.add(history.NAME, history.written(recipe.slug, chosen.name, _listed(chosen, assembled)))
        if finish:
            finish.sign(staging, assembled)
        files = tuple((f"{recipe.slug}/{chosen.name}/{file.name}", file) for file in staging.files)
    return Report(
        recipe.slug, chosen.edition, len(bundle.articles), files, assembled.omitted, (*bundle.notes, *notes),
    )  # fmt: skip


def _listed(chosen: Plan, assembled: Assembled) -> Iterator[history.Listed]:
    """Yield what later builds may know of each article."""
    articles = assembled.bundle.articles
    for one in articles.ids:
        hidden = one in chosen.edited.changes and chosen.edited.changes[one].hidden
        source = "" if hidden else chosen.index.digest_of(one)
        yield history.Listed(one, articles.entry(one).title, source, assembled.digests[one])


def _judge(recipe: Recipe, assembled: Assembled) -> None:
    """Stop where nothing is left, or where an article is missing and the recipe wants none to be."""
    from bundler.build.bundle import NEVER_MEANT  # noqa: PLC0415 - as above

    lacking = tuple(one for one in assembled.omitted if one.reason not in NEVER_MEANT)
    if not assembled.bundle.articles.ids or (recipe.on_problem == "stop" and lacking):
        named = lacking or assembled.omitted
        raise ArchiveError(
            say("{n} articles cannot be packed, the first is {id!r}: {reason}", n=len(named),
                id=named[0].id, reason=Code(named[0].reason)),
            hint=say("drop them, or set 'on_problem: publish'"),
        )  # fmt: skip


def check(
    assembled: Assembled, staging: store.Staging, *, parts: Mapping[str, Part], forbidden: tuple[str, ...], work: Work
) -> tuple[Note, ...]:
    """Read every finished file back; return what was looked at by a sample only. `parts` says what volumes hold.

    Raises GateError that names the file and its first faults.
    """
    from bundler.build import kept  # noqa: PLC0415 - as above

    whole = _expected(assembled, forbidden)
    sampled: dict[Note, None] = {}
    for done, written in enumerate(staging.files, 1):
        part = parts.get(written.name)
        expected = gate.Expected(_short(part.ids), part.codes, forbidden, part.languages) if part else whole
        faults = kept.faults(written.format, staging.path(written), expected, work)
        work.progress("gate", done, len(staging.files))
        if faults:
            said = "; ".join(f"{fault.code}: {fault.detail}" for fault in faults[:5])
            raise GateError(
                say("{file!r} did not pass the gate: {faults}", file=written.name, faults=said),
                hint=say("nothing was published; this is a mistake of bundler, please report it"),
            )
        if note := gate.sampled(written.format, expected):
            sampled[note] = None
    return tuple(sampled)


def _expected(assembled: Assembled, forbidden: tuple[str, ...]) -> gate.Expected:
    bundle = assembled.bundle
    ids = (*bundle.articles.ids, *(page.entry.id for page in (*bundle.front, *bundle.back)))
    languages = {bundle.articles.entry(article).language for article in bundle.articles.ids}
    return gate.Expected(_short(ids), assembled.codes, forbidden, tuple(sorted(languages)))


def _short(ids: Iterable[ArticleId]) -> tuple[str, ...]:
    return tuple(map(short_id, ids))


def traces(out: Path) -> tuple[str, ...]:
    """Return the absolute paths of this machine that must not stand in any file.

    Names of user and host are looked for by tests alone: as words of an article they are nobody's secret.
    """
    paths = {Path.home(), Path.cwd(), out.resolve(), Path(__file__).resolve().parent}
    return tuple(sorted(str(path) for path in paths if len(path.parts) > SHALLOW))


SHALLOW = 2
"""A path of one step (`/root`, `/tmp`) is everybody's, and stands in markup by chance."""


def _first(files: Iterable[store.Written]) -> Iterator[message.File]:
    """Yield the files of the smallest size, volumes as one: the first and the last name, the size of the largest."""
    from bundler.furniture import message  # noqa: PLC0415 - as above

    kept: dict[str, list[store.Written]] = {}
    for file in files:
        if not file.size:
            kept.setdefault(file.format, []).append(file)
    for name, volumes in kept.items():
        last = volumes[-1].name if len(volumes) > 1 else ""
        most = size(max(file.bytes for file in volumes))
        yield message.File(name, volumes[0].name, most, len(volumes), last)


def _send(recipe: Recipe, bundle: Bundle, staging: store.Staging) -> bytes:
    from bundler.furniture import message  # noqa: PLC0415 - as above

    files = _first(staging.files)
    apps = recipe.apps or load_apps(theme.assets() / "readers.yaml", known())
    topic = bundle.title if bundle.outside == "open" else ""
    return message.message(bundle.theme.strings, files, apps, topic=topic, edition=bundle.edition).encode()


__all__ = [
    "SEND",
    "Assembled",
    "Finish",
    "Plan",
    "Report",
    "build",
    "check",
    "known",
    "open_archives",
    "plan",
    "prepare",
    "publish",
    "size",
    "traces",
]
