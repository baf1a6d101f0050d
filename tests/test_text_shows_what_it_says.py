"""Hostile class I in every place where a page puts words: no hidden mark survives, no control of direction stays open.

What went leaves a Note, and an address keeps what it says in plain sight.
"""

import html
import json
import re
import zipfile

import pytest
from command import DAY, bundler, recipe
from harmless import everything, parsed, squeezed
from pages import put

from bundler.codec import to_json
from bundler.folder import open_folder
from bundler.readers import reader

HIDDEN = set("\u202e\u200b\u200c\u2060")
DECEIT = "水\u202e印\u200b\u200c\u2060记"
SHOWN = "水印记"
ESCAPED = json.dumps(DECEIT)
NAMED = "".join(f"&#x{ord(char):x};" if char in HIDDEN else char for char in DECEIT)
LONG = "说得长一些，好让人找到正文在哪里，不会弄错。"


def markdown(front: str = "title: 题", body: str = "正文") -> tuple[str, str, str]:
    return "markdown", "page.md", f"---\n{front}\n---\n\n{body}\n"


def mirror(body: str, title: str = "题", foot: str = "") -> tuple[str, str, str]:
    home = "#### [首页](https://code.example/m/blob/main/README.md)"
    return "mirror", "pages/prog/p.md", f"### {title}\n------\n\n{home}\n\n<div><p>{body}</p></div><hr/>\n{foot}\n"


def saved(head: str = "", body: str = "") -> tuple[str, str, str]:
    text = f"<h1>题目</h1><p>第一段，{LONG}</p>{body}<p>第二段也说这个，{LONG}</p>"
    return "html", "p.html", f"<!doctype html><title>题目</title>{head}<body><article>{text}</article>"


LINKED = {"@type": "Article", "headline": DECEIT, "publisher": {"name": DECEIT}, "author": DECEIT, "keywords": [DECEIT]}
PLACES = {
    "title in YAML": markdown(f"title: {ESCAPED}"),
    "title in TOML": ("markdown", "page.md", f"+++\ntitle = {ESCAPED}\n+++\n\n正文\n"),
    "title as heading": ("markdown", "page.md", f"# {NAMED}\n\n正文\n"),
    "tags": markdown(f"tags: [{ESCAPED}]"),
    "author": markdown(f"author: {ESCAPED}"),
    "publisher": markdown(f"publisher: {ESCAPED}"),
    "alternative text": markdown(body=f'字 <img src=x alt="{NAMED}">'),
    "caption": markdown(body=f'<figure><img src=x alt="字"><figcaption>{NAMED}</figcaption></figure>'),
    "title of a picture": markdown(body=f'![字](x.png "{NAMED}")'),
    "reading": markdown(body=f"<ruby>字<rt>{NAMED}</rt></ruby>"),
    "code": markdown(body=f"<pre>{NAMED}</pre>"),
    "link": markdown(body=f"<a href='https://a.example/'>{NAMED}</a>"),
    "title of a mirror": mirror("正文", title=NAMED),
    "text of a mirror": mirror(NAMED),
    "title of a saved page": saved(f'<meta property="og:title" content="{NAMED}">'),
    "publisher of a saved page": saved(f'<meta property="og:site_name" content="{NAMED}">'),
    "author of a saved page": saved(f'<meta name=author content="{NAMED}">'),
    "tags of a saved page": saved(f'<meta name=keywords content="{NAMED},字">'),
    "data of a saved page": saved(f'<script type="application/ld+json">{json.dumps(LINKED)}</script>'),
    "caption of a saved page": saved(body=f'<figure><img src=x alt="字"><figcaption>{NAMED}</figcaption></figure>'),
}
ADDRESSES = {
    "of a mirror": mirror("正文", foot=f"原文地址（需翻墙访问）：https://a.example/{NAMED}"),
    "of a link": markdown(body=f"<a href='https://a.example/{NAMED}'>字</a>"),
    "of a saved page": saved(f'<link rel=canonical href="https://a.example/{NAMED}">'),
}


def loaded(folder, kind, path, written):
    put(folder, path, written)
    return reader(kind).load(open_folder(folder), path, "notes")


@pytest.mark.parametrize("place", PLACES)
def test_hidden_marks_go_with_a_note_wherever_they_stand(tmp_path, place):
    found = loaded(tmp_path, *PLACES[place])
    article, notes = (json.dumps(to_json(one), ensure_ascii=False) for one in (found.article, found.notes))
    assert SHOWN in article
    assert not HIDDEN & set(article + notes)
    assert {"direction-controls-dropped", "invisible-dropped"} <= {note.code for note in found.notes}


@pytest.mark.parametrize("place", ADDRESSES)
def test_an_address_shows_what_is_hidden_in_it(tmp_path, place):
    found = loaded(tmp_path, *ADDRESSES[place])
    article = json.dumps(to_json(found.article), ensure_ascii=False)
    assert "https://a.example/水%E2%80%AE印%E2%80%8B%E2%80%8C%E2%81%A0记" in article
    assert not HIDDEN & set(article)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Build one page that hides something everywhere, among sections and with a link that names another host."""
    folder = tmp_path_factory.mktemp("deceit")
    head = "\n".join(f"{key}: {ESCAPED}" for key in ("title", "author", "publisher", "tags"))
    body = f'![{html.escape(DECEIT)}](x.png "{NAMED}")\n\n<a href="https://a.example/">b.example</a>'
    put(folder, f"archive/{DECEIT}/page.md", f"---\n{head}\n---\n\n{body}\n\n{DECEIT}\n")
    place = recipe(
        folder,
        archives="{path: archive, reader: markdown}",
        outside_links="tap",
        chapters="by-section",
        formats="[epub, html, text, dump]",
    )
    done = bundler("build", place, "--out", folder / "dist", "--date", DAY, "--json", home=folder / "home")
    assert done.code == 0, done.err
    files = {file["format"]: folder / "dist" / file["path"] for file in done.json["files"]}
    with zipfile.ZipFile(files["epub"]) as book:
        inside = {name: book.read(name) for name in book.namelist() if name.endswith((".xhtml", ".opf", ".ncx"))}
    pages = [parsed(data) for name, data in inside.items() if name.endswith(".xhtml")]
    one, text = files["html"].read_text(encoding="utf-8"), files["text"].read_text(encoding="utf-8")
    raw = one + text + files["dump"].read_text(encoding="utf-8") + "".join(data.decode() for data in inside.values())
    return raw, [everything([parsed(one.encode())]), everything(pages), squeezed(text)]


def test_no_format_shows_a_hidden_mark(made):
    """Ids are the paths that they are, where programs read them alone."""
    raw, shown = made
    assert not HIDDEN & set("".join(shown))
    for identity in (f"markdown/{DECEIT}/page", f'data-section="{DECEIT}"', f'"id":"{DECEIT}"'):
        raw = raw.replace(identity, "")
    assert not HIDDEN & set(raw)


def test_a_link_that_names_another_host_shows_the_real_one_once_in_every_format(made):
    _, shown = made
    html, epub, text = shown
    for whole in (html, epub):
        assert re.search(r"b\.example[^b]{0,30}\[a\.example\]", whole)
        assert "(a.example)" not in whole
    assert re.search(r"b\.example ?\(https://a\.example/\)", text)
    assert "[a.example]" not in text


def test_titles_captions_and_names_are_shown_whole_in_every_format(made):
    _, shown = made
    for whole in shown:
        assert whole.count(SHOWN) >= 4
