"""Articles that hold every kind of node, in seven languages and scripts, written for the tests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from bundler import theme
from bundler.furniture import direction, pages
from bundler.model import (
    Anchor,
    Article,
    ArticleId,
    Block,
    Cell,
    Code,
    Date,
    Definition,
    Definitions,
    Deleted,
    Embed,
    Emph,
    Entry,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Image,
    Inline,
    Items,
    LineBreak,
    Link,
    NoteRef,
    Original,
    Paragraph,
    Preformatted,
    QrCode,
    Quote,
    Ruby,
    Section,
    Separator,
    Span,
    Strings,
    Strong,
    Sub,
    Sup,
    Table,
    Text,
    Underline,
    Url,
)
from bundler.walk import plain_text

BASE = "https://mirror.example/pages/"
PROSE = Path(__file__).with_name("prose.yaml")
CAPTIONS = {"zh-Hans": "这篇文章的网址", "fa": "این نوشته در وب", "ar": "هذه المقالة على الشبكة"}

FOREWORDS = {
    "zh-Hans": ("这一期多讲街巷里的小事：茶馆、旧书、广播和雨。", "愿你读得安静。"),
    "zh-Hant": ("這一期多講街巷裡的小事：茶館、舊書、廣播和雨。", "願你讀得安靜。"),
    "en": (
        "This issue is about small things in our streets: a teahouse, old books, a radio, rain.",
        "Read in peace.",
    ),
    "fa": ("این شماره از چیزهای کوچک کوچه‌ها می‌گوید: چای‌خانه، کتاب‌های کهنه، رادیو و باران.", "با آرامش بخوانید."),
    "ar": ("يتحدث هذا العدد عن أشياء صغيرة في الأزقة: مقهى وكتب قديمة ومذياع ومطر.", "قراءة هادئة."),
    "ru": ("Этот выпуск — о мелочах наших улиц: о чайной, старых книгах, радио и дожде.", "Спокойного чтения."),
}


def t(words: str) -> tuple[Inline, ...]:
    """Make a run of one text."""
    return (Text(words),)


def para(*parts: str | Inline) -> Paragraph:
    """Make a paragraph of texts and inlines."""
    return Paragraph(tuple(Text(part) if isinstance(part, str) else part for part in parts))


def cell(text: str, *, header: bool = False, colspan: int = 1, rowspan: int = 1) -> Cell:
    """Make a cell of one line."""
    return Cell((para(text),), header, colspan, rowspan)


def code(path: str, caption: str = CAPTIONS["zh-Hans"]) -> QrCode:
    """Make the code that a transform would put at the end of an article."""
    return QrCode(f"{BASE}{path}.md", caption)


def article(path: str, title: str, language: str, section: str, *blocks: Block, **more: Any) -> Article:
    """Make an article, with more fields of its entry; the number of characters is counted."""
    entry = Entry(
        id=ArticleId(f"mirror/{path}"),
        title=title,
        language=language,
        section=Section(path.split("/", maxsplit=1)[0], section),
        share=f"{BASE}{path}.md",
        characters=len(plain_text(blocks)),
        **more,
    )
    return Article(entry, blocks)


def every_node(photo: Original, chart: Original) -> Article:
    """Return an article that holds every kind of block and inline, and every odd shape a writer must bear."""
    everything = (
        para(
            "一行里有",
            Strong(t("着重")),
            "、",
            Emph(t("强调")),
            "、",
            Underline(t("下划线")),
            "、",
            Deleted(t("删去的字")),
            "、",
            Code("sha256sum weekly.epub"),
            "、水的化学式 H",
            Sub(t("2")),
            "O 和 10",
            Sup(t("3")),
            "，还有注音",
            Ruby(t("拼音"), "pīnyīn"),
            "和",
            Ruby(t("漢字"), "かんじ"),
            "。",
            LineBreak(),
            "换了一行，再看一个小图",
            Image(chart, "柱状图的缩影"),
            "，一张没有的图",
            Image(None, "印章"),
            "。",
        ),
        para(
            "夹着一句英文 ",
            Span(t("the quiet hour"), "en"),
            " 和一个波斯语词 ",
            Span(t("کتابخانه"), "fa", "rtl"),
            "，方向各归各。看",
            Link(t("茶馆那篇"), ArticleId("mirror/street/teahouse")),
            "、",
            Link(t("本篇的表格"), Anchor("biao-ge")),
            "、",
            Link(t("另一篇的结尾"), Anchor("ending", ArticleId("mirror/world/radio"))),
            "、",
            Link(t("图书馆的主页"), Url("https://library.example/读者/index.html?a=1&b=<2>")),
            "；坏掉的",
            Link(t("链接"), Url("javascript:alert(1)")),
            "只剩文字。",
            NoteRef("*"),
        ),
        Heading(2, t("图"), "tu"),
        Figure(photo, "傍晚的山", t("傍晚的山，从渡口看过去。")),
        Figure(None, "渡口的老照片", t("照片没有随档案保存下来。")),
        Figure(chart, "六年里的读者人数，一年比一年多"),
        Heading(4, t("表"), "biao-ge"),
        Table(
            (
                (cell("时辰", header=True), cell("晴天", header=True), cell("雨天", header=True)),
                (cell("清晨", header=True), cell("十二人"), cell("三人")),
                (cell("正午", header=True), cell("四十人，多半是从码头上来吃饭的工人和学徒", colspan=2)),
                (cell("傍晚", header=True, rowspan=2), cell("二十八人")),
                (cell("二十人"), cell("九人"), cell("多出来的一格", colspan=100)),
            ),
            t("一天里走进阅览室的人"),
        ),
        Heading(3, t("单子"), "单子"),
        Items(
            (
                (para("带一支铅笔；"),),
                (para("带一本笔记；"), Items(((para("抄书名，"),), (para("记页码。"),)), ordered=True, start=7)),
                (para("不带相机。"), para("相机会留下时间和地点。")),
            )
        ),
        Definitions(
            (
                Definition(t("档案"), (para("收集起来的文章和图片。"),)),
                Definition(t("一期"), (para("某一天做成的一份文件。"), para("同样的内容，做出来的字节也相同。"))),
            )
        ),
        Quote((para("读书的人不必说话，翻页的声音就够了。"), Quote((para("——门房老人常说的话"),)))),
        Preformatted("1 井\n  2 树\n    3 墙  <不是标签> & 不是实体"),
        Separator(),
        Embed("video", "https://video.example/watch?v=123"),
        Embed("audio"),
        Embed("post"),
        Embed("other"),
        para("同一张图再出现一次，文件里也只存一份。", NoteRef("*"), NoteRef("二"), NoteRef("没有的注")),
        Figure(chart, "同一张柱状图"),
        Paragraph(()),
        Footnotes(
            (
                Footnote("*", (para("这里的人数是门房数的。"),)),
                Footnote("二", (para("见馆里的日记，"), para("第三册。"))),
                Footnote("孤", (para("没有人指到这一条。"),)),
            )
        ),
        code("library/every-node"),
        QrCode("https://mirror.example/" + "很长的路径/" * 60, "太长的网址"),
    )
    return article(
        "library/every-node",
        "阅览室的一天：“图”、<表>与单子 & 注",
        "zh-Hans",
        "读书",
        *everything,
        publisher="河边晨报",
        published=Date(dt.date(2026, 11, 20)),
        authors=("林野", "周渡"),
    )


def articles(photo: Original, chart: Original) -> tuple[Article, ...]:
    """Return all articles of the gallery; `photo` and `chart` are pictures of the bundle."""
    texts = yaml.safe_load(PROSE.read_text(encoding="utf-8"))
    return (every_node(photo, chart), *(_told(path, told, photo) for path, told in texts.items()))


def _told(path: str, told: dict[str, Any], photo: Original) -> Article:
    body: list[Block] = [para(words) for words in told["text"].splitlines()]
    if path == "street/teahouse":
        body.insert(2, Figure(photo, "茶馆外的山", t("茶馆的后窗正对着山。")))
    if path == "world/radio":
        body.insert(len(body) - 1, Heading(2, t("The last hour"), "ending"))
    body.append(code(path, CAPTIONS.get(told["language"], CAPTIONS["zh-Hans"])))
    day = told.get("published")
    head = (path, told["title"], told["language"], told["section"])
    return article(*head, *body, publisher=told["publisher"], published=day and Date(day))


def chapters(language: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return chapter titles with places in `articles`; the language of the bundle leads."""
    if direction(language) == "rtl":
        return (("خبرهای نخست", (8, 9, 7, 10, 11)), ("جهان", (5, 6)), ("中文", (0, 1, 2, 3, 4)))
    return (("头条", (1, 0, 2, 3)), ("街区", (4, 5)), ("世界", (6, 7, 8, 9, 10, 11)))


def foreword(strings: Strings) -> Article:
    """Return a foreword as a build makes it: in the bundle's language, or else in Chinese with a Chinese title."""
    language = strings.language if strings.language in FOREWORDS else "zh-Hans"
    return pages.foreword(theme.strings(language), map(para, FOREWORDS[language]))


def back(strings: Strings) -> tuple[Article, ...]:
    """Return the pages at the end as the furniture makes them."""
    links = (("镜像主页", "https://mirror.example/", "每星期换新。"), ("写信", "mailto:desk@mirror.example", ""))
    left_out = (("一篇没有日期的旧文", "no date"),)
    return (pages.addresses(strings, links), pages.omitted(strings, 12, left_out), pages.safety(strings))
