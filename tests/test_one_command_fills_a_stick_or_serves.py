"""`share --by usb` and `share --by wifi` as a volunteer types them: what they print, ask and end with."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import replace

import pytest
from command import bundler
from parts import ROOT
from PIL import Image, ImageDraw
from shelves import published, tree
from zxingcpp import BarcodeFormat, read_barcodes

from bundler.cli import sticks
from bundler.release import verify
from bundler.share import medium

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path):
    """A folder with two bundles in dist/, and a folder for a stick."""
    published(tmp_path / "dist")
    published(tmp_path / "dist", edition="2026-11-15", number=11)
    published(tmp_path / "dist", bundle="monthly")
    (tmp_path / "stick").mkdir()
    return tmp_path


def share(place, *arguments, **environment):
    return bundler("share", *arguments, home=place, cwd=place, **environment)


def editions(stick):
    return sorted(path.parent.relative_to(stick / "files").as_posix() for path in stick.rglob("manifest.json"))


def test_a_stick_gets_the_newest_of_each_bundle(place):
    done = share(place, "--by", "usb", "stick")
    assert done.code == 0, done.err
    assert editions(place / "stick") == ["monthly/2026-11-22", "weekly/2026-11-22"]
    assert "weekly@2026-11-22: 9 files" in done.out
    assert "written and read back" in done.out
    assert "eject the stick" in done.out
    assert "own disk, no stick" in done.out, "a folder of a test is none"


SYSTEMS = [
    *(
        ({"system": name, "own": True}, None)
        for name in ("", "exfat", "vfat", "msdos", "fuseblk", "fuse", "fuse.exfat")
    ),
    ({"system": "ext4", "own": True}, "phones may not read this stick (ext4)"),
    ({"system": "ntfs3", "own": True}, "phones may not read this stick (ntfs3)"),
    ({"system": "ext4", "own": False}, "own disk, no stick"),
    ({"system": "vfat", "own": False}, "own disk, no stick"),
]


@pytest.mark.parametrize(("found", "said"), SYSTEMS)
def test_a_stick_that_phones_may_not_read_is_named(found, said, tmp_path, monkeypatch, capsys):
    """Only the name of the file system is made up: another kind cannot be mounted everywhere."""
    look = medium.look
    monkeypatch.setattr(medium, "look", lambda root: replace(look(root), **found))
    (tmp_path / "stick").mkdir()
    sticks.fill([published(tmp_path / "dist")], tmp_path / "stick", out=tmp_path / "dist")
    shown = capsys.readouterr().out
    warnings = [line for line in shown.splitlines() if "phones may not" in line or "own disk" in line]
    assert len(warnings) == (said is not None)
    assert said is None or said in warnings[0]


def test_what_is_left_on_a_stick_is_named(tmp_path, capsys):
    made = published(tmp_path / "dist")
    key = next((tmp_path / "dist/keys").iterdir()).name
    (tmp_path / "stick/files/keys").mkdir(parents=True)
    (tmp_path / "stick/files/keys" / key).write_bytes(b"another")
    sticks.fill([made], tmp_path / "stick", out=tmp_path / "dist")
    said = capsys.readouterr().out.replace("\n", "")
    assert f"left as it is, because it is another one: files/keys/{key}" in said


def test_a_stick_gets_the_editions_that_are_named(place):
    assert share(place, "--by", "usb", "stick", "weekly@2026-11-15").code == 0
    done = share(place, "--by", "usb", "stick", "weekly#12", "weekly@2026-11-15")
    assert editions(place / "stick") == ["weekly/2026-11-15", "weekly/2026-11-22"]
    assert "weekly@2026-11-15: was there already, and is whole" in done.out


def test_verify_reads_the_stick(place):
    share(place, "--by", "usb", "stick", "weekly")
    done = bundler("verify", "stick/files/weekly/2026-11-22", home=place, cwd=place)
    assert done.code == 0
    assert "not signed by anybody: SEND.txt, SHA256SUMS" in done.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--by", "usb", "nowhere"], 2, "there is no folder 'nowhere'"),
        (["--by", "usb", "n" * 300], 2, "too long"),
        (["--by", "usb"], 2, "say where the stick is"),
        (["--by", "usb", "stick", "yearly"], 2, "there is no edition 'yearly'"),
        (["--by", "usb", "stick", "--sticks", "3"], 2, "nobody here to change the sticks"),
        (["--by", "usb", "--image", "nowhere/stick.img"], 2, "there is no folder 'nowhere'"),
        (["--by", "wifi", "--interface", "0.0.0.0"], 2, "open to others"),
        (["--by", "wifi", "--interface", "8.8.8.8"], 2, "open to others"),
        (["--by", "wifi", "--interface", "127.0.0.1", "--minutes", "0"], 2, "too few"),
        (["--by", "wifi", "--interface", "127.0.0.1", "--password", "12345678"], 2, "without a network"),
    ],
)
def test_what_stands_in_the_way_is_one_sentence(place, arguments, code, said):
    done = share(place, *arguments)
    assert (done.code, said in done.err) == (code, True), done.err
    assert done.err.startswith("error: ")
    assert "hint: " in done.err
    assert not tree(place / "stick")


def test_a_damaged_edition_goes_nowhere(place):
    (place / "dist/weekly/2026-11-22/weekly-261122.pdf").write_bytes(b"changed")
    for way in (["--by", "usb", "stick"], ["--by", "usb", "--image", "stick.img"]):
        done = share(place, *way, "weekly")
        assert (done.code, "not as it was released" in done.err) == (7, True)
    assert not tree(place / "stick")
    assert not (place / "stick.img").exists()


def test_an_edition_that_was_never_released_goes_nowhere(place):
    built = place / "dist/daily/2026-11-22"
    built.mkdir(parents=True)
    (built / "daily-261122.txt").write_text("built, and not released")
    done = share(place, "--by", "usb", "stick", "daily")
    assert done.code == 2
    assert "there is no edition 'daily'" in done.err
    assert not tree(place / "stick")


def test_an_image_is_drawn(place):
    done = share(place, "--by", "usb", "--image", "stick.img", "weekly")
    assert done.code == 0, done.err
    assert (place / "stick.img").stat().st_size == 35_147_264
    assert "weekly@2026-11-22: in stick.img, a stick of 35 MB" in done.out
    assert share(place, "--by", "usb", "--image", "stick.img", "weekly").code == 2


def test_it_speaks_chinese(place):
    done = share(place, "--by", "usb", "stick", "weekly", LANG="zh_CN.UTF-8")
    assert "已写入并读回核对" in done.out


# -- on a terminal ------------------------------------------------------------------------------------------------


class Terminal:
    """A command on a terminal of its own, 100 columns wide: what it has shown, and what is typed."""

    def __init__(self, place, *arguments):
        self.parent, child = pty.openpty()
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(place), "LANG": "C.UTF-8", "TERM": "xterm", "COLUMNS": "100",
            "PYTHONPATH": str(ROOT), "BUNDLER_HOME": str(place / "kept"),
        }  # fmt: skip
        command = [sys.executable, "-m", "bundler", *arguments]
        self.process = subprocess.Popen(
            command, cwd=place, env=environment, stdin=child, stdout=child, stderr=child, start_new_session=True
        )
        os.close(child)
        self.shown = ""

    def until(self, pattern, seconds=30):
        """Read until something is shown; return what it matched."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.shown)):
            assert time.monotonic() < end, self.shown
            self.read(0.2)
        return found

    def read(self, seconds):
        if select.select([self.parent], [], [], seconds)[0]:
            try:
                self.shown += os.read(self.parent, 1 << 16).decode("utf-8", "ignore")
            except OSError:
                return False
            return True
        return False

    def type(self, text):
        os.write(self.parent, text.encode())

    def end(self):
        """Read to the end, and return the exit code."""
        code = self.process.wait(timeout=120)
        while self.read(0.2):
            pass
        return code


@contextmanager
def terminal(place, *arguments):
    made = Terminal(place, *arguments)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.process.kill()
            made.process.wait()
        os.close(made.parent)


def test_several_sticks_one_after_the_other(place):
    for name in ("second", "third"):
        (place / name).mkdir()
    (place / "second/START.html").write_text("somebody else's")
    with terminal(place, "share", "--by", "usb", "stick", "weekly", "--sticks", "4") as shown:
        for number, path in ((1, ""), (2, "second"), (3, "third"), (4, "")):
            shown.until(f"stick {number} of 4")
            shown.type(f"{path}\n")
        code = shown.end()
    assert code == 2, "one of them failed"
    assert "[x] stick 1: written and read back" in shown.shown
    assert "[ ] stick 2: 'START.html' on the stick was made by somebody else" in shown.shown
    assert "[x] stick 3: written and read back" in shown.shown
    assert "[=] stick 4: everything was there already; was the stick changed?" in shown.shown
    for name in ("stick", "third"):
        assert verify.folder(place / name / "files/weekly/2026-11-22", verify.Trust()).good
    assert tree(place / "second") == {"START.html": b"somebody else's"}


def codes(shown):
    """Photograph a terminal, and return what its codes say."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\r", "")
    lines = [line for line in plain.split("\n") if set(line) <= set("█▀▄ ") and "█" in line]
    drawn = Image.new("L", (max(map(len, lines)) * 8, len(lines) * 16))
    pen = ImageDraw.Draw(drawn)
    for y, line in enumerate(lines):
        for x, character in enumerate(line):
            if character in "█▀":
                pen.rectangle([x * 8, y * 16, x * 8 + 7, y * 16 + 7], fill=255)
            if character in "█▄":
                pen.rectangle([x * 8, y * 16 + 8, x * 8 + 7, y * 16 + 15], fill=255)
    return {found.text for found in read_barcodes(drawn, formats=BarcodeFormat.QRCode)}


def test_two_codes_join_and_open_and_ctrl_c_ends_it(place):
    wifi = ("--interface", "127.0.0.1", "--ssid", "书摊", "--password", "12345678")
    with terminal(place, "share", "--by", "wifi", "weekly", *wifi) as shown:
        address = shown.until(r"http://127\.0\.0\.1:\d+/[a-z2-9]{8}/")[0]
        shown.until("or with Ctrl-C")
        with urllib.request.urlopen(address + "weekly-261122.pdf", timeout=120) as answer:
            assert answer.read() == (place / "dist/weekly/2026-11-22/weekly-261122.pdf").read_bytes()
        shown.until("fetched: 1")
        os.killpg(shown.process.pid, signal.SIGINT)
        code = shown.end()
    assert code == 0
    assert "1 file was fetched; nothing is served any more" in shown.shown
    assert "mobile data off" in shown.shown
    assert codes(shown.shown) == {"WIFI:T:WPA;S:书摊;P:12345678;;", address}
    assert "12345678" not in shown.shown


def test_without_a_terminal_there_is_the_address_alone(place):
    command = [sys.executable, "-m", "bundler", "share", "--by", "wifi", "weekly", "--interface", "127.0.0.1"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT),
                   "PYTHONUNBUFFERED": "1"}  # fmt: skip
    with subprocess.Popen(command, cwd=place, env=environment, stdout=subprocess.PIPE, text=True) as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        lines += process.stdout.readlines()
    assert process.returncode == 0
    assert "█" not in "".join(lines)
    assert any("http://127.0.0.1:" in line for line in lines)
