"""`preview`: one picture of how an edition looks on a phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from bundler import build as conductor
from bundler import preview as sheet
from bundler.cli.building import DATE, OUT
from bundler.cli.session import Session, day
from bundler.cli.speech import tr
from bundler.errors import OutputError, say
from bundler.recipe import load


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        name="preview",
        help=tr("Draw how an edition looks on a phone, as one picture: bundler preview weekly.yaml"),
        epilog=tr("Needs Chromium. Nothing is published, and nothing is loaded from the internet."),
    )(preview)


def preview(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="RECIPE", help=tr("A recipe file."))],
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FILE", help=tr("The picture's file; default: BUNDLE-preview.png here."), dir_okay=False
        ),
    ] = None,
    out: Annotated[Path, OUT] = Path("dist"),
    date: Annotated[str | None, DATE] = None,
) -> None:
    """Draw how an edition looks on a phone."""
    session: Session = context.obj
    recipe = load(path, conductor.known())
    labels = sheet.Labels(tr("In a chat, before it is opened"), tr("light"), tr("dark"))
    with session.work() as work:
        index = conductor.open_archives(recipe.archives, home=session.home, work=work)
        chosen = conductor.plan(recipe, day(date), index=index, out=out)
        data = sheet.picture(chosen, labels, work=work)
    place = to or Path(f"{recipe.slug}-preview.png")
    _write(place, data)
    typer.echo(tr("wrote {path}", path=str(place)))


def _write(place: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    staged = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        staged.write_bytes(data)
        staged.replace(place)
    except OSError as error:
        staged.unlink(missing_ok=True)
        raise OutputError(
            say("{path!r} cannot be written", path=str(place)),
            hint=say("make the folder writable, or name another one"),
        ) from error
