"""A large archive, made up: the first scan, a warm `list` with words and dates, memory. `make bench-large` runs it.

`large.py [ARTICLES]`: 15,000 without a number; a million takes hours and 10 GB of disk. Pages are a mirror's, of
sentences of the sample archive in another order, dated over ten years; every fiftieth is posted a second time.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ARTICLES = 15_000
SECTIONS, PUBLISHERS = 40, ("新唐人", "大纪元", "希望之声")
HOSTS = ("www.ntdtv.com", "www.epochtimes.com", "www.soundofhope.org")
SENTENCES = 45
REPOST = 50
WARM_RUNS = 5
PAGE = """### {title}
------------------------

#### [首页](https://mirror.example/README.md)

<div>
 <p>【{publisher}北京时间{year}年{month:02}月{day:02}日讯】{lead}</p>
{paragraphs}
</div>
<hr/>
手机上长按并复制下列链接或二维码分享本文章：<br/>
https://mirror.example/{path} <br/>
<a href='https://mirror.example/{path}'><img src='https://mirror.example/{path}.png'/></a> <br/>
原文地址（需翻墙访问）：https://{host}/{year}/{month:02}/{day:02}/{number}.html


------------------------
#### [首页](https://mirror.example/README.md)
"""
RECIPE = """version: 1
bundle: large
title: 一周文摘
language: zh-Hans
archives: archive
select: {since: 30d of newest, any: [手机, 备份], none: [广告], limit: 50}
for: usb
formats: [text]
"""


@dataclass(frozen=True)
class Cost:
    """What one run cost: seconds by the clock, seconds of processors, peak memory of its largest process in MB."""

    wall: float
    cpu: float
    memory: float


def sentences() -> list[str]:
    """Return the Chinese sentences of the sample archive."""
    pages = sorted((ROOT / "assets/sample").glob("*/*.md"))
    found = (re.findall(r"[\u4e00-\u9fff，、：]{8,60}。", page.read_text(encoding="utf-8")) for page in pages)
    return [sentence for page in found for sentence in page]


def make(folder: Path, articles: int) -> None:
    """Write the archive: always the same one for the same number."""
    known, lots = sentences(), random.Random(7)
    body: list[str] = []
    for number in range(articles):
        if number % REPOST or not body:
            body = [f"{lots.choice(known)[:-1]}，编号{lots.randrange(10**6)}。" for _ in range(SENTENCES)]
        path = f"pages/s{number % SECTIONS}/a{number:07}.md"
        publisher = lots.randrange(len(PUBLISHERS))
        date = dt.date(2026, 11, 22) - dt.timedelta(days=lots.randrange(3650))
        page = PAGE.format(
            title=f"{lots.choice(known)[:24]} {number}",
            publisher=PUBLISHERS[publisher],
            host=HOSTS[publisher],
            year=date.year, month=date.month, day=date.day, number=number, path=path, lead=body[0],
            paragraphs="\n".join(f" <p>{''.join(body[at : at + 5])}</p>" for at in range(0, SENTENCES, 5)),
        )  # fmt: skip
        place = folder / path
        if number < SECTIONS:
            place.parent.mkdir(parents=True)
        place.write_text(page, encoding="utf-8")
    (folder / "README.md").write_text("# 镜像\n", encoding="utf-8")


def run(folder: Path, home: Path) -> Cost:
    """List the recipe in a process of its own."""
    sys.stdout.flush()
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        command = (
            sys.executable,
            "-m",
            "bundler",
            "list",
            str(folder / "large.yaml"),
            "--date",
            "2026-11-22",
            "--json",
        )
        os.execvpe(command[0], command, _environment(home))
    _, status, used = os.wait4(pid, 0)
    if status:
        sys.exit("list failed")
    return Cost(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _environment(home: Path) -> dict[str, str]:
    """Return the environment, with compiled code kept: an installed program is not compiled at each start."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"BUNDLER_HOME": str(home), "PYTHONPYCACHEPREFIX": str(home.parent / "compiled")}


def main(articles: int) -> None:
    """Make the archive, list it cold and warm, and print what it cost."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "archive", articles)
        (folder / "large.yaml").write_text(RECIPE, encoding="utf-8")
        time.sleep(3)  # a page that changed this moment is compared again the next time
        first = run(folder, folder / "home")
        warm = [run(folder, folder / "home") for _ in range(WARM_RUNS)]
        kept = sum(path.stat().st_size for path in (folder / "home/catalog").glob("*")) / 1e6
        print(f"{articles:,} articles, {len(os.sched_getaffinity(0))} cores")
        print("              clock   processors     memory")
        print(f"first scan {first.wall:6.1f} s {first.cpu:10.1f} s {first.memory:7.0f} MB")
        wall, cpu = (statistics.median(getattr(cost, what) for cost in warm) for what in ("wall", "cpu"))
        print(f"warm list  {wall:6.2f} s {cpu:10.2f} s {max(cost.memory for cost in warm):7.0f} MB")
        print(f"catalog      {kept:8.1f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else ARTICLES)
