"""The commands, put together: one module a group; help texts are made when this module is imported."""

from __future__ import annotations

import importlib
import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from bundler import __version__
from bundler.cli.arguments import is_spoken
from bundler.cli.session import Session
from bundler.cli.speech import tr
from bundler.cli.usage import speaking
from bundler.errors import UsageError, say

START = tr("""bundler packs articles from an archive into files that travel hand to hand.

  bundler init . --archive PATH     write a recipe for an archive
  bundler list weekly.yaml          see what it would pack, and why
  bundler build weekly.yaml         make EPUB, PDF and HTML in dist/
  bundler make PAGE                 pack one article without a recipe
  bundler COMMAND --help            every command shows an example""")

app = typer.Typer(
    name="bundler",
    invoke_without_command=True,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help=tr("Pack articles from an archive into EPUB, PDF and HTML files that travel hand to hand."),
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"bundler {__version__}")
        raise typer.Exit


@app.callback()
def start(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            envvar="BUNDLER_HOME",
            help=tr("Folder for all that the tool keeps; default: the user's cache."),
        ),
    ] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="en|zh", help=tr("Language of messages: en or zh; default: LANG."))
    ] = None,
    debug: Annotated[  # noqa: ARG001 - read before parsing, here for --help
        bool, typer.Option("--debug", help=tr("Show the traceback of a mistake of bundler."))
    ] = False,
    version: Annotated[  # noqa: ARG001 - answered by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help=tr("Print the version."))
    ] = False,
) -> None:
    """Keep what every command needs. `lang` was read before parsing."""
    if lang is not None and not is_spoken(lang):
        raise UsageError(say("messages are not in the language {value!r}", value=lang), hint=say("use en or zh"))
    context.obj = Session(home)
    if context.invoked_subcommand is None:
        typer.echo(START)


GROUPS = {
    "building": ("build", "make"),
    "releasing": ("release",),
    "verifying": ("verify",),
    "editions": ("diff", "withdraw", "schedule"),
    "looking": ("list", "check", "show"),
    "previewing": ("preview",),
    "starting": ("init", "schema", "formats", "doctor"),
    "archive": ("archive",),
    "fetching": ("fetch",),
    "packing": ("pack",),
    "sharing": ("share",),
    "locking": ("lock", "unlock", "vary"),
    "exposing": ("expose",),
    "keys": ("keys",),
    "keeping": ("traces", "forget"),
}
"""The modules of commands. One is imported when a command of it is typed."""

PANELS = (
    (
        tr("Recipes and editions"),
        ("init", "check", "list", "show", "build", "make", "preview", "formats", "schema"),
    ),
    (tr("Archives"), ("fetch", "archive")),
    (tr("Releases"), ("keys", "release", "verify", "diff", "withdraw", "pack", "schedule")),
    (tr("From hand to hand"), ("share", "lock", "unlock", "vary", "expose")),
    (tr("This machine"), ("doctor", "traces", "forget")),
)
"""What help shows together, in the order in which people come to it."""

COMPLETES = "_BUNDLER_COMPLETE"
"""The variable by which a shell asks what can stand at the cursor."""

TARGETS = ("--to", "--out", "--thumbnail")
"""Options that say where a command writes. Where it has `--to`, its `--out` is read."""


def command(arguments: Collection[str]) -> Any:
    """Return the command line with the commands that these arguments may mean: all, where they name none.

    The version, and the start that is shown where nothing was typed, need none of them; a shell that completes types
    nothing, and needs all.
    """
    named = [group for group, commands in GROUPS.items() if not set(commands).isdisjoint(arguments)]
    every = GROUPS if COMPLETES in os.environ or (arguments and "--version" not in arguments) else ()
    for group in named or every:
        importlib.import_module(f"bundler.cli.{group}").add(app)
    return speaking(_in_panels(typer.main.get_command(app)))


def _in_panels(group: Any) -> Any:
    """Put the commands that are there into the panels of help, in their order."""
    for title, names in PANELS:
        for name in names:
            if found := group.commands.pop(name, None):
                found.rich_help_panel = title
                group.commands[name] = found
    return group


def target(group: Any, arguments: Iterable[str]) -> str:
    """Return the option by which the command that is typed is told where to write; empty where it has none."""
    words = iter(arguments)
    typed = group
    while commands := getattr(typed, "commands", None):
        named = next((word for word in words if word in commands), None)
        if named is None:
            return ""
        typed = commands[named]
    there = {name for option in typed.params for name in option.opts}
    return next((name for name in TARGETS if name in there), "")
