"""Paper: a poster and cards with the mirrors' codes and the key, and the edition itself, all in black.

What is printed passes the gate like every PDF of ours. It has no seal: nobody could check one on paper.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from bundler import gate, store, theme
from bundler.build import Report
from bundler.catalog import Union
from bundler.errors import GateError, say
from bundler.model import Note
from bundler.recipe import Recipe
from bundler.release.editions import Published
from bundler.release.keys import digits
from bundler.release.packing import Packing, pack
from bundler.release.settings import Settings
from bundler.share.sheets import addresses
from bundler.work import Work
from bundler.writers import pdf, posters
from bundler.writers.posters import Kind, Offer, Sheet


def offer(edition: Published, said: Settings, sheet: Sheet) -> Offer:
    """Return what posters say of an edition's publisher: in his language, else in the edition's."""
    language = next(iter(said.languages), edition.manifest.language)
    return Offer(said.title, addresses(said), digits(edition.manifest.key), language, sheet)


def draw(offered: Offer, kind: Kind, to: Path, work: Work) -> tuple[Note, ...]:
    """Write a poster or cards, whole or not at all; equal offers make equal bytes.

    Raises what `posters.write` raises, GateError for a sheet that must not be printed, OutputError.
    """
    with tempfile.TemporaryDirectory() as place:
        made = Path(place, to.name)
        with made.open("wb") as stream:
            notes = posters.write(offered, kind, theme.theme(offered.language), stream, work)
        times = posters.CARDS if kind == "cards" else 1
        expected = gate.Expected((), dict.fromkeys(offered.shown(kind), times), ())
        if faults := gate.judge("pdf").faults(made, expected):
            found = "; ".join(f"{fault.code}: {fault.detail}" for fault in faults[:5])
            raise GateError(
                say("{file!r} did not pass the gate: {faults}", file=to.name, faults=found),
                hint=say("nothing was published; this is a mistake of bundler, please report it"),
            )
        store.put(to, made.read_bytes())
    return notes


def printed(recipe: Recipe, sheet: Sheet, *, single: bool) -> Recipe:
    """Return a recipe that makes nothing but sheets in black: a booklet to fold, or `single` ones."""
    options = pdf.Options(page=sheet if single else "booklet", ink="black", sheet=sheet)
    return replace(recipe, formats=(("pdf", options),))


def sheets(edition: Published, recipe: Recipe, to: Path, *, index: Union, work: Work) -> Report:
    """Write an edition in the one format of a recipe (see `printed`), whole or not at all.

    The report says what was left out of it.

    Raises ArchiveError where the archive does not hold the edition's articles any more, and what a build raises.
    """
    with tempfile.TemporaryDirectory() as place:
        made = pack(Packing(edition, recipe, "usb", None), out=Path(place), index=index, work=work)
        ((name, _),) = made.files
        store.put(to, Path(place, name).read_bytes())
    return made
