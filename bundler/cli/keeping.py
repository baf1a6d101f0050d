"""`traces` and `forget`: what this machine would tell, and how it is removed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bundler import build as conductor
from bundler import traces as kept
from bundler.build import size
from bundler.cli import screen
from bundler.cli.session import Session
from bundler.cli.speech import joined, plural, told, tr
from bundler.errors import UsageError, say
from bundler.recipe import load


def add(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        name="traces", help=tr("List what the tool keeps on this machine, and what it would tell: bundler traces")
    )(traces)
    app.command(
        name="forget",
        help=tr("Remove what the tool keeps: bundler forget --all"),
        epilog=tr("Of a RECIPE: the catalogs of its archives and the cache. It says what it cannot remove."),
    )(forget)


def traces(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object."))] = False,
) -> None:
    """List what the tool keeps on this machine."""
    session: Session = context.obj
    found = list(kept.kept(session.home))
    if as_json:
        rows = [{"path": str(one.path), "files": one.files, "bytes": one.bytes, "tells": one.tells} for one in found]
        typer.echo(
            json.dumps({"home": str(session.home), "kept": rows, "beyond": list(kept.BEYOND)}, ensure_ascii=False)
        )
        return
    out = screen.console()
    if not found:
        out.print(tr("nothing is kept in {path}", path=str(session.home)))
    for one in found:
        out.print(str(one.path), style="bold", end="")
        out.print("  " + joined((plural("{n} file", "{n} files", one.files), size(one.bytes))))
        screen.tell(out, "  " + told(one.tells))
    _beyond()


def forget(
    context: typer.Context,
    recipe: Annotated[
        Path | None, typer.Argument(metavar="[RECIPE]", help=tr("Forget the archives of this recipe."))
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=tr("Forget all that the tool keeps."))] = False,
) -> None:
    """Remove what the tool keeps."""
    if (recipe is None) != everything:
        raise UsageError(say("say what to forget"), hint=say("name a recipe, or write --all"))
    session: Session = context.obj
    archives = [one.path for one in load(recipe, conductor.known()).archives] if recipe else None
    gone = kept.forget(session.home, archives)
    out = screen.console()
    for path in gone:
        out.print(tr("removed: {path}", path=str(path)))
    if not gone:
        out.print(tr("nothing is kept in {path}", path=str(session.home)))
    _beyond()


def _beyond() -> None:
    out = screen.console()
    out.print(tr("what this tool does not remove:"), style="dim")
    for one in kept.BEYOND:
        screen.tell(out, f"  {told(one)}", style="dim")
