"""Bundles in memory for the tests of writers and of the gate: every kind of node, five languages, both directions.

`sample()` is rich and small, `many()` is plain and large, `bundle_of()` wraps any articles.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import gallery
from PIL import Image as Drawing
from PIL import ImageDraw

from bundler import pictures, theme
from bundler.model import (
    Article,
    ArticleId,
    Bundle,
    Chapter,
    Entry,
    Footnote,
    Footnotes,
    Heading,
    NoteRef,
    Original,
    Paragraph,
    Picture,
    QrCode,
    Section,
    Text,
    Theme,
)
from bundler.work import Work
from bundler.writers import writer

EDITION = dt.date(2026, 11, 22)


@dataclass(frozen=True)
class MemoryArticles:
    """Articles of a bundle, all in memory."""

    kept: tuple[Article, ...]

    @property
    def ids(self) -> tuple[ArticleId, ...]:
        return tuple(article.entry.id for article in self.kept)

    def __len__(self) -> int:
        return len(self.kept)

    def __iter__(self) -> Iterator[Article]:
        return iter(self.kept)

    def get(self, article: ArticleId) -> Article:
        return next(kept for kept in self.kept if kept.entry.id == article)

    def entry(self, article: ArticleId) -> Entry:
        return self.get(article).entry


@dataclass(frozen=True)
class MemoryAssets:
    """Pictures of a bundle, all in memory."""

    kept: Mapping[Original, Picture] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.kept)

    def __iter__(self) -> Iterator[Original]:
        return iter(sorted(self.kept))

    def get(self, original: Original) -> Picture | None:
        return self.kept.get(original)

    def webp(self, original: Original) -> Picture | None:
        return self.kept.get(original)


@dataclass
class MemoryOutput:
    """Where a writer puts its files: {(extension, volume): bytes}, kept only if writing ends well."""

    files: dict[tuple[str, int], bytes] = field(default_factory=dict)

    @contextmanager
    def open(self, extension: str, *, volume: int = 1) -> Iterator[io.BytesIO]:
        stream = io.BytesIO()
        yield stream
        self.files[extension, volume] = stream.getvalue()


def written(name: str, bundle: Bundle, **options: object) -> bytes:
    """Write a bundle in one format, with its default options but for those given, and return the file's bytes."""
    module = writer(name)
    out = MemoryOutput()
    module.write(bundle, module.Options(**options), out, Work())
    (data,) = out.files.values()
    return data


def bundle_of(articles: Iterable[Article], **changes: Any) -> Bundle:
    """Make a bundle of these articles with some fields changed; one chapter holds them all."""
    kept = tuple(articles)
    plain = Bundle(
        slug="weekly",
        title="一周文摘",
        language="zh-Hans",
        edition=EDITION,
        outside="open",
        chapters=(Chapter("头条", tuple(article.entry.id for article in kept)),),
        articles=MemoryArticles(kept),
        assets=MemoryAssets(),
        theme=looks("zh-Hans"),
    )
    return replace(plain, **changes)


@cache
def looks(language: str) -> Theme:
    """Return the theme of a language, its sentences in English where there are none yet."""
    spoken = language if theme.nearest(language) in theme.languages() else "en"
    return theme.theme(spoken)


@cache
def photo() -> tuple[Original, Picture]:
    """Draw a landscape with many colours: it becomes a JPEG."""
    image = Drawing.new("RGB", (800, 500))
    for y in range(500):
        for x in range(0, 800, 2):
            shade = (70 + y // 4, 90 + (x + y) // 12, 160 - y // 5)
            image.putpixel((x, y), shade)
            image.putpixel((x + 1, y), shade)
    ImageDraw.Draw(image).polygon(
        [(0, 420), (230, 250), (410, 380), (600, 210), (800, 400), (800, 500), (0, 500)], "#243"
    )
    return _rebuilt(image, "JPEG")


@cache
def chart() -> tuple[Original, Picture]:
    """Draw a bar chart with few colours: it becomes a PNG."""
    image = Drawing.new("RGB", (600, 300), "white")
    pen = ImageDraw.Draw(image)
    for number, height in enumerate((60, 110, 90, 170, 220, 250)):
        pen.rectangle((40 + number * 90, 270 - height, 100 + number * 90, 270), "#2a6f97")
    pen.line((20, 270, 580, 270), "#333", 3)
    return _rebuilt(image, "PNG")


def _rebuilt(image: Drawing.Image, kind: str) -> tuple[Original, Picture]:
    data = io.BytesIO()
    image.save(data, kind, quality=95)
    picture = pictures.rebuild(data.getvalue())
    assert picture is not None
    return pictures.original(data.getvalue()), picture


def sample(language: str = "zh-Hans", *, outside: str = "open") -> Bundle:
    """Return a bundle of eleven articles in seven languages and scripts that holds every kind of node."""
    titles = {
        "zh-Hans": "一周文摘",
        "en": "The Week",
        "fa": "گزیدهٔ هفته",
        "ar": "مختارات الأسبوع",
        "ru": "Неделя",
        "zh-Hant": "一週文摘",
        "es": "La semana",
        "tr": "Haftalık",
        "vi": "Trong tuần",
        "ug": "ھەپتىلىك",
        "my": "အပတ်စဉ်",
        "bo": "གཟའ་འཁོར།",
    }
    drawings = dict((photo(), chart()))
    articles = gallery.articles(photo()[0], chart()[0])
    places = gallery.chapters(language)
    chapters = tuple(Chapter(name, tuple(articles[at].entry.id for at in inner)) for name, inner in places)
    order = {article.entry.id: article for article in articles}
    return bundle_of(
        (order[name] for chapter in chapters for name in chapter.articles),
        language=language,
        title=titles[language],
        outside=outside,
        chapters=chapters,
        assets=MemoryAssets(drawings),
        theme=looks(language),
        front=(gallery.foreword(looks(language).strings),),
        back=gallery.back(looks(language).strings),
    )


def many(count: int, *, kilobytes: int = 16) -> Bundle:
    """Return a bundle of plain Chinese articles of this size, one code each, in chapters of forty."""
    sentence = "河边的老街上午还很安静，卖早点的人已经收摊，几个学生骑车经过，谈着昨天晚上的雨。"
    paragraph = Paragraph((Text(sentence * 4),))
    size = len((sentence * 4).encode())
    made = []
    for number in range(count):
        address = f"https://mirror.example/pages/street/{number:06}.md"
        body = (
            *(paragraph,) * (kilobytes * 512 // size),
            Heading(2, (Text(f"第{number}天"),)),
            Paragraph((Text("注"), NoteRef("1"))),
            *(paragraph,) * (kilobytes * 512 // size),
            Footnotes((Footnote("1", (Paragraph((Text("据当天的记录。"),)),)),)),
            QrCode(address, "这篇文章的网址"),
        )
        entry = Entry(
            ArticleId(f"mirror/street/{number:06}"),
            f"老街记事之{number}：雨后的早晨",
            "zh-Hans",
            Section("street", "街区"),
            publisher="河边晨报",
            share=address,
            characters=kilobytes * 341,
        )
        made.append(Article(entry, body))
    chapters = tuple(
        Chapter(f"第{start // 40 + 1}章", tuple(article.entry.id for article in made[start : start + 40]))
        for start in range(0, count, 40)
    )
    return bundle_of(made, chapters=chapters)
