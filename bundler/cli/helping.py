"""Help pages: how a command is typed and what its words mean, folded to the terminal, in the user's language."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import Any, NamedTuple

from bundler.cli import screen
from bundler.cli.folding import fold, width
from bundler.cli.screen import Out
from bundler.cli.speech import tr

WIDEST = 100
"""Columns of a page: longer lines are hard to read."""
_NAMES = 26
"""Columns of names, at most; what is explained begins on the next line where a name is longer."""
_GLUE = "\ue000"
"""Stands for a space at which no line ends."""


class Row(NamedTuple):
    """A word that can be typed, and what it means."""

    name: str
    meaning: str


def usage(command: Any) -> str:
    """Return what stands behind a command's name: what it takes is called there as it is called below."""
    takes = [option.metavar for option in command.params if option.param_type_name == "argument"]
    below = [tr("COMMAND ...")] if hasattr(command, "commands") else []
    return " ".join((tr("[OPTIONS]"), *takes, *below))


def page(command: Any, context: Any) -> None:
    """Print the page of a command: usage, what it does, arguments, options, commands, and what else is to know."""
    out = screen.console()
    said = f"{tr('Usage: ')}{context.command_path} {usage(command)}"
    out.print("\n".join(fold(said, _columns(out))), style="bold")
    _paragraph(out, command.help or "")
    given = command.get_params(context)
    _table(out, tr("Arguments"), (_argument(one) for one in given if one.param_type_name == "argument"))
    _table(out, tr("Options"), (_option(one, context) for one in given if one.param_type_name == "option"))
    panels: dict[str, list[Row]] = {}
    for name, inner in getattr(command, "commands", {}).items():
        title = inner.rich_help_panel if isinstance(inner.rich_help_panel, str) else tr("Commands")
        panels.setdefault(title, []).append(Row(name, inner.help or ""))
    for title, rows in panels.items():
        _table(out, title, rows)
    for paragraph in (command.epilog or "").split("\n\n"):
        _paragraph(out, paragraph)


def _folded(text: str, columns: int, *, used: int = 0) -> str:
    """Fold a text; the example at its end stays whole, so that it can be copied."""
    before, sign, example = text.partition(": bundler " if ": bundler " in text else "：bundler ")
    kept = f"{before}{sign}{example.replace(' ', _GLUE)}".replace("bundler ", f"bundler{_GLUE}") if sign else text
    return "\n".join(fold(kept, columns, used=used, hang=0)).replace(_GLUE, " ")


def _columns(out: Out) -> int:
    return min(out.width or shutil.get_terminal_size().columns, WIDEST)


def _paragraph(out: Out, text: str) -> None:
    if text:
        out.print()
        out.print(_folded(text, _columns(out)))


def _table(out: Out, title: str, rows: Iterable[Row]) -> None:
    """Print names with their meanings beside them, all meanings in one column."""
    found = tuple(rows)
    if not found:
        return
    out.print()
    out.print(title, style="bold")
    column = min(max(width(row.name) for row in found), _NAMES, _columns(out) // 3) + 4
    for name, meaning in found:
        room = column - 2 - width(name)
        out.print(f"  {name}" + (" " * room if room > 1 else "\n" + " " * column), style="cyan", end="")
        out.print(_folded(meaning, _columns(out), used=column))


def _argument(argument: Any) -> Row:
    return Row(argument.metavar, _meaning(argument))


def _option(option: Any, context: Any) -> Row:
    """Name an option and its value: a word in capitals, or the words to choose from; a switch takes none."""
    names = ", ".join(sorted(option.opts, key=len))
    value = "" if option.is_flag else f" {option.metavar or option.display_type(context).strip('<>')}"
    indent = "    " if names.startswith("--") else ""
    return Row(f"{indent}{names}{value}", _meaning(option))


def _meaning(parameter: Any) -> str:
    """Say what a parameter means, what it is where it is left out, and whether it can be."""
    said = [parameter.help or ""]
    if parameter.show_default and parameter.default not in (None, False, "", 0):
        said.append(tr("[default: {value}]", value=str(parameter.default)))
    if parameter.envvar:
        said.append(tr("[env var: {name}]", name=parameter.envvar))
    if parameter.required:
        said.append(tr("[required]"))
    return " ".join(said)
