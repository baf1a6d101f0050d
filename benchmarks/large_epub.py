"""An EPUB of 10,000 articles, each with a code: how long it takes, how much memory. `make bench` runs it.

`large_epub.py [ARTICLES]`. Articles are made when the writer asks for them, as a build reads them from its catalog.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bundler import theme
from bundler.model import (
    Article,
    ArticleId,
    Bundle,
    Chapter,
    Entry,
    Footnote,
    Footnotes,
    NoteRef,
    Original,
    Paragraph,
    QrCode,
    Section,
    Text,
)
from bundler.work import Work
from bundler.writers import epub

ARTICLES = 10_000
EACH = 40
WORDS = "河边的老街上午还很安静，卖早点的人已经收摊，几个学生骑车经过，谈着昨天晚上的雨。"
PARAGRAPHS, CHARACTERS = 12, 12 * 4 * len(WORDS)
MB = 1_048_576


@dataclass(frozen=True)
class Made:
    """Articles that exist only while somebody reads them."""

    ids: tuple[ArticleId, ...]

    def __len__(self) -> int:
        """Count the articles."""
        return len(self.ids)

    def __iter__(self) -> Iterator[Article]:
        """Make one article after another."""
        return map(self.get, self.ids)

    def entry(self, article: ArticleId) -> Entry:
        """Make what is known of an article without its text."""
        number = article.rpartition("/")[2]
        address = f"https://mirror.example/{article}.md"
        section = Section("street", "街区")
        title = f"老街记事之{number}：雨后的早晨"
        return Entry(article, title, "zh-Hans", section, publisher="河边晨报", share=address, characters=CHARACTERS)

    def get(self, article: ArticleId) -> Article:
        """Make an article: paragraphs that differ from those of all others, a footnote, a code."""
        entry = self.entry(article)
        body = [Paragraph((Text(f"{article}，{part}。{WORDS * 4}"),)) for part in range(PARAGRAPHS)]
        notes = Footnotes((Footnote("1", (Paragraph((Text("据当天的记录。"),)),)),))
        called = Paragraph((Text("注"), NoteRef("1")))
        return Article(entry, (*body, called, notes, QrCode(entry.share, "这篇文章的网址")))


@dataclass(frozen=True)
class NoPictures:
    """No pictures."""

    def __len__(self) -> int:
        """Count none."""
        return 0

    def __iter__(self) -> Iterator[Original]:
        """Yield none."""
        return iter(())

    def get(self, original: Original) -> None:
        """Return none."""


@dataclass(frozen=True)
class Here:
    """The file that a writer writes."""

    path: Path

    @contextmanager
    def open(self, extension: str, *, volume: int = 1) -> Iterator[BinaryIO]:
        """Open it, whatever it is."""
        assert extension
        assert volume
        with self.path.open("wb") as file:
            yield file


def bundle(articles: int) -> Bundle:
    """Return a bundle of so many articles in chapters of forty."""
    ids = tuple(ArticleId(f"mirror/street/{number:06}") for number in range(articles))
    chapters = tuple(Chapter(f"第{at // EACH + 1}章", ids[at : at + EACH]) for at in range(0, articles, EACH))
    day = dt.date(2026, 11, 22)
    return Bundle(
        "large", "一周文摘", "zh-Hans", day, "plain", chapters, Made(ids), NoPictures(), theme.theme("zh-Hans")
    )


def main(articles: int) -> None:
    """Write the EPUB and print what it cost."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.epub")
        started = time.perf_counter()
        epub.write(bundle(articles), epub.Options(), Here(path), Work())
        took = time.perf_counter() - started
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with zipfile.ZipFile(path) as archive:
            pages = [member.file_size for member in archive.infolist() if member.filename.endswith(".xhtml")]
        print(
            f"{articles:,} articles: {took:.1f} s, {memory:.0f} MB at most, a file of {path.stat().st_size / MB:.1f} MB"
        )
        print(f"{len(pages):,} documents, the largest but the contents {sorted(pages)[-2]:,} bytes")


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else ARTICLES)
