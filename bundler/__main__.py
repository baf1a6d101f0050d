"""`python -m bundler`: the same as the command `bundler`."""

from __future__ import annotations

import os
import sys

from bundler.cli import INTERRUPTED, run


def main() -> None:
    """Run the command line and leave with its exit code; after Ctrl-C at once, without waiting for anything."""
    code = run(sys.argv[1:])
    if code == INTERRUPTED:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
