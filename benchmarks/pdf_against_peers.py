"""PDF on A5 beside WeasyPrint with one document and Chromium's print, in one run: time, memory, size.

`pdf_against_peers.py [--articles N] [--without PEER] [ARCHIVE…]`: so many articles (1,000 without a number) of the
archives, repeated under other titles and addresses until they suffice; of the sample without an archive. The peers
print the same articles from one HTML file: contents with page numbers, running heads, a code an article, tags.
bundler's times are the writer's alone, from nothing unless said, on all processors; the gate and the reading of the
archive are not in them. "nothing changed" is the whole command.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
EDITION = dt.date(2026, 11, 22)
ARTICLES, NEW = 1_000, 10
PAGE = """
@page { @top-right { content: counter(page); font-size: 7pt } @top-left { content: string(head); font-size: 7pt } }
article > header h2 { string-set: head content() }
.contents a::after { content: " " target-counter(attr(href), page) }
"""
"""What one would write for page numbers, running heads and contents."""
RECIPE = """version: 1
bundle: bench
title: bench
language: zh-Hans
archives:
{archives}
select: {{limit: {count}, dedupe: none}}
for: usb
formats: [{{pdf: {{page: a5}}}}]
"""


@dataclass(frozen=True)
class Cost:
    """What one run cost: seconds by the clock, seconds of processors, MB at most, pages and bytes."""

    wall: float
    cpu: float
    memory: float
    size: int = 0
    pages: int = 0
    joining: float = 0.0


# -- in a process of its own ---------------------------------------------------------------------------------------


def bundle(recipe: Path, home: Path, work: Any) -> Any:
    """Make the bundle of a recipe."""
    from bundler import build  # noqa: PLC0415 - the parent measures others and imports nothing
    from bundler.build.bundle import assemble  # noqa: PLC0415
    from bundler.recipe import load  # noqa: PLC0415

    loaded = load(recipe, build.known())
    index = build.open_archives(loaded.archives, home=home, work=work)
    return assemble(build.plan(loaded, EDITION, index=index), work=work).bundle


@dataclass(frozen=True)
class Fewer:
    """Some of the articles of a bundle."""

    all: Any
    ids: tuple[str, ...]

    def __len__(self) -> int:
        """Count them."""
        return len(self.ids)

    def __iter__(self) -> Any:
        """Yield them in order."""
        return map(self.all.get, self.ids)

    def get(self, article: str) -> Any:
        """Return one."""
        return self.all.get(article)

    def entry(self, article: str) -> Any:
        """Return the entry of one."""
        return self.all.entry(article)


def fewer(whole: Any, dropped: Iterable[str]) -> Any:
    """Return a bundle without some of its articles."""
    gone = frozenset(dropped)
    chapters = (replace(one, articles=tuple(a for a in one.articles if a not in gone)) for one in whole.chapters)
    ids = tuple(article for article in whole.articles.ids if article not in gone)
    return replace(whole, articles=Fewer(whole.articles, ids), chapters=tuple(chapters))


def chosen(whole: Any, which: str) -> Any:
    """Return what one contest prints: all but the first ten, all, all but ten here and there, one, ten."""
    ids = whole.articles.ids
    match which:
        case "older":
            return fewer(whole, ids[:NEW])
        case "all":
            return whole
        case "scattered":
            return fewer(whole, ids[NEW // 2 :: max(1, len(ids) // NEW)])
        case _:
            return fewer(whole, ids[int(which) :])


def write(which: str, recipe: Path, home: Path, out: Path) -> None:
    """Write a bundle with a cache of its own beside `home`, and tell what that cost."""
    from bundler.cache import Cache  # noqa: PLC0415
    from bundler.work import Work, processes  # noqa: PLC0415
    from bundler.writers import pdf  # noqa: PLC0415

    class Output:
        def open(self, *_: object, **__: object) -> Any:
            return out.open("wb")

    with Work(processes(), Cache(home / "cache")) as work:
        made = chosen(bundle(recipe, home, work), which)
    with Work(processes(), Cache(home / "pages")) as work:
        before, started = os.times(), time.perf_counter()
        pdf.write(made, pdf.Options(page="a5"), Output(), work)
        wall = time.perf_counter() - started
    used, own, others = os.times(), *(resource.getrusage(kind) for kind in (0, resource.RUSAGE_CHILDREN))
    cpu = sum(used[:4]) - sum(before[:4])
    print(json.dumps({"wall": wall, "cpu": cpu, "memory": others.ru_maxrss / 1024, "joining": own.ru_maxrss / 1024}))


def read(recipe: Path, home: Path) -> None:
    """Read the archives of a recipe, so that nothing of that is left to do."""
    from bundler.cache import Cache  # noqa: PLC0415
    from bundler.work import Work, processes  # noqa: PLC0415

    with Work(processes(), Cache(home / "cache")) as work:
        for _ in bundle(recipe, home, work).articles:
            pass


def one_file(recipe: Path, home: Path, out: Path) -> None:
    """Write the articles as one HTML file for the peers."""
    from bundler import qr  # noqa: PLC0415
    from bundler.cache import Cache  # noqa: PLC0415
    from bundler.work import Work  # noqa: PLC0415
    from bundler.writers import _groups, _paper, _sheets  # noqa: PLC0415

    made = chosen(bundle(recipe, home, Work(1, Cache(home / "cache"))), "older")
    articles = list(made.articles)
    paper = _paper.paper("a5", "normal", "colour", "a4")
    markup = _sheets.group(made, _groups.Group(made.articles.ids), [(one, None) for one in articles], {}, paper.room)
    markup = re.sub(r'<div class="heads">.*</div>', "", markup, flags=re.DOTALL)
    for code in _sheets.codes(articles):
        modules = qr.matrix(code.payload)
        side = qr.side(modules)
        drawn = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{side / 2}mm" height="{side / 2}mm" '
                 f'viewBox="0 0 {side} {side}"><path stroke="#000" d="{qr.path(modules)}"/></svg>')  # fmt: skip
        address = f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
        markup = markup.replace(f'src="{_sheets.code_address(code.payload)}"', f'src="{address}"', 1)
    titles = re.findall(r'<article[^>]* id="([^"]+)".*?<h2[^>]*>(.*?)</h2>', markup, re.DOTALL)
    lines = "".join(f'<p><a href="#{name}">{re.sub("<[^>]*>", "", title)}</a></p>\n' for name, title in titles)
    style = "\n".join((*_paper.css(made.theme, paper, markup), PAGE))
    head = f'<meta charset="utf-8"><style>{style}</style><body><div class="contents">{lines}</div>'
    body = markup.replace("<body>", head, 1)
    out.write_text(body, encoding="utf-8")


def weasyprint(source: Path, out: Path) -> None:
    """Print the file with WeasyPrint as one document."""
    import logging  # noqa: PLC0415

    import weasyprint  # noqa: PLC0415

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    weasyprint.HTML(filename=source).write_pdf(out, pdf_tags=True)


# -- measuring -----------------------------------------------------------------------------------------------------


def run(*command: str, home: Path) -> Cost:
    """Run a command and account for it and its children; what a part of this script says of itself counts more."""
    started = time.perf_counter()
    said, complained = home / "said", home / "complained"
    with said.open("wb") as told, complained.open("wb") as errors:
        process = subprocess.Popen(command, stdout=told, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{complained.read_text(errors='replace')}")
    cost = Cost(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    own = said.read_text(encoding="utf-8", errors="replace").strip()
    return replace(cost, **json.loads(own)) if own.startswith("{") else cost


def weighed(cost: Cost, out: Path) -> Cost:
    """Add what the file weighs."""
    import pikepdf  # noqa: PLC0415

    with pikepdf.open(out) as file:
        return replace(cost, size=out.stat().st_size, pages=len(file.pages))


def multiplied(folder: Path, archives: list[Path], count: int) -> list[Path]:
    """Copy archives until their pages suffice, each copy under other titles and addresses."""
    pages = [(archive, page) for archive in archives for page in sorted(archive.rglob("*.md"))]
    inner = [page for _, page in pages if "pages" in page.parts] or [page for _, page in pages]
    turns = -(-count * 6 // (len(inner) * 5))
    for archive, page in pages:
        text = page.read_text(encoding="utf-8", errors="surrogateescape")
        for turn in range(turns if page in set(inner) else 1):
            place = folder / archive.name / page.relative_to(archive)
            place = place.with_name(f"{page.stem}-{turn}.md") if turn else place
            place.parent.mkdir(parents=True, exist_ok=True)
            other = re.sub(r"^(### |title: )(.*)$", rf"\1\2 {turn}", text, count=1, flags=re.MULTILINE)
            other = other.replace(page.name, place.name) if turn else text
            place.write_text(other, encoding="utf-8", errors="surrogateescape")
    return [folder / archive.name for archive in archives]


def contest(folder: Path, archives: list[Path], count: int, without: list[str]) -> dict[str, Cost]:
    """Let all print in turn and return what it cost, by name."""
    listed = "\n".join(f"  - {{name: a{n}, path: {path}, base_url: 'https://mirror.example/{n}/'}}"
                       for n, path in enumerate(multiplied(folder, archives, count + NEW)))  # fmt: skip
    recipe, home, page = folder / "bench.yaml", folder / "home", folder / "bench.html"
    recipe.write_text(RECIPE.format(archives=listed, count=count + NEW), encoding="utf-8")
    home.mkdir()
    itself = [sys.executable, __file__]
    run(*itself, "one-file", str(recipe), str(home), str(page), home=home)
    found = {}
    for name in ("older", "all", "scattered", "1", str(NEW)):
        out = folder / f"{name}.pdf"
        found[name] = weighed(run(*itself, "write", name, str(recipe), str(home), str(out), home=home), out)
    command = (sys.executable, "-m", "bundler", "--home", str(folder / "whole"), "build", str(recipe), "--out",
               str(folder / "dist"), "--date", EDITION.isoformat(), "--quiet")  # fmt: skip
    shutil.copytree(home / "pages", folder / "whole" / "cache")
    run(*command, home=home)
    found["nothing"] = min((run(*command, home=home) for _ in range(3)), key=lambda cost: cost.wall)
    peers = {
        "weasyprint": (*itself, "weasyprint", str(page), str(folder / "weasyprint.pdf")),
        "chromium": (shutil.which("chromium") or "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                     f"--user-data-dir={folder / 'chromium'}", "--no-pdf-header-footer", "--timeout=600000",
                     f"--print-to-pdf={folder / 'chromium.pdf'}", page.as_uri()),
    }  # fmt: skip
    for name in [name for name in peers if name not in without]:
        found[name] = weighed(run(*peers[name], home=home), folder / f"{name}.pdf")
    return found


def table(found: dict[str, Cost], count: int) -> None:
    """Print what it cost and the ratios."""
    names = {
        "older": f"bundler, {count} articles", "all": f"… with {NEW} new ones before them, warm",
        "scattered": f"… other than that by {NEW} here and there, warm", "nothing": "… nothing changed, whole command",
        "1": "bundler, 1 article", str(NEW): f"bundler, {NEW} articles", "weasyprint": "WeasyPrint, one document",
        "chromium": "Chromium's print",
    }  # fmt: skip
    print("| | s | s of processors | MB, largest process | MB, joining | pages | bytes | bytes a page |")
    print("|---|---|---|---|---|---|---|---|")
    for name, cost in found.items():
        each = f"{cost.size / cost.pages:.0f}" if cost.pages else ""
        print(f"| {names[name]} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.memory:.0f} | {cost.joining or '':.4} | "
              f"{cost.pages or ''} | {cost.size or ''} | {each} |")  # fmt: skip
    for peer in ("weasyprint", "chromium"):  # what launches Chromium does not wait for the processes that print
        for name in ("older", "all", "scattered"):
            if peer in found:
                ours, theirs = found[name], found[peer]
                print(f"{names[name]} / {names[peer]}: {ours.wall / theirs.wall:.3f} by the clock, "
                      f"{ours.cpu / theirs.cpu:.3f} of processors, {ours.size / theirs.size:.2f} in size")  # fmt: skip


def main(arguments: list[str]) -> None:
    """Run one part in this process, or the contest."""
    match arguments:
        case ["write", which, recipe, home, out]:
            write(which, Path(recipe), Path(home), Path(out))
        case ["read", recipe, home]:
            read(Path(recipe), Path(home))
        case ["one-file", recipe, home, out]:
            one_file(Path(recipe), Path(home), Path(out))
        case ["weasyprint", source, out]:
            weasyprint(Path(source), Path(out))
        case _:
            parser = argparse.ArgumentParser(description=__doc__)
            parser.add_argument("--articles", type=int, default=ARTICLES)
            parser.add_argument("--without", action="append", default=[], choices=("weasyprint", "chromium"))
            parser.add_argument("archives", nargs="*", type=Path, default=[ROOT / "assets/sample"])
            asked = parser.parse_args(arguments)
            with tempfile.TemporaryDirectory() as place:
                archives = [archive.resolve() for archive in asked.archives]
                table(contest(Path(place), archives, asked.articles, asked.without), asked.articles)


if __name__ == "__main__":
    main(sys.argv[1:])
