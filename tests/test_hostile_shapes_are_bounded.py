"""Hostile class B: size and shape. A page is refused with the limit named, or its text is kept, in bounded time."""

import re
import time

import pytest
from pages import blocks, codes, load, page, put, read, said, text

from bundler.model import Cell, Footnotes, Image, Link, Note, Paragraph, Preformatted, Strong, Table
from bundler.readers import _limits, _text
from bundler.walk import every_block, every_inline, inner_blocks, plain_text

pytestmark = pytest.mark.slow

SECONDS = 60.0
"""Far above what any case takes; a bomb takes minutes."""


@pytest.fixture(autouse=True)
def _in_time():
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS


def depth(found, level=0):
    return max((depth(inner_blocks(block), level + 1) for block in found), default=level)


def squeezed(html):
    return "".join(said(html).split()).replace("\u200b", "")


def test_case_15_a_page_of_100_megabytes_is_refused_from_its_size(tmp_path):
    file = put(tmp_path, "page.md", "x")
    with file.open("r+b") as sparse:
        sparse.truncate(100_000_000)
    loaded = load(tmp_path)
    assert loaded.article is None
    assert loaded.notes == (Note("page-too-large", "notes/page", "100000000 bytes, at most 5000000"),)


def test_case_16_a_line_of_four_megabytes_is_refused_for_its_text(tmp_path):
    loaded = page(tmp_path, "文字 " * 600_000)
    assert loaded.article is None
    assert loaded.notes[-1].code == "text-too-long"
    assert loaded.notes[-1].detail.endswith("at most 2000000")


@pytest.mark.parametrize("html", ["<p>{}</p>", "<pre>{}</pre>", "<code>{}</code>"])
def test_case_17_a_word_without_a_break_gets_soft_ones(html):
    found = read(html.format("x" * 100_000))
    longest = max(map(len, re.split("[\u200b\n]", said(html.format("x" * 100_000)))))
    assert longest == _limits.MAX_WORD
    assert "long-word-broken" in codes(found)
    assert squeezed(html.format("x" * 100_000)) == "x" * 100_000


@pytest.mark.parametrize("mark", ["", "\u200b", "\u0301", "\u202a"])
def test_case_17_a_word_as_long_as_a_page_costs_no_more_than_its_length(mark):
    start = time.process_time()
    cleaned, _ = _text.clean(mark + "x" * 4_000_000)
    assert time.process_time() - start < 20
    assert "x" * 4_000_000 in cleaned


def test_case_17_han_breaks_anywhere():
    assert "\u200b" not in said("<p>" + "字" * 10_000 + "</p>")


def test_case_18_100_000_nested_elements():
    html = "<div>" * 50_000 + "甲" + "<div>" * 50_000 + "乙"
    assert squeezed(html) == "甲乙"
    assert codes(read(html)) == ["markup-flattened"]


@pytest.mark.parametrize(
    "tags", ["<ul><li>", "<blockquote>", "<table><tr><td>", "<dl><dd>", "<figure>", "<blockquote><ul><li>"]
)
def test_case_18_deep_blocks_are_flattened_at_the_limit(tags):
    html = f"{tags}字" * 300
    found = read(html)
    assert squeezed(html) == "字" * 300
    assert depth(found.blocks) <= _limits.MAX_DEPTH
    assert "depth-flattened" in codes(found)


def test_case_19_300_unclosed_bold_elements():
    html = "<b>" * 300 + "甲" + "<p>乙" * 100
    found = read(html)
    assert squeezed(html) == "甲" + "乙" * 100
    assert all(len(str(inline)) < 200 for inline in every_inline(found.blocks))


def test_case_19_marks_that_would_be_made_again_in_every_paragraph():
    html = "<p>" + "".join(f"<b {number}>" for number in range(300)) + "<p>字" * 7_000
    found = read(html)
    assert plain_text(found.blocks).count("字") == 7_000
    assert sum(isinstance(inline, Strong) for inline in every_inline(found.blocks)) == 7_000


def test_case_20_20_000_nested_tables():
    html = "<table><td>字" * 20_000
    assert squeezed(html) == "字" * 20_000
    assert codes(read(html)) == ["markup-flattened"]


def test_case_21_a_million_line_breaks():
    html = "<br>" * 500_000 + "甲" + "<br>" * 500_000 + "乙"
    assert squeezed(html) == "甲乙"


def test_case_22_colspan_of_a_million():
    (table,) = blocks("<table><tr><td colspan=1000000>甲<td colspan=-3>乙</table>")
    assert isinstance(table, Table)
    assert [cell.colspan for row in table.rows for cell in row] == [100, 1]


def test_case_23_rowspan_of_65534():
    html = "<table><tr><td rowspan=65534>甲<td>乙" + "<tr><td>丙" * 200 + "</table>"
    (table,) = blocks(html)
    assert isinstance(table, Table)
    assert table.rows[0][0].rowspan == 100


@pytest.mark.parametrize("rows", [3_000, 50_000])
def test_case_24_a_table_of_too_many_cells_is_flattened(rows):
    html = "<table>" + "<tr><td>甲<td>乙" * rows + "</table>"
    found = read(html)
    assert not any(isinstance(block, Table) for block in found.blocks)
    assert squeezed(html) == "甲乙" * rows
    assert codes(found) in (["table-flattened"], ["markup-flattened"])


@pytest.mark.parametrize("tag", ["p", "p><b", "p><a href=https://a.example/"])
def test_a_paragraph_of_a_whole_book_is_cut_behind_sentences(tag):
    html = f"<{tag}>{'手机里的备份，要时时看一看。' * 5_000}"
    found = read(html)
    assert codes(found) == ["paragraph-cut"]
    assert squeezed(html) == "手机里的备份，要时时看一看。" * 5_000
    assert all(plain_text((block,)).endswith("。") for block in found.blocks)
    assert max(len(plain_text((block,))) for block in found.blocks) <= _limits.MAX_PARAGRAPH


def test_a_paragraph_of_a_thousand_lines_or_links_is_cut_between_them():
    for part in ("手机里的备份<br>", "<a href='https://a.example/'>手机</a>里的<b>备份</b>"):
        found = read(f"<p>{part * 1_000}</p>")
        assert codes(found) == ["paragraph-cut"]
        assert squeezed(f"<p>{part * 1_000}</p>").count("备份") == 1_000
        assert len(found.blocks) > 2


def test_a_paragraph_that_is_just_long_stays_whole():
    assert len(blocks(f"<p>{'字' * 5_000}</p>")) == 1


def test_an_article_of_too_many_blocks_is_its_text():
    html = "<blockquote><p>看一看</p><ul><li>备份</ul></blockquote>" * 3_000
    found = read(html)
    assert codes(found) == ["markup-flattened"]
    assert squeezed(html) == "看一看备份" * 3_000
    assert len(found.blocks) <= _limits.MAX_PARAGRAPHS


def test_links_without_end_keep_their_words():
    html = "".join(f"<p><a href='https://a.example/{n}'>看</a></p>" for n in range(2_100))
    found = read(html)
    assert codes(found) == ["too-many-links"]
    assert squeezed(html) == "看" * 2_100
    links = [line for block in found.blocks for line in every_inline((block,)) if isinstance(line, Link)]
    assert len(links) == _limits.MAX_LINKS


def test_a_list_of_too_many_items_goes_on_as_another_one():
    found = read("<ol start=5>" + "<li>看" * 1_200 + "</ol>")
    assert [(len(block.items), block.start) for block in found.blocks] == [(500, 5), (500, 505), (200, 1005)]
    assert codes(found) == ["list-cut"]
    assert [block.start for block in blocks("<ul>" + "<li>看" * 600 + "</ul>")] == [1, 1]
    assert [len(block.items) for block in blocks("<dl>" + "<dt>词<dd>义" * 600 + "</dl>")] == [500, 100]


def test_case_24_a_table_of_just_as_many_cells_as_allowed_stays():
    (table,) = blocks("<table>" + "<tr><td>甲<td>乙" * 2_500 + "</table>")
    assert isinstance(table, Table)
    assert all(isinstance(cell, Cell) for row in table.rows for cell in row)


@pytest.mark.parametrize(
    "html",
    [
        "<a href='http://a.example/'>字</a> " * 100_000,
        "<a href='#x'>字</a> " * 100_000,
        "<sup><a href='#n'>字</a></sup> " * 100_000,
    ],
)
def test_case_25_100_000_links(html):
    assert squeezed(html) == "字" * 100_000
    assert codes(read(html)) == ["markup-flattened", "paragraph-cut"]


def test_case_25_footnotes_up_to_thousands_work(tmp_path):
    calls = "".join(f"字[^{number}]\n\n[^{number}]: 注\n\n" for number in range(2_000))
    loaded = page(tmp_path, calls)
    assert loaded.article is not None
    (notes,) = (block for block in loaded.article.blocks if isinstance(block, Footnotes))
    assert len(notes.notes) == 2_000


def test_case_25_100_000_footnotes_stay_text(tmp_path):
    loaded = page(tmp_path, "字[^1] " * 100_000 + "\n\n[^1]: 注")
    assert "markdown-limited" in codes(loaded)
    assert text(loaded).count("字") == 100_000


def test_case_25_what_too_many_footnotes_say_stays_text(tmp_path):
    notes = "".join(f"字[^{number}]\n\n[^{number}]: 第{number}条注释。\n\n" for number in range(2_600))
    loaded = page(tmp_path, notes + "`[^1]` 是一个记号。")
    assert "markdown-limited" in codes(loaded)
    assert text(loaded).count("条注释。") == 2_600
    assert "\\" not in text(loaded)


@pytest.mark.parametrize(
    "marker", [">", "> ", "* ", "- ", "1. ", "[", "![", "*", "_", "`", "**a ", "[a](", "<b>", "||", "~"]
)
def test_case_26_100_000_markdown_marks(tmp_path, marker):
    loaded = page(tmp_path, marker * 100_000 + ("\n字" if marker in "`~" else "字"))
    assert loaded.article is not None
    assert "字" in text(loaded)
    assert depth(loaded.article.blocks) <= _limits.MAX_DEPTH


def test_case_26_a_table_that_would_be_filled_up(tmp_path):
    loaded = page(tmp_path, "|甲" * 500 + "\n" + "|-" * 500 + "\n" + "乙\n" * 100_000)
    assert "markdown-limited" in codes(loaded)
    assert text(loaded).count("乙") == 100_000


def test_case_26_equal_headings_by_the_thousand(tmp_path):
    loaded = page(tmp_path, "# 同\n\n" * 20_000)
    assert "markdown-limited" in codes(loaded)
    assert text(loaded).count("同") >= 19_999


@pytest.mark.parametrize("written", ["", " \n\t\n", "\ufeff", "---\ntitle: 只有标题\n---\n", "&nbsp;\n", "<!-- 无 -->"])
def test_case_27_an_empty_page_is_no_article(tmp_path, written):
    loaded = page(tmp_path, written)
    assert loaded.article is None
    assert loaded.notes[-1].code == "empty"


def test_200_pictures_and_no_more():
    found = read("<p>" + "字<img src=a alt=图>" * 250 + "</p>", held=("a",))
    assert sum(isinstance(inline, Image) for inline in every_inline(found.blocks)) == _limits.MAX_PICTURES
    assert said("<p>" + "字<img src=a alt=图>" * 250 + "</p>").count("图") == 250
    assert codes(found).count("too-many-pictures") == 50


def test_notes_of_one_kind_are_counted_past_the_limit():
    found = read("<p hidden>字</p>" * 1_000)
    assert len(found.notes) == _limits.MAX_NOTES + 1
    assert found.notes[-1] == Note("hidden-dropped", detail="and 900 more")


@pytest.mark.parametrize(
    "html",
    [
        "<p " + " ".join(f"a{number}=b" for number in range(50_000)) + ">字",
        "<p>字" + "<!--" * 50_000,
        "<p>字" + "<a<a<a" * 50_000,
        "<p>字</p>" + "<a x='" * 50_000,
        "<p>字" + "</b>" * 50_000,
        "<svg>" + "<a>" * 50_000 + "</svg><p>字",
        "<select>" + "<option>甲" * 20_000 + "</select>字",
    ],
)
def test_other_bombs_keep_the_text_before_and_after(html):
    assert "字" in said(html)


def test_a_page_within_the_limits_is_not_flattened():
    html = "<p>字<b>粗</b><a href='http://a.example/'>链</a></p>" * 1_900
    found = read(html)
    assert found.notes == ()
    assert len(found.blocks) == 1_900
    assert all(
        isinstance(block, Paragraph) and not isinstance(block, Preformatted) for block in every_block(found.blocks)
    )
