"""`pack`: another size of an edition that is finished."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bundler import build as conductor
from bundler.cli import report, screen, signing
from bundler.cli.building import OUT, QUIET
from bundler.cli.editions import SETTINGS
from bundler.cli.passphrases import DESCRIPTOR, FILE
from bundler.cli.session import Session
from bundler.cli.speech import tr
from bundler.errors import UsageError, say
from bundler.model import SizeClass
from bundler.recipe import Recipe, load
from bundler.release import settings
from bundler.release.editions import Published, find
from bundler.release.packing import Packing
from bundler.release.packing import pack as make

FOLDER = Path("packed")


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        name="pack",
        help=tr("Make another size of a finished edition: bundler pack weekly@2026-11-22 --size std"),
        epilog=tr(
            "Sizes: nano 300 KB, lite 7 MB, std 17 MB, full 95 MB, usb 4.3 GB a file. The edition stays as it is."
        ),
    )(pack)


def pack(
    context: typer.Context,
    edition: Annotated[str, typer.Argument(metavar="EDITION", help=tr("A released edition."))],
    size: Annotated[SizeClass, typer.Option("--size", metavar="SIZE", help=tr("How large one file may be."))],
    named: Annotated[
        Path | None, typer.Option("--recipe", metavar="FILE", help=tr("Its recipe; default: beside --settings."))
    ] = None,
    chosen: Annotated[Path, SETTINGS] = Path(settings.NAME),
    out: Annotated[Path, OUT] = Path("dist"),
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help=tr("Where the files go."))] = FOLDER,
    unsealed: Annotated[bool, typer.Option("--unsealed", help=tr("Without a key: nobody can check them."))] = False,
    file: Annotated[Path | None, FILE] = None,
    descriptor: Annotated[int | None, DESCRIPTOR] = None,
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object."))] = False,
    quiet: Annotated[bool, QUIET] = False,
) -> None:
    """Make another size."""
    there, known = find(edition, out), conductor.known()
    recipe = load(named, known) if named else _recipe(there, chosen)
    signer = None
    if not unsealed:
        signer = signing.opened(out, settings.load(chosen, known), file, descriptor)
    session: Session = context.obj
    with session.work(quiet=quiet or as_json) as work:
        index = conductor.open_archives(recipe.archives, home=session.home, work=work)
        made = make(Packing(there, recipe, size, signer), out=to, index=index, work=work)
    if as_json:
        typer.echo(json.dumps(report.as_json(made), ensure_ascii=False))
    elif not quiet:
        console = screen.console()
        report.show(console, made, out_folder=to, outside=recipe.outside)
        if unsealed:
            screen.tell(console, tr("warning: these files have no seal, and nobody can check them"), style="bold")


def _recipe(edition: Published, chosen: Path) -> Recipe:
    """Return the recipe that makes an edition. Raises UsageError where none beside the settings does."""
    bundle = edition.manifest.bundle
    found = next((one for one in settings.recipes(chosen, conductor.known()) if one.slug == bundle), None)
    if found is None:
        raise UsageError(
            say("no recipe makes the bundle {bundle!r}", bundle=bundle),
            hint=say("name the recipe that made the edition with --recipe"),
        )
    return found
