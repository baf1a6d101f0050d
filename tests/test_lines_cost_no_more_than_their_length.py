"""A line that almost fits a rule costs its length once: no pattern looks at it from each of its characters anew.

Pages are read in a process apart, for a pattern that goes through all ways to read a line would never come back.
"""

import subprocess
import sys

import pytest
from pages import page, put

from bundler.readers import _front
from bundler.readers._html import parse
from bundler.readers._nodes import text_of

SECONDS = 60
"""Each page takes less than two; where a pattern is careless it takes minutes, or longer than anybody lives."""
READ = """
import sys
from pathlib import Path
from bundler.folder import open_folder
from bundler.readers import reader

name, root, path = sys.argv[1:]
loaded = reader(name).load(open_folder(Path(root)), path, name)
sys.exit(0 if loaded.article is not None else loaded.notes[-1].code)
"""
MANY = 400_000
PROMOTION = "#### 💥 [一部老片](http://198.51.100.7/)"


def read_apart(root, name, path, body):
    put(root, path, body)
    done = subprocess.run(
        [sys.executable, "-c", READ, name, str(root), path],
        timeout=SECONDS, check=False, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "line",
    [
        "-    " * 49 + "文",
        "*   " * 20 + "文",
        "1.    " * 40 + "文",
        "{{<" + " " * MANY + "文",
        "{{% " + "a" * MANY + "文",
        "{%" + " " * MANY + "文",
    ],
    ids=["items", "stars", "numbers", "shortcode", "long-shortcode", "liquid"],
)
def test_markdown(tmp_path, line):
    assert read_apart(tmp_path, "markdown", "notes/a.md", f"# 一\n\n正文在此。\n\n{line}\n") == (0, "")


@pytest.mark.parametrize(
    "line",
    [
        "<hr>" + " " * MANY + "文",
        f"{PROMOTION}\n文" + "<hr>" * 90_000 + f"文\n{PROMOTION}",
        "#### 💥 " + "<" * MANY,
        "#### 💥 " + "](" * MANY,
        "#### " + "翻墙" * (MANY * 3 // 4),
        "https://" + "/" * 4 * MANY,
        "<a >" + "<img " + ".md.png" * MANY,
        "<img " + "width=0 " * MANY,
        "<a " + "https://" * MANY + "><img .md.png></a>",
    ],
    ids=["rule", "rules", "brackets", "targets", "subjects", "share", "code", "tracker", "addresses"],
)
def test_mirrors(tmp_path, line):
    written = f"### 一篇文章\n---\n\n<p>正文在此，说的是今年的收成。</p>\n\n{line}\n\n<p>到此为止。</p>\n"
    assert read_apart(tmp_path, "mirror", "pages/s/1.md", written) == (0, "")


def test_words_of_an_element_are_looked_for_in_so_many_others():
    nest = parse("<b>" * 500 + "文").body
    assert nest is not None
    assert text_of(nest, limit=100) == ""
    assert text_of(nest) == "文"


def test_a_key_of_toml_that_would_be_compared_with_itself_is_read_line_by_line(tmp_path):
    loaded = page(tmp_path, "+++\n" + ".".join("a" * 30_000) + ' = 1\ntitle = "河"\n+++\n正文\n')
    assert [note.code for note in loaded.notes] == ["front-matter-broken", "undated"]
    assert _front.split('+++\na.b = 1\ntitle = "1.5 度"\n+++\n').one("title") == "1.5 度"


def test_formulas_in_formulas_cost_no_more_than_their_length(tmp_path):
    nest = "<math><style>" * 6_900
    written = f"### 一篇文章\n---\n\n<p>正文在此，说的是今年的收成。</p>\n<div>{nest}\n"
    assert read_apart(tmp_path, "mirror", "pages/s/1.md", written) == (0, "")
