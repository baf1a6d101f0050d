"""What the tool keeps is listed with what it would tell, and goes when it is told to; it says what it cannot remove."""

import json
import shutil

import pytest
from command import MIRROR, bundler, recipe

from bundler import store, traces
from bundler.fetch import consent

pytestmark = pytest.mark.slow


@pytest.fixture
def used(tmp_path):
    """A home in which something was built from two archives."""
    recipe(tmp_path, MIRROR)
    other = tmp_path / "other"
    shutil.copytree(MIRROR, tmp_path / "second")
    other.mkdir()
    recipe(other, tmp_path / "second")
    for path in (tmp_path / "weekly.yaml", other / "weekly.yaml"):
        done = bundler("build", path, "--date", "2026-11-22", home=tmp_path, cwd=tmp_path)
        assert done.code == 0, done.err
    return tmp_path


def test_everything_is_listed_with_what_it_tells(used):
    (used / "kept/stranger.txt").write_text("?")
    found = json.loads(bundler("traces", "--json", home=used).out)
    listed = {row["path"] for row in found["kept"]}
    assert listed == {str(path) for path in (used / "kept").iterdir()}
    told = {row["path"].rpartition("/")[2]: row["tells"] for row in found["kept"]}
    assert told["stranger.txt"] == "unknown: it is not of this tool"
    assert told["catalog"] == traces.KEPT["catalog"]
    files = sum(path.is_file() for path in (used / "kept").rglob("*"))
    assert sum(row["files"] for row in found["kept"]) == files
    said = bundler("traces", home=used).out
    assert "titles, words and addresses of all their articles" in " ".join(said.split())


def test_one_recipe_is_forgotten_and_the_other_is_not(used):
    assert len(list((used / "kept/catalog").glob("*.sqlite"))) == 2
    done = bundler("forget", used / "weekly.yaml", home=used)
    assert done.code == 0
    assert len(list((used / "kept/catalog").glob("*.sqlite"))) == 1
    assert not (used / "kept/cache").exists()
    assert "the shell's history" in done.out


def test_everything_is_forgotten_but_what_is_not_ours(used):
    (used / "kept/stranger.txt").write_text("?")
    assert bundler("forget", "--all", home=used).code == 0
    assert [path.name for path in (used / "kept").iterdir()] == ["stranger.txt"]
    (used / "kept/stranger.txt").unlink()
    assert "nothing is kept" in bundler("forget", "--all", home=used).out
    assert not (used / "kept").exists()
    assert (used / "dist/weekly/2026-11-22").is_dir()


def test_what_a_killed_program_left_half_written_goes_too(used):
    """What is remembered is put beside its place first: whoever finds that learns the same."""
    left = store.unfinished(used / "kept/remembered.json")
    left.write_text("{}")
    (used / "kept/astray").symlink_to("nowhere")
    told = {one.path.name: one.tells for one in traces.kept(used / "kept")}
    assert told[left.name] == traces.KEPT["remembered.json"]
    agreed = consent.place(used / "kept", used / "second")
    agreed.parent.mkdir()
    for path in (agreed, store.unfinished(agreed)):
        path.write_text("")
    traces.forget(used / "kept", [used / "second"])
    assert list(agreed.parent.iterdir()) == []
    traces.forget(used / "kept", None)
    assert [path.name for path in (used / "kept").iterdir()] == ["astray"]


def test_an_archive_that_is_gone_is_forgotten_all_the_same(used):
    """Who deletes an archive first, or pulled the stick it stood on, leaves no titles behind."""
    shutil.rmtree(used / "second")
    done = bundler("forget", used / "other/weekly.yaml", home=used)
    assert done.code == 0
    assert "catalog" in done.out
    assert len(list((used / "kept/catalog").glob("*.sqlite"))) == 1


def test_what_cannot_be_removed_is_said_and_all_the_rest_is_gone(used):
    """What a link leads to may be anything of this user's: it stays, and he is told."""
    (used / "kept/catalog").rename(used / "elsewhere")
    (used / "kept/catalog").symlink_to(used / "elsewhere")
    (used / "kept/remembered.json").write_text("{}")
    (used / "kept/settings").symlink_to("nowhere")
    done = bundler("forget", "--all", home=used)
    assert done.code == 74, done.err
    assert "leads elsewhere: what stands there is not removed" in " ".join(done.err.split())
    assert [path.name for path in (used / "kept").iterdir()] == ["catalog"]
    assert len(list((used / "elsewhere").glob("*.sqlite"))) == 2


def test_no_name_of_this_machine_stands_in_what_is_kept(used):
    for path in sorted((used / "kept").rglob("*")):
        if path.is_file():
            assert str(used).encode() not in path.read_bytes(), path.name


def test_where_nothing_is_kept_that_is_said(tmp_path):
    for command in (("traces",), ("forget", "--all")):
        done = bundler(*command, home=tmp_path)
        assert (done.code, "nothing is kept" in done.out) == (0, True), done.err
    assert json.loads(bundler("traces", "--json", home=tmp_path).out)["kept"] == []
    assert not (tmp_path / "kept").exists()


def test_what_is_kept_is_listed_by_name(tmp_path):
    for name in ("settings", "cache", "stranger", "hosts", ".hidden"):
        (tmp_path / name).write_text(name)
    found = list(traces.kept(tmp_path))
    assert [one.path.name for one in found] == [".hidden", "cache", "hosts", "settings", "stranger"]
    assert [(one.files, one.bytes) for one in found] == [(1, len(one.path.name)) for one in found]


def test_it_must_be_said_what_to_forget(used):
    assert bundler("forget", home=used).code == 2
    assert bundler("forget", used / "weekly.yaml", "--all", home=used).code == 2
