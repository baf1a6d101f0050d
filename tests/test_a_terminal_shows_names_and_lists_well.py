"""What a terminal shows is in the user's language down to the commas, and no bar of progress stands without a name."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from command import ROOT, bundler, recipe
from shelves import published

from bundler.cli import folding, screen, speech

pytestmark = pytest.mark.slow


class Terminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def shown(monkeypatch: pytest.MonkeyPatch, *labels: str) -> str:
    """Return what a terminal got while these steps were done."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with screen.progress(quiet=False) as progress:
        for label in labels:
            progress(label, 1, 1)
    return terminal.getvalue()


def test_a_step_without_a_name_has_no_bar(monkeypatch):
    assert "1/1" not in shown(monkeypatch, "")
    assert shown(monkeypatch, "reading", "").count("1/1") == shown(monkeypatch, "reading").count("1/1") > 0


@pytest.mark.parametrize(("language", "said"), [("en", "a, b"), ("zh-Hans", "a、b")])
def test_names_have_the_comma_of_the_language(language, said):
    speech.use(language)
    try:
        assert speech.joined(["a", "b"]) == said
    finally:
        speech.use("en")


@pytest.mark.parametrize("command", ["expose", "verify", "lock"])
def test_a_file_that_is_not_there_has_a_way_out(tmp_path, command):
    done = bundler(command, tmp_path / "no.epub", home=tmp_path)
    assert done.code == 2
    assert "hint: name a file that is there" in done.err


ENGLISH = "    on the way: whoever carries it sees that a locked file goes, and from whom to whom; not what is in it"
CHINESE = "    途中谁能读：经手的人看得到有加锁的文件、从谁到谁，看不到内容（用 bundler lock）"


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_a_sentence_is_folded_between_words_and_keeps_them_all(text, columns):
    lines = list(folding.fold(text, columns))
    assert max(map(folding.width, lines)) <= columns
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line.startswith("      ") for line in lines[1:])
    assert not any(line.strip()[0] in "，。、；：）" or line[-1] in "（「" for line in lines)
    assert [word for line in lines for word in line.split()] == text.split() or text is CHINESE


def test_what_was_printed_before_counts_and_addresses_stay_whole():
    address = "https://mirror.example/" + "a" * 60
    assert list(folding.fold(f"see {address} there", 40)) == ["see", f"  {address}", "  there"]
    assert next(folding.fold("one two three", 20, used=12)) == "one two"
    assert folding.width("配方 a\u0301") == 6


WIDE = """
import os, sys
from bundler import cli
sys.exit(cli.run(sys.argv[1:]))
"""


def drawn(columns: int, folder: Path, *typed: str) -> list[str]:
    """Type a command into a terminal of so many columns; return its lines."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm", "BUNDLER_HOME": str(folder / "kept"), "PYTHONPATH": str(ROOT)}
    environment.pop("COLUMNS", None)
    with subprocess.Popen([sys.executable, "-c", WIDE, *typed], stdout=child, stderr=child, stdin=child, cwd=folder,
                          env=environment) as running:  # fmt: skip
        os.close(child)
        said = b""
        with contextlib.suppress(OSError):  # Linux says so where the other end is closed
            while got := os.read(parent, 65536):
                said += got
    os.close(parent)
    assert running.returncode == 0, said
    return re.sub(r"\x1b\[[0-9;]*m|\r", "", said.decode()).splitlines()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("columns", [40, 80])
def test_the_table_of_ways_and_what_others_see_fit_a_terminal(tmp_path, columns, language):
    published(tmp_path / "dist")
    book = next((tmp_path / "dist").rglob("*.html"))
    table = drawn(columns, tmp_path, "--lang", language, "share", "weekly")
    assert len(table) > 50
    seen = drawn(columns, tmp_path, "--lang", language, "expose", str(book.relative_to(tmp_path)))
    wide = [line for line in table + seen if folding.width(line) > columns and "bundler share --by" not in line]
    assert wide == []
    piped = bundler("--lang", language, "share", "weekly", "--out", tmp_path / "dist", home=tmp_path)
    again = bundler("--lang", language, "share", "weekly", "--out", tmp_path / "dist", home=tmp_path, COLUMNS="40")
    assert piped.out == again.out
    assert max(map(folding.width, piped.out.splitlines())) > 80 or language == "zh"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_build_says_fits_a_terminal(tmp_path, language):
    recipe(tmp_path)
    said = drawn(50, tmp_path, "--lang", language, "build", "weekly.yaml", "--out", "d", "--date", "2026-11-22")
    told = said[next(at for at, line in enumerate(said) if "d/weekly/2026-11-22/weekly-261122.txt" in line) + 1 :]
    assert len(told) > 8
    assert [line for line in told if folding.width(line) > 50 and "SEND.txt" not in line] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_formats_verdicts_and_traces_fit_a_terminal(tmp_path, language):
    published(tmp_path / "dist")
    (edition,) = (path.parent for path in (tmp_path / "dist").rglob("manifest.json"))
    named = drawn(40, tmp_path, "--lang", language, "formats")
    verdict = drawn(40, tmp_path, "--lang", language, "verify", str(edition.relative_to(tmp_path)))
    kept = drawn(40, tmp_path, "--lang", language, "traces")
    assert min(map(len, (named, verdict, kept))) > 4
    wide = [line for line in (*named, *verdict, *kept) if folding.width(line) > 40 and str(tmp_path) not in line]
    assert wide == []
