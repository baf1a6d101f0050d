"""The HTML file: one policy, two styles, one script; headlines first; every article, picture and link once."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import bundles
import gallery
import pytest
from lxml import html as parser

from bundler import theme
from bundler.model import Note, short_id
from bundler.walk import plain_text


@pytest.fixture(scope="module")
def data() -> bytes:
    return bundles.written("html", bundles.sample())


@pytest.fixture(scope="module")
def tree(data):
    return parser.document_fromstring(data.decode())


def source(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


@pytest.mark.parametrize("script", ["search", "none"])
def test_the_policy_comes_first_and_names_the_styles_and_the_script(script):
    text = bundles.written("html", bundles.sample(), script=script).decode()
    head = re.match(r'<!doctype html>\n<html [^>]*>\n<head>\n<meta charset="utf-8">\n(<meta [^>]*>)', text)
    styles = [source(style) for style in re.findall("<style>(.*?)</style>", text, re.DOTALL)]
    scripts = [source(one) for one in re.findall("<script>(.*?)</script>", text, re.DOTALL)]
    allowed = f"script-src {scripts[0]}; " if scripts else ""
    assert (len(styles), len(scripts)) == (2, script == "search")
    assert head[1] == (
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; {allowed}'
        f"style-src {' '.join(styles)}; img-src data:; base-uri 'none'; form-action 'none'\">"
    )
    assert '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">' in text


def test_nothing_is_styled_in_place_or_comes_from_outside(data, tree):
    assert not tree.xpath("//iframe | //form | //*[@style] | //@*[starts-with(name(), 'on')]")
    assert not tree.xpath("//@target | //@src[not(starts-with(., 'data:'))] | //link[@rel!='icon']")
    assert not tree.xpath("//meta[@http-equiv='refresh']")
    assert all(
        source.startswith("data:image/") for source in tree.xpath("//img/@src | //*[local-name()='image']/@href")
    )
    assert all(link.get("rel") == "noreferrer noopener" for link in tree.xpath("//a[starts-with(@href, 'http')]"))
    assert b"\r" not in data
    assert b"url(" not in data


def test_the_script_is_what_lies_in_the_package_and_reaches_for_nothing(data):
    script = re.search("<script>(.*?)</script>", data.decode(), re.DOTALL)[1]
    assert script == theme.script()
    stores = "localStorage sessionStorage indexedDB cookie caches serviceWorker"
    calls = "fetch XMLHttpRequest WebSocket EventSource sendBeacon Worker import( location open("
    makes = (
        'eval Function( innerHTML outerHTML insertAdjacentHTML document.write setAttribute("on createElement("script'
    )
    for word in f"{stores} {calls} {makes}".split():
        assert word not in script, word


def test_no_style_looks_through_the_whole_page_for_every_element_that_arrives():
    """Firefox does where `body` is styled by what stands anywhere in it: a thousand articles took ten times as long."""
    asked = re.findall(r"([^\s,{}]*):has\(([^)]*)", theme.theme("en").css["html"])
    assert asked
    assert [inner for subject, inner in asked if "body" in subject and not inner.startswith("> ")] == []


def test_without_its_script_the_page_has_no_controls():
    bare = parser.document_fromstring(bundles.written("html", bundles.sample(), script="none").decode())
    assert not bare.xpath("//script | //button | //input | //dialog | //@data-same")
    whole = parser.document_fromstring(bundles.written("html", bundles.sample()).decode())
    assert not whole.xpath("//button[not(ancestor::*[@id='tools'])] | //*[@id='tools' and not(@hidden)]")
    shown = "//*[self::article or self::nav]//text()"
    assert bare.xpath(shown) == whole.xpath(shown)


def test_characters_that_are_one_are_listed_for_search_and_only_those_of_the_page(data):
    groups = re.search('data-same="([^"]*)"', data.decode())[1].split(" ")
    assert "阅閱閲" in groups
    assert groups == sorted(groups)
    text = data.decode()
    assert all(any(one in text.split('<footer id="end"')[0] for one in group) for group in groups)


def test_every_page_is_one_article_in_its_language(tree):
    bundle = bundles.sample()
    pages = (*bundle.front, *bundle.articles, *bundle.back)
    found = [(a.get("id"), a.get("lang"), a.get("dir")) for a in tree.xpath("//article")]
    languages = [(page.entry.language, "rtl" if page.entry.language in {"fa", "ar"} else "ltr") for page in pages]
    assert found == [(short_id(page.entry.id), *way) for page, way in zip(pages, languages, strict=True)]


def test_headlines_stand_before_everything_else(tree):
    bundle = bundles.sample()
    body = tree.body
    assert [child.get("id") or child.tag for child in body][:4] == ["top", "tools", "contents", "main"]
    lines = ["".join(line.itertext()) for line in tree.xpath("//nav//li")]
    assert len(lines) == len(bundle.articles) + len(bundle.front) + len(bundle.back)
    assert lines[0] == "旧书铺里找到的航海日记，记下了一百年前的一场大雾 河边晨报 · 约 1 分钟"
    assert "".join(tree.xpath("//*[@id='top']")[0].itertext()).split("\n")[1:3] == ["一周文摘", "2026年11月22日"]


def test_links_inside_lead_somewhere_and_ids_occur_once(tree):
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in tree.xpath("//a/@href | //*[local-name()='use']/@href") if link[0] == "#"} <= set(ids)


def test_every_article_leads_on_back_and_to_the_contents(tree):
    articles = tree.xpath("//article")
    lines = {line.get("id"): line.xpath("./a/@href") for line in tree.xpath("//nav//li")}
    for number, article in enumerate(articles):
        links = article.xpath("./footer/a/@href")
        near = [articles[at].get("id") for at in (number + 1, number - 1) if 0 <= at < len(articles)]
        *neighbours, up = links
        assert neighbours == [f"#{name}" for name in near]
        assert lines[up[1:]] == [f"#{article.get('id')}"], "who is back in the contents is where they left them"


def test_each_picture_is_stored_once(data, tree):
    for _, picture in (bundles.photo(), bundles.chart()):
        assert data.count(base64.b64encode(picture.data)) == 1
    assert len(tree.xpath("//*[local-name()='use']")) == 3
    assert tree.xpath("//*[local-name()='svg']/@aria-label")


def test_a_picture_shown_once_is_an_image_that_can_be_saved():
    article = gallery.article("street/one", "题", "zh-Hans", "街区", gallery.Figure(bundles.photo()[0], "山"))
    bundle = bundles.bundle_of((article,), assets=bundles.MemoryAssets(dict((bundles.photo(),))))
    tree = parser.document_fromstring(bundles.written("html", bundle).decode())
    (image,) = tree.xpath("//figure/img")
    assert (image.get("alt"), image.get("width"), image.get("height")) == ("山", "800", "500")


@pytest.mark.parametrize(("outside", "title"), [("plain", "2026年11月22日"), ("open", "一周文摘 · 2026年11月22日")])
def test_the_tab_shows_what_may_show(outside, title):
    text = bundles.written("html", bundles.sample(outside=outside)).decode()
    assert re.search("<title>(.*?)</title>", text)[1] == title
    assert "<h1><bdi>一周文摘</bdi></h1>" in text


def test_a_file_that_broke_off_shows_whole_articles_and_says_so(data):
    text = data[: len(data) * 3 // 4].decode("utf-8", "ignore")
    tree = parser.document_fromstring(text)
    bundle = bundles.sample()
    arrived = tree.xpath("//article")[:-1]
    assert len(arrived) > 3
    first = bundle.articles.kept[0]
    shown = "".join(tree.get_element_by_id(short_id(first.entry.id)).itertext())
    assert all(line in shown for line in plain_text(first.blocks).splitlines())
    assert ':root { --cut: "文件传输不完整，结尾部分缺失。" } html::after' in text.split("<title>")[0]
    assert not tree.xpath("//*[@id='end']")


def test_what_cannot_be_shown_leaves_a_note():
    lost = gallery.article(
        "street/lost", "题", "zh-Hans", "街区", gallery.Figure("ee" * 32, "没了"), gallery.code("长" * 200)
    )
    for name in ("html", "epub"):
        bundle = bundles.bundle_of((lost,))
        out = bundles.MemoryOutput()
        module = bundles.writer(name)
        notes = module.write(bundle, module.Options(), out, bundles.Work())
        assert [note.code for note in notes] == ["picture-missing", "code-too-long"]
        assert {note.article for note in notes} == {lost.entry.id}
        assert all(isinstance(note, Note) for note in notes)


@pytest.mark.parametrize("name", ["epub", "html"])
def test_the_estimate_of_an_article_is_near_what_it_adds(name):
    articles = bundles.sample().articles.kept
    module = bundles.writer(name)
    whole = replace(bundles.bundle_of(articles), assets=bundles.MemoryAssets(), outside="plain")
    less = len(bundles.written(name, replace(whole, articles=bundles.MemoryArticles(articles[:1]), chapters=())))
    added = len(bundles.written(name, replace(whole, chapters=()))) - less
    estimate = sum(module.weigh(article, module.Options()) for article in articles[1:])
    assert 0.7 < estimate / added < 1.5
