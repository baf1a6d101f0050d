"""axe-core finds no barrier in our HTML: light and dark, narrow and wide, enlarged, printed, its controls in use."""

from __future__ import annotations

from pathlib import Path

import browsing
import bundles
import parts
import pytest
from selenium.webdriver import Chrome

pytestmark = pytest.mark.slow

NOWHERE = 9
ASK = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(said => done(said.violations.map(one =>
    `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | ")}`)));
"""
UNFOLD = "for (const one of document.querySelectorAll('article')) one.style.contentVisibility = 'visible'"
ENLARGE = "document.documentElement.style.fontSize = '200%'"
SEARCH = """
const box = document.getElementById('search');
box.focus();
box.value = arguments[0];
box.dispatchEvent(new Event('input'));
"""


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    with browsing.browser(tmp_path_factory.mktemp("browser"), NOWHERE) as started:
        started.set_script_timeout(120)
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("pages")


def show(driver: Chrome, folder: Path, *, language: str = "zh-Hans", width: int = 390, look: str = "light") -> None:
    """Open the sample as a screen of this width, in light, dark or printed."""
    parts.require("axe")
    path = folder / f"{language}.html"
    path.write_bytes(bundles.written("html", bundles.sample(language)))
    screen = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 800}
    scheme = {"name": "prefers-color-scheme", "value": "dark" if look == "dark" else "light"}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    media = {"media": "print" if look == "print" else "screen", "features": [scheme]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    driver.get(path.as_uri())
    driver.execute_script(UNFOLD)


def violations(driver: Chrome) -> list[str]:
    """Ask axe-core about the page as it stands."""
    driver.execute_cdp_cmd("Runtime.evaluate", {"expression": parts.AXE.read_text(encoding="utf-8")})
    return driver.execute_async_script(ASK)


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_no_barrier_at_any_width(driver, folder, width, look):
    show(driver, folder, width=width, look=look)
    assert violations(driver) == []


@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_barrier_in_other_languages(driver, folder, language):
    show(driver, folder, language=language)
    assert violations(driver) == []


def test_no_barrier_on_paper(driver, folder):
    show(driver, folder, look="print")
    assert violations(driver) == []


def test_no_barrier_and_nothing_sideways_with_text_twice_as_large(driver, folder):
    show(driver, folder, width=320)
    driver.execute_script(ENLARGE)
    assert violations(driver) == []
    assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_no_barrier_among_results_and_buttons(driver, folder, look):
    show(driver, folder, look=look)
    driver.execute_script(SEARCH, "的")
    assert driver.execute_script("return document.querySelectorAll('#found li').length") > 1
    browsing.until(driver, "return document.getElementById('contents').hidden")
    assert violations(driver) == []
    driver.execute_script(SEARCH, "")
    driver.execute_script("document.querySelector('figure.code').scrollIntoView()")
    browsing.until(driver, "return document.querySelector('figure.code .actions') !== null")
    assert violations(driver) == []
    driver.execute_script("document.querySelector('figure.code [data-do=enlarge]').click()")
    assert violations(driver) == []


def test_axe_does_look(driver, folder):
    show(driver, folder)
    driver.execute_script("document.querySelector('#search').removeAttribute('aria-label')")
    driver.execute_script("document.querySelector('#search').removeAttribute('placeholder')")
    assert any(line.startswith("label:") for line in violations(driver))
