"""`lock`, `unlock`, `vary`: files with a passphrase that is shown once, and sealed files with other bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from bundler.cli import passphrases, screen
from bundler.cli.passphrases import DESCRIPTOR, FILE
from bundler.cli.speech import tr
from bundler.errors import UsageError, say
from bundler.share import lock as locks
from bundler.share import vary as varying

_KINDS: dict[str, locks.Kind] = {"phone": "pdf", "computer": "html", "age": "age"}
TO = typer.Option("--to", metavar="DIR", help=tr("Where the files go; default: beside FILE."), file_okay=False)


def add(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        name="lock",
        help=tr("Lock files with a passphrase that is made for you: bundler lock weekly-261122.pdf"),
        epilog=tr(
            "PDF opens on phones, HTML opens itself in a computer's browser, anything else takes age. Send the"
            " passphrase another way than the file: whoever has both reads it. Locked HTML is not for e-mail."
        ),
    )(lock)
    app.command(
        name="unlock",
        help=tr("Open locked files with their passphrase: bundler unlock weekly-261122-x.html"),
        epilog=tr("What comes out of HTML and age is the very file that was locked, its seal included; PDF loses it."),
    )(unlock)
    app.command(
        name="vary",
        help=tr("Write a sealed file with other bytes and the same seal: bundler vary weekly-261122.epub other.epub"),
        epilog=tr(
            "Against lists of exact files, and nothing else. Draw again as often as you like, but never make one for"
            " each receiver: a copy of his own leads back to him."
        ),
    )(vary)


def lock(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help=tr("Files; all get one passphrase."))],
    kind: Annotated[
        Literal["phone", "computer", "age"] | None,
        typer.Option("--for", help=tr("For whom; default: by the file's ending.")),
    ] = None,
    to: Annotated[Path | None, TO] = None,
    words: Annotated[bool, typer.Option("--words", help=tr("Six English words instead of 20 digits."))] = False,
    tell: Annotated[
        int | None,
        typer.Option("--tell-fd", metavar="N", help=tr("Write the passphrase to this open descriptor alone.")),
    ] = None,
) -> None:
    """Lock files."""
    _refuse_closed(tell)
    secret = locks.passphrase(words)
    made: list[tuple[Path, locks.Kind]] = []
    try:
        for path in paths:
            chosen = _KINDS[kind] if kind else locks.fitting(path)
            made.append((locks.lock(path, chosen, secret, to or path.parent), chosen))
        passphrases.tell(secret, tell)
    except BaseException:  # all or none: a locked file without its passphrase is lost
        for path, _ in made:
            path.unlink(missing_ok=True)
        raise
    out = screen.console()
    for path, _ in made:
        out.print(tr("locked: {path}", path=str(path)))
    if any(chosen == "age" for _, chosen in made):
        screen.tell(out, tr("for age, the digits are typed without spaces"))
    screen.tell(out, tr("never send the passphrase by the way that the file goes"))
    for sentence in {chosen: locks.refused(chosen, "email") for _, chosen in made}.values():
        if sentence:
            screen.tell(out, tr("not by e-mail: {why}", why=sentence))


def _refuse_closed(descriptor: int | None) -> None:
    """Refuse a descriptor that is not open before anything is locked: the passphrase would be lost."""
    try:
        if descriptor is not None:
            os.fstat(descriptor)
    except OSError as error:
        raise UsageError(
            say("descriptor {n} is not open", n=descriptor), hint=say("open it as in `--tell-fd 3 3>FILE`")
        ) from error


def unlock(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help=tr("Locked files with one passphrase."))],
    to: Annotated[Path | None, TO] = None,
    file: Annotated[Path | None, FILE] = None,
    descriptor: Annotated[int | None, DESCRIPTOR] = None,
) -> None:
    """Open locked files."""
    for path in paths:  # before anybody types a passphrase in vain
        locks.locked_data(path)
    typed = passphrases.ask(file, descriptor, prompt=tr("passphrase of the file")).decode("utf-8", "replace")
    out = screen.console()
    for path in paths:
        out.print(tr("unlocked: {path}", path=str(locks.unlock(path, typed, to or path.parent))))


def vary(
    path: Annotated[Path, typer.Argument(metavar="FILE", help=tr("A sealed file."))],
    dest: Annotated[Path, typer.Argument(metavar="DEST", help=tr("The file to write; it must not exist."))],
    salt: Annotated[
        str | None, typer.Option("--salt", metavar="S", help=tr("One of the 16 salts; default: another, by lots."))
    ] = None,
) -> None:
    """Write a variant."""
    chosen = varying.vary(path, dest, salt=salt)
    screen.console().print(tr("wrote {path} with salt {salt}: it verifies like the other", path=str(dest), salt=chosen))
