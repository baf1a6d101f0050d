"""The same bundle gives the same bytes, whatever the time zone, locale, hash seed, folder and user."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import bundles
import pytest

FORMATS = ("dump", "epub", "html", "text")
TESTS = Path(__file__).parent
SCRIPT = """
import hashlib, sys
sys.path[:0] = [{tests!r}, {root!r}]
import bundles
for name in {formats!r}:
    print(name, hashlib.sha256(bundles.written(name, bundles.sample("fa"))).hexdigest())
"""
PLACES = (
    {"TZ": "UTC", "LANG": "C", "PYTHONHASHSEED": "0"},
    {"TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8", "PYTHONHASHSEED": "1", "USER": "canaryuser", "HOME": "/nonexistent"},
    {"TZ": "America/St_Johns", "LC_ALL": "fa_IR.UTF-8", "PYTHONHASHSEED": "4242", "SOURCE_DATE_EPOCH": "1"},
)


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    bundle = bundles.sample("fa")
    return {name: hashlib.sha256(bundles.written(name, bundle)).hexdigest() for name in FORMATS}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place["TZ"])
def test_bytes_do_not_depend_on_where_they_are_made(place, here, tmp_path):
    script = SCRIPT.format(tests=str(TESTS), root=str(TESTS.parent), formats=FORMATS)
    made = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": os.environ["PATH"], **place},
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    )
    assert dict(line.split() for line in made.stdout.splitlines()) == here


@pytest.mark.parametrize("name", FORMATS)
def test_no_file_names_the_machine(name):
    data = bundles.written(name, bundles.sample())
    for trace in (TESTS.parent, Path.home(), Path.cwd()):
        assert str(trace).encode() not in data
