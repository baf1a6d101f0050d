"""From a dump that was found comes an archive that builds the equal bundle, whatever a stranger put into it."""

import datetime as dt
import json

import pytest
from command import DAY, SAMPLE, bundler, recipe
from hypothesis import given, settings
from hypothesis import strategies as st

from bundler import build as conductor
from bundler.archive.rebuilt import rebuild
from bundler.build.bundle import assemble
from bundler.catalog import open_archive
from bundler.digest import bundle_digest, content_digest
from bundler.errors import ArchiveError, UsageError
from bundler.folder import open_folder
from bundler.readers import _checked
from bundler.recipe import load
from bundler.work import Work

EDITION = dt.date.fromisoformat(DAY)
BARE = {"type": "Entry", "id": "mirror/news/a1", "title": "水位", "language": "zh-Hans", "section": {
    "type": "Section", "id": "news", "name": "新闻"}}  # fmt: skip


def assembled(path, work):
    """Return the bundle of a recipe."""
    chosen = load(path, conductor.known())
    index = conductor.open_archives(chosen.archives, home=None, work=work)
    return assemble(conductor.plan(chosen, EDITION, index=index), work=work).bundle


def dump(folder, *articles, **more):
    """Write a dump of these articles."""
    folder.mkdir(parents=True, exist_ok=True)
    value = {"format": "bundler-dump", "version": 1, "articles": list(articles), "assets": {}} | more
    path = folder / "found.json"
    path.write_text(json.dumps(value, separators=(",", ":")), encoding="utf-8")
    return path


def article(*blocks, **entry):
    """Return an article as a dump has it."""
    return {"type": "Article", "entry": BARE | entry, "blocks": list(blocks)}


def paragraph(*children):
    """Return a paragraph as a dump has it."""
    return {"type": "Paragraph", "children": list(children)}


def text(said):
    """Return text as a dump has it."""
    return {"type": "Text", "text": said}


def loaded(folder):
    """Return the articles of an archive that was made again, by id."""
    catalog = open_archive(open_folder(folder), home=None, work=Work())
    return {entry.id: catalog.load(entry.id).article for entry in catalog.entries()}


# -- the equal bundle ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_dump_comes_back_as_the_equal_bundle(tmp_path):
    first = recipe(tmp_path, formats="[dump]", archives=f"{{path: '{SAMPLE}', base_url: 'https://mirror.example/'}}")
    made = bundler("build", first, "--out", tmp_path / "dist", "--date", DAY, "--json", home=tmp_path)
    assert made.code == 0, made.err
    (file,) = made.json["files"]
    done = bundler("archive", "import", tmp_path / "dist" / file["path"], "--to", tmp_path / "found", home=tmp_path)
    assert (done.code, done.err) == (0, "")
    with Work() as work:
        before = assembled(first, work)
        after = assembled(recipe(tmp_path, archives="found"), work)
        assert after.articles.ids == before.articles.ids
        assert list(map(content_digest, after.articles)) == list(map(content_digest, before.articles))
        assert bundle_digest(after) == bundle_digest(before)
        for original in before.assets:
            mine, yours = before.assets.get(original), after.assets.get(original)
            assert (mine.media_type, mine.width, mine.height) == (yours.media_type, yours.width, yours.height)


def test_ids_keep_the_names_of_their_archives_and_pages_stay_in_order(tmp_path):
    ids = ["mirror/news/a2", "book/chapters/1", "mirror/news/a1"]
    path = dump(tmp_path, *(article(paragraph(text(one)), id=one) for one in ids))
    assert rebuild([path], tmp_path / "found").articles == 3
    assert list(loaded(tmp_path / "found")) == ids


def test_more_files_can_be_added_and_what_is_there_stays(tmp_path):
    one = dump(tmp_path / "1", article(paragraph(text("早"))))
    two = dump(tmp_path / "2", article(paragraph(text("晚"))), article(paragraph(text("夜")), id="mirror/news/a2"))
    rebuild([one], tmp_path / "found")
    again = rebuild([two], tmp_path / "found")
    assert (again.articles, again.known) == (1, ("mirror/news/a1",))
    assert [found.blocks[0].children[0].text for found in loaded(tmp_path / "found").values()] == ["早", "夜"]


def test_an_archive_beside_it_with_the_same_ids_comes_first(tmp_path):
    rebuild([dump(tmp_path, article(paragraph(text("早"))))], tmp_path / "a")
    rebuild([dump(tmp_path, article(paragraph(text("晚"))))], tmp_path / "b")
    chosen = load(recipe(tmp_path, archives="[a, b]"), conductor.known())
    with Work() as work:
        index = conductor.open_archives(chosen.archives, home=None, work=work)
        assert [one.id for one in index.entries()] == ["mirror/news/a1"]
        assert index.load("mirror/news/a1").article.blocks[0].children[0].text == "早"


# -- strangers ----------------------------------------------------------------------------------------------------

HOSTILE = {
    "a script address": paragraph(
        {"type": "Link", "children": [text("点")], "target": {"type": "Url", "address": "javascript:alert(1)"}}
    ),
    "a picture by path": {"type": "Figure", "asset": "../../etc/passwd", "alt": "x"},
    "a code that is no address": {"type": "QrCode", "payload": "file:///etc/passwd"},
    "control characters": paragraph(text("a\x00\x1b[31m\u202eb")),
    "a heading of level 99": {"type": "Heading", "level": 99, "children": [text("x")]},
    "a giant cell": {"type": "Table", "rows": [[{"type": "Cell", "blocks": [], "colspan": 10**9}]]},
}


@pytest.mark.parametrize("block", HOSTILE.values(), ids=HOSTILE)
def test_what_may_not_stand_on_a_page_goes_and_is_noted(tmp_path, block):
    made = rebuild([dump(tmp_path, article(block, paragraph(text("其余的字"))))], tmp_path / "found")
    assert made.articles == 1
    assert made.counts == {"page-cleaned": 1}
    (found,) = loaded(tmp_path / "found").values()
    shown = repr(found.blocks)
    assert not any(bad in shown for bad in ("javascript", "passwd", "\\x1b", "\\x00", "99", "1000000000"))
    assert "其余的字" in shown


REFUSED = {
    "a text that is a number": article(paragraph({"type": "Text", "text": 5})),
    "a block in a line": article(paragraph(paragraph(text("x")))),
    "an unknown node": article({"type": "Script", "text": "x"}),
    "an unknown field": article(paragraph({"type": "Text", "text": "x", "onload": "x"})),
    "no article": {"type": "Text", "text": "x"},
    "an id that climbs": article(id="mirror/../../x"),
    "an id that is a folder": article(id="/etc/passwd"),
}


def nested(depth):
    """Return a quotation in a quotation in a quotation."""
    block = paragraph(text("x"))
    for _ in range(depth):
        block = {"type": "Quote", "blocks": [block]}
    return article(block)


@pytest.mark.parametrize("bad", [*REFUSED.values(), nested(70), nested(400), 5, None, [], {}])
def test_one_article_that_is_none_takes_no_other_along(tmp_path, bad):
    made = rebuild([dump(tmp_path, bad, article(paragraph(text("好的")), id="mirror/news/a9"))], tmp_path / "found")
    assert (made.articles, made.counts) == (1, {"not-an-article": 1})
    assert list(loaded(tmp_path / "found")) == ["mirror/news/a9"]


def test_an_article_that_was_spoiled_in_the_archive_is_left_out_with_a_reason(tmp_path):
    rebuild([dump(tmp_path, article(paragraph(text("早"))))], tmp_path / "found")
    (page,) = (tmp_path / "found/articles").glob("*.json")
    for spoiled in (b"", b"[1]", b"{}", b"[" * 100_000, page.read_bytes().replace(b'"Text"', b'"Nix"')):
        page.write_bytes(spoiled)
        catalog = open_archive(open_folder(tmp_path / "found"), home=None, work=Work())
        assert [problem.code for problem in catalog.problems] == ["not-an-article"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b'{"format":"bundler-dump"', b'{"format":"bundler-dump"}',
                                  b'{"format":"bundler-dump","version":1,"articles":' + b"[" * 100_000])  # fmt: skip
def test_a_file_that_is_no_dump_is_an_error_with_a_way_out(tmp_path, data):
    (tmp_path / "x.json").write_bytes(data)
    with pytest.raises(ArchiveError) as caught:
        rebuild([tmp_path / "x.json"], tmp_path / "found")
    assert caught.value.hint
    assert not (tmp_path / "found").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    path = dump(tmp_path / "in", article(paragraph(text("早"))))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("x")
    with pytest.raises(UsageError):
        rebuild([path], tmp_path / "mine")
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["letter.txt"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=9)
    | st.sampled_from(["Text", "Quote", "Url", "Table"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "children", "blocks", "rows", "target", "entry", "iso"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_json_is_an_article_or_a_value_error(value):
    for whole in (value, article(value), article(paragraph(value)), BARE | {"published": value}):
        try:
            found, _ = _checked.article(whole)
        except ValueError:
            continue
        assert _checked.fits(found, type(found))
