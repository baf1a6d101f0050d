"""`keys`: a key to seal and sign with, made once, and what it says of itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from shlex import quote
from typing import Annotated, Literal

import typer

from bundler import store
from bundler.cli import keysets, passphrases, screen
from bundler.cli.passphrases import DESCRIPTOR, FILE
from bundler.cli.speech import spoken, tr
from bundler.errors import UsageError, say
from bundler.release import backup, keyring, passphrase, sheet, site
from bundler.release.keys import announced, digits, stopped
from bundler.release.minisign import read_public

OUT = typer.Option("--out", "-o", metavar="DIR", help=tr("Output folder."), file_okay=False)
ROLES = {"editor": "editor", "robot": "robot"}
"""Who seals with a key, in words that are translated."""
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
    group.command(
        name="show", help=tr("Show a key's digits, role, successor and QR code: bundler keys show keys/editor")
    )(show)
    group.command(
        name="sheet",
        help=tr("Write the page to print and lock away: bundler keys sheet keys/editor --to sheet.html"),
        epilog=tr("It holds the encrypted key, not its passphrase. Print it, then delete the file."),
    )(print_sheet)
    group.command(
        name="rotate",
        help=tr("Put the announced successor in force: bundler keys rotate keys/editor keys/editor2"),
        epilog=tr("Both keys stay on disk; name the new one in release.yaml."),
    )(rotate)
    group.command(
        name="stop",
        help=tr("Publish a stop card, so that nobody trusts the key any more: bundler keys stop card.txt"),
        epilog=tr("CARD is a key's file ending in .stop, or its line in any text file. It cannot be taken back."),
    )(stop)
    group.command(
        name="restore",
        help=tr("Make a key's files again from its sheet: bundler keys restore keys/editor --from typed.txt"),
        epilog=tr("The file holds the two codes of the sheet, scanned or typed as digits, a blank line between them."),
    )(restore)
    keysets.add(group)
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
    out.print(
        tr(
            "made {path}: {digits} ({role})",
            path=str(stem),
            digits=digits(keyring.card(stem).key),
            role=tr(ROLES[role]),
        )
    )
    if words:
        passphrases.tell(words, None)
    out.print(tr("next: print the sheet with `bundler keys sheet {path}`, and keep it apart from this machine",
                 path=quote(str(stem))))  # fmt: skip


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
    out.print(tr("role: {role}", role=tr(ROLES[card.role])))
    out.print(tr("successor: {state}", state=_successor(stem, card.next)))
    screen.code(digits(card.key))


def _successor(stem: Path, announced_hash: bytes) -> str:
    path = keyring.named(stem, ".next.pub")
    if not path.is_file():
        return tr("announced; its file is not here")
    try:
        following = read_public(keyring.read(stem, ".next.pub")).key
    except ValueError:
        return tr("another one than was announced")
    return digits(following) if announced(following) == announced_hash else tr("another one than was announced")


def print_sheet(
    stem: Annotated[Path, STEM] = Path("keys/editor"),
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help=tr("The HTML file to write."))] = Path("sheet.html"),
) -> None:
    """Write the page to print."""
    words = {
        "title": tr("A key of bundler"), "lang": spoken(), "digits": tr("The key in digits: compare, dictate, print."),
        "keep": tr("Keep this sheet apart from the passphrase, and both apart from the machine."),
        "key": tr("The key, encrypted"), "next": tr("The key that follows it, encrypted"),
        "stop": tr("Stop card: cut off, and give it to a friend"),
        "stop_hint": tr("Publish this line if the holder of the key falls silent. It needs no passphrase."),
        "secret_hint": tr("Scan it, or type the digits below, to restore it with: bundler keys restore"),
        "digits_hint": tr("The last two digits of each row check the others."),
    }  # fmt: skip
    store.put(to, sheet.page(stem, words).encode(), private=True)
    out = screen.console()
    out.print(tr("wrote {path}: print it, then delete the file", path=str(to)))


def rotate(
    former: Annotated[Path, typer.Argument(metavar="OLD", help=tr("The key in force, without a suffix."))],
    stem: Annotated[Path, typer.Argument(metavar="NEW", help=tr("The name of the key to come, without a suffix."))],
    file: Annotated[Path | None, FILE] = None,
    descriptor: Annotated[int | None, DESCRIPTOR] = None,
) -> None:
    """Put the announced successor in force."""
    keyring.rotate(former, stem, passphrases.ask(file, descriptor, prompt=tr("passphrase of the key")))
    out = screen.console()
    out.print(tr("in force from now on: {digits}", digits=digits(keyring.card(stem).key)))
    out.print(tr("next: write 'key: {path}' into release.yaml, and print the new sheet", path=str(stem)))


def stop(
    card: Annotated[Path, typer.Argument(metavar="CARD", help=tr("The file with the stop card's line."))],
    out: Annotated[Path, OUT] = Path("dist"),
) -> None:
    """Publish a stop card."""
    line = next((one for one in keyring.read(card, "").splitlines() if stopped(one)), None)
    if line is None:
        raise UsageError(
            say("{path!r} is no stop card", path=str(card)), hint=say("it is one line, `bundler-stop/1 …`")
        )
    key = stopped(line) or b""
    path = site.stop_card(out, key)
    with store.locked(out):
        store.put(path, f"{line.strip().lower()}\n".encode())
    screen.console().print(tr("the key {digits} is stopped; publish {path} wherever its editions are",
                              digits=digits(key), path=str(path)))  # fmt: skip


def restore(
    stem: Annotated[Path, typer.Argument(metavar="KEY", help=tr("The key, without a suffix."))],
    source: Annotated[Path, typer.Option("--from", metavar="FILE", help=tr("A file with the two codes."))],
    role: Annotated[Literal["editor", "robot"], typer.Option(help=tr("As it stands on the sheet."))] = "editor",
    file: Annotated[Path | None, FILE] = None,
    descriptor: Annotated[int | None, DESCRIPTOR] = None,
) -> None:
    """Make a key's files again."""
    parts = [part for part in re.split(r"\n\s*\n", keyring.read(source, "")) if part.strip()]
    if len(parts) != 2:  # noqa: PLR2004 - a key and its successor
        raise UsageError(say("{path!r} does not hold two codes", path=str(source)),
                         hint=say("the key's and its successor's, a blank line between them"))  # fmt: skip
    lines = tuple(_typed(part) for part in parts)
    secret = passphrases.ask(file, descriptor, prompt=tr("passphrase of the key"))
    keyring.restore(stem, role, (lines[0], lines[1]), secret)
    screen.console().print(tr("restored {path}: {digits}", path=str(stem), digits=digits(keyring.card(stem).key)))


def _typed(text: str) -> str:
    try:
        return backup.typed(text)
    except ValueError as error:
        row = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        what = say("row {row} of the digits is mistyped", row=row) if row else say("this is no key of a sheet")
        raise UsageError(what, hint=say("scan the code again, or type its digits")) from error
