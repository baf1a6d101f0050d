"""Real file systems: a small one that fills up, a read-only one, exFAT on a loop device, one whose device is gone."""

import datetime as dt
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from parts import PATH, require
from shelves import published, tree

from bundler.errors import OutputError, UsageError
from bundler.release import verify
from bundler.share import usb

NOON = int(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC).timestamp())


def run(*command):
    """Run a program that makes or mounts file systems."""
    environment = {"PATH": PATH, "LC_ALL": "C.UTF-8"}
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, env=environment, check=False)


def fill(stick, out, *editions, progress=lambda label, done, total: None):
    return usb.fill(stick, editions, out=out, progress=progress)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "dist"


@pytest.fixture
def small(tmp_path):
    """A medium of one megabyte, where this machine lets us mount one."""
    place = tmp_path / "small"
    place.mkdir()
    made = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place)
    if made.returncode:
        pytest.skip(f"mounting needs a privilege that is not given here: {made.stderr.strip()}")
    yield place
    run("umount", place)


def test_a_full_stick(out, small):
    edition = published(out, grow=2_000_000)
    with pytest.raises(OutputError, match="are needed"):
        fill(small, out, edition)
    assert not tree(small)


def test_a_stick_that_fills_up_while_it_is_written(out, small):
    edition = published(out, grow=600_000)

    def stolen(label, done, total):
        if not (small / "another").exists():
            (small / "another").write_bytes(bytes(500_000))

    with pytest.raises(OutputError, match="full"):
        fill(small, out, edition, progress=stolen)
    assert list(tree(small)) == ["another"]
    (small / "another").unlink()
    fill(small, out, edition)
    assert verify.folder(small / "files/weekly/2026-11-22", verify.Trust()).good


def test_a_read_only_stick(out, small):
    assert run("mount", "-o", "remount,ro", small).returncode == 0
    with pytest.raises(OutputError, match="read-only"):
        fill(small, out, published(out))


@pytest.fixture
def exfat(tmp_path):
    """An exFAT stick on a loop device, where this machine lets us mount one."""
    require("mkfs.exfat")
    image, place = tmp_path / "exfat.img", tmp_path / "exfat"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(32 << 20)
    assert run("mkfs.exfat", image).returncode == 0
    loop = run("losetup", "--find", "--show", image)
    if loop.returncode:
        pytest.skip(f"a loop device needs a privilege that is not given here: {loop.stderr.strip()}")
    device = loop.stdout.strip()
    ways = (["mount", "-t", "exfat"], ["mount.exfat-fuse"])
    tried = (run(*way, device, place).returncode for way in ways if shutil.which(way[0], path=PATH))
    try:
        if not any(code == 0 for code in tried):
            pytest.skip("exFAT cannot be mounted here: it needs the kernel's driver or exfat-fuse, and a privilege")
        yield place
        run("umount", place)
    finally:
        run("losetup", "--detach", device)


def test_an_exfat_stick(out, exfat, tmp_path):
    edition = published(out, grow=1_000_000)
    filled = fill(exfat, out, edition)
    assert filled.medium.own
    fill(exfat, out, published(out, bundle="monthly"))
    assert verify.folder(exfat / "files/weekly/2026-11-22", verify.Trust()).good
    assert sorted(path.name for path in exfat.iterdir()) == ["START.html", "files"]
    assert {int(path.stat().st_mtime) for path in exfat.rglob("*")} == {NOON}
    (exfat / "start.html").rename(exfat / "other.html")
    (exfat / "Start.HTML").write_bytes(b"mine")
    with pytest.raises(UsageError, match="somebody else"):
        fill(exfat, out, edition)


def serves(command, place):
    """Say whether a process is the driver of the file system at a place."""
    try:
        words = command.read_bytes().split(b"\0")
    except OSError:
        return False
    return b"exfat" in words[0] and os.fsencode(place) in words


def test_a_stick_whose_device_is_gone(out, exfat):
    """The file system stays mounted and answers every call with an error, as it does when a stick is pulled out."""
    edition = published(out, grow=1_000_000)
    drivers = [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if serves(path, exfat)]
    if not drivers:
        pytest.skip("the driver is the kernel's: it has no process to end")

    def pulled(label, done, total):
        os.kill(drivers[0], signal.SIGKILL)

    with pytest.raises(OutputError, match="pulled out"):
        fill(exfat, out, edition, progress=pulled)
