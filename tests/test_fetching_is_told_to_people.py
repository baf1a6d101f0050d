"""What `bundler fetch` says to whoever sits before it, and to whoever reads its exit code in the morning."""

import fcntl
import io
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest
from archives import write
from command import ROOT, recipe
from fetching import HOST, answers, command, environment, fetch, mirror
from hostile_server import reply, serving

from bundler.cli.folding import width
from bundler.cli.screen import confirmed

pytestmark = pytest.mark.slow

TEXT = "集市在清晨开张，摊贩带来自家种的蔬菜，邻居们围着炉子说话。" * 30
PAGE = f"<html><body><article><h1>集市</h1><p>{TEXT}</p></article></body></html>".encode()


def on_a_terminal(*arguments, home, keys=b"", columns=80, **more):
    """Run `bundler fetch` on a terminal, these keys typed when it asks; return its exit code and all bytes."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environ = environment(home) | {"TERM": "xterm"} | more
    ours = subprocess.Popen(
        ["setsid", "-c", *command("fetch", *arguments)], stdin=child, stdout=child, stderr=child, env=environ, cwd=ROOT
    )
    os.close(child)
    said = b""
    while True:
        try:
            part = os.read(parent, 65_536)
        except OSError:
            break
        if not part:
            break
        said += part
        if keys and b"[y/N] " in said:
            os.write(parent, keys)
            keys = b""
    os.close(parent)
    return ours.wait(), said


@pytest.fixture
def pictures(tmp_path):
    with serving(**answers(range(1, 4))) as server:
        yield mirror(tmp_path / "mirror", server.port, range(1, 4)), server


@pytest.mark.parametrize("keys", [b"\x04", b"\x03"])
def test_after_a_question_without_an_answer_the_next_words_stand_on_a_line_of_their_own(pictures, tmp_path, keys):
    code, said = on_a_terminal(pictures[0], home=tmp_path, keys=keys)
    assert code == (0 if keys == b"\x04" else 130)
    assert said.partition(b"[y/N] ")[2].removeprefix(b"^C").startswith(b"\r\n")


def test_the_question_says_for_which_archive_it_is(pictures, tmp_path):
    _, said = on_a_terminal(pictures[0], home=tmp_path, keys=b"n\n", columns=200)
    assert f"for {pictures[0]} these hosts will be asked".encode() in said.partition(b"[y/N] ")[0]


def test_ctrl_c_at_the_moment_of_the_question_leaves_its_line_too(monkeypatch):
    class Interrupted(io.StringIO):
        def flush(self):
            raise KeyboardInterrupt

    screen = Interrupted()
    monkeypatch.setattr(sys, "stderr", screen)
    with pytest.raises(KeyboardInterrupt):
        confirmed("go on? [y/N] ")
    assert screen.getvalue() == "go on? [y/N] \n"


def test_a_terminal_that_can_do_nothing_is_shown_no_empty_lines(pictures, tmp_path):
    _, said = on_a_terminal(pictures[0], "--yes", home=tmp_path, TERM="dumb")
    assert said.decode().splitlines()[0] == str(pictures[0])


@pytest.mark.parametrize("language", ["C.UTF-8", "zh_CN.UTF-8"])
def test_sentences_are_folded_where_a_terminal_is_narrow(tmp_path, language):
    (tmp_path / "empty").mkdir()
    for archive in ("empty", "none"):
        code, said = on_a_terminal(tmp_path / archive, home=tmp_path, columns=46, LANG=language)
        assert code == 4
        path = str(tmp_path)
        for line in said.decode().replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b[1;31m", "").splitlines():
            assert width(line) <= 46 or path in line, line  # a path stays whole, and a command that names it


def test_a_command_in_a_hint_can_be_copied_off_a_narrow_terminal(tmp_path):
    (tmp_path / "empty").mkdir()
    _, said = on_a_terminal(tmp_path / "empty", home=tmp_path, columns=46)
    assert f"`bundler init {tmp_path / 'empty'} --git ADDRESS`" in said.decode()


def test_an_archive_that_is_not_there_or_empty_is_told_how_to_begin(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "none"):
        done = fetch(tmp_path / name, home=tmp_path)
        assert done.code == 4
        assert f"`bundler init {tmp_path / name} --git ADDRESS`" in done.err


def test_whoever_is_offline_is_told_so_also_where_pages_are_still_fresh(tmp_path):
    with serving(one=reply(PAGE), feed=reply(b"no feed")) as server:
        one, feed = server.url("/one", HOST), server.url("/feed", HOST)
        write(tmp_path / "news/archive.yaml", f"version: 1\nsources:\n  - pages: [{one}]\n  - feed: {feed}\n")
        assert fetch(tmp_path / "news", "--yes", home=tmp_path).code == 0
    done = fetch(tmp_path / "news", "--yes", home=tmp_path)
    assert done.code == 75
    assert "the next run asks again at once" in done.err
    assert "ledger" not in done.err


def test_a_server_that_refuses_everything_is_another_thing_than_no_network(tmp_path):
    with serving(one=reply(b"", "403 Forbidden")) as server:
        write(tmp_path / "news/archive.yaml", f"version: 1\nsources:\n  - pages: [{server.url('/one', HOST)}]\n")
        done = fetch(tmp_path / "news", "--yes", home=tmp_path)
    assert done.code == 75
    assert "tomorrow" in done.err


def test_pictures_that_are_missing_are_accounted_for_in_later_runs_too(pictures, tmp_path):
    archive, server = pictures
    del server.answers["/p1"]
    first = fetch(archive, "--yes", home=tmp_path)
    assert "/p1" in first.out
    assert "failed lately" not in first.out
    again = fetch(archive, "--yes", home=tmp_path)
    assert "1 missing" in again.out
    assert "of the missing, 1 failed lately" in again.out


def test_nothing_is_said_of_pictures_where_no_article_is_known(tmp_path):
    write(tmp_path / "news/archive.yaml", "version: 1\nsources:\n  - pages: [https://news.example/1]\n")
    done = fetch(tmp_path / "news", "--dry-run", home=tmp_path)
    assert "0 here" not in done.out
    assert "pictures" in done.out, "how many is known once the articles are here"


def test_what_no_reader_recognizes_is_said_once_it_is_fetched(tmp_path):
    write(tmp_path / "found/archive.yaml", "version: 1\nsources:\n  - saved: no.epub\n")
    write(tmp_path / "found/notes.txt", "no archive")
    done = fetch(tmp_path / "found", home=tmp_path)
    assert "no reader recognizes" in done.out + done.err


def test_a_first_fetch_says_what_comes_next(tmp_path):
    with serving(one=reply(PAGE)) as server:
        write(tmp_path / "news/archive.yaml", f"version: 1\nsources:\n  - pages: [{server.url('/one', HOST)}]\n")
        done = fetch(tmp_path / "news", "--yes", home=tmp_path)
        assert f"next: `bundler init . --archive {tmp_path / 'news'}`" in done.out
        assert "next:" not in fetch(tmp_path / "news", "--yes", home=tmp_path).out


@pytest.mark.parametrize("as_json", [False, True])
def test_what_came_before_a_mistake_of_a_recipe_is_told(tmp_path, as_json):
    path = recipe(tmp_path, tmp_path / "news", select="{ids: [news/none]}")
    with serving(one=reply(PAGE)) as server:
        write(tmp_path / "news/archive.yaml", f"version: 1\nsources:\n  - pages: [{server.url('/one', HOST)}]\n")
        done = fetch(path, "--yes", *(["--json"] if as_json else []), home=tmp_path)
    assert done.code == 3
    assert "news/none" in done.err
    assert done.json["sources"][0]["new"] == 1 if as_json else "1 new" in done.out


def test_a_wrong_address_on_the_command_line_is_not_blamed_on_a_file_that_is_not_there(tmp_path):
    made = subprocess.run(
        command("init", tmp_path / "new", "--git", "code.example"), env=environment(tmp_path), cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 2
    assert "archive.yaml" not in made.stderr
    assert "--git https://code.example/mirror.git" in made.stderr
