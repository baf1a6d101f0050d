"""Golden cases: blocks and what they become as XHTML and as text, side by side. `--accept` rewrites what came out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import bundles
import pytest
from lxml import etree

from bundler import model, walk
from bundler.codec import from_json
from bundler.model import (
    Anchor,
    Article,
    ArticleId,
    Bundle,
    Code,
    Date,
    Entry,
    Figure,
    Image,
    Preformatted,
    Ruby,
    Section,
    Target,
    Text,
    Url,
)
from bundler.writers import _xhtml

GOLDEN = Path(__file__).with_name("golden")
CASES = sorted(path.stem for path in GOLDEN.glob("*.json"))
LOST = "ee" * 32


def case(name: str) -> Article:
    kept = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    published = Date(bundles.EDITION)
    entry = Entry(ArticleId("mirror/case"), name, kept["language"], Section("", ""), "河边晨报", published)
    return Article(entry, from_json(kept["blocks"]))


def bundle(article: Article) -> Bundle:
    language = article.entry.language if article.entry.language in {"en", "fa"} else "zh-Hans"
    return bundles.bundle_of((article,), language=language, theme=bundles.looks(language))


def href(target: Target) -> str | None:
    match target:
        case Url(address):
            return address
        case Anchor(name, None):
            return f"#{_xhtml.place('case', name)}"
        case Anchor(name, article):
            return f"{model.short_id(article)}.xhtml#{name}"
        case article:
            return None if article.endswith("absent") else f"{model.short_id(article)}.xhtml"


def markup(article: Article, *, types: bool = True) -> str:
    style = _xhtml.Style(
        picture=lambda original, alt: (
            "" if original == LOST else f'<img src="{original[:4]}.jpg" alt="{_xhtml.text(alt)}"/>'
        ),
        code=lambda code: '<img src="code.png" alt=""/>' if len(code.payload) < 400 else "",
        href=href,
        prefix="case",
        rel="noreferrer",
        types=types,
    )
    return _xhtml.article(article, style, bundle(article).theme.strings)


def words(article: Article) -> Iterator[str]:
    """Yield every text that a reader must find: in lines, in pictures' descriptions, in preformatted lines."""
    for block in walk.every_block(article.blocks):
        match block:
            case Figure(_, alt, _):
                yield alt
            case Preformatted(text):
                yield text
    for inline in walk.every_inline(article.blocks):
        match inline:
            case Text(text) | Code(text):
                yield text
            case Image(_, alt):
                yield alt
            case Ruby(_, reading):
                yield reading


def compare(path: Path, found: str, *, accept: bool) -> None:
    if accept:
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8"), f"run with --accept to keep the new {path.name}, and review it"


@pytest.mark.parametrize("name", CASES)
def test_markup_is_as_accepted(name, accept):
    compare(GOLDEN / f"{name}.html", markup(case(name)), accept=accept)


@pytest.mark.parametrize("name", CASES)
def test_text_is_as_accepted(name, accept):
    text = bundles.written("text", bundle(case(name))).decode()
    compare(GOLDEN / f"{name}.txt", text, accept=accept)


@pytest.mark.parametrize("name", CASES)
def test_markup_is_well_formed_and_holds_every_word(name):
    article = case(name)
    root = etree.fromstring(f'<x xmlns:epub="http://www.idpf.org/2007/ops">{markup(article)}</x>')
    said = "".join("".join(root.itertext()).split())
    alts = root.xpath("//@alt")
    for word in words(article):
        assert "".join(_xhtml.plain(word).split()) in said or _xhtml.plain(word) in alts
    assert not root.xpath("//script | //@style | //@*[starts-with(name(), 'on')]")


def test_all_kinds_of_nodes_stand_in_the_cases():
    used = {type(block) for name in CASES for block in walk.every_block(case(name).blocks)}
    used |= {type(inline) for name in CASES for inline in walk.every_inline(case(name).blocks)}
    kinds = {node for union in (model.Block, model.Inline) for node in _members(union)}
    assert kinds <= used


def _members(union: str) -> list[type]:
    return [getattr(model, name.strip()) for name in str(union).split("|")]


@pytest.mark.parametrize("name", CASES)
def test_ids_occur_once(name):
    root = etree.fromstring(f'<x xmlns:epub="http://www.idpf.org/2007/ops">{markup(case(name))}</x>')
    found = root.xpath("//@id")
    assert len(found) == len(set(found))
    inner = {link[1:] for link in root.xpath("//a/@href") if link.startswith("#")}
    assert inner <= set(found)
