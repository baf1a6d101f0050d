"""The page of a stick and that of a hotspot: axe-core and the Nu checker find nothing; without styles all is there."""

import json
import subprocess

import browsing
import pytest
from parts import AXE, VNU, require
from selenium.webdriver.common.by import By
from shelves import published
from test_axe_finds_no_barrier import NOWHERE, violations

from bundler.release.shelf import shelved
from bundler.share import offer, start

pytestmark = pytest.mark.slow

PAGES = {"start": start.page, "offer": offer.page}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    place = tmp_path_factory.mktemp("pages")
    editions = [published(place / "dist"), published(place / "dist", bundle="monthly")]
    made = {name: place / f"{name}.html" for name in PAGES}
    for name, path in made.items():
        path.write_bytes(PAGES[name](shelved(editions)))
    return made


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    with browsing.browser(tmp_path_factory.mktemp("browser"), NOWHERE) as started:
        started.set_script_timeout(120)
        yield started


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "#ar", "#bo", "#my", "#en"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_barrier(pages, driver, name, language, look):
    require("axe")
    assert AXE.is_file()
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": look}]}
    )
    driver.get("about:blank")
    driver.get(pages[name].as_uri() + language)
    assert violations(driver) == []


def test_the_nu_checker_finds_nothing(pages):
    """It says that a style which its own hash names violates the policy; browsers say otherwise, and show it."""
    require("java", "vnu")
    command = ["java", "-jar", VNU, "--format", "json", "--exit-zero-always", *pages.values()]
    done = subprocess.run(list(map(str, command)), capture_output=True, check=True)
    found = [one["message"] for one in json.loads(done.stderr)["messages"]]
    assert [one for one in found if not one.startswith("Inline style violates Content Security Policy")] == []


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_lets_the_style_through(pages, driver, name):
    driver.get(pages[name].as_uri())
    assert driver.find_element(By.CSS_SELECTOR, ".say.en").is_displayed() is False
    assert driver.find_element(By.CSS_SELECTOR, ".say.zh-Hans").is_displayed()
