"""A locked page in Firefox ESR from a file: it opens under its own policy and says what is wrong, without a network."""

from __future__ import annotations

import bundles
import leaks
import pytest
from test_html_is_silent_in_firefox import strangers
from unlocking import DIGITS, REGIONS, broken, in_firefox, locked

pytestmark = pytest.mark.slow

FAULT = "document.getElementById('said').dataset.fault || ''"
INSIDE = """(async () => {
    window.ran = 0;
    for (const nonce of ["", "AAECAwQFBgcICQoLDA0ODw=="]) {
      const script = document.createElement("script");
      script.nonce = nonce;
      script.textContent = "window.ran += 1";
      document.head.append(script);
    }
    const fetched = await fetch("http://x.leak.example/").then(() => true, () => false);
    const tools = document.getElementById("tools");
    return { articles: document.querySelectorAll("article").length, ran: window.ran, fetched,
             tools: Boolean(tools) && !tools.hidden, margin: getComputedStyle(document.body).maxWidth,
             address: location.protocol, kept: localStorage.length };
})()"""
WITHOUT = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })"


def test_firefox_opens_it_and_says_what_is_wrong(tmp_path):
    page = bundles.written("html", bundles.sample())
    whole, plain = tmp_path / "whole.html", tmp_path / "plain.html"
    whole.write_bytes(locked(page))
    plain.write_bytes(page)
    asked = [
        {"address": plain.as_uri(), "ask": INSIDE},
        {"address": whole.as_uri(), "typed": DIGITS, "ask": INSIDE},
        {"address": whole.as_uri(), "typed": "1234", "ask": FAULT},
        {"address": whole.as_uri(), "first": WITHOUT, "ask": FAULT},
    ]
    for number, region in enumerate(REGIONS):
        path = tmp_path / f"broken-{number}.html"
        path.write_bytes(broken(locked(page), region))
        silent = REGIONS[region][2] == "silent"
        shown = "document.getElementById('speaking').hidden ? 'silent' : ''"
        asked.append({"address": path.as_uri(), "ask": shown} if silent
                     else {"address": path.as_uri(), "typed": DIGITS, "ask": FAULT})  # fmt: skip
    with leaks.Listener() as listener:
        told = in_firefox(tmp_path, listener, asked)
        listener.settle()
        assert strangers(listener.heard) == []
    assert told[1] == told[0], "the page within is as it is without a lock"
    assert told[1]["articles"] == len(bundles.sample().articles) + 4
    assert told[1]["tools"], "its script runs"
    assert (told[1]["ran"], told[1]["fetched"]) == (0, False), "its own policy is in force"
    assert told[2:4] == ["wrong", "unsupported"]
    assert told[4:] == [expected for _, _, expected in REGIONS.values()]


def test_a_page_that_leaks_stays_silent(tmp_path):
    quiet = "<meta http-equiv=content-security-policy content=\"default-src 'none'; script-src 'sha256-x'\">"
    path = tmp_path / "leaks.html"
    path.write_bytes(
        locked(leaks.control_page().replace("<meta charset=utf-8>", f"<meta charset=utf-8>{quiet}").encode())
    )
    with leaks.Listener() as listener:
        in_firefox(tmp_path, listener, [{"address": path.as_uri(), "typed": DIGITS, "ask": "1"}])
        listener.settle()
        assert {number for number in listener.vectors() if "preconnect" not in leaks.VECTORS[number]} == set()
