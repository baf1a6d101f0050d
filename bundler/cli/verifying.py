"""`verify`: who packed a file, compared with one that the reader trusts. Never "genuine"."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from bundler.cli import screen
from bundler.cli.folding import width
from bundler.cli.screen import tell
from bundler.cli.session import Session
from bundler.cli.speech import joined, tr
from bundler.errors import UsageError, say, unreadable
from bundler.release import keyring, keyset, manifest, memory, site, verify
from bundler.release.keys import Card, digits, stopped
from bundler.release.minisign import read_public

FAILED = 7
KEYS = typer.Option("--keys", metavar="DIR", help=tr("A folder of key cards and stop cards."), file_okay=False)
TEAM = typer.Option("--keyset", metavar="FILE", help=tr("The key set of a team that you trust."))
REMEMBER = typer.Option("--remember", help=tr("Compare with what is remembered, and remember it."))

WORDS: dict[str, str] = {
    "same": "same people as {like}",
    "successor": "same people as {like}: they use the key now that it announced",
    "team": "same people as {like}: the key set names both keys",
    "sealed": "sealed; whether by the same people as before can be said with --like and an older file",
    "other-key": "sealed with another key than {like}: not by the same people, or they lost their key",
    "stopped": "its key is stopped: trust nothing that it seals and that you did not have before",
    "older": "an older edition than {like}",
    "no-seal": "no seal: nothing can be said about who made it",
    "damaged": "damaged: not as it was sealed",
    "incomplete": "incomplete",
}


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        name="verify",
        help=tr("Say who packed a file or an edition: bundler verify new.epub --like old.epub"),
        epilog=tr("It says who packed it: not that it is true, nor that it is safe to have."),
    )(run)


def run(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="FILE|DIR...", help=tr("Files, or folders of editions."))],
    like: Annotated[Path | None, typer.Option(metavar="OLDER", help=tr("An older file that you trust."))] = None,
    key: Annotated[str, typer.Option(metavar="KEY", help=tr("A key that you trust: its file, or its 20 digits."))] = "",
    stops: Annotated[
        list[Path] | None, typer.Option("--stop", metavar="CARD", help=tr("A stop card; repeatable."))
    ] = None,
    folder: Annotated[Path | None, KEYS] = None,
    team: Annotated[Path | None, TEAM] = None,
    remember: Annotated[bool, REMEMBER] = False,
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object a file, one a line."))] = False,
) -> None:
    """Say who packed files."""
    session: Session = context.obj
    published = [_cards(folder)] if folder else _beside(paths)
    trust = verify.Trust(
        verify.older(like) if like else None, _key(key),
        frozenset(map(_stopped, (*(stops or ()), *_named(published, "*.stop")))),
        tuple(map(_card, _named(published, "*.card"))), memory.known(session.home) if remember else {},
        keyset.load(team) if team else None, keyset.mates(team) if team else frozenset(),
    )  # fmt: skip
    findings = [verify.folder(path, trust) if _is_edition(path) else verify.file(path, trust) for path in _each(paths)]
    if remember:
        memory.remember(session.home, trust.known, findings)
    named = like.name if like else key or tr("what you have")
    for finding in findings:
        if as_json:
            typer.echo(json.dumps(_as_json(finding), ensure_ascii=False))
        else:
            _print(finding, named)
    if not as_json:
        said = tr("this says who packed it: not that it is true, nor that it is safe to have")
        tell(screen.console(), said, style="dim")
    if not all(finding.good for finding in findings):
        raise typer.Exit(FAILED)


def _is_edition(path: Path) -> bool:
    try:
        return (path / manifest.NAME).is_file()
    except OSError:  # the folder is closed: reading it says so
        return False


def _beside(paths: list[Path]) -> list[Path]:
    """Return the folders of keys that are published beside editions, and beside files in the folders of editions."""
    editions = [path if _is_edition(path) else path.parent for path in map(_whole, paths)]
    return list(dict.fromkeys(path.parents[1] / site.KEYS for path in editions if _is_edition(path)))


def _whole(path: Path) -> Path:
    """Return a path without links; one that leads back to itself as it is, since reading it says what is wrong."""
    return Path(os.path.realpath(path))


def _cards(folder: Path) -> Path:
    """Return the folder that was named. Raises UsageError where it holds no card: a stop card would be overlooked."""
    if not _named([folder], "*.stop") and not _named([folder], "*.card"):
        raise UsageError(
            say("the folder {path!r} holds no key card and no stop card", path=str(folder)),
            hint=say("name the folder 'keys' that is published beside the editions"),
        )
    return folder


def _named(folders: list[Path], pattern: str) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.glob(pattern))]


def _card(path: Path) -> Card:
    """Read a published card. Raises VerificationError where its own key did not sign it."""
    return keyring.card(path.with_suffix(""))


def _each(paths: list[Path]) -> list[Path]:
    """Return files and folders of editions; of a folder that is none, the files in it."""
    found: list[Path] = []
    for path in paths:
        inside = [path] if _is_edition(path) else _inside(path)
        if not inside:
            raise UsageError(say("the folder {path!r} is empty", path=str(path)), hint=say("name files to verify"))
        found += inside
    return found


def _inside(folder: Path) -> list[Path]:
    """Return the files in a folder, sorted; what is no folder is a file. Raises UsageError where it is closed."""
    try:
        return sorted(one for one in folder.iterdir() if one.is_file()) if folder.is_dir() else [folder]
    except OSError as error:
        raise unreadable(folder, error) from error


def _key(text: str) -> str:
    """Return a key's digits or hexadecimal form: as it was typed, or as its file says."""
    path = Path(text)
    if not text or not path.is_file():
        if text and not all(one in "0123456789abcdefABCDEF -" for one in text):
            raise UsageError(
                say("{text!r} is no key", text=text), hint=say("write its 20 digits, or name its .pub file")
            )
        return text.replace("-", " ")
    try:
        return read_public(keyring.read(path, "")).key.hex()
    except ValueError as error:
        raise UsageError(
            say("{text!r} is no key", text=text), hint=say("write its 20 digits, or name its .pub file")
        ) from error


def _stopped(path: Path) -> bytes:
    found = stopped(keyring.read(path, ""))
    if found is None:
        raise UsageError(
            say("{path!r} is no stop card", path=str(path)), hint=say("it is one line, `bundler-stop/1 …`")
        )
    return found


def _as_json(found: verify.Finding) -> dict[str, Any]:
    who = found.sealer
    return {
        "name": found.name, "verdict": found.verdict, "edition": found.edition,
        "bundle": who.bundle if who else "", "number": who.number if who else 0, "role": who.role if who else "",
        "key": who.key.hex() if who else "", "digits": digits(who.key) if who else "",
        "volume": list(found.place), "detail": list(found.detail), "unsigned": list(found.unsigned),
        "expires": found.expires, "before": found.before or "", "team": found.team,
    }  # fmt: skip


def _print(found: verify.Finding, like: str) -> None:
    out = screen.console()
    good = found.verdict in verify.GOOD
    head = tr("{name}: ", name=found.name)
    out.print(head, style="bold", end="")
    tell(out, tr(WORDS[found.verdict], like=like), style="" if good else "bold red", used=width(screen.harmless(head)))
    if found.detail:
        tell(out, "  " + tr("concerned: {names}", names=joined(found.detail)))
    if found.sealer:
        who = found.sealer
        part = tr(", part {n} of {all}", n=found.place[0], all=found.place[1]) if found.place[1] > 1 else ""
        tell(out, "  " + tr("{bundle}, edition {edition}, number {number}", bundle=who.bundle, edition=found.edition,
                            number=who.number) + part)  # fmt: skip
        role = tr("an editor looked at it") if who.role == "editor" else tr("packed by a machine alone")
        tell(out, "  " + tr("key {digits}: {role}", digits=digits(who.key), role=role))
    if found.team == "named":
        tell(out, "  " + tr("the key set names its key"))
    elif found.team:
        tell(out, "  " + tr("the key set does not name its key for that date and role"), style="bold red")
    if found.before:
        before = {"editor": tr("an editor looked at {like}", like=like),
                  "robot": tr("{like} was packed by a machine alone", like=like)}  # fmt: skip
        tell(out, "  " + before[found.before], style="yellow")
    if found.expires and found.expires < dt.datetime.now(dt.UTC).date().isoformat():
        tell(out, "  " + tr("old since {date}: ask for a newer one", date=found.expires), style="yellow")
    if found.unsigned:
        tell(out, "  " + tr("not signed by anybody: {names}", names=joined(found.unsigned)), style="dim")
