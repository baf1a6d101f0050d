"""No line of a real archive begins or ends with a mark that may not stand there, and none holds one character alone.

What the text itself writes so is left out: a quotation mark turned the wrong way at a paragraph's end, a paragraph of
one character. One break is allowed: a mark behind Latin letters that fill a line by themselves goes to the next one.
"""

from __future__ import annotations

import re
from itertools import pairwise

import command
import parts
import printing
import pytest
from test_pdf_lines_are_set_with_care import CLOSING, OPENING

pytestmark = pytest.mark.slow

PRINTED = [
    ("mirror", "page: phone"),
    ("mirror", "page: phone, size: large"),
    ("mirror-2018", "page: a5"),
    ("book", "page: letter"),
]
HAN = "\u3041-\u30fa\u3400-\u4dbf\u4e00-\u9fff"
ALONE = re.compile(rf"[{HAN}][^{HAN}A-Za-z0-9]*")
LONG = re.compile(r"[!-~]{12,}$")
"""Latin letters that leave a narrow line no other place to break."""


@pytest.fixture(scope="module", params=PRINTED, ids=" ".join)
def lines(request, tmp_path_factory) -> tuple[list[str], list[str]]:
    """Print a part of an archive; return its lines, and its paragraphs without spaces as the text format has them."""
    parts.require("pango", "pdftotext")
    archive, options = request.param
    folder = tmp_path_factory.mktemp("printed")
    formats, select = f"[text, pdf: {{{options}}}]", "{limit: 60}"
    recipe = command.recipe(folder, parts.corpus(archive), formats=formats, select=select)
    done = command.bundler("build", recipe, "--out", folder / "dist", "--date", command.DAY, home=folder)
    assert done.code == 0, done.err
    (text,) = folder.glob("dist/weekly/*/weekly-*.txt")
    (pages,) = folder.glob("dist/weekly/*/weekly-*.pdf")
    paragraphs = [re.sub(r"\s", "", line) for line in text.read_text(encoding="utf-8").splitlines()]
    found = [re.sub(r"\s", "", line) for line, *_ in printing.lines_of(pages.read_bytes())]
    assert len(found) > 1000
    return found, paragraphs


def test_no_line_begins_with_a_closing_mark(lines):
    printed, _ = lines
    assert [line for before, line in pairwise(printed) if line[0] in CLOSING and not LONG.search(before)] == []


def test_no_line_ends_with_an_opening_mark(lines):
    printed, paragraphs = lines
    ends = {paragraph[-4:] for paragraph in paragraphs}
    assert [line for line in printed if line[-1] in OPENING and len(line) > 1 and line[-4:] not in ends] == []


def test_no_paragraph_ends_with_one_character_on_a_line(lines):
    printed, paragraphs = lines
    assert [line for line in printed if ALONE.fullmatch(line) and line not in paragraphs] == []
