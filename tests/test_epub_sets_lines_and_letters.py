"""An EPUB sets each language its own way: direction, vertical lines, ruby, notes that pop up, rare letters."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import browsing
import bundles
import gallery
import parts
import pytest
from fontTools.ttLib import TTFont
from test_epub_opens_in_old_and_new_readers import NCX, OPF, Book, X, book

from bundler.model import Bundle, Code, Footnote, Footnotes, Link, Note, NoteRef, Ruby, Url, short_id
from bundler.work import Work
from bundler.writers import epub

XML = "{http://www.w3.org/XML/1998/namespace}"
TEXTS = {
    "bo": ("གཙང་པོའི་འགྲམ་གྱི་དཔེ་མཛོད།", "དེང་སང་ནང་དུ་དཔེ་ཆ་ཀློག་མཁན་མང་པོ་ཡོད།"),
    "ug": ("دەريا بويىدىكى كۈتۈپخانا", "بۈگۈن كىتاب ئوقۇيدىغانلار كۆپ."),
    "my": ("မြစ်ကမ်းနား စာကြည့်တိုက်", "ယနေ့ စာဖတ်သူများသည်။"),
    "mn-Mong": ("ᠨᠣᠮ ᠤᠨ ᠰᠠᠩ", "ᠥᠨᠥᠳᠥᠷ ᠨᠣᠮ ᠤᠩᠰᠢᠭᠴᠢ ᠣᠯᠠᠨ᠃"),
}


def made(bundle: Bundle, **options) -> tuple[Book, tuple[Note, ...]]:
    out = bundles.MemoryOutput()
    notes = epub.write(bundle, epub.Options(**options), out, Work())
    (data,) = out.files.values()
    return Book(data), notes


def many_tongues(*languages: str) -> Bundle:
    articles = [
        gallery.article(f"street/{tag}", TEXTS[tag][0], tag, "", gallery.para(TEXTS[tag][1])) for tag in languages
    ]
    return bundles.bundle_of((*articles, gallery.article("street/zh", "图书馆", "zh-Hans", "", gallery.para("字"))))


# -- directions --------------------------------------------------------------------------------------------------


def test_a_title_of_another_direction_is_set_apart_in_both_contents():
    read = book(bundles.sample("zh-Hans"))
    nav, ncx = read.xml("nav.xhtml"), read.xml("toc.ncx")
    assert (nav.get("lang"), nav.get("dir")) == ("zh-Hans", "ltr")
    garden = f"{short_id('mirror/world/garden')}.xhtml"
    (link,) = nav.xpath(f"//h:nav[@e:type='toc']//h:a[@href='{garden}']", namespaces=X)
    assert (link.get("lang"), link.get("dir")) == ("fa", "rtl")
    point = next(p for p in ncx.iter(f"{NCX}navPoint") if p.find(f"{NCX}content").get("src") == garden)
    label = point.find(f"{NCX}navLabel")
    assert (label.get(f"{XML}lang"), label.get("dir")) == ("fa", "rtl")
    (headline,) = read.xml("contents.xhtml").xpath(f"//h:nav//h:a[@href='{garden}']/h:bdi", namespaces=X)
    assert headline.get("lang") == "fa"


# -- vertical lines ----------------------------------------------------------------------------------------------


def test_vertical_lines_turn_pages_to_the_left():
    read, notes = made(bundles.sample("zh-Hant"), vertical=True)
    assert read.package.find(f"{OPF}spine").get("page-progression-direction") == "rtl"
    assert read.package.get("dir") == "ltr"
    assert "verticalWriting" in read.meta("schema:accessibilityFeature")
    assert {note.code for note in notes} == {"code-too-long"}
    for name in read.spine():
        root = read.xml(name)
        assert (root.get("class") == "vertical") == (root.get("lang") in ("zh-Hans", "zh-Hant")), name


def test_short_numbers_stand_upright_in_vertical_lines():
    said = "2026年11月7日，第3页、第128页；3.5倍、12%、v2、10:30、12,000人，真的!?"
    plain = (gallery.para(said, Link(gallery.t("网页"), Url("https://library.example/7"))),)
    bundle = bundles.bundle_of((gallery.article("street/n", "数", "zh-Hant", "", *plain),), language="zh-Hant")
    name = f"{short_id('mirror/street/n')}.xhtml"
    upright = made(bundle, vertical=True)[0].xml(name).xpath("//h:span[@class='upright']/text()", namespaces=X)
    assert upright == ["11", "7", "3", "128", "!?"]
    level = made(bundle)[0].xml(name)
    assert not level.xpath("//h:span[@class='upright']", namespaces=X)
    assert "".join(level.itertext()).count(said) == 1


def test_numbers_stand_upright_in_titles_and_lists_as_in_the_text():
    noted = Footnotes((Footnote("9", (gallery.para("註"),)),))
    first = gallery.article(
        "street/n", "6條街，60%的人", "zh-Hant", "", gallery.para("字", NoteRef("9"), Code("tail -n 3 日誌")), noted
    )
    second = gallery.article("street/m", "第2篇", "zh-Hant", "", gallery.para("字"))
    bundle = bundles.bundle_of((first, second), language="zh-Hant")

    def standing(name: str) -> list[str]:
        root = made(bundle, vertical=True)[0].xml(name)
        assert not root.xpath("//h:span[@class='upright']//h:span", namespaces=X)
        return root.xpath("//h:span[@class='upright']/text()", namespaces=X)

    assert standing("contents.xhtml")[:2] == ["11", "22"], "the edition's day"
    assert {"6", "2"} < set(standing("contents.xhtml"))
    assert "60" not in standing("contents.xhtml")
    article = standing(f"{short_id('mirror/street/n')}.xhtml")
    assert article == ["6", "1", "2"], "title, call of the note, the next article's title"


def test_a_language_that_cannot_stand_vertically_stays_and_leaves_a_note():
    read, notes = made(bundles.sample("fa"), vertical=True)
    assert Note("not-vertical", None, "fa") in notes
    assert not any(read.xml(name).get("class") for name in read.spine())


@pytest.mark.slow
def test_codes_and_tables_stay_level_in_vertical_pages(tmp_path):
    read, _ = made(bundles.sample("zh-Hant"), vertical=True)
    read.zip.extractall(tmp_path)
    page = tmp_path / f"EPUB/{short_id('mirror/library/every-node')}.xhtml"
    asked = "return [...document.querySelectorAll(arguments[0])].map(e => getComputedStyle(e).writingMode)"
    with browsing.browser(tmp_path, 9) as browser:
        browser.get(page.as_uri())
        level = browser.execute_script(asked, ".code, .table, pre, .code .address")
        down = browser.execute_script(asked, "article > p, h1, .notes li")
    assert set(level) == {"horizontal-tb"}
    assert set(down) == {"vertical-rl"}


@pytest.mark.slow
def test_numbers_that_stand_upright_keep_their_place_in_the_line(tmp_path):
    read, _ = made(bundles.sample("zh-Hant"), vertical=True)
    read.zip.extractall(tmp_path)
    asked = """return [...document.querySelectorAll('.upright')].map(e => getComputedStyle(e))
      .map(s => [s.display, s.textCombineUpright, s.marginInlineEnd].join(' '))"""
    with browsing.browser(tmp_path, 9) as browser:
        browser.get((tmp_path / "EPUB/contents.xhtml").as_uri())
        assert set(browser.execute_script(asked)) == {"inline all 0px"}


# -- ruby and notes ----------------------------------------------------------------------------------------------


def test_ruby_is_announced_where_there_is_some():
    assert "rubyAnnotations" in book(bundles.sample()).meta("schema:accessibilityFeature")
    plain = gallery.article("street/p", "题", "ja", "", gallery.para("字"))
    assert "rubyAnnotations" not in book(bundles.bundle_of((plain,))).meta("schema:accessibilityFeature")
    read = book(
        bundles.bundle_of(
            (gallery.article("street/r", "题", "ja", "", gallery.para(Ruby(gallery.t("漢字"), "かんじ"))),)
        )
    )
    (ruby,) = read.xml(f"{short_id('mirror/street/r')}.xhtml").xpath("//h:ruby", namespaces=X)
    assert ["".join(part.itertext()) for part in ruby] == ["(", "かんじ", ")"]


def test_a_footnote_pops_up_where_it_is_called_and_leads_back():
    read = book(bundles.sample())
    page = read.xml(f"{short_id('mirror/library/every-node')}.xhtml")
    calls = page.xpath("//h:a[@e:type='noteref' and @role='doc-noteref']", namespaces=X)
    assert [call.text for call in calls] == ["1", "1", "2"]
    for call in calls:
        (note,) = page.xpath(f"//*[@id='{call.get('href').removeprefix('#')}']")
        assert note.get("{http://www.idpf.org/2007/ops}type") == "endnote", "Apple Books asks for it"
        assert note.xpath("ancestor::h:section[@role='doc-endnotes' and @e:type='endnotes']", namespaces=X)
        (back,) = note.xpath(".//h:a[@role='doc-backlink']/@href", namespaces=X)
        assert page.xpath(f"//*[@id='{back.removeprefix('#')}']")


# -- fonts -------------------------------------------------------------------------------------------------------


def test_letters_that_readers_lack_come_along_where_they_are_used():
    parts.require("noto")
    read, notes = made(many_tongues("bo", "ug", "my", "mn-Mong"), fonts="embed")
    assert notes == ()
    declared = {
        i.get("href"): i.get("media-type") for i in read.package.iter(f"{OPF}item") if "fonts/" in i.get("href")
    }
    assert set(declared.values()) == {"font/ttf"}
    assert len(declared) == 4
    css = read.read("style.css").decode()
    for name in declared:
        assert f"url({name})" in css
        font = TTFont(io.BytesIO(read.read(name)))
        assert "Open Font License" in font["name"].getDebugName(13)
        assert font["OS/2"].fsType == 0
    tibetan = TTFont(io.BytesIO(read.read("fonts/noto-serif-tibetan.ttf"))).getBestCmap()
    assert set(map(ord, "".join(TEXTS["bo"]))) <= set(tibetan)
    assert ord("ཧ") not in tibetan, "a letter that no article uses"
    assert ':lang(bo) { font-family: "Noto Serif Tibetan" }' in css


def test_only_languages_that_are_there_bring_fonts():
    parts.require("noto")
    read, _ = made(many_tongues("ug"), fonts="embed")
    assert [name for name in read.names if "/fonts/" in name] == ["EPUB/fonts/noto-naskh-arabic.ttf"]
    assert not [name for name in book(many_tongues("bo", "ug")).names if "/fonts/" in name], "unless they are asked for"
    assert not [name for name in made(bundles.sample(), fonts="embed")[0].names if "/fonts/" in name]


def test_a_font_that_is_not_installed_leaves_a_note(monkeypatch):
    from bundler.writers import _fonts

    monkeypatch.setattr(_fonts, "find", lambda families, folders=(): _fonts.Fonts((), tuple(families)))
    read, notes = made(
        many_tongues("bo"),
        fonts="embed",
    )
    assert Note("font-not-embedded", None, "Noto Serif Tibetan (fonts-noto-core)") in notes
    assert not [name for name in read.names if "/fonts/" in name]


@pytest.mark.slow
def test_embedded_fonts_are_the_same_bytes_at_any_time():
    parts.require("noto")
    tests = Path(__file__).parent
    script = f"""
import hashlib, sys
sys.path[:0] = [{str(tests)!r}, {str(tests.parent)!r}]
import test_epub_sets_lines_and_letters as t
read, _ = t.made(t.many_tongues("bo", "my"), fonts="embed")
print(hashlib.sha256(b"".join(read.zip.read(name) for name in read.names)).hexdigest())
"""
    said = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PATH": os.environ["PATH"], **place},
            capture_output=True, check=True, text=True,
        ).stdout
        for place in ({"PYTHONHASHSEED": "0", "TZ": "UTC"}, {"PYTHONHASHSEED": "77", "SOURCE_DATE_EPOCH": "1"})
    }  # fmt: skip
    assert len(said) == 1


# -- large type --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_code_stands_whole_on_the_page_in_the_largest_type(tmp_path):
    read = book(bundles.sample())
    read.zip.extractall(tmp_path)
    page = tmp_path / f"EPUB/{short_id('mirror/library/every-node')}.xhtml"
    asked = "return [...document.querySelectorAll('.code img')].map(e => e.getBoundingClientRect().right)"
    with browsing.browser(tmp_path, 9, width=500) as browser:
        browser.get(page.as_uri())
        browser.execute_script("document.documentElement.style.fontSize = '300%'")
        ends = browser.execute_script(asked)
        width = browser.execute_script("return document.documentElement.clientWidth")
    assert ends
    assert max(ends) <= width
