"""A file that broke off anywhere shows every article that arrived and says that its end is missing, with no script."""

from __future__ import annotations

import re
from pathlib import Path

import browsing
import bundles
import pytest
from selenium.webdriver import Chrome

pytestmark = pytest.mark.slow

NOWHERE = 9
SENTENCE = "文件传输不完整，结尾部分缺失。"
SAID = """
const places = [document.documentElement, document.body, ...document.body.children];
return places.filter(place => place.checkVisibility()).map(place => getComputedStyle(place, '::after'))
    .filter(style => style.content.includes(arguments[0]) && style.display !== 'none').length;
"""
SHOWN = "return [...document.querySelectorAll('article')].map(article => article.id)"
LANDMARKS = (
    "<title>",
    "<script>",
    "</script>",
    "color-scheme: light dark; --paper",
    "</style>\n</head>",
    "</head>",
    "<body>",
    '<header id="top">',
    '<div id="tools"',
    'id="count"',
    '<ol id="found"',
    "<dialog",
    "</dialog>",
    '<nav id="contents"',
    "</nav>",
    "<main>",
    "<article",
    "data:image/png;base64,",
    'alt="',
    "<svg",
    "<use",
    "<table>",
    "<pre>",
    "<ruby>",
    "</article>",
    "</main>",
    '<footer id="end"',
    'data-same="',
)
"""Beginnings and ends of what a parser could be inside of; the file is cut before, within and after each."""


@pytest.fixture(scope="module")
def whole() -> bytes:
    return bundles.written("html", bundles.sample())


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    with browsing.browser(tmp_path_factory.mktemp("browser"), NOWHERE) as started:
        yield started


def opened(driver: Chrome, path: Path, data: bytes) -> int:
    """Show a file's bytes and return how many times the page says that its end is missing."""
    path.write_bytes(data)
    driver.get(path.as_uri())
    return driver.execute_script(SAID, SENTENCE)


def cuts(whole: bytes) -> list[int]:
    """Return where to cut: at landmarks, in the middle of characters, and evenly between the head and the end."""
    first = whole.index(b"</style>") + len(b"</style>")
    last = whole.index(b'data-same="') + len(b'data-same="')
    marks = {mark: whole.index(mark.encode()) for mark in LANDMARKS}
    near = [at + step for mark, at in marks.items() for step in (0, 1, 2, len(mark), len(mark) + 9)]
    even = range(first, last, (last - first) // 40)
    return sorted({at for at in (*near, *even) if first <= at <= last})


def test_a_whole_file_says_nothing_with_or_without_a_seal(driver, whole, tmp_path):
    assert opened(driver, tmp_path / "whole.html", whole) == 0
    assert opened(driver, tmp_path / "sealed.html", whole + b"<!-- bundler-seal/1 -->\n") == 0


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without"])
def test_a_cut_anywhere_is_said_once_and_loses_nothing_that_arrived(driver, whole, tmp_path, scripts):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    silent, lost = [], []
    for at in cuts(whole):
        if opened(driver, tmp_path / "cut.html", whole[:at]) != 1:
            silent.append((at, whole[at - 40 : at]))
        complete = re.findall(r'<article id="(\w+)"', whole[:at].rpartition(b"</article>")[0].decode())
        if driver.execute_script(SHOWN)[: len(complete)] != complete:
            lost.append(at)
    assert silent == []
    assert lost == []
