"""The same archive, recipe and date give the same bytes, wherever and by whomever; nothing of the packer is in them."""

import hashlib
import io
import shutil
from base64 import b64encode
from pathlib import Path

import pytest
from canaries import canaries, unpacked
from command import DAY, MIRROR, ROOT, SAMPLE, bundler, recipe
from parts import require
from PIL import Image

QUICK = "[epub, html, text, dump]"
WHERE = [
    {"TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8", "PYTHONHASHSEED": "1", "USER": "editor"},
    {"TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONHASHSEED": "2", "USER": "CANARYUSER", "LOGNAME": "CANARYUSER"},
]


def built(folder: Path, archive: Path, formats: str, **environment: str) -> dict[str, str]:
    """Build in a folder of its own, from a copy of the archive there, and return the digest of every file."""
    folder.mkdir(parents=True)
    own = folder / f"archive-{folder.name}"
    shutil.copytree(archive, own)
    path = recipe(folder, own, formats=formats)
    done = bundler("build", path, "--out", folder / "out", "--date", DAY, home=folder, cwd=folder, **environment)
    assert done.code == 0, done.err
    files = sorted((folder / "out").rglob("*.*"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("archive", [SAMPLE, MIRROR], ids=["markdown", "mirror"])
def test_case_117_two_builds_in_different_places_and_time_zones_are_equal(tmp_path, archive):
    first = built(tmp_path / "a" / "deep" / "down", archive, QUICK, **WHERE[0])
    second = built(tmp_path / "b", archive, QUICK, **WHERE[1])
    assert first == second
    assert len(first) >= 5


@pytest.mark.slow
def test_two_pdfs_in_different_places_are_equal(tmp_path):
    require("pango")
    first = built(tmp_path / "a" / "deep", SAMPLE, "[pdf]", **WHERE[0])
    second = built(tmp_path / "b", SAMPLE, "[pdf]", **WHERE[1])
    assert first == second


@pytest.mark.slow
def test_no_canary_of_the_packer_is_in_any_file(tmp_path):
    require("pango")
    home = tmp_path / "CANARYHOME"
    path = recipe(home, canaries(home), formats="[epub, html, pdf, text, dump]", qr="none")
    environment = {"USER": "CANARYUSER", "LOGNAME": "CANARYUSER", "HOSTNAME": "CANARYHOST", "TZ": "Asia/Urumqi"}
    done = bundler("build", path, "--out", home / "out", "--date", DAY, home=home, cwd=home, **environment)
    assert done.code == 0, done.err
    files = [file for file in (home / "out").rglob("*") if file.is_file()]
    assert {file.suffix for file in files} >= {".epub", ".html", ".pdf", ".txt", ".json"}
    for file in files:
        for piece in unpacked(file):
            assert b"CANARY" not in piece, file.name
            assert str(ROOT).encode() not in piece, file.name


def test_the_search_for_canaries_finds_one(tmp_path):
    page = tmp_path / "x.html"
    image = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "CANARYCAMERA"
    Image.new("RGB", (2, 2)).save(image, "JPEG", exif=exif)
    page.write_bytes(b'<img src="data:image/jpeg;base64,' + b64encode(image.getvalue()) + b'">')
    assert any(b"CANARYCAMERA" in piece for piece in unpacked(page))


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "recipes").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_recipe_that_ships_builds(tmp_path, path):
    require("pango")
    done = bundler("build", path, "--out", tmp_path / "out", "--date", DAY, "--json", home=tmp_path)
    assert done.code == 0, done.err
    assert done.json["articles"] > 0
