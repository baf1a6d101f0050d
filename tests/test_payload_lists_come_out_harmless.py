"""The payload lists that others test with come out of whole builds harmless, and what they show is still there.

Four lists are packages of npm: DOMPurify's (with many of the HTML5 Security Cheatsheet, which no registry carries by
itself), html5lib's (as data of `html5`), the big list of naughty strings and the YAML test suite.
"""

import html
import json
import time
import zipfile
from collections import Counter

import payloads
import pytest
from _oracle import letters
from command import DAY, bundler, recipe
from harmless import everything, judge, parsed, squeezed
from pages import page, put, read
from selectolax.lexbor import LexborHTMLParser

from bundler import build
from bundler.model import Figure, Image
from bundler.recipe import RecipeProblems, load
from bundler.walk import every_block, every_inline, plain_text

UNSEEN = "script style noscript template head title svg math iframe noembed noframes select datalist rp [hidden]"
LISTS = {"dompurify": payloads.dompurify, "html5lib": payloads.html5lib, "naughty": payloads.naughty}


def shown(found) -> str:
    """Return the text of blocks, with the alternative texts that stand for pictures."""
    alts = [block.alt for block in every_block(found.blocks) if isinstance(block, Figure) and block.caption]
    return plain_text(found.blocks) + "".join(
        alts + [one.alt for one in every_inline(found.blocks) if isinstance(one, Image)]
    )


@pytest.mark.parametrize("name", LISTS)
def test_what_a_payload_shows_is_kept_or_noted(name):
    given = LISTS[name]()
    assert len(given) > 180
    for payload in given:
        start = time.process_time()
        found = read(payload)
        assert time.process_time() - start < 20, payload
        body = LexborHTMLParser(payload).body
        for hidden in body.css(UNSEEN.replace(" ", ",")) if body else ():
            hidden.decompose()
        lost = Counter(letters(body.text() if body else "")) - Counter(letters(shown(found)))
        assert not lost or found.notes, (payload, lost)


def test_documents_in_other_encodings_than_they_say_are_read(tmp_path):
    for number, data in enumerate(payloads.encodings()):
        loaded = page(tmp_path, b"<p>first</p>\n" + data, f"{number}.md")
        assert loaded.article is not None or loaded.notes, data
        assert loaded.article is None or "first" in plain_text(loaded.article.blocks)


@pytest.mark.slow
def test_documents_of_yaml_are_recipes_or_told_why_not(tmp_path):
    known, told = build.known(), 0
    for text in payloads.yaml():
        for written in (text, f"version: 1\nforeword: |\n  x\n{text}"):
            path = tmp_path / "recipe.yaml"
            path.write_text(written, encoding="utf-8", errors="surrogatepass")
            with pytest.raises(RecipeProblems) as caught:
                load(path, known)
            assert all(problem.message and problem.file for problem in caught.value.problems)
            told += 1
    assert told > 700


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Build every payload as a page of its own; the strings also as titles."""
    folder = tmp_path_factory.mktemp("payloads")
    pages = [(name, number, payload) for name, given in LISTS.items() for number, payload in enumerate(given())]
    for name, number, payload in pages:
        title = json.dumps(payload) if name == "naughty" and payload.strip() else f"{name} {number}"
        body = html.escape(payload) if name == "naughty" else payload
        written = f"---\ntitle: {title}\n---\n\n<div><p>{begins(name, number)}</p>\n{body}\n</div>\n"
        put(folder, f"archive/{name}-{number}.md", written.encode("utf-8", "surrogatepass"))
    place = recipe(
        folder, archives="{path: archive, reader: markdown}", select="{dedupe: none}", outside_links="tap",
        formats="[epub, html, text]",
    )  # fmt: skip
    done = bundler("build", place, "--out", folder / "dist", "--date", DAY, "--json", home=folder / "home")
    assert done.code == 0, done.err
    files = {file["format"]: folder / "dist" / file["path"] for file in done.json["files"]}
    with zipfile.ZipFile(files["epub"]) as book:
        inside = [parsed(book.read(name)) for name in book.namelist() if name.endswith(".xhtml")]
    return done.json, pages, [parsed(files["html"].read_bytes())], inside, files["text"].read_text(encoding="utf-8")


def begins(name: str, number: int) -> str:
    return f"始{name}{number}终"


@pytest.mark.parametrize(
    "active",
    [
        "<script>",
        "<p onclick=x>",
        "<a href='java&#10;script:x'>",
        "<img src='//a.example/x'>",
        "<p id=x><p id=x>",
        "<base>",
    ],
)
def test_what_is_active_would_be_seen(active):
    with pytest.raises(AssertionError):
        judge(parsed(active.encode()))


@pytest.mark.slow
def test_the_finished_files_hold_no_script_no_load_no_handler(made):
    """The gate has read them before; this is another pair of eyes."""
    _, _, one, book, _ = made
    for page_of_file in (*one, *book):
        judge(page_of_file)


@pytest.mark.slow
def test_no_payload_takes_another_page_along(made):
    report, pages, one, book, text = made
    assert report["articles"] == len(pages), report["omitted"][:9]
    for whole in (everything(one), everything(book), squeezed(text)):
        missing = [(name, number) for name, number, _ in pages if begins(name, number) not in whole]
        assert not missing
