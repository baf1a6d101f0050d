"""Whatever stands in the place of a file of ours in an archive: no command hangs, breaks or writes through it."""

import os
import shutil
from pathlib import Path

import pytest
from archives import write
from command import bundler
from fetching_world import created, held

from bundler.errors import OutputError
from bundler.fetch import consent, ledger, update

MEND = "hint: move it away: what failed is tried anew, and nothing else is lost\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with created(tmp_path_factory.mktemp("odd")) as found:
        yield found


@pytest.fixture(scope="module")
def fetched(world):
    archive = world.begin("fetched")
    assert world.fetch(archive).code == 0
    return archive


@pytest.fixture
def archive(fetched, tmp_path):
    """Return a copy of a fetched archive with what is remembered of it."""
    shutil.copytree(fetched.parent, tmp_path / "copy")
    return tmp_path / "copy/archive"


def put(kind, path, victim):
    """Put something else in the place of a file or folder."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            write(path / "a file", "我在这里。")
        case "link":
            path.symlink_to(victim)
        case "loop":
            path.symlink_to(path.name)
        case "garbage":
            path.write_bytes(b"\0\xff{]" * 9)


def places(archive):
    """Return the files and folders that fetching keeps, one of each kind, by what they are called here."""
    repository = next(archive.glob(".bundler/git/*.git"))
    pack = next(repository.glob("objects/pack/*.pack"))
    return {
        "record": archive / ".bundler/git.json",
        "pack": pack,
        "index": pack.with_suffix(".idx"),
        "stray": pack.with_name("stray"),
        "fresh": pack.with_name("fresh"),
        "head": repository / "HEAD",
        "page": next(archive.glob("*/*.html")),
        "picture": next(archive.glob("media/[0-9a-f][0-9a-f]/*")),
        "slip": next(archive.glob("media/from/*/*")),
    }


KINDS = ("pipe", "folder", "link", "loop", "garbage")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["record", "pack", "index", "stray", "fresh", "head", "page", "picture", "slip"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_command_hangs_breaks_or_writes_elsewhere(world, archive, tmp_path, name, kind):
    victim = tmp_path / "somebody's letter"
    victim.write_text("亲爱的妈妈")
    put(kind, places(archive)[name], victim)
    for done in (
        bundler("archive", "status", archive, home=archive.parent),
        world.fetch(archive),
        bundler("archive", "prune", archive, "--yes", home=archive.parent),
    ):
        assert "made a mistake" not in done.err
        assert "Traceback" not in done.err
        assert done.code in (0, 4, 74, 75), done.err
        assert done.code == 0 or "hint: " in done.err, done.err
    assert victim.read_text() == "亲爱的妈妈"


@pytest.mark.parametrize("kind", ["pipe", "folder", "link", "loop"])
def test_what_is_no_ledger_is_said_with_the_way_out(tmp_path, kind):
    (tmp_path / ".bundler").mkdir()
    put(kind, tmp_path / ".bundler/ledger.jsonl", tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="cannot be read") as caught:
        ledger.opened(tmp_path)
    assert caught.value.hint


@pytest.mark.parametrize("kind", ["pipe", "link", "loop", "garbage"])
def test_what_is_no_folder_of_ours_is_said_with_the_way_out(tmp_path, kind):
    (tmp_path / "elsewhere").mkdir()
    put(kind, tmp_path / ".bundler", tmp_path / "elsewhere")
    with pytest.raises(OutputError) as caught, update.locked(tmp_path):
        pass
    assert caught.value.hint
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pipe", "garbage"])
def test_what_stands_where_repositories_are_kept_is_moved_away(world, archive, tmp_path, kind):
    put(kind, archive / ".bundler/git", tmp_path / "elsewhere")
    done = world.fetch(archive)
    assert done.code == 74
    assert ".bundler/git' is no folder\nhint: move it away\n" in done.err
    (archive / ".bundler/git").unlink()
    assert world.fetch(archive).code == 0


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="no folder here that nobody may write into")
def test_a_folder_that_cannot_be_written_is_said_with_what_helps():
    with pytest.raises(OutputError) as caught, update.locked(Path("/sys")):
        pass
    assert str(caught.value.hint) == "make the archive's folder writable, or fetch into a copy of it"
    with pytest.raises(OutputError) as caught:
        consent.agree(Path("/sys"), Path("/sys"), ["news.example"])
    assert str(caught.value.hint) == "name another folder for what is kept on this machine: --home DIR"


@pytest.mark.parametrize("kind", ["pipe", "folder", "link", "loop"])
def test_a_list_of_pages_is_a_file(tmp_path, kind):
    archive = tmp_path / "archive"
    write(archive / "archive.yaml", "version: 1\nsources:\n  - pages: list.txt\n")
    put(kind, archive / "list.txt", "/etc/hostname")
    done = bundler("fetch", archive, "--dry-run", home=tmp_path)
    assert done.code == 3
    assert "list.txt' cannot be read" in done.err


@pytest.mark.slow
def test_a_pruned_archive_is_held_before_it_is_looked_at(archive):
    """Else a run of fetching that ends between the two brings pictures which pruning knows nothing of."""
    shutil.rmtree(archive.parent / "kept", ignore_errors=True)
    before = held(archive)
    with update.locked(archive):
        done = bundler("archive", "prune", archive, "--yes", home=archive.parent)
        assert done.code == 6
        assert "another run is at work in" in done.err
        assert not list(archive.parent.rglob("*.sqlite"))
    assert held(archive) == before


@pytest.mark.slow
@pytest.mark.parametrize(("mask", "most"), [(0o077, 0o700), (0o022, 0o755)])
def test_the_umask_says_who_may_read_an_archive(world, mask, most):
    archive = world.begin(f"umask-{mask:o}")
    done = world.broken(archive, f"import os\nos.umask({mask})\n")
    assert done.code == 0
    made = [path for path in archive.rglob("*") if path.name != "archive.yaml"]
    assert len(made) > 50
    assert [path for path in made if path.stat().st_mode & 0o777 & ~most] == []


WRITES = """
import os, sys

def watch(event, details):
    flags = details[2] if event == "open" else 0
    writing = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    changing = writing or event in ("os.rename", "os.mkdir", "os.chmod", "os.link", "os.symlink")
    if changing and isinstance(details[0], str | bytes):
        os.write(2, f"wrote {os.path.abspath(os.fsdecode(details[0]))}\\n".encode())

sys.addaudithook(watch)
"""


@pytest.mark.slow
def test_nothing_is_written_outside_the_archive_and_the_home_folder(world):
    archive = world.begin("watched")
    done = world.broken(archive, WRITES)
    assert done.code == 0
    wrote = [Path(line.removeprefix("wrote ")) for line in done.err.splitlines() if line.startswith("wrote ")]
    assert len(wrote) > 100
    ours = (archive, archive.parent / "kept", Path("/dev"))
    assert [path for path in wrote if not any(path.is_relative_to(one) for one in ours)] == []
