"""What typer says by itself, in our words and the user's language: mistakes in the arguments, and lines of its help."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import typer
from typer.exceptions import TyperException

from bundler.cli import screen
from bundler.cli.plain import plain
from bundler.cli.speech import told, tr
from bundler.errors import Listed, Say

SENTENCES = (
    (r"No such option: (?P<what>\S+)", "there is no option {what}"),
    (r"No such command '(?P<what>.*?)'", "there is no command {what}"),
    (r"Missing \w+ '(?P<what>.*)'", "{what} is missing"),
    (r"Got unexpected extra argument\(s\) \((?P<what>.*)\)", "more than this command takes: {what}"),
    (r"Option '(?P<what>.*)' requires an argument", "{what} wants a value"),
    (r"Option '(?P<what>.*)' does not take a value", "{what} takes no value"),
    (r"Invalid value for '(?P<what>.*?)': .*? is not one of (?P<valid>.*)\.", "{what} must be one of {valid}"),
    (r"Invalid value for '(?P<what>.*?)': (?P<reason>.*)", "the value of {what} does not fit: {reason}"),
)
"""Typer's English, and ours."""

HELP = {
    "--help": "Show this message and exit.",
    "--install-completion": "Install completion for the shell in use.",
    "--show-completion": "Show the completion's script, to copy it or change it.",
}
"""Help of the options that typer adds."""


MEANT = (
    r"No such command '(?P<typed>.*?)'.*? Did you mean (?P<known>.*)\?",
    r"No such option: (?P<typed>\S+) \(Possible options: (?P<known>.*)\)",
    r"Invalid value for .*?: .*?'(?P<typed>.*?)' is not one of (?P<known>.*)\.",
)
"""Typer's English where it knows what could have been meant."""


def meant(english: str) -> str | None:
    """Return the command, option or value that was probably meant; None where nothing comes near."""
    from bundler.recipe.problems import nearest  # noqa: PLC0415 - only a mistake needs it

    found = next(filter(None, (re.match(pattern, english) for pattern in MEANT)), None)
    return nearest(found["typed"], (one.strip("'") for one in found["known"].split(", "))) if found else None


def said(english: str) -> str:
    """Say in the user's language what typer says is wrong; what it never said before stays as it is."""
    for pattern, template in SENTENCES:
        if found := re.match(pattern, english):
            return told(Say(template, {name: _value(name, text) for name, text in found.groupdict().items()}))
    return english


def _value(name: str, text: str) -> str:
    return Listed(text.split(", ")) if name == "valid" else text


def show(problem: TyperException) -> None:
    """Print what is wrong with how a command was typed, and what was probably meant."""
    english = problem.format_message()
    if not english:  # a group alone: its help stands on the screen
        return
    out = screen.console(error=True)
    out.print(tr("error: "), style="bold red", end="")
    out.print(said(english))
    context = getattr(problem, "ctx", None)
    command = getattr(context, "command_path", "bundler")
    out.print(tr("hint: "), style="bold", end="")
    if near := meant(english):
        out.print(tr("did you mean {near!r}? `{command} --help` shows how", near=near, command=command))
    else:
        out.print(tr("`{command} --help` shows how", command=command))


def speaking(group: Any) -> Any:
    """Let help pages be ours: in the user's language, as wide as the terminal."""
    _speaking(group, typer.Context(group, info_name="bundler", **group.context_settings))
    return group


def _speaking(command: Any, context: typer.Context) -> None:
    command.format_help = partial(_help, command)
    for option in (*command.params, command.get_help_option(context)):
        plain(option)
        added = [HELP[name] for name in option.opts if name in HELP]
        option.help = tr(added[0]) if added else option.help
    for inner in getattr(command, "commands", {}).values():
        _speaking(inner, typer.Context(inner, parent=context))


def _help(command: Any, context: Any, _formatter: Any) -> None:
    from bundler.cli.helping import page  # noqa: PLC0415 - few runs show a page

    page(command, context)
