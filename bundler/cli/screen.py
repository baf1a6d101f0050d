"""What a user sees: errors and hints, progress on a terminal, tables; quiet in a pipe."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TextIO

from bundler.cli import interrupt
from bundler.cli.folding import fold, width
from bundler.cli.speech import told, tr
from bundler.errors import BundlerError

if TYPE_CHECKING:
    from rich.console import Console


_WRITING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that do something to a terminal, or to the words beside them. Names of files may hold every one."""


class Out(Protocol):
    """Where words for people go; a control character in them is shown, not obeyed."""

    @property
    def is_terminal(self) -> bool:
        """Say whether people look at it at once, not through a pipe."""

    @property
    def width(self) -> int:
        """Return how many columns a line has; 0 where lines are as long as they are, as in a pipe."""

    def print(self, *objects: Any, style: str | None = None, end: str = "\n") -> None:
        """Print a text as it is; its style is for terminals."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """A pipe or a file: lines without colours. It prints what a terminal shows, and needs nothing imported for it."""

    stream: TextIO
    is_terminal: Literal[False] = False
    width: Literal[0] = 0

    def print(self, *objects: Any, style: str | None = None, end: str = "\n") -> None:  # noqa: ARG002 - for terminals
        """Print a text as it is."""
        self.stream.write(" ".join(harmless(str(one)).expandtabs() for one in objects) + end)


COLOURS = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""Variables that ask for a terminal's colours where there is none."""


def console(*, error: bool = False) -> Out:
    """Return a console that highlights nothing by itself, and shows a control character instead of obeying it."""
    stream = sys.stderr if error else sys.stdout
    if not stream.isatty() and not any(map(os.environ.get, COLOURS)):
        return Pipe(stream)
    return _terminal(error=error)


def _terminal(*, error: bool) -> Console:
    from rich.console import Console  # noqa: PLC0415 - 60 ms

    class Plain(Console):
        """The one place that all words for people pass."""

        def print(self, *objects: Any, **options: Any) -> None:
            """Print strings harmless, other things as they are."""
            super().print(*(harmless(one) if isinstance(one, str) else one for one in objects), **options)

    return Plain(stderr=error, highlight=False, markup=False, emoji=False, soft_wrap=True)


def tell(out: Out, text: str, *, style: str | None = None, used: int = 0) -> None:
    """Print a sentence, folded where a terminal is narrower; `used` columns of its first line are taken already."""
    safe = harmless(text)
    lines = fold(safe, out.width, used=used) if out.width else (safe,)
    out.print("\n".join(lines), style=style)


def harmless(text: str) -> str:
    """Return text in which every character that a terminal would obey is written as Python escapes it."""
    return _WRITING.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def code(payload: str) -> None:
    """Print a QR code that a phone reads off the screen, in a light and in a dark terminal; in a pipe, nothing."""
    out = console()
    if not out.is_terminal:
        return
    from bundler import qr  # noqa: PLC0415 - few commands show one

    for line in qr.halves(qr.matrix(payload)):
        out.print(line, style="bright_white on black")


def error(problem: BundlerError) -> None:
    """Print every problem as `error:` and its way out as `hint:`."""
    out = console(error=True)
    found = getattr(problem, "problems", None) or (problem,)
    for one in found:
        head = f"{one.place}: " if one.place else ""
        _headed(out, f"{tr('error: ')}{head}", told(one.message), style="bold red")
        if one.hint:
            _headed(out, tr("hint: "), told(one.hint), style="bold")


def _headed(out: Out, head: str, text: str, *, style: str) -> None:
    """Print a sentence behind its head, folded to the terminal; beneath a head that is long it is set in a little."""
    out.print(head, style=style, end="")
    used = width(harmless(head))
    lines = fold(harmless(text), out.width, used=used) if out.width else (text,)
    out.print("\n".join(lines))


def stopped() -> None:
    """Say that Ctrl-C was heard."""
    console(error=True).print(tr("stopped; nothing half done is left, and the next run goes on from here"))


def plain_error(text: str) -> None:
    """Print a traceback that was asked for."""
    sys.stderr.write(text)


def confirmed(question: str) -> bool:
    """Ask a question on standard error and say whether the answer is yes; no answer is no.

    What is said next begins on a line of its own, also where nobody pressed Enter: after Ctrl-D and Ctrl-C.
    """
    answer = ""
    try:
        sys.stderr.write(question)
        sys.stderr.flush()
        answer = sys.stdin.readline()
    finally:
        if not answer.endswith("\n"):
            sys.stderr.write("\n")
    return answer.strip().lower() in ("y", "yes", "是", "好")


Progress = Callable[[str, int, int], None]


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Show progress on a terminal; in a pipe, on a terminal that cannot go back, or where quiet, nothing.

    A sign turns beside the bar: of one large answer nothing can be counted, and it goes on all the same.
    """
    if quiet or not sys.stderr.isatty():
        yield _nothing
        return
    out = _terminal(error=True)
    if out.is_dumb_terminal:
        yield _nothing
        return
    from rich.progress import (  # noqa: PLC0415 - 40 ms
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
    )

    turning = SpinnerColumn("line"), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*turning, console=out, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(label: str, done: int, total: int) -> None:
            interrupt.check()
            if not label:  # a step too short to have a name
                return
            if label not in tasks:
                tasks[label] = bars.add_task(tr(label), total=total or None)  # 0: nobody knows
            bars.update(tasks[label], completed=done, total=total or None)

        yield show


def _nothing(_label: str, _done: int, _total: int) -> None:
    """Show nothing."""
    interrupt.check()
