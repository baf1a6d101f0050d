"""A real browser without a screen, whose every connection would reach a port of ours."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import parts
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)
OWN_HOSTS = ("*.duckduckgo.com", "*.google.com", "*.googleapis.com", "*.gstatic.com", "*.gvt1.com")
"""Whom Chromium itself calls, whatever the flags say; these names do not resolve, so that only pages are heard."""


@contextmanager
def browser(folder: Path, port: int, *, width: int = 390, height: int = 844) -> Iterator[Chrome]:
    """Start Chromium with a new profile in a folder; every host a page could name leads to this loopback port."""
    parts.require("chromium", "chromedriver")
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={folder / 'profile'}")
    options.add_argument(f"--window-size={width},{height}")
    rules = [*(f"MAP {host} ~NOTFOUND" for host in OWN_HOSTS), f"MAP * 127.0.0.1:{port}"]
    options.add_argument(f"--host-resolver-rules={', '.join(rules)}")
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def until(driver: Chrome, script: str, *given: object, seconds: float = 20) -> None:
    """Wait until a script says true of what it is given."""
    end = time.monotonic() + seconds
    while not driver.execute_script(script, *given):
        assert time.monotonic() < end, script
        time.sleep(0.05)
