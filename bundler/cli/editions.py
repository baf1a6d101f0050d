"""`diff`, `withdraw`, `schedule`: editions compared, one article taken out of them, and when they are made."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bundler import build as conductor
from bundler import store
from bundler.cli import screen, signing
from bundler.cli.keys import OUT
from bundler.cli.passphrases import DESCRIPTOR, FILE
from bundler.cli.session import Session
from bundler.cli.speech import tr
from bundler.errors import Listed, UsageError, say
from bundler.recipe import Recipe, load
from bundler.release import settings, site
from bundler.release.differences import Differences, between, listed
from bundler.release.editions import Published, bundles, find
from bundler.release.publish import Task, release
from bundler.release.rebuilt import holding, reduced
from bundler.release.schedule import UNITS

RECIPES = typer.Argument(metavar="[RECIPE...]", help=tr("Recipe files; default: all beside the settings."))
SETTINGS = typer.Option("--settings", metavar="FILE", help=tr("The publisher's settings."))


def add(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        name="diff",
        help=tr("Say what is new, changed or gone between two editions: bundler diff weekly#11 weekly"),
        epilog=tr("EDITION is weekly (its newest), weekly@2026-11-22, weekly#12, or the path of its folder."),
    )(diff)
    app.command(
        name="withdraw",
        help=tr("Take an article out of everything still published: bundler withdraw mirror/news/a1"),
        epilog=tr("Editions that hold it are released anew, with a letter and a number of their own."),
    )(withdraw)
    app.command(
        name="schedule",
        help=tr("Print units that release every night: bundler schedule --systemd --secret FILE"),
        epilog=tr("Nothing is installed: the first lines say where the text goes."),
    )(schedule)


def diff(
    earlier: Annotated[str, typer.Argument(metavar="EDITION", help=tr("The earlier edition."))],
    later: Annotated[str, typer.Argument(metavar="EDITION", help=tr("The later edition."))],
    out: Annotated[Path, OUT] = Path("dist"),
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object."))] = False,
) -> None:
    """Compare two editions."""
    found = between(listed(find(earlier, out).folder), listed(find(later, out).folder))
    if as_json:
        rows = {name: [{"id": one.id, "title": one.title} for one in getattr(found, name)] for name in found.__slots__}
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        _print(found)


def _print(found: Differences) -> None:
    out = screen.console()
    parts = ((tr("new"), found.new), (tr("changed"), found.changed), (tr("gone"), found.withdrawn))
    for name, articles in parts:
        out.print(tr("{what}: {n}", what=name, n=len(articles)), style="bold")
        for one in articles:
            out.print(f"  {one.title}")
            out.print(f"    {one.id}", style="dim")


def withdraw(
    context: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help=tr("The article's id."))],
    recipes: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[RECIPE...]", help=tr("Recipe files; default: all beside --settings.")),
    ] = None,
    chosen: Annotated[Path, SETTINGS] = Path(settings.NAME),
    out: Annotated[Path, OUT] = Path("dist"),
    file: Annotated[Path | None, FILE] = None,
    descriptor: Annotated[int | None, DESCRIPTOR] = None,
) -> None:
    """Take an article out of everything still published."""
    known = conductor.known()
    said = settings.load(chosen, known)
    loaded = [load(path, known) for path in recipes] if recipes else settings.recipes(chosen, known)
    console = screen.console()
    session: Session = context.obj
    known_recipes = {one.slug: one for one in loaded}
    _affected(article, out, known_recipes)  # before anybody types a passphrase, and while nobody is kept waiting
    signer = signing.opened(out, said, file, descriptor)
    with store.locked(out):
        affected = _affected(article, out, known_recipes)
        for recipe, edition in affected:
            task = Task(reduced(recipe, article), said, edition.manifest.date, again=True)
            with session.work() as work:
                index = conductor.open_archives(recipe.archives, home=session.home, work=work)
                made = release(task, signer, out=out, index=index, work=work)
            console.print(tr("{bundle}@{edition}: number {number}, sealed and signed", bundle=made.bundle,
                             edition=made.edition, number=made.number))  # fmt: skip
        site.refresh(out, said, leaving=[edition for _, edition in affected])
        for _, edition in affected:
            store.remove(edition.folder)
            console.print(tr("deleted: {names}", names=f"{edition.manifest.bundle}@{edition.manifest.edition}"))
    console.print(tr("what cannot be called back: every file that was fetched or handed on, and copies of this folder"))
    console.print(tr("next: write {article!r} under `drop` in the recipe, or the next edition may hold it again",
                     article=article))  # fmt: skip


def _affected(article: str, out: Path, recipes: Mapping[str, Recipe]) -> list[tuple[Recipe, Published]]:
    """Return every published edition that holds an article, with the recipe that makes it.

    Raises UsageError where there is none, or where the recipe of one is not known: half a withdrawal is none.
    """
    editions = [edition for bundle in bundles(out) for edition in holding(article, out, bundle)]
    if not editions:
        raise UsageError(
            say("no published edition holds {article!r}", article=article),
            hint=say("an edition's articles.json lists the ids of its articles"),
        )
    unknown = sorted({one.manifest.bundle for one in editions} - set(recipes))
    if unknown:
        raise UsageError(
            say("editions of {names} hold {article!r} too, and no recipe for them is here", article=article,
                names=Listed(unknown)),
            hint=say("name their recipes as well, or delete their folders"),
        )  # fmt: skip
    return [(recipes[one.manifest.bundle], one) for one in editions]


def schedule(
    systemd: Annotated[bool, typer.Option("--systemd", help=tr("A service and a timer for systemd."))] = False,
    cron: Annotated[bool, typer.Option("--cron", help=tr("A line for crontab."))] = False,
    actions: Annotated[
        bool, typer.Option("--github-actions", help=tr("A workflow, and what its host learns."))
    ] = False,
    secret: Annotated[
        Path, typer.Option("--secret", metavar="FILE", help=tr("The file with the robot's passphrase."))
    ] = Path("~/.bundler-passphrase"),
) -> None:
    """Print units."""
    chosen = [name for name, wanted in zip(UNITS, (systemd, cron, actions), strict=True) if wanted]
    if len(chosen) != 1:
        raise UsageError(say("say what starts the release"), hint=say("--systemd, --cron or --github-actions"))
    typer.echo(UNITS[chosen[0]](Path.cwd(), secret.expanduser(), Path(sys.executable)), nl=False)
