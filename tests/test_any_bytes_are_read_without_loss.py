"""Any bytes are read: never an exception, and every visible character survives or a note says what went."""

import unicodedata
from collections import Counter

import pytest
from _oracle import letters
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pages import load, put, read
from selectolax.lexbor import LexborHTMLParser

from bundler.model import Block, Figure, Footnotes, Image
from bundler.readers import _limits
from bundler.walk import every_block, every_inline, inner_blocks, plain_text

TAGS = (
    *("p", "div", "span", "b", "i", "a", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th"),
    *("caption", "figure", "figcaption", "blockquote", "h1", "h2", "h3", "pre", "code", "sup", "ruby", "rt", "rp"),
    *("section", "details", "summary", "q", "bdi", "center", "font", "ok", "unknown", "em", "u", "s", "tbody", "label"),
)
WORDS = st.text(alphabet="字句“”，。 \n\tabcXYZ.,!?-سلامпри1\u00a0\u3000\u200d", max_size=12)
ATTRIBUTES = st.sampled_from(
    (
        *("", " class=caption", " class='wp-caption'", " id=a", " href='#a'", " href='http://a.example/'", " lang=en"),
        *(" dir=rtl", " colspan=3", " role=presentation", " name=a", " start=5"),
    ),
)
OPEN = st.builds("<{}{}>".format, st.sampled_from(TAGS), ATTRIBUTES)
CLOSE = st.builds("</{}>".format, st.sampled_from(TAGS))
HTML = st.lists(st.one_of(WORDS, OPEN, CLOSE), max_size=60).map("".join)
MARKS = st.sampled_from(["\n\n", "\n", "# ", "> ", "- ", "* ", "**", "*", "_", "+ ", "    ", "---\n", "===\n"])
MARKDOWN = st.lists(st.one_of(WORDS, MARKS), max_size=60).map("".join)
BYTES = st.one_of(
    st.binary(max_size=400),
    HTML.map(str.encode),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
)


def shown(blocks: tuple[Block, ...]) -> str:
    alts = [block.alt for block in every_block(blocks) if isinstance(block, Figure) and block.caption]
    readings = [inline.alt for inline in every_inline(blocks) if isinstance(inline, Image)]
    return plain_text(blocks) + "".join(alts + readings)


def depth(blocks: tuple[Block, ...], level: int = 0) -> int:
    return max((depth(inner_blocks(block), level + 1) for block in blocks), default=level)


@given(HTML)
@settings(max_examples=300, deadline=None, derandomize=True)
@example("<table>字<tr>句<td>a</table>")
@example("<li>字<ul>句<li>a<dl>b<dt>c</ul>d")
@example("<dl>字<dt>句<p>a<dd>b</dl><dd>c")
@example("<figure>字<figcaption>句</figcaption><figcaption>a</figcaption></figure>")
@example("<h2><p>字<table><td>句<ul><li>a")
@example("<ruby>字<rt>句<rt>a</ruby><rt>b")
@example("<caption>字<td>句<tr>a")
@example("<pre>字<h1>句<br>a")
def test_html_keeps_every_visible_character(html):
    found = read(html)
    body = LexborHTMLParser(html).body
    assert body is not None
    for hidden in body.css("rp"):
        hidden.decompose()
    lost = Counter(letters(body.text())) - Counter(letters(shown(found.blocks)))
    if any(isinstance(block, Footnotes) for block in found.blocks):
        return
    assert not lost or found.notes
    assert depth(found.blocks) <= _limits.MAX_DEPTH


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return tmp_path_factory.mktemp("archive")


@given(MARKDOWN)
@settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_markdown_keeps_every_letter(archive, written):
    put(archive, "page.md", "字\n\n" + written)
    loaded = load(archive)
    assert loaded.article is not None
    wanted = Counter(char for char in written if char.isalpha())
    said = loaded.article.entry.title + plain_text(loaded.article.blocks)
    assert not wanted - Counter(letters(said))


@pytest.mark.slow
@given(BYTES)
@settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(b"---\n: [\n---\n")
@example(b"+++\n+++\n")
@example(b"+++\na = [[[[\n+++\nx")
@example(b"\xff\xfe")
@example(b"[^a]: x\n\n[^a]")
@example(b"![[a]]{{< x")
@example(b"<a href='http://[x'>y</a>")
@example(b"<a href='http://\xe2\x84\xa1'>y</a>")
@example(b"<table><caption><table>")
@example(b"<a href='#%ff'>x</a><p id='%ff'>")
def test_any_bytes_give_an_article_or_a_reason(archive, data):
    put(archive, "page.md", data)
    loaded = load(archive)
    assert loaded.article is not None or loaded.notes
    assert loaded == load(archive)
    if loaded.article is not None:
        plain_text(loaded.article.blocks).encode("utf-8")
        assert not any(
            unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in shown(loaded.article.blocks)
        )
