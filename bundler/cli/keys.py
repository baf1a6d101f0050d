"""`keys`: a key to seal and sign with, made once, and what it says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from bundler.cli import passphrases, screen
from bundler.cli.speech import tr
from bundler.release import keyring, passphrase
from bundler.release.keys import digits

FILE = typer.Option("--passphrase-file", metavar="FILE", help=tr("A file whose first line is the passphrase."))
DESCRIPTOR = typer.Option("--passphrase-fd", metavar="N", help=tr("An open descriptor to read the passphrase from."))
STEM = typer.Argument(metavar="[KEY]", help=tr("The key, without a suffix."))


def add(app: typer.Typer) -> None:
    """Add this group of commands."""
    about = tr("Make a key to sign with, and look at it: bundler keys new keys/editor")
    group = typer.Typer(no_args_is_help=True, help=about)
    group.command(
        name="new",
        help=tr("Make a key and the one that will follow it: bundler keys new keys/editor"),
        epilog=tr("The passphrase is made for you and shown once, unless a file or a descriptor gives it."),
    )(new)
    group.command(name="show", help=tr("Show a key's digits, role and successor: bundler keys show keys/editor"))(show)
    app.add_typer(group, name="keys")


def new(
    stem: Annotated[Path, STEM] = Path("keys/editor"),
    role: Annotated[
        Literal["editor", "robot"],
        typer.Option(help=tr("editor: somebody looks at what is sealed; robot: a machine seals alone.")),
    ] = "editor",
    file: Annotated[Path | None, FILE] = None,
    descriptor: Annotated[int | None, DESCRIPTOR] = None,
) -> None:
    """Make a key and its successor."""
    given = file is not None or descriptor is not None
    words = "" if given else passphrase.make()
    secret = passphrases.ask(file, descriptor, prompt="") if given else passphrase.typed(words)
    keyring.make(stem, role, secret)
    out = screen.console()
    out.print(tr("made {path}: {digits} ({role})", path=str(stem), digits=digits(keyring.card(stem).key), role=role))
    if words:
        out.print(tr("its passphrase, shown this once: {words}", words=words), style="bold")
    out.print(tr("next: print the sheet with `bundler keys sheet {path}`, and keep it apart from this machine",
                 path=str(stem)))  # fmt: skip


def show(
    stem: Annotated[Path, STEM] = Path("keys/editor"),
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object."))] = False,
) -> None:
    """Show what a key says of itself."""
    card = keyring.card(stem)
    if as_json:
        said = {"key": card.key.hex(), "digits": digits(card.key), "role": card.role, "next": card.next.hex()}
        typer.echo(json.dumps(said))
        return
    out = screen.console()
    out.print(digits(card.key), style="bold")
    out.print(tr("role: {role}", role=card.role))
