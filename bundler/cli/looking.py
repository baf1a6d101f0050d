"""`list`, `check`, `show`: what would be packed and why, what is wrong with a recipe, an article as it is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from bundler import build as conductor
from bundler.build.single import open_pages
from bundler.cli import listing, reasons, screen
from bundler.cli.building import DATE, OUT
from bundler.cli.session import Session, day
from bundler.cli.speech import tr
from bundler.errors import RecipeError
from bundler.recipe import load, long_form


def add(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        name="list",
        help=tr("Show what a recipe would pack, in order, and why: bundler list weekly.yaml"),
    )(list_articles)
    app.command(
        name="check",
        help=tr("Say everything that is wrong with recipes: bundler check weekly.yaml --long"),
    )(check)
    app.command(
        name="show",
        help=tr("Show one article as the bundler reads it: bundler show weekly.yaml mirror/news/a1 --as notes"),
        epilog=tr("Give a recipe and an article's id or address, or the file of a page alone."),
    )(show)


def list_articles(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="RECIPE", help=tr("A recipe file."))],
    out: Annotated[Path, OUT] = Path("dist"),
    date: Annotated[str | None, DATE] = None,
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object."))] = False,
    everything: Annotated[bool, typer.Option("--all", "-a", help=tr("Name what fell, too."))] = False,
) -> None:
    """Show what a recipe would pack."""
    session: Session = context.obj
    recipe = load(path, conductor.known())
    with session.work(quiet=as_json) as work:
        index = conductor.open_archives(recipe.archives, home=session.home, work=work)
        chosen = conductor.plan(recipe, day(date), index=index, out=out)
        if as_json:
            typer.echo(json.dumps(listing.as_json(chosen), ensure_ascii=False))
        else:
            listing.show(screen.console(), chosen, everything=everything)


def check(
    recipes: Annotated[list[Path], typer.Argument(metavar="RECIPE...", help=tr("Recipe files."))],
    long: Annotated[bool, typer.Option("--long", help=tr("Print what was understood, every key written out."))] = False,
) -> None:
    """Say everything that is wrong with recipes."""
    wrong: list[RecipeError] = []
    for path in recipes:
        try:
            recipe = load(path, conductor.known())
        except RecipeError as error:
            screen.error(error)
            wrong.append(error)
            continue
        typer.echo(long_form(recipe) if long else tr("{path}: nothing is wrong", path=str(path)))
    if wrong:
        raise typer.Exit(wrong[0].exit_code)


def show(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="RECIPE|PAGE", help=tr("A recipe, or the file of a page."))],
    article: Annotated[str | None, typer.Argument(metavar="[ID]", help=tr("An id or an address."))] = None,
    form: Annotated[
        Literal["text", "json", "notes", "paragraphs"], typer.Option("--as", help=tr("What to show."))
    ] = "text",
    why: Annotated[bool, typer.Option("--why", help=tr("Name the rule behind each decision."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object."))] = False,
) -> None:
    """Show one article as the model has it, or why it has it so."""
    session: Session = context.obj
    with session.work() as work:
        if article is None:
            index, name = open_pages([str(path)], archive=None, work=work), str(path)
        else:
            index, name = (
                conductor.open_archives(load(path, conductor.known()).archives, home=session.home, work=work),
                article,
            )
        if why:
            reasons.show(screen.console(), index, name, as_json=as_json)
        else:
            listing.show_article(screen.console(), index, name, "json" if as_json else form)
