"""An EPUB has a container that says nothing of the packer, navigation for every reader, and no document too large."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import bundles
import gallery
import pytest
from lxml import etree

from bundler.model import Anchor, ArticleId, Link, short_id
from bundler.walk import plain_text
from bundler.writers import _epub_plan

OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
X = {"h": "http://www.w3.org/1999/xhtml", "e": "http://www.idpf.org/2007/ops"}


class Book:
    """An EPUB read back."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        self.names = self.zip.namelist()
        self.package = self.xml("content.opf")

    def read(self, name: str) -> bytes:
        return self.zip.read(f"EPUB/{name}")

    def xml(self, name: str) -> etree._Element:
        return etree.fromstring(self.read(name))

    def spine(self) -> list[str]:
        files = {item.get("id"): item.get("href") for item in self.package.iter(f"{OPF}item")}
        return [files[item.get("idref")] for item in self.package.iter(f"{OPF}itemref")]

    def meta(self, name: str) -> list[str]:
        return [item.text for item in self.package.iter(f"{OPF}meta") if item.get("property") == name]


def book(bundle) -> Book:
    return Book(bundles.written("epub", bundle))


@pytest.fixture(scope="module")
def sample() -> Book:
    return book(bundles.sample())


def test_the_container_is_in_order_and_says_nothing_of_the_machine(sample):
    members = sample.zip.infolist()
    assert (members[0].filename, members[0].compress_type) == ("mimetype", zipfile.ZIP_STORED)
    for member in members:
        assert member.date_time == (1980, 1, 1, 0, 0, 0)
        assert (member.create_system, member.external_attr, member.extra) == (3, 0o644 << 16, b"")
        assert not member.flag_bits & 0x08, "a stored member with a data descriptor breaks readers that stream"
    assert len(set(sample.names)) == len(sample.names)
    assert b"Ebook" not in sample.read("content.opf")
    assert sample.meta("dcterms:modified") == ["2026-11-22T00:00:00Z"]


def test_reading_order_is_cover_headlines_chapters_pages(sample):
    bundle = bundles.sample()
    front, back = ([f"{short_id(page.entry.id)}.xhtml" for page in pages] for pages in (bundle.front, bundle.back))
    chapters = []
    for number, chapter in enumerate(bundle.chapters, 1):
        chapters += [f"c{number}.xhtml", *(f"{short_id(article)}.xhtml" for article in chapter.articles)]
    assert sample.spine() == ["cover.xhtml", "contents.xhtml", *front, *chapters, *back]


def test_navigation_is_nested_for_new_readers_and_old_ones(sample):
    bundle = bundles.sample()
    nav = sample.xml("nav.xhtml").xpath("//h:nav[@e:type='toc']", namespaces=X)[0]
    ncx = sample.xml("toc.ncx")
    for number, chapter in enumerate(bundle.chapters, 1):
        titles = [bundle.articles.entry(article).title for article in chapter.articles]
        item = nav.xpath(f".//h:li[h:a[@href='c{number}.xhtml']]", namespaces=X)[0]
        assert item.xpath("./h:a/text()", namespaces=X) == [chapter.title]
        assert item.xpath("./h:ol/h:li/h:a/text()", namespaces=X) == titles
        point = next(p for p in ncx.iter(f"{NCX}navPoint") if p.find(f"{NCX}content").get("src") == f"c{number}.xhtml")
        assert [p.findtext(f"{NCX}navLabel/{NCX}text") for p in point.findall(f"{NCX}navPoint")] == titles


def test_older_readers_are_told_how_deep_the_contents_are(sample):
    depths = {meta.get("name"): meta.get("content") for meta in sample.xml("toc.ncx").iter(f"{NCX}meta")}
    assert depths["dtb:depth"] == "2"
    assert depths["dtb:uid"] == sample.package.findtext(f".//{DC}identifier")


def test_opening_lands_on_the_headlines(sample):
    marks = sample.xml("nav.xhtml").xpath("//h:nav[@e:type='landmarks']//h:a", namespaces=X)
    kinds = {mark.get("{http://www.idpf.org/2007/ops}type"): mark.get("href") for mark in marks}
    assert kinds == {"cover": "cover.xhtml", "toc": "contents.xhtml", "bodymatter": "contents.xhtml"}
    guide = {item.get("type"): item.get("href") for item in sample.package.iter(f"{OPF}reference")}
    assert guide["text"] == "contents.xhtml"
    lines = sample.xml("contents.xhtml").xpath("//h:nav//h:li", namespaces=X)
    first = "".join(lines[0].itertext())
    assert "旧书铺里找到的航海日记" in first
    assert "河边晨报 · 约 1 分钟" in first


@pytest.mark.parametrize(("language", "direction"), [("zh-Hans", "ltr"), ("fa", "rtl"), ("ar", "rtl")])
def test_language_and_direction_stand_on_package_spine_and_documents(language, direction):
    made = book(bundles.sample(language))
    assert made.package.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert made.package.get("dir") == direction
    assert made.package.find(f"{OPF}spine").get("page-progression-direction") == direction
    assert made.package.findtext(f".//{DC}language") == language
    garden = made.xml(f"{short_id('mirror/world/garden')}.xhtml")
    assert (garden.get("lang"), garden.get("dir")) == ("fa", "rtl")


def test_a_plain_outside_shows_the_day_alone():
    bundle = bundles.sample(outside="plain")
    made = book(bundle)
    assert made.package.findtext(f".//{DC}title") == "2026年11月22日"
    assert made.xml("toc.ncx").findtext(f"{NCX}docTitle/{NCX}text") == "2026年11月22日"
    assert "".join(made.xml("cover.xhtml").find("{*}body").itertext()).split() == ["2026年11月22日"]
    assert bundle.title not in made.read("content.opf").decode()
    assert bundle.title in made.read("contents.xhtml").decode()


def test_an_open_outside_shows_title_and_headlines():
    bundle = bundles.sample(outside="open")
    made = book(bundle)
    cover = made.read("cover.xhtml").decode()
    titles = [bundle.articles.entry(article).title for article in bundle.articles.ids]
    shown = [title for title in titles if title in cover]
    assert bundle.title in cover
    assert 3 <= len(shown) <= 5
    assert made.meta("belongs-to-collection") == [bundle.title]
    assert made.meta("group-position") == ["20261122"]


def test_the_identifier_follows_the_content():
    def name(bundle) -> str:
        return book(bundle).package.findtext(f".//{DC}identifier")

    plain = bundles.sample()
    assert name(plain) == name(bundles.sample())
    assert name(plain).startswith("urn:uuid:")
    assert name(replace(plain, title="另一份文摘")) != name(plain)


def test_accessibility_is_claimed_as_far_as_it_is_true(sample):
    assert sample.meta("schema:accessMode") == ["textual", "visual"]
    assert "alternativeText" in sample.meta("schema:accessibilityFeature")
    mute = bundles.bundle_of(
        (gallery.article("street/mute", "无题", "zh-Hans", "街区", gallery.Figure(bundles.photo()[0], "")),),
        assets=bundles.MemoryAssets(dict((bundles.photo(),))),
    )
    assert "alternativeText" not in book(mute).meta("schema:accessibilityFeature")
    assert book(mute).meta("schema:accessModeSufficient") == ["textual,visual"]


def test_each_picture_and_code_is_stored_once(sample):
    pictures = [name for name in sample.names if name.startswith("EPUB/images/")]
    assert len(pictures) == 2
    twice = [gallery.article(f"street/{n}", f"题{n}", "zh-Hans", "街区", gallery.code("same")) for n in (1, 2)]
    codes = [name for name in book(bundles.bundle_of(twice)).names if name.startswith("EPUB/codes/")]
    assert len(codes) == 1


def test_no_colour_is_fixed_but_the_white_behind_codes(sample):
    """Reading apps have light, dark and sepia pages of their own; grey lines of half strength show on all of them."""
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", sample.read("style.css").decode())
    coloured = {
        (where.strip(), said.strip())
        for where, lines in rules
        for said in lines.split(";")
        if re.match(r"\s*(color|background|fill)", said) or re.search(r"#[0-9a-f]{3}|rgb", said)
    }
    plain = {said for where, said in coloured if "rgba(128, 128, 128, .5)" not in said}
    assert plain == {"color: inherit", "background: #fff"}
    assert [where for where, said in coloured if said == "background: #fff"] == [".code > img"]


def test_one_chapter_has_no_page_of_its_own():
    only = bundles.bundle_of(bundles.sample().articles.kept[:2])
    made = book(only)
    assert "c1.xhtml" not in made.spine()
    assert "头条" in made.read("nav.xhtml").decode()


# -- long articles -----------------------------------------------------------------------------------------------


def long_article():
    """Make an article of more than a megabyte whose parts point at each other, one block far too large for itself."""
    para, text = gallery.para, "渡口的风停了，船上的人都抬起头来，看见远处的山。"
    many = tuple(para(text * 8, *((gallery.NoteRef(str(n)),) if n % 100 == 0 else ())) for n in range(1500))
    labels = tuple(str(n) for n in range(0, 1500, 100))
    notes = tuple(gallery.Footnote(label, (para(f"第{label}条注"),)) for label in labels)
    return gallery.article(
        "street/long",
        "很长的一篇",
        "zh-Hans",
        "街区",
        para(Link(gallery.t("到结尾"), Anchor("ending"))),
        *many,
        para(text * 6000),
        gallery.Items(tuple((para(text * 10),) for _ in range(600)), ordered=True),
        gallery.Quote((gallery.Preformatted(f"{text}\n" * 6000),)),
        gallery.Heading(2, gallery.t("结尾"), "ending"),
        gallery.Footnotes(notes),
        gallery.code("street/long"),
    )


@pytest.fixture(scope="module")
def long_book() -> Book:
    into = (
        gallery.para(Link(gallery.t("长文的结尾"), Anchor("ending", ArticleId("mirror/street/long")))),
        gallery.para(Link(gallery.t("短文的一节"), Anchor("one", ArticleId("mirror/street/short")))),
        gallery.Heading(2, gallery.t("一节"), "one"),
    )
    return book(
        bundles.bundle_of((long_article(), gallery.article("street/short", "短的一篇", "zh-Hans", "街区", *into)))
    )


MADE_HERE = ".//h:h1[@class='again'] | .//h:sup | .//h:section[@role]/h:h2 | .//h:a[@class='back']"
"""What the writer adds to an article's words."""


def parts(made: Book) -> list[str]:
    return [name for name in made.spine() if name.startswith(short_id("mirror/street/long"))]


def test_no_document_is_too_large_for_weak_readers(long_book):
    assert len(parts(long_book)) > 4
    for name in long_book.spine():
        assert len(long_book.read(name)) <= _epub_plan.MAX_BYTES


def test_a_long_article_keeps_every_word_in_order(long_book):
    found = ""
    for name in parts(long_book):
        body = long_book.xml(name).find("{*}body")
        for extra in body.xpath(
            ".//h:h1[@class='again'] | .//h:sup | .//h:section[@role]/h:h2 | .//h:a[@class='back']", namespaces=X
        ):
            parent, before, tail = extra.getparent(), extra.getprevious(), extra.tail or ""
            if before is None:
                parent.text = (parent.text or "") + tail
            else:
                before.tail = (before.tail or "") + tail
            parent.remove(extra)
        found += "".join("".join(body.itertext()).split())
    assert "".join(plain_text(long_article().blocks).split()) in found


def test_links_find_the_part_they_lead_to(long_book):
    for name in long_book.spine():
        for link in long_book.xml(name).xpath("//h:a/@href", namespaces=X):
            file, _, anchor = link.partition("#")
            if not anchor:
                assert file in long_book.spine()
                continue
            assert long_book.xml(file or name).xpath(f"//*[@id='{anchor}']"), f"{link} in {name}"
    short = long_book.xml(f"{short_id('mirror/street/short')}.xhtml")
    assert short.xpath("//h:a[text()='长文的结尾']/@href", namespaces=X) == [parts(long_book)[0]]
    assert short.xpath("//h:a[text()='短文的一节']/@href", namespaces=X)[0].startswith("#")


def test_a_long_article_is_one_line_of_the_contents(long_book):
    nav = long_book.xml("nav.xhtml").xpath("//h:nav[@e:type='toc']//h:a/@href", namespaces=X)
    assert parts(long_book)[0] in nav
    assert not set(nav) & set(parts(long_book)[1:])
