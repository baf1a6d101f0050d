"""What a terminal shows is in the user's language down to the commas, and no bar of progress stands without a name."""

from __future__ import annotations

import io
import sys

import pytest
from command import bundler

from bundler.cli import screen, speech


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
