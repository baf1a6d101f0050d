"""What `fetch` and `archive` say on a terminal fits it, is true, and names the way out."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest
from archives import write
from command import recipe
from fetching import HOST, answers, command, environment, fetch, mirror
from hostile_server import reply, serving

from bundler.cli.folding import width
from bundler.fetch import consent

pytestmark = pytest.mark.slow

NEWS, OTHER, DEAD = "news.example", "other.example", "dead.example"
NAMES = f"{HOST},{NEWS},{OTHER}"
TEXT = "渡口的老人说，涨水的那一年大家都搬到了坡上，第二年春天才回来。" * 30
NARROW = 40


def terminal(*arguments, home, typed="", columns=NARROW, language="C.UTF-8"):
    """Run a command on a terminal of so many columns; return its exit code and its lines."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    set_up = {**environment(home), "LANG": language, "TERM": "xterm"}
    with subprocess.Popen(command(*arguments, names=NAMES), env=set_up, stdin=child, stdout=child, stderr=child) as run:
        os.close(child)
        os.write(parent, typed.encode())
        shown = b""
        try:
            while piece := os.read(parent, 10_000):
                shown += piece
        except OSError:  # as Linux says that the other end is closed
            pass
    os.close(parent)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    return run.returncode, plain.replace("\r", "\n").split("\n")


@pytest.fixture
def server():
    with serving(**answers(range(1, 4))) as found:
        found.answers["/page"] = reply(f"<title>渡口</title><article><h1>渡口</h1><p>{TEXT}</p>".encode())
        yield found


def archive(place, server, *addresses):
    lines = "".join(f"  - pages: ['http://{one.replace('/', f':{server.port}/')}']\n" for one in addresses)
    write(place / "archive.yaml", f"version: 1\nsources:\n{lines}")
    return place


def feed(place, server, leading_to):
    item = f"<item><link>http://{leading_to}:{server.port}/page</link><title>渡口</title></item>"
    server.answers["/feed"] = reply(f'<rss version="2.0"><channel>{item}</channel></rss>'.encode())
    write(place / "archive.yaml", f"version: 1\nsources:\n  - feed: http://{NEWS}:{server.port}/feed\n")
    return place


def test_bars_of_a_count_fit_the_terminal(server, tmp_path):
    made = mirror(tmp_path / "mirror", server.port, range(1, 4))
    code, lines = terminal("archive", "status", made, home=tmp_path)
    assert code == 0
    bars = [line for line in lines if "█" in line]
    assert bars
    assert not [line for line in bars if width(line) > NARROW]


def test_whoever_says_no_is_told_of_no_pictures(server, tmp_path):
    made = archive(tmp_path / "news", server, f"{NEWS}/page")
    code, lines = terminal("fetch", made, home=tmp_path, typed="n\n")
    assert code == 0
    assert "not asked: news.example" in "".join(lines)
    assert "pictures" not in "".join(lines)
    assert server.asked == []


def test_a_page_to_which_a_feed_leads_is_no_picture(server, tmp_path):
    made = feed(tmp_path / "news", server, OTHER)
    consent.agree(tmp_path / "kept", made, [NEWS])
    _, lines = terminal("fetch", made, home=tmp_path, typed="n\n")
    assert f"  {OTHER}  articles" in lines


def test_what_failed_beside_what_came_is_counted_and_asked_for_again(server, tmp_path):
    pages = "".join(f"http://{host}:{server.port}/page\n" for host in (NEWS, DEAD))
    write(tmp_path / "news/list.txt", pages)
    write(tmp_path / "news/archive.yaml", "version: 1\nsources:\n  - pages: list.txt\n")
    done = fetch(tmp_path / "news", "--yes", home=tmp_path, names=NAMES)
    assert "2 pages: 1 new, 1 failed" in done.out
    assert "asked for again by a later run" in done.out


@pytest.mark.parametrize("word", ["status", "prune"])
def test_an_archive_that_is_not_there_yet_is_begun_or_filled(server, tmp_path, word):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "nowhere"):
        code, lines = terminal("archive", word, tmp_path / name, home=tmp_path, columns=300)
        assert code == 4
        assert f"begins with `bundler init {tmp_path / name} --git ADDRESS`" in "".join(lines)
    made = archive(tmp_path / "news", server, f"{NEWS}/page")
    _, lines = terminal("archive", word, made, home=tmp_path, columns=300)
    assert f"hint: fill it with `bundler fetch {made}`" in "".join(lines)


def test_a_group_alone_shows_its_help_and_no_empty_error(tmp_path):
    code, lines = terminal("archive", home=tmp_path, columns=80)
    assert code == 2
    assert any("prune" in line for line in lines)
    assert not [line for line in lines if line.startswith("error:")]


def test_a_dry_run_of_a_recipe_names_the_hosts_of_an_archive_that_is_not_here_yet(server, tmp_path):
    made = archive(tmp_path / "news", server, f"{NEWS}/page")
    done = fetch(recipe(tmp_path, made), "--dry-run", home=tmp_path, names=NAMES)
    assert (done.code, done.err) == (0, "")
    assert f"  {NEWS}  articles" in done.out
