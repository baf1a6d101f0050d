"""The page's script in a real browser: search in every script, text size, colours, codes; the page is whole without."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import browsing
import bundles
import gallery
import pytest
from searching import COUNT, MARKS, NOWHERE, TITLES, ask, told
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from bundler.model import Quote, Table

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("page") / "weekly-261122.html"
    path.write_bytes(bundles.written("html", bundles.sample()))
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with browsing.browser(tmp_path_factory.mktemp("browser"), NOWHERE) as started:
        yield started


@pytest.fixture
def driver(browser, page):
    browser.get(page.as_uri())
    return browser


def test_results_stand_alone_until_one_is_tapped(driver):
    ask(driver, "radio")
    shown = "return ['main article', '#contents', '#found'].map(one => document.querySelector(one).checkVisibility())"
    browsing.until(driver, "return !document.getElementById('contents').checkVisibility()")
    assert driver.execute_script(shown) == [False, False, True]
    driver.find_element(By.CSS_SELECTOR, "#found a").click()
    browsing.until(driver, "return document.querySelector(location.hash).getBoundingClientRect().top < innerHeight")
    assert driver.execute_script(shown) == [True, False, True]
    driver.execute_script("document.querySelector(location.hash).querySelector('.turn a:last-child').click()")
    assert driver.execute_script(shown) == [True, True, False]
    browsing.until(driver, "return document.getElementById('contents').getBoundingClientRect().top < innerHeight")


SAME = [
    ("航海", "航海", "旧书铺"),
    ("舊書", "旧书", "旧书铺"),
    ("旧信", "舊信", "舊信重讀"),
    ("RADIO", "radio", "How a village"),
    ("ｒａｄｉｏ", "radio", "How a village"),
    ("хлеб", "Хлеб", "Хлеб по четвергам"),
]
TYPED = [
    ("duong lang", "Đường", "đường", "Con đường làng ngập nước, người ta đi lại bằng xuồng."),
    ("do ke", "Bà Đỗ", "Đỗ", "Bà Đỗ kể chuyện cũ bên bếp."),
    ("مكتبه", "مكتبة", "مكتبةٌ", "في القرية مكتبةٌ صغيرة."),
    ("don't", "Late", "don’t", "They don’t close before ten."),
    ("e-mail", "Post", "e‑mail", "Letters by e‑mail arrive at once."),
    ("lodz", "Łódź", "Łódź", "The train to Łódź was late."),
    ("isik", "Işık", "IŞIK", "IŞIK söndü, çocuklar uyudu."),
]
"""What a keyboard without marks or typographic signs types, a title, what is found, and the text."""
PHRASES = ['"village radio"', "“village radio”", "«village radio»", "「village radio」", '"village radio']


@pytest.mark.parametrize(("words", "mark", "title"), SAME, ids=[words for words, *_ in SAME])
def test_a_text_is_found_however_it_is_written(driver, words, mark, title):
    found = ask(driver, words)
    assert any(one.startswith(title) for one in found), found
    assert mark.lower() in [one.lower() for one in driver.execute_script(MARKS)]


def test_letters_of_arabic_and_persian_keyboards_are_one(driver):
    assert ask(driver, "نامه‌هایی") == ask(driver, "نامه‌هایي") != []


@pytest.mark.parametrize("typed", TYPED, ids=[words for words, *_ in TYPED])
def test_a_word_is_found_as_a_plain_keyboard_types_it(browser, tmp_path, typed):
    words, title, mark, text = typed
    path = tmp_path / "plain.html"
    path.write_bytes(bundles.written("html", bundles.bundle_of([told(title, text), told("另一篇", "别的字。")])))
    browser.get(path.as_uri())
    assert ask(browser, words) == [title]
    assert browser.execute_script(MARKS) == [mark]


@pytest.mark.parametrize("words", PHRASES)
def test_words_in_quotation_marks_stand_side_by_side(browser, tmp_path, words):
    path = tmp_path / "phrase.html"
    side, apart = told("Side", "The village radio is on the hill."), told("Apart", "A radio for each village.")
    path.write_bytes(bundles.written("html", bundles.bundle_of([side, apart])))
    browser.get(path.as_uri())
    assert ask(browser, words) == ["Side"]
    assert browser.execute_script(MARKS) == ["village radio"]
    assert sorted(ask(browser, "village radio")) == ["Apart", "Side"]


def test_all_that_was_counted_is_listed(browser, tmp_path):
    path = tmp_path / "many.html"
    articles = [told(f"第{number}天", "渡船照常开。", f"day/{number}") for number in range(230)]
    path.write_bytes(bundles.written("html", bundles.bundle_of(articles)))
    browser.get(path.as_uri())
    ask(browser, "渡船")
    browsing.until(browser, f"{COUNT} === '找到：230'", seconds=60)
    browsing.until(browser, "return document.querySelectorAll('#found li').length === 230", seconds=60)


def test_escape_empties_the_box_and_brings_the_contents_back(driver):
    ask(driver, "航海")
    browsing.until(driver, "return document.getElementById('contents').hidden")
    driver.find_element(By.ID, "search").send_keys(Keys.ESCAPE)
    assert driver.find_element(By.ID, "search").get_attribute("value") == ""
    assert driver.find_element(By.ID, "contents").is_displayed()


def test_results_do_not_end_as_the_file_does_and_hold_no_arrow(driver):
    assert len(ask(driver, "日记")) == 2
    browsing.until(driver, "return document.getElementById('contents').hidden")
    assert not driver.find_element(By.ID, "end").is_displayed()
    assert "↩" not in driver.find_element(By.ID, "found").text


def test_every_word_must_occur_and_nothing_is_said_as_nothing(driver):
    assert ask(driver, "village radio")
    assert ask(driver, "village 航海") == []
    browsing.until(driver, f"{COUNT} === '找到：0'", seconds=60)


def test_titles_come_first_and_neighbours_do_not_count(driver):
    """The links at an article's end name its neighbours: they are no text of it."""
    assert ask(driver, "渡口茶馆重新开门")[0].startswith("渡口茶馆")
    assert len(driver.execute_script(TITLES)) == 1


def test_an_excerpt_is_of_the_text_and_does_not_repeat_title_and_date(driver):
    assert ask(driver, "航海")[0].startswith("旧书铺里找到的航海日记")
    said = driver.execute_script("return document.querySelector('#found small').textContent.trim()")
    assert "航海" in said
    assert "河边晨报" not in said
    assert "2026" not in said


def test_a_word_is_not_found_across_two_cells(driver):
    cells = driver.execute_script("return [...document.querySelectorAll('td')].map(cell => cell.textContent.trim())")
    one, other = next((one, other) for one, other in pairwise(cells) if len(one) > 1 and len(other) > 1)
    assert ask(driver, one) != []
    assert ask(driver, one + other) == []


def test_words_around_a_table_inside_a_quotation_are_found(browser, tmp_path):
    inner = Table(((gallery.cell("上游"), gallery.cell("下游")),))
    quoted = Quote((gallery.para("渡船停了三天。"), inner, gallery.para("潮水退得很慢。")))
    path = tmp_path / "ferry.html"
    path.write_bytes(
        bundles.written("html", bundles.bundle_of([gallery.article("f", "渡口", "zh-Hans", "读书", quoted)]))
    )
    browser.get(path.as_uri())
    assert [ask(browser, words) for words in ("渡船", "上游", "退得很慢")] == [["渡口"]] * 3


def test_a_result_leads_to_its_article_and_emptying_the_box_brings_the_contents_back(driver):
    ask(driver, "航海")
    browsing.until(driver, "return document.getElementById('contents').hidden")
    link = driver.find_element(By.CSS_SELECTOR, "#found a")
    name = link.get_attribute("href").partition("#")[2]
    link.click()
    assert driver.execute_script("return location.hash") == f"#{name}"
    driver.find_element(By.ID, "search").send_keys(Keys.END, Keys.BACKSPACE * 2)
    assert driver.execute_script(TITLES) == []
    assert driver.find_element(By.ID, "contents").is_displayed()


def test_text_grows_and_shrinks_and_colours_change_in_memory_only(driver, page):
    size = "return parseFloat(getComputedStyle(document.body).fontSize)"
    paper = "return getComputedStyle(document.documentElement).backgroundColor"
    first, light = driver.execute_script(size), driver.execute_script(paper)
    larger, look = (driver.find_element(By.CSS_SELECTOR, f"[data-do={name}]") for name in ("larger", "look"))
    for _ in range(9):
        driver.execute_script("arguments[0].click()", larger)
    assert driver.execute_script(size) == 2 * first
    for name, said in (("dark", "配色：深色"), ("light", "配色：浅色"), ("dark", "配色：深色")):
        look.click()
        assert (look.get_attribute("aria-label"), driver.execute_script(paper) == light) == (said, name == "light")
    driver.get(page.as_uri())
    assert (driver.execute_script(size), driver.execute_script(paper)) == (first, light)
    assert driver.execute_script("return localStorage.length + sessionStorage.length + document.cookie.length") == 0


def test_the_first_tap_for_colours_is_seen_on_a_dark_phone_too(driver):
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    paper = "return getComputedStyle(document.documentElement).backgroundColor"
    seen = [driver.execute_script(paper)]
    for _ in range(2):
        driver.find_element(By.CSS_SELECTOR, "[data-do=look]").click()
        seen.append(driver.execute_script(paper))
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert seen[0] == seen[2] != seen[1]


def test_a_code_is_enlarged_and_its_address_copied(driver):
    driver.execute_script("document.querySelector('figure.code img').scrollIntoView({block: 'center'})")
    browsing.until(driver, "return document.querySelector('figure.code .actions') !== null")
    small = driver.find_element(By.CSS_SELECTOR, "figure.code img").size["width"]
    driver.find_element(By.CSS_SELECTOR, "figure.code [data-do=enlarge]").click()
    assert driver.find_element(By.CSS_SELECTOR, "#large img").size["width"] > 1.5 * small
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not driver.find_element(By.ID, "large").is_displayed()
    button = driver.find_element(By.CSS_SELECTOR, "figure.code [data-do=copy]")
    button.click()
    browsing.until(driver, "return document.querySelector('figure.code [data-do=copy]').textContent === '已复制'")


OPEN = "return document.getElementById('large').open"


@pytest.fixture
def tapped(driver):
    """Return the browser after a tap on a code, and where the page stood before it."""
    driver.execute_script("document.querySelector('figure.code img').scrollIntoView({block: 'center'})")
    browsing.until(driver, "return document.querySelector('figure.code .actions') !== null")
    stood = driver.execute_script("return scrollY")
    driver.find_element(By.CSS_SELECTOR, "figure.code > img").click()
    assert driver.execute_script(OPEN)
    return driver, stood


def closed(driver: Chrome, stood: float) -> None:
    """Wait until the code is gone, and see that the reader is where they were, on the page they were on."""
    browsing.until(driver, "return !document.getElementById('large').open && history.state === null")
    assert driver.execute_script("return scrollY") == stood


def test_a_code_is_enlarged_by_a_tap_on_itself_and_the_back_button_closes_it(tapped):
    driver, stood = tapped
    driver.back()
    closed(driver, stood)


def test_escape_closes_an_enlarged_code(tapped):
    driver, stood = tapped
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    closed(driver, stood)


def test_a_tap_beside_an_enlarged_code_closes_it(tapped):
    driver, stood = tapped
    ActionChains(driver).move_by_offset(4, 4).click().perform()
    closed(driver, stood)


def test_without_scripts_no_control_shows(browser, page):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(page.as_uri())
    shown = [one for one in browser.find_elements(By.CSS_SELECTOR, "button, input, dialog") if one.is_displayed()]
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert shown == []
