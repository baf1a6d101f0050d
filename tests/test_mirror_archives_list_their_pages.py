"""A mirror lists its pages as its indexes do, names its sections by them, and says what is no article."""

from pathlib import Path

import pytest

from bundler.folder import open_folder
from bundler.readers import mirror, recognize

MIRROR = Path(__file__).parent / "mirror"
SEED = "pages/prog204/a100000001.md"


def test_pages_come_as_the_indexes_list_them_then_by_path():
    assert mirror.scan(open_folder(MIRROR)).pages == (
        "pages/prog204/a100000002.md",
        "pages/prog204/a100000001.md",
        "pages/pinglun/cp-08182020.md",
        "pages/pinglun/zs-02032020115302.md",
        "pages/zyyyoeqqvi/4500013.md",
        "pages/zyyyoeqqvi/4500012.md",
        "pages/nsc413/n10000004.md",
        "pages/nsc413/n10000006.md",
        "pages/p1/900007.md",
        "pages/p1/900008.md",
        "pages/prog204/a100000003.md",
        "pages/soh5/400009.md",
        "pages/zhuanlan/yh01.md",
        "pages/zyyyoeqqvi/4500014.md",
    )


def test_sections_are_named_by_indexes_and_by_the_root_page():
    assert mirror.scan(open_folder(MIRROR)).sections == {
        "pinglun": "特约评论",
        "prog204": "大陆新闻",
        "zyyyoeqqvi": "美国之音中国专题",
    }


def test_an_index_that_the_root_page_does_not_name_names_its_section_without_the_publishers_letter(tmp_path):
    (tmp_path / "indexes").mkdir()
    (tmp_path / "pages/p3").mkdir(parents=True)
    (tmp_path / "pages/p3/1.md").write_bytes((MIRROR / SEED).read_bytes())
    (tmp_path / "indexes/S看民生.md").write_text("#### [一](../pages/p3/1.md?t=1)\n", encoding="utf-8")
    found = mirror.scan(open_folder(tmp_path))
    assert (found.pages, found.sections) == (("pages/p3/1.md",), {"p3": "看民生"})


def test_what_is_no_article_is_named_once_for_each_reason():
    notes = mirror.scan(open_folder(MIRROR)).notes
    assert [(note.code, note.detail) for note in notes] == [
        ("not-an-article", "empty: 'pages/p1/900099.md', 'pages/sedQ7xZk1'"),
        ("not-an-article", "not a Markdown file: 'pages/p1/notes'"),
        ("not-an-article", "not in a section: 'pages/link.md', 'pages/links.md'"),
        (
            "listed-missing",
            "2 in indexes and not here: 'pages/prog204/a100000900.md', 'pages/prog204/a100000901.md'",
        ),
    ]
    assert {note.article for note in notes} == {None}


def test_a_mirror_is_recognized_by_its_folders_or_by_a_page(tmp_path):
    assert recognize(open_folder(MIRROR)) == "mirror"
    (tmp_path / "seed.md").write_bytes((MIRROR / SEED).read_bytes())
    assert mirror.recognizes(open_folder(tmp_path))
    assert mirror.scan(open_folder(tmp_path)).pages == ("seed.md",)


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: 春天\n---\n\n### 小标题\n\n正文。\n",
        "### 标题\n\n正文，没有横线。\n",
        "### 标题\n------\n\n只有标题和横线，没有导航，也没有原文地址。\n",
        "## 目录\n\n#### [第一章](chapters/1.md)\n",
    ],
)
def test_other_markdown_is_not_a_mirror(tmp_path, text):
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    assert not mirror.recognizes(open_folder(tmp_path))


def test_an_empty_folder_is_not_a_mirror(tmp_path):
    assert not mirror.recognizes(open_folder(tmp_path))
    assert mirror.scan(open_folder(tmp_path)).pages == ()


def test_indexes_never_lead_out_of_the_tree(tmp_path):
    (tmp_path / "indexes").mkdir()
    (tmp_path / "pages/p3").mkdir(parents=True)
    (tmp_path / "pages/p3/1.md").write_bytes((MIRROR / SEED).read_bytes())
    (tmp_path / "indexes/N新.md").write_text(
        "[a](../../pages/p3/1.md) [b](/pages/p3/1.md) [c](https://x.example/pages/p3/1.md) [d](..%2F..%2Fx/pages/1.md)",
        encoding="utf-8",
    )
    found = mirror.scan(open_folder(tmp_path))
    assert (found.pages, found.notes) == (("pages/p3/1.md",), ())
