"""The field's judges have nothing to say to files made of real archives: EPUBCheck, Nu, axe, Ace, qpdf.

Each archive is built once, as a user builds it, and every judge looks at the same files. What these pages hold nobody
here wrote: promotion pasted into articles, tables in paragraphs, invented tags, pages without a date or a title.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import browsing
import command
import parts
import printing
import pytest
from test_ace_finds_no_barrier import barriers
from test_axe_finds_no_barrier import UNFOLD, violations
from test_judges_find_nothing import complaints, documents_of, found_by_epubcheck

pytestmark = pytest.mark.slow

NOWHERE = 9
ARCHIVES = {
    "mirror": "{limit: 20}",
    "mirror-2018": "{limit: 20}",
    "book": "{}",
    "seed-article.md": "{}",
}
"""How much of each archive is judged."""


@pytest.fixture(scope="module", params=ARCHIVES)
def files(request, tmp_path_factory) -> dict[str, Path]:
    """Build an archive in every format that has a judge; return its files by format."""
    parts.require("pango")
    folder, archive = tmp_path_factory.mktemp("real"), parts.corpus(request.param)
    if archive.is_file():
        (folder / "archive").mkdir()
        archive = Path(shutil.copy(archive, folder / "archive")).parent
    recipe = command.recipe(folder, archive, formats="[epub, html, pdf]", select=ARCHIVES[request.param])
    done = command.bundler("build", recipe, "--out", folder / "dist", "--date", command.DAY, home=folder)
    assert done.code == 0, done.err
    return {path.suffix[1:]: path for path in (folder / "dist/weekly" / command.DAY).iterdir()}


def test_epubcheck_is_silent(files):
    assert found_by_epubcheck(files["epub"]) == []


def test_ace_is_silent(files, tmp_path):
    assert barriers(files["epub"], tmp_path) == []


def test_the_html_checker_is_silent(files, tmp_path):
    assert complaints(files["html"], *documents_of(files["epub"], tmp_path)) == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_is_silent(files, look, tmp_path):
    parts.require("axe")
    with browsing.browser(tmp_path, NOWHERE) as driver:
        driver.set_script_timeout(240)
        scheme = {"name": "prefers-color-scheme", "value": look}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        driver.get(files["html"].as_uri())
        driver.execute_script(UNFOLD)
        assert violations(driver) == []


def test_qpdf_is_silent(files, tmp_path):
    parts.require("qpdf")
    assert printing.qpdf(files["pdf"].read_bytes(), tmp_path / "weekly.pdf") == ""
