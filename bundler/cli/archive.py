"""`archive`: what an archive holds, what in it nothing needs, and one made again from files that were found."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from bundler.archive.status import status as status_of
from bundler.catalog import Catalog, open_archive
from bundler.cli import beginning, holdings, screen
from bundler.cli.session import Session, day
from bundler.cli.speech import tr
from bundler.errors import UsageError, say
from bundler.fetch import ledger, pictures, pruning, update
from bundler.folder import open_folder


def add(app: typer.Typer) -> None:
    """Add this group of commands."""
    group = typer.Typer(no_args_is_help=True, help=tr("Look into an archive, or make one: bundler archive status PATH"))
    group.command(
        name="status",
        help=tr("Count what an archive holds, and name what is missing: bundler archive status ../mirror"),
    )(status)
    group.command(
        name="prune",
        help=tr("Remove fetched pictures that no article shows: bundler archive prune ../mirror"),
        epilog=tr("It lists them and asks. Only files that `bundler fetch` wrote are removed."),
    )(prune)
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
    from bundler.archive.rebuilt import rebuild  # noqa: PLC0415 - 80 ms of parsers, for this command alone

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
    with session.work(quiet=as_json) as work, beginning.hinted(path):
        catalog = open_archive(open_folder(path), home=session.home, work=work)
        found, remote = status_of(catalog), _remote(catalog)
    web = pictures.sorted_out(catalog.tree, ledger.opened(path), remote, day(None))
    if as_json:
        typer.echo(json.dumps(holdings.as_json(found, web), ensure_ascii=False))
    else:
        holdings.show(screen.console(), found, web)


def prune(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help=tr("The archive's folder."))],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=tr("List what would be removed, and remove nothing."))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=tr("Remove it without asking."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object."))] = False,
) -> None:
    """Remove what fetching left and nothing needs."""
    session: Session = context.obj
    with ExitStack() as held:
        if not dry_run and (path / ledger.FOLDER).is_dir():
            held.enter_context(update.locked(path))  # before a look: what comes meanwhile would show pictures too
        with session.work(quiet=as_json) as work, beginning.hinted(path):
            catalog = open_archive(open_folder(path), home=session.home, work=work)
            remote = _remote(catalog)
        known = ledger.opened(path)
        held.callback(known.close)
        found = pruning.unneeded(catalog.tree, known, remote)
        asking = not dry_run and bool(found.paths or found.addresses)
        removed = asking and _agreed(found, yes=yes, quiet=as_json)
        if removed:
            pruning.remove(path, found, known)
    if as_json:
        typer.echo(json.dumps(holdings.pruned_json(found, removed=removed), ensure_ascii=False))
    else:
        holdings.show_pruned(screen.console(), found, removed=removed, listed=asking and not yes)


def _remote(catalog: Catalog) -> set[str]:
    """Return the addresses of all pictures of the web that articles show."""
    return {address for some in catalog.remote().values() for address in some}


def _agreed(found: pruning.Unneeded, *, yes: bool, quiet: bool) -> bool:
    """Ask whether it may be removed, after it was listed."""
    if yes:
        return True
    if quiet or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            say("{n} files would be removed, and nobody here agreed to it", n=len(found.paths)),
            hint=say("see with --dry-run which; agree with --yes"),
        )
    holdings.show_unneeded(screen.console(error=True), found)
    return screen.confirmed(tr("remove them? [y/N] "))
