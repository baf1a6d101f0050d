"""docs/release.md takes a volunteer to a signed release: its console lines run as they are written."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from command import ROOT, SAMPLE

pytestmark = pytest.mark.slow

ANSWERS = """set -eu
bundler() {
  case "$1 ${2-}" in
    "keys new"|release*) %s -m bundler "$@" --passphrase-file "$PASS" ;;
    *) %s -m bundler "$@" ;;
  esac
}
"""
"""Where the guide's commands ask a person for the passphrase, a file answers."""


def lines():
    """Return the lines that the guide has one type, without their comments."""
    text = (ROOT / "docs/release.md").read_text("utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [line[2:].partition("  #")[0] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def test_every_line_runs(tmp_path):
    shutil.copytree(SAMPLE, tmp_path / "archive")
    (tmp_path / "pass").write_text("1234 5678 9012 3456 7890\n")
    python = sys.executable
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "BUNDLER_HOME": str(tmp_path / "kept"),
                   "PYTHONPATH": str(ROOT), "PASS": str(tmp_path / "pass"), "LANG": "C.UTF-8"}  # fmt: skip
    typed = lines()
    assert len(typed) > 8
    script = ANSWERS % (python, python) + "\n".join(typed) + "\n"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "number 1, sealed and signed" in done.stdout
    assert "weekly: not due" in done.stdout
    promised = {"index.html", "catalog.xml", "catalog.json", "feed.xml", "keys", "weekly"}
    assert promised <= {path.name for path in (tmp_path / "shelf/dist").iterdir()}
