"""`share --by paper`: a poster, cards to cut out, and the edition to fold or to pin up, all in black."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bundler import build as conductor
from bundler.cli import screen
from bundler.cli.session import Session
from bundler.cli.speech import joined, tr
from bundler.errors import UsageError, say
from bundler.recipe import Recipe
from bundler.release import settings
from bundler.release.editions import Published
from bundler.release.settings import Settings
from bundler.share import paper, sheets
from bundler.work import Work
from bundler.writers.posters import CODES, Sheet

FOLDER = Path("paper")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be printed: where the files go, on which sheets; `single` ones are not folded."""

    to: Path | None
    sheet: Sheet
    single: bool
    settings: Path


def draw(editions: Sequence[Published], wish: Wish, session: Session) -> None:
    """Write what is to be printed for the publisher of some editions.

    Raises UsageError, before anything is written, where there is nothing: no address and no recipe.
    """
    known = conductor.known()
    said, folder = settings.load(wish.settings, known), wish.to or FOLDER
    found = [(edition, sheets.printable(edition, said, known)) for edition in editions]
    if not any(there for _, there in found):
        raise UsageError(
            sheets.refusal(editions[0], wish.settings),
            hint=say("write 'base_url: https://…' into it, or put the recipe beside it"),
        )
    with session.work() as work:
        _posters(editions[0], said, wish, folder, work)
        for edition, there in found:
            _edition(edition, there.recipe, wish, folder, session, work)
    screen.tell(
        screen.console(), tr("print in black, at 100 %; printers keep what they print, and cameras see who hangs it up")
    )


def _posters(edition: Published, said: Settings, wish: Wish, folder: Path, work: Work) -> None:
    """Print poster and cards, where they could lead anywhere; where not, say so."""
    out, offered = screen.console(), paper.offer(edition, said, wish.sheet)
    if not offered.addresses:
        screen.tell(out, tr("no poster and no cards: {path!r} names no address that fits a code",
                            path=str(wish.settings)), style="yellow")  # fmt: skip
        return
    for kind in CODES:
        path = folder / f"{kind}.pdf"
        for note in paper.draw(offered, kind, path, work):
            screen.tell(out, tr("{file}: no font has {letter}", file=path.name, letter=note.detail), style="yellow")
        out.print(tr("wrote {path}", path=str(path)))
    left = offered.addresses[CODES["poster"] :]
    if left:
        screen.tell(out, tr("not on the sheets, which have no room: {names}", names=joined(left)), style="yellow")


def _edition(edition: Published, recipe: Recipe | None, wish: Wish, folder: Path, session: Session, work: Work) -> None:
    """Print an edition, where a recipe beside the settings makes it; where none does, say so."""
    out, listed = screen.console(), edition.manifest
    if recipe is None:
        screen.tell(out, tr("no recipe here makes {bundle!r}: its articles are not printed", bundle=listed.bundle),
                    style="yellow")  # fmt: skip
        return
    path = folder / f"{listed.bundle}-{listed.edition}.pdf"
    recipe = paper.printed(recipe, wish.sheet, single=wish.single)
    index = conductor.open_archives(recipe.archives, home=session.home, work=work)
    made = paper.sheets(edition, recipe, path, index=index, work=work)
    out.print(tr("wrote {path}", path=str(path)))
    if not wish.single:
        screen.tell(out, tr("  print on both sides, turned at the short edge; fold and staple in the middle"))
    if made.omitted:
        names = joined(one.title for one in made.omitted)
        screen.tell(out, tr("not in it: {names}", names=names), style="yellow")
