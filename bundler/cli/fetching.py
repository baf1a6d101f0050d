"""`fetch`: bring archives up to date from the network, and complete them with pictures."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bundler import build as conductor
from bundler.catalog import Catalog, open_archive
from bundler.cli import fetched, screen
from bundler.cli.agreeing import UNLISTED, Agreement, nobody, rounds
from bundler.cli.beginning import hinted
from bundler.cli.fetched import Outcome, Tally
from bundler.cli.session import Session, day
from bundler.cli.speech import tr
from bundler.errors import ArchiveError, BundlerError, NetworkError, say
from bundler.fetch import abreast, consent, ledger, pictures, reach, sources, update
from bundler.fetch.apart import Apart
from bundler.fetch.events import Event, Run
from bundler.fetch.ledger import Ledger
from bundler.fetch.reach import Manners, Reach
from bundler.fetch.sources import Source
from bundler.folder import open_folder
from bundler.recipe import Recipe, load

if TYPE_CHECKING:
    from bundler.fetch.net import Net

REACH = Reach()
"""Who may be asked: the public internet. No option, variable or file changes it; tests put something else here."""
MANNERS = Manners()
MAX_GAP = 60.0
"""Seconds: a run that asks a host less often than this would seem to hang."""


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        name="fetch",
        help=tr("Bring archives up to date from the internet, with their pictures: bundler fetch ../mirror"),
        epilog=tr("The one command that opens connections. Whoever watches your line sees which hosts are asked."),
    )(fetch)


@dataclass(slots=True)
class Job:
    """One archive: everything of it where it was named itself, else what recipes select from it."""

    archive: Path
    whole: bool = False
    recipes: list[Recipe] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)

    def refuse(self, hosts: Collection[str]) -> None:
        """Remember hosts that were not asked."""
        self.outcome.refused = tuple(dict.fromkeys((*self.outcome.refused, *hosts)))


@dataclass(frozen=True, slots=True)
class Asking:
    """How this run asks: whether robots.txt is kept, whether somebody agrees, whether nobody is asked at all."""

    session: Session
    net: Callable[[], Net]
    apart: Apart
    robots: bool
    through_proxy: bool
    today: dt.date
    since: dt.date | None
    yes: bool
    dry: bool
    quiet: bool

    def agreement(self, archive: Path) -> Agreement:
        """Return what was agreed to for an archive."""
        return Agreement(self.session.home, archive, self.yes, self.quiet, self.through_proxy)


def fetch(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help=tr("Archives, or recipes."))],
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help=tr("Leave out what is older than this day."))
    ] = None,
    proxy: Annotated[
        str | None,
        typer.Option("--proxy", metavar="ADDRESS", help=tr("Ask through socks5h://HOST:PORT, names too.")),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=tr("Say what would be asked, and ask nobody."))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=tr("Agree to ask all hosts that are named."))] = False,
    wait: Annotated[
        float,
        typer.Option("--wait", metavar="SECONDS", show_default=False, help=tr("Ask a host less often than usual.")),
    ] = 0.0,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help=tr("Fetch also what robots.txt asks programs not to."))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=tr("Print one JSON object an archive, one a line."))] = False,
) -> None:
    """Bring archives up to date and complete them with pictures."""
    through = reach.proxy(proxy) if proxy else None
    beginning = day(since) if since else None
    gap = min(MAX_GAP, max(MANNERS.gap, wait))
    manners = replace(MANNERS, gap=gap, robots=MANNERS.robots and not ignore_robots)
    jobs = _jobs(paths)
    with ExitStack() as held:
        asking = Asking(
            context.obj, cache(partial(_net, held, manners, through)), held.enter_context(Apart()),
            manners.robots, through is not None, day(None), beginning, yes, dry_run, as_json,
        )  # fmt: skip
        try:
            _run(jobs, asking)
        except BundlerError:
            _show([job for job in jobs if job.outcome.begun], as_json=as_json)
            raise
    _show(jobs, as_json=as_json)
    _said_if_nothing(jobs)


def _net(held: ExitStack, manners: Manners, proxy: reach.Proxy | None) -> Net:
    """Open the network for as long as `held` is."""
    from bundler.fetch.net import Net  # noqa: PLC0415 - most runs find nothing new, and ask nobody

    return held.enter_context(Net(reach=REACH, manners=manners, proxy=proxy))


def _show(jobs: Iterable[Job], *, as_json: bool) -> None:
    """Print what was fetched: all of it, or what came before an error."""
    for job in jobs:
        job.outcome.archive = str(job.archive)
        if as_json:
            typer.echo(json.dumps(fetched.as_json(job.outcome), ensure_ascii=False))
        else:
            fetched.show(screen.console(), job.outcome, job.archive)


def _said_if_nothing(jobs: list[Job]) -> None:
    """Raise the error of a run in which everything that was tried failed."""
    if jobs and all(job.outcome.nothing for job in jobs):
        if all(one.code == UNLISTED for job in jobs for one in job.outcome.told if one.what == "failed"):
            raise nobody({host for job in jobs for host in job.outcome.refused})
        offline = all(job.outcome.offline for job in jobs)
        hint = (
            say("look whether this machine has a network, or use a --proxy; the next run asks again at once")
            if offline
            else say("try again later, or through a --proxy; what failed is asked for again tomorrow, or once"
                     " `.bundler/ledger.jsonl` in the archive is deleted")
        )  # fmt: skip
        raise NetworkError(say("nothing could be fetched"), hint=hint)


def _jobs(paths: list[Path]) -> list[Job]:
    """Return the archives that are named, or that the named recipes select from, each once."""
    jobs: dict[Path, Job] = {}
    for path in paths:
        folder = path.parent if path.name == sources.FILE else path
        if folder.is_dir() or not path.suffix:
            _is_there(folder)
            jobs.setdefault(folder.resolve(), Job(folder)).whole = True
            continue
        recipe = load(path, conductor.known())
        for archive in recipe.archives:
            _is_there(archive.path)
            jobs.setdefault(archive.path.resolve(), Job(archive.path)).recipes.append(recipe)
    return list(jobs.values())


def _is_there(folder: Path) -> None:
    """Raise ArchiveError where there is no such folder; whether what is in it can be read, fetching may mend."""
    if not (folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)):
        with hinted(folder):
            open_folder(folder)


def _run(jobs: list[Job], asking: Asking) -> None:
    """Bring all sources up to date, then fetch pictures: a recipe selects from what is there by then."""
    with ExitStack() as held:
        ledgers = []
        for job in jobs:
            if not asking.dry:
                held.enter_context(update.locked(job.archive))
            ledgers.append(ledger.opened(job.archive))
            held.callback(ledgers[-1].close)
        for job, known in zip(jobs, ledgers, strict=True):
            _sources(job, known, asking)
        for job, known in zip(jobs, ledgers, strict=True):
            _pictures(job, known, asking)


def _sources(job: Job, known: Ledger, asking: Asking) -> None:
    """Bring the sources of an archive up to date, if somebody agrees."""
    found = sources.load(job.archive)
    if found is None:
        return
    asks = _askable(fetched.hosts_of(found.sources))
    if asking.dry:
        job.outcome.dry, job.outcome.asks = True, asks
        return
    if not _agreed(job, asks, asking):
        return
    for n, source in enumerate(found.sources):
        name = update.name_of(source)
        tally = job.outcome.sources.setdefault(name, Tally(update.kind_of(source)))

        def bring(_: tuple[str, ...], n: int = n, source: Source = source, tally: Tally = tally) -> Iterator[Event]:
            with screen.progress(quiet=asking.quiet) as progress:
                progress("sources", n, len(found.sources))
                progress("articles", 0, 0)
                run = _of(job, known, asking)
                before = run.net.dialer.taken
                for done, event in enumerate(update.update(source, run), 1):
                    progress("articles", done, 0)
                    yield event
                tally.bytes += run.net.dialer.taken - before

        job.refuse(rounds(bring, partial(job.outcome.source, name), asking.agreement(job.archive)))


def _pictures(job: Job, known: Ledger, asking: Asking) -> None:
    """Fetch the pictures of the articles that are wanted, of hosts to which somebody agrees."""
    found = sources.load(job.archive)
    if found is not None and not found.pictures:
        return
    sorted_out = pictures.sorted_out(
        open_folder(job.archive), known, _addresses(job, asking), asking.today, robots=asking.robots
    )
    due = abreast.by_host(sorted_out.due)
    counts = job.outcome.pictures
    counts.update(here=len(sorted_out.here), due=len(sorted_out.due), later=len(sorted_out.later))
    asks = _askable({host: len(some) for host, some in due.items()})
    if asking.dry:
        job.outcome.dry, job.outcome.asks = True, {**job.outcome.asks, **asks}
        return
    if not due or not _agreed(job, asks, asking):
        return

    def bring(again: tuple[str, ...]) -> Iterator[Event]:
        wanted = again or sorted_out.due
        run = _of(job, known, asking)
        before = run.net.dialer.taken
        with screen.progress(quiet=asking.quiet) as progress:
            for n, event in enumerate(pictures.fetch(run, wanted), 1):
                yield event
                progress("pictures", n, len(wanted))
        job.outcome.bytes += run.net.dialer.taken - before

    job.refuse(rounds(bring, job.outcome.picture, asking.agreement(job.archive), pictures=True))


def _askable(asks: Mapping[str, int]) -> Mapping[str, int]:
    """Leave out hosts that are never asked, whatever anybody agrees to: what names them is told of as failed."""
    return {host: count for host, count in asks.items() if host and not REACH.refuses(host)}


def _agreed(job: Job, asks: Mapping[str, int], asking: Asking) -> bool:
    """Say whether all hosts may be asked; those that may not are told of in the end."""
    if asking.agreement(job.archive).to(asks):
        return True
    job.refuse(consent.unknown(asking.session.home, job.archive, asks))
    return False


def _of(job: Job, known: Ledger, asking: Asking) -> Run:
    """Return the run over an archive; the network is opened with the first one."""
    net = asking.net()
    net.agreed = asking.agreement(job.archive).holds
    return Run(job.archive, net, known, asking.today, asking.since, asking.apart)


def _addresses(job: Job, asking: Asking) -> set[str]:
    """Return the addresses of the pictures of all articles, or of those that recipes select."""
    if job.whole:
        with _catalog(job, asking) as catalog:
            return pictures.since(catalog.remote(), catalog.entries(), asking.since) if catalog else set()
    if job.outcome.asks or job.outcome.refused:
        with _catalog(job, asking) as catalog:
            if catalog is None:  # the recipe selects from what is not here yet
                return set()
    found: set[str] = set()
    with asking.session.work(quiet=asking.quiet) as work:
        for recipe in job.recipes:
            index = conductor.open_archives(recipe.archives, home=asking.session.home, work=work)
            chosen = conductor.plan(recipe, asking.today, index=index)
            taken = [one.entry for one in chosen.selection.taken]
            for catalog in index.catalogs:
                if catalog.tree.root == job.archive.resolve():
                    found |= pictures.since(catalog.remote(), taken, asking.since)
            index.close()
    return found


@contextmanager
def _catalog(job: Job, asking: Asking) -> Iterator[Catalog | None]:
    """Open the catalog of an archive; there is none yet where nothing could be fetched into a new one."""
    archive = job.archive
    with asking.session.work(quiet=asking.quiet) as work:
        try:
            catalog = open_archive(open_folder(archive), home=asking.session.home, work=work)
        except ArchiveError as error:
            if sources.load(archive) is None:
                with hinted(archive):
                    raise
            job.outcome.unread = None if asking.dry or job.outcome.refused else error
            yield None
            return
        try:
            yield catalog
        finally:
            catalog.close()
