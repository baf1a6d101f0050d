"""A line of `pin` or `drop` names one article, in whatever way; all that name none or several are told at once."""

import datetime as dt
import unicodedata

import pytest
from entries import entry, index

from bundler.model import Condition, Query
from bundler.recipe import ChapterRule
from bundler.select import SelectionError, choose, faults, named

SHARE = "https://mirror.example/pages/"
NEWS = index(
    entry(
        "rivers/a11", "长江水位创下新低", share=f"{SHARE}rivers/a11.md", source="https://www.news.example/11/?p=2#top"
    ),
    entry("rivers/a12", "长江上的船", share=f"{SHARE}rivers/a12.md", source="http://news.example:80/%E6%B1%9F/12/"),
    entry("food/a11", "Prices of Bread", section="food"),
    entry("café", "咖啡馆", archive="notes", language="fr"),
    entry("archive/pages/b1", "一篇旧文", archive="notes", source="https://news.example/same"),
    entry("b2", "另一篇", archive="notes", source="https://news.example/same"),
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("mirror/rivers/a11", "mirror/rivers/a11"),
        ("rivers/a11", "mirror/rivers/a11"),
        ("a12", "mirror/rivers/a12"),
        ("pages/rivers/a11.md", "mirror/rivers/a11"),
        ("./pages/rivers/a11.md", "mirror/rivers/a11"),
        ("rivers/a12.md", "mirror/rivers/a12"),
        ("../archive/pages/rivers/a12.md", "mirror/rivers/a12"),
        ("archive/pages/b1.md", "notes/archive/pages/b1"),
        ("cafe\u0301.md", "notes/café"),
        (f"{SHARE}rivers/a11.md", "mirror/rivers/a11"),
        ("HTTP://Mirror.example:80/pages/rivers/a11.md#x", "mirror/rivers/a11"),
        ("https://another.example/blob/main/pages/rivers/a12.md", "mirror/rivers/a12"),
        ("https://www.news.example/11?p=2", "mirror/rivers/a11"),
        ("https://news.example/江/12", "mirror/rivers/a12"),
        ("長江水位", "mirror/rivers/a11"),
        ("prices of bread", "mirror/food/a11"),
        ("ＰＲＩＣＥＳ", "mirror/food/a11"),
    ],
)
def test_a_line_names_an_article(line, expected):
    assert named(line, NEWS).id == unicodedata.normalize("NFC", expected)


@pytest.mark.parametrize(
    ("line", "candidates"),
    [
        ("a11", ("mirror/rivers/a11", "mirror/food/a11")),
        ("长江", ("mirror/rivers/a11", "mirror/rivers/a12")),
        ("https://news.example/same", ("notes/archive/pages/b1", "notes/b2")),
    ],
)
def test_a_line_that_names_several_lists_them(line, candidates):
    with pytest.raises(SelectionError) as caught:
        named(line, NEWS)
    assert caught.value.message == f"{line!r} names 2 articles"
    assert all(one in caught.value.hint for one in candidates)


def test_a_line_that_names_none_offers_the_nearest():
    with pytest.raises(SelectionError) as caught:
        named("prices of bred", NEWS)
    assert caught.value.message == "'prices of bred' names no article"
    assert "mirror/food/a11 (Prices of Bread)" in caught.value.hint
    with pytest.raises(SelectionError) as caught:
        named("https://news.example/nowhere", NEWS)
    assert "an id" in caught.value.hint


def test_ids_are_offered_for_a_slip_and_not_for_another_number():
    some = index(entry("news/a102964952", "一"), entry("news/a102949465", "二"))
    assert [fault.hint for fault in faults(Query(drop=("a102964925",)), some)] == [
        "the nearest are mirror/news/a102964952 (一)"
    ]


def test_at_most_five_candidates_are_listed():
    many = index(*(entry(f"x{n}", f"同题 {n}") for n in range(9)))
    with pytest.raises(SelectionError) as caught:
        named("同题", many)
    assert caught.value.hint.count("mirror/") == 5
    assert caught.value.hint.endswith("…")


def test_everything_wrong_is_told_at_once_with_its_place():
    query = Query(
        pin=("a12", "nothing like it"),
        drop=("a11", "rivers/a12"),
        where=Condition(sections=("news", "体育"), publishers=("晨报",), languages=("ru",), ids=("a99",)),
    )
    rules = (ChapterRule("头条", "pinned"), ChapterRule("体育", "where", Condition(sections=("sport",))))
    found = {fault.where: fault.message for fault in faults(query, NEWS, rules)}
    assert found == {
        ("pin", 1): "'nothing like it' names no article",
        ("drop", 0): "'a11' names 2 articles",
        ("drop", 1): "'rivers/a12' is pinned and dropped",
        ("select", "sections", 1): "no article is in a section '体育'",
        ("select", "publishers", 0): "no article is of a publisher '晨报'",
        ("select", "languages", 0): "no article is in a language 'ru'",
        ("select", "ids", 0): "no article has the id 'a99'",
        ("chapters", 1, "sections", 0): "no article is in a section 'sport'",
    }
    with pytest.raises(SelectionError) as caught:
        choose(query, NEWS, edition=dt.date(2021, 1, 1), rules=rules)
    assert {fault.where for fault in caught.value.faults} == set(found)


def test_an_unknown_section_lists_those_that_are_there_the_nearest_first():
    there = index(
        *(entry(f"w{n}", section=("prog2", "世界新闻")) for n in range(3)),
        *(entry(f"l{n}", section=("prog1", "大陆新闻")) for n in range(2)),
        entry("m1", section=("nsc1", "晨报")),
        entry("m2", section=("nsc2", "晨报")),
    )
    [fault] = faults(Query(where=Condition(sections=("大陆新聞网",))), there)
    assert fault.hint == "sections there: 大陆新闻 (2), 世界新闻 (3), nsc1 (1), nsc2 (1)"
