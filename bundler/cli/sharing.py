"""`share`: what an edition has for each way to the people, and the folder, the stick or the network that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bundler.build import SEND
from bundler.cli import handing
from bundler.cli.building import OUT
from bundler.cli.editions import SETTINGS
from bundler.cli.handing import By, Options, Sheet
from bundler.cli.speech import tr
from bundler.errors import UsageError, say
from bundler.release import settings
from bundler.release.editions import Published, bundles, find
from bundler.share.medium import look

Way = Callable[[Sequence[Published], Options], None]


BY = typer.Option(
    "--by",
    metavar="WAY",
    help=tr("Do it: wechat, qq, signal, telegram, whatsapp, session, email, nearby, wifi, usb or paper."),
)
PORT = typer.Option("--port", metavar="N", show_default=False, help=tr("wifi: the port; default: a free one."))
SSID = typer.Option("--ssid", metavar="NAME", help=tr("wifi: the hotspot's name, for a code to join it."))
PASSWORD = typer.Option("--password", metavar="WORD", help=tr("wifi: the hotspot's password, for that code."))
_MEANT = tr("EDITION is weekly (its newest), weekly@2026-11-22, weekly#12, or the path of its folder.")
_AGAINST = tr(
    "What no way protects from: a receiver who reports you; a phone that others hold or have set up to watch; an app"
    " that knows who wrote to whom, and when; copies that stay in chats and backups."
)
_ALSO = tr(
    "WeChat and QQ compare every file with lists, so files are locked for them: what is locked is not read, and still"
    " seen. Every file can be told as made with bundler."
)


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        name="share",
        help=tr("Say how an edition gets to people, and do it: bundler share weekly --by signal"),
        epilog=f"{_MEANT}\n\n{_AGAINST}\n\n{_ALSO}",
    )(share)


def share(
    context: typer.Context,
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[EDITION...]",
            help=tr("Editions; default: the newest of each bundle. With usb, the stick's folder first."),
        ),
    ] = None,
    by: Annotated[By | None, BY] = None,
    out: Annotated[Path, OUT] = Path("dist"),
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR", help=tr("Where the files go."))] = None,
    channels: Annotated[
        Path | None, typer.Option("--channels", metavar="FILE", help=tr("What you know better about the ways."))
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help=tr("Do not lock files where a platform reads them."))] = False,
    words: Annotated[bool, typer.Option("--words", help=tr("Six English words instead of 20 digits."))] = False,
    image: Annotated[
        Path | None, typer.Option("--image", metavar="FILE", help=tr("usb: write an image of a stick."))
    ] = None,
    sticks: Annotated[int, typer.Option("--sticks", metavar="N", help=tr("usb: fill several sticks."))] = 1,
    interface: Annotated[str, typer.Option("--interface", metavar="NAME", help=tr("wifi: the network to serve."))] = "",
    port: Annotated[int, PORT] = 0,
    minutes: Annotated[int, typer.Option("--minutes", metavar="N", help=tr("wifi: when it ends by itself."))] = 30,
    ssid: Annotated[str, SSID] = "",
    password: Annotated[str, PASSWORD] = "",
    sheet: Annotated[Sheet, typer.Option("--sheet", help=tr("paper: the size of a sheet."))] = "a4",
    single: Annotated[bool, typer.Option("--single", help=tr("paper: sheets that are not folded."))] = False,
    chosen: Annotated[Path, SETTINGS] = Path(settings.NAME),
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object; without --by, a list."))] = False,
) -> None:
    """Share editions."""
    named = list(arguments or ())
    path = _stick(named) if by == "usb" and not image and named else None
    editions = [_found(one, out) for one in named] or _newest(out)
    options = Options(by, out, to, channels, plain, words, as_json, path, image, sticks, interface, port, minutes,
                      ssid, password, sheet, single, chosen, context.obj)  # fmt: skip
    if by is None:
        handing.table(editions, options)
    else:
        WAYS.get(by, handing.hand)(editions, options)


def _stick(named: list[str]) -> Path:
    """Take the stick's folder, which is named before the editions. Raises UsageError where it is none."""
    path = Path(named.pop(0))
    look(path)
    return path


def _found(text: str, out: Path) -> Published:
    """Return the edition that is meant. Raises UsageError where there is none, and where it was never sealed."""
    try:
        return find(text, out)
    except UsageError as error:
        if _was_built(text, out):
            raise UsageError(
                say("{text!r} was built and never released: nobody could check it", text=text),
                hint=say("release it: bundler release RECIPE"),
            ) from error
        raise


def _was_built(text: str, out: Path) -> bool:
    slug, _, edition = text.partition("@")
    try:
        return (Path(text) / SEND).is_file() or next((out / slug).glob(f"{edition or '*'}/{SEND}"), None) is not None
    except OSError:  # nobody may look in
        return False


def _newest(out: Path) -> list[Published]:
    """Return the newest edition of each bundle. Raises UsageError where none was released."""
    names = bundles(out)
    if not names:
        raise UsageError(
            say("no edition was released into {out!r}", out=str(out)), hint=say("release one with `bundler release`")
        )
    return [find(name, out) for name in names]


def _usb(editions: Sequence[Published], options: Options) -> None:
    from bundler.cli import sticks  # noqa: PLC0415 - only what is asked for

    if options.image:
        sticks.draw(editions, options.image, out=options.out)
    elif options.path:
        sticks.fill(editions, options.path, out=options.out, sticks=options.sticks)
    else:
        raise UsageError(say("say where the stick is"), hint=say("bundler share --by usb /media/stick weekly"))


def _wifi(editions: Sequence[Published], options: Options) -> None:
    from bundler.cli import serving  # noqa: PLC0415 - only what is asked for

    serving.run(editions, interface=options.interface, port=options.port, minutes=options.minutes, ssid=options.ssid,
                password=options.password)  # fmt: skip


def _paper(editions: Sequence[Published], options: Options) -> None:
    from bundler.cli import papers  # noqa: PLC0415 - only what is asked for

    wish = papers.Wish(options.to, options.sheet, options.single, options.settings)
    papers.draw(editions, wish, options.session)


WAYS: Mapping[By, Way] = {"wifi": _wifi, "usb": _usb, "paper": _paper}
"""What does it, by way; the other ways end in a folder."""
