"""An edition stands in the output folder whole or not at all, and a former one survives any failure."""

import datetime as dt
import errno
import fcntl
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bundler import store
from bundler.errors import LockError, OutputError, UsageError

DAY = dt.date(2026, 11, 22)


def publish(out, text, *, extension="txt"):
    with store.edition(out, "weekly", DAY) as staging:
        with staging.output("text").open(extension) as file:
            file.write(text.encode())
        return staging.files


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_file_is_named_hashed_and_counted(tmp_path):
    (written,) = publish(tmp_path, "一二三")
    assert (written.name, written.bytes) == ("weekly-261122.txt", 9)
    assert (tmp_path / "weekly/2026-11-22" / written.name).read_text(encoding="utf-8") == "一二三"
    assert len(written.sha256) == 64


def test_the_longest_name_has_25_characters(tmp_path):
    with store.edition(tmp_path, "abcdefgh", DAY, letter="b") as staging:
        for volume in (1, 12):
            with staging.output("epub", volume=volume, volumes=12).open("epub"):
                pass
        with staging.output("epub", volume=12, volumes=12, size="s").open("epub"):
            pass
        with staging.output("epub", size="s").open("epub"):
            pass
        with staging.output("epub").open("epub"):
            pass
        with staging.output("epub", volume=2, volumes=2).open("epub"):
            pass
    assert [file.name for file in staging.files] == [
        f"abcdefgh-261122b{part}.epub" for part in ("-1", "-12", "-12s", "-s", "", "-2")
    ]
    assert all(len(file.name) <= 25 for file in staging.files)


def test_a_second_build_replaces_the_first_whole(tmp_path):
    publish(tmp_path, "eins", extension="txt")
    publish(tmp_path, "zwei", extension="md")
    assert names(tmp_path) == ["weekly", "weekly/2026-11-22", "weekly/2026-11-22/weekly-261122.md"]


@pytest.mark.parametrize("failure", [ValueError("a bug"), KeyboardInterrupt(), OSError(errno.ENOSPC, "full")])
def test_a_failed_build_leaves_the_former_edition_and_nothing_else(tmp_path, failure):
    publish(tmp_path, "the former one")
    with pytest.raises(type(failure)), store.edition(tmp_path, "weekly", DAY) as staging:
        with staging.output("text").open("txt") as file:
            file.write(b"half of the new")
        raise failure
    assert names(tmp_path) == ["weekly", "weekly/2026-11-22", "weekly/2026-11-22/weekly-261122.txt"]
    assert (tmp_path / "weekly/2026-11-22/weekly-261122.txt").read_text() == "the former one"


def test_a_first_build_that_fails_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="bug"), store.edition(tmp_path, "weekly", DAY):
        raise ValueError("a bug")
    assert names(tmp_path) == []


def test_case_118_a_full_disk_is_a_sentence(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="the disk is full") as caught:
        publish(tmp_path, "text")
    assert caught.value.exit_code == 74
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EROFS, "is on a read-only disk"),
        (errno.EACCES, "cannot be written"),
        (errno.EDQUOT, "quota"),
        (errno.EIO, "writing failed"),
    ],
)
def test_case_121_a_disk_that_refuses_is_a_sentence(tmp_path, monkeypatch, number, said):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError, match=said) as caught:
        publish(tmp_path / "dist", "text")
    assert caught.value.hint


def test_an_output_folder_that_is_a_file_is_a_sentence(tmp_path):
    (tmp_path / "dist").write_text("I am a file")
    with pytest.raises(OutputError):
        publish(tmp_path / "dist", "text")


def test_case_120_a_second_build_at_the_same_time_says_so(tmp_path):
    with store.edition(tmp_path, "weekly", DAY), pytest.raises(LockError, match="another build") as caught:
        publish(tmp_path, "text")
    assert caught.value.exit_code == 6
    publish(tmp_path, "and then it goes on")


def test_a_disk_that_knows_no_locks_is_a_sentence(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(OutputError, match="No locks available"):
        publish(tmp_path, "text")


def test_a_folder_that_cannot_be_opened_is_a_sentence(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OutputError, match="cannot be written"), store.locked(tmp_path):
        pass


def test_a_sealed_edition_is_never_replaced(tmp_path):
    publish(tmp_path, "promised")
    (tmp_path / "weekly/2026-11-22" / store.SEAL).write_text("{}")
    with pytest.raises(UsageError, match="is sealed"):
        publish(tmp_path, "other")
    assert (tmp_path / "weekly/2026-11-22/weekly-261122.txt").read_text() == "promised"


KILLED = """
    import datetime as dt, os, signal, sys
    from pathlib import Path
    from bundler import store
    calls = [int(sys.argv[2])]
    def counted(real):
        def call(*args, **options):
            calls[0] -= 1
            if calls[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)
        return call
    os.fsync, store._exchange = counted(os.fsync), counted(store._exchange)
    Path.rename, Path.mkdir = counted(Path.rename), counted(Path.mkdir)
    with store.edition(Path(sys.argv[1]), "weekly", dt.date(2026, 11, 22)) as staging:
        with staging.output("text").open("txt") as file:
            file.write(b"the new one")
"""


def test_case_119_killed_at_any_step_the_old_or_the_new_edition_stands_and_a_rerun_heals(tmp_path):
    publish(tmp_path, "the old one")
    place = tmp_path / "weekly/2026-11-22/weekly-261122.txt"
    script = textwrap.dedent(KILLED)
    codes = []
    for step in range(1, 12):
        done = subprocess.run([sys.executable, "-c", script, str(tmp_path), str(step)], check=False, timeout=120)
        codes.append(done.returncode)
        assert place.read_text() in ("the old one", "the new one")
        publish(tmp_path, "the old one")
        assert names(tmp_path) == ["weekly", "weekly/2026-11-22", "weekly/2026-11-22/weekly-261122.txt"]
    assert codes.count(-signal.SIGKILL) >= 5
    assert codes[-1] == 0


def recorded(monkeypatch):
    """Return a list that is told, in order, of each file or folder that is flushed and of each that is moved."""
    told, flush, move, place = [], os.fsync, Path.rename, Path.replace

    def fsync(handle):
        told.append(("flush", Path(f"/proc/self/fd/{handle}").readlink().name))
        flush(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", lambda path, to: (told.append(("move", to.name)), move(path, to))[1])
    monkeypatch.setattr(Path, "replace", lambda path, to: (told.append(("move", to.name)), place(path, to))[1])
    return told


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not say which file a handle is of")
def test_bytes_are_on_the_disk_before_they_are_in_their_place(tmp_path, monkeypatch):
    """After a power failure a name leads to whole bytes or to none; and what was said to be there is there."""
    told = recorded(monkeypatch)
    publish(tmp_path, "text")
    assert told == [
        ("flush", "weekly-261122.txt"), ("flush", "edition"), ("move", "2026-11-22"), ("flush", "weekly")
    ]  # fmt: skip
    told.clear()
    store.put(tmp_path / "weekly/latest.json", b"{}")
    assert told == [("flush", ".latest.json.bundler-staging"), ("move", "latest.json"), ("flush", "weekly")]
    told.clear()
    store.put(tmp_path / "weekly/latest.json", b"{}")
    assert told == [], "what is there already is not written again"
    store.put(tmp_path / "weekly/latest.json", b"[]", flushed=False)
    assert told == [("move", "latest.json")]


def test_what_a_killed_program_left_is_swept_and_never_written_through(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("of somebody")
    out = tmp_path / "dist"
    (out / "weekly").mkdir(parents=True)
    (out / "weekly/.2026-11-15.bundler-staging").mkdir()
    (out / "weekly/.latest.json.bundler-staging").symlink_to(kept / "file")
    (out / ".index.html.bundler-staging").write_text("half")
    (out / "linked").symlink_to(kept)
    (kept / ".other.bundler-staging").write_text("behind a link")
    (out / ".bundler-staging").symlink_to(kept)
    store.put(out / "weekly/latest.json", b"{}")
    with store.locked(out):
        pass
    assert names(out) == ["linked", "weekly", "weekly/latest.json"]
    assert names(kept) == [".other.bundler-staging", "file"]
    assert (kept / "file").read_text() == "of somebody"


def test_what_cannot_be_put_leaves_nothing(tmp_path):
    (tmp_path / "index.html").mkdir()
    with pytest.raises(OutputError):
        store.put(tmp_path / "index.html", b"text")
    assert names(tmp_path) == ["index.html"]


def test_a_host_can_read_what_is_put_and_nobody_what_is_private(tmp_path):
    before = os.umask(0o077)
    try:
        store.put(tmp_path / "index.html", b"open")
        store.put(tmp_path / "sheet.html", b"closed", private=True)
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("index.html", "sheet.html")] == [0o644, 0o600]


def test_a_host_can_enter_the_folders_that_a_scheduler_makes(tmp_path):
    """The folder of all editions says who may enter; a scheduler's umask closes no new edition to the web host."""
    before = os.umask(0o077)
    try:
        publish(tmp_path, "one")
        store.put(tmp_path / "keys/a.pub", b"open")
        store.put(tmp_path / "secrets/a.key", b"closed", private=True)
        store.put(tmp_path / "other/shelf/index.html", b"open")
    finally:
        os.umask(before)
    wanted = {
        "weekly": 0o755, "weekly/2026-11-22": 0o755, "weekly/2026-11-22/weekly-261122.txt": 0o644, "keys": 0o755,
        "secrets": 0o700, "other": 0o700,
    }  # fmt: skip
    assert {name: (tmp_path / name).stat().st_mode & 0o777 for name in wanted} == wanted


def test_ctrl_c_at_the_first_moment_leaves_nothing(tmp_path, monkeypatch):
    made = Path.mkdir

    def interrupted(path, *arguments, **options):
        made(path, *arguments, **options)
        if path.name == "edition":
            raise KeyboardInterrupt

    monkeypatch.setattr(Path, "mkdir", interrupted)
    with pytest.raises(KeyboardInterrupt), store.edition(tmp_path / "dist", "weekly", DAY):
        pass
    assert list((tmp_path / "dist").rglob("*")) == []
