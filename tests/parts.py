"""Parts of the machine that some tests need: skipped with a sentence where they are missing, a failure in CI."""

import ctypes.util
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared/corpus"
ACE = ROOT / "node_modules/@daisy/ace-cli/bin/ace.js"
AXE = ROOT / "node_modules/axe-core/axe.min.js"
PUPPETEER = ROOT / "node_modules/puppeteer-core"
VNU = ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"


PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
"""Where programs are: those that make and mend file systems stand where not everybody looks."""


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name, path=PATH) is not None


PARTS: dict[str, tuple[Callable[[], bool], str]] = {
    "axe": (AXE.is_file, "npm ci --ignore-scripts"),
    "ace": (ACE.is_file, "npm ci --ignore-scripts"),
    "chromedriver": (_program("chromedriver"), "apt-get install chromium-driver"),
    "chromium": (_program("chromium"), "apt-get install chromium"),
    "firefox": (_program("firefox-esr"), "apt-get install firefox-esr"),
    "git": (_program("git"), "apt-get install git"),
    "java": (_program("java"), "apt-get install default-jre-headless"),
    "minisign": (_program("minisign"), "apt-get install minisign"),
    "noto": (
        Path("/usr/share/fonts/truetype/noto/NotoSerifTibetan-Regular.ttf").is_file,
        "apt-get install fonts-noto-core",
    ),
    "pango": (lambda: ctypes.util.find_library("pango-1.0") is not None, "apt-get install libpango-1.0-0"),
    "pdffonts": (_program("pdffonts"), "apt-get install poppler-utils"),
    "pdftotext": (_program("pdftotext"), "apt-get install poppler-utils"),
    "puppeteer": (PUPPETEER.is_dir, "npm ci --ignore-scripts"),
    "mkfs.exfat": (_program("mkfs.exfat"), "apt-get install exfatprogs"),
    "mdir": (_program("mdir"), "apt-get install mtools"),
    "fsck.fat": (_program("fsck.fat"), "apt-get install dosfstools"),
    "qpdf": (_program("qpdf"), "apt-get install qpdf"),
    "strace": (_program("strace"), "apt-get install strace"),
    "unzip": (_program("unzip"), "apt-get install unzip"),
    "payloads": ((ROOT / "node_modules/html5/test/data").is_dir, "npm ci --ignore-scripts"),
    "vnu": (VNU.is_file, "npm ci --ignore-scripts"),
}
"""What a test may ask for, how it is found, and what installs it; `make test` installs them all."""


def require(*names: str) -> None:
    """Skip the test that calls this where a part is missing; fail it where CI is set, so that nothing goes unseen."""
    for name in names:
        found, remedy = PARTS[name]
        if found():
            continue
        sentence = f"{name} is not installed here: {remedy}"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)


def corpus(*parts: str) -> Path:
    """Return a place in the corpus of real archives beside the checkout; skip the test where it is absent."""
    place = CORPUS.joinpath(*parts)
    if not place.exists():
        pytest.skip(f"the corpus is absent: {'/'.join(parts) or 'shared/corpus'}")
    return place
