"""A Git mirror is fetched without a check-out, a commit at a time; whatever stops it, the former commit stays."""

import datetime as dt
import os
import signal
import subprocess
from pathlib import Path

import pytest
from git_server import QUIET, Repository, serving
from test_proxies_carry_names_too import proxying

from bundler import blobs
from bundler.catalog import open_archive
from bundler.errors import OutputError
from bundler.fetch import git, ledger, packing, reach
from bundler.fetch.events import Run
from bundler.fetch.faults import NetError
from bundler.fetch.net import Manners, Net, Reach
from bundler.fetch.sources import Git
from bundler.folder import open_folder
from bundler.work import Work

pytestmark = pytest.mark.slow

DAY = dt.date(2026, 11, 22)


def page(number, words="河边的人在晨光里卖菜"):
    return f"# 第{number}篇\n\n{words}，这是第{number}天的消息。\n"


@pytest.fixture
def origin(tmp_path):
    repository = Repository(tmp_path / "origin/mirror")
    for number in range(30):
        repository.write(f"news/{number:02}.md", page(number))
    repository.commit()
    return repository


@pytest.fixture
def server(tmp_path):
    with serving(tmp_path / "origin") as found:
        yield found


def bring(archive, server, *, branch="", paths=(), name="mirror"):
    """Fetch once; return what was told."""
    archive.mkdir(exist_ok=True)
    book = ledger.opened(archive)
    source = Git(f"{server.url}/{name}/.git", branch, paths)
    try:
        with Net(Reach(loopback=True), Manners(gap=0, robots=False, tries=1, back_off=0)) as net:
            return list(git.fetch(source, Run(archive, net, book, DAY)))
    finally:
        book.close()


def texts(archive):
    tree = open_folder(archive)
    return {file.path: tree.read(file.path).decode() for file in tree.list() if file.path.endswith(".md")}


def told(events, what):
    return [event.subject for event in events if event.what == what]


def test_a_mirror_is_read_from_its_blobs(origin, server, tmp_path):
    archive = tmp_path / "archive"
    assert len(told(bring(archive, server), "new")) == 30
    assert texts(archive) == {f"news/{number:02}.md": page(number) for number in range(30)}
    assert sorted(path.name for path in archive.iterdir()) == [".bundler"], "nothing is checked out"


def test_git_itself_finds_the_repository_whole(origin, server, tmp_path):
    archive = tmp_path / "archive"
    bring(archive, server)
    origin.write("news/30.md", page(30))
    commit = origin.commit()
    bring(archive, server)
    (repository,) = (archive / ".bundler/git").glob("*.git")
    for command in (("fsck", "--strict", "--full"), ("log", "--oneline"), ("ls-tree", "-r", commit)):
        done = subprocess.run(
            ("git", "-c", "safe.bareRepository=all", "--git-dir", str(repository), *command),
            env=QUIET, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert "news/30.md" in done.stdout


def test_only_what_changed_is_sent(origin, server, tmp_path):
    archive = tmp_path / "archive"
    for number in range(40, 60):
        origin.write(f"media/{number}.bin", os.urandom(20_000))
    origin.commit()
    bring(archive, server)
    whole = server.sent
    origin.write("news/07.md", page(7, "桥修好了"))
    (origin.root / "news/08.md").unlink()
    origin.write("news/31.md", page(31))
    origin.commit()
    events = bring(archive, server)
    assert (told(events, "new"), told(events, "changed"), told(events, "gone")) == (
        ["news/31.md"], ["news/07.md"], ["news/08.md"],
    )  # fmt: skip
    assert whole > 400_000
    assert server.sent - whole < 5_000
    assert "桥修好了" in texts(archive)["news/07.md"]


def test_nothing_new_takes_one_small_request(origin, server, tmp_path):
    archive = tmp_path / "archive"
    bring(archive, server)
    server.asked.clear()
    kept = sorted((path, path.stat().st_mtime_ns) for path in (archive / ".bundler/git").rglob("*"))
    assert told(bring(archive, server), "same")
    assert len(server.asked) == 1
    assert kept == sorted((path, path.stat().st_mtime_ns) for path in (archive / ".bundler/git").rglob("*"))


def test_history_stays_where_it_is(origin, server, tmp_path):
    origin.write("news/00.md", page(0, "这句话后来被改掉了"))
    origin.commit()
    origin.write("news/00.md", page(0))
    commit = origin.commit()
    bring(tmp_path / "archive", server)
    tree = blobs.recorded(tmp_path / "archive").tree(tmp_path / "archive")
    assert list(blobs.history(tree)) == [commit]


def test_commits_between_two_runs_are_no_rewritten_history(origin, server, tmp_path):
    archive = tmp_path / "archive"
    bring(archive, server)
    for number in range(31, 40):
        origin.write(f"news/{number}.md", page(number))
        origin.commit()
    assert not told(bring(archive, server), "note")
    assert len(texts(archive)) == 39


@pytest.mark.parametrize("later", [True, False])
def test_a_rewritten_history_is_said_and_its_words_go(origin, server, tmp_path, later):
    archive = tmp_path / "archive"
    first = origin.git("rev-parse", "HEAD")
    origin.write("news/05.md", page(5, "这里写着一位证人的住址"))
    origin.commit()
    bring(archive, server)
    origin.git("reset", "-q", "--hard", first)
    if later:
        origin.write("news/06.md", page(6, "改过"))
        origin.commit()
    events = bring(archive, server)
    assert [event.code for event in events if event.what == "note"] == ["git-rewritten"]
    assert texts(archive)["news/05.md"] == page(5)
    bring(archive, server)
    origin.write("news/32.md", page(32))
    origin.commit()
    bring(archive, server)
    names = blobs.recorded(archive).packs
    assert {path.name for path in (archive / ".bundler/git").glob("*.git/objects/pack/*.pack")} == set(names)
    tree = blobs.recorded(archive).tree(archive)
    secret = origin.git("hash-object", "--stdin", data=page(5, "这里写着一位证人的住址").encode())
    with pytest.raises(blobs.PackError):
        blobs._whole(tree, bytes.fromhex(secret), blobs.BLOB)


def test_branches_and_paths_are_as_asked(origin, server, tmp_path):
    origin.git("checkout", "-q", "-b", "书")
    origin.write("books/1.md", "# 一本书\n\n第一章。\n")
    origin.write("indexes/a.md", "# 目录\n")
    origin.commit()
    origin.git("checkout", "-q", "main")
    archive = tmp_path / "archive"
    bring(archive, server, branch="书", paths=("books/", "indexes/"))
    assert sorted(texts(archive)) == ["books/1.md", "indexes/a.md"]
    server.asked.clear()
    bring(archive, server, branch="书", paths=("books/",))
    assert sorted(texts(archive)) == ["books/1.md"]
    assert len(server.asked) == 1, "other paths of the same commit take no fetching"
    with pytest.raises(NetError) as caught:
        bring(archive, server, branch="nowhere")
    assert caught.value.code == "git-branch-missing"
    assert sorted(texts(archive)) == ["books/1.md"]


def test_an_answer_that_breaks_off_changes_nothing(origin, server, tmp_path):
    archive = tmp_path / "archive"
    bring(archive, server)
    before = texts(archive)
    origin.write("news/01.md", page(1, "第二天"))
    origin.commit()
    for cut in (0, 3, 60, 200, 400):
        server.cut = cut
        with pytest.raises(NetError):
            bring(archive, server)
        assert texts(archive) == before
    server.cut = None
    bring(archive, server)
    assert "第二天" in texts(archive)["news/01.md"]
    assert not list((archive / ".bundler/git").glob("*.git/objects/pack/fresh"))


@pytest.mark.parametrize("step", range(12))
def test_a_disk_that_refuses_at_any_step_changes_nothing(origin, server, tmp_path, monkeypatch, step):
    archive = tmp_path / "archive"
    bring(archive, server)
    before = texts(archive)
    origin.write("news/01.md", page(1, "第二天"))
    origin.commit()
    left = [step]

    def failing(done):
        def call(*arguments, **named):
            left[0] -= 1
            if left[0] < 0:
                raise OutputError("disk full")
            return done(*arguments, **named)

        return call

    monkeypatch.setattr(git.store, "put", failing(git.store.put))
    monkeypatch.setattr(packing, "indexed", failing(packing.indexed))
    monkeypatch.setattr(git, "_tidy", failing(git._tidy))
    try:
        bring(archive, server)
    except OutputError:
        record = blobs.recorded(archive)
        assert texts(archive) in (before, {**before, "news/01.md": page(1, "第二天")}), record
    monkeypatch.undo()
    bring(archive, server)
    assert "第二天" in texts(archive)["news/01.md"]


@pytest.mark.parametrize("step", range(8))
def test_a_run_that_is_killed_at_any_step_changes_nothing(origin, server, tmp_path, step):
    """Killed just before the nth change of the disk: packs, their index, Git's own files, the record."""
    archive = tmp_path / "archive"
    bring(archive, server)
    before = texts(archive)
    origin.write("news/01.md", page(1, "第二天"))
    origin.commit()
    child = os.fork()
    if not child:
        left = iter(range(step, -1, -1))

        def mortal(done):
            def call(*arguments, **named):
                if next(left) == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return done(*arguments, **named)

            return call

        git.store.put, packing.indexed, Path.replace = map(mortal, (git.store.put, packing.indexed, Path.replace))
        git._tidy = mortal(git._tidy)
        bring(archive, server)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or step > 6
    assert texts(archive) == (before if os.WIFSIGNALED(status) else {**before, "news/01.md": page(1, "第二天")})
    bring(archive, server)
    assert "第二天" in texts(archive)["news/01.md"]
    assert len(list((archive / ".bundler/git").glob("*.git/objects/pack/*"))) == 4, "nothing is left behind"


def test_through_a_proxy_the_name_goes_there_too(origin, server, tmp_path):
    with proxying(server.server_port) as (address, asked):
        archive = tmp_path / "archive"
        archive.mkdir()
        source = Git("http://thehiddenname.onion/mirror/.git")
        with Net(proxy=reach.proxy(address), manners=Manners(gap=0, tries=1)) as net:
            list(git.fetch(source, Run(archive, net, ledger.opened(archive), DAY)))
    assert {name for _, name, _ in asked} == {"thehiddenname.onion"}
    assert len(texts(archive)) == 30


def test_a_catalog_over_a_mirror_reads_only_what_changed(origin, server, tmp_path, monkeypatch):
    archive, home = tmp_path / "archive", tmp_path / "home"
    bring(archive, server)
    with Work(processes=2) as work:
        catalog = open_archive(open_folder(archive), home=home, work=work)
        assert len(catalog.entries()) == 30
        assert catalog.reader == "markdown"
        catalog.close()
    origin.write("news/02.md", page(2, "集市又开了"))
    origin.commit()
    bring(archive, server)
    from bundler.catalog import _refresh

    read = []
    whole = _refresh.read_page
    monkeypatch.setattr(_refresh, "read_page", lambda job: (read.append(job.path), whole(job))[1])
    with Work() as work:
        catalog = open_archive(open_folder(archive), home=home, work=work)
        assert read == ["news/02.md"]
        catalog.close()


@pytest.mark.parametrize("part", ["", "{name}", "{name}/objects", "{name}/objects/pack", "{name}/refs"])
def test_nothing_is_written_or_removed_behind_a_link(origin, server, tmp_path, part):
    archive, elsewhere = tmp_path / "archive", tmp_path / "elsewhere"
    bring(archive, server)
    name = blobs.recorded(archive).repository.removeprefix("git/")
    place = archive / ".bundler/git" / part.format(name=name)
    place.rename(elsewhere)
    foreign = elsewhere / "mine.git/objects/pack/pack-1.pack"
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"somebody's own")
    place.symlink_to(elsewhere)
    before = sorted(elsewhere.rglob("*"))
    origin.write("news/30.md", page(30))
    origin.commit()
    with pytest.raises(OutputError, match="is a link"):
        bring(archive, server)
    assert sorted(elsewhere.rglob("*")) == before


def test_a_link_beside_the_repository_goes_and_what_it_leads_to_stays(origin, server, tmp_path):
    archive, elsewhere = tmp_path / "archive", tmp_path / "elsewhere/objects/pack"
    elsewhere.mkdir(parents=True)
    (elsewhere / "pack-1.pack").write_bytes(b"somebody's own")
    (archive / ".bundler/git").mkdir(parents=True)
    link = archive / ".bundler/git/other.git"
    link.symlink_to(tmp_path / "elsewhere")
    bring(archive, server)
    assert not link.is_symlink()
    assert (elsewhere / "pack-1.pack").read_bytes() == b"somebody's own"


def test_a_file_in_place_of_the_repositories_is_said(origin, server, tmp_path):
    archive = tmp_path / "archive"
    (archive / ".bundler").mkdir(parents=True)
    (archive / ".bundler/git").write_bytes(b"a file")
    with pytest.raises(OutputError):
        bring(archive, server)
    assert (archive / ".bundler/git").read_bytes() == b"a file"
