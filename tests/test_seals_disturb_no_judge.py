"""A seal is no news to anybody's checker: each says of a sealed file what it says of the same file without a seal."""

from __future__ import annotations

import subprocess
import zipfile
from importlib.util import find_spec
from pathlib import Path

import bundles
import parts
import pypdfium2
import pytest
from sealing import KEY, SEED, unsigned
from test_judges_find_nothing import complaints, found_by_epubcheck

from bundler.release import ed25519, verify
from bundler.release.seal import FRAMES, apply

pytestmark = pytest.mark.slow

SUFFIXES = {"epub": ".epub", "html": ".html", "markdown": ".md", "pdf": ".pdf", "text": ".txt"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Write the sample in every format twice, the second time sealed; the same name in two folders."""
    plain, sealed = (tmp_path_factory.mktemp(name) for name in ("plain", "sealed"))
    for kind in written():
        data = bundles.written(kind, bundles.sample())
        for folder in (plain, sealed):
            name(folder, kind).write_bytes(data)
        apply(name(sealed, kind), unsigned(kind), lambda message: ed25519.sign(SEED, message))
        assert verify.file(name(sealed, kind), verify.Trust(key=KEY.hex())).verdict == "same"
    return plain, sealed


def written() -> list[str]:
    """Return the formats that have seals and a writer."""
    return [kind for kind in sorted(FRAMES) if find_spec(f"bundler.writers.{kind}")]


def name(folder: Path, kind: str) -> Path:
    return folder / f"weekly-261122{SUFFIXES[kind]}"


def said(*command: str | Path, folder: Path, kind: str, after: tuple[str, ...] = ()) -> tuple[int, str, str]:
    """Run a checker in a folder, so that both files have one name."""
    path = name(folder, kind).name
    done = subprocess.run([*command, path, *after], cwd=folder, capture_output=True, check=False, timeout=120)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def test_epubcheck_says_nothing_new(pair):
    plain, sealed = (found_by_epubcheck(name(folder, "epub")) for folder in pair)
    assert sealed == plain == []


def test_the_html_checker_says_nothing_new(pair):
    plain, sealed = (complaints(name(folder, "html")) for folder in pair)
    assert sealed == plain == []


@pytest.mark.parametrize(
    "command", [("qpdf", "--check"), ("qpdf", "--show-npages"), ("qpdf", "--show-xref")], ids=" ".join
)
def test_qpdf_says_nothing_new(pair, command):
    parts.require("qpdf")
    plain, sealed = (said(*command, folder=folder, kind="pdf") for folder in pair)
    assert sealed == plain
    assert (sealed[0], sealed[2]) == (0, "")


@pytest.mark.parametrize("tool", ["pdfinfo", "pdffonts", "pdftotext"])
def test_poppler_says_nothing_new(pair, tool):
    parts.require(tool if tool in parts.PARTS else "pdftotext")
    after = ("-",) if tool == "pdftotext" else ()
    plain, sealed = (said(tool, folder=folder, kind="pdf", after=after) for folder in pair)
    lines = [[line for line in one[1].splitlines() if not line.startswith("File size:")] for one in (plain, sealed)]
    assert lines[0] == lines[1] != []
    assert (sealed[0], sealed[2]) == (plain[0], plain[2]) == (0, "")


def test_pdfium_draws_the_same_pages(pair):
    drawn = []
    for folder in pair:
        document = pypdfium2.PdfDocument(name(folder, "pdf"))
        drawn.append([document[page].render(scale=0.3).to_pil().tobytes() for page in range(len(document))])
        document.close()
    assert drawn[0] == drawn[1]
    assert drawn[0]


def test_unzip_and_its_kin_find_the_same_members(pair):
    parts.require("unzip")
    plain, sealed = (said("unzip", "-tq", folder=folder, kind="epub") for folder in pair)
    assert sealed == plain
    assert sealed[0] == 0
    members = []
    for folder in pair:
        with zipfile.ZipFile(name(folder, "epub")) as archive:
            members.append([(one.filename, one.CRC, one.date_time) for one in archive.infolist()])
    assert members[0] == members[1]
