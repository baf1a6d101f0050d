"""Garbage is collected rarely, for large archives' sake: what is said stays the same, byte by byte."""

import os
import subprocess
import sys

import pytest
from command import DAY, ROOT, recipe

pytestmark = pytest.mark.slow

AS_PYTHON_DOES = "import sys; from bundler.cli import run; sys.exit(run(sys.argv[1:]))"
AS_A_USER_DOES = "from bundler.__main__ import main; main()"
COUNTED = (
    "import atexit, gc, sys; from bundler.__main__ import main\n"
    "atexit.register(lambda: print(gc.get_threshold()[0], gc.get_freeze_count(), file=sys.stderr))\n"
    "main()"
)


def said(script, arguments, folder):
    return subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, cwd=ROOT, timeout=60,
                          check=True, env=os.environ | {"BUNDLER_HOME": str(folder / "kept")})  # fmt: skip


@pytest.mark.parametrize("options", [(), ("--all",), ("--json",)], ids=" ".join)
def test_a_list_is_the_same_however_often_garbage_is_collected(tmp_path, options):
    arguments = ["list", str(recipe(tmp_path)), "--date", DAY, *options]
    expected = said(AS_PYTHON_DOES, arguments, tmp_path)
    assert expected.stdout
    made = said(AS_A_USER_DOES, arguments, tmp_path)
    assert (made.stdout, made.stderr) == (expected.stdout, expected.stderr)


def test_commands_collect_rarely_and_not_once_more_at_their_end(tmp_path):
    threshold, frozen = map(int, said(COUNTED, ["list", str(recipe(tmp_path)), "--date", DAY], tmp_path).stderr.split())
    assert threshold == 10_000
    assert frozen > 10_000, "everything that is there at the end"
