"""A large EPUB keeps its documents few and small: articles share files, and every line and link still finds them."""

from __future__ import annotations

from dataclasses import replace

import bundles
import gallery
import judging
import pytest
from lxml import etree
from test_epub_opens_in_old_and_new_readers import NCX, Book, X, book, long_article
from test_epub_sets_lines_and_letters import made as made_of

from bundler.errors import RecipeError
from bundler.model import (
    Anchor,
    Article,
    ArticleId,
    Bundle,
    Chapter,
    Figure,
    Link,
    Note,
    Original,
    QrCode,
    Section,
    short_id,
)
from bundler.writers import _epub_book
from bundler.writers import _epub_plan as plan

pytestmark = pytest.mark.slow

COUNT = 1_000


def large(*, chapters: int) -> Bundle:
    """Return a bundle of short articles in chapters; some point at each other, one is long and one is in Persian."""
    made = list(bundles.many(COUNT, kilobytes=1).articles)
    far = ArticleId("mirror/street/near")
    into = (
        gallery.para(
            Link(gallery.t("另一篇的一节"), Anchor("one", far)), Link(gallery.t("那一篇"), made[701].entry.id)
        ),
    )
    made[3] = replace(made[3], blocks=(*into, *made[3].blocks))
    near = (gallery.Heading(2, gallery.t("一节"), "one"), gallery.para(Link(gallery.t("回到第三篇"), made[3].entry.id)))
    made[700] = gallery.article("street/near", "近处的一篇", "zh-Hans", "街区", *near)
    made[500] = long_article()
    made[501] = replace(made[501], entry=replace(made[501].entry, language="fa", section=Section("", "")))
    ids = [article.entry.id for article in made]
    each = COUNT // chapters
    named = tuple(Chapter(f"第{at // each + 1}章", tuple(ids[at : at + each])) for at in range(0, COUNT, each))
    return bundles.bundle_of(made, chapters=named, back=gallery.back(bundles.looks("zh-Hans").strings))


SHAPES = {"one chapter": 1, "some chapters": 10, "many chapters": 250}


@pytest.fixture(scope="module", params=SHAPES)
def made(request) -> tuple[Bundle, bytes, Book]:
    bundle = large(chapters=SHAPES[request.param])
    data = bundles.written("epub", bundle)
    return bundle, data, book_of(data)


def book_of(data: bytes) -> Book:
    return Book(data)


def test_the_gate_finds_every_article_and_code(made, tmp_path):
    bundle, data, _ = made
    assert judging.codes_of("epub", data, judging.expected(bundle), tmp_path) == set()


def test_documents_are_few_and_small(made):
    _, _, read = made
    assert len(read.spine()) <= 500
    assert all(len(read.read(name)) <= plan.MAX_BYTES for name in read.spine())


def test_articles_stand_in_their_order(made):
    bundle, _, read = made
    found = [mark for name in read.spine() for mark in read.xml(name).xpath("//h:article/@id", namespaces=X)]
    assert found == [short_id(page) for page in (*bundle.articles.ids, *(page.entry.id for page in bundle.back))]


def test_each_article_is_one_line_of_both_contents(made):
    bundle, _, read = made
    nav = read.xml("nav.xhtml").xpath("//h:nav[@e:type='toc']//h:a", namespaces=X)
    old = [(p.findtext(f"{NCX}navLabel/{NCX}text"), p.find(f"{NCX}content").get("src"))
           for p in read.xml("toc.ncx").iter(f"{NCX}navPoint")]  # fmt: skip
    assert [(link.text, link.get("href")) for link in nav] == old
    titles = [bundle.articles.entry(article).title for article in bundle.articles.ids]
    lines = [title for title, _ in old]
    assert [title for title in lines if title in set(titles)] == titles
    names = [point.get("id") for point in read.xml("toc.ncx").iter(f"{NCX}navPoint")]
    assert len(set(names)) == len(names)


def test_links_lead_where_they_say(made):
    bundle, _, read = made
    ids = {name: set(read.xml(name).xpath("//@id")) for name in read.spine()}
    for name in ("nav.xhtml", *read.spine()):
        for link in read.xml(name).xpath("//h:a/@href", namespaces=X):
            file, _, anchor = link.partition("#")
            if not link.startswith("https:"):
                assert not anchor or anchor in ids[file or name], f"{link} in {name}"
    third = next(name for name in read.spine() if short_id(bundle.articles.ids[3]) in ids[name])
    said = dict(read.xml(third).xpath("//h:a", namespaces=X) and _links(read, third))
    near, target = (short_id(bundle.articles.ids[at]) for at in (700, 701))
    assert said["另一篇的一节"].endswith(f".xhtml#{near}-one")
    assert target in said["那一篇"]


def _links(read: Book, name: str) -> list[tuple[str, str]]:
    return [("".join(link.itertext()), link.get("href")) for link in read.xml(name).xpath("//h:a", namespaces=X)]


def test_an_article_leads_on_and_back_across_files(made):
    bundle, _, read = made
    place = {mark: name for name in read.spine() for mark in read.xml(name).xpath("//h:article/@id", namespaces=X)}
    ids = [short_id(article) for article in bundle.articles.ids]
    for at in range(1, COUNT - 1, 7):
        if at == 500:
            continue
        turn = read.xml(place[ids[at]]).xpath(f"//h:article[@id='{ids[at]}']//h:footer//h:a/@href", namespaces=X)
        for link, neighbour in zip(turn, (ids[at + 1], ids[at - 1]), strict=False):
            file, _, anchor = link.partition("#")
            assert file == place[neighbour]
            assert anchor == neighbour or file == f"{neighbour}.xhtml"


def test_what_an_article_shows_and_lacks_is_the_same_among_others():
    original, picture = bundles.photo()
    figures = (Figure(original, "雨后的老街"), Figure(Original("0" * 64), "一张没有了的照片"))
    codes = (QrCode("https://mirror.example/" + "x" * 3_000, "太长的网址"), gallery.code("street/1"))
    showing = gallery.article("street/shown", "有图的一篇", "zh-Hans", "街区", *figures, *codes)
    others = tuple(bundles.many(COUNT, kilobytes=1).articles)
    alone, among = (
        _shown(showing, bundles.bundle_of(articles, assets=bundles.MemoryAssets({original: picture})))
        for articles in ((showing,), (*others[:3], showing, *others[3:]))
    )
    assert among == alone
    notes, images, _ = alone
    assert [note.code for note in notes] == ["picture-missing", "code-too-long"]
    assert len(images) == 2


def _shown(article: Article, bundle: Bundle) -> tuple[list[Note], list[str], bytes]:
    """Return what the writer says of an article, the pictures that are there for it, and its blocks."""
    read, notes = made_of(bundle)
    name = short_id(article.entry.id)
    file = next(one for one in read.spine() if f'id="{name}"'.encode() in read.read(one))
    (found,) = read.xml(file).xpath(f"//h:article[@id='{name}']", namespaces=X)
    images = [image for image in found.xpath(".//h:img/@src", namespaces=X) if f"EPUB/{image}" in read.names]
    blocks = b"".join(map(etree.tostring, found.xpath("./*[not(self::h:footer)]", namespaces=X)))
    return [note for note in notes if note.article == article.entry.id], images, blocks


def test_contents_stay_short_where_chapters_have_their_own_pages():
    read = book(large(chapters=10))
    lines = read.xml("contents.xhtml").xpath("//h:nav//h:a/@href", namespaces=X)
    assert lines[:10] == [f"c{number}.xhtml" for number in range(1, 11)]
    assert len(read.xml("c4.xhtml").xpath("//h:li", namespaces=X)) == 100


def test_long_contents_are_cut():
    title = "很长的题目，" * 30
    made = [gallery.article(f"street/{n}", f"{title}{n}", "zh-Hans", "街区", gallery.para("字")) for n in range(COUNT)]
    read = book(bundles.bundle_of(made))
    assert read.spine()[1:3] == ["contents.xhtml", "contents-2.xhtml"]
    lines = [
        line for name in read.spine() if name.startswith("contents")
        for line in read.xml(name).xpath("//h:nav//h:li", namespaces=X)
    ]  # fmt: skip
    assert len(lines) == COUNT


def test_few_articles_have_a_file_each():
    bundle = bundles.many(300, kilobytes=1)
    assert not plan.is_crowded(bundle)
    assert all(len(run) == 1 for run in plan.plan(bundle, crowded=False))


def test_what_shares_a_file_depends_on_the_entries_alone():
    bundle = large(chapters=10)
    entries = plan.plan(bundle, crowded=True)
    blank = replace(bundle, articles=bundles.MemoryArticles(tuple(replace(a, blocks=()) for a in bundle.articles)))
    assert plan.plan(blank, crowded=True) == entries


def test_more_than_reading_apps_bear_is_refused(monkeypatch):
    monkeypatch.setattr(_epub_book, "MAX_DOCUMENTS", 3)
    with pytest.raises(RecipeError, match="too large for reading apps"):
        book(bundles.sample())
