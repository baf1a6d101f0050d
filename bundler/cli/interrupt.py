"""Ctrl-C is heard at any moment: also where Python cannot raise, as in a callback of the garbage collector.

There it would print the exception, forget it and go on: so that it was heard is remembered, and progress asks.
"""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

_heard = threading.Event()


def listen() -> None:
    """Hear Ctrl-C from now on, in the thread that may."""
    _heard.clear()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _hear)
        sys.unraisablehook = _forgotten


def _hear(_number: int, _frame: FrameType | None) -> None:
    _heard.set()
    raise KeyboardInterrupt


def _forgotten(what: sys.UnraisableHookArgs) -> None:
    """Print what Python cannot raise, as ever, but not Ctrl-C: that is said in a sentence soon."""
    if not isinstance(what.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(what)


def check() -> None:
    """Raise KeyboardInterrupt where Ctrl-C was heard and forgotten."""
    if _heard.is_set():
        _heard.clear()
        raise KeyboardInterrupt
