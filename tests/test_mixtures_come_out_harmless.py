"""Any mixture of bytes, Markdown and markup goes through a whole reader and two writers: harmless, and nothing is lost.

A fuzzer over pages as they lie on disk. Few mixtures are tried in `make test-quick`, many in `make test`.
"""

import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from _oracle import letters
from bundles import bundle_of, written
from harmless import judge, parsed
from hostile_markup import CASES
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from judging import codes_of, expected
from pages import put

from bundler.folder import open_folder
from bundler.model import Link, Url
from bundler.readers import reader
from bundler.walk import every_inline, plain_text

PLACES = {"markdown": "page.md", "mirror": "pages/prog/page.md", "html": "page.html"}
OPENING = "起始的一句话说在前面。"
HEADS = {
    "markdown": f"{OPENING}\n\n",
    "mirror": f"### 题目\n------\n\n<p>{OPENING}</p>\n",
    "html": f"<!doctype html><title>题目</title><body><article><h1>题目</h1><p>{OPENING}</p>\n",
}
_TAGS = (
    *(
        "p",
        "div",
        "b",
        "i",
        "a",
        "table",
        "tr",
        "td",
        "li",
        "ul",
        "h2",
        "pre",
        "figure",
        "figcaption",
        "ruby",
        "rt",
        "sup",
    ),
    *("select", "option", "svg", "math", "style", "template", "noscript", "xmp", "title", "textarea", "form", "iframe"),
)
_ATTRIBUTES = (
    *("", " id=x", " onload=y", " href=javascript:z", " href='#x'", " href=http://a.example/", " src=//a.example/x"),
    *(" dir=rtl", " '\"", " style='background:url(//a.example)'", " colspan=9", " hidden", " srcset=//a.example/y"),
)
_MARKS = (
    "\n\n",
    "\n",
    "# ",
    "> ",
    "- ",
    "**",
    "_",
    "[a](javascript:b)",
    "![c](//a.example/d)",
    "[^1]",
    "[^1]: ",
    "| a |",
    "```\n",
)
FRAGMENTS = st.sampled_from(
    [payload for name, (payload, _) in CASES.items() if "_29_" not in name and "_30_" not in name]
)
PIECES = st.one_of(
    FRAGMENTS,
    st.builds("<{}{}>".format, st.sampled_from(_TAGS), st.sampled_from(_ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(_TAGS)),
    st.sampled_from(_MARKS),
    st.text(max_size=12),
    st.text(alphabet="字句 \u202e\u2067\u200b\u200d\u0301سلام&<>'\"", max_size=12),
)
MIXTURES = st.lists(PIECES, max_size=25).map(lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass"))
BYTES = st.one_of(
    MIXTURES, st.tuples(MIXTURES, st.binary(max_size=40), MIXTURES).map(b"".join), st.binary(max_size=300)
)
PAGES = st.tuples(st.sampled_from(sorted(PLACES)), BYTES)
LENIENT = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mixtures")


def comes_out_harmless(folder: Path, kind: str, data: bytes) -> None:
    """Read a page, write it, and look at the files with the eyes of the gate and with others."""
    put(folder / kind, PLACES[kind], HEADS[kind].encode() + data)
    loaded = reader(kind).load(open_folder(folder / kind), PLACES[kind], "notes")
    if loaded.article is None:
        assert loaded.notes
        return
    links = [one.target for one in every_inline(loaded.article.blocks) if isinstance(one, Link)]
    assert all(one.address.startswith(("http://", "https://", "mailto:")) for one in links if isinstance(one, Url))
    bundle = bundle_of([loaded.article])
    wanted = Counter(letters(plain_text(loaded.article.blocks)))
    for form in ("html", "epub"):
        file = written(form, bundle)
        assert codes_of(form, file, expected(bundle), folder) == set()
        said = Counter()
        for page in pages_of(form, file):
            judge(page)
            said.update(letters("".join(page.said)))
        assert not wanted - said
    if "encoding-converted" not in {note.code for note in loaded.notes}:
        assert not Counter(letters(OPENING)) - wanted


def pages_of(form: str, file: bytes):
    if form == "html":
        return [parsed(file)]
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        return [parsed(book.read(name)) for name in book.namelist() if name.endswith(".xhtml")]


@pytest.mark.slow
@given(PAGES)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=LENIENT)
@example(("html", b"<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>"))
@example(("markdown", b"<a href='java&#10;script:alert(1)'>x</a>"))
def test_a_mixture_runs_loads_and_loses_nothing(folder, page):
    comes_out_harmless(folder, *page)


@pytest.mark.slow
@given(PAGES)
@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=LENIENT)
def test_no_mixture_runs_loads_or_loses_anything(folder, page):
    comes_out_harmless(folder, *page)
