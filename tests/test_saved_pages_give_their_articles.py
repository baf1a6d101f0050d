"""Of a saved web page the article is read, whole and alone, with what the page says of it; nothing is fetched."""

import base64
import datetime as dt
import logging
import socket
from pathlib import Path

import pytest

from bundler import pictures, readers
from bundler.folder import open_folder
from bundler.model import (
    ArticleId,
    Embed,
    Figure,
    Heading,
    Image,
    Items,
    Link,
    Note,
    Paragraph,
    Quote,
    Section,
    Table,
    Text,
    Url,
)
from bundler.readers import _core, _limits, _saved, html
from bundler.walk import assets_of, every_block, every_inline, line_text, links_of, plain_text

SAVED = Path(__file__).parent / "saved"
TREE = open_folder(SAVED)
SINGLE, CHROMIUM, FIREFOX = "夜市的灯.html", "old_bridge.html", "market/рынок.htm"
PROSE = (
    "<p>Le soir, on allume une lampe au bord de la rivière, et puis une autre, et encore une autre, jusqu'au pont.</p>"
)


def loaded(path: str):
    return html.load(TREE, path, "html")


def article(path: str):
    found = loaded(path).article
    assert found is not None
    return found


def saved(folder: Path, body: str, head: str = "", name: str = "page.html"):
    """Save a page in a folder and read it."""
    (folder / name).write_text(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", encoding="utf-8")
    return html.load(open_folder(folder), name, "html")


def test_a_folder_of_saved_pages_is_one_and_the_files_of_pages_are_no_pages():
    assert readers.recognize(TREE) == "html"
    assert html.scan(TREE).pages == (FIREFOX, CHROMIUM, SINGLE)


def test_a_page_saved_by_singlefile_is_read_whole():
    one = article(SINGLE)
    entry = one.entry
    assert (entry.id, entry.title, entry.language) == ("html/夜市的灯", "夜市的灯", "zh-Hans"), "its lang=en is wrong"
    assert (entry.publisher, entry.authors, entry.tags) == ("河城日报", ("林小禾", "Ana Ruiz"), ("夜市", "路灯"))
    assert entry.source == "https://paper.example/city/night-market.html"
    assert entry.published is not None
    assert (entry.published.value, entry.published.rule) == (dt.date(2024, 3, 2), "json-ld")
    kinds = [type(block) for block in one.blocks]
    assert kinds == [Paragraph, Paragraph, Figure, Paragraph, Table, Paragraph, Paragraph, Paragraph]
    assert line_text(one.blocks[2].caption) == "桥头的灯最晚熄。"
    assert plain_text(one.blocks).startswith("晚上七点，")
    assert plain_text(one.blocks).endswith("〔1〕她姓什么，大家都不记得了。")


def test_pictures_inside_a_page_are_carried_also_those_that_stand_in_a_variable():
    one = loaded(SINGLE)
    assert one.article is not None
    shown = assets_of(one.article.blocks)
    assert len(shown) == 2
    assert one.media == dict.fromkeys(sorted(shown), SINGLE)
    page = (SAVED / SINGLE).read_bytes()
    for name in shown:
        data = pictures.embedded(page, name)
        assert data is not None
        assert pictures.rebuild(data) is not None
    assert pictures.embedded(page, pictures.original(b"another")) is None
    lamp = [inline for inline in every_inline(one.article.blocks) if isinstance(inline, Image)]
    assert [image.alt for image in lamp] == ["一盏路灯"]


def test_a_page_saved_by_chromium_is_read_whole():
    one = article(CHROMIUM)
    entry = one.entry
    assert (entry.title, entry.language, entry.authors) == ("The old bridge is open again", "en-GB", ("Ruth Amsel",))
    assert entry.source == "https://gazette.example/2023/06/11/the-old-bridge/", "og:url names the site alone"
    assert (entry.publisher, entry.section) == ("gazette.example", Section("", ""))
    assert entry.published is not None
    assert (entry.published.value, entry.published.rule) == (dt.date(2023, 6, 11), "meta")
    kinds = [type(block) for block in one.blocks]
    assert kinds == [Paragraph, Figure, Paragraph, Paragraph, Heading, Paragraph, Items, Embed, Paragraph]
    assert one.blocks[1].asset is not None
    assert loaded(CHROMIUM).media == {one.blocks[1].asset: "old_bridge_files/bridge.png"}
    assert Url("https://gazette.example/2022/02/01/the-quarry/") in links_of(one.blocks)


def test_a_page_saved_by_firefox_is_read_whole_and_leads_to_its_neighbour():
    one = article(FIREFOX)
    assert (one.entry.title, one.entry.language) == ("Рынок у вокзала закрывают", "ru")
    assert one.entry.section == Section("market", "market")
    assert one.entry.published is not None
    assert (one.entry.published.value, one.entry.published.rule) == (dt.date(2022, 10, 5), "time")
    assert [type(block) for block in one.blocks].count(Quote) == 1
    assert list(loaded(FIREFOX).media.values()) == ["market/рынок_files/stall.png"]
    assert links_of(one.blocks) == (ArticleId("html/old_bridge"), Url("https://gorod.example/plan"))


@pytest.mark.parametrize("path", [SINGLE, CHROMIUM, FIREFOX])
def test_what_stands_around_an_article_goes_with_a_note(path):
    text = plain_text(article(path).blocks)
    foreign = ("首页", "热门", "相关阅读", "版权所有", "News", "every Friday", "Comments", "reserved", "Главная", "©")
    assert [word for word in foreign if word in text] == []
    assert article(path).entry.title not in text
    notes = [note for note in loaded(path).notes if note.code == "removed"]
    assert any(note.detail.startswith("around the article: ") for note in notes)
    assert all(note.article == article(path).entry.id for note in notes)


def test_a_part_that_goes_names_its_rule_and_first_words():
    said = [note.detail for path in (SINGLE, CHROMIUM) for note in loaded(path).notes if note.code == "removed"]
    assert "aside: 相关阅读桥修好了渡船停开" in said
    assert "newsletter: Get our letter every Friday.Sign up" in said


def test_nothing_is_fetched_nor_said(monkeypatch, capfd, caplog):
    def refuse(*args, **kwargs):
        raise AssertionError("a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    caplog.set_level(logging.WARNING)
    for path in (SINGLE, CHROMIUM, FIREFOX):
        assert loaded(path).article is not None
    assert _core._library()("<p>") is None, "what it makes of nothing it would log"
    assert (caplog.records, capfd.readouterr()) == ([], ("", ""))


def test_the_page_is_read_whole_where_no_article_can_be_told(tmp_path):
    one = saved(tmp_path, f"{'<div>' * 3_000}<p>Deux mots.</p>", "<title>Deux lampes - Le Site de la Rivière</title>")
    assert one.article is not None
    assert plain_text(one.article.blocks) == "Deux mots."
    assert one.article.entry.title == "Deux lampes"
    assert [note.code for note in one.notes] == ["article-unclear", "undated"]


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ('<meta name="date" content="2021-05-04">', "2021-05-04"),
        ('<meta itemprop="datePublished" content="4 May 2021 10:00">', "2021-05-04"),
        ('<script type="application/ld+json">[{"@type":["X","Report"],"datePublished":"2021"}]</script>', "2021-01-01"),
        ('<script type="application/ld+json">{"@type":"WebSite","datePublished":"2001-01-01"}</script>', None),
        ('<script type="application/ld+json">{"@type":"Article","datePublished":{"x":1}}</script>', None),
        ('<script type="application/ld+json">' + "[" * 50_000 + "</script>", None),
        ('<link rel="canonical" href="https://paper.example/2021/05/04/lampe.html">', "2021-05-04"),
        ('<meta name="date" content="soon">', None),
    ],
)  # fmt: skip
def test_the_date_is_the_one_that_the_page_says(tmp_path, head, day):
    one = saved(tmp_path, f"<article>{PROSE * 4}</article>", head)
    assert one.article is not None
    found = one.article.entry.published
    assert (found and found.value.isoformat()) == day
    assert ("undated" in [note.code for note in one.notes]) == (day is None)


def test_a_language_that_the_letters_deny_is_not_believed(tmp_path):
    (tmp_path / "a.html").write_text(f"<html lang=zh-CN><body><article>{PROSE * 4}", encoding="utf-8")
    (tmp_path / "b.html").write_text(f"<html lang=fr-CH><body><article>{PROSE * 4}", encoding="utf-8")
    tree = open_folder(tmp_path)
    found = [html.load(tree, path, "x").article for path in ("a.html", "b.html")]
    assert [one.entry.language for one in found if one] == ["fr", "fr-CH"]


def test_pictures_make_a_page_large_and_its_markup_may_not(tmp_path):
    noise = base64.b64encode(bytes(range(256)) * 20_000).decode()
    large = saved(tmp_path, f'{PROSE * 4}<p><img src="data:image/png;base64,{noise}" alt="bruit"></p>')
    assert large.article is not None
    assert next((note.code, note.detail) for note in large.notes if note.code.startswith("picture")) == (
        "picture-type",
        "data:",
    )
    assert "bruit" in repr(large.article.blocks)
    wide = saved(tmp_path, "<p>" + "x " * _limits.MAX_ARTICLE_BYTES)
    assert (wide.article, wide.notes[-1].code) == (None, "page-too-large")
    with (tmp_path / "huge.html").open("wb") as file:
        file.truncate(_saved.MAX_PAGE_BYTES + 1)
    huge = html.load(open_folder(tmp_path), "huge.html", "html")
    assert huge.notes == (
        Note(
            "page-too-large",
            ArticleId("html/huge"),
            f"{_saved.MAX_PAGE_BYTES + 1} bytes, at most {_saved.MAX_PAGE_BYTES}",
        ),
    )


def test_links_into_the_page_itself_stay_inside_it(tmp_path):
    body = (
        f'<article><h1>La lampe</h1><p><a href="https://paper.example/l.html#suite">Suite</a></p>{PROSE * 4}'
        f'<h2 id="suite">La suite</h2>{PROSE * 2}<p><a href="../b/c.html?d#e">ailleurs</a></p></article>'
    )
    one = saved(tmp_path, body, '<link rel="canonical" href="https://paper.example/l.html">')
    assert one.article is not None
    heading = next(block for block in every_block(one.article.blocks) if isinstance(block, Heading))
    links = [inline for inline in every_inline(one.article.blocks) if isinstance(inline, Link)]
    assert [getattr(link.target, "name", link.target) for link in links] == [
        heading.anchor, Url("https://paper.example/b/c.html?d#e"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    ["", "<", "<svg><style><img src=x>", "<div>" * 3_000, "<script>a</script>", "\0", "<!--", '<a href="//["#x">y</a>',
     '<img src="data:image/png;base64,####">', '<img src="data:image/png,#99999999999999999999">'],
)  # fmt: skip
def test_no_page_breaks_the_reader(tmp_path, body):
    one = saved(tmp_path, body, '<link rel=canonical href="https://[">')
    assert one.article is not None or one.notes


def test_a_picture_in_a_page_is_rebuilt_into_the_bundle():
    from bundler.build.lazy import _Picture, rebuild

    for original, path in loaded(SINGLE).media.items():
        picture = pictures.unpack(rebuild(_Picture(TREE, path, original)))
        assert picture is not None
        assert picture.media_type == "image/png"
    assert isinstance(article(SINGLE).blocks[0].children[0], Text)
