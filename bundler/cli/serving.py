"""`share --by wifi`: editions served to the phones on the same hotspot, until the time is up or Ctrl-C."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from bundler.cli import screen
from bundler.cli.speech import plural, tr
from bundler.errors import UsageError, say
from bundler.release.editions import Published
from bundler.share import interfaces, serve

MAX_MINUTES = 12 * 60


def run(
    editions: Sequence[Published], *, interface: str = "", port: int = 0, minutes: int = 30, ssid: str = "",
    password: str = "",
) -> None:  # fmt: skip
    """Serve editions."""
    if not 1 <= minutes <= MAX_MINUTES:
        raise UsageError(say("{n} minutes are too few or too many", n=minutes), hint=say("from 1 to 720"))
    join = joining(ssid, password)
    address = interfaces.chosen(interface, interfaces.found())
    path = serve.drawn()
    with serve.listening(address, port) as listener:
        host = f"{address}:{listener.getsockname()[1]}"
        offered = serve.offering(editions, host, path)
        _invite(join, ssid, f"http://{host}/{path}/", minutes)
        with contextlib.suppress(KeyboardInterrupt):
            serve.serve(offered, listener, seconds=minutes * 60, tell=_Telling())
    whole = offered.counted.whole
    screen.console().print(plural("{n} file was fetched; nothing is served any more",
                                  "{n} files were fetched; nothing is served any more", whole))  # fmt: skip


def joining(ssid: str, password: str) -> str:
    r"""Return what a phone's camera joins a network by: `WIFI:T:WPA;S:…;P:…;;`, with `\ ; , : "` escaped.

    Empty where no name is given. Raises UsageError for a name or a password that no Wi-Fi network has.
    """
    if not ssid:
        if password:
            raise UsageError(say("a password without a network"), hint=say("name the hotspot with --ssid"))
        return ""
    if len(ssid.encode()) > 32:  # noqa: PLR2004 - IEEE 802.11, 9.4.2.2
        raise UsageError(say("the name of a network has 32 bytes at most"), hint=say("write it as the phone shows it"))
    if password and not 8 <= len(password.encode()) <= 63:  # noqa: PLR2004 - WPA2 and WPA3, both by passphrase
        raise UsageError(
            say("a network's password has 8 to 63 characters"), hint=say("write it as the hotspot shows it")
        )
    kind, secret = ("WPA", f"P:{_escaped(password)};") if password else ("nopass", "")
    return f"WIFI:T:{kind};S:{_escaped(ssid)};{secret};"


def _escaped(text: str) -> str:
    return "".join(f"\\{one}" if one in '\\;,:"' else one for one in text)


def _invite(join: str, ssid: str, address: str, minutes: int) -> None:
    """Print what the phones do, with a code for each step."""
    console = screen.console()
    console.print(tr("1. switch mobile data off, and join the hotspot"), style="bold")
    if join:
        console.print(tr("   network {name!r}: scan this with the phone's camera", name=ssid))
        screen.code(join)
    else:
        console.print(tr("   by hand in the phone's settings; with --ssid and --password a code does it"), style="dim")
    console.print(tr("2. open this address, by its code or by hand"), style="bold")
    screen.code(address)
    console.print(f"   {address}")
    console.print(tr("3. save the file, leave the hotspot, switch mobile data on again"), style="bold")
    ends = plural(
        "it ends by itself in {n} minute, or with Ctrl-C", "it ends by itself in {n} minutes, or with Ctrl-C", minutes
    )
    console.print(ends)
    console.print(
        tr("whoever is in the network can see that files go over it, and fetch them with the address"), style="dim"
    )


class _Telling:
    """Prints how many files were fetched, when that changes."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self, whole: int, now: int) -> None:
        if whole != self._last:
            self._last = whole
            screen.console().print(tr("fetched: {whole}; on the way: {now}", whole=whole, now=now))
