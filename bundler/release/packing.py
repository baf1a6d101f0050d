"""Another size of an edition that is finished, from the same articles: its content digest proves that they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bundler import build, store
from bundler.build.sizes import WHOLE
from bundler.catalog import Union
from bundler.errors import ArchiveError, UsageError, say
from bundler.model import SizeClass
from bundler.recipe import Recipe
from bundler.release import publish
from bundler.release.editions import Published
from bundler.release.keyring import Signer
from bundler.work import Work


@dataclass(frozen=True, slots=True)
class Packing:
    """One edition to be made in one size; without a signer its files have no seal."""

    edition: Published
    recipe: Recipe
    size: SizeClass
    signer: Signer | None


def pack(packing: Packing, *, out: Path, index: Union, work: Work) -> build.Report:
    """Write the files as `<out>/<bundle>/<edition>/`, each with the letter of its size, sealed as the edition was.

    The edition itself is not touched: what is signed stays as it is. Raises ArchiveError where the archive does not
    hold the edition's articles any more, UsageError where another key signs, and what `build.publish` raises.
    """
    wanted, signer = packing.edition.manifest, packing.signer
    if signer and signer.key != wanted.key:
        raise UsageError(
            say("{edition} was sealed by another key", edition=f"{wanted.bundle}@{wanted.edition}"),
            hint=say("name the settings of the publisher with --settings, or leave the files --unsealed"),
        )
    formats = tuple((name, options) for name, options in packing.recipe.formats if name not in WHOLE)
    recipe = replace(packing.recipe, formats=formats, sizes=(packing.size,))
    before = packing.edition.folder.parents[1]
    chosen = build.plan(recipe, wanted.date, index=index, out=before, letter=wanted.edition[10:])
    assembled = build.prepare(chosen, work=work)
    assembled = replace(assembled, bundle=replace(assembled.bundle, number=wanted.number))
    if publish.root(assembled) != wanted.content:
        raise ArchiveError(
            say("the articles of {edition} are gone: its recipe and archive make others now",
                edition=f"{wanted.bundle}@{wanted.edition}"),
            hint=say("bring the archive back to that day, or write the size after 'for:' and release a new edition"),
        )  # fmt: skip
    seal = publish.sealing(signer, wanted.bundle, wanted.edition, wanted.number, wanted.content) if signer else _none
    with store.locked(out):
        return build.publish(chosen, assembled, out=out, work=work, finish=_Finish(seal))


def _none(_written: store.Written, _path: Path) -> bool:
    """Leave a file as it is."""
    return False


@dataclass(frozen=True, slots=True)
class _Finish:
    """Seals files and signs no manifest: that of the edition stays the only one."""

    change: Callable[[store.Written, Path], bool]
    lettered: bool = True

    def seal(self, staging: store.Staging, assembled: build.Assembled) -> None:  # noqa: ARG002 - the protocol
        """Seal each file."""
        staging.rehash(self.change)

    def sign(self, staging: store.Staging, assembled: build.Assembled) -> None:
        """Sign nothing."""
