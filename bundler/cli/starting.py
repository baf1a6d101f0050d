"""`init`, `schema`, `formats` and `doctor`: a first recipe, what recipes and formats can say, what is installed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import Annotated, Any, get_args, get_type_hints

import typer

from bundler import build as conductor
from bundler import doctor as examination
from bundler.build import first
from bundler.cli import report, screen
from bundler.cli.session import Session
from bundler.cli.speech import joined, told, tr
from bundler.errors import UsageError, say
from bundler.fetch import sources
from bundler.recipe import RecipeProblems
from bundler.recipe import schema as recipe_schema


def add(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        name="init",
        help=tr("Write a first recipe for an archive, filled in: bundler init . --archive ../mirror"),
        epilog=tr(
            "Of a new archive, what it is fetched from: bundler init mirror --git https://code.example/mirror.git"
        ),
    )(init)
    app.command(
        name="schema", help=tr("Print the JSON Schema of recipes, for editors: bundler schema > recipe.schema.json")
    )(schema)
    app.command(name="formats", help=tr("List the formats and their options: bundler formats"))(formats)
    app.command(name="doctor", help=tr("Say what is installed, what is missing and what mends it: bundler doctor"))(
        doctor
    )


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=tr("Where it is written."))],
    archive: Annotated[
        Path | None, typer.Option("--archive", metavar="DIR", help=tr("The archive it selects from."))
    ] = None,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help=tr("The bundle's name: a-z, 0-9 and -, at most 8."))
    ] = "weekly",
    git: Annotated[list[str] | None, typer.Option("--git", metavar="ADDRESS", help=tr("Fetch a repository."))] = None,
    feed: Annotated[list[str] | None, typer.Option("--feed", metavar="ADDRESS", help=tr("Fetch a feed."))] = None,
    page: Annotated[list[str] | None, typer.Option("--page", metavar="ADDRESS", help=tr("Fetch a page."))] = None,
    saved: Annotated[list[str] | None, typer.Option("--saved", metavar="FILE", help=tr("Read a file in DIR."))] = None,
) -> None:
    """Write a first recipe for an archive, or what a new archive is fetched from."""
    session: Session = context.obj
    wanted = {"git": git or [], "feed": feed or [], "pages": page or [], "saved": saved or []}
    if (archive is not None) == any(wanted.values()):
        raise UsageError(
            say("say what to begin with"),
            hint=say("--archive for a recipe; --git, --feed, --page or --saved for an archive that is fetched"),
        )
    if archive is None:
        typer.echo(tr("wrote {path}", path=str(_begun(folder, wanted))))
        typer.echo(tr("next: `bundler fetch {path}`", path=quote(str(folder))))
        return
    with session.work() as work:
        path = first.write(folder, archive, name=name, home=session.home, work=work, told=told)
    typer.echo(tr("wrote {path}", path=str(path)))
    typer.echo(tr("next: edit it, then `bundler list {path}` and `bundler build {path}`", path=quote(str(path))))


def _begun(folder: Path, wanted: Mapping[str, Sequence[str]]) -> Path:
    """Write what an archive is fetched from. Raises UsageError: what is wrong was typed, and stands in no file yet."""
    try:
        return sources.write(folder, wanted)
    except RecipeProblems as found:
        hint = say(
            "for example: {example}",
            example="--git https://code.example/mirror.git --feed https://news.example/feed.xml",
        )
        raise UsageError(found.problems[0].message, hint=hint) from found


def schema() -> None:
    """Print the JSON Schema of recipes."""
    typer.echo(json.dumps(recipe_schema(conductor.known()), ensure_ascii=False, indent=2))


def formats() -> None:
    """List the formats and their options."""
    out, known = screen.console(), conductor.known().formats
    wide = max(map(len, known)) + 2
    for name, options in sorted(known.items()):
        out.print(name.ljust(wide), style="bold", end="")
        screen.tell(out, tr(report.GOOD_FOR[name]), used=wide)
        kinds = get_type_hints(options)
        for field in dataclasses.fields(options):
            default = tr(" (default: {value})", value=json.dumps(field.default).strip('"'))
            screen.tell(out, f"{' ' * (wide + 3)}{field.name}: {_values(kinds[field.name])}{default}")


def _values(kind: Any) -> str:
    """Name the values of an option as recipes write them."""
    values = ("true", "false") if kind is bool else map(str, get_args(kind))
    return joined(values) or str(getattr(kind, "__name__", kind))


def doctor() -> None:
    """Say what is installed, what is missing and what mends it."""
    out = screen.console()
    lacking = []
    for finding in examination.examine():
        mark = ("ok", "green") if finding.there else ("--", "yellow")
        out.print(f"{mark[0]}  ", style=mark[1], end="")
        out.print(told(finding.what))
        lacking += [] if finding.there else list(finding.packages)
    if lacking:
        out.print()
        packages = " ".join(sorted(set(lacking)))
        out.print(tr("to mend it: {command}", command=f"sudo apt-get install --no-install-recommends {packages}"))
