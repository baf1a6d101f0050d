"""`python -m bundler`: the same as the command `bundler`."""

from __future__ import annotations

import gc
import os
import sys

from bundler.cli import run, streams
from bundler.work import abandoned

RARELY = 10_000
"""Objects made between two rounds of the garbage collector; Python's own 700 make it walk a large catalog's entries, of
which none is garbage, again and again while they are read."""


def main() -> None:
    """Run the command line and leave with its exit code; at once where work was broken off, as after Ctrl-C."""
    gc.set_threshold(RARELY)
    streams.prepare()
    code = run(sys.argv[1:])
    gc.freeze()  # Python's last round before it ends would walk all of them once more, and free what ends anyway
    if abandoned():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
