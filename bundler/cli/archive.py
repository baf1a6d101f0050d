"""`archive`: what an archive holds, and an archive made again from files that were found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bundler.archive.rebuilt import rebuild
from bundler.archive.status import status as status_of
from bundler.catalog import open_archive
from bundler.cli import holdings, screen
from bundler.cli.session import Session
from bundler.cli.speech import tr
from bundler.tree import open_folder


def add(app: typer.Typer) -> None:
    """Add this group of commands."""
    group = typer.Typer(no_args_is_help=True, help=tr("Look into an archive, or make one: bundler archive status PATH"))
    group.command(
        name="status",
        help=tr("Count what an archive holds, and name what is missing: bundler archive status ../mirror"),
    )(status)
    group.command(
        name="import",
        help=tr("Make an archive again from files of ours: bundler archive import weekly.epub --to found"),
        epilog=tr("FILE is an EPUB, an HTML file or a dump. Ids stay as they were; files can be added later."),
    )(import_files)
    app.add_typer(group, name="archive")


def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=tr("Files of ours."))],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help=tr("The folder of the archive."))],
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object."))] = False,
) -> None:
    """Make an archive again from files of ours."""
    made = rebuild(files, to)
    if as_json:
        typer.echo(json.dumps(holdings.rebuilt_json(made), ensure_ascii=False))
    else:
        holdings.show_rebuilt(screen.console(), made, to)


def status(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help=tr("The archive's folder."))],
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object."))] = False,
) -> None:
    """Count what an archive holds."""
    session: Session = context.obj
    with session.work(quiet=as_json) as work:
        found = status_of(open_archive(open_folder(path), home=session.home, work=work))
    if as_json:
        typer.echo(json.dumps(holdings.as_json(found), ensure_ascii=False))
    else:
        holdings.show(screen.console(), found)
