"""A real browser opens our HTML without one connection, while a page that leaks is heard in the same run."""

from __future__ import annotations

import io
from pathlib import Path

import browsing
import bundles
import judging
import leaks
import pytest
from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from bundler.gate import _images as images

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def listener():
    with leaks.Listener() as heard:
        yield heard


@pytest.fixture(scope="module")
def driver(listener, tmp_path_factory):
    with browsing.browser(tmp_path_factory.mktemp("browser"), listener.port) as started:
        listener.settle()
        yield started


@pytest.fixture
def page(tmp_path) -> Path:
    path = tmp_path / "weekly-261122.html"
    path.write_bytes(bundles.written("html", bundles.sample()))
    return path


def read_through(driver: Chrome) -> None:
    """Do what a reader does: open everything that opens, and scroll to the end."""
    driver.execute_script("for (const part of document.querySelectorAll('details')) part.open = true")
    for part in range(11):
        driver.execute_script(f"window.scrollTo(0, document.body.scrollHeight * {part} / 10)")


def test_no_connection_is_opened_where_a_leaking_page_opens_many(driver, listener, page, tmp_path):
    before = len(listener.heard)
    for scripts in (True, False):
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        driver.get(page.as_uri())
        read_through(driver)
        assert driver.find_element(By.ID, "search").is_displayed() == scripts
        if scripts:
            driver.find_element(By.ID, "search").send_keys("航海")
            assert driver.find_elements(By.CSS_SELECTOR, "#found a")
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    listener.settle()
    assert driver.find_elements(By.TAG_NAME, "article")
    assert listener.heard[before:] == []

    control = tmp_path / "control.html"
    control.write_text(leaks.control_page(), encoding="utf-8")
    driver.get(control.as_uri())
    listener.settle()
    silent = [vector for number, vector in enumerate(leaks.VECTORS) if number not in listener.vectors()]
    assert len(listener.vectors()) >= 30, f"the control page must leak, or the test above proves nothing: {silent}"


def test_the_policy_stops_what_the_gate_would_refuse(driver, listener, page, tmp_path):
    """Were the writer to let markup through: the page's own policy is a second wall."""
    number = 900
    markup = f'<img src="http://v{number}.leak.example/"><script src="http://v{number}.leak.example/"></script>'
    path = tmp_path / "injected.html"
    path.write_text(page.read_text(encoding="utf-8").replace("</main>", f"{markup}</main>"), encoding="utf-8")
    driver.get(path.as_uri())
    read_through(driver)
    listener.settle()
    assert number not in listener.vectors()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_code_decodes_from_the_screen(driver, page, scheme):
    feature = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    driver.get(page.as_uri())
    read = []
    for image in driver.find_elements(By.CSS_SELECTOR, "figure.code img"):
        box = image.find_element(By.XPATH, "./ancestor::figure")
        driver.execute_script("arguments[0].scrollIntoView()", box)
        browsing.until(driver, "return arguments[0].querySelector('.actions') !== null", box)
        read += images.seen(Image.open(io.BytesIO(box.screenshot_as_png)))
    assert sorted(read) == sorted(judging.expected(bundles.sample()).codes.elements())


def test_nothing_is_stored_on_the_device(driver, page):
    driver.get(page.as_uri())
    assert driver.get_cookies() == []
    assert driver.execute_script("return localStorage.length + sessionStorage.length") == 0


def test_nothing_is_wider_than_a_phone(driver, page):
    driver.get(page.as_uri())
    assert driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
