"""Say what the checks for screen readers cost beside the printing of the same pages.

`ua_checks.py [PAGES]` prints made-up articles as a PDF of about so many pages (600), judges it, and prints both times
of the processor and their ratio.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bundler.gate._ua import ua_faults

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import bundles
import printing


def main() -> None:
    """Print, judge, compare."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    begun = time.process_time()
    data = printing.printed(bundles.many(max(1, wanted // 18)))
    printed = time.process_time()
    with printing.opened(data) as pdf:
        pages, faults = len(pdf.pages), len(list(ua_faults(pdf)))
    judged = time.process_time()
    took = (printed - begun, judged - printed)
    sys.stdout.write(
        f"{pages} pages, {faults} faults: printed in {took[0]:.1f} s of the processor, judged in {took[1]:.2f} s, "
        f"ratio {took[1] / took[0]:.3f}\n"
    )


if __name__ == "__main__":
    main()
