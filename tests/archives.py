"""Small mirrors written for a test, and a way to open them that counts the pages that were read."""

import os
from dataclasses import dataclass
from pathlib import Path

from bundler import qr
from bundler.cache import Cache
from bundler.catalog import open_archive
from bundler.folder import open_folder
from bundler.work import Work

BASE = "https://mirror.example/blob/main/"
LONG_AGO_NS = 1_600_000_000_000_000_000
_PAGE = """### {title}
------------------------

#### [首页]({base}README.md)

<div>
 <p>{text}</p>
 <p>这是为测试写的第二段话，说的是同一件事。</p>
</div>
<hr/>
手机上长按并复制下列链接或二维码分享本文章：<br/>
{base}{path} <br/>
<a href='{base}{path}'><img src='{base}{path}.png'/></a> <br/>
原文地址（需翻墙访问）：https://news.example/2021/12/0{number}/{name}.html


------------------------
#### [首页]({base}README.md)
"""


def write(file: Path, data: bytes | str, *, age: int = 0):
    """Write a file, whole at once, as if it had been written long ago, `age` seconds after the oldest."""
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = file.with_name(f".{file.name}")
    staged.write_bytes(data if isinstance(data, bytes) else data.encode())
    moment = LONG_AGO_NS + age * 10**9
    os.utime(staged, ns=(moment, moment))
    staged.replace(file)


def page(file: Path, title: str, text: str, *, base: str = BASE, age: int = 0):
    """Write a page of a mirror, `pages/<section>/<name>.md`, its footer with the address below `base`."""
    path = "/".join(file.parts[-3:])
    said = _PAGE.format(title=title, text=text, base=base, path=path, name=file.stem, number=file.stem[-1])
    write(file, said, age=age)


def code(root: Path, path: str, address: str, *, age: int = 0):
    """Write the picture of a page's QR code."""
    write(root / f"{path}.png", qr.png(qr.matrix(address)), age=age)


def mirror(root: Path, *, pages: int = 3):
    """Write a mirror of a few pages and return its folder."""
    names = [f"pages/news/a{number}.md" for number in range(1, pages + 1)]
    for number, path in enumerate(names, 1):
        page(root / path, f"第{number}篇文章", f"第{number}篇说的是河流与水位。 Знай свои права.")
        code(root, path, BASE + path)
    write(root / "README.md", f"# 晨报镜像\n\n[新闻](indexes/news.md)\n\n{len(names)}\n")
    write(root / "indexes/news.md", "".join(f"[{path}](../{path})\n" for path in names))
    return root


@dataclass
class Opening:
    """Opens an archive and counts in `read` how many of its pages were read for that."""

    root: Path
    home: Path | None
    read: int = 0

    def __call__(self, **fields):
        self.read = 0
        cache = Cache(self.home / "cache") if self.home else None
        work = Work(cache=cache, progress=self._count)
        return open_archive(open_folder(self.root), home=self.home, work=work, **fields)

    def _count(self, label, _done, _total):
        self.read += label == "reading"
