"""The wheel, installed from the lock file into a fresh environment elsewhere, builds bundles, also without Pango."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import parts
import pytest

pytestmark = pytest.mark.slow

WITHOUT_PANGO = """
import ctypes, ctypes.util
import cffi

def refuse(name):
    if name and "pango" in str(name):
        raise OSError(f"cannot load library {name!r}")

def dlopen(self, name, *flags, real=cffi.FFI.dlopen):
    refuse(name)
    return real(self, name, *flags)

def start(self, name=None, *more, real=ctypes.CDLL.__init__, **named):
    refuse(name)
    real(self, name, *more, **named)

find = ctypes.util.find_library
cffi.FFI.dlopen, ctypes.CDLL.__init__ = dlopen, start
ctypes.util.find_library = lambda name: None if "pango" in name else find(name)
"""
"""What a machine without Pango answers to whoever asks for it; run before anything of ours, as sitecustomize."""


def run(*command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"} | environment,
    )


def succeed(*command: object, **environment: str) -> str:
    done = run(*command, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    succeed(*pip, "--wheel-dir", folder, parts.ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Install what the lock file names, then the wheel, in an environment of its own; return its folder."""
    place = tmp_path_factory.mktemp("elsewhere") / "venv"
    succeed(sys.executable, "-m", "venv", place)
    settings = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    pip = (place / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    locked = run(*pip, "--require-hashes", "--requirement", parts.ROOT / "requirements.lock", **settings)
    if locked.returncode and not os.environ.get("CI"):
        pytest.skip("the lock file cannot be installed here now: no package registry answers")
    assert locked.returncode == 0, locked.stderr
    succeed(*pip, "--no-deps", "--no-index", wheel)
    return place


def test_the_wheel_carries_what_it_reads(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("assets", "recipes"):
        there = {path for path in (parts.ROOT / folder).rglob("*") if path.is_file()}
        assert {f"bundler/{path.relative_to(parts.ROOT).as_posix()}" for path in there} <= names
    assert "bundler/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "assets/", "recipes/"))]


def test_the_wheel_names_its_licence(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        (licence,) = (name for name in archive.namelist() if name.endswith("/licenses/LICENSE"))
        assert "License-Expression: AGPL-3.0-or-later" in archive.read(metadata).decode()
        assert archive.read(licence) == (parts.ROOT / "LICENSE").read_bytes()


def test_everything_but_pdf_is_built_without_pango(installed, tmp_path):
    (site,) = installed.glob("lib/python3.*/site-packages")
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_PANGO, encoding="utf-8")
    bare = {"PYTHONPATH": str(tmp_path), "BUNDLER_HOME": str(tmp_path / "home")}
    recipe, out = site / "bundler/recipes/welcome.yaml", tmp_path / "dist"
    build = (installed / "bin/bundler", "build", recipe, "--out", out, "--date", "2026-11-22")
    formats = [part for name in ("epub", "html", "text") for part in ("--format", name)]
    succeed(*build, *formats, **bare)
    names = {path.suffix for path in (out / "welcome/2026-11-22").iterdir()}
    assert {".epub", ".html", ".txt"} <= names

    pdf = run(*build, "--format", "pdf", "--out", tmp_path / "paper", **bare)
    assert pdf.returncode != 0
    assert "Pango" in pdf.stderr
    assert "apt-get install" in pdf.stderr
    assert "Traceback" not in pdf.stderr
    assert not (tmp_path / "paper/welcome/2026-11-22").exists()


def test_the_program_starts_and_says_its_version(installed):
    assert succeed(installed / "bin/bundler", "--version").strip()
    assert "bundler" in succeed(installed / "bin/python", "-m", "bundler", "--help")
