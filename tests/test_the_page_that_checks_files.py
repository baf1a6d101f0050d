"""The page that checks files: the outcomes of `bundler verify` in a real browser, with no connection and no memory."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
from pathlib import Path

import browsing
import leaks
import pytest
from parts import ROOT, require
from sealing import KEY, NEXT, SEED, body, unsigned
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from bundler import theme
from bundler.release import ed25519, keys, minisign, page
from bundler.release.seal import apply

WITHOUT = {
    "webcrypto": "",
    "no-ed25519": "SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))",
    "no-subtle": "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })",
}
"""What is taken from the browser before the page runs: nothing, Ed25519, and all that plain http pages lack."""
OTHER = hashlib.sha256(b"somebody else").digest()
VECTORS = json.loads((ROOT / "tests/vectors/seals.json").read_text(encoding="utf-8"))
SAID = """return [...document.querySelectorAll("#found article")].map(
    one => [one.querySelector("h2").textContent, one.dataset.verdict])"""
READY = "return [...document.querySelectorAll('#found article')].every(one => one.dataset.verdict)"


def test_every_sentence_is_there_in_its_language():
    for language in theme.languages():
        own = page.messages(language)
        assert list(own) == [key for key in page.messages("en") if key in own], "the same keys in the same order"
        for key, words in own.items():
            filled = sorted(re.findall(r"{\w+}", page.messages("en")[key]))
            assert sorted(re.findall(r"{\w+}", words)) == filled, (language, key)
    whole = {one for one in theme.languages() if set(page.messages(one)) == set(page.messages("en"))}
    assert whole == set(theme.languages()) - {"bo", "my", "ug"}


def test_what_the_page_asks_for_is_said():
    used = set(re.findall(r'data-says="(\w+)"', (ROOT / "assets/verify/page.html").read_text(encoding="utf-8")))
    script = (ROOT / "assets/verify/4-page.js").read_text(encoding="utf-8")
    assert used <= set(page.messages("en"))
    for key in set(page.messages("en")) - used - {"silent"}:
        stem = re.sub(r"_(editor|robot)$", "_", key)
        parts = ("1-seal.js", "3-judge.js")
        assert stem in script or any(f'"{key}"' in (ROOT / "assets/verify" / one).read_text("utf-8") for one in parts)


def test_the_page_is_one_quiet_file():
    made = page.page().decode()
    assert page.name() == f"verify-{hashlib.sha256(made.encode()).hexdigest()[:8]}.html"
    assert "'unsafe" not in made
    assert "default-src 'none'" in made
    for word in (
        "fetch(",
        "XMLHttpRequest",
        "localStorage",
        "indexedDB",
        "sendBeacon",
        "eval(",
        "innerHTML",
        "genuine",
    ):
        assert word not in made, word


def test_the_library_is_what_its_script_makes():
    if not (ROOT / "node_modules/@noble/ed25519").is_dir() or not (ROOT / "node_modules/esbuild").is_dir():
        require("puppeteer")
        pytest.skip("the packages of the library are not installed here: npm ci --ignore-scripts")
    made = subprocess.run([ROOT / ".ci/noble", "-"], capture_output=True, check=True).stdout
    assert made == (ROOT / "assets/verify/noble.js").read_bytes()


@pytest.fixture(scope="module")
def listener():
    with leaks.Listener() as heard:
        yield heard


@pytest.fixture(scope="module")
def browser(listener, tmp_path_factory):
    with browsing.browser(tmp_path_factory.mktemp("browser"), listener.port) as started:
        listener.settle()
        yield started


@pytest.fixture(params=WITHOUT)
def driver(browser, tmp_path, request) -> Chrome:
    """The page, opened from a file in a browser that can do less and less."""
    for driver in opened(browser, tmp_path, WITHOUT[request.param]):
        assert driver.execute_script("return Boolean(crypto.subtle)") == (request.param != "no-subtle")
        yield driver


@pytest.fixture
def whole(browser, tmp_path) -> Chrome:
    yield from opened(browser, tmp_path, "")


def opened(browser, folder, without):
    path = folder / page.name()
    path.write_bytes(page.page())
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": without})
    browser.get(path.as_uri())
    Select(browser.find_element(By.ID, "tongue")).select_by_value("en")
    yield browser
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def chosen(driver: Chrome, *newer: Path, older: Path | None = None) -> dict[str, str]:
    """Choose files as a reader does, and return what is said of each by its name."""
    if older:
        driver.find_element(By.ID, "older").send_keys(str(older))
    driver.find_element(By.ID, "newer").send_keys("\n".join(map(str, newer)))
    browsing.until(driver, READY)
    return dict(driver.execute_script(SAID))


def made(folder: Path, name: str, seed: bytes = SEED, **changed: object) -> Path:
    path = folder / name
    path.write_bytes(body("text"))
    apply(path, unsigned("text", key=ed25519.public(seed), **changed), lambda message: ed25519.sign(seed, message))
    return path


@pytest.mark.slow
def test_it_agrees_with_the_published_vectors(driver, tmp_path):
    expected = {}
    for one in VECTORS["seals"]:
        for number, file in enumerate(one["files"]):
            path = tmp_path / f"{one['format']}-{number}"
            path.write_bytes(base64.b64decode(file["file"]))
            expected[path.name] = file["outcome"]
    assert chosen(driver, *(tmp_path / name for name in expected)) == expected


@pytest.mark.slow
def test_every_outcome_is_said(driver, tmp_path):
    old = made(tmp_path, "old.txt", number=11)
    cases = {
        "same": made(tmp_path, "new.txt"),
        "successor": made(tmp_path, "following.txt", NEXT, number=1),
        "other-key": made(tmp_path, "stranger.txt", OTHER, next=keys.announced(KEY)),
        "older": made(tmp_path, "oldest.txt", number=10),
        "no-seal": tmp_path / "plain.txt",
        "damaged": tmp_path / "changed.txt",
    }
    cases["no-seal"].write_bytes(body("text"))
    cases["damaged"].write_bytes(b"!" + cases["same"].read_bytes()[1:])
    assert chosen(driver, *cases.values(), older=old) == {path.name: verdict for verdict, path in cases.items()}
    monthly = made(tmp_path, "monthly.txt", bundle="monthly", number=1)
    text = driver.find_element(By.ID, "speaking").text
    assert chosen(driver, monthly) == {"monthly.txt": "same"}, "each bundle counts by itself"
    assert "Same people as old.txt" in text
    assert f"Key {keys.digits(KEY)}: an editor looked at it" in text
    assert "weekly, edition 2026-11-22, number 12" in text
    assert "not that it is true, nor that it is safe to have" in text


@pytest.mark.slow
def test_a_stop_card_stops(driver, tmp_path):
    card = tmp_path / "card.txt"
    card.write_text(keys.stop_card(SEED).upper() + "\n")
    false = tmp_path / "false.txt"
    false.write_text(keys.stop_card(OTHER)[:-1] + "0\n")
    found = chosen(driver, made(tmp_path, "new.txt"), card, false, older=made(tmp_path, "old.txt"))
    assert found == {"new.txt": "stopped", "card.txt": "stop-card", "false.txt": "no-seal"}


def carded(folder: Path, seed: bytes, following: bytes, *, name: str = "", signer: bytes = b"") -> list[Path]:
    """Write a key's card and its signature, which another key may have made."""
    key = ed25519.public(seed)
    path = folder / (name or f"{keys.digits(key).replace(' ', '')}.card")
    path.write_bytes(keys.card(key, "editor", ed25519.public(following)))
    signature = path.with_name(f"{path.name}.minisig")
    signature.write_text(minisign.sign(signer or seed, path.read_bytes(), comment="bundler key", untrusted="a key"))
    return [path, signature]


@pytest.mark.slow
def test_key_cards_lead_from_an_older_key_to_the_one_in_use(driver, tmp_path):
    """The older file announced NEXT; NEXT's card names the key that seals today."""
    old, new = made(tmp_path, "old.txt"), made(tmp_path, "new.txt", OTHER)
    assert chosen(driver, new, older=old) == {"new.txt": "other-key"}
    forged = carded(tmp_path, NEXT, OTHER, name="forged.card", signer=OTHER)
    assert chosen(driver, new, *forged) == {"new.txt": "other-key", "forged.card": "no-seal"}
    card = carded(tmp_path, NEXT, OTHER)
    assert chosen(driver, new, card[0]) == {"new.txt": "other-key", card[0].name: "no-seal"}, "nobody signed it"
    assert chosen(driver, new, *card) == {"new.txt": "successor", card[0].name: "key-card"}
    text = driver.find_element(By.ID, "found").text
    assert f"it says which key follows {keys.digits(ed25519.public(NEXT))}" in text
    stop = tmp_path / "card.stop"
    stop.write_text(keys.stop_card(NEXT))
    assert chosen(driver, new, *card, stop)["new.txt"] == "other-key", "a stopped key vouches for nobody"


@pytest.mark.slow
def test_a_key_of_small_order_seals_nothing(driver, tmp_path):
    """The neutral point verifies R = neutral, S = 0 for every message: no check may take it for a key."""
    neutral = b"\x01" + bytes(31)
    path = tmp_path / "weak.txt"
    path.write_bytes(body("text"))
    apply(path, unsigned("text", key=neutral), lambda _: neutral + bytes(32))
    assert chosen(driver, path) == {"weak.txt": "damaged"}
    assert not ed25519.holds(neutral, neutral + bytes(32), b"any message")


@pytest.mark.slow
def test_a_signature_has_one_form(driver, tmp_path):
    """S plus the group's order is the same number to a careless verifier (RFC 8032, 5.1.7)."""
    path = made(tmp_path, "new.txt")
    data = path.read_bytes()
    at = data.rindex(b"signature:") + len(b"signature:")
    signature = bytes.fromhex(data[at : at + 128].decode())
    order = 2**252 + 27742317777372353535851937790883648493
    again = signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    path.write_bytes(data[:at] + again.hex().encode() + data[at + 128 :])
    assert chosen(driver, path) == {"new.txt": "damaged"}


@pytest.mark.slow
def test_the_longest_file_is_read_in_pieces(driver, tmp_path):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        for piece in range(100):
            file.write(bytes([65 + piece % 26]) * 999_999 + b"\n")
    apply(path, unsigned("text"), lambda message: ed25519.sign(SEED, message))
    driver.find_element(By.ID, "newer").send_keys(str(path))
    browsing.until(driver, READY, seconds=60)
    assert dict(driver.execute_script(SAID)) == {"large.txt": "sealed"}


@pytest.mark.slow
def test_an_older_file_that_is_no_anchor_is_said(whole, tmp_path):
    plain = tmp_path / "plain.txt"
    plain.write_bytes(body("text"))
    assert chosen(whole, made(tmp_path, "new.txt"), older=plain) == {"new.txt": "sealed"}
    said = whole.find_element(By.ID, "older-name").text
    assert said == "plain.txt No seal: nothing can be said about who made it There is nothing to compare with."


@pytest.mark.slow
def test_the_role_of_the_older_file_is_said_where_it_differs(whole, tmp_path):
    assert chosen(whole, made(tmp_path, "new.txt", role="robot"), older=made(tmp_path, "old.txt"))
    text = whole.find_element(By.ID, "found").text
    assert "packed by a machine alone" in text
    assert "The older file was one that an editor looked at." in text


@pytest.mark.slow
def test_files_can_be_dropped(whole, tmp_path):
    """Chromium gives no way to drop a real file without a screen; the event holds the files of a real choice."""
    name = made(tmp_path, "new.txt").name
    whole.execute_script("""
        const box = document.createElement("input");
        Object.assign(box, { type: "file", id: "carrier" });
        document.body.append(box)""")
    whole.find_element(By.ID, "carrier").send_keys(str(tmp_path / name))
    for target, row in (("#older-well b", "#older-name"), ("main", "#found article h2")):
        whole.execute_script("""
            const carried = new DataTransfer();
            carried.items.add(document.getElementById("carrier").files[0]);
            const drop = new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true });
            document.querySelector(arguments[0]).dispatchEvent(drop)""", target)  # fmt: skip
        browsing.until(whole, "return document.querySelector(arguments[0]).textContent === arguments[1]", row, name)
    browsing.until(whole, READY)
    assert whole.execute_script(SAID) == [[name, "same"]]


@pytest.mark.slow
@pytest.mark.parametrize("language", theme.languages())
def test_it_speaks_every_language_of_the_furniture(whole, tmp_path, language):
    Select(whole.find_element(By.ID, "tongue")).select_by_value(language)
    assert chosen(whole, made(tmp_path, "new.txt")) == {"new.txt": "sealed"}
    root = whole.find_element(By.TAG_NAME, "html")
    assert root.get_attribute("lang") == language
    assert (root.get_attribute("dir") == "rtl") == (language in {"ar", "fa", "ug"})
    for key in ("sealed", "limits"):
        tongue = next(one for one in (language, *theme.tongue(language).fallback) if key in page.messages(one))
        said = next(one for one in whole.find_elements(By.CSS_SELECTOR, "p.verdict, .limits")
                    if page.messages(tongue)[key] in one.text)  # fmt: skip
        speaker = whole.execute_script("return arguments[0].closest('[lang]').lang", said)
        inner = said.find_elements(By.CSS_SELECTOR, "[lang]")
        assert tongue in {speaker, *(one.get_attribute("lang") for one in inner)}
    assert whole.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.slow
def test_nothing_is_sent_and_nothing_is_kept(whole, listener, tmp_path):
    before = len(listener.heard)
    assert chosen(whole, made(tmp_path, "new.txt"), older=made(tmp_path, "old.txt"))
    listener.settle()
    assert listener.heard[before:] == []
    assert whole.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert whole.get_cookies() == []
    assert whole.execute_script("return localStorage.length + sessionStorage.length") == 0
    assert whole.execute_async_script("indexedDB.databases().then(found => arguments[0](found.length))") == 0
    whole.refresh()
    assert whole.execute_script(SAID) == []
    whole.execute_async_script("fetch('http://x.leak.example/').then(arguments[0], () => arguments[0]())")
    listener.settle()
    assert listener.heard[before:] == [], "the page's policy lets a script ask the network"


@pytest.mark.slow
def test_without_scripts_it_says_what_it_needs(whole):
    whole.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        whole.refresh()
        said = whole.find_element(By.TAG_NAME, "body").text.splitlines()
    finally:
        whole.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert said == [page.messages(one)["silent"] for one in theme.languages() if "silent" in page.messages(one)]
