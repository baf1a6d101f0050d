"""Each result of a search shows the place where the word stands, and leads to it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import browsing
import bundles
import gallery
import pytest
from searching import COUNT, NOWHERE, ask, told
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By

from bundler.model import Article, Footnote, Footnotes, LineBreak, NoteRef

pytestmark = pytest.mark.slow

STILL = """
let frames = 20;
const wait = () => frames-- ? requestAnimationFrame(wait) : arguments[0]();
wait();
"""
"""Waits for more frames than a page takes until all stands where it should."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with browsing.browser(tmp_path_factory.mktemp("browser"), NOWHERE) as started:
        yield started


def excerpts(driver: Chrome, path: Path, words: str, *articles: Article) -> list[str]:
    """Search a page of these articles and return what is shown of each that is found, without its title."""
    path.write_bytes(bundles.written("html", bundles.bundle_of(articles)))
    driver.get(path.as_uri())
    ask(driver, words)
    return driver.execute_script("return [...document.querySelectorAll('#found small')].map(one => one.innerText)")


def test_lines_of_a_paragraph_stand_apart_in_what_is_found(browser, tmp_path):
    lines = gallery.para("The ferry stops.", LineBreak(), "Saturday the market opens.")
    ferry = gallery.article("f", "Ferry", "en", "One", lines)
    (said,) = excerpts(browser, tmp_path / "lines.html", '"stops. saturday"', ferry)
    assert "stops. Saturday" in said


def test_the_number_of_a_note_is_no_text(browser, tmp_path):
    notes = Footnotes((Footnote("1", (gallery.para("Since last spring."),)),))
    ferry = gallery.article("f", "Ferry", "en", "One", gallery.para("The ferry", NoteRef("1"), " stops."), notes)
    (said,) = excerpts(browser, tmp_path / "notes.html", '"ferry stops"', ferry)
    assert "ferry stops." in said
    assert not set("1↩") & set(said)


LONG = (
    "Nobody recalls when the neighbourhood lost its lighthouse, although everybody recalls that extraordinary evening."
)
EDGES = [
    ("lighthouse", LONG, "…neighbourhood lost its lighthouse, although everybody recalls that extraordinary evening."),
    ("recalls when", LONG, "Nobody recalls when the neighbourhood lost its lighthouse, although everybody…"),
    ("灯塔", "很久以前海边有一座没有人记得的灯塔亮着。", "…前海边有一座没有人记得的灯塔亮着。"),
    ("ferry", "The ferry stops.", "The ferry stops."),
]
"""What is asked for, a text, and what is shown of it."""


@pytest.mark.parametrize(("words", "text", "shown"), EDGES, ids=["behind", "before", "han", "whole"])
def test_an_excerpt_is_of_whole_words_and_says_where_it_is_cut(browser, tmp_path, words, text, shown):
    assert excerpts(browser, tmp_path / "edges.html", words, told("Title", text)) == [shown]


def test_an_excerpt_begins_with_no_sign_that_needs_a_letter_before_it(browser, tmp_path):
    text = "မြစ်ကမ်းပါးရှိရွာကလေးတွင်ရေဒီယိုတစ်လုံးရှိသည်ဟုလူတိုင်းပြောကြသည်"
    for at in range(20, 40):
        one = gallery.article("f", "Title", "my", "One", gallery.para(text[:at] + "radio" + text[at:]))
        (said,) = excerpts(browser, tmp_path / f"{at}.html", "radio", one)
        assert not unicodedata.category(said.removeprefix("…")[0]).startswith("M"), said


def test_an_excerpt_is_of_the_word_that_stands_in_the_text(browser, tmp_path):
    lamp, sea = told("Lamp", "The sea is quiet tonight."), told("Sea", "Boats.", "s")
    assert excerpts(browser, tmp_path / "both.html", "lamp quiet", lamp, sea) == ["The sea is quiet tonight."]
    browser.find_element(By.CSS_SELECTOR, "#found a").click()
    coloured = "return [...(CSS.highlights.get('found') || [])].map(range => range.toString()).sort().join()"
    browsing.until(browser, f"{coloured} === 'Lamp,quiet'", seconds=60)


SLOWLY = "let now = 0; performance.now = () => now += 30;"
"""A clock by which a slice of time is over after one article."""
TYPED = "const box = document.getElementById('search'); box.value = '渡船'; box.dispatchEvent(new Event('input'));"


@pytest.fixture
def slow(browser, tmp_path):
    """Return the browser with a page that it reads slowly."""
    path = tmp_path / "slow.html"
    path.write_bytes(bundles.written("html", bundles.bundle_of([told(f"第{n}天", "渡船照常开。") for n in range(40)])))
    held = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": SLOWLY})
    browser.get(path.as_uri())
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", held)
    return browser


def test_a_count_that_is_not_complete_says_so(slow):
    assert slow.execute_script(f"{TYPED} {COUNT}").endswith("…")
    browsing.until(slow, f"{COUNT} === '找到：40'", seconds=60)


def test_who_taps_a_result_before_all_is_read_sees_the_article_and_finds_all_results_again(slow):
    slow.execute_script(f"{TYPED} document.querySelector('#found a').click()")
    browsing.until(slow, COLOURED, seconds=60)
    slow.execute_async_script(STILL)
    assert slow.execute_script("return document.querySelector('main article').checkVisibility()")
    slow.back()
    browsing.until(slow, f"{COUNT} === '找到：40'", seconds=60)
    slow.forward()
    browsing.until(slow, "return document.querySelector(':target') !== null", seconds=60)
    slow.execute_async_script(STILL)
    assert not slow.execute_script("return document.querySelector('main').hasAttribute('data-covered')")


SEEN = """
const walker = document.createTreeWalker(document.querySelector(location.hash), NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(arguments[0]);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + arguments[0].length);
    const place = range.getBoundingClientRect();
    return place.top >= 0 && place.bottom <= innerHeight;
}
"""


@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_a_result_leads_to_the_first_place_where_the_word_stands(browser, tmp_path, times):
    filler = [gallery.para("渡船照常开，茶馆里的人说起旧事。" * 30) for _ in range(8)]
    spoken = [part for _ in range(times) for part in (*filler, gallery.para("灯塔亮了，灯塔又暗了。"))]
    lamp = gallery.article("sea/lamp", "长夜", "zh-Hans", "海", *spoken, *filler)
    path = tmp_path / "lamp.html"
    path.write_bytes(bundles.written("html", bundles.bundle_of([told("另一篇", "别的字。"), lamp])))
    browser.get(path.as_uri())
    assert ask(browser, "灯塔") == ["长夜"]
    browser.find_element(By.CSS_SELECTOR, "#found a").click()
    browsing.until(browser, SEEN, "灯塔")
    coloured = "return [...CSS.highlights.get('found')].map(range => range.toString())"
    assert browser.execute_script(coloured) == ["灯塔"] * 2 * times


TOP = "return Math.abs(document.querySelector(location.hash).getBoundingClientRect().top) < 2"
LISTED = "return document.querySelectorAll('#found li').length"
COLOURED = "return [...(CSS.highlights.get('found') || [])].length > 0"


@pytest.fixture
def many(browser, tmp_path):
    """Return the browser with a page of many articles, long and short ones, whose heights are only guessed at first."""
    articles = [
        told(f"第{number}天", "渡船照常开。" + "雨。\n" * (number * 37 % 400), f"day/{number}") for number in range(300)
    ]
    path = tmp_path / "many.html"
    path.write_bytes(bundles.written("html", bundles.bundle_of(articles)))
    browser.get(path.as_uri())
    ask(browser, "渡船")
    browsing.until(browser, f"{COUNT} === '找到：300'", seconds=60)
    return browser


def tap(driver: Chrome, selector: str) -> None:
    """Tap a link wherever it stands."""
    driver.execute_script("document.querySelector(arguments[0]).click()", selector)


def test_a_result_leads_to_the_top_of_its_article_while_the_list_waits_for_who_comes_back(many):
    tap(many, "#found li:nth-child(8) a")
    browsing.until(many, COLOURED, seconds=60)
    browsing.until(many, TOP, seconds=60)
    assert many.execute_script(LISTED) < 300
    many.back()
    browsing.until(many, f"{LISTED} === 300", seconds=60)
    many.forward()
    seen = "const place = document.querySelector(location.hash).getBoundingClientRect();"
    browsing.until(many, f"{seen} return place.bottom > 0 && place.top < innerHeight", seconds=60)


def test_reading_on_keeps_the_search_and_going_back_leads_where_one_was(many):
    tap(many, "#found li:nth-child(8) a")
    browsing.until(many, COLOURED, seconds=60)
    first = many.execute_script("return location.hash")
    tap(many, f"{first} .turn [rel=next]")
    browsing.until(many, TOP, seconds=60)
    assert many.execute_script(LISTED) > 0
    many.back()
    browsing.until(many, f"return location.hash === '{first}' && {TOP.removeprefix('return ')}", seconds=60)


def test_who_goes_back_from_the_contents_is_in_the_article_again(many):
    tap(many, "#found li:nth-child(8) a")
    browsing.until(many, COLOURED, seconds=60)
    tap(many, "article:target .turn a:last-child")
    browsing.until(many, "return !document.getElementById('contents').hidden", seconds=60)
    many.back()
    browsing.until(many, TOP, seconds=60)


def test_closing_an_enlarged_code_during_a_search_moves_nothing(browser, tmp_path):
    path = tmp_path / "codes.html"
    path.write_bytes(bundles.written("html", bundles.sample()))
    browser.get(path.as_uri())
    ask(browser, "航海")
    tap(browser, "#found a")
    browsing.until(browser, COLOURED, seconds=60)
    browser.execute_async_script(STILL)
    codes = "const last = [...document.querySelectorAll('figure.code > img')].at(-1); last.scrollIntoView();"
    browsing.until(browser, f"{codes} return last.parentElement.querySelector('.actions') !== null", seconds=60)
    ActionChains(browser).scroll_by_amount(0, -40).perform()  # Chromium goes back to where a hand has scrolled
    browser.execute_async_script(STILL)
    stood = browser.execute_script("return scrollY")
    browser.execute_script("[...document.querySelectorAll('figure.code > img')].at(-1).click()")
    browser.back()
    browsing.until(browser, "return !document.getElementById('large').open && history.state !== 'large'", seconds=60)
    browser.execute_async_script(STILL)
    assert browser.execute_script("return scrollY") == stood
