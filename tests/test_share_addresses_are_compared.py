"""An article's share address is the recipe's base and its path, else its page's word, else its QR code's."""

import pytest
from archives import BASE, Opening, code, mirror, page

from bundler.address import base_of, join, key

PATH = "pages/news/a1.md"
ARTICLE = "mirror/news/a1"


@pytest.fixture
def root(tmp_path):
    return mirror(tmp_path / "archive")


def opened(root, **fields):
    return Opening(root, None)(**fields)


def shares(catalog):
    return {entry.id: entry.share for entry in catalog.entries()}


def test_the_recipe_decides(root):
    for base in ("https://home.example/x/", "https://home.example/x"):
        assert shares(opened(root, base_url=base))[ARTICLE] == "https://home.example/x/pages/news/a1.md"


def test_else_the_page(root):
    code(root, PATH, "https://qr.example/" + PATH)
    assert shares(opened(root))[ARTICLE] == BASE + PATH


def test_else_the_qr_code(root):
    text = (root / PATH).read_text()
    lines = [line for line in text.split("\n") if "pages/news" not in line]
    (root / PATH).write_text("\n".join(lines))
    assert shares(opened(root))[ARTICLE] == BASE + PATH
    (root / f"{PATH}.png").unlink()
    assert shares(opened(root))[ARTICLE] == ""


def test_another_path_is_a_note_on_the_article(root):
    code(root, PATH, BASE + "pages/news/a9.md")
    catalog = opened(root, base_url=BASE)
    notes = [note for note in catalog.load(ARTICLE).notes if note.code.startswith("share-")]
    assert [(note.code, note.article, note.detail) for note in notes] == [
        ("share-path-differs", ARTICLE, BASE + "pages/news/a9.md")
    ]
    assert not [note for note in catalog.load("mirror/news/a2").notes if note.code.startswith("share-")]
    assert catalog.notes == ()


def test_other_bases_are_one_note_on_the_archive(root):
    page(root / "pages/news/a2.md", "题目", "文字。", base="https://third.example/")
    for number in (1, 2, 3):
        code(root, f"pages/news/a{number}.md", f"https://qr.example/b/pages/news/a{number}.md")
    [note] = opened(root).notes
    assert (note.code, note.article) == ("share-base-differs", None)
    assert note.detail == "https://qr.example/b/ (3), https://third.example/ (1)"


def test_a_base_that_differs_in_spelling_alone_is_the_same(root):
    assert opened(root, base_url="HTTP://Mirror.Example:80/blob/main").notes == ()


def test_sections_are_named_by_the_recipe_the_archive_the_publisher(root):
    assert {entry.section.name for entry in opened(root).entries()} == {"新闻"}
    assert {entry.section.name for entry in opened(root, sections={"news": "要闻"}).entries()} == {"要闻"}
    (root / "README.md").write_text("# 镜像\n")
    (root / "indexes/news.md").write_text("")
    assert {entry.section.name for entry in opened(root).entries()} == {"news.example"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/x", "https://a.example/x/"),
        ("https://A.example:443/x#top", "https://a.example/x"),
        ("https://a.example/%e6%b1%9f", "https://a.example/江"),
        ("https://a.example/a%20b?q=%20c", "https://a.example/a b?q= c"),
        ("http://a.example:80", "https://a.example/"),
    ],
)
def test_addresses_of_one_page(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x", "https://a.example/X"),
        ("https://a.example/x?p=1", "https://a.example/x?p=2"),
        ("https://a.example:8080/x", "https://a.example/x"),
        ("https://a.example/x", "https://b.example/x"),
    ],
)
def test_addresses_of_two_pages(one, other):
    assert key(one) != key(other)


def test_no_address_breaks_the_comparison():
    for address in ("http://[::1", "http://a:99999999/", "https://\ud800/", "", "://", "http://a/%ff%zz"):
        key(address)
        base_of(address, PATH)


def test_base_and_path_come_apart_as_they_were_joined():
    path = "pages/新闻/a 1.md"
    assert join("https://a.example/x", path) == "https://a.example/x/pages/%E6%96%B0%E9%97%BB/a%201.md"
    assert base_of(join("https://a.example/x/", path), path) == "https://a.example/x/"
    assert base_of("https://a.example/other.md", path) is None
