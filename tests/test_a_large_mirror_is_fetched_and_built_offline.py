"""A mirror of 2,000 articles and 3,000 pictures: fetched, killed, resumed, updated, then built without a network."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile

import pikepdf
import pytest
from archives import page
from command import ROOT, recipe
from fetching import HOST, answers, command, environment, fetch, mirror, shown
from hostile_server import serving

from bundler import media

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


def killed(archive, home, *, at):
    """Run until so many pictures are there, then kill it where it stands."""
    running = subprocess.Popen(command("fetch", archive, "--yes"), env=environment(home), cwd=ROOT)
    while len(list((archive / "media/from").glob("??/*"))) < at and running.poll() is None:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL


@pytest.mark.slow
def test_a_large_mirror(tmp_path):
    with serving(**answers(ARTICLES)) as server:
        archive = mirror(tmp_path / "mirror", server.port, ARTICLES)
        _is_fetched(archive, tmp_path, server)
        _is_updated(archive, tmp_path, server)
    _is_built_offline(archive, tmp_path)


def _is_fetched(archive, home, server):
    """Fetch in three runs, the first of which is killed and the second interrupted."""
    killed(archive, home, at=700)
    there = whole(archive)
    assert 700 <= len(there) < PICTURES
    running = subprocess.Popen(
        command("fetch", archive), env=environment(home), cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    while len(list((archive / "media/from").glob("??/*"))) < 1_500:
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    assert "Traceback" not in running.communicate(timeout=20)[1]
    assert running.returncode == 130
    assert set(whole(archive)) > set(there)
    done = fetch(archive, "--json", home=home)
    assert done.code == 0, done.err
    assert done.json["pictures"]["new"] + done.json["pictures"]["here"] == PICTURES
    assert len(whole(archive)) == PICTURES
    asked = [path for path in server.asked if path != "/robots.txt"]
    assert len(asked) - len(set(asked)) <= 2, "what was under way when a run ended is asked for again, and nothing else"


def _is_updated(archive, home, server):
    """Find nothing new in two seconds without asking anybody, then two articles more with what they show.

    The second time counts, by the processor's clock: the first one reads every page that shows a new picture.
    """
    server.asked.clear()
    fetch(archive, home=home)
    begun = os.times()
    assert fetch(archive, home=home).code == 0
    taken = os.times()
    spent = sum(taken[2:4]) - sum(begun[2:4])
    assert server.asked == []
    assert spent < 2, f"{spent:.2f} s of the processor"
    page(archive / "pages/news/a2001.md", "第2001篇", shown(server.port, [2_001]))
    page(archive / "pages/news/a2002.md", "第2002篇", shown(server.port, [5, 2_002]))
    server.answers.update({f"/{name}": answer for name, answer in answers(range(2_001, 2_003)).items()})
    assert fetch(archive, "--json", home=home).json["pictures"]["new"] == 2
    assert server.asked == ["/robots.txt", "/p2001", "/p2002"]


def _is_built_offline(archive, home):
    """Build where there is no network at all."""
    ids = "[mirror/news/a2002, mirror/news/a2, mirror/news/a1]"
    path = recipe(home, archive, select=f"{{ids: {ids}}}", formats="[epub, pdf, html, dump]")
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
