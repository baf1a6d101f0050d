"""Whatever fails while a release is made, an edition that verifies stands, and the next run heals it to the byte."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from command import bundler, recipe
from faulty import EIO, ENOSPC, KILL, Faulty
from parts import require

from bundler.errors import BundlerError
from bundler.release import verify

pytestmark = pytest.mark.slow

OLD, NEW = "2026-11-13", "2026-11-20"
PASSPHRASE = "1234 5678 9012 3456 7890\n"
RELEASE = ("--home", "kept", "release", "weekly.yaml", "--date", NEW, "--passphrase-file", "pass")
KNOWN_CODES = {0, 4, 6, 74}
"""What a fault may end in: nothing noticed, an archive that cannot be read, a lock, a disk that refuses."""


def tree(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder, hidden ones and empty folders too."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "/"
        for path in sorted(folder.rglob("*"))
    }


def published(place: Path) -> list[Path]:
    return sorted(path.parent for path in place.glob("dist/weekly/2*/manifest.json"))


def whole(place: Path) -> None:
    """Hold what must be true at any moment: what can be seen verifies, and there is something to be seen."""
    there = published(place)
    assert there, "neither the old edition nor the new one"
    for folder in there:
        assert verify.folder(folder, verify.Trust()).verdict == "sealed", folder
    latest = json.loads((place / "dist/weekly/latest.json").read_bytes())
    assert place / "dist/weekly" / latest["edition"] in there, "latest.json names what is not there"
    for name in ("index.html", "feed.xml", "catalog.xml"):
        for link in re.findall(r'href="(weekly/[^"]+)"', (place / "dist" / name).read_text("utf-8")):
            assert (place / "dist" / link).is_file(), f"{name} leads to nothing"


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """A publisher's folder in which one edition stands, another is due, and one only is to be kept."""
    place = tmp_path_factory.mktemp("before")
    (place / "pass").write_text(PASSPHRASE)
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\n")
    assert bundler("keys", "new", "--passphrase-file", "pass", home=place, cwd=place).code == 0
    archive = place / "archive/news"
    archive.mkdir(parents=True)
    for name, text in (("a1", "河水上涨"), ("a2", "桥已修好")):
        (archive / f"{name}.md").write_text(f"---\ntitle: {text}\ndate: 2026-11-01\n---\n\n{text}。\n", "utf-8")
        os.utime(archive / f"{name}.md", (1_700_000_000,) * 2)
    recipe(place, place / "archive", every="friday", keep="1", formats="[text, epub]")
    made = bundler(*RELEASE[2:5], OLD, *RELEASE[6:], home=place, cwd=place)
    assert made.code == 0, made.err
    recipe(place, place / "archive", every="friday", keep="1", formats="[text, epub]", title="又一周")
    (archive / "a3.md").write_text("---\ntitle: 学校开学\ndate: 2026-11-02\n---\n\n学校开学。\n", "utf-8")
    os.utime(archive / "a3.md", (1_700_000_000,) * 2)
    return place


class Rig:
    """A folder that is put back before each try, and what it becomes undisturbed."""

    def __init__(self, before: Path, place: Path, machine: Faulty) -> None:
        self.before, self.place, self.machine = before, place, machine
        self.reset()
        done = machine.warm(*RELEASE)  # also what the catalog and the cache know from now on
        assert done.code == 0, done.said
        self.wanted, self.kept = tree(place / "dist"), place.with_name("kept")
        shutil.copytree(place / "kept", self.kept)
        self.reset()
        self.steps = machine.run(*RELEASE).steps
        assert tree(place / "dist") == self.wanted

    def reset(self, *, cold: bool = False) -> None:
        """Bring the folder back to what it was before the release; cold: as if nothing had been read yet."""
        for part in ("dist", "kept"):
            shutil.rmtree(self.place / part, ignore_errors=True)
        shutil.copytree(self.before, self.place, dirs_exist_ok=True)
        if not cold and hasattr(self, "kept"):
            shutil.rmtree(self.place / "kept", ignore_errors=True)
            shutil.copytree(self.kept, self.place / "kept")

    def judge(self, code: int, said: str) -> None:
        """Hold what is promised after a fault, and that the next run heals it."""
        assert code in {*KNOWN_CODES, -9}, said
        assert "Traceback" not in said
        whole(self.place)
        assert tree(self.place / "keys") == tree(self.before / "keys")
        healed = self.machine.run(*RELEASE)
        assert healed.code == 0, healed.said
        assert tree(self.place / "dist") == self.wanted
        assert tree(self.place / "keys") == tree(self.before / "keys")


@pytest.fixture(scope="module")
def rig(before, tmp_path_factory):
    place = tmp_path_factory.mktemp("rig") / "place"
    shutil.copytree(before, place)
    with Faulty(place) as machine:
        yield Rig(before, place, machine)


def chosen(steps: tuple[str, ...], how: str, *, every: bool) -> list[int]:
    """Return the steps to be broken: all, or, since three ways share them, each step in one way."""
    ways = (KILL, EIO, ENOSPC)
    return [n for n in range(1, len(steps) + 1) if every or n % len(ways) == ways.index(how)]


@pytest.mark.parametrize("how", [KILL, EIO, ENOSPC])
def test_case_119_a_release_that_fails_at_any_step_loses_nothing_and_the_next_heals_it(rig, how, every_fault):
    for step in chosen(rig.steps, how, every=every_fault):
        rig.reset()
        done = rig.machine.run(*RELEASE, how=how, step=step)
        assert done.code != -9 or how == KILL
        try:
            rig.judge(done.code, done.said)
        except AssertionError as error:
            error.add_note(f"{how} at step {step}: {rig.steps[step - 1]}\n{done.said}")
            raise


def test_case_118_a_limit_on_the_size_of_files_is_said_and_healed(rig):
    for most in (1_200, 2_000, 9_000):
        rig.reset()
        done = rig.machine.run(*RELEASE, most_bytes=most)
        assert done.code == 74, done.said
        assert "writing failed" in done.said
        rig.judge(done.code, done.said)


@pytest.fixture
def small(rig):
    """A disk in memory on which the publisher's output folder stands; its size can be changed while it is used."""
    rig.reset()
    dist = rig.place / "dist"

    def size(count: int, *, change: bool = True) -> None:
        options = f"{'remount,' if change else ''}size={count}k"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(dist)], check=False)
        if done.returncode:
            pytest.skip("mounting a small disk is not allowed here")

    size(64 * 1024, change=False)
    shutil.copytree(rig.before / "dist", dist, dirs_exist_ok=True)
    yield size
    subprocess.run(["umount", str(dist)], check=True)


def test_case_118_a_disk_that_is_full_is_said_and_healed_when_there_is_room(rig, small):
    """Room is left for nothing at all, then for more and more of what a release writes."""
    dist = rig.place / "dist"
    used = sum(-(-path.stat().st_size // 4096) * 4 if path.is_file() else 0 for path in rig.before.glob("dist/**/*"))
    codes = []
    for left in (0, 4, 8, 16, 32, 64, 128):
        for path in dist.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(rig.before / "dist", dist, dirs_exist_ok=True)
        small(used + left)
        done = rig.machine.run(*RELEASE)
        codes.append(done.code)
        assert done.code in {0, 74}, done.said
        assert ("the disk is full" in done.said) == (done.code == 74)
        whole(rig.place)
        small(64 * 1024)
        rig.judge(done.code, done.said)
    assert (codes[0], codes[-1]) == (74, 0), codes


def flipped(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x40
    path.write_bytes(data)


@pytest.mark.parametrize("where", ["head", "middle", "end", "short"])
def test_case_122_flipped_and_lost_bytes_in_cache_and_catalog_change_cost_only(rig, where):
    rig.reset()
    kept = [path for path in sorted((rig.place / "kept").rglob("*")) if path.is_file() and path.stat().st_size]
    assert {path.suffix for path in kept} >= {"", ".sqlite"}
    for path in kept:
        size = path.stat().st_size
        if where == "short":
            os.truncate(path, size // 2)
        else:
            flipped(path, {"head": 0, "middle": size // 2, "end": size - 1}[where])
    done = rig.machine.run(*RELEASE)
    assert done.code == 0, done.said
    assert tree(rig.place / "dist") == rig.wanted


def test_case_120_eight_at_once_make_one_edition_while_a_reader_verifies(rig):
    rig.reset()
    command = [sys.executable, "-m", "bundler", *RELEASE]
    environment = {"PATH": os.environ["PATH"], "HOME": str(rig.place), "LANG": "C.UTF-8"}
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    environment["PYTHONPATH"] = str(Path(__file__).parents[1])
    running = [subprocess.Popen(command, env=environment, cwd=rig.place, **quiet) for _ in range(8)]
    ended, looks = threading.Event(), []
    reader = threading.Thread(target=watch, args=(rig.place, ended, looks))
    reader.start()
    said = [one.communicate(timeout=120)[0] for one in running]
    ended.set()
    reader.join()
    codes = [one.returncode for one in running]
    assert set(codes) <= {0, 6}, said
    assert not any("Traceback" in one for one in said)
    assert sum("number 2, sealed and signed" in one for one in said) == 1
    assert all("another build is writing" in one for code, one in zip(codes, said, strict=True) if code == 6)
    assert {"sealed"} <= set(looks) <= {"sealed", "gone"}
    assert tree(rig.place / "dist") == rig.wanted


def watch(place: Path, ended: threading.Event, looks: list[str]) -> None:
    """Verify whatever can be seen, again and again."""
    while not ended.is_set():
        there = published(place)
        assert there
        looks += map(look, there)


def look(folder: Path) -> str:
    """Return what `verify` says of an edition; `gone` where it was deleted meanwhile, as `keep` wants."""
    try:
        verdict = verify.folder(folder, verify.Trust()).verdict
    except (OSError, BundlerError) as error:
        verdict = repr(error)
    return verdict if folder.exists() else "gone"


def test_case_119_killed_at_any_call_of_the_system(rig, every_fault):
    """The same with the whole program under strace, from a cold start: also what SQLite and other processes write."""
    if not every_fault:
        pytest.skip("takes minutes: make test-faults")
    require("strace")
    log = rig.place.with_name("calls")
    calls = "write,pwrite64,rename,renameat2,fsync,unlink,unlinkat,mkdir,rmdir"
    for call in calls.split(","):
        rig.reset(cold=True)
        count = traced(rig, log, "-f", "-e", f"trace={call}")[1]
        for step in range(1, count + 1):
            rig.reset(cold=True)
            code, _, said = traced(rig, log, "-f", "-e", f"trace={call}", "-e",
                                   f"inject={call}:signal=KILL:when={step}")  # fmt: skip
            assert code in {-9, 137, *KNOWN_CODES}, said
            try:
                rig.judge(0 if code in {-9, 137} else code, ORPHAN.sub("", said))
            except AssertionError as error:
                error.add_note(f"killed at {call} {step} of {count}\n{said}")
                raise


ORPHAN = re.compile(r"Traceback [^\0]*?spawn_main[^\0]*?\nEOFError: Ran out of input\n")
"""What Python itself says in a process that is being started when its parent is killed: no code of ours runs."""


def traced(rig: Rig, log: Path, *options: str) -> tuple[int, int, str]:
    """Run the release under strace; return its exit code, how many calls one process made at most, what it said."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(rig.place), "PYTHONDONTWRITEBYTECODE": "1",
                   "PYTHONPATH": str(Path(__file__).parents[1])}  # fmt: skip
    command = ["strace", "-qq", "-o", str(log), *options, sys.executable, "-m", "bundler", *RELEASE]
    done = subprocess.run(command, env=environment, cwd=rig.place, capture_output=True, check=False, timeout=120)
    text = log.read_text("utf-8", "replace")
    pids = [line.split()[0] for line in text.splitlines() if "(" in line]
    return done.returncode, max(map(pids.count, set(pids)), default=0), done.stdout.decode() + done.stderr.decode()
