"""Whatever fails at whatever step while a stick is filled: what has its name is whole, the next run heals the rest."""

import shutil

import pytest
from faulty import EIO, ENOSPC, KILL, Faulty
from shelves import published, tree

from bundler.release import verify

pytestmark = pytest.mark.slow

SHARE = ("--home", "kept", "share", "--by", "usb", "stick", "weekly", "monthly")
SAMPLED = 4
"""Each so-many-th step is broken; all of them under --every-fault."""


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    """A folder with two editions, a machine that fails on purpose, its steps, and a stick as it should be."""
    place = tmp_path_factory.mktemp("rig")
    published(place / "dist")
    published(place / "dist", bundle="monthly")
    with Faulty(place) as machine:
        empty(place)
        assert machine.warm(*SHARE).code == 0
        empty(place)
        steps = machine.run(*SHARE).steps
        yield machine, place, steps, tree(place / "stick")


def empty(place):
    shutil.rmtree(place / "stick", ignore_errors=True)
    (place / "stick").mkdir()
    (place / "stick/family.jpg").write_bytes(b"somebody's own")


@pytest.mark.parametrize("how", [KILL, EIO, ENOSPC])
def test_a_fault_at_any_step(rig, how, every_fault):
    machine, place, steps, whole = rig
    assert len(steps) > 40
    for step in range(1, len(steps) + 1, 1 if every_fault else SAMPLED):
        empty(place)
        done = machine.run(*SHARE, how=how, step=step)
        told = f"{how} at step {step}: {steps[step - 1]}\n{done.said}"
        assert done.code == -9 if how == KILL else done.code in (0, 74), told
        assert (place / "stick/family.jpg").read_bytes() == b"somebody's own"
        for folder in (place / "stick").glob("files/*/2026-11-22"):
            assert verify.folder(folder, verify.Trust()).good, told
        if done.code == 74:
            assert "hint: " in done.said, told
            assert not list((place / "stick").rglob("*.part")), told
        again = machine.run(*SHARE)
        assert again.code == 0, told + again.said
        assert tree(place / "stick") == whole, told


def test_no_file_may_grow_beyond_a_limit(rig):
    """A file system that takes no large file says so in the middle of one."""
    machine, place, _, whole = rig
    for most in (100, 900, 2_000, 20_000):
        empty(place)
        done = machine.run(*SHARE, most_bytes=most)
        assert (done.code, "too large for the medium" in done.said) == (74, True), done.said
        assert not list((place / "stick").rglob("*.part"))
        assert machine.run(*SHARE).code == 0
        assert tree(place / "stick") == whole
