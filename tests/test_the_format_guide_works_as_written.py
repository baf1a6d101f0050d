"""docs/adding-a-format.md: a copy of the package with the format that the guide adds builds, cuts and judges it."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from command import DAY, ROOT, recipe

GUIDE = (ROOT / "docs/adding-a-format.md").read_text(encoding="utf-8")
WRITER, JUDGE = re.findall(r"^```python\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
NAMED = {
    "bundler/writers/__init__.py": ('NAMES = ("dump"', 'NAMES = ("titles", "dump"'),
    "bundler/cli/report.py": ("GOOD_FOR = {\n", 'GOOD_FOR = {\n    "titles": "lists that people copy",\n'),
    "bundler/release/shelf.py": ("MEDIA_TYPES = {\n", 'MEDIA_TYPES = {\n    "titles": "text/tab-separated-values",\n'),
}
"""Where the guide says that the format is named, but for words that people read."""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    place = tmp_path_factory.mktemp("package")
    shutil.copytree(ROOT / "bundler", place / "bundler", ignore=shutil.ignore_patterns("__pycache__"))
    (place / "assets").symlink_to(ROOT / "assets")
    (place / "bundler/writers/titles.py").write_text(WRITER, encoding="utf-8")
    (place / "bundler/gate/titles.py").write_text(JUDGE, encoding="utf-8")
    for name, (before, after) in NAMED.items():
        path = place / name
        source = path.read_text(encoding="utf-8")
        assert source.count(before) == 1, name
        path.write_text(source.replace(before, after), encoding="utf-8")
    return place


def run(package, *arguments):
    """Run the command line of the copy."""
    environ = os.environ | {"PYTHONPATH": str(package), "BUNDLER_HOME": str(package / "kept"), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "bundler", *arguments]
    return subprocess.run(command, cwd=package, env=environ, capture_output=True, text=True, check=False, timeout=300)


def test_the_guide_shows_a_writer_and_a_judge():
    assert "def write(" in WRITER
    assert "def faults(" in JUDGE
    for name in NAMED:
        assert f"`{name}`" in GUIDE


def test_the_format_is_listed_with_its_option(package):
    done = run(package, "formats")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("titles  lists that people copy"))
    assert lines[at + 1].strip() == "addresses: true, false (default: true)"


def test_an_edition_is_built_of_it(package):
    made = recipe(package, formats="[titles]")
    done = run(package, "build", made.name, "--date", DAY, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    (file,) = report["files"]
    assert (file["format"], file["path"]) == ("titles", f"weekly/{DAY}/weekly-261122.tsv")
    lines = (package / "dist" / file["path"]).read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if "https://mirror.example/" in line]) == report["articles"]


def test_its_options_count(package):
    made = recipe(package, formats="[titles: {addresses: false}]")
    done = run(package, "build", made.name, "--date", DAY, "--out", "bare")
    assert done.returncode == 0, done.stderr
    (file,) = (package / "bare").rglob("*.tsv")
    assert "https://" not in file.read_text(encoding="utf-8")


def test_its_judge_refuses_what_a_broken_writer_makes(package):
    path = package / "bundler/writers/titles.py"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("(*front, *articles, *back)", "(*front, *back)"), encoding="utf-8")
    try:
        done = run(package, "build", recipe(package, formats="[titles]").name, "--date", DAY, "--out", "broken")
    finally:
        path.write_text(whole, encoding="utf-8")
    assert done.returncode == 5
    assert "article-missing" in done.stderr
    assert not list((package / "broken").rglob("*.tsv"))


def test_both_modules_are_written_as_all_others(package):
    names = ("bundler/writers/titles.py", "bundler/gate/titles.py")
    for command in (("check", "--no-cache"), ("format", "--check", "--no-cache")):
        found = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--config", ROOT / "pyproject.toml", *names],
            cwd=package,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert found.returncode == 0, found.stdout
