"""`build` and `make`: recipes and single pages to files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bundler import build as conductor
from bundler.build.single import open_pages, recipe_for
from bundler.cli import report, screen
from bundler.cli.session import Session, day
from bundler.cli.speech import tr
from bundler.errors import Listed, UsageError, say
from bundler.recipe import Recipe, load

OUT = typer.Option("--out", "-o", metavar="DIR", help=tr("Output folder."), file_okay=False)
DATE = typer.Option("--date", help=tr("Edition date, YYYY-MM-DD; default: today in UTC."), metavar="DATE")
JSON = typer.Option("--json", help=tr("Print one JSON object a recipe, one a line."))
QUIET = typer.Option("--quiet", "-q", help=tr("Print nothing but errors."))


def add(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        name="build",
        help=tr("Build an edition of each recipe: bundler build weekly.yaml --date 2026-11-22"),
        epilog=tr("Files stand in OUT/BUNDLE/EDITION/, whole or not at all; a former edition survives any failure."),
    )(build)
    app.command(
        name="make",
        help=tr("Pack pages without a recipe: bundler make archive/news/a1.md --as pdf"),
        epilog=tr("PAGE is a file, or an id, a share address or a source address of an article in --archive."),
    )(make)


def build(
    context: typer.Context,
    recipes: Annotated[list[Path], typer.Argument(metavar="RECIPE...", help=tr("Recipe files."))],
    out: Annotated[Path, OUT] = Path("dist"),
    formats: Annotated[
        list[str] | None, typer.Option("--format", "-f", metavar="FORMAT", help=tr("Only this format; repeatable."))
    ] = None,
    date: Annotated[str | None, DATE] = None,
    as_json: Annotated[bool, JSON] = False,
    quiet: Annotated[bool, QUIET] = False,
) -> None:
    """Build an edition of each recipe."""
    loaded = [_only(load(path, conductor.known()), formats or []) for path in recipes]
    session: Session = context.obj
    edition = day(date)
    for recipe in loaded:
        with session.work(quiet=quiet or as_json) as work:
            index = conductor.open_archives(recipe.archives, home=session.home, work=work)
            made = conductor.build(recipe, out=out, edition=edition, index=index, work=work)
        _print(made, recipe, out=out, as_json=as_json, quiet=quiet)


def make(
    context: typer.Context,
    pages: Annotated[list[str], typer.Argument(metavar="PAGE...", help=tr("A file, an id or an address."))],
    wanted: Annotated[
        str, typer.Option("--as", metavar="FORMATS", help=tr("Formats, separated by commas."))
    ] = "epub,pdf,html",
    archive: Annotated[
        Path | None, typer.Option("--archive", metavar="DIR", help=tr("Archive of the ids and addresses."))
    ] = None,
    out: Annotated[Path, OUT] = Path("dist"),
    date: Annotated[str | None, DATE] = None,
    as_json: Annotated[bool, JSON] = False,
    quiet: Annotated[bool, QUIET] = False,
) -> None:
    """Pack pages without a recipe."""
    formats = [name.strip() for name in wanted.split(",") if name.strip()]
    session: Session = context.obj
    edition = day(date)
    with session.work(quiet=quiet or as_json) as work:
        index = open_pages(pages, archive=archive, work=work)
        recipe = _only(recipe_for(pages, index), formats)
        made = conductor.build(recipe, out=out, edition=edition, index=index, work=work)
    _print(made, recipe, out=out, as_json=as_json, quiet=quiet)


def _print(made: conductor.Report, recipe: Recipe, *, out: Path, as_json: bool, quiet: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.as_json(made), ensure_ascii=False))
    elif not quiet:
        report.show(screen.console(), made, out_folder=out, outside=recipe.outside)


def _only(recipe: Recipe, formats: list[str]) -> Recipe:
    """Keep the formats that were asked for; one that the recipe does not name comes with its defaults."""
    if not formats:
        return recipe
    there, known = dict(recipe.formats), conductor.known().formats
    unknown = [name for name in formats if name not in known]
    if unknown:
        raise UsageError(
            say("unknown format {name!r}", name=unknown[0]),
            hint=say("known formats: {names}", names=Listed(sorted(known))),
        )
    return replace(recipe, formats=tuple((name, there.get(name) or known[name]()) for name in dict.fromkeys(formats)))
