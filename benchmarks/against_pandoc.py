"""EPUB and HTML of 1,000 articles beside pandoc's, in one run: time, memory, size. `make bench` runs it.

Both write the same articles; bundler draws a QR code for each, pandoc does not. bundler's gate, which reads every file
back, stands in no figure but its own: pandoc has none. "cold" is bundler with no catalog and no cache: it reads and
cleans the archive as well, while pandoc is given the cleaned articles as one page. Each build is of another date, so
that no finished file is found again. Give it archives
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
CONTESTS = {"epub": ("epub",), "html": ("html",), "both": ("epub", "html")}
"""Both formats of one build are told beside pandoc's two runs: the articles are read once."""
_TOC = ("--toc", "--metadata", "title=bench")
PEER = {".epub": ("-t", "epub3", *_TOC), ".html": ("-t", "html5", "--standalone", "--embed-resources", *_TOC)}


@dataclass(frozen=True)
class Cost:
    """What one run of a command cost: seconds by the clock, seconds of processors, peak memory in MB; and the gate."""

    wall: float
    cpu: float
    memory: float
    gate: float = 0.0


def run(*command: str, home: Path) -> Cost:
    """Run a command and account for it and its children; two numbers that it prints are the gate's, to be taken off."""
    sys.stdout.flush()
    said = home.with_name("said")
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
        os.execvpe(command[0], command, os.environ | {"BUNDLER_HOME": str(home)})
    _, status, used = os.wait4(pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed")
    wall = time.perf_counter() - started
    try:
        gate, judged = map(float, said.read_text(encoding="utf-8").split())
    except ValueError:
        gate = judged = 0.0
    return Cost(wall - gate, used.ru_utime + used.ru_stime - judged, used.ru_maxrss / 1024, gate)


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
        f"select: {{limit: {articles}, dedupe: none}}\nfor: usb\nformats: [epub, html]\n{rest}",
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
        for name, formats in CONTESTS.items():
            home, out = folder / f"home-{turn}-{name}", folder / f"out-{turn}-{name}"
            command = (sys.executable, str(ROOT / "benchmarks/_gate_apart.py"), str(coded), ",".join(formats), str(out))
            made = [run(*command, date, home=home) for date in ("2026-11-22", "2026-11-23")]
            peers = [folder / f"pandoc.{kind}" for kind in formats]
            peer = together([run(pandoc, "-f", "html", str(cleaned), *PEER[path.suffix], "-o", str(path), home=home)
                             for path in peers])  # fmt: skip
            for label, cost in zip((f"{name}, cold", name), made, strict=True):
                ours.setdefault(label, []).append(cost)
                theirs.setdefault(label, []).append(peer)
                sizes[label] = (sum(map(size, out.glob("bench/2026-11-22/bench-*.*"))), sum(map(size, peers)))
    warm = [run(*bundler, "list", str(coded), "--date", "2026-11-22", "--json", home=folder / "home-0-epub")
            for _ in range(runs)]  # fmt: skip
    for name, costs in ours.items():
        print(line(name, costs, theirs[name], *sizes[name]))
    print(f"warm list: {median(warm, 'wall'):.2f} s, {median(warm, 'memory'):.0f} MB")


def together(costs: list[Cost]) -> Cost:
    """Add up the costs of commands that ran one after another."""
    return Cost(sum(c.wall for c in costs), sum(c.cpu for c in costs), max(c.memory for c in costs))


def size(path: Path) -> int:
    """Return the bytes of a file."""
    return path.stat().st_size


def median(costs: list[Cost], field: str) -> float:
    """Return the middle of a figure over the runs."""
    return float(sorted(getattr(cost, field) for cost in costs)[len(costs) // 2])


def line(name: str, ours: list[Cost], theirs: list[Cost], our_size: int, their_size: int) -> str:
    """Say one format's figures: bundler with codes, pandoc without, and the ratio."""
    return "  ".join(
        (
            f"{name:<12}",
            *(
                f"{field} {median(ours, field):.2f} / {median(theirs, field):.2f} = "
                f"{median(ours, field) / median(theirs, field):.2f}"
                for field in ("wall", "cpu", "memory")
            ),
            f"size {our_size / 1e6:.2f} / {their_size / 1e6:.2f} MB",
            f"gate {median(ours, 'gate'):.2f} s",
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
