"""The command line: parse, call, print. The only place that prints or exits, and the only one that asks the clock."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence

from bundler.cli import interrupt, screen, speech, streams
from bundler.cli.arguments import hoist, language_of
from bundler.errors import BundlerError, OutputError, say

INTERRUPTED = 130
BUG = 70


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; whatever happens is said in sentences, never as a traceback."""
    code = _run(argv)
    return code or _written()


def _run(argv: Sequence[str]) -> int:
    arguments, debug = hoist(argv)
    speech.use(language_of(arguments, os.environ))
    interrupt.listen()
    try:
        return _invoke(arguments)
    except BundlerError as error:
        screen.error(error)
        return error.exit_code
    except KeyboardInterrupt:
        screen.stopped()
        return INTERRUPTED
    except BrokenPipeError:
        streams.mute()
        return 0
    except SystemExit as left:  # typer leaves so where the reader of a pipe has gone, and after a shell's completion
        if isinstance(left.__context__, BrokenPipeError):
            streams.mute()
            return 0
        return left.code if isinstance(left.code, int) else 0
    except Exception as error:  # noqa: BLE001 - the last net: a bug is one sentence too
        if isinstance(error, OSError) and streams.is_lost(error):
            lost = streams.lost(error)
            screen.error(lost)
            return lost.exit_code
        if debug:
            screen.plain_error(traceback.format_exc())
        screen.error(
            BundlerError(
                say("bundler made a mistake: {kind}", kind=type(error).__name__),
                hint=say("please report it with what --debug shows; nothing was published"),
            )
        )
        return BUG


def _written() -> int:
    """Write what was printed; return the exit code where it cannot be written, which is said."""
    try:
        streams.flush()
    except BrokenPipeError:
        streams.mute()
    except OutputError as error:
        screen.error(error)
        return error.exit_code
    return 0


def _invoke(arguments: list[str]) -> int:
    from typer.exceptions import TyperException  # noqa: PLC0415 - the language must be known before help texts are made

    from bundler.cli.app import command, target  # noqa: PLC0415 - as above
    from bundler.cli.usage import show  # noqa: PLC0415 - as above

    typed = command(arguments)
    speech.writes(target(typed, arguments))
    try:
        code = typed(arguments, prog_name="bundler", standalone_mode=False)
    except TyperException as error:
        show(error)
        return error.exit_code
    if code == INTERRUPTED:
        raise KeyboardInterrupt  # typer hears Ctrl-C first, and says nothing
    return code if isinstance(code, int) else 0
