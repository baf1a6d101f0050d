"""`share --by paper`: a poster, cards to cut out, and the edition on sheets, all in black."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bundler import build as conductor
from bundler.cli import screen
from bundler.cli.session import Session
from bundler.cli.speech import tr
from bundler.release import settings
from bundler.release.editions import Published
from bundler.share import paper
from bundler.writers.posters import CODES, Sheet

FOLDER = Path("paper")


def draw(editions: Sequence[Published], to: Path | None, *, sheet: Sheet, chosen: Path, session: Session) -> None:
    """Write what is to be printed for the publisher of some editions."""
    said, folder = settings.load(chosen, conductor.known()), to or FOLDER
    out = screen.console()
    offered = paper.offer(editions[0], said, sheet)
    with session.work() as work:
        for kind in CODES:
            path = folder / f"{kind}.pdf"
            for note in paper.draw(offered, kind, path, work):
                out.print(tr("{file}: no font has {letter}", file=path.name, letter=note.detail), style="yellow")
            out.print(tr("wrote {path}", path=str(path)))
    left = offered.addresses[CODES["poster"] :]
    if left:
        out.print(tr("not on the sheets, which have no room: {names}", names=", ".join(left)), style="yellow")
    out.print(tr("print in black, at 100 %; printers keep what they print, and cameras see who hangs it up"))
