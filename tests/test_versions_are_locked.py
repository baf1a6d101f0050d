"""What is installed is named with version and hash, by what pyproject.toml allows, and no file says from where."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNS = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]
LOCKS = {"requirements.lock": RUNS, "requirements-dev.lock": [*RUNS, *PROJECT["dependency-groups"]["dev"]]}


def locked(name: str) -> dict[str, list[str]]:
    """Return the versions that a lock file has of each package."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line):
            found.setdefault(canonicalize_name(match[1]), []).append(match[2])
    return found


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_the_lock_holds_what_the_project_asks_for(name):
    versions = locked(name)
    for line in LOCKS[name]:
        wanted = Requirement(line)
        there = versions.get(canonicalize_name(wanted.name))
        assert there, f"{wanted.name} is not in {name}: run `make lock`"
        assert all(wanted.specifier.contains(version) for version in there), f"{name} has {wanted.name} {there}"


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_every_version_has_its_hashes(name):
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries if not entry.startswith("#"))


def test_both_locks_agree():
    tests = locked("requirements-dev.lock")
    assert all(tests[name] == versions for name, versions in locked("requirements.lock").items())


FILES = [*sorted(LOCKS), "package.json", "package-lock.json", "Makefile", ".ci/run", ".ci/parts"]


@pytest.mark.parametrize("name", FILES)
def test_no_address_is_named(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text


def test_what_npm_brings_is_pinned_by_its_digest():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all(entry["integrity"].startswith("sha512-") for path, entry in packages.items() if path)
