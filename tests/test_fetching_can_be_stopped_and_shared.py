"""Ctrl-C, other signals and a second command beside a running fetch: nothing breaks, and the next run goes on."""

import os
import signal
import subprocess

import pytest
from command import ROOT, bundler, recipe
from fetching import environment
from fetching_world import created, held, staged

AT = """
import os, signal, sys
changes = 0
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it

def watch(event, details):
    global changes
    writing = event == "open" and isinstance(details[2], int) and details[2] & (os.O_WRONLY | os.O_RDWR)
    if (writing or event in ("os.rename", "os.mkdir")) and {archive!r} in str(details[0]):
        changes += 1
        if changes in {at}:
            {act}

sys.addaudithook(watch)
"""
POINTS = (2, 30, 60, 85)
"""Changes of the disk of some 110, among them Git's pack, a feed's articles, pages and pictures."""
WAITS = 'sys.stderr.write("at work\\n"); sys.stderr.flush(); sys.stdin.readline()'


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with created(tmp_path_factory.mktemp("stopped")) as found:
        yield found


@pytest.fixture(scope="module")
def whole(world):
    archive = world.begin("undisturbed")
    assert world.fetch(archive).code == 0
    return held(archive)


def doing(archive, at, act):
    """Return code by which a process does something at some changes of the archive."""
    return AT.replace("{archive!r}", repr(str(archive))).replace("{at}", repr(at)).replace("{act}", act)


def goes_on(world, archive, whole):
    assert world.fetch(archive).code == 0
    assert staged(archive) == []
    assert held(archive) == whole


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("at", POINTS)
def test_ctrl_c_ends_in_one_sentence(world, whole, at, times):
    archive = world.begin(f"interrupted-{at}-{times}")
    moments = tuple(range(at, at + times))
    done = world.broken(archive, doing(archive, moments, "os.kill(os.getpid(), signal.SIGINT)"))
    assert done.code == 130, done.err
    assert "Traceback" not in done.err
    assert "stopped" in done.err
    goes_on(world, archive, whole)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_other_signals_cost_no_more_than_what_is_under_way(world, whole, name):
    archive = world.begin(name)
    done = world.broken(archive, doing(archive, (60,), f"os.kill(os.getpid(), signal.{name})"))
    assert done.code == -getattr(signal, name), done.err
    assert "Traceback" not in done.err
    goes_on(world, archive, whole)


@pytest.mark.slow
def test_nobody_who_reads_the_end_breaks_nothing(world, whole):
    archive = world.begin("unread")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        made = subprocess.run(
            world.line(archive, "--yes", "--json"), env=environment(archive.parent), cwd=ROOT, stdout=gone,
            stderr=subprocess.PIPE, check=False, timeout=300,
        )  # fmt: skip
    assert (made.returncode, made.stderr) == (0, b"")
    assert held(archive) == whole


@pytest.mark.slow
def test_other_commands_beside_a_running_fetch_do_no_harm(world, whole):
    """The run waits in the middle of its pictures, as before a slow server, until all others are done."""
    archive = world.begin("shared")
    chosen = recipe(archive.parent, archive)
    line = world.line(archive, "--yes", before=doing(archive, (85,), WAITS))
    with subprocess.Popen(
        line, env=environment(archive.parent), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stderr is not None
        while "at work" not in (said := running.stderr.readline()):
            assert said, "the run ended before its pictures"
        second = world.fetch(archive)
        pruned = bundler("archive", "prune", archive, "--yes", home=archive.parent)
        status = bundler("archive", "status", archive, "--json", home=archive.parent)
        listed = bundler("list", chosen, "--json", home=archive.parent)
        _, rest = running.communicate("\n", timeout=300)
    assert second.code == pruned.code == 6
    assert "another run is at work in" in second.err
    assert "another run is at work in" in pruned.err
    assert (status.code, listed.code) == (0, 0), (status.err, listed.err)
    assert running.returncode == 0, rest
    assert staged(archive) == []
    assert held(archive) == whole
