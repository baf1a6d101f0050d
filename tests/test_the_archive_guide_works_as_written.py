"""docs/archives.md: each way to start an archive, its commands run as they stand there, against servers of ours."""

import json
import re
import subprocess
import sys
from pathlib import Path

import certificates
import pytest
from archives import page
from command import ROOT
from fetching import environment
from git_server import Repository
from git_server import serving as git_serving
from hostile_server import reply, serving
from test_feeds_become_articles import part, rss, webpage, whole
from test_saved_files_are_read_article_by_article import RECORDS, warc, zipped

pytestmark = pytest.mark.slow
GUIDE = (ROOT / "docs/archives.md").read_text(encoding="utf-8")
HOSTS = {"code.example": "127.0.0.1", "news.example": "127.0.0.1"}
RUN = """
import json, sys
from pathlib import Path
from bundler import cli
from bundler.cli import fetching
from bundler.fetch.net import Manners, Reach

fetching.REACH = Reach(loopback=True, names=json.loads(sys.argv[1]), roots=Path(sys.argv[2]))
fetching.MANNERS = Manners(gap=0, tries=1, back_off=0)
sys.exit(cli.run(sys.argv[3:]))
"""


def commands(heading):
    """Return the commands of a section."""
    section = GUIDE.split(f"### {heading}\n", 1)[1].split("\n### ", 1)[0]
    return re.search(r"```\n(.*?)```", section, re.DOTALL)[1].splitlines()


def run(line, folder, trusted):
    """Run one line of the guide: mkdir, cp or our own command, the network being loopback."""
    words = line.split()
    if words[0] == "bundler":
        agreed = ["--yes"] if words[1] == "fetch" else []
        words = [sys.executable, "-c", RUN, json.dumps(HOSTS), str(trusted), *words[1:], *agreed]
    words = [word.replace("~", str(folder)) for word in words]
    environ = {**environment(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture
def authority(tmp_path):
    return certificates.authority(tmp_path)


def titles(folder, archive):
    shown = run(f"bundler init made --archive {archive}", folder, folder / "roots.pem")
    assert "wrote" in shown
    return (folder / "made/weekly.yaml").read_text(encoding="utf-8")


def test_from_a_git_mirror(tmp_path, authority):
    repository = Repository(tmp_path / "origin/mirror.git")
    for number in (1, 2, 3):
        page(
            repository.root / f"pages/news/a{number}.md",
            f"第{number}篇：河边的一天",
            f"{'晨光里的集市。' * 20}{number}",
        )
    repository.write("README.md", "# 晨报镜像\n\n[新闻](indexes/news.md)\n")
    repository.write("indexes/news.md", "".join(f"[a{n}](../pages/news/a{n}.md)\n" for n in (1, 2, 3)))
    repository.commit()
    (tmp_path / "origin/mirror").symlink_to(tmp_path / "origin/mirror.git")
    with git_serving(tmp_path / "origin", authority.certificate("code.example")) as server:
        for line in commands("Start from a Git mirror"):
            run(
                line.replace("code.example/mirror.git", f"code.example:{server.server_port}/mirror.git/.git"),
                tmp_path,
                authority.roots,
            )
    made = {path.suffix for path in tmp_path.glob("dist/weekly/*/weekly-*")}
    assert {".epub", ".pdf", ".html"} <= made


def test_from_feeds(tmp_path, authority):
    with serving(authority.certificate("news.example")) as server:
        site = f"https://news.example:{server.port}"
        server.answers |= {
            "/feed.xml": reply(rss(whole(f"{site}/1", "集市开张"), part(f"{site}/2", "桥修好了"))),
            "/2": reply(webpage("桥修好了")),
        }
        for line in commands("Start from feeds"):
            run(line.replace("https://news.example", site), tmp_path, authority.roots)
    (tmp_path / "made").mkdir()
    recipe = titles(tmp_path, "news")
    assert "集市开张" in recipe
    assert "桥修好了" in recipe
    assert len(list((tmp_path / "news").rglob("*.html"))) == 2


def test_from_pages(tmp_path, authority):
    with serving(authority.certificate("news.example")) as server:
        server.answers |= {"/2026/a.html": reply(webpage("集市开张")), "/2026/b.html": reply(webpage("桥修好了"))}
        for line in commands("Start from pages"):
            run(line.replace("https://news.example", f"https://news.example:{server.port}"), tmp_path, authority.roots)
    assert len(list((tmp_path / "pages").rglob("*.html"))) == 2


def test_from_saved_files(tmp_path, authority):
    Path(tmp_path / "site.wacz").write_bytes(zipped(**{"archive/data.warc.gz": warc(*RECORDS)}))
    for line in commands("Start from files that somebody saved"):
        run(line, tmp_path, authority.roots)
    assert len(list((tmp_path / "found").rglob("*.html"))) == 2
