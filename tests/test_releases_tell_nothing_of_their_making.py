"""The same key releases the same bytes wherever and by whomever it is run; nothing of the packer is in any of them."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from canaries import canaries, hits, planted
from command import ROOT, bundler, recipe
from parts import require

DAY = "2026-11-20"
ZONES = ("Asia/Urumqi", "America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu", "UTC")
PASSPHRASE = "CANARY passphrase of the packer\n"


@pytest.fixture(scope="module")
def publisher(tmp_path_factory):
    """A key, settings, a recipe and an archive whose names and pictures tell who packs."""
    place = tmp_path_factory.mktemp("publisher")
    (place / "CANARYPASS").write_text(PASSPHRASE)
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\nkey: CANARYKEY/editor\n")
    made = bundler("keys", "new", "CANARYKEY/editor", "--passphrase-file", "CANARYPASS", home=place, cwd=place)
    assert made.code == 0, made.err
    recipe(place, canaries(place), qr="none").rename(place / "CANARY.yaml")
    return place


def prefix(*, opposite: bool) -> list[str]:
    """Return what changes the machine under a command: host, kernel, memory, clock, processors: what is permitted."""
    ways = {
        "unshare": ["unshare", "--uts", "sh", "-c", 'hostname CANARYHOST; exec "$@"', "sh"],
        "setarch": ["setarch", platform.machine(), "-R", "--uname-2.6"],
        "faketime": ["faketime", "-f", "+10y"],
        "taskset": ["taskset", "-c", str(min(os.sched_getaffinity(0)))],
    }
    used: list[str] = []
    for name, words in ways.items() if opposite else ():
        works = (
            shutil.which(name) and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
        )
        used += words if works else []
    return used


def reversed_copy(source: Path, target: Path, *, opposite: bool) -> None:
    """Copy a folder, its files made in the one order or the other, so that the disk lists them differently."""
    for path in sorted(source.rglob("*"), reverse=opposite):
        if path.is_file():
            (target / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target / path.relative_to(source))


def released(publisher: Path, place: Path, formats: str, number: int) -> dict[str, bytes]:
    """Release in a folder of its own, with everything around it varied; return all that is published."""
    opposite = bool(number % 2)
    reversed_copy(publisher, place, opposite=opposite)
    path = place / "CANARY.yaml"
    path.write_text(path.read_text("utf-8").replace("[text]", formats), "utf-8")
    user = ("CANARYUSER", "editor")[opposite]
    environment = {
        "PATH": os.environ["PATH"] + ":/CANARYPATH" * opposite, "HOME": str(place / "CANARYHOME"), "USER": user,
        "LOGNAME": user, "HOSTNAME": "CANARYHOST", "TZ": ZONES[number], "PYTHONHASHSEED": str(number),
        "LC_ALL": ("C", "zh_CN.UTF-8")[opposite], "PYTHONPATH": str(ROOT), "BUNDLER_HOME": str(place / "kept"),
    }  # fmt: skip
    command = [*prefix(opposite=opposite), sys.executable, "-m", "bundler", "release", path.name, "--date", DAY,
               "--passphrase-file", "CANARYPASS"]  # fmt: skip
    done = subprocess.run(
        command, env=environment, cwd=place, capture_output=True, check=False, umask=(0o022, 0o077)[opposite]
    )
    assert done.returncode == 0, done.stderr.decode()
    out = place / "dist"
    return {file.relative_to(out).as_posix(): file.read_bytes() for file in sorted(out.rglob("*")) if file.is_file()}


def judge(publisher: Path, tmp_path: Path, formats: str, numbers: range) -> None:
    """Release under each variation, compare every published byte, and look for the packer in all of them."""
    first: dict[str, bytes] = {}
    for number in numbers:
        place = tmp_path / "CANARYDEEP" / ("down/" * number + f"CANARY{number}")
        made = released(publisher, place, formats, number)
        first = first or made
        assert made.keys() == first.keys()
        assert [name for name, data in made.items() if data != first[name]] == []
        for file in sorted(path for path in (place / "dist").rglob("*") if path.is_file()):
            assert hits(file) == [], file.name
            assert hits(file, str(ROOT)) == [], file.name
    assert len(first) >= 12


@pytest.mark.slow
def test_two_releases_under_opposite_variations_are_equal_and_tell_nothing(publisher, tmp_path):
    judge(publisher, tmp_path, "[epub, html, text, dump]", range(2))


@pytest.mark.slow
def test_five_releases_in_five_time_zones_are_equal_and_tell_nothing(publisher, tmp_path):
    require("pango")
    judge(publisher, tmp_path, "[epub, html, pdf, text, dump]", range(5))


def test_a_canary_planted_on_purpose_is_found_wherever_it_hides(tmp_path):
    for file in planted(tmp_path):
        assert hits(file), file.name
