"""EPUB and HTML of 1,000 articles beside pandoc's, in one run: time, memory, size. `make bench` runs it.

Both write the same cleaned articles; bundler draws a QR code for each and reads its file back, pandoc does neither.
"from nothing" is bundler again with no catalog and no cache: it reads and cleans the archive as well. Each build is of
another date, so that no finished file is found again. Give it archives
(`against_pandoc.py [--articles N] [--runs N] ARCHIVE…`); without one it multiplies the sample.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Cost:
    """What one run of a command cost: seconds by the clock, seconds of processors, peak memory in MB."""

    wall: float
    cpu: float
    memory: float


def run(*command: str, home: Path) -> Cost:
    """Run a command and account for it and its children."""
    sys.stdout.flush()
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.execvpe(command[0], command, os.environ | {"BUNDLER_HOME": str(home)})
    _, status, used = os.wait4(pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed")
    return Cost(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def multiplied(folder: Path, articles: int) -> Path:
    """Make an archive of enough articles from the sample, each with a title of its own."""
    pages = sorted(path for path in (ROOT / "assets/sample").glob("*/*.md") if not path.name.startswith("_"))
    for number in range(articles):
        source = pages[number % len(pages)]
        place = folder / source.parent.name
        place.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8").replace("title: ", f"title: {number} ", 1)
        (place / f"{source.stem}-{number}.md").write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "assets/sample/media", folder / "media")
    return folder


def recipe(folder: Path, archives: list[Path], articles: int, *, codes: bool) -> Path:
    """Write the recipe of the contest."""
    path = folder / ("codes.yaml" if codes else "bare.yaml")
    listed = "\n".join(f"  - {{name: a{n}, path: {archive}, base_url: 'https://mirror.example/'}}"
                       for n, archive in enumerate(archives))  # fmt: skip
    rest = "" if codes else "qr: none\noutside_links: none\n"
    path.write_text(
        f"version: 1\nbundle: bench\ntitle: bench\nlanguage: zh-Hans\narchives:\n{listed}\n"
        f"select: {{limit: {articles}, dedupe: none}}\nformats: [epub, html]\n{rest}",
        encoding="utf-8",
    )
    return path


def contest(folder: Path, archives: list[Path], articles: int, runs: int) -> None:
    """Build both formats with both programs, in turn, and print the medians and their ratios."""
    import pypandoc  # noqa: PLC0415 - it looks for its binary when imported

    pandoc = pypandoc.get_pandoc_path()
    bundler = [sys.executable, "-m", "bundler"]
    bare = recipe(folder, archives, articles, codes=False)
    run(*bundler, "build", str(bare), "--out", str(folder / "bare"), "--date", "2026-11-22", "--quiet", "--format",
        "html", home=folder / "home-bare")  # fmt: skip
    cleaned = next((folder / "bare").rglob("*.html"))
    coded = recipe(folder, archives, articles, codes=True)
    ours: dict[str, list[Cost]] = {}
    theirs: dict[str, list[Cost]] = {}
    sizes: dict[str, tuple[int, int]] = {}
    for turn in range(runs):
        for name in ("epub", "html"):
            home, out = folder / f"home-{turn}-{name}", folder / f"out-{turn}-{name}"
            command = ["build", str(coded), "--out", str(out), "--quiet", "--format", name, "--date"]
            for label, date in ((f"{name} from nothing", "2026-11-22"), (name, "2026-11-23")):
                ours.setdefault(label, []).append(run(*bundler, *command, date, home=home))
            peer = folder / f"pandoc.{name}"
            kind = ["-t", "epub3"] if name == "epub" else ["-t", "html5", "--standalone", "--embed-resources"]
            toc = ["--toc", "--metadata", "title=bench"]
            made = run(pandoc, "-f", "html", str(cleaned), *kind, *toc, "-o", str(peer), home=home)
            for label in (f"{name} from nothing", name):
                theirs.setdefault(label, []).append(made)
                sizes[label] = (next(out.rglob(f"*.{name}")).stat().st_size, peer.stat().st_size)
    both = run_both(bundler, coded, folder, runs)
    warm = [run(*bundler, "list", str(coded), "--date", "2026-11-22", "--json", home=folder / "home-0-epub")
            for _ in range(runs)]  # fmt: skip
    for name, costs in ours.items():
        print(line(name, costs, theirs[name], *sizes[name]))
    total = [Cost(a.wall + b.wall, a.cpu + b.cpu, max(a.memory, b.memory))
             for a, b in zip(theirs["epub"], theirs["html"], strict=True)]  # fmt: skip
    sums = [sum(pair) for pair in zip(sizes["epub"], sizes["html"], strict=True)]
    print(line("both at once", both, total, *sums))
    print(f"warm list: {median(warm, 'wall'):.2f} s, {median(warm, 'memory'):.0f} MB")


def run_both(bundler: list[str], recipe: Path, folder: Path, runs: int) -> list[Cost]:
    """Make both formats with one command, as a build does, from a catalog that is there."""
    command = ["build", str(recipe), "--out", str(folder / "both"), "--quiet", "--date"]
    return [run(*bundler, *command, f"2026-12-{day:02d}", home=folder / "home-0-epub") for day in range(1, runs + 1)]


def median(costs: list[Cost], field: str) -> float:
    """Return the middle of a figure over the runs."""
    return float(sorted(getattr(cost, field) for cost in costs)[len(costs) // 2])


def line(name: str, ours: list[Cost], theirs: list[Cost], our_size: int, their_size: int) -> str:
    """Say one format's figures: bundler with codes, pandoc without, and the ratio."""
    return "  ".join(
        (
            f"{name:<17}",
            *(
                f"{field} {median(ours, field):.2f} / {median(theirs, field):.2f} = "
                f"{median(ours, field) / median(theirs, field):.2f}"
                for field in ("wall", "cpu", "memory")
            ),
            f"size {our_size / 1e6:.2f} / {their_size / 1e6:.2f} MB",
        )
    )


def main() -> None:
    """Run the contest in a folder that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("archives", nargs="*", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bundler-bench-") as name:
        folder = Path(name)
        archives = [archive.resolve() for archive in given.archives]
        contest(folder, archives or [multiplied(folder / "archive", given.articles)], given.articles, given.runs)


if __name__ == "__main__":
    main()
