"""What is installed and what is missing: Python, the libraries of PDF, the fonts of each language."""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from bundler import theme
from bundler.errors import Listed, Say, say
from bundler.writers import _fonts

LIBRARIES = {
    "Pango": ("libpango-1.0.so.0", "libpango-1.0-0"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    "HarfBuzz subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
}
"""What WeasyPrint loads: the library's file and Debian's package."""


EXTRAS = {"age": ("pyrage",), "saved": ("libzim", "warcio")}
"""The parts that are installed only where they are wanted, and the libraries of each."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is there or not, and the Debian packages that bring it."""

    what: Say
    there: bool
    packages: tuple[str, ...] = ()


def examine() -> Iterator[Finding]:
    """Yield everything that shapes output on this machine."""
    yield Finding(say("Python {version}", version=platform.python_version()), there=True)
    for name in ("ebooklib", "weasyprint", "qrcode", "pillow", "selectolax", "comrak"):
        yield _library(name)
    for name, (file, package) in LIBRARIES.items():
        there = _loads(file)
        what = say("{name}: PDF can be made", name=name) if there else say("{name}: PDF cannot be made", name=name)
        yield Finding(what, there, (package,))
    for name, libraries in EXTRAS.items():
        yield extra(name, libraries)
    yield from _fonts_found()


def extra(name: str, libraries: tuple[str, ...]) -> Finding:
    """Say whether an extra is installed, else how it comes."""
    try:
        found = Listed(f"{library} {version(library)}" for library in libraries)
    except PackageNotFoundError:
        lacking = say(
            "extra {name}: not installed; `{python} -m pip install {libraries}` brings it",
            name=name,
            python=sys.executable,
            libraries=" ".join(libraries),
        )
        return Finding(lacking, there=False)
    return Finding(say("extra {name}: {found}", name=name, found=found), there=True)


def _library(name: str) -> Finding:
    try:
        return Finding(say("{name} {version}", name=name, version=version(name)), there=True)
    except PackageNotFoundError:
        return Finding(say("{name}: not installed", name=name), there=False)


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def _fonts_found() -> Iterator[Finding]:
    made = theme.theme("en")
    absent = {family.name for family in _fonts.find(made.families).absent}
    for family in made.families:
        covers = sorted(tag for tag, stack in made.fonts.items() if family.name in stack)
        yield Finding(
            say(
                "{family}: {languages}",
                family=family.name,
                languages=Listed(covers) if covers else say("signs and rare characters"),
            ),
            there=family.name not in absent,
            packages=(family.package,),
        )
