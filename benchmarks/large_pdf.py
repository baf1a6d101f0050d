"""PDF of the 10,000 newest articles beside the 1,000 newest, from nothing; `make bench-large` runs it.

`large_pdf.py [--articles N] [ARCHIVE…]`: so many articles of the archives, repeated under other titles and addresses
until they suffice; of the sample without an archive. The writer's times alone, on all processors: the gate and the
reading of the archive are not in them. Copies keep their date: the few hold other texts than
the many, so pages are told too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from pdf_against_peers import RECIPE, ROOT, Cost, multiplied, run, weighed

FEW, MANY = 1_000, 10_000
PEERS = Path(__file__).with_name("pdf_against_peers.py")


def printed(folder: Path, archives: list[Path], count: int) -> Cost:
    """Write a PDF of so many articles and return what that cost."""
    copies = multiplied(folder / f"archives-{count}", archives, count)
    listed = "\n".join(f"  - {{name: a{n}, path: {path}, base_url: 'https://mirror.example/{n}/'}}"
                       for n, path in enumerate(copies))  # fmt: skip
    recipe, home, out = folder / f"{count}.yaml", folder / f"home-{count}", folder / f"{count}.pdf"
    recipe.write_text(RECIPE.format(archives=listed, count=count), encoding="utf-8")
    home.mkdir()
    itself = (sys.executable, str(PEERS))
    run(*itself, "read", str(recipe), str(home), home=home)
    return weighed(run(*itself, "write", "all", str(recipe), str(home), str(out), home=home), out)


def main(arguments: list[str]) -> None:
    """Print a few and many, and what ten times as many cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=MANY)
    parser.add_argument("archives", nargs="*", type=Path, default=[ROOT / "assets/sample"])
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        archives = [one.resolve() for one in asked.archives]
        print("| articles | s | s of processors | MB, largest process | MB, joining | pages | bytes |")
        print("|---|---|---|---|---|---|---|")
        costs = []
        for count in (FEW, asked.articles):
            cost = printed(folder, archives, count)
            costs.append(cost)
            print(f"| {count:,} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.memory:.0f} | {cost.joining:.0f} | "
                  f"{cost.pages:,} | {cost.size:,} |", flush=True)  # fmt: skip
        few, many = costs
        print(f"{asked.articles / FEW:g} times as many: {many.wall / few.wall:.2f} times the time, "
              f"{many.cpu / few.cpu:.2f} of processors, {many.pages / few.pages:.2f} the pages")  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
