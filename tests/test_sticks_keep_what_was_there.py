"""What stood on a stick stays as it was; whatever is in the way is told before anything is written."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from shelves import published, tree

from bundler.errors import OutputError, UsageError, VerificationError
from bundler.share import medium, names, start, usb


@pytest.fixture
def out(tmp_path):
    return tmp_path / "dist"


@pytest.fixture
def stick(tmp_path):
    made = tmp_path / "stick"
    made.mkdir()
    return made


def fill(stick, out, *editions):
    return usb.fill(stick, editions, out=out, progress=lambda *_: None)


def test_a_page_that_somebody_else_made_is_left_as_it_is(out, stick):
    (stick / "START.html").write_bytes(b"<p>mine")
    with pytest.raises(UsageError, match="made by somebody else"):
        fill(stick, out, published(out))
    assert tree(stick) == {"START.html": b"<p>mine"}


def test_capitals_do_not_tell_pages_apart(out, stick):
    """Where a stick takes START.html and start.html for one, ours would overwrite the other."""
    edition = published(out)
    (stick / "start.html").write_bytes(b"<p>mine")
    with pytest.raises(UsageError, match=r"'start.html' on the stick was made by somebody else"):
        fill(stick, out, edition)
    (stick / "start.html").unlink()
    fill(stick, out, edition)
    (stick / "START.html").rename(stick / "Start.html")
    with pytest.raises(UsageError, match=r"'Start.html' on the stick"):
        fill(stick, out, edition)


def test_a_folder_of_the_pages_name_is_left_and_told(out, stick):
    (stick / "START.html").mkdir()
    with pytest.raises(UsageError, match="made by somebody else"):
        fill(stick, out, published(out))
    assert [path.name for path in stick.rglob("*")] == ["START.html"]


def test_a_page_that_was_changed_is_left_as_it_is(out, stick):
    edition = published(out)
    fill(stick, out, edition)
    page = stick / "START.html"
    page.write_bytes(page.read_bytes().replace("阅读".encode(), "读".encode()))
    with pytest.raises(UsageError, match="was changed"):
        fill(stick, out, edition)


def test_a_page_of_another_version_is_replaced(out, stick):
    edition = published(out)
    fill(stick, out, edition)
    other = b"<!doctype html><p>of an older version\n"
    line = f"<!-- {hashlib.sha256(other).hexdigest()} -->\n".encode()
    (stick / "START.html").write_bytes(other + line)
    fill(stick, out, edition)
    assert start.ours((stick / "START.html").read_bytes())
    assert b"older version" not in (stick / "START.html").read_bytes()


def test_an_edition_that_was_damaged_on_the_stick_is_told_and_left(out, stick):
    edition = published(out)
    fill(stick, out, edition)
    harmed = stick / "files/weekly/2026-11-22/weekly-261122.txt"
    harmed.write_bytes(b"worn out")
    with pytest.raises(OutputError, match="damaged"):
        fill(stick, out, edition, published(out, bundle="monthly"))
    assert harmed.read_bytes() == b"worn out"
    assert not (stick / "files/monthly").exists()


@pytest.mark.parametrize("name", ["SEND.txt", "SHA256SUMS", "manifest.json"])
def test_what_nobody_signed_is_compared_too(out, stick, name):
    edition = published(out)
    fill(stick, out, edition)
    (stick / "files/weekly/2026-11-22" / name).write_bytes(b"of somebody else")
    with pytest.raises(OutputError, match="damaged, or another edition"):
        fill(stick, out, edition)
    assert (stick / "files/weekly/2026-11-22" / name).read_bytes() == b"of somebody else"


def test_another_edition_of_the_same_name_is_told_and_left(out, stick, tmp_path):
    """Released again, it is whole and well signed, and yet not the one that was asked for."""
    fill(stick, out, published(out))
    before = tree(stick)
    with pytest.raises(OutputError, match="damaged, or another edition of that name"):
        fill(stick, out, published(tmp_path / "again", grow=64))
    assert tree(stick) == before


def test_another_edition_that_is_damaged_there_is_told_before_anything_is_written(out, stick):
    fill(stick, out, published(out))
    harmed = stick / "files/weekly/2026-11-22/manifest.json"
    harmed.write_bytes(harmed.read_bytes()[:-9])
    before = tree(stick)
    with pytest.raises(VerificationError):
        fill(stick, out, published(out, bundle="monthly"))
    assert tree(stick) == before
    assert not (stick / "files/monthly").exists()


@pytest.mark.parametrize("name", ["files", "files/weekly"])
def test_a_link_leads_nowhere(out, stick, tmp_path, name):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (stick / name).parent.mkdir(exist_ok=True)
    (stick / name).symlink_to(elsewhere)
    with pytest.raises(UsageError, match="no folder"):
        fill(stick, out, published(out))
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("name", ["files", "files/weekly"])
def test_a_file_where_a_folder_must_stand_is_left_and_told(out, stick, name):
    (stick / name).parent.mkdir(exist_ok=True)
    (stick / name).write_bytes(b"somebody's own")
    with pytest.raises(UsageError, match="no folder"):
        fill(stick, out, published(out))
    assert tree(stick) == {name: b"somebody's own"}


def test_another_file_of_a_keys_name_is_left_and_told(out, stick):
    edition = published(out)
    key = next((out / "keys").iterdir()).name
    (stick / "files/keys").mkdir(parents=True)
    (stick / "files/keys" / key).write_bytes(b"another")
    assert fill(stick, out, edition).left == (f"files/keys/{key}",)
    assert (stick / "files/keys" / key).read_bytes() == b"another"


def test_an_edition_that_is_not_as_released_is_refused(out, stick):
    edition = published(out)
    (edition.folder / "weekly-261122.html").write_bytes(b"changed")
    with pytest.raises(VerificationError, match="not as it was released"):
        fill(stick, out, edition)
    assert not tree(stick)


def test_no_folder_is_told(out, tmp_path):
    edition = published(out)
    with pytest.raises(UsageError, match="no folder"):
        fill(tmp_path / "nowhere", out, edition)
    file = tmp_path / "file"
    file.write_bytes(b"")
    with pytest.raises(UsageError, match="no folder"):
        fill(file, out, edition)
    with pytest.raises(UsageError, match="too long"):
        fill(tmp_path / ("n" * 300), out, edition)


def test_a_medium_is_looked_at_before_anything_is_written(out, stick, monkeypatch):
    seen = medium.look(stick)
    usual = shutil.disk_usage(stick)
    assert 0.5 < (seen.free + 1) / (usual.free + 1) < 2
    assert [medium.Medium(stick, "", 0, 4096, 0, own=True).takes(size) for size in (0, 1, 4096, 4097)] == [
        0, 4096, 4096, 8192,
    ]  # fmt: skip
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.W_OK)
    with pytest.raises(OutputError, match="cannot be written"):
        fill(stick, out, published(out))
    monkeypatch.undo()
    real = os.statvfs(stick)
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result((*real[:8], real.f_flag | os.ST_RDONLY, real[9])))
    with pytest.raises(OutputError, match="read-only"):
        medium.look(stick)
    assert not tree(stick)


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="only Linux says so there")
def test_the_file_system_is_named_as_linux_names_it():
    assert medium._system(Path("/proc").stat().st_dev) == "proc"
    assert medium._system(os.makedev(4095, 4095)) == ""


# -- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["con", "CON", "con .txt", "nul.epub", "aux.tar.gz", "com1", "lpt9.txt", "a.", "a ", "a:b", "a?b", 'a"b', "a\\b",
     "a|b", "a<b", "a*b", "a\nb", "a\x00b", "", "n" * 256, "書" * 256, "😀" * 128],
)  # fmt: skip
def test_names_that_no_stick_takes(name):
    assert names.fault(name)
    with pytest.raises(UsageError):
        names.check([f"files/{name}"] if name else ["files//a"])


@pytest.mark.parametrize(
    "name", ["weekly-261122.epub", "console", "com10", "com0x", "a.b.c", "書" * 255, ".part", "a b"]
)
def test_names_that_every_stick_takes(name):
    assert names.fault(name) is None
    names.check([f"files/{name}", "files/other"])


def test_capitals_do_not_tell_files_apart():
    with pytest.raises(UsageError, match="one name"):
        names.check(["files/Weekly/a", "files/weekly/b"])
    with pytest.raises(UsageError, match="one name"):
        names.check(["Files/a", "files/b"])


def test_a_bundle_named_like_a_device_is_refused(out, stick):
    with pytest.raises(UsageError, match="'con'"):
        fill(stick, out, published(out, bundle="con"))
    assert not tree(stick)


def test_a_file_larger_than_fat32_takes_is_refused(out, stick, monkeypatch):
    monkeypatch.setattr(names, "MAX_FILE_BYTES", 1000)
    with pytest.raises(UsageError, match="4 GB"):
        fill(stick, out, published(out, grow=2000))
    assert not tree(stick)
