"""`python -m bundler`: the same as the command `bundler`."""

from __future__ import annotations

import os
import sys

from bundler.cli import run
from bundler.work import abandoned


def main() -> None:
    """Run the command line and leave with its exit code; at once where work was broken off, as after Ctrl-C."""
    code = run(sys.argv[1:])
    if abandoned():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
