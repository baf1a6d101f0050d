"""What programs read has the keys that docs/command-line.md shows, in their order."""

import json
import re

import pytest
from command import DAY, ROOT, SAMPLE, bundler, recipe
from shelves import published

TEXT = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
SHOWN = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)]


def shape(value):
    """Return the keys of objects and of the first objects in lists."""
    match value:
        case dict():
            return {key: shape(inner) for key, inner in value.items()}
        case [dict() as first, *_]:
            return [shape(first)]
        case _:
            return None


def documented(*keys):
    """Return the one example that begins with these keys."""
    (found,) = (one for one in SHOWN if isinstance(one, dict) and tuple(one)[: len(keys)] == keys)
    return found


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    place = tmp_path_factory.mktemp("shelf")
    (place / "pass").write_text("1234 5678 9012 3456 7890\n")
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\n", encoding="utf-8")
    recipe(place)
    made = bundler("keys", "new", "--passphrase-file", "pass", home=place, cwd=place)
    assert made.code == 0, made.err
    published(place / "dist", bundle="other")
    return place


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        (f"build weekly.yaml --out b --date {DAY} --json", ("bundle", "edition", "articles")),
        (f"list weekly.yaml --date {DAY} --json", ("articles", "omitted")),
        (f"archive status {SAMPLE} --json", ("archive", "reader")),
        ("verify dist/other/2026-11-22 --json", ("name", "verdict")),
        ("verify dist/other/2026-11-22/other-261122.epub --json", ("name", "verdict")),
        ("share other --by signal --json", ("way", "folder")),
        ("keys show --json", ("key", "digits")),
        ("traces --json", ("home", "kept")),
        ("expose dist/other/2026-11-22/other-261122.txt --json", ("name", "bytes")),
    ],
)
def test_objects_have_the_keys_that_are_shown(shelf, typed, keys):
    done = bundler(*typed.split(), home=shelf, cwd=shelf)
    assert done.code == 0, done.err
    found, shown = done.json, documented(*keys)
    assert list(found) == list(shown)
    for key, inner in shape(shown).items():
        if isinstance(shape(found[key]), list) and isinstance(inner, list) and key not in ("omitted", "articles"):
            assert shape(found[key]) == inner


@pytest.mark.slow
def test_a_release_says_what_it_was(shelf):
    shown = documented("bundle", "what")
    typed = ("release", "weekly.yaml", "--date", DAY, "--passphrase-file", "pass", "--json")
    first = bundler(*typed, home=shelf, cwd=shelf)
    assert first.code == 0, first.err
    assert set(first.json) == set(shown) | set(documented("bundle", "edition", "articles"))
    again = bundler(*typed, home=shelf, cwd=shelf).json
    assert list(again) == list(shown)
    assert (first.json["what"], again["what"]) == ("released", "not-due")
    same = bundler("diff", "weekly", "weekly", "--json", home=shelf, cwd=shelf).json
    assert list(same) == list(documented("new"))


def test_the_table_of_ways_has_what_is_shown(shelf):
    (shown,) = (one for one in SHOWN if isinstance(one, list))
    found = bundler("share", "other", "--json", home=shelf, cwd=shelf).json
    assert list(found[0]) == list(shown[0])
    rows = [row for row in found[0]["ways"] if row["way"] != "paper"]
    assert {tuple(row) for row in rows} == {tuple(shown[0]["ways"][0])}
