"""A stick holds whole editions and one page that opens them; what was there stays, a fault leaves nothing half."""

import datetime as dt
import errno
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from shelves import published, tree

from bundler.errors import OutputError, UsageError
from bundler.gate import Expected, html
from bundler.release import verify
from bundler.share import contents, medium, usb

NOON = int(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC).timestamp())


def quiet(label, done, total):
    """Show nothing."""


@pytest.fixture
def out(tmp_path):
    return tmp_path / "dist"


@pytest.fixture
def stick(tmp_path):
    made = tmp_path / "stick"
    made.mkdir()
    return made


def fill(stick, out, *editions, progress=quiet):
    return usb.fill(stick, editions, out=out, progress=progress)


def test_a_stick_holds_one_page_and_one_folder(out, stick):
    edition = published(out)
    (out / "index.html").write_text("a page for hosts")
    (edition.folder / ".DS_Store").write_bytes(b"of the packer's machine")
    (edition.folder / "notes.txt").write_bytes(b"of the packer")
    filled = fill(stick, out, edition)
    assert sorted(path.name for path in stick.iterdir()) == ["START.html", "files"]
    there = tree(stick / "files")
    assert [name for name in there if "/" not in name] == [contents.page.name()]
    assert sorted(name.split("/")[-1] for name in there if name.startswith("weekly/")) == [
        "SEND.txt", "SHA256SUMS", "articles.json", "manifest.json", "manifest.json.minisig",
        "weekly-261122.epub", "weekly-261122.html", "weekly-261122.pdf", "weekly-261122.txt",
    ]  # fmt: skip
    assert [name for name in there if name.startswith("keys/")]
    assert len(filled.added) == 1
    assert not filled.left


def test_what_was_written_verifies_where_it_stands(out, stick):
    fill(stick, out, published(out))
    assert verify.folder(stick / "files/weekly/2026-11-22", verify.Trust()).verdict == "sealed"
    sums = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(sums, cwd=stick / "files/weekly/2026-11-22", check=False).returncode == 0


def test_what_is_not_published_beside_an_edition_need_not_be_there(out, stick):
    edition = published(out)
    for name in ("SEND.txt", "SHA256SUMS"):
        (edition.folder / name).unlink()
    shutil.rmtree(out / "keys")
    fill(stick, out, edition)
    assert verify.folder(stick / "files/weekly/2026-11-22", verify.Trust()).unsigned == ()
    assert not (stick / "files/keys").exists()


def test_of_the_keys_folder_only_what_is_public_goes_along_in_order(out):
    edition = published(out)
    public = ("a.pub", "b.card", "c.stop", "d.json", "d.json.1.minisig")
    for name in (*reversed(public), "editor.key", "editor", ".hidden.pub", "notes.txt", "a.pub.part"):
        (out / "keys" / name).write_text(name)
    (out / "keys/folder.pub").mkdir()
    there = [
        piece.path.removeprefix("files/keys/") for piece in contents.whole([edition], out=out) if "/keys/" in piece.path
    ]
    assert there == sorted(there)
    assert set(public) == {name for name in there if not name[0].isdigit()}


def test_every_time_is_the_editions_date(out, stick, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    fill(stick, out, published(out))
    assert {int(path.stat().st_mtime) for path in stick.rglob("*")} == {NOON}
    assert NOON not in {int(path.stat().st_mtime) for path in (stick, stick.parent)}, "these are nobody's business"


def test_each_edition_keeps_its_date_and_the_page_has_the_newest(out, stick):
    fill(stick, out, published(out, edition="2026-11-29", number=13), published(out))
    days = {
        path.relative_to(stick).as_posix(): dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).day
        for path in stick.rglob("*")
    }
    assert {day for name, day in days.items() if "2026-11-22/" in name} == {22}
    assert {day for name, day in days.items() if "2026-11-29/" in name} == {29}
    assert {days[name] for name in ("START.html", "files", f"files/{contents.page.name()}", "files/keys")} == {29}


def test_how_far_it_came_is_said_up_to_the_last_byte(out, stick):
    edition, shown = published(out, grow=50_000), []
    pieces = contents.parcels([edition])[0].pieces
    for _ in range(2):
        fill(stick, out, edition, progress=lambda *said: shown.append(said))
    total = sum(piece.bytes for piece in pieces) // 1000
    assert shown[-1] == ("KB to the stick", total, total)
    assert [done for _, done, _ in shown] == sorted(done for _, done, _ in shown)
    assert len(shown) == len(pieces), "what is there already is not written again"


def test_a_second_run_only_adds(out, stick):
    (stick / "family.jpg").write_bytes(b"somebody's own")
    fill(stick, out, published(out))
    before = tree(stick)
    again = fill(stick, out, published(out, edition="2026-11-29", number=13), published(out, bundle="monthly"))
    after = tree(stick)
    assert {name for name in before if after.get(name) != before[name]} == {"START.html"}
    assert [parcel.place for parcel in again.added] == ["files/monthly/2026-11-22", "files/weekly/2026-11-29"]
    page = after["START.html"].decode()
    links = ["files/weekly/2026-11-29/", "files/monthly/2026-11-22/", "files/weekly/2026-11-22/"]
    assert [page.index(link) for link in links] == sorted(page.index(link) for link in links), "the newest first"
    same = fill(stick, out, *contents_of(out))
    assert (len(same.added), len(same.there)) == (0, 3)
    assert (again.left, same.left) == ((), ()), "what is equal is not in the way"
    assert tree(stick) == after


def contents_of(out):
    from bundler.release.editions import bundles, released

    return [one for bundle in bundles(out) for one in released(out, bundle)]


def test_equal_editions_make_equal_sticks(tmp_path, out):
    first, second = tmp_path / "first", tmp_path / "second"
    for place in (first, second):
        place.mkdir()
    one, other = published(out), published(out, bundle="monthly")
    fill(first, out, one, other)
    fill(second, out, other)
    fill(second, out, one)
    assert tree(first) == tree(second)


# -- faults -------------------------------------------------------------------------------------------------------


def test_too_little_room_is_told_before_anything_is_written(out, stick, monkeypatch):
    edition = published(out)
    seen = medium.look(stick)
    monkeypatch.setattr(medium, "look", lambda root: medium.Medium(root, "vfat", 4096, 4096, seen.device, own=True))
    with pytest.raises(OutputError, match=r"4\.1 KB free"):
        fill(stick, out, edition)
    assert not tree(stick)


def test_room_is_counted_in_clusters_with_what_an_unfinished_run_has_written(out, stick, monkeypatch):
    edition, cluster = published(out, grow=50_000), 4096
    seen = medium.look(stick)

    def room(free):
        monkeypatch.setattr(
            medium, "look", lambda root: medium.Medium(root, "vfat", free, cluster, seen.device, own=True)
        )

    beside = contents.checks(out, dt.date(2026, 11, 22))
    sizes = [piece.bytes for piece in (*contents.parcels([edition])[0].pieces, *beside)]
    needed = sum(-(-size // cluster) for size in sizes) * cluster + usb.ROOM * cluster
    room(needed - 1)
    with pytest.raises(OutputError, match="are needed"):
        fill(stick, out, edition)
    staged = stick / "files/weekly/2026-11-22.part"
    staged.mkdir(parents=True)
    (staged / "weekly-261122.txt").write_bytes(b"x" * 50_000)
    room(needed - 13 * cluster)
    fill(stick, out, edition)
    shutil.rmtree(stick / "files")
    room(needed)
    fill(stick, out, edition)


@pytest.mark.parametrize(
    "refused",
    [
        (errno.ENOSPC, "full"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "pulled out"),
        (errno.ENODEV, "pulled out"),
        (errno.EFBIG, "too large"),
        (errno.ENAMETOOLONG, "does not take the name"),
        (errno.EACCES, "cannot be written"),
        (errno.EBUSY, "writing failed"),
    ],
)
@pytest.mark.parametrize("where", range(1, 12, 3))
def test_what_the_stick_refuses_is_said_and_nothing_half_done_stays(out, stick, monkeypatch, refused, where):
    number, said = refused
    (stick / "family.jpg").write_bytes(b"somebody's own")
    edition, real, flushed = published(out), os.fsync, iter(range(1, 1000))

    def failing(handle):
        if next(flushed) == where:
            raise OSError(number, os.strerror(number))
        real(handle)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OutputError, match=said) as found:
        fill(stick, out, edition)
    assert found.value.hint
    half_done = [name for name in tree(stick) if ".part" in name]
    assert not half_done
    if where <= len(contents.parcels([edition])[0].pieces):
        assert tree(stick) == {"family.jpg": b"somebody's own"}
        assert sorted(path.name for path in stick.iterdir()) == ["family.jpg"]
    monkeypatch.setattr(os, "fsync", real)
    fill(stick, out, edition)
    assert verify.folder(stick / "files/weekly/2026-11-22", verify.Trust()).good


def test_bytes_that_read_back_otherwise_are_told(out, stick, monkeypatch):
    """A false stick takes everything and gives back what it likes."""
    edition = published(out)
    monkeypatch.setattr(medium, "digest", lambda path, **_: "0" * 64)
    with pytest.raises(OutputError, match="reads back"):
        fill(stick, out, edition)
    assert not tree(stick)


def test_a_file_that_changes_while_it_is_copied_is_told(out):
    piece = contents.parcels([published(out)])[0].pieces[0]
    piece.source.write_bytes(piece.source.read_bytes() + b" ")
    with pytest.raises(UsageError, match="was changed while it was copied"):
        list(contents.stream(piece))
    piece.source.unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        list(contents.stream(piece))


def test_an_edition_that_does_not_verify_on_the_stick_is_told(out, stick, monkeypatch):
    """The last word has what readers check with, not what was copied."""
    edition, real = published(out), contents.stream
    monkeypatch.setattr(usb, "_holds", lambda path, piece: path.is_file())
    monkeypatch.setattr(contents, "stream", lambda piece: (data[::-1] for data in real(piece)))
    with pytest.raises(OutputError, match="reads back"):
        fill(stick, out, edition)
    assert not tree(stick)


def test_the_system_is_asked_to_forget_what_is_read_back(out, stick, monkeypatch):
    forgotten, real = [], os.posix_fadvise

    def asked(handle, start, count, advice):
        forgotten.append((Path(f"/proc/self/fd/{handle}").readlink().name, advice))
        real(handle, start, count, advice)

    monkeypatch.setattr(os, "posix_fadvise", asked)
    fill(stick, out, published(out))
    names = {path.name.removesuffix(".part") for path in stick.rglob("*") if path.is_file()}
    assert {name.removesuffix(".part") for name, _ in forgotten} == names
    assert {advice for _, advice in forgotten} == {os.POSIX_FADV_DONTNEED}


def test_folders_are_flushed_before_an_edition_has_its_name_and_after(out, stick, monkeypatch):
    """A stick that is pulled out then has the whole edition under its name, or none."""
    final, flushed, real = stick / "files/weekly/2026-11-22", [], medium.flush

    def noted(path):
        flushed.append((path.relative_to(stick).as_posix(), final.exists()))
        real(path)

    monkeypatch.setattr(medium, "flush", noted)
    fill(stick, out, published(out))
    assert ("files/weekly/2026-11-22.part", False) in flushed
    assert {"files/weekly/2026-11-22", "files/weekly", "files", "."} <= {name for name, named in flushed if named}


def test_an_unfinished_run_is_taken_up(out, stick, monkeypatch):
    edition = published(out, grow=3_000_000)
    count = 0

    def interrupted(label, done, total):
        nonlocal count
        count += 1
        if count == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(stick, out, edition, progress=interrupted)
    part = stick / "files/weekly/2026-11-22.part"
    kept = {path.name for path in part.iterdir()}
    assert "SEND.txt" in kept
    assert not (stick / "files/weekly/2026-11-22").exists(), "nobody takes it for an edition"
    (part / "._SEND.txt").write_bytes(b"what a system put there")
    written, real = [], contents.stream
    monkeypatch.setattr(contents, "stream", lambda piece: written.append(Path(piece.path).name) or real(piece))
    shown = []
    fill(stick, out, edition, progress=lambda _, done, total: shown.append((done, total)))
    assert shown[-1][0] == shown[-1][1]
    final = stick / "files/weekly/2026-11-22"
    assert not part.exists()
    assert not (final / "._SEND.txt").exists()
    assert "SEND.txt" not in written
    assert "weekly-261122.txt" in written


def test_a_stick_that_is_gone_is_not_written_elsewhere(out, stick, tmp_path):
    """Where a stick was pulled out, its folder is one of the computer's own disk."""
    edition = published(out)
    seen = medium.look(stick)
    with pytest.raises(OutputError, match="pulled out"), medium.said():
        medium.present(medium.Medium(stick, "vfat", seen.free, 4096, seen.device + 1, own=True))

    def pulled(label, done, total):
        if stick.exists():
            shutil.move(stick, tmp_path / "in somebody's hand")

    with pytest.raises(OutputError, match="pulled out"):
        fill(stick, out, edition, progress=pulled)
    assert not stick.exists(), "nothing was made where it stood"


def test_a_stick_that_is_gone_between_two_editions_is_not_made_anew(out, stick, tmp_path, monkeypatch):
    one, other, real = published(out), published(out, bundle="monthly"), medium.flush
    taken = tmp_path / "in somebody's hand"

    def pulled(path):
        real(path)
        if path == stick / "files" and not taken.exists():
            shutil.move(stick, taken)

    monkeypatch.setattr(medium, "flush", pulled)
    with pytest.raises(OutputError, match="pulled out"):
        fill(stick, out, one, other)
    assert not stick.exists(), "nothing was made where it stood"


# -- the page -----------------------------------------------------------------------------------------------------


def test_the_page_passes_the_gate_but_for_links_that_lead_to_what_is_there(out, stick):
    fill(stick, out, published(out), published(out, edition="2026-11-15", number=11))
    expected = Expected((), {}, ())
    found = html.faults(stick / "START.html", expected)
    broken = [fault.detail.strip("'\"") for fault in found if fault.code == "link-broken"]
    assert len(broken) == len(found), [fault for fault in found if fault.code != "link-broken"]
    assert broken
    assert all((stick / path).is_file() for path in broken)


def test_the_page_speaks_every_language_without_a_script(out, stick):
    fill(stick, out, published(out))
    page = (stick / "START.html").read_text("utf-8")
    assert "<script" not in page
    for word in ("Read", "阅读", "閱讀", "اقرأ", "خواندن", "Читать", "Oku", "Đọc", "ئوقۇش", "ཀློག་པ།", "ဖတ်ရန်", "Leer"):
        assert f">{word}</h1>" in page
