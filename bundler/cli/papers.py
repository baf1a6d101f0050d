"""`share --by paper`: a poster, cards to cut out, and the edition to fold or to pin up, all in black."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bundler import build as conductor
from bundler.cli import screen
from bundler.cli.session import Session
from bundler.cli.speech import joined, tr
from bundler.release import settings
from bundler.release.editions import Published
from bundler.share import paper
from bundler.work import Work
from bundler.writers.posters import CODES, Offer, Sheet

FOLDER = Path("paper")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be printed: where the files go, on which sheets; `single` ones are not folded."""

    to: Path | None
    sheet: Sheet
    single: bool
    settings: Path


def draw(editions: Sequence[Published], wish: Wish, session: Session) -> None:
    """Write what is to be printed for the publisher of some editions."""
    said, folder = settings.load(wish.settings, conductor.known()), wish.to or FOLDER
    offered = paper.offer(editions[0], said, wish.sheet)
    with session.work() as work:
        _posters(offered, folder, work)
        for edition in editions:
            _edition(edition, wish, folder, session, work)
    screen.console().print(
        tr("print in black, at 100 %; printers keep what they print, and cameras see who hangs it up")
    )


def _posters(offered: Offer, folder: Path, work: Work) -> None:
    out = screen.console()
    for kind in CODES:
        path = folder / f"{kind}.pdf"
        for note in paper.draw(offered, kind, path, work):
            out.print(tr("{file}: no font has {letter}", file=path.name, letter=note.detail), style="yellow")
        out.print(tr("wrote {path}", path=str(path)))
    left = offered.addresses[CODES["poster"] :]
    if left:
        out.print(tr("not on the sheets, which have no room: {names}", names=joined(left)), style="yellow")


def _edition(edition: Published, wish: Wish, folder: Path, session: Session, work: Work) -> None:
    """Print an edition, where a recipe beside the settings makes it; where none does, say so."""
    out, listed = screen.console(), edition.manifest
    found = [one for one in settings.recipes(wish.settings, conductor.known()) if one.slug == listed.bundle]
    if not found:
        out.print(tr("no recipe here makes {bundle!r}: its articles are not printed", bundle=listed.bundle),
                  style="yellow")  # fmt: skip
        return
    path = folder / f"{listed.bundle}-{listed.edition}.pdf"
    recipe = paper.printed(found[0], wish.sheet, single=wish.single)
    index = conductor.open_archives(recipe.archives, home=session.home, work=work)
    made = paper.sheets(edition, recipe, path, index=index, work=work)
    out.print(tr("wrote {path}", path=str(path)))
    if not wish.single:
        out.print(tr("  print on both sides, turned at the short edge; fold and staple in the middle"))
    if made.omitted:
        names = joined(one.title for one in made.omitted)
        out.print(tr("not in it: {names}", names=names), style="yellow")
