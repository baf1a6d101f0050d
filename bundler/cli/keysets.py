"""`keys set` and `keys sign`: the keys of a team, signed by some of its offline keys."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Annotated

import typer

from bundler import store
from bundler.cli import passphrases, screen
from bundler.cli.passphrases import DESCRIPTOR, FILE
from bundler.cli.session import day
from bundler.cli.speech import tr
from bundler.errors import UsageError, say
from bundler.release import keyring, keyset
from bundler.release.keyset import KeySet, Named
from bundler.release.minisign import read_public

TO = typer.Argument(metavar="FILE", help=tr("The key set."))
ROOTS = typer.Option("--root", metavar="PUB", help=tr("An offline key's .pub file; repeatable."))
KEYS = typer.Option("--key", metavar="KEY", help=tr("A release key, without a suffix; repeatable."))


def add(group: typer.Typer) -> None:
    """Add these commands to the group of keys."""
    group.command(
        name="set",
        help=tr("Write a team's key set: bundler keys set set.json --root a.pub --key keys/editor"),
        epilog=tr("It counts when enough offline keys signed it: bundler keys sign set.json keys/a"),
    )(make)
    group.command(name="sign", help=tr("Sign a key set with an offline key: bundler keys sign set.json keys/a"))(sign)


def make(
    to: Annotated[Path, TO],
    roots: Annotated[list[Path], ROOTS],
    named: Annotated[list[Path], KEYS],
    threshold: Annotated[int, typer.Option(metavar="N", help=tr("So many offline keys must sign."))] = 2,
    start: Annotated[str | None, typer.Option("--from", metavar="DATE", help=tr("First day; default: today."))] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help=tr("Last day; default: a year."))] = None,
    after: Annotated[Path | None, typer.Option("--after", metavar="FILE", help=tr("The set before it."))] = None,
) -> None:
    """Write a key set."""
    if to.exists():
        raise UsageError(say("{path!r} is there already", path=str(to)), hint=say("a new set has a name of its own"))
    first = day(start)
    last = day(until) if until else first + dt.timedelta(days=365)
    former = keyset.load(after) if after else None
    cards = [keyring.card(one) for one in named]
    made = KeySet(
        former.number + 1 if former else 1, threshold, tuple(map(_public, roots)),
        tuple(Named(card.key, card.role, first, last) for card in cards),
        hashlib.sha256(keyset.data_of(after)).hexdigest() if after else None,
    )  # fmt: skip
    try:
        data = keyset.write(made)
    except ValueError as error:
        raise UsageError(
            say("{n} of {all} offline keys cannot sign", n=threshold, all=len(roots)),
            hint=say("name each offline key once, at least as many as must sign"),
        ) from error
    store.put(to, data)
    screen.console().print(tr("wrote {path}: now {n} of {all} offline keys must sign it", path=str(to), n=threshold,
                              all=len(roots)))  # fmt: skip


def sign(
    to: Annotated[Path, TO],
    stem: Annotated[Path, typer.Argument(metavar="KEY", help=tr("The offline key, without a suffix."))],
    file: Annotated[Path | None, FILE] = None,
    descriptor: Annotated[int | None, DESCRIPTOR] = None,
) -> None:
    """Sign a key set."""
    data = keyset.data_of(to)
    try:
        found = keyset.read(data)
    except ValueError as error:
        raise UsageError(say("{path!r} is no key set, or damaged", path=str(to)),
                         hint=say("bring it back from a copy")) from error  # fmt: skip
    signer = keyring.open_key(stem, passphrases.ask(file, descriptor, prompt=tr("passphrase of the key")))
    store.put(keyset.signature(to, signer.key), signer.minisig(data, found.comment).encode())
    count = len(keyset.signers(data, keyset.signatures(to), found.roots))
    screen.console().print(tr("signed by {n} offline keys of the {all} that must sign", n=count, all=found.threshold))


def _public(path: Path) -> bytes:
    try:
        return read_public(keyring.read(path, "")).key
    except ValueError as error:
        raise UsageError(say("{text!r} is no key", text=str(path)),
                         hint=say("name its .pub file")) from error  # fmt: skip
