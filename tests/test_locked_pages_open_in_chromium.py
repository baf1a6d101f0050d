"""A locked page in Chromium from a file: it opens, its page works under its own policy, and what is wrong is said."""

from __future__ import annotations

import json
import re
from pathlib import Path

import browsing
import bundles
import leaks
import parts
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from test_axe_finds_no_barrier import violations
from test_judges_find_nothing import complaints
from unlocking import DIGITS, REGIONS, SALT, VECTORS, broken, case_box, locked, typed

from bundler import theme
from bundler.share.lock import _page

pytestmark = pytest.mark.slow

WRONG = "0123 4567 8901 2345 6788"


@pytest.fixture(scope="module")
def listener():
    with leaks.Listener() as heard:
        yield heard


@pytest.fixture(scope="module")
def driver(listener, tmp_path_factory):
    with browsing.browser(tmp_path_factory.mktemp("browser"), listener.port) as started:
        listener.settle()
        yield started


@pytest.fixture(scope="module")
def page() -> bytes:
    return bundles.written("html", bundles.sample())


@pytest.fixture
def path(tmp_path, page) -> Path:
    made = tmp_path / "weekly-261122-x.html"
    made.write_bytes(locked(page))
    return made


@pytest.mark.parametrize(
    "words", [DIGITS, "01234567890123456789", " 0123-4567-8901—2345 ６７８９", "٠١٢٣ ٤٥٦٧ ٨٩٠١ ٢٣٤٥ ٦٧٨٩"]
)
def test_it_opens_however_the_digits_are_typed(driver, path, words):
    assert typed(driver, path, words) == ""
    assert len(driver.find_elements(By.TAG_NAME, "article")) == len(bundles.sample().articles) + 4


@pytest.mark.parametrize("number", [n for n, case in enumerate(VECTORS["cases"]) if case["typed"]])
def test_it_agrees_with_the_published_vectors(driver, tmp_path, number):
    case = VECTORS["cases"][number]
    path = tmp_path / "vector.html"
    path.write_bytes(_page.page(case_box(case), SALT))
    assert typed(driver, path, case["typed"].replace("\n", "")) == case["outcome"].replace("opens", "")
    if case["outcome"] == "opens":
        assert "说给有口令的人听" in driver.find_element(By.TAG_NAME, "body").text


def test_words_open_whatever_their_case_and_spaces(driver, tmp_path, page):
    path = tmp_path / "words.html"
    path.write_bytes(locked(page, "stoke scalding absolute geometric zodiac backspin"))
    assert typed(driver, path, "  Stoke scalding   ABSOLUTE geometric zodiac backspin ") == ""
    assert driver.find_elements(By.TAG_NAME, "article")


def test_the_page_within_is_whole_and_its_script_lives(driver, path, tmp_path, page):
    plain = tmp_path / "plain.html"
    plain.write_bytes(page)
    driver.get(plain.as_uri())
    text, styles = driver.find_element(By.TAG_NAME, "body").text, looks(driver)
    assert typed(driver, path, DIGITS) == ""
    browsing.until(driver, "return document.readyState === 'complete'")
    assert driver.find_element(By.TAG_NAME, "body").text == text
    assert looks(driver) == styles
    assert driver.title == re.search(rb"<title>(.*?)</title>", page)[1].decode()
    assert driver.current_url == path.as_uri()
    driver.find_element(By.ID, "search").send_keys("航海日记")
    browsing.until(driver, "return document.querySelectorAll('#found li, #tools li').length > 0")


def looks(driver) -> list[str]:
    """Return what the styles make of some elements."""
    return driver.execute_script("""
        return [...document.querySelectorAll("h1, h2, p, figure, nav")].slice(0, 60).map((one) => {
            const style = getComputedStyle(one);
            return [style.fontFamily, style.fontSize, style.color, style.margin, style.display].join("|")})""")


def test_both_policies_stay_in_force(driver, path, listener):
    assert typed(driver, path, DIGITS) == ""
    before = len(listener.heard)
    driver.execute_script("""
        window.ran = [];
        for (const nonce of ["", "AAECAwQFBgcICQoLDA0ODw=="]) {
          const script = document.createElement("script");
          script.nonce = nonce;
          script.textContent = "window.ran.push(1)";
          document.head.append(script);
        }
        const added = '<img src="http://x.leak.example/"><p style="color: red" id="red">x';
        document.body.insertAdjacentHTML("beforeend", added)""")
    driver.execute_async_script("fetch('http://x.leak.example/').then(arguments[0], () => arguments[0]())")
    listener.settle()
    assert listener.heard[before:] == []
    assert driver.execute_script("return window.ran") == [], "the nonce is known: the page's own policy must hold"
    colour = "return getComputedStyle(document.getElementById('red')).color"
    assert driver.execute_script(colour) != "rgb(255, 0, 0)"


def test_even_a_page_that_leaks_stays_silent(driver, tmp_path, listener):
    """It has the policy that `lock` asks for, and tries every way out, also with the nonce that anybody can read."""
    quiet = "<meta http-equiv=content-security-policy content=\"default-src 'none'; script-src 'sha256-x'\">"
    bare, nonced = (
        leaks.control_page(),
        leaks.control_page().replace("<script", '<script nonce="AAECAwQFBgcICQoLDA0ODw=="'),
    )
    for page in (bare, nonced):
        path = tmp_path / "leaks.html"
        path.write_bytes(locked(page.replace("<meta charset=utf-8>", f"<meta charset=utf-8>{quiet}").encode()))
        before = len(listener.heard)
        assert typed(driver, path, DIGITS) == ""
        listener.settle()
        heard = leaks.Listener(listener.heard[before:]).vectors()
        assert {number for number in heard if "preconnect" not in leaks.VECTORS[number]} == set()
    control = tmp_path / "control.html"
    control.write_text(bare, encoding="utf-8")
    driver.get(control.as_uri())
    listener.settle()
    assert len(listener.vectors()) >= 30, "the control page must leak, or this proves nothing"


def test_the_outer_policy_holds_alone(driver, tmp_path, listener):
    """`lock` takes no page without a policy. Of such a one, scripts would run by the nonce, and load other scripts."""
    path = tmp_path / "leaks.html"
    path.write_bytes(locked(leaks.control_page().encode()))
    before = len(listener.heard)
    assert typed(driver, path, DIGITS) == ""
    listener.settle()
    heard = {leaks.VECTORS[number] for number in leaks.Listener(listener.heard[before:]).vectors()}
    assert [vector for vector in sorted(heard) if "preconnect" not in vector and "import(" not in vector] == []


def test_a_wrong_passphrase_is_said_and_can_be_typed_again(driver, path):
    assert typed(driver, path, WRONG) == "wrong"
    assert driver.find_element(By.ID, "said").text == _page.messages("en")["wrong"]
    box = driver.find_element(By.ID, "words")
    assert box.get_attribute("value") == WRONG
    box.clear()
    box.send_keys(DIGITS)
    driver.find_element(By.ID, "open").click()
    browsing.until(driver, "return document.querySelector('article') !== null")


@pytest.mark.parametrize("region", REGIONS)
def test_each_changed_region_is_said(driver, tmp_path, page, region):
    path = tmp_path / "broken.html"
    path.write_bytes(broken(locked(page), region))
    expected = REGIONS[region][2]
    if expected == "damaged":
        assert typed(driver, path, DIGITS) == "damaged"
        assert driver.find_element(By.ID, "said").text == _page.messages("en")["damaged"]
        return
    driver.get(path.as_uri())
    text = driver.find_element(By.TAG_NAME, "body").text
    assert _page.messages("en")["silent"] in text


def test_a_newer_version_is_said(driver, tmp_path, page):
    import hashlib

    made = locked(page)
    box = _page.box_of(made)
    newer = box.header.replace(b'"version":1', b'"version":2')
    total = hashlib.sha256(newer + box.body).hexdigest().encode()
    path = tmp_path / "newer.html"
    path.write_bytes(made.replace(box.header, newer).replace(box.sum.encode(), total))
    assert typed(driver, path, DIGITS) == "unknown"


def test_a_browser_that_cannot_says_so(driver, path):
    source = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })"
    added = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
    try:
        driver.get(path.as_uri())
        assert driver.find_element(By.ID, "said").text == _page.messages("en")["unsupported"]
        assert not driver.find_element(By.ID, "words").is_enabled()
    finally:
        driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def test_without_scripts_it_says_what_to_do_on_each_device(driver, path):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(path.as_uri())
        lines = driver.find_element(By.TAG_NAME, "body").text.splitlines()
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    said = [_page.messages(one)[key] for one in theme.languages() for key in ("silent", "computer", "android", "iphone")
            if key in _page.messages(one)]  # fmt: skip
    assert [line for line in lines if line] == said


@pytest.mark.parametrize("language", theme.languages())
def test_it_speaks_every_language_of_the_furniture(driver, path, language):
    assert typed(driver, path, WRONG) == "wrong"
    Select(driver.find_element(By.ID, "tongue")).select_by_value(language)
    speaker = next(one for one in (language, *theme.tongue(language).fallback) if "wrong" in _page.messages(one))
    said = driver.find_element(By.ID, "said")
    assert said.text == _page.messages(speaker)["wrong"]
    assert said.get_attribute("lang") == speaker
    root = driver.find_element(By.TAG_NAME, "html")
    assert (root.get_attribute("dir") == "rtl") == (language in {"ar", "fa", "ug"})
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")


def test_judges_of_html_find_nothing(path):
    assert complaints(path) == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_no_barrier_before_and_after_a_mistake(driver, path, look):
    parts.require("axe")
    feature = {"name": "prefers-color-scheme", "value": look}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen", "features": [feature]})
    driver.get(path.as_uri())
    assert violations(driver) == []
    assert typed(driver, path, WRONG) == "wrong"
    assert violations(driver) == []


def test_nothing_is_kept(driver, path):
    assert typed(driver, path, DIGITS) == ""
    assert driver.execute_script("return localStorage.length + sessionStorage.length") == 0
    assert driver.get_cookies() == []
    driver.refresh()
    assert driver.find_element(By.ID, "words").get_attribute("value") == ""
    assert driver.find_elements(By.TAG_NAME, "article") == []


def test_before_it_opens_it_says_nothing_of_what_is_in_it(path, page):
    data = path.read_bytes()
    assert json.loads(_page.box_of(data).header).keys() == {"format", "iterations", "nonce", "salt", "version"}
    head = data[: data.index(b'id="header"')]
    other = locked(bundles.written("html", bundles.sample("ar")))
    assert head == other[: other.index(b'id="header"')], "all locked pages look alike up to their lots"
    assert len(data) % 4 == len(other) % 4
    assert len(_page.box_of(data).body) % 65_536 == 16, "the size is padded; the tag comes on top"
