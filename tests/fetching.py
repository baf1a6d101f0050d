"""`bundler fetch` over servers of ours on loopback, and mirrors whose pictures stand there.

That loopback may be asked is put into the module by hand: there is no option, variable or file for it.
"""

from __future__ import annotations

import atexit
import io
import os
import subprocess
import sys
from pathlib import Path

from archives import page, write
from command import ROOT, Done
from hostile_server import Answer, reply
from PIL import Image

from bundler.fetch.apart import Apart

HOST = "pictures.example"
APART = Apart()
"""The process apart of all tests of one file: to begin one takes half a second."""
atexit.register(APART.work.close)
RUN = """
import sys
from pathlib import Path
from bundler import cli
from bundler.cli import fetching
from bundler.fetch.reach import Manners, Reach

names = {name: "127.0.0.1" for name in sys.argv[1].split(",")}
roots = Path({roots!r}) if {roots!r} else None
fetching.REACH = Reach(loopback=True, names=names, roots=roots)
fetching.MANNERS = Manners(gap=0, tries=1, back_off=0)
{before}
sys.exit(cli.run(sys.argv[2:]))
"""


def command(*arguments: object, names: str = HOST, before: str = "", roots: Path | None = None) -> list[str]:
    """Return the command line of a process that runs these arguments, and some code of ours before.

    `roots` are certificates that are believed beside no others.
    """
    code = RUN.replace("{before}", before).replace("{roots!r}", repr(str(roots or "")))
    return [sys.executable, "-B", "-c", code, names, *map(str, arguments)]


def environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "BUNDLER_HOME": str(home / "kept"), "LANG": "C.UTF-8"}


def fetch(*arguments: object, home: Path, names: str = HOST, roots: Path | None = None) -> Done:
    """Run `bundler fetch` in a process of its own, with loopback for these hosts."""
    made = subprocess.run(
        command("fetch", *arguments, names=names, roots=roots), capture_output=True, env=environment(home), cwd=ROOT,
        timeout=300, check=False,
    )  # fmt: skip
    return Done(made.returncode, made.stdout.decode(), made.stderr.decode())


def picture(number: int, kind: str = "PNG") -> bytes:
    """Return a small picture that no other number has."""
    image = Image.new("RGB", (48, 32), (number % 256, number // 256, 90))
    for place in range(12):
        image.paste((255, 200, 0) if number >> place & 1 else (0, 0, 60), (place * 4, 8, place * 4 + 3, 24))
    data = io.BytesIO()
    image.save(data, kind)
    return data.getvalue()


def shown(port: int, numbers: range | list[int], *, host: str = HOST) -> str:
    """Return what a page says to show pictures."""
    images = "".join(f"</p><p><img src='http://{host}:{port}/p{number}' alt='图{number}'/>" for number in numbers)
    return f"这一页说的是河流、堤坝和邻里，下面是当时的照片。{images}"


def mirror(root: Path, port: int, articles: range, *, of: int = 0) -> Path:
    """Write a mirror of so many articles: every one shows a picture of its own, every other one two.

    `of`: so many articles the index names, where it is more.
    """
    for number in articles:
        numbers = [number, *([100_000 + number] if number % 2 == 0 else [])]
        title = f"第{number}篇：河边的一天"
        page(root / f"pages/news/a{number}.md", title, f"{title}。{shown(port, numbers)}")
    names = [f"pages/news/a{number}.md" for number in range(1, max(of, articles.stop))]
    write(root / "README.md", "# 晨报镜像\n\n[新闻](indexes/news.md)\n")
    write(root / "indexes/news.md", "".join(f"[{path}](../{path})\n" for path in names))
    return root


def answers(articles: range) -> dict[str, Answer]:
    """Return what a server says to the pictures of these articles."""
    numbers = [*articles, *(100_000 + number for number in articles if number % 2 == 0)]
    return {f"p{number}": reply(picture(number % 100_000 + number // 100_000 * 2_048)) for number in numbers}
