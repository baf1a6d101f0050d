"""`expose`: what others see of a finished file, said by who looks: before opening, on the way, on the device."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bundler import store
from bundler.build import known, size
from bundler.cli import screen
from bundler.cli.screen import Out
from bundler.cli.session import Session
from bundler.cli.speech import joined, plural, spoken, tr
from bundler.errors import UsageError, say
from bundler.model import App
from bundler.recipe import load_apps
from bundler.release.keys import digits
from bundler.share.expose import Exposed, expose, words_in
from bundler.theme import assets

KINDS = {
    "epub": "EPUB", "pdf": "PDF", "html": "HTML", "text": "text", "markdown": "Markdown", "age": "age",
    "unknown": "a kind that bundler does not know",
}  # fmt: skip
MARKS = {
    "lock": "the way it is locked", "names": "names of its parts", "script": "its script", "seal": "its seal",
    "styles": "its styles",
}  # fmt: skip
"""By what a file is known as one of ours."""
_INDEXED = ("pdf", "html", "text", "markdown")
_SHOWN = 8


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        name="expose",
        help=tr("Show what others see of a file: bundler expose weekly-261122.epub --words words.txt"),
        epilog=tr(
            "It asks nobody: all is read from the file itself. --words is a list of your own, one word a line; what a"
            " platform looks for, nobody outside knows."
        ),
    )(command)


def command(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=tr("A finished file, of ours or not."))],
    words: Annotated[
        Path | None, typer.Option("--words", metavar="LIST", help=tr("Count the words of this list."))
    ] = None,
    thumbnail: Annotated[
        Path | None,
        typer.Option("--thumbnail", metavar="PNG", help=tr("Write the picture that shelves and chats show.")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object."))] = False,
) -> None:
    """Show what others see of a file."""
    session: Session = context.obj
    listed = words_in(words) if words else ()
    if thumbnail and thumbnail.exists():
        raise UsageError(
            say("{path!r} exists already", path=str(thumbnail)), hint=say("name a file that is not there yet")
        )
    with session.work(quiet=True) as work:
        seen = expose(path, listed, work=work)
    if thumbnail and seen.picture:
        store.put(thumbnail, seen.picture)
    apps = load_apps(assets() / "readers.yaml", known())
    if as_json:
        typer.echo(json.dumps(_as_json(seen, apps, thumbnail if seen.picture else None), ensure_ascii=False))
    else:
        _show(screen.console(), seen, apps, counted=bool(listed), thumbnail=thumbnail)


def _as_json(seen: Exposed, apps: tuple[App, ...], thumbnail: Path | None) -> dict[str, Any]:
    made = seen.seal
    return {
        "name": seen.name, "bytes": seen.size, "kind": seen.kind, "locked": seen.locked, "title": seen.title,
        "metadata": [list(one) for one in seen.said], "picture": bool(seen.picture),
        "thumbnail": str(thumbnail) if thumbnail else None, "characters": seen.characters, "hosts": dict(seen.hosts),
        "words": dict(seen.hits), "uploads": [app.name for app in _uploading(seen, apps)], "loads": list(seen.loads),
        "links": seen.taps, "damaged": seen.damaged, "marks": list(seen.marks), "unread": list(seen.broken),
        "key": made.key.hex() if made else None, "digits": digits(made.key) if made else None,
        "bundle": made.bundle if made else None, "edition": made.edition if made else None,
    }  # fmt: skip


def _show(out: Out, seen: Exposed, apps: tuple[App, ...], *, counted: bool, thumbnail: Path | None) -> None:
    kind = KINDS[seen.kind] if not seen.locked or seen.kind == "age" else tr("locked {kind}", kind=KINDS[seen.kind])
    said = tr(
        "{name}: {kind}, {size}",
        name=seen.name,
        kind=tr(kind) if kind in KINDS.values() else kind,
        size=size(seen.size),
    )
    screen.tell(out, said, style="bold")
    for heading, lines in (
        (tr("before it is opened"), _before(seen, thumbnail)),
        (tr("who carries it"), _carrier(seen, counted=counted)),
        (tr("the device"), _device(seen, apps)),
        (tr("the network"), _network(seen)),
        (tr("who made it"), _makers(seen)),
        (tr("recognizable as made with bundler"), _marks(seen)),
    ):
        out.print(heading, style="bold")
        for line in lines:
            screen.tell(out, f"  {line}")
    if seen.broken:
        said = tr("parts could not be read, and may show more: {parts}", parts=joined(seen.broken[:_SHOWN]))
        screen.tell(out, said, style="yellow")


def _before(seen: Exposed, thumbnail: Path | None) -> list[str]:
    """Say what name, title, picture and metadata show to who only has the file."""
    lines = [tr("name: {name}", name=seen.name)]
    if seen.locked:
        lines.append(tr("that it is locked, and how large it is; nothing of what is in it"))
        if seen.locked == "pdf":
            lines.append(tr("the sizes of its pictures and pages, and how many parts it has"))
        return lines
    lines.append(tr("title: {title}", title=seen.title) if seen.title else tr("no title"))
    if seen.picture and thumbnail:
        lines.append(tr("a picture: {path}", path=str(thumbnail)))
    elif seen.picture:
        lines.append(tr("a picture of its cover or first page: see it with --thumbnail"))
    elif thumbnail:
        lines.append(tr("no picture"))
    return lines + _metadata(seen)


def _metadata(seen: Exposed) -> list[str]:
    """Return a line for each name of metadata that says more than the title does."""
    names = dict.fromkeys(name for name, value in seen.said if value != seen.title)
    return [f"{name}: {joined(value for one, value in seen.said if one == name)}" for name in names]


def _carrier(seen: Exposed, *, counted: bool) -> list[str]:
    """Say what a platform can read, and so keep, compare and pass on."""
    if seen.locked:
        return [tr("the same; and who sends it to whom, when")]
    lines = [plural("all of it: {n} character", "all of it: {n} characters", seen.characters)]
    if seen.hosts:
        lines.append(tr("addresses of {hosts}", hosts=_listed(seen.hosts)))
    if counted:
        lines.append(tr("words of your list: {words}", words=_listed(seen.hits)) if seen.hits
                     else tr("none of the words of your list"))  # fmt: skip
    lines.append(tr("who sends it to whom, when; `bundler lock` hides what is in it, not that"))
    return lines


def _listed(counts: tuple[tuple[str, int], ...]) -> str:
    more = len(counts) - _SHOWN
    said = joined(f"{name} ({n})" for name, n in counts[:_SHOWN])
    return said + (tr(" and {n} more", n=more) if more > 0 else "")


def _uploading(seen: Exposed, apps: tuple[App, ...]) -> tuple[App, ...]:
    return tuple(app for app in apps if app.reads == "uploads" and seen.kind in app.formats)


def _device(seen: Exposed, apps: tuple[App, ...]) -> list[str]:
    lines = [tr("its name stays in lists of recent files, also after it is deleted")]
    if not seen.locked and seen.kind in _INDEXED:
        lines.append(tr("the system's search can find it by title and text"))
    if found := _uploading(seen, apps):
        names = joined((app.chinese if spoken() == "zh-Hans" else "") or app.name for app in found)
        lines.append(tr("apps that send on what is opened in them: {names}", names=names))
    return lines


def _network(seen: Exposed) -> list[str]:
    """Say what is loaded by itself, and what when a reader does something."""
    if seen.kind == "unknown" or seen.broken:
        lines = [tr("not known: it could not be read as a whole")]
    elif seen.loads:
        lines = []
    else:
        lines = [tr("nothing, until a link is tapped or a code is scanned")]
    if seen.loads:
        found = joined(seen.loads[:_SHOWN])
        lines.append(tr("opened by itself as soon as it is read: {addresses}", addresses=found))
    if seen.taps:
        lines.append(plural("{n} link opens the internet when tapped", "{n} links open the internet when tapped",
                            seen.taps))  # fmt: skip
    return lines


def _makers(seen: Exposed) -> list[str]:
    if seen.locked:
        return [tr("nothing is said of it while it is locked")]
    if seen.damaged:
        return [tr("its seal is damaged: nothing it says counts")]
    if seen.seal is None:
        return [tr("no seal")]
    made = seen.seal
    return [
        tr("key {digits}: {bundle}, edition {edition}, number {number}", digits=digits(made.key), bundle=made.bundle,
           edition=made.edition, number=made.number),
        tr("everything with this key is of the same people, and the next key is announced in it"),
    ]  # fmt: skip


def _marks(seen: Exposed) -> list[str]:
    if not seen.marks:
        return [tr("no sign of it was found, which proves nothing")]
    return [tr("yes, by {marks}", marks=joined(tr(MARKS[mark]) for mark in seen.marks))]
