"""A table whose longest words fit a phone side by side breaks none of them; one that is wider still fits."""

from __future__ import annotations

import browsing
import bundles
import gallery
import parts
import printing
import pytest
from test_epub_opens_in_old_and_new_readers import Book, X

from bundler.model import Block, Quote, Table, short_id

TABLES = {
    "zh-Hans": (
        ("格式", "在电脑上怎样打开它最省事", "手机"),
        ("EPUB", "装一个不联网的阅读软件，再从文件夹里打开", "能读，字号随意"),
    ),
    "ru": (("", "открыт", "зашифрован"), ("подписан", "читают все, подделку видно", "читают свои, подделку видно")),
    "fa": (
        ("روش بازرسی", "تغییر نام", "نسخه‌ای با بایت‌های دیگر", "رمزگذاری"),
        ("نگاهِ سرسری به صفحه", "کمک می‌کند", "کمک می‌کند", "کمک می‌کند"),
    ),
}
ADDRESS = ("https://library.example/shelves/seven/books/thirty-three", "字")


def table(rows: tuple[tuple[str, ...], ...]) -> Table:
    return Table(tuple(tuple(gallery.cell(text, header=not y) for text in row) for y, row in enumerate(rows)))


def classes(block: Block, style: str = "epub") -> list[str]:
    article = gallery.article("street/t", "表", "zh-Hans", "", block)
    data = bundles.written(style, bundles.bundle_of((article,)))
    if style == "html":
        return [kind for kind in ("whole",) if b'class="table whole"' in data]
    page = Book(data).xml(f"{short_id('mirror/street/t')}.xhtml")
    return page.xpath("//h:div[contains(@class, 'table')]/@class", namespaces=X)


@pytest.mark.parametrize("language", TABLES)
def test_words_that_fit_side_by_side_are_kept_whole(language):
    assert classes(table(TABLES[language])) == ["table whole"]


def test_words_that_do_not_fit_may_be_broken():
    assert classes(table((ADDRESS,))) == ["table"]
    assert classes(Quote((Quote((table(TABLES["fa"]),)),))) == ["table"], "two quotations take the room"
    assert classes(table((("字", "数"), ("二", "三")))) == ["table whole"]


def test_many_columns_are_set_smaller():
    assert classes(table((tuple("一二三四五六七"),))) == ["table wide whole"]
    assert classes(table((("Mittwochnachmittag",) * 6,))) == ["table wide"]


def test_a_book_that_flows_keeps_a_table_of_many_columns_as_one():
    assert classes(table((("一千零一夜",) * 60,))) == ["table wide"]


def test_a_page_that_scrolls_sideways_need_not_ask():
    assert classes(table(TABLES["ru"]), "html") == []


@pytest.mark.slow
def test_no_word_of_a_table_is_broken_on_a_phone(tmp_path):
    articles = [
        gallery.article(f"street/{language}", "表", language, "", table(rows)) for language, rows in TABLES.items()
    ]
    Book(bundles.written("epub", bundles.bundle_of(articles))).zip.extractall(tmp_path)
    asked = """
      const broken = [], walk = document.createTreeWalker(document.querySelector('.table'), NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) for (const word of walk.currentNode.data.matchAll(/[^\\s\\u2e80-\\uff60]+/g)) {
        const range = document.createRange();
        range.setStart(walk.currentNode, word.index);
        range.setEnd(walk.currentNode, word.index + word[0].length);
        const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top / 4)));
        if (tops.size > 1) broken.push(word[0]);
      }
      return [broken, document.documentElement.scrollWidth - document.documentElement.clientWidth]"""
    with browsing.browser(tmp_path, 9, width=500) as browser:
        for language in TABLES:
            browser.get((tmp_path / f"EPUB/{short_id(f'mirror/street/{language}')}.xhtml").as_uri())
            browser.execute_script("document.documentElement.style.width = '328px'")
            assert browser.execute_script(asked) == [[], 0], language


@pytest.mark.parametrize(("language", "word"), [("zh-Hans", "EPUB"), ("ru", "подписан"), ("ru", "зашифрован")])
def test_no_word_of_a_table_is_broken_on_a_page_as_large_as_a_phone(language, word):
    parts.require("pango", "pdftotext")
    article = gallery.article("street/t", "表", language, "", table(TABLES[language]))
    printed = printing.printed(bundles.bundle_of((article,)))
    assert word in printing.text(printed).split()
