"""A tag with very many attributes costs no more than others, however they are parted, and takes no text along."""

import time

import pytest

from bundler.model import Paragraph, Text
from bundler.readers import _html, _limits

MANY = 60_000
NOTHING = _html.Setting(lambda _source: None, lambda _href: None, lambda _node: None)
SHAPES = {
    "quoted": " ".join(f'a{n}="x"' for n in range(MANY)),
    "bare": " ".join(f"a{n}=x" for n in range(MANY)),
    "slashes": "/".join(f"a{n}" for n in range(MANY)),
    "touching": "".join(f'a{n}="x"' for n in range(MANY)),
    "brackets": " ".join(f"a{n}='>'" for n in range(MANY)),
    "stray quote": 'b=c" ' + " ".join(f"a{n}" for n in range(MANY)),
    "hidden": 'x= =" ' + " ".join(f"a{n}" for n in range(MANY)) + '"',
    "equals": " ".join(f"==a{n}" for n in range(MANY)),
    "lines": "\n".join(f"a{n}" for n in range(MANY)),
}


def read(html: str):
    """Read HTML; the limit is far above what it takes and far below what pairs would."""
    start = time.process_time()
    found = _html.blocks(html, NOTHING)
    assert time.process_time() - start < 40
    return found


def said(found) -> list[str]:
    """Return what the paragraphs say."""
    return [block.children[0].text for block in found.blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("tag", ["div", "/div"])
def test_attributes_are_counted_before_they_are_compared(shape, tag):
    found = read(f"<p>before</p><{tag} {SHAPES[shape]}>inside<p>after</p>")
    assert "".join(said(found)).replace('"', "").endswith("after")
    assert said(found)[0] == "before"
    assert [note.code for note in found.notes] == ["attributes-dropped"]
    assert found.notes[0].detail == f"1 tags with more than {_limits.MAX_ATTRIBUTES}"


@pytest.mark.parametrize("tail", ["/" * 500_000, " " * 500_000, '"' * 500_001, "='" * 250_000, "<" * 200_000])
def test_counting_them_costs_no_more_than_their_length(tail):
    read(f"<p>before</p><div {tail}")
    read(f"<p>before</p><div {tail}>inside")


def test_long_values_are_no_attributes():
    words = "some words " * 20_000
    found = read(f'<p>before</p><img alt="{words}" data-x="{words}"><p lang=fr>after</p>')
    assert [note.code for note in found.notes if note.code == "attributes-dropped"] == []


def test_the_other_tags_keep_theirs():
    found = read(f'<div {SHAPES["quoted"]}><p>before</p><p dir="rtl">after</p></div>')
    assert found.blocks[0] == Paragraph((Text("before"),))
    assert "rtl" in repr(found.blocks[1])
