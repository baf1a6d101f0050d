"""Real file systems: a small one that fills up, a read-only one, exFAT on a loop device, one whose device is gone."""

import datetime as dt
import os
import shutil
import signal
import subprocess

import pytest
from parts import require
from shelves import published, tree

from bundler.errors import OutputError, UsageError
from bundler.release import verify
from bundler.share import usb

NOON = int(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC).timestamp())


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
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"mounting needs a privilege that is not given here: {made.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


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
    subprocess.run(["mount", "-o", "remount,ro", small], check=True)
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
    subprocess.run(["mkfs.exfat", image], capture_output=True, check=True)
    loop = subprocess.run(["losetup", "--find", "--show", image], capture_output=True, text=True, check=False)
    if loop.returncode:
        pytest.skip(f"a loop device needs a privilege that is not given here: {loop.stderr.strip()}")
    device = loop.stdout.strip()
    ways = (["mount", "-t", "exfat"], ["mount.exfat-fuse"])
    tried = (
        subprocess.run([*way, device, place], capture_output=True, check=False).returncode
        for way in ways
        if shutil.which(way[0])
    )
    try:
        if not any(code == 0 for code in tried):
            pytest.skip("exFAT cannot be mounted here: it needs the kernel's driver or exfat-fuse, and a privilege")
        yield place
        subprocess.run(["umount", place], check=True)
    finally:
        subprocess.run(["losetup", "--detach", device], check=False)


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


def test_a_stick_whose_device_is_gone(out, exfat):
    """The file system stays mounted and answers every call with an error, as it does when a stick is pulled out."""
    edition = published(out, grow=1_000_000)
    server = subprocess.run(["pgrep", "--full", f"exfat.*{exfat}"], capture_output=True, text=True, check=False)
    if not server.stdout.split():
        pytest.skip("the driver is the kernel's: it has no process to end")

    def pulled(label, done, total):
        os.kill(int(server.stdout.split()[0]), signal.SIGKILL)

    with pytest.raises(OutputError, match="pulled out"):
        fill(exfat, out, edition, progress=pulled)
