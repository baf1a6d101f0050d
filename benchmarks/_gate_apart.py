"""Build a recipe like `bundler build --quiet`, and say how long the gate took: pandoc has none.

`_gate_apart.py RECIPE FORMATS OUT DATE` (formats joined by commas) prints the seconds
that the gate took, by the clock and of the processor.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from bundler import build
from bundler.__main__ import RARELY
from bundler.cache import Cache
from bundler.recipe import load
from bundler.work import Work, processes


@dataclass(slots=True)
class Watch:
    """Hears of every finished job: the gate begins when the last format is written."""

    written: tuple[float, float] = (0.0, 0.0)
    gate: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def __call__(self, label: str, done: int, total: int) -> None:
        """Note when a step ended."""
        now = (time.perf_counter(), time.process_time())
        if label == "gate" and done == total:
            self.gate = [now[0] - self.written[0], now[1] - self.written[1]]
        self.written = now


def main() -> None:
    """Build an edition."""
    recipe, names, out, date = load(Path(sys.argv[1]), build.known()), sys.argv[2], Path(sys.argv[3]), sys.argv[4]
    only = tuple((name, options) for name, options in recipe.formats if name in names.split(","))
    home, watch = Path(os.environ["BUNDLER_HOME"]), Watch()
    gc.set_threshold(RARELY)
    with Work(processes(), Cache(home / "cache"), watch) as work:
        index = build.open_archives(recipe.archives, home=home, work=work)
        edition = dt.date.fromisoformat(date)
        build.build(replace(recipe, formats=only), out=out, edition=edition, index=index, work=work)
    sys.stdout.write(f"{watch.gate[0]} {watch.gate[1]}\n")


if __name__ == "__main__":
    main()
