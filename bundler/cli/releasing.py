"""`release`: what a scheduler runs every night: the editions that are due, sealed and signed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bundler import build as conductor
from bundler import store
from bundler.cli import report, screen, signing
from bundler.cli.building import DATE, OUT, QUIET
from bundler.cli.passphrases import DESCRIPTOR, FILE
from bundler.cli.session import Session, day
from bundler.cli.speech import joined, tr
from bundler.errors import UsageError, say
from bundler.recipe import Known, Recipe, load
from bundler.release import settings, site
from bundler.release.editions import Published, find, released
from bundler.release.publish import Outcome, Task, is_due, release, surplus
from bundler.release.rebuilt import compare

DIFFERENT = 7
CHECK = typer.Option("--check", metavar="EDITION", help=tr("Build an edition again, and compare; release nothing."))


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        name="release",
        help=tr("Release the editions that are due, sealed and signed: bundler release --passphrase-fd 3"),
        epilog=tr("Without RECIPE: all beside release.yaml that say `every` or `cron`. Nothing due: exit code 0."),
    )(run)


def run(
    context: typer.Context,
    recipes: Annotated[list[Path] | None, typer.Argument(metavar="[RECIPE...]", help=tr("Recipe files."))] = None,
    chosen: Annotated[Path, typer.Option("--settings", metavar="FILE", help=tr("The publisher's settings."))] = Path(
        settings.NAME
    ),
    out: Annotated[Path, OUT] = Path("dist"),
    date: Annotated[str | None, DATE] = None,
    again: Annotated[bool, typer.Option("--again", help=tr("Also where it is not due or nothing changed."))] = False,
    file: Annotated[Path | None, FILE] = None,
    descriptor: Annotated[int | None, DESCRIPTOR] = None,
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object a recipe, one a line."))] = False,
    quiet: Annotated[bool, QUIET] = False,
    check: Annotated[str, CHECK] = "",
) -> None:
    """Release what is due."""
    known = conductor.known()
    said = settings.load(chosen, known)
    loaded = [load(path, known) for path in recipes] if recipes else _scheduled(chosen, known)
    if check:
        _check(find(check, out), loaded, context.obj)
        return
    tasks = [Task(recipe, said, day(date), again) for recipe in loaded]
    session: Session = context.obj
    signing.refuse_stopped(out, said)
    with store.locked(out):
        waiting = [task for task in tasks if is_due(task, released(out, task.recipe.slug))]
        signer = signing.opened(out, said, file, descriptor) if waiting else None
        for task in tasks:
            made = Outcome(task.recipe.slug, "not-due")
            if signer and task in waiting:
                with session.work(quiet=quiet or as_json) as work:
                    index = conductor.open_archives(task.recipe.archives, home=session.home, work=work)
                    made = release(task, signer, out=out, index=index, work=work)
            made = replace(made, deleted=_delete_old(out, task.recipe, said))
            _print(made, task.recipe, out=out, as_json=as_json, quiet=quiet)
        site.refresh(out, said)


def _delete_old(out: Path, recipe: Recipe, said: settings.Settings) -> tuple[str, ...]:
    """Delete the editions that the recipe's `keep` leaves over, also after a killed run; return their names."""
    gone = surplus(out, recipe)
    if gone:
        site.refresh(out, said, leaving=gone)
    for one in gone:
        store.remove(one.folder)
    return tuple(one.manifest.edition for one in gone)


def _check(edition: Published, recipes: list[Recipe], session: Session) -> None:
    """Build an edition again, and say what differs; exit code 7 where anything does."""
    recipe = next((one for one in recipes if one.slug == edition.manifest.bundle), None)
    if recipe is None:
        raise UsageError(
            say("no recipe makes the bundle {bundle!r}", bundle=edition.manifest.bundle),
            hint=say("name the recipe that made the edition"),
        )
    with session.work() as work:
        index = conductor.open_archives(recipe.archives, home=session.home, work=work)
        found = compare(edition, recipe, index=index, work=work)
    out = screen.console()
    name = f"{recipe.slug}@{edition.manifest.edition}"
    if found.same:
        out.print(tr("{edition}: its recipe and archive make the same bytes, seals aside", edition=name))
        return
    if not found.articles:
        out.print(tr("{edition}: the articles are not the same", edition=name), style="bold red")
    for file in found.differing:
        out.print(tr("{file}: other bytes", file=file), style="bold red")
    raise typer.Exit(DIFFERENT)


def _scheduled(chosen: Path, known: Known) -> list[Recipe]:
    """Return the recipes beside the settings that have a schedule. Raises UsageError where there is none."""
    scheduled = [one for one in settings.recipes(chosen, known) if (one.every, one.cron) != ("none", "none")]
    if not scheduled:
        raise UsageError(
            say("no recipe beside {path!r} says when it is released", path=str(chosen)),
            hint=say("write 'every: friday' into one, or name a recipe"),
        )
    return scheduled


def _print(made: Outcome, recipe: Recipe, *, out: Path, as_json: bool, quiet: bool) -> None:
    if as_json:
        files = report.as_json(made.report) if made.report else {"bundle": made.bundle}
        typer.echo(json.dumps({**files, "what": made.what, "edition": made.edition, "number": made.number,
                               "deleted": list(made.deleted)},
                              ensure_ascii=False))  # fmt: skip
        return
    if quiet:
        return
    console = screen.console()
    match made.what:
        case "released":
            console.print(tr("{bundle}@{edition}: number {number}, sealed and signed", bundle=made.bundle,
                             edition=made.edition, number=made.number), style="bold")  # fmt: skip
            if made.report:
                report.show(console, made.report, out_folder=out, outside=recipe.outside)
        case "unchanged":
            console.print(tr("{bundle}: nothing changed since {edition}", bundle=made.bundle, edition=made.edition))
        case "not-due":
            console.print(tr("{bundle}: not due", bundle=made.bundle))
    if made.deleted:
        names = joined(f"{made.bundle}@{one}" for one in made.deleted)
        console.print(tr("deleted: {names}", names=names))
