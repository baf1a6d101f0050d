"""The disk fills up at any moment of fetching: one sentence says so, nothing is half written, the next run goes on."""

import os
import shutil
import subprocess
import sys

import pytest
from command import ROOT
from fetching import environment
from fetching_world import created, held, lists, staged

POINTS = int(os.environ.get("BUNDLER_TEST_KILLS", "6"))
"""So many of some hundred changes of the disk, spread evenly: each costs three runs of the program."""
FILLING = """
import atexit, errno, os, sys
changes = 0

def watch(event, details):
    global changes
    writing = event == "open" and isinstance(details[2], int) and details[2] & (os.O_WRONLY | os.O_RDWR)
    if writing or event in ("os.rename", "os.mkdir"):
        if {archive!r} in str(details[0]):
            changes += 1
            if changes >= {at}:
                raise OSError(errno.{error}, os.strerror(errno.{error}), str(details[0]))

sys.addaudithook(watch)
atexit.register(lambda: print(f"changes {changes}", file=sys.stderr))
"""
SAID = {
    "ENOSPC": "error: the disk is full\nhint: free some space and run it again: what stood before is whole\n",
    "EIO": "error: writing failed: the disk is failing\nhint: run it again: what stood before is whole\n",
}
SIZES = (16, 60, 110)
"""Kilobytes of a real disk: with the first Git's pack does not fit, with the last some pictures do not."""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with created(tmp_path_factory.mktemp("full")) as found:
        yield found


@pytest.fixture(scope="module")
def whole(world):
    """Return the changes of an undisturbed run, and the archive that it makes."""
    archive = world.begin("undisturbed")
    done = filled(world, archive, 1_000_000)
    assert done.code == 0, done.err
    return int(done.err.rpartition("changes ")[2]), held(archive)


def filled(world, archive, at, error="ENOSPC"):
    """Fetch in a process in which no change of the archive from this one on succeeds."""
    before = FILLING.replace("{archive!r}", repr(str(archive))).replace("{at}", str(at)).replace("{error}", error)
    return world.broken(archive, before)


def goes_on(world, archive, whole):
    """Hold that nothing is half written, that what is there can be read, and that a run with room ends as ever."""
    assert staged(archive) == []
    if (archive / ".bundler/git.json").exists():
        assert lists(archive).code == 0
    assert world.fetch(archive).code == 0
    files, known = held(archive)
    assert sorted(name for name in files | whole[0] if files.get(name) != whole[0].get(name)) == []
    assert known == whole[1]


@pytest.mark.slow
@pytest.mark.parametrize("error", SAID)
def test_whatever_the_disk_refuses_is_one_sentence_and_the_next_run_goes_on(world, whole, error):
    changes, held_whole = whole
    assert changes > 90
    for at in sorted({1 + changes * n // POINTS for n in range(POINTS)}):
        archive = world.begin(f"{error}-{at}")
        done = filled(world, archive, at, error)
        assert done.code == 74, (at, done.err)
        assert SAID[error] in done.err, at
        assert "Traceback" not in done.err, at
        goes_on(world, archive, held_whole)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or shutil.which("unshare") is None, reason="no small disk can be made here")
@pytest.mark.parametrize("size", SIZES)
def test_a_disk_that_is_really_full_leaves_nothing_torn(world, whole, size):
    """A disk of some kilobytes in a namespace of its own; what is on it in the end is copied to a roomy one."""
    archive = world.begin(f"small-{size}")
    disk, roomy = archive.parent / "disk", archive.parent / "roomy"
    disk.mkdir()
    script = (
        'mount -t tmpfs -o size="$0"k none "$1" && mkdir "$1/archive" && cp "$2/archive.yaml" "$1/archive" || exit 99; '
        'disk=$1; roomy=$3; shift 3; "$@"; code=$?; cp -a "$disk/archive" "$roomy"; exit $code'
    )
    line = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, str(size), disk, archive, roomy]
    done = subprocess.run(
        [*map(str, line), *world.line(disk / "archive", "--yes")], env=environment(archive.parent), cwd=ROOT,
        capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    said = done.stderr.decode()
    if done.returncode in (1, 99) and ("unshare" in said or "mount" in said):
        pytest.skip(f"no small disk can be made here: {said.strip()}")
    assert done.returncode == 74, said
    assert SAID["ENOSPC"] in said
    goes_on(world, roomy, whole[1])
