"""A Git mirror of 2,000 articles, and 3,000 pictures: fetched, killed, resumed, updated, then built offline."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import certificates
import pikepdf
import pytest
from archives import page, write
from command import ROOT, recipe
from fetching import HOST, answers, command, environment, fetch, mirror, shown
from git_server import Repository
from git_server import serving as git_serving
from hostile_server import Server, serving

from bundler import media

pytestmark = pytest.mark.slow

ARTICLES = range(1, 2_001)
PICTURES = 3_000


def whole(archive):
    """Return the addresses of all pictures that are there; whatever is there must be whole."""
    for path in (archive / "media").glob("??/*"):
        if not path.name.startswith("."):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem
    there = []
    for path in (archive / "media/from").glob("??/*"):
        if not path.name.startswith("."):
            address, name, rest = path.read_text().split("\n")
            assert (rest, path.relative_to(archive).as_posix()) == ("", media.slip(address))
            assert (archive / media.place(name)).is_file()
            there.append(address)
    return there


CODE = "code.example"


@dataclass(frozen=True)
class World:
    """What is fetched from: a repository, the server of its pictures, and who is believed about hosts."""

    repository: Repository
    pictures: Server
    roots: Path
    archive: Path
    home: Path

    def command(self, *arguments):
        return command("fetch", self.archive, *arguments, names=f"{CODE},{HOST}", roots=self.roots)

    def start(self, *arguments):
        more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(self.command(*arguments), env=environment(self.home), cwd=ROOT, **more)

    def fetch(self, *arguments):
        return fetch(self.archive, *arguments, home=self.home, names=f"{CODE},{HOST}", roots=self.roots)

    def wait(self, running, *, pictures):
        """Wait until so many pictures are there."""
        while len(list((self.archive / "media/from").glob("??/*"))) < pictures and running.poll() is None:
            time.sleep(0.01)


def test_a_large_mirror(tmp_path):
    authority = certificates.authority(tmp_path)
    with serving(**answers(ARTICLES)) as pictures:
        repository = Repository(tmp_path / "origin/mirror")
        mirror(repository.root, pictures.port, ARTICLES)
        repository.commit()
        with git_serving(tmp_path / "origin", authority.certificate(CODE)) as code:
            source = f"https://{CODE}:{code.server_port}/mirror/.git"
            archive = tmp_path / "archive"
            write(archive / "archive.yaml", f"version: 1\nsources:\n  - git: {source}\n")
            world = World(repository, pictures, authority.roots, archive, tmp_path)
            _is_fetched(world)
            _is_updated(world)
    assert not (archive / "pages").exists(), "nothing is checked out"
    _is_built_offline(archive, tmp_path)


def _is_fetched(world):
    """Fetch in three runs, the first of which is killed and the second interrupted."""
    running = world.start("--yes")
    world.wait(running, pictures=700)
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=120)
    assert running.returncode == -signal.SIGKILL
    there = whole(world.archive)
    assert 700 <= len(there) < PICTURES
    running = world.start()
    world.wait(running, pictures=1_500)
    running.send_signal(signal.SIGINT)
    assert "Traceback" not in running.communicate(timeout=120)[1]
    assert running.returncode == 130
    assert set(whole(world.archive)) > set(there)
    done = world.fetch("--json")
    assert done.code == 0, done.err
    assert done.json["pictures"]["new"] + done.json["pictures"]["here"] == PICTURES
    assert len(whole(world.archive)) == PICTURES
    asked = [path for path in world.pictures.asked if path != "/robots.txt"]
    assert len(asked) - len(set(asked)) <= 2, "what was under way when a run ended is asked for again, and nothing else"


def _is_updated(world):
    """Find nothing new in two seconds without asking for a picture, then two articles more with what they show.

    The second time counts, by the processor's clock: the first one reads every page that shows a new picture.
    """
    server, repository = world.pictures, world.repository
    server.asked.clear()
    world.fetch()
    begun = os.times()
    assert world.fetch().code == 0
    taken = os.times()
    spent = sum(taken[2:4]) - sum(begun[2:4])
    assert server.asked == []
    assert spent < 2, f"{spent:.2f} s of the processor"
    page(repository.root / "pages/news/a2001.md", "第2001篇", shown(server.port, [2_001]))
    page(repository.root / "pages/news/a2002.md", "第2002篇", shown(server.port, [5, 2_002]))
    repository.commit()
    server.answers.update({f"/{name}": answer for name, answer in answers(range(2_001, 2_003)).items()})
    assert world.fetch("--json").json["pictures"]["new"] == 2
    assert server.asked == ["/robots.txt", "/p2001", "/p2002"]


def _is_built_offline(archive, home):
    """Build where there is no network at all."""
    ids = "[mirror/news/a2002, mirror/news/a2, mirror/news/a1]"
    path = recipe(home, archive, select=f"{{ids: {ids}}}", formats="[epub, pdf, html, text, dump]")
    under = ["unshare", "-rn"]
    may = subprocess.run([*under, "true"], check=False, capture_output=True).returncode == 0
    made = subprocess.run(
        [*(under if may else ()), sys.executable, "-m", "bundler", "build", path, "--out", home / "dist", "--json"],
        env=environment(home), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert "picture-missing" not in json.loads(made.stdout)["notes"]
    (folder,) = (home / "dist/weekly").iterdir()
    (epub,), (pdf,), (html,) = (list(folder.glob(f"*.{kind}")) for kind in ("epub", "pdf", "html"))
    with zipfile.ZipFile(epub) as book:
        assert sum(bool(re.search(r"\.(?:png|jpg)$", name)) for name in book.namelist()) >= 5
    shown_there = re.findall("data:image/(?:png|webp|jpeg);base64,[^\"' )]+", html.read_text(encoding="utf-8"))
    assert len(set(shown_there)) >= 5
    with pikepdf.open(pdf) as document:
        assert sum(len(page.get_images()) for page in document.pages) >= 5
    assert HOST not in html.read_text(encoding="utf-8")


FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))"


@pytest.mark.parametrize("room", [100, 190, 300, 5_000])
def test_a_disk_that_is_full_leaves_what_was_there_valid(tmp_path, room):
    articles = range(1, 9)
    with serving(**answers(articles)) as server:
        archive = mirror(tmp_path / "mirror", server.port, articles)
        made = subprocess.run(
            command("fetch", archive, "--yes", before=FULL.format(room=room)), env=environment(tmp_path), cwd=ROOT,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode in (0, 74), made.stderr
        assert "Traceback" not in made.stderr
        whole(archive)
        assert fetch(archive, "--yes", home=tmp_path).code == 0
        assert len(whole(archive)) == 12
        assert not list((archive / "media").rglob(".*")), "the next run clears what the former one left"


DYING = """
import os, signal
from bundler import store

calls = 0

def put(*arguments, was=store.put, **more):
    global calls
    calls += 1
    if calls == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    return was(*arguments, **more)

store.put = put
"""
CHANGES = 9
"""What is written for four pictures: each, its slip, and once the hosts that were agreed to."""


def test_killed_at_every_change_of_the_disk(tmp_path):
    """Kill at each rename in turn: the next run finds everything valid and goes on."""
    articles = range(1, 4)
    with serving(**answers(articles)) as server:
        for at in range(1, CHANGES + 2):
            archive = mirror(tmp_path / f"mirror{at}", server.port, articles)
            dying = command("fetch", archive, "--yes", before=DYING.format(at=at))
            made = subprocess.run(dying, env=environment(tmp_path), cwd=ROOT, check=False, capture_output=True)
            assert made.returncode == (-signal.SIGKILL if at <= CHANGES else 0)
            whole(archive)
            assert fetch(archive, "--yes", home=tmp_path).code == 0
            assert len(whole(archive)) == 4
