"""Hostile case 28: a selection of ten thousand articles is built whole, in memory that does not grow with it."""

import json
import subprocess
import sys

import pytest
from command import DAY, recipe
from pages import put

MANY = 10_000
MOST_BYTES = 400_000_000
MEASURED = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "bundler", *sys.argv[1:]], check=False)
sys.stderr.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024))
raise SystemExit(done.returncode)
"""


@pytest.mark.slow
def test_case_28_ten_thousand_articles_are_packed_in_bounded_memory(tmp_path):
    for number in range(MANY):
        put(tmp_path, f"archive/{number // 100}/{number}.md", f"# 第{number}篇\n\n{number}：{'河流与水位。' * 40}\n")
    place = recipe(
        tmp_path, archives="{path: archive, reader: markdown}", select="{dedupe: none}", qr="none", formats="[text]"
    )
    command = ["--home", tmp_path / "home", "build", place, "--out", tmp_path / "dist", "--date", DAY, "--json"]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, command)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["articles"] == MANY
    assert int(done.stderr) < MOST_BYTES
