"""A book is read as its README lists it: order, parts, titles, places inside chapters, pictures, what is missing."""

import datetime as dt
from pathlib import Path

import pytest
from pages import put
from parts import corpus

from bundler import readers
from bundler.build.plan import open_archives, plan
from bundler.folder import open_folder
from bundler.model import Anchor, ArticleId, Figure, Heading, Items, Paragraph, Url
from bundler.readers import book
from bundler.recipe import Archive
from bundler.walk import every_block, line_text, links_of, plain_text
from bundler.work import Work

BOOK = Path(__file__).parent / "book"
TREE = open_folder(BOOK)


def loaded(name: str):
    return book.load(TREE, f"chapters/{name}.md", "book")


def article(name: str):
    found = loaded(name).article
    assert found is not None
    return found


def headings(name: str) -> dict[str, str]:
    return {
        line_text(one.children): one.anchor for one in every_block(article(name).blocks) if isinstance(one, Heading)
    }


def test_a_folder_whose_readme_lists_chapters_is_a_book():
    assert readers.recognize(TREE) == "book"


def test_chapters_stand_in_the_order_of_the_readme_and_the_unlisted_behind_their_like():
    assert [Path(path).stem for path in book.scan(TREE).pages] == ["0", "1", "2", "2b", "10"]


def test_parts_are_sections_and_what_stands_in_none_bears_the_name_of_the_book():
    assert book.scan(TREE).sections == {"book": "《河边手记》连载", "part1": "上篇：水", "part2": "下篇：岸"}
    assert [article(name).entry.section.id for name in ("0", "1", "2b", "10")] == ["book", "part1", "part1", "part2"]


def test_a_listed_chapter_that_is_not_here_is_named():
    assert [(note.code, note.detail) for note in book.scan(TREE).notes] == [
        ("listed-missing", "1 in README.md and not here: '第三章：修桥的人' (chapters/3.md)"),
        ("not-an-article", "README.md, beside the contents: 这本小书写的是一条河和住在它两岸的人。"),
    ]


def test_what_a_readme_says_beside_its_contents_is_the_first_page(tmp_path):
    words = "这本小书写的是一条河和住在它两岸的人。河水每年涨落两次，人们跟着它播种、收割、搬家，也跟着它讲故事。"
    listed = "## 目录\n#### 上篇：水\n#### [雨](chapters/1.md)"
    put(tmp_path, "README.md", f"# 河边手记\n\n{listed}\n\n---\n\n{words * 2}\n\n编者\n")
    put(tmp_path, "chapters/1.md", "# 雨\n\n雨下了一夜。\n")
    tree = open_folder(tmp_path)
    found = book.scan(tree)
    assert (found.pages, found.notes) == (("README.md", "chapters/1.md"), ())
    first = book.load(tree, "README.md", "book")
    assert (first.article.entry.id, first.article.entry.title) == ("book/README", "河边手记")
    assert plain_text(first.article.blocks).split() == [words * 2, "编者"]
    assert isinstance(first.article.blocks[0], Paragraph), "a rule that parted it from the contents parts nothing now"
    assert [note.detail for note in first.notes if note.code == "removed"] == ["contents x3: 目录"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("0", "开篇"),
        ("1", "第一章：水从哪里来"),
        ("2b", "【河边手记】之二：水往哪里去(下)"),
        ("10", "第十章：回家"),
    ],
)
def test_titles_come_from_the_readme_and_are_not_said_twice(name, title):
    entry = article(name).entry
    assert (entry.id, entry.title, entry.language) == (f"book/chapters/{name}", title, "zh-Hans")
    assert not plain_text(article(name).blocks).startswith("【河边手记】")


def test_what_is_known_of_a_chapter_is_said():
    entry = article("1").entry
    assert (entry.publisher, entry.source) == ("大纪元", "https://www.epochtimes.com/gb/19/3/9/n1001.htm")
    assert entry.published is not None
    assert (entry.published.value, entry.published.rule) == (dt.date(2019, 3, 9), "address")
    assert entry.lead.startswith("山里下雨")


def test_contents_that_are_headings_become_a_list_whose_links_lead_to_their_places():
    places = headings("1")
    listed = next(block for block in article("1").blocks if isinstance(block, Items))
    assert [line_text(block.children) for block in every_block((listed,)) if hasattr(block, "children")] == [
        "1. 雨", "1）春天的雨", "2． 水源", "3. 河口", "4. 海",
    ]  # fmt: skip
    assert len(listed.items) == 4, "春天的雨 stands in the item above it"
    assert links_of((listed,)) == (
        Anchor(places["1. 雨"]),
        Anchor(places["1）春天的雨"]),
        Anchor(places["2、 水源"]),
        Anchor(headings("2")["1）河口"], ArticleId("book/chapters/2")),
        ArticleId("book/chapters/2"),
    )
    assert [note.detail for note in loaded("1").notes if note.code == "anchor-missing"] == ["2.md#9-没有这一节"]


def test_links_lead_into_other_chapters_and_missing_ones_are_text():
    assert links_of(article("0").blocks) == (Anchor(headings("1")["2、 水源"], ArticleId("book/chapters/1")),)
    assert "还没写完的一章" in plain_text(article("0").blocks)
    assert [note.code for note in loaded("0").notes if "3.md" in note.detail] == ["link-dropped"]


def test_a_link_to_the_heading_that_became_the_title_is_text():
    assert "又见本章开头。" in plain_text(article("1").blocks)


def test_pictures_are_carried_with_their_captions():
    figure = next(block for block in article("1").blocks if isinstance(block, Figure))
    assert figure.asset is not None
    assert line_text(figure.caption) == "水位的刻度"
    assert loaded("1").media == {figure.asset: "resources/1/01.png"}


def test_navigation_goes_with_a_note_and_never_leads_out():
    for name in ("0", "1", "2"):
        text = plain_text(article(name).blocks)
        assert not [word for word in ("继续阅读", "《河边手记》目录", "原文链接") if word in text]
        assert not [link for link in links_of(article(name).blocks) if isinstance(link, Url)]
    assert [note.detail for note in loaded("2").notes if note.code == "removed"] == [
        "navigation x2: 继续阅读：水往哪里去(上) - 水往哪里去(下)",
        "title-repeated: 【河边手记】之二：水往哪里去(上)",
    ]


def test_a_change_of_the_readme_or_of_a_chapter_that_is_linked_into_asks_for_another_load():
    assert {"README.md", "chapters/2.md", "resources/1/01.png"} <= set(loaded("1").needs)


def recipe(folder: Path, more: str = ""):
    from _recipes import KNOWN

    from bundler.recipe import load

    path = folder / "book.yaml"
    path.write_text(
        f"version: 1\nbundle: river\ntitle: 河\nlanguage: zh-Hans\narchives: {BOOK}\n{more}", encoding="utf-8"
    )
    return load(path, KNOWN)


def test_a_bundle_of_a_book_keeps_its_order_and_has_its_parts_as_chapters(tmp_path):
    index = open_archives((Archive("", BOOK),), home=None, work=Work())
    made = plan(recipe(tmp_path), dt.date(2026, 1, 1), index=index)
    assert [(chapter.title, [Path(one).name for one in chapter.articles]) for chapter in made.chapters] == [
        ("《河边手记》连载", ["0"]),
        ("上篇：水", ["1", "2", "2b"]),
        ("下篇：岸", ["10"]),
    ]
    made = plan(recipe(tmp_path, "select: {order: newest}\n"), dt.date(2026, 1, 1), index=index)
    assert [taken.entry.id for taken in made.selection.taken][:2] == ["book/chapters/1", "book/chapters/0"]


def test_the_real_book_is_read_whole():
    tree = open_folder(corpus("book"))
    found = book.scan(tree)
    assert readers.recognize(tree) == "book"
    assert [Path(path).stem for path in found.pages] == ["README", "0", "1", "2", "2b", "3c"]
    assert found.notes[0].detail.count("(chapters/") == 7
    for path in found.pages:
        one = book.load(tree, path, "book")
        assert one.article is not None
        entry = one.article.entry
        known = ("", False) if path == "README.md" else ("大纪元", True)
        assert (entry.publisher, entry.published is not None, entry.language) == (*known, "zh-Hans")
        assert len(one.media) == sum(isinstance(block, Figure) for block in one.article.blocks)
        own = {block.anchor for block in every_block(one.article.blocks) if isinstance(block, Heading)}
        targets = [link for link in links_of(one.article.blocks) if isinstance(link, Anchor) and link.article is None]
        assert {target.name for target in targets} <= own
        assert not [note for note in one.notes if note.code in ("picture-missing", "anchor-missing")]
