"""Fetching is killed at any change of the disk: what is there stays valid, and the next run ends as if undisturbed."""

import os
import signal

import pytest
from fetching_world import created, held, lists, staged

POINTS = int(os.environ.get("BUNDLER_TEST_KILLS", "8"))
"""So many of some two hundred changes of the disk, spread evenly: each costs three runs of the program."""
DYING = """
import os, signal, sys
changes = 0

def watch(event, details):
    global changes
    writing = event == "open" and isinstance(details[2], int) and details[2] & (os.O_WRONLY | os.O_RDWR)
    if writing or event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"):
        if {archive!r} in str(details[0]):
            changes += 1
            if changes == {at}:
                os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
"""
COUNTED = """
import atexit
atexit.register(lambda: print(f"changes {changes}", file=sys.stderr))
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with created(tmp_path_factory.mktemp("killed")) as found:
        yield found


def killed(world, archive, at, more=""):
    """Fetch in a process that is killed before so many changes of the archive."""
    return world.broken(archive, DYING.replace("{archive!r}", repr(str(archive))).replace("{at}", str(at)) + more)


@pytest.mark.slow
def test_killed_anywhere_it_goes_on_as_if_nothing_had_been(world):
    archive = world.begin("undisturbed")
    told = killed(world, archive, 0, COUNTED).err
    changes = int(told.rpartition("changes ")[2])
    whole = held(archive)
    assert len([name for name in whole[0] if name.endswith(".html")]) == 7
    assert len([name for name in whole[0] if name.startswith("media/")]) == 18
    assert changes > 100
    for at in sorted({1 + changes * n // POINTS for n in range(POINTS)}):
        archive = world.begin(f"killed-{at}")
        assert killed(world, archive, at).code == -signal.SIGKILL, at
        if (archive / ".bundler/git.json").exists():
            assert lists(archive).code == 0, at
        assert world.fetch(archive).code == 0, at
        assert staged(archive) == [], at
        files, known = held(archive)
        assert sorted(name for name in files | whole[0] if files.get(name) != whole[0].get(name)) == [], at
        assert known == whole[1], at
    assert lists(archive).code == 0
