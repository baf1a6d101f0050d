"""An image of a stick: FAT32 that other programs find sound, byte for byte the same, with nothing of the machine."""

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from parts import PATH, ROOT, require
from shelves import published, tree

from bundler.errors import OutputError, UsageError
from bundler.share import _entries, contents, image, medium

FIRST = 2048 * 512
"""Where the volume begins."""


def quiet(label, done, total):
    """Show nothing."""


def draw(path, out, *editions):
    count = image.write(path, contents.whole(editions, out=out), progress=quiet)
    assert path.stat().st_size == count
    return path


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """An image of two editions, and its volume by itself, as programs want it that know of no partition table."""
    place = tmp_path_factory.mktemp("drawn")
    out = place / "dist"
    editions = [published(out, grow=500_000), published(out, edition="2026-11-15", number=11)]
    path = draw(place / "stick.img", out, *editions)
    volume = place / "volume.img"
    volume.write_bytes(path.read_bytes()[FIRST:])
    return out, path, volume


def run(*command):
    environment = {"PATH": PATH, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    return subprocess.run(list(map(str, command)), capture_output=True, env=environment, check=False, text=True)


def test_fsck_finds_nothing(drawn):
    require("fsck.fat")
    done = run("fsck.fat", "-n", "-v", drawn[2])
    assert done.returncode == 0, done.stdout
    assert "32 bit entries" in done.stdout
    assert not re.search("(?i)differ|wrong|bad|dirty|lost|invalid", done.stdout), done.stdout


def test_mtools_reads_every_byte_back(drawn, tmp_path):
    require("mdir")
    out, path, _ = drawn
    done = run("mcopy", "-s", "-n", "-i", f"{path}@@{FIRST}", "::*", tmp_path)
    assert done.returncode == 0, done.stderr
    there = tree(tmp_path)
    assert sorted({name.split("/")[0] for name in there}) == ["START.html", "files"]
    for edition in ("2026-11-22", "2026-11-15"):
        for name, data in tree(out / "weekly" / edition).items():
            assert there[f"files/weekly/{edition}/{name}"] == data


def test_mtools_names_dates_and_serial(drawn):
    require("mdir")
    done = run("mdir", "-/", "-i", f"{drawn[1]}@@{FIRST}", "::")
    assert "has no label" in done.stdout
    assert set(re.findall(r"\d{4}-\d\d-\d\d +\d\d:\d\d", done.stdout)) == {"2026-11-22  12:00", "2026-11-15  12:00"}
    assert "manifest.json.minisig" in done.stdout
    serial = re.search("Serial Number is ([0-9A-F-]+)", done.stdout)
    assert serial
    assert serial[1] != "0000-0000"


def test_an_image_holds_what_a_stick_does(drawn, tmp_path):
    require("mdir")
    from bundler.release.editions import released
    from bundler.share import usb

    out, path, _ = drawn
    stick, copied = tmp_path / "stick", tmp_path / "copied"
    stick.mkdir()
    copied.mkdir()
    usb.fill(stick, released(out, "weekly"), out=out, progress=quiet)
    run("mcopy", "-s", "-n", "-i", f"{path}@@{FIRST}", "::*", copied)
    assert tree(stick) == tree(copied)


DRAWING = """
import sys
from pathlib import Path
from bundler.release.editions import released
from bundler.share import contents, image
out, path = map(Path, sys.argv[1:])
image.write(path, contents.whole(released(out, "weekly")[::-1], out=out), progress=lambda *_: None)
"""


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/St_Johns"])
def test_equal_editions_make_equal_images_everywhere(drawn, tmp_path, zone):
    """Another process, place, user, time zone and order of hashes; other times on the disk."""
    copy = tmp_path / "elsewhere"
    subprocess.run(["cp", "-r", drawn[0], copy], check=True)
    environment = {
        "PATH": os.environ["PATH"], "TZ": zone, "HOME": "/CANARYHOME", "USER": "CANARYUSER", "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(ROOT), "LC_ALL": "C",
    }  # fmt: skip
    command = [sys.executable, "-c", DRAWING, copy, tmp_path / "other.img"]
    subprocess.run(list(map(str, command)), env=environment, cwd=tmp_path, check=True)
    assert (tmp_path / "other.img").read_bytes() == drawn[1].read_bytes()
    assert b"CANARY" not in drawn[1].read_bytes()


def test_the_order_of_what_is_put_in_is_no_matter(drawn, tmp_path):
    from bundler.release.editions import released

    pieces = contents.whole(released(drawn[0], "weekly"), out=drawn[0])
    image.write(tmp_path / "other.img", pieces[::-1], progress=quiet)
    assert (tmp_path / "other.img").read_bytes() == drawn[1].read_bytes()


def test_another_edition_makes_another_serial(drawn, tmp_path):
    out, path, _ = drawn
    other = draw(tmp_path / "other.img", out, published(out, bundle="monthly"))
    serials = [each.read_bytes()[FIRST + 67 : FIRST + 71] for each in (path, other)]
    assert serials[0] != serials[1]


def test_an_image_has_a_partition_that_old_players_find(drawn):
    head = drawn[1].read_bytes()[:512]
    assert head[510:] == b"\x55\xaa"
    assert head[446 + 4] == 0x0C
    first, count = (int.from_bytes(head[446 + at : 446 + at + 4], "little") for at in (8, 12))
    assert (first * 512, (first + count) * 512) == (FIRST, drawn[1].stat().st_size)


def test_the_disk_under_an_image_has_no_more_than_its_files(drawn):
    """What is empty takes no room."""
    used = drawn[1].stat().st_blocks * 512
    assert used < sum(map(len, tree(drawn[0]).values())) + 3_000_000 < drawn[1].stat().st_size


# -- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 7, 50])
def test_long_names_of_any_script_and_many_of_a_kind(tmp_path, count):
    require("mdir", "fsck.fat")
    day = dt.date(2026, 11, 22)
    named = [f"files/周刊 第{n}期 – السعي.{'x' * (n % 30)}.pdf" for n in range(count)]
    pieces = [contents.made(name, name.encode() * n, day) for n, name in enumerate(named)]
    path = tmp_path / "stick.img"
    image.write(path, pieces, progress=quiet)
    (tmp_path / "volume").write_bytes(path.read_bytes()[FIRST:])
    done = run("fsck.fat", "-n", tmp_path / "volume")
    assert done.returncode == 0, done.stdout
    copied = tmp_path / "copied"
    copied.mkdir()
    run("mcopy", "-s", "-n", "-i", f"{path}@@{FIRST}", "::*", copied)
    assert tree(copied) == {piece.path: piece.source for piece in pieces}


@pytest.mark.parametrize("length", [1, 12, 13, 14, 25, 26, 27, 255])
def test_a_long_name_is_cut_as_the_standard_says(length):
    entries = _entries.folder([_entries.Entry("n" * length, folder=False, cluster=0, size=0, day=dt.date(2026, 1, 1))])
    assert len(entries) == _entries.length("n" * length) == 32 * (1 + -(-length // 13))
    assert entries[0] == 0x40 | -(-length // 13)


def test_a_day_before_any_that_fat_knows():
    entries = _entries.folder([_entries.Entry("a", folder=False, cluster=0, size=0, day=dt.date(1970, 1, 1))])
    assert int.from_bytes(entries[-8:-6], "little") == 0x21


def test_larger_volumes_have_larger_clusters(tmp_path):
    """Nothing is read for it: the plan alone."""
    for size, per in ((1_000_000, 1), (300_000_000, 8), (9_000_000_000, 16), (40_000_000_000, 64)):
        piece = contents.Piece("files/a", Path("nowhere"), size, "", dt.date(2026, 11, 22))
        shape, _ = image._laid_out(image._tree([piece]), [piece])
        assert shape.per == per
        assert shape.clusters >= image.MIN_CLUSTERS
        assert shape.table * 512 >= (shape.clusters + 2) * 4


# -- faults -------------------------------------------------------------------------------------------------------


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "mine.img").write_bytes(b"mine")
    with pytest.raises(UsageError, match="there already"):
        draw(tmp_path / "mine.img", tmp_path / "dist", published(tmp_path / "dist"))
    assert (tmp_path / "mine.img").read_bytes() == b"mine"


def test_a_full_disk_leaves_no_half_image(tmp_path, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device")

    edition = published(tmp_path / "dist")
    monkeypatch.setattr(medium, "flush", full)
    with pytest.raises(OutputError, match="full"):
        draw(tmp_path / "stick.img", tmp_path / "dist", edition)
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_an_image_that_reads_back_otherwise_is_not_kept(tmp_path, monkeypatch):
    edition = published(tmp_path / "dist")
    monkeypatch.setattr(medium, "digest", lambda path, **_: "0" * 64)
    with pytest.raises(OutputError, match="reads back"):
        draw(tmp_path / "stick.img", tmp_path / "dist", edition)
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_no_folder_for_the_image(tmp_path):
    with pytest.raises(UsageError, match="no folder"):
        draw(tmp_path / "nowhere/stick.img", tmp_path / "dist", published(tmp_path / "dist"))
