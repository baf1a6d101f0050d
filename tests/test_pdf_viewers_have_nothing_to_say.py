"""qpdf, poppler and pdfium read every page size, fold and ink in every script without a word, and find every letter.

One file of each kind of page holds articles in all scripts, in a bundle that runs from the left and in one from the
right; besides, every language that the furniture speaks has a file of its own.
"""

from __future__ import annotations

import io
import re
import subprocess

import bundles
import parts
import printing
import pypdfium2
import pytest
import tongues

from bundler import theme
from bundler.cache import Cache
from bundler.work import Work
from bundler.writers import _paper, _press

pytestmark = pytest.mark.slow

OPENING = "（《〈「『〔【“‘"

KINDS = {
    "phone": {},
    "phone-large": {"size": "large"},
    "phone-black": {"ink": "black"},
    "a5": {"page": "a5"},
    "a5-large": {"page": "a5", "size": "large"},
    "a4": {"page": "a4"},
    "a4-large": {"page": "a4", "size": "large"},
    "letter": {"page": "letter"},
    "letter-large": {"page": "letter", "size": "large"},
    "booklet": {"page": "booklet"},
    "booklet-letter": {"page": "booklet", "sheet": "letter"},
    "booklet-large-black": {"page": "booklet", "size": "large", "ink": "black"},
    "zine": {"page": "zine"},
    "zine-letter": {"page": "zine", "sheet": "letter"},
    "zine-large-black": {"page": "zine", "size": "large", "ink": "black"},
}
DPI = 36
"""Enough to draw every glyph once."""


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango", "pdftotext", "qpdf")


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """Lay each page out once for the tests of this file."""
    return Work(cache=Cache(tmp_path_factory.mktemp("laid")))


@pytest.mark.parametrize("language", ["zh-Hans", "fa"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_page_in_every_script_is_read_without_a_word(work, kind, language, tmp_path):
    said = judged(printing.printed(tongues.together(language), work, **KINDS[kind]), tmp_path)
    words = "".join(told["title"] + told["text"] for told in tongues.TEXTS.values())
    wanted = {*printing.letters(words)}
    assert {reader: wanted - read for reader, read in said.items()} == {"poppler": set(), "pdfium": set()}


@pytest.mark.parametrize("language", ["zh-Hans", "fa"])
@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("page", ["phone", "a5", "a4", "letter", "booklet", "zine"])
def test_no_word_stands_outside_the_margins(work, page, size, language):
    sheets = ("a4", "letter") if page in {"booklet", "zine"} else ("a4",)
    for paper in (_paper.paper(page, size, "colour", sheet) for sheet in sheets):
        out = io.BytesIO()
        _press.write(tongues.together(language), paper, out, work)
        assert [*outside(out.getvalue(), paper)] == []


def outside(data, paper):
    """Yield the words that stand outside, but for half an em, which poppler gives to a mark that is set half-width.

    A title's line that begins with such a mark has its blank half, of the title's em, before the margin.
    """
    room, blank = 0.6 * paper.type, 0.75 * paper.type
    right, lower = (
        side * _paper.MILLIMETRE - margin
        for side, margin in ((paper.width, paper.beside), (paper.height, paper.below * _paper.MILLIMETRE))
    )
    said = silent(["pdftotext", "-bbox", "-", "-"], data)
    for edges, word in re.findall(r'<word ((?:[xy]M\w+="[-\d.]+" ?)+)>([^<]+)</word>', said):
        x_min, _, x_max, y_max = (float(edge) for edge in re.findall(r'"(.+?)"', edges))
        before = blank if word[0] in OPENING else room
        if x_min < paper.beside - before or x_max > right + room or y_max > lower + room:
            yield word


@pytest.mark.parametrize("language", theme.languages())
def test_furniture_in_every_language_is_read_without_a_word(language, tmp_path):
    bundle = bundles.sample(language)
    said = judged(printing.sample(language), tmp_path)
    wanted = {*printing.letters("".join(page.entry.title for page in (*bundle.front, *bundle.back)))}
    assert {reader: wanted - read for reader, read in said.items()} == {"poppler": set(), "pdfium": set()}


def judged(data, folder):
    """Fail where a reader complains; return the letters that each of those that read text found."""
    assert printing.qpdf(data, folder / "pages.pdf") == ""
    assert silent(["pdftoppm", "-r", str(DPI), "-gray", folder / "pages.pdf", folder / "page"]) == ""
    drawn = len([*folder.glob("page-*.pgm")])
    by_poppler = silent(["pdftotext", folder / "pages.pdf", "-"])
    by_pdfium = []
    document = pypdfium2.PdfDocument(data)
    assert len(document) == drawn > 0
    for page in document:
        assert page.render(scale=DPI / 72, grayscale=True).to_pil().getextrema()[0] < 255, "nothing is drawn"
        by_pdfium.append(page.get_textpage().get_text_range())
    return {"poppler": {*printing.letters(by_poppler)}, "pdfium": {*printing.letters("".join(by_pdfium))}}


def silent(command, data=b""):
    """Run a reader, which must have nothing to complain of, and return what it prints."""
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode()
