"""One edition of one recipe, released: built only if it is due and has changed, numbered, sealed, signed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from bundler import build, merkle, store
from bundler.build import history
from bundler.catalog import Union
from bundler.errors import UsageError, say
from bundler.model import size_class
from bundler.recipe import Recipe
from bundler.recipe.schedule import due
from bundler.release import keyset, manifest, seal
from bundler.release.editions import Published, newest, released
from bundler.release.keyring import Signer
from bundler.release.manifest import Articles, File, Manifest
from bundler.release.settings import Settings
from bundler.work import Work

SUMS = "SHA256SUMS"
_LETTERS = "bcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recipe: an edition that was released, or why there is none; old ones that were deleted."""

    bundle: str
    what: Literal["released", "not-due", "unchanged"]
    edition: str = ""
    number: int = 0
    report: build.Report | None = None
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One recipe to be released on a day; `again` asks for an edition that is not due, or has not changed."""

    recipe: Recipe
    settings: Settings
    date: dt.date
    again: bool = False


def is_due(task: Task, former: tuple[Published, ...]) -> bool:
    """Say whether an edition is due."""
    last = newest(former)
    return task.again or due(task.recipe.every, task.recipe.cron, last.manifest.date if last else None, task.date)


def release(task: Task, signer: Signer, *, out: Path, index: Union, work: Work) -> Outcome:
    """Release one edition of a recipe into `out`, whose lock the caller holds.

    Raises what `build` raises, VerificationError where a former manifest is damaged, UsageError where the publisher's
    key set does not name the key.
    """
    recipe = task.recipe
    former = released(out, recipe.slug)
    if not is_due(task, former):
        return Outcome(recipe.slug, "not-due")
    last = former[-1] if former else None
    team = _keyset(task, signer)
    chosen = build.plan(recipe, task.date, index=index, out=out, letter=_letter(former, task.date))
    assembled = build.prepare(chosen, work=work)
    content = root(assembled)
    there = newest(former)
    if there and there.manifest.content == content and not task.again:
        return Outcome(recipe.slug, "unchanged", there.manifest.edition, there.manifest.number)
    number = last.manifest.number + 1 if last else 1
    assembled = replace(assembled, bundle=replace(assembled.bundle, number=number))
    finish = Finishing(task, signer, chosen.name, number, content, last, index, team)
    report = build.publish(chosen, assembled, out=out, work=work, finish=finish)
    return Outcome(recipe.slug, "released", chosen.name, number, report)


def surplus(out: Path, recipe: Recipe) -> tuple[Published, ...]:
    """Return the editions that the recipe's `keep` leaves over, the oldest first; none where it says nothing.

    They are taken off the shelf before they are deleted (`site.refresh`), so that no link ever leads to nothing.
    """
    there = released(out, recipe.slug) if recipe.keep else ()
    return there[: max(0, len(there) - (recipe.keep or 0))]


def root(assembled: build.Assembled) -> bytes:
    """Return the tree hash of a bundle's articles in reading order."""
    return merkle.root([bytes.fromhex(assembled.digests[one]) for one in assembled.bundle.articles.ids])


def _letter(former: tuple[Published, ...], date: dt.date) -> str:
    """Return what tells a new edition from those on the same date. Raises UsageError after the twenty-sixth."""
    same = max((one.manifest.edition for one in former if one.manifest.date == date), default="")
    letters = f" {_LETTERS}"
    after = letters.index(same[10:] or " ") + 1 if same else 0
    if after == len(letters):
        raise UsageError(say("there are 26 editions of {date} already", date=str(date)), hint=say("wait for a day"))
    return letters[after].strip()


@dataclass(frozen=True, slots=True)
class Finishing:
    """What a release adds to an edition's folder: seals, the signed manifest, sums."""

    task: Task
    signer: Signer
    edition: str
    number: int
    content: bytes
    last: Published | None
    index: Union
    keyset: str | None
    lettered: bool = False

    def seal(self, staging: store.Staging, assembled: build.Assembled) -> None:  # noqa: ARG002 - the seal knows no article
        """Seal each file whose format has a place for it."""
        staging.rehash(sealing(self.signer, self.task.recipe.slug, self.edition, self.number, self.content))

    def sign(self, staging: store.Staging, assembled: build.Assembled) -> None:
        """Add manifest, signature and sums. Raises UsageError where so many files do not fit one manifest."""
        made = self._manifest(staging, len(assembled.bundle.articles))
        try:
            data = manifest.write(made)
        except ValueError as error:
            raise UsageError(
                say("the edition has {n} files: more than its signed list can hold", n=len(staging.files)),
                hint=say("name a larger size after 'for:', or fewer formats"),
            ) from error
        staging.add(manifest.NAME, data)
        staging.add(manifest.SIGNATURE, self.signer.minisig(data, made.comment).encode())
        staging.add(SUMS, sums(staging.folder))

    def _manifest(self, staging: store.Staging, count: int) -> Manifest:
        recipe, signer = self.task.recipe, self.signer
        listed = (staging.folder / history.NAME).read_bytes()
        articles = Articles(count, history.NAME, len(listed), hashlib.sha256(listed).hexdigest())
        return Manifest(
            recipe.slug, self.edition, self.number, self.task.date + dt.timedelta(days=self.task.settings.expires),
            self.last.digest if self.last else None, signer.key, signer.role, signer.next, self.content, articles,
            tuple(_file(one, staging, recipe.language) for one in staging.files), recipe.language,
            recipe.title if recipe.outside == "open" else "", self.keyset, self._provenance(),
        )  # fmt: skip

    def _provenance(self) -> Mapping[str, Any] | None:
        """Return the hashes of the recipe and of what its archives hold, where the recipe wants them known."""
        recipe = self.task.recipe
        if recipe.provenance != "public":
            return None
        archives = {
            catalog.name: merkle.root(
                sorted(bytes.fromhex(catalog.digest_of(entry.id)) for entry in catalog.entries())
            ).hex()
            for catalog in self.index.catalogs
        }
        return {"recipe": hashlib.sha256(recipe.path.read_bytes()).hexdigest(), "archives": archives}


def sealing(
    signer: Signer, bundle: str, edition: str, number: int, content: bytes
) -> Callable[[store.Written, Path], bool]:
    """Return what seals a finished file as one of an edition, and says whether its format has a place for a seal."""

    def sealed(written: store.Written, path: Path) -> bool:
        if written.format not in seal.FRAMES:
            return False
        unsigned = seal.Seal(
            written.format, bundle, edition, number, written.volume, written.volumes, signer.role, signer.key,
            signer.next, content,
        )  # fmt: skip
        seal.apply(path, unsigned, signer.sign)
        return True

    return sealed


def _file(written: store.Written, staging: store.Staging, language: str) -> File:
    sha512 = _digest(staging.path(written), "sha512")
    largest = max(one.bytes for one in staging.files if (one.format, one.size) == (written.format, written.size))
    return File(
        written.name, written.format, language, size_class(largest), written.volume, written.volumes, written.bytes,
        written.sha256, sha512,
    )  # fmt: skip


def sums(folder: Path) -> bytes:
    """Return what `sha256sum` writes of a folder's files, by name."""
    return "".join(f"{_digest(path, 'sha256')}  {path.name}\n" for path in sorted(folder.iterdir())).encode()


def _digest(path: Path, algorithm: str) -> str:
    """Return a file's hash (hex), read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _keyset(task: Task, signer: Signer) -> str | None:
    """Return the hash of the publisher's key set, where there is one.

    Raises UsageError where it is missing or does not name the key for the edition's date, VerificationError where it is
    damaged or not signed by enough keys: readers who trust the set would refuse the edition.
    """
    path = task.settings.keyset
    if path is None:
        return None
    named = keyset.load(path).named(signer.key, task.date)
    if named is None or named.role != signer.role:
        raise UsageError(
            say("the key set {path!r} does not name the key {key!r} as {role} for {date}", path=str(path),
                key=str(task.settings.key), role=signer.role, date=task.date.isoformat()),
            hint=say("make a new set with `bundler keys set --after`, and have it signed"),
        )  # fmt: skip
    return hashlib.sha256(keyset.data_of(path)).hexdigest()
