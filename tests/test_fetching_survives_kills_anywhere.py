"""Fetching is killed at any change of the disk: what is there stays valid, and the next run ends as if undisturbed."""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import certificates
import pytest
from archives import write
from command import ROOT, bundler, recipe
from fetching import HOST, answers, command, environment, fetch, mirror
from git_server import Repository
from git_server import serving as git_serving
from hostile_server import Server, reply, serving

from bundler.fetch import ledger

CODE = "code.example"
ARTICLES = range(1, 7)
TEXT = "雨停以后，街上的孩子们又出来踢球，老人把椅子搬到门口。" * 20
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


@dataclass(frozen=True)
class World:
    """What is fetched from: a mirror, a feed, pages and pictures; and where archives are begun."""

    code: str
    web: Server
    roots: Path
    root: Path

    def begin(self, name):
        """Begin an archive of all sources; its folder's name is part of no byte of what is fetched."""
        site = f"http://{HOST}:{self.web.port}"
        urls = "".join(f"      - {site}/page{n}\n" for n in range(3))
        sources = f"version: 1\nsources:\n  - git: {self.code}\n  - feed: {site}/feed\n  - pages:\n{urls}"
        write(self.root / name / "archive" / "archive.yaml", sources)
        return self.root / name / "archive"

    def killed(self, archive, at, more=""):
        """Fetch in a process that is killed before so many changes of the archive."""
        before = DYING.replace("{archive!r}", repr(str(archive))).replace("{at}", str(at)) + more
        line = command("fetch", archive, "--yes", names=f"{CODE},{HOST}", roots=self.roots, before=before)
        return subprocess.run(line, env=environment(archive.parent), cwd=ROOT, capture_output=True, check=False)

    def fetch(self, archive):
        return fetch(archive, "--yes", home=archive.parent, names=f"{CODE},{HOST}", roots=self.roots)


def article(title):
    """Return a page of the web."""
    return f"<html><head><title>{title}</title></head><article><h1>{title}</h1><p>{TEXT}</p></article>".encode()


def feed(site):
    """Return a feed of four items, of the first of which it has a part."""
    items = "".join(
        f"<item><link>{site}/item{n}</link><title>集市第{n}天</title>"
        f"<description>{TEXT if n else '今天人多。'}</description></item>"
        for n in range(4)
    )
    return f'<rss version="2.0"><channel><title>晨报</title>{items}</channel></rss>'.encode()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    root = tmp_path_factory.mktemp("killed")
    authority = certificates.authority(root)
    with serving(**answers(ARTICLES)) as web:
        site = f"http://{HOST}:{web.port}"
        web.answers |= {f"/page{n}": reply(article(f"第{n}页")) for n in range(3)}
        web.answers |= {"/feed": reply(feed(site), ETag='"1"'), "/item0": reply(article("集市第0天"))}
        repository = Repository(root / "origin/mirror")
        mirror(repository.root, web.port, ARTICLES)
        repository.commit()
        with git_serving(root / "origin", authority.certificate(CODE)) as code:
            yield World(f"https://{CODE}:{code.server_port}/mirror/.git", web, authority.roots, root)


def held(archive):
    """Return every file of an archive with its bytes.

    Lines of the ledger stand in the order in which hosts answered, and a run that goes on writes again what it learned
    again: of them what is known in the end is compared, without marks of feeds, which are asked for once more where
    a page of theirs failed before the kill, and without pictures that are here, of which the slips say the same.
    """
    files = {path.relative_to(archive).as_posix(): path for path in archive.rglob("*") if path.is_file()}
    files.pop(".bundler/ledger.jsonl", None)
    records = [one for one in ledger.opened(archive).records.values() if (one.kind, one.state) != ("picture", "here")]
    known = {(one.kind, one.address): (one.state, one.held, one.tries) for one in records}
    return {name: path.read_bytes() for name, path in files.items()}, known


def staged(archive):
    """Return what stands half written."""
    return [path.name for path in archive.rglob("*") if "staging" in path.name or path.name == "fresh"]


def lists(archive):
    """Say what `bundler list` says over what is there."""
    done = bundler("list", recipe(archive.parent, archive), "--json", home=archive.parent)
    assert "Traceback" not in done.err
    return done


@pytest.mark.slow
def test_killed_anywhere_it_goes_on_as_if_nothing_had_been(world):
    archive = world.begin("undisturbed")
    told = world.killed(archive, 0, COUNTED).stderr.decode()
    changes = int(told.rpartition("changes ")[2])
    whole = held(archive)
    assert len([name for name in whole[0] if name.endswith(".html")]) == 7
    assert len([name for name in whole[0] if name.startswith("media/")]) == 18
    assert changes > 100
    for at in sorted({1 + changes * n // POINTS for n in range(POINTS)}):
        archive = world.begin(f"killed-{at}")
        assert world.killed(archive, at).returncode == -signal.SIGKILL, at
        if (archive / ".bundler/git.json").exists():
            assert lists(archive).code == 0, at
        assert world.fetch(archive).code == 0, at
        assert staged(archive) == [], at
        files, known = held(archive)
        assert sorted(name for name in files | whole[0] if files.get(name) != whole[0].get(name)) == [], at
        assert known == whole[1], at
    assert lists(archive).code == 0
