"""Whoever starts it, and however: closed streams, full disks, no locale; nothing is lost unsaid."""

import json
import os
import subprocess
import sys

import pytest
from command import ROOT, SAMPLE, recipe

pytestmark = pytest.mark.slow

DAY = "2026-11-22"


def shell(line, folder, **environment):
    """Run a line of a shell with nothing in the environment but this; `bundler` is the program."""
    program = f'bundler() {{ {sys.executable} -m bundler "$@"; }}; {line}'
    clean = {"PATH": os.environ["PATH"], "BUNDLER_HOME": str(folder / "kept"), "PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(["bash", "-c", program], capture_output=True, cwd=folder, env=clean, timeout=120, check=False)


@pytest.mark.parametrize(
    "environment", [{}, {"LANG": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp936"}]
)
def test_pipes_are_utf_8_whatever_the_locale(tmp_path, environment):
    recipe(tmp_path)
    listed = shell(f"bundler list weekly.yaml --date {DAY}", tmp_path, **environment)
    assert (listed.returncode, listed.stderr) == (0, b"")
    assert "weekly · 一周文摘 · 2026-11-22" in listed.stdout.decode()
    found = json.loads(shell(f"bundler list weekly.yaml --date {DAY} --json", tmp_path, **environment).stdout)
    assert len(found["articles"]) == 15


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_streams_may_be_closed(tmp_path, closed):
    recipe(tmp_path)
    done = shell(f"bundler build weekly.yaml --date {DAY} --out dist {closed}", tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    made = next((tmp_path / "dist").rglob("*.txt")).read_text("utf-8")
    assert made.endswith("\n")
    assert "weekly 2026-11-22" not in made, "a file got the number of a closed stream, and what is printed"
    assert shell(f"bundler check nowhere.yaml {closed}", tmp_path).returncode == 3


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is always full is Linux's")  # noqa: PTH110 - a device
@pytest.mark.parametrize(
    "typed", ["list weekly.yaml", "list weekly.yaml --json", "check weekly.yaml", "build --help", "--version"]
)
def test_what_cannot_be_printed_is_said(tmp_path, typed):
    recipe(tmp_path)
    done = shell(f"bundler {typed} > /dev/full", tmp_path)
    assert done.returncode == 74
    assert done.stderr.decode().splitlines() == [
        "error: the output cannot be written: the disk is full",
        "hint: free some space, or print to another place",
    ]


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1", "TERM": "xterm-256color"}, {"TERM": "dumb"}])
def test_nothing_is_coloured_in_a_pipe(tmp_path, environment):
    recipe(tmp_path)
    for typed in ("list weekly.yaml", "formats", "build --help", f"archive status {SAMPLE}", "check nowhere.yaml"):
        done = shell(f"bundler {typed}", tmp_path, **environment)
        assert b"\x1b" not in done.stdout + done.stderr
