"""`share --by usb`: editions on a stick, on several one after the other, or in an image of one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bundler.build import size
from bundler.cli import screen
from bundler.cli.speech import joined, told, tr
from bundler.errors import BundlerError, UsageError, say
from bundler.release.editions import Published
from bundler.share import contents, image, usb
from bundler.share.start import NAME

FOR_ALL = frozenset(("", "exfat", "vfat", "msdos", "fuseblk", "fuse", "fuse.exfat"))
"""File systems that phones and every computer read, and those of which nobody knows."""


def fill(editions: Sequence[Published], root: Path, *, out: Path, sticks: int = 1) -> None:
    """Fill one stick, or several with a check-list at the end."""
    if sticks == 1:
        _fill(editions, root, out)
        return
    if not sys.stdin.isatty():
        raise UsageError(
            say("there is nobody here to change the sticks"), hint=say("run it once for each, with its path")
        )
    problems = _one_after_the_other(editions, root, out, sticks)
    if problems:
        raise problems[0]


def _one_after_the_other(editions: Sequence[Published], root: Path, out: Path, sticks: int) -> list[BundlerError]:
    """Fill sticks as they are put in, print the check-list, and return what went wrong; the other ones are done."""
    console = screen.console()
    lines, problems = [], []
    for number in range(1, sticks + 1):
        console.print(tr("stick {n} of {all}: put it in, then press Enter", n=number, all=sticks), style="bold")
        root = Path(_asked(tr("its folder [{path}]: ", path=root)) or root)
        try:
            added = _fill(editions, root, out).added
            same = tr("[=] stick {n}: everything was there already; was the stick changed?", n=number)
            lines.append(tr("[x] stick {n}: written and read back", n=number) if added else same)
        except BundlerError as problem:
            screen.error(problem)
            problems.append(problem)
            lines.append(tr("[ ] stick {n}: {problem}", n=number, problem=told(problem.message)))
    for line in lines:
        console.print(line)
    return problems


def _asked(prompt: str) -> str:
    screen.console().print(prompt, end="")
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


def _fill(editions: Sequence[Published], root: Path, out: Path) -> usb.Filled:
    with screen.progress(quiet=False) as show:
        filled = usb.fill(root, editions, out=out, progress=show)
    console = screen.console()
    for parcel in filled.added:
        count = sum(piece.bytes for piece in parcel.pieces)
        console.print(
            tr("{edition}: {n} files, {size}, written and read back", edition=_named(parcel.edition),
               n=len(parcel.pieces), size=size(count))
        )  # fmt: skip
    for parcel in filled.there:
        console.print(tr("{edition}: was there already, and is whole", edition=_named(parcel.edition)))
    for path in filled.left:
        console.print(tr("left as it is, because it is another one: {path}", path=path), style="yellow")
    if not filled.medium.own:
        console.print(tr("{path} is a folder of this computer's own disk, no stick", path=root), style="yellow")
    elif filled.medium.system not in FOR_ALL:
        console.print(
            tr("phones may not read this stick ({system}): exFAT is read everywhere", system=filled.medium.system),
            style="yellow",
        )
    console.print(tr("a reader opens {name}; eject the stick before you pull it out", name=NAME))
    console.print(
        tr("the stick remembers on which day it was written; one made with --image and copied whole does not"),
        style="dim",
    )
    return filled


def draw(editions: Sequence[Published], path: Path, *, out: Path) -> None:
    """Write an image of a stick."""
    with screen.progress(quiet=False) as show:
        count = image.write(path, contents.whole(editions, out=out), progress=show)
    console = screen.console()
    names = joined(map(_named, editions))
    console.print(tr("{names}: in {path}, a stick of {size}", names=names, path=path, size=size(count)))
    console.print(
        tr("next: copy it onto a stick as a whole (`dd`, Rufus, balenaEtcher); all that is on the stick is lost"),
        style="dim",
    )


def _named(edition: Published) -> str:
    return f"{edition.manifest.bundle}@{edition.manifest.edition}"
