"""A recipe on top of another: whole keys replace, `select` is joined, and mistakes carry the file they stand in."""

import datetime as dt

import pytest
from _recipes import KNOWN, SHORTEST, read

from bundler.errors import say
from bundler.model import Age
from bundler.recipe import RecipeProblems, load, located, long_form
from bundler.select import Fault

OWN = "version: 1\nextends: base.yaml\n"


def on(folder, base, own=""):
    """Load a recipe on a base."""
    (folder / "base.yaml").write_text(base, encoding="utf-8")
    (folder / "recipe.yaml").write_text(OWN + own, encoding="utf-8")
    return load(folder / "recipe.yaml", KNOWN)


def wrong(folder, base, own=""):
    """Return what is said about a recipe on a base, without the folder."""
    with pytest.raises(RecipeProblems) as caught:
        on(folder, base, own)
    return [f"{one.place}: {one.message}".replace(f"{folder}/", "") for one in caught.value.problems]


def test_what_the_recipe_does_not_say_the_base_says(tmp_path):
    whole = read(tmp_path)
    assert on(tmp_path, SHORTEST) == whole
    assert on(tmp_path, SHORTEST, "title: 每日\n").title == "每日"


def test_lists_and_maps_are_replaced_whole(tmp_path):
    base = SHORTEST + "pin: [a, b]\nmirrors: [https://a.example/]\nchapters: [头条: pinned]\n"
    made = on(tmp_path, base, "pin: [c]\nchapters: by-section\n")
    assert (made.query.pin, made.mirrors, made.chapters) == (("c",), ("https://a.example/",), ())


def test_select_is_joined_key_by_key(tmp_path):
    base = SHORTEST + "select: {since: 7d, limit: 30, any: [经济, 金融], limit_each: {section: 8, tag: 2}}\n"
    query = on(tmp_path, base, "select: {since: 1d, any: [粮食], limit_each: {publisher: 5}}\n").query
    assert (query.since, query.limit, query.where.any) == (Age(1), 30, ("粮食",))
    assert query.limit_each == (("publisher", 5),)
    assert on(tmp_path, base, "select: {limit: none}\n").query.limit is None


def test_a_base_need_not_be_a_whole_recipe(tmp_path):
    own = "bundle: weekly\ntitle: x\nlanguage: en\narchives: a\n"
    assert on(tmp_path, "select: {until: 2021-12-31}\n", own).query.until == dt.date(2021, 12, 31)


def test_paths_are_seen_from_the_file_in_which_they_stand(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/links.yaml").write_text("- Tor: https://a.example/\n", encoding="utf-8")
    (tmp_path / "shared/base.yaml").write_text(SHORTEST + "links: links.yaml\n", encoding="utf-8")
    (tmp_path / "recipe.yaml").write_text("version: 1\nextends: shared/base.yaml\n", encoding="utf-8")
    made = load(tmp_path / "recipe.yaml", KNOWN)
    assert made.archives[0].path == (tmp_path / "archive").resolve()
    assert made.links[0].title == "Tor"


def test_mistakes_of_the_base_carry_its_name_and_place(tmp_path):
    said = wrong(tmp_path, SHORTEST + "qr: shore\nselect:\n  limit: 010\n  foo: 1\n", "titel: x\n")
    assert said == [
        "recipe.yaml:3:1: unknown key 'titel'",
        "base.yaml:6:5: 'shore' is no value of 'qr'",
        "base.yaml:8:10: 'limit' must be a whole number, not '010'",
        "base.yaml:9:3: unknown key 'foo'",
    ]


def test_what_the_recipe_replaces_is_checked_all_the_same(tmp_path):
    assert wrong(tmp_path, SHORTEST + "qr: shore\n", "qr: none\n") == ["base.yaml:6:5: 'shore' is no value of 'qr'"]


def test_a_key_that_neither_has_is_missing_in_the_recipe(tmp_path):
    assert wrong(tmp_path, "title: x\nlanguage: en\narchives: a\n") == ["recipe.yaml:1:1: the key 'bundle' is missing"]


def test_a_base_cannot_extend(tmp_path):
    assert wrong(tmp_path, SHORTEST + "extends: other.yaml\n") == [
        "base.yaml:6:1: the base of a recipe cannot extend another file"
    ]
    (tmp_path / "recipe.yaml").write_text(SHORTEST + "extends: recipe.yaml\n", encoding="utf-8")
    with pytest.raises(RecipeProblems, match="cannot extend"):
        load(tmp_path / "recipe.yaml", KNOWN)


@pytest.mark.parametrize(
    ("base", "said"),
    [
        (None, "recipe.yaml:2:10: the file 'base.yaml' does not exist"),
        ("", "base.yaml: the file is empty"),
        ("- a\n", "base.yaml:1:1: this file is made of keys with values"),
        ("title：x\n", "base.yaml:1:6: '：' is not YAML's ':'"),
        (SHORTEST + "qr: &x 1\n", "base.yaml:6:5: the anchor '&x' is not allowed here"),
    ],
)
def test_a_base_that_cannot_be_read_is_the_one_thing_said(tmp_path, base, said):
    if base is not None:
        (tmp_path / "base.yaml").write_text(base, encoding="utf-8")
    (tmp_path / "recipe.yaml").write_text(OWN, encoding="utf-8")
    with pytest.raises(RecipeProblems) as caught:
        load(tmp_path / "recipe.yaml", KNOWN)
    found = [f"{one.place}: {one.message}".replace(f"{tmp_path}/", "") for one in caught.value.problems]
    assert said in found
    assert not any("missing" in one for one in found)


def test_what_no_archive_has_is_found_in_the_base(tmp_path):
    made = on(tmp_path, SHORTEST + "select:\n  sections: [甲, 乙]\n", "pin: [c]\n")
    faults = (Fault(("select", "sections", 1), say("no")), Fault(("pin", 0), say("no")))
    places = [one.place.replace(f"{tmp_path}/", "") for one in located(made.path, faults).problems]
    assert places == ["recipe.yaml:3:7", "base.yaml:7:17"]


def test_the_long_form_needs_no_base(tmp_path):
    made = on(tmp_path, SHORTEST + "select: {limit: 3}\nedits: [{article: a, drop: [1, '2', x], date: 2021-01-02}]\n")
    (tmp_path / "recipe.yaml").write_text(long_form(made), encoding="utf-8")
    (tmp_path / "base.yaml").unlink()
    assert load(tmp_path / "recipe.yaml", KNOWN) == made
    assert made.edits[0].drop == (1, "2", "x")
