"""`new_since` takes what no former edition of a bundle held; history that is broken or missing is said, never fatal."""

import json

import pytest
from archives import mirror, page
from command import bundler, recipe

pytestmark = pytest.mark.slow


def edition(folder, day, **keys):
    """Build one edition of the day; return the ids that are in, and the notes."""
    path = recipe(folder, folder / "archive", **({"select": "{new_since: {recipe: weekly}}"} | keys))
    done = bundler("build", path, "--out", folder / "dist", "--date", day, "--json", home=folder)
    if done.code:
        return done.err
    listed = json.loads((folder / "dist/weekly" / day / "articles.json").read_bytes())
    return sorted(one["id"].rpartition("/")[2] for one in listed["articles"]), done.json["notes"]


@pytest.fixture
def archive(tmp_path):
    return mirror(tmp_path / "archive")


def add(archive, number, text="新的一篇，说的是桥。"):
    page(archive / f"pages/news/a{number}.md", f"第{number}篇文章", text)


def test_the_second_edition_holds_what_came_in_between(tmp_path, archive):
    first, notes = edition(tmp_path, "2026-11-15")
    assert first == ["a1", "a2", "a3"]
    assert notes["history-none"] == 1
    add(archive, 4)
    second, notes = edition(tmp_path, "2026-11-22")
    assert second == ["a4"]
    assert not {code for code in notes if code.startswith("history")}


def test_the_same_edition_built_again_is_the_same(tmp_path, archive):
    edition(tmp_path, "2026-11-15")
    add(archive, 4)
    assert edition(tmp_path, "2026-11-22")[0] == edition(tmp_path, "2026-11-22")[0] == ["a4"]
    assert edition(tmp_path, "2026-11-15")[0] == ["a1", "a2", "a3", "a4"], "later editions do not count"


def test_an_article_that_changed_is_new_again(tmp_path, archive):
    edition(tmp_path, "2026-11-15")
    add(archive, 2, "改过的第二篇，说的是桥。")
    assert edition(tmp_path, "2026-11-22")[0] == ["a2"]


def test_pins_stay_and_an_edition_without_news_says_why(tmp_path, archive):
    edition(tmp_path, "2026-11-15")
    assert edition(tmp_path, "2026-11-22", pin="[a1]")[0] == ["a1"]
    assert "held by a former edition (3)" in edition(tmp_path, "2026-11-29")


def test_blacked_out_articles_are_remembered_by_their_id(tmp_path, archive):
    edition(tmp_path, "2026-11-15", edits="[{article: a2, redact: [河流]}]")
    add(archive, 4)
    assert edition(tmp_path, "2026-11-22")[0] == ["a4"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "history-missing"),
        (b"", "history-broken"),
        (b"\xff\xfe{", "history-broken"),
        (b"[]", "history-broken"),
        (b'{"format": "bundler-articles", "version": 2, "articles": []}', "history-broken"),
        (b'{"format": "bundler-articles", "version": 1, "articles": [{"id": 1, "source": 2}]}', "history-broken"),
        (b'{"format": "bundler-articles", "version": 1, "articles": 5}', "history-broken"),
        (b"[" * 100_000, "history-broken"),
    ],
)
def test_history_that_cannot_be_read_is_a_note(tmp_path, archive, content, code):
    edition(tmp_path, "2026-11-15")
    add(archive, 4)
    edition(tmp_path, "2026-11-16")
    listed = tmp_path / "dist/weekly/2026-11-15/articles.json"
    if content is None:
        listed.unlink()
    else:
        listed.write_bytes(content)
    found, notes = edition(tmp_path, "2026-11-22")
    assert found == ["a1", "a2", "a3"], "what the other former edition held still counts"
    assert notes[code] == 1


def test_other_folders_are_no_editions(tmp_path, archive):
    for name in ("2026-11-1", "drafts", "2026-13-45x"):
        (tmp_path / "dist/weekly" / name).mkdir(parents=True)
    assert edition(tmp_path, "2026-11-22")[1]["history-none"] == 1


def test_the_list_looks_into_the_same_folder(tmp_path, archive):
    edition(tmp_path, "2026-11-15")
    add(archive, 4)
    path = recipe(tmp_path, archive, select="{new_since: {recipe: weekly}}")
    there = bundler("list", path, "--out", tmp_path / "dist", "--date", "2026-11-22", "--json", home=tmp_path).json
    assert [one["id"] for one in there["articles"]] == ["mirror/news/a4"]
    assert there["counts"] == {"held-before": 3}


def test_what_an_edition_held_is_canonical_json(tmp_path, archive):
    edition(tmp_path, "2026-11-15")
    data = (tmp_path / "dist/weekly/2026-11-15/articles.json").read_bytes()
    listed = json.loads(data)
    assert json.dumps(listed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == data
    assert {key: listed[key] for key in ("format", "version", "bundle", "edition")} == {
        "format": "bundler-articles", "version": 1, "bundle": "weekly", "edition": "2026-11-15",
    }  # fmt: skip
    assert all(list(one) == ["content", "id", "source", "title"] for one in listed["articles"])
    assert all(len(one[digest]) == 64 for one in listed["articles"] for digest in ("content", "source"))
