"""A real browser shows the HTML as a cheap phone does: headlines first, nothing small, pale or sideways."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import browsing
import bundles
import pytest
from selenium.webdriver import Chrome

pytestmark = pytest.mark.slow

NOWHERE = 9
"""A port on which nobody listens."""
HEADLINES = """
return [...document.querySelectorAll('#contents li')].filter(line =>
    line.querySelector('small') && line.getBoundingClientRect().bottom <= innerHeight).length
"""
SMALL = """
const found = new Set();
for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
    const least = node.closest('#top') ? 12 : 16;
    if (own && !node.closest('sup, sub, rt, rp') && parseFloat(getComputedStyle(node).fontSize) < least)
        found.add(node.tagName + '.' + node.className);
}
return [...found];
"""
ROWS = """
const top = document.getElementById('top');
return [top.clientHeight, document.getElementById('tools').getBoundingClientRect().height];
"""
LANGUAGES = ("zh-Hans", "zh-Hant", "en", "fa", "ar", "ru", "es", "tr", "vi", "ug", "bo", "my")
HINT = """
const field = document.querySelector('input[type=search]');
const style = getComputedStyle(field);
const pen = document.createElement('canvas').getContext('2d');
pen.font = style.font;
const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
return room - pen.measureText(field.placeholder).width;
"""
CROSS = 14
"""CSS pixels that a browser keeps free in a search field for what empties it."""
BROKEN = "return [...document.images].filter(image => !image.complete || !image.naturalWidth).length"
BOLD = """
const bold = link => Number(getComputedStyle(link).fontWeight) >= 700;
const turns = [...document.querySelectorAll(".turn")];
return turns.map(turn => [...turn.querySelectorAll("a")].filter(bold).map(link => link.rel));
"""
WIDE = """
const boxes = [document.documentElement, ...document.querySelectorAll('article, #contents, #top')];
return boxes.filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.tagName + box.id);
"""
PALE = """
function light(colour) {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(value => value / 255)
        .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}
function ground(node) {
    for (; node; node = node.parentElement) {
        const colour = getComputedStyle(node).backgroundColor;
        if (colour !== 'rgba(0, 0, 0, 0)') return colour;
    }
    return 'rgb(255, 255, 255)';
}
const found = new Set();
for (const node of document.querySelectorAll('body *')) {
    if (![...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) found.add(node.tagName + '.' + node.className);
}
return [...found];
"""
BOX = """
const code = document.querySelector('figure.code img');
const style = getComputedStyle(code);
return [style.backgroundColor, style.filter, code.getBoundingClientRect().width];
"""


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    with browsing.browser(tmp_path_factory.mktemp("browser"), NOWHERE) as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("pages")


def show(driver: Chrome, path: Path, *, width: int = 390, dark: bool = False) -> None:
    """Open a page as a phone of this width does."""
    screen = {"width": width, "height": 844, "deviceScaleFactor": 2, "mobile": width < 800}
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    driver.get(path.as_uri())


def page(folder: Path, language: str) -> Path:
    path = folder / f"{language}.html"
    path.write_bytes(bundles.written("html", bundles.sample(language)))
    return path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_is_one_line_and_headlines(driver, folder, language, dark):
    show(driver, page(folder, language), dark=dark)
    assert driver.execute_script(HEADLINES) >= 7
    height, tools = driver.execute_script(ROWS)
    assert height < 40
    assert tools <= 52


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_searched_is_said_whole_on_a_narrow_phone(driver, folder, language):
    show(driver, page(folder, language), width=360)
    assert driver.execute_script(HINT) >= CROSS


def test_a_long_title_takes_a_second_line_and_is_not_cut(driver, folder):
    path = folder / "long.html"
    path.write_bytes(bundles.written("html", replace(bundles.sample("en"), title="A week in the river valley")))
    show(driver, path)
    height, _ = driver.execute_script(ROWS)
    assert 40 < height < 60
    assert driver.execute_script(WIDE) == []
    assert driver.execute_script("return document.getElementById('top').innerText.includes('the river valley')")


LINES = """
const title = document.querySelector('#top h1 bdi') ?? document.querySelector('h1 bdi');
title.closest('h1').style.fontSize = '26px';
const range = document.createRange();
const tops = [...title.firstChild.data].map((_, at) => {
    range.setStart(title.firstChild, at); range.setEnd(title.firstChild, at + 1);
    return Math.round(range.getBoundingClientRect().top);
});
return tops;
"""


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("民调：整个夏天都在河边钓的人100％都回来了吧", None),
        ("旧书铺里找到的航海日记，记下了一百年前的一场大雾", ["旧书铺里找到的航海日记，", "记下了一百年前的一场大雾"]),
    ],
)
def test_a_chinese_title_breaks_between_phrases_and_never_in_a_number(driver, folder, title, lines):
    path = folder / "title.html"
    path.write_bytes(bundles.written("html", replace(bundles.sample("zh-Hans"), title=title)))
    show(driver, path, width=360)
    tops = driver.execute_script(LINES)
    assert len(tops) == len(title)
    if lines:
        marked = list(zip(title, tops, strict=True))
        assert ["".join(char for char, top in marked if top == line) for line in sorted({*tops})] == lines
    else:
        assert len({tops[at] for at in range(title.index("1"), title.index("％") + 1)}) == 1
        assert len({*tops}) > 1


BESIDE = "return [...document.querySelectorAll('#tools [data-do]')].slice(0, 3).map(one => one.offsetTop)"
OPENS = """
const title = arguments[0], text = title.firstChild, range = document.createRange(), begun = new Set();
let last = null;
for (const at of text.data.split('').keys()) {
    range.setStart(text, at); range.setEnd(text, at + 1);
    const top = Math.round(range.getBoundingClientRect().top);
    if (last !== null && top > last) begun.add(text.data[at]);
    last = top;
}
return [...begun];
"""


@pytest.mark.parametrize("larger", [0, 5], ids=["as it is", "twice as large"])
@pytest.mark.parametrize("width", [320, 360, 390])
def test_the_buttons_for_size_and_colours_stay_side_by_side(driver, folder, width, larger):
    show(driver, page(folder, "en"), width=width)
    for _ in range(larger):
        driver.execute_script("document.querySelector('[data-do=larger]').click()")
    assert len({*driver.execute_script(BESIDE)}) == 1


@pytest.mark.parametrize("enlarged", [False, True], ids=["by the phone", "by the page"])
def test_large_type_begins_no_line_of_a_title_with_a_mark_and_stretches_none(driver, folder, enlarged):
    """Two times as large, by the page's own button or, as the same few letters to a line, by the phone."""
    show(driver, page(folder, "zh-Hans"), width=390 if enlarged else 195)
    for _ in range(5 * enlarged):
        driver.execute_script("document.querySelector('[data-do=larger]').click()")
    titles = driver.find_elements("css selector", "main h2 > bdi, main h3 > bdi, #contents bdi")
    begun = {mark for title in titles for mark in driver.execute_script(OPENS, title)}
    assert begun
    assert not begun & set("：，、。？！”）")
    aligned = "return [...document.querySelectorAll('article > p')].map(one => getComputedStyle(one).textAlign)"
    assert "justify" not in driver.execute_script(aligned)


PRINTED = """
const size = name => parseFloat(getComputedStyle(document.querySelector(name)).fontSize);
const shown = ['#contents', 'main article p', '#end'].map(name => document.querySelector(name).checkVisibility(
    { contentVisibilityAuto: true, visibilityProperty: true }));
return [shown, size('.byline') <= size('article > p'), size('#contents small') <= size('article > p')];
"""


def test_all_of_it_is_printed_also_during_a_search_and_nothing_said_aside_is_larger_than_the_text(driver, folder):
    show(driver, page(folder, "zh-Hans"))
    driver.find_element("id", "search").send_keys("大雾")
    browsing.until(driver, "return document.getElementById('contents').hidden")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    printed = driver.execute_script(PRINTED)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert printed == [[True, True, True], True, True]


def test_controls_that_come_late_move_no_headline(driver, folder):
    """In a large file on a slow phone they come seconds after the headlines, one of which is being tapped then."""
    place = "return document.querySelector('#contents').getBoundingClientRect().top"
    show(driver, page(folder, "zh-Hans"))
    shown = driver.execute_script(place)
    driver.execute_script("document.getElementById('tools').hidden = true")
    assert driver.execute_script(place) == shown > 0
    assert not driver.find_element("id", "tools").is_displayed()


def test_the_way_on_alone_is_bold_also_on_the_last_page(driver, folder):
    show(driver, page(folder, "en"))
    turns = driver.execute_script(BOLD)
    assert len(turns) > 2
    assert turns[0] == ["next"]
    assert turns[-1] == []
    assert all(one == ["next"] for one in turns[:-1])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_is_large_and_dark_enough_and_pictures_are_there(driver, folder, dark):
    show(driver, page(folder, "zh-Hans"), dark=dark)
    assert driver.execute_script(SMALL) == []
    assert driver.execute_script(PALE) == []
    assert driver.execute_script(BROKEN) == 0


def test_a_code_stays_dark_on_white_and_large_enough_in_the_dark(driver, folder):
    show(driver, page(folder, "zh-Hans"), dark=True)
    ground, filtered, width = driver.execute_script(BOX)
    assert (ground, filtered) == ("rgb(255, 255, 255)", "none")
    assert width >= 4 * (4 * 4 + 17 + 2 * 4)


@pytest.mark.parametrize("width", [320, 390, 1440])
@pytest.mark.parametrize("language", ["zh-Hans", "fa"])
def test_nothing_runs_off_sideways(driver, folder, language, width):
    show(driver, page(folder, language), width=width)
    driver.execute_script("for (const part of document.querySelectorAll('article')) part.scrollIntoView()")
    assert driver.execute_script(WIDE) == []


def test_a_picture_used_again_is_drawn_again(driver, folder):
    show(driver, page(folder, "zh-Hans"))
    drawn = driver.execute_script(
        "return [...document.querySelectorAll('svg.picture use')].map(use => use.getBBox().width)"
    )
    assert drawn
    assert all(width > 100 for width in drawn)
