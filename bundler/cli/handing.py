"""The table of ways, and the ways that end in a folder: what is given, to be attached in the app itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from bundler import build as conductor
from bundler.build import size
from bundler.cli import passphrases, screen
from bundler.cli.session import Session
from bundler.cli.speech import joined, plural, told, tr
from bundler.errors import RecipeError, Say, UsageError, say
from bundler.release import settings
from bundler.release.editions import Published
from bundler.share import channels, folder, gift, sheets
from bundler.share.channels import Channel, Reads
from bundler.share.gift import Gift
from bundler.share.lock import Kind, passphrase
from bundler.share.sheets import Printable

if TYPE_CHECKING:
    from bundler.cli.screen import Out

By = Literal["wechat", "qq", "signal", "telegram", "whatsapp", "session", "email", "nearby", "wifi", "usb", "paper"]
Sheet = Literal["a4", "letter"]


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed beside the editions; `path` is the stick or, with `image`, empty."""

    by: By | None
    out: Path
    to: Path | None = None
    channels: Path | None = None
    plain: bool = False
    words: bool = False
    as_json: bool = False
    path: Path | None = None
    image: Path | None = None
    sticks: int = 1
    interface: str = ""
    port: int = 0
    minutes: int = 30
    ssid: str = ""
    password: str = ""
    sheet: Sheet = "a4"
    single: bool = False
    settings: Path = Path(settings.NAME)
    session: Session = field(default_factory=lambda: Session(None))


FOLDER = Path("share")
READS: Mapping[Reads, str] = {
    "platform": "the platform reads every file, and compares it with lists",
    "servers": "the company's servers can read it",
    "ends": "only the two of you; the company sees who writes to whom",
    "around": "only who takes it; devices around may learn who sent it",
    "network": "whoever is in the same network",
    "holder": "whoever holds it",
}
"""Who can read a file on the way."""
LOCKED = "whoever carries it sees that a locked file goes, and from whom to whom; not what is in it"
"""Who can read a locked file."""
WHOLE = frozenset(("usb", "wifi"))
"""Ways that take every file of an edition."""
MADE = frozenset(("paper",))
"""Ways whose files are made when they are asked for, from the edition's recipe and its publisher's addresses."""
OPENS: Mapping[str, str] = {
    "epub": "saves it, and opens it in a reading app that works offline",
    "pdf": "taps it",
    "html": "saves it, and opens it in a browser, not in the chat",
    "text": "taps it",
}
"""What the receiver does first, by format."""
UNLOCKS: Mapping[Kind, str] = {
    "pdf": "types the passphrase, which comes another way",
    "html": "saves it, opens it in a computer's browser and types the passphrase, which comes another way",
    "age": "opens it with age and the passphrase, which comes another way",
}
"""What the receiver of a locked file does first."""
ARRIVES: Mapping[str, str] = {
    "usb": "opens START.html",
    "wifi": "switches mobile data off, joins the hotspot and scans a code",
    "paper": "reads it, or scans a code",
}
"""What the receiver does first where no chat brings the file."""


def known(options: Options) -> Mapping[str, Channel]:
    """Return the ways, with what a file of one's own says: the one that is named, or the one beside the settings."""
    beside = options.settings.parent / channels.NAME
    return channels.load(options.channels or (beside if beside.is_file() else None))


def table(editions: Sequence[Published], options: Options) -> None:
    """Print for each way what is given, who can read it, what the receiver does first, and the command."""
    ways = known(options)
    if options.as_json:
        rows = [{"edition": _name(one), "ways": [_row(one, way, options) for way in ways.values()]} for one in editions]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    out = screen.console()
    for edition in editions:
        out.print(_name(edition), style="bold")
        for way in ways.values():
            _print(out, edition, way, options)


def _print(out: Out, edition: Published, way: Channel, options: Options) -> None:
    out.print()
    head = f"  {way.name}  "
    out.print(head, style="bold", end="")
    reason = _refusal(edition, way, options)
    if reason:
        screen.tell(out, told(reason), style="yellow", used=len(head))
        return
    given = None if way.name in MADE else gift.choose(edition, way)
    screen.tell(out, _files(given, edition) if given else _sheets(edition, options), used=len(head))
    screen.tell(out, tr("    on the way: {who}", who=tr(_who(given, way))))
    screen.tell(out, tr("    the receiver {does}", does=tr(_first(given, way))))
    if way.days:
        screen.tell(out, tr("    gone from there after {n} days", n=way.days))
    if not way.confirmed:
        screen.tell(out, tr("    no maker confirms it; looked at on {day}", day=way.checked.isoformat()), style="dim")
    out.print(f"    {_command(edition, way)}", style="dim")


def _refusal(edition: Published, way: Channel, options: Options) -> Say | None:
    """Say why nothing of an edition goes by a way; None where something does."""
    if way.name not in MADE:
        return gift.refusal(edition, way)
    try:
        return None if _printable(edition, options) else sheets.refusal(edition, options.settings)
    except RecipeError as error:
        return error.message


def _printable(edition: Published, options: Options) -> Printable:
    there = conductor.known()
    return sheets.printable(edition, settings.load(options.settings, there), there)


def _sheets(edition: Published, options: Options) -> str:
    """Say what is printed for an edition."""
    there = _printable(edition, options)
    parts = [tr("a booklet of all articles")] if there.recipe else []
    if there.addresses:
        parts += [tr("a poster"), tr("cards")]
    return joined(parts)


def _who(given: Gift | None, way: Channel) -> str:
    return LOCKED if given and given.kind else READS[way.reads]


def _files(given: Gift, edition: Published) -> str:
    if given.channel.name in WHOLE:
        files = edition.manifest.files
        return plural("{n} file", "{n} files", len(files)) + f" · {size(sum(one.bytes for one in files))}"
    first, count = given.files[0], len(given.files)
    named = first.name if count == 1 else f"{first.name} … {given.files[-1].name}"
    parts = [named, size(given.bytes)]
    if given.kind:
        parts.append(tr("locked"))
    return " · ".join(parts)


def _first(given: Gift | None, way: Channel) -> str:
    if given is None or way.name in ARRIVES:
        return ARRIVES[way.name]
    return UNLOCKS[given.kind] if given.kind else OPENS.get(given.files[0].format, OPENS["text"])


def _command(edition: Published, way: Channel) -> str:
    path = "PATH " if way.name == "usb" else ""
    return f"bundler share --by {way.name} {path}{_name(edition)}"


def _name(edition: Published) -> str:
    return f"{edition.manifest.bundle}@{edition.manifest.edition}"


def _row(edition: Published, way: Channel, options: Options) -> dict[str, Any]:
    about = {"way": way.name, "reads": way.reads, "most": way.bytes, "days": way.days, "source": way.source,
             "checked": way.checked.isoformat(), "confirmed": way.confirmed}  # fmt: skip
    if _refusal(edition, way, options):
        return about | {"files": []}
    command = _command(edition, way)
    if way.name in MADE:
        there = _printable(edition, options)
        made = {"booklet": there.recipe is not None, "poster": bool(there.addresses), "cards": bool(there.addresses)}
        return about | {"files": [], "prints": [name for name, can in made.items() if can], "command": command}
    given = gift.choose(edition, way)
    taken = edition.manifest.files if way.name in WHOLE else given.files
    files = [{"name": one.name, "bytes": one.bytes, "type": gift.media_type(one.format, None)} for one in taken]
    return about | {"files": files, "locked": given.kind, "command": command}


def hand(editions: Sequence[Published], options: Options) -> None:
    """Put what is given by a way into a folder for each edition, with the words to send; locked where it must be."""
    way = known(options)[options.by or ""]
    if options.plain and way.plain:
        raise UsageError(say("files go by {way} as they are", way=way.name), hint=say("leave --plain out"))
    gifts = [gift.choose(edition, way, plain=options.plain) for edition in editions]
    secret = passphrase(options.words) if any(one.kind for one in gifts) else ""
    made = []
    try:
        for edition, given in zip(editions, gifts, strict=True):
            to = _place(edition, options, alone=len(editions) == 1)
            made.append((to, given, folder.write(edition, given, to, secret)))
        if secret:
            passphrases.tell(secret, None)
    except BaseException:  # all or none: a locked file without its passphrase is lost
        for to, _, _ in made:
            folder.remove(to)
        raise
    for to, given, files in made:
        _told(to, given, files, options)


def _place(edition: Published, options: Options, *, alone: bool) -> Path:
    name = f"{options.by}-{edition.manifest.bundle}-{edition.manifest.edition}"
    if options.to:
        return options.to if alone else options.to / name
    return FOLDER / name


def _told(to: Path, given: Gift, files: Sequence[folder.Given], options: Options) -> None:
    if options.as_json:
        rows = [{"name": one.name, "bytes": one.bytes, "type": gift.media_type(one.format, given.kind)}
                for one in files]  # fmt: skip
        typer.echo(json.dumps({"way": options.by, "folder": str(to), "locked": given.kind, "files": rows}))
        return
    out = screen.console()
    for one in files:
        out.print(f"  {to / one.name}  {size(one.bytes):>7}")
    if options.plain and not given.channel.plain:
        screen.tell(
            out,
            tr("warning: {way} reads these files and compares them with lists; they may vanish, and you be noticed",
               way=options.by), style="bold",
        )  # fmt: skip
    screen.tell(out, tr("on the way: {who}", who=tr(_who(given, given.channel))))
    if given.kind:
        screen.tell(out, tr("never send the passphrase by the way that the file goes"))
    screen.tell(out, tr("next: attach as a file, not as a photo, with the words in {path}", path=str(to / "SEND.txt")))
