"""Selection is pin, filter, order, limit_each, limit, in this order, and says of each article why it is in or not."""

import datetime as dt

import pytest
from entries import entry, index, names, reasons

from bundler.errors import RecipeError
from bundler.model import Age, Condition, Query
from bundler.select import choose

DAY = dt.date(2021, 12, 31)
NEWS = index(
    entry("a1", "长江水位", "2021-12-01", section=("s1", "环境"), publisher="晨报", tags=("长江",), authors=("林",)),
    entry("a2", "粮食价格", "2021-12-20", section=("s2", "经济"), publisher="晨报", tags=("粮食", "物价")),
    entry("a3", "Rivers", "2021-12-20", section=("s1", "环境"), publisher="Gazette", language="en"),
    entry("a4", "无日期的一篇", None, section=("s2", "经济"), publisher="晚报"),
    entry("a5", "银行利率", "2021-12-31", section=("s2", "经济"), publisher="晚报", lead="央行昨日宣布"),
    entry("a6", "明年展望", "2022-01-01", section=("s3", "评论"), publisher="晚报"),
    a2="各地菜价上涨，银行出手",
)


def chosen(where=None, edition=DAY, **fields):
    return choose(Query(where=where or Condition(), **fields), NEWS, edition=edition)


def test_newest_first_ties_by_id_undated_last():
    assert names(chosen()) == ["a5", "a2", "a3", "a1", "a4"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("oldest", ["a1", "a2", "a3", "a5", "a4"]),
        ("as-listed", ["a1", "a2", "a3", "a4", "a5"]),
        ("title", ["a3", "a4", "a2", "a5", "a1"]),
        ("section", ["a3", "a1", "a5", "a2", "a4"]),
    ],
)
def test_orders(order, expected):
    assert names(chosen(order=order)) == expected


def test_the_default_order_is_the_callers():
    assert names(choose(Query(), NEWS, edition=DAY, default_order="as-listed"))[0] == "a1"


def test_pins_come_first_in_their_order_and_count_for_no_limit():
    found = chosen(pin=("a1", "a5"), limit=2, limit_each=(("section", 1),))
    assert names(found) == ["a1", "a5", "a2", "a3"]
    assert [one.reason for one in found.taken] == ["pinned", "pinned", "matched", "matched"]
    assert reasons(found) == {"a6": "too-new", "a4": "limit-each"}


def test_a_pin_stays_whatever_it_fails():
    found = chosen(Condition(languages=("en",)), pin=("a6",), since=dt.date(2021, 12, 10))
    assert names(found) == ["a6", "a3"]


def test_a_pin_given_twice_stands_once():
    assert names(chosen(pin=("a1", "mirror/a1"), limit=0)) == ["a1"]


def test_limit_each_is_asked_in_order_and_before_limit():
    found = chosen(limit_each=(("publisher", 1),), limit=2)
    assert names(found) == ["a5", "a2"]
    assert reasons(found) == {"a6": "too-new", "a1": "limit-each", "a4": "limit-each", "a3": "limit"}


def test_limit_each_counts_every_tag_and_spares_what_has_none():
    found = chosen(Condition(publishers=("晨报", "Gazette")), limit_each=(("tag", 1), ("author", 1)))
    assert names(found) == ["a2", "a3", "a1"]
    two = index(*(entry(name, day="2021-01-01", tags=("x", name)) for name in ("b1", "b2")), entry("b3"))
    assert names(choose(Query(limit_each=(("tag", 1),)), two, edition=DAY)) == ["b1", "b3"]


def test_dropped_articles_never_come():
    found = chosen(drop=("a5", "粮食"))
    assert names(found) == ["a3", "a1", "a4"]
    assert reasons(found) == {"a2": "dropped", "a5": "dropped", "a6": "too-new"}


def test_dates_are_inclusive_and_undated_fall_under_since():
    found = chosen(since=dt.date(2021, 12, 20), until=dt.date(2021, 12, 31))
    assert names(found) == ["a5", "a2", "a3"]
    assert reasons(found) == {"a1": "too-old", "a4": "undated", "a6": "too-new"}


def test_until_is_the_edition_date_unless_given():
    assert "a6" not in names(chosen())
    assert "a6" in names(chosen(edition=dt.date(2022, 1, 1)))
    assert names(chosen(until=dt.date(2021, 12, 5), since=dt.date(2021, 1, 1))) == ["a1"]


def test_an_age_counts_back_from_the_edition_date():
    assert names(chosen(since=Age(11))) == ["a5", "a2", "a3"]
    assert names(chosen(since=Age(10))) == ["a5"]


def test_an_age_of_newest_counts_back_from_the_newest_that_meets_the_rest():
    environment = Condition(sections=("环境",))
    assert names(chosen(environment, since=Age(19, of_newest=True))) == ["a3", "a1"]
    assert names(chosen(environment, since=Age(18, of_newest=True))) == ["a3"]
    assert names(chosen(environment, since=Age(0, of_newest=True), drop=("a3",))) == ["a1"]
    assert names(chosen(since=Age(0, of_newest=True), edition=dt.date(2021, 12, 25))) == ["a2", "a3"]


def test_a_month_or_a_year_is_in_if_any_of_its_days_may_be():
    some = index(
        entry("m", day="2021-11-01", precision="month"),
        entry("y", day="2021-01-01", precision="year"),
        entry("d", day="2021-11-10"),
        entry("old", day="2020-06-01", precision="year"),
    )
    found = choose(Query(since=dt.date(2021, 11, 30), until=dt.date(2021, 12, 1)), some, edition=DAY)
    assert names(found) == ["m", "y"]
    assert reasons(found) == {"d": "too-old", "old": "too-old"}
    early = choose(Query(until=dt.date(2021, 11, 5)), some, edition=DAY)
    assert names(early) == ["m", "y", "old"]
    assert names(choose(Query(since=Age(3, of_newest=True)), some, edition=DAY)) == ["d", "m", "y"]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Condition(sections=("s1",)), ["a3", "a1"]),
        (Condition(sections=("環境", "s3")), ["a3", "a1"]),
        (Condition(publishers=("gazette", "晚報")), ["a5", "a3", "a4"]),
        (Condition(languages=("zh",)), ["a5", "a2", "a1", "a4"]),
        (Condition(languages=("EN", "zh-hans")), ["a5", "a2", "a3", "a1", "a4"]),
        (Condition(tags=("長江", "物价")), ["a2", "a1"]),
        (Condition(authors=("林",)), ["a1"]),
        (Condition(ids=("a1", "mirror/a2")), ["a2", "a1"]),
        (Condition(any=("銀行", "长江")), ["a5", "a1"]),
        (Condition(any=("银行", "长江"), scope="text"), ["a5", "a2", "a1"]),
        (Condition(any=("央行", "长江"), scope="title"), ["a1"]),
        (Condition(all=("银行", "央行")), ["a5"]),
        (Condition(sections=("s2",), none=("粮食",)), ["a5", "a4"]),
        (Condition(sections=("s2",), tags=("粮食",)), ["a2"]),
    ],
)
def test_conditions(where, expected):
    assert names(chosen(where)) == expected


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        (Condition(sections=("s2",)), "section"),
        (Condition(publishers=("晚报",)), "publisher"),
        (Condition(languages=("en",)), "language"),
        (Condition(tags=("粮食",)), "tag"),
        (Condition(authors=("王",)), "author"),
        (Condition(ids=("a2",)), "id"),
        (Condition(any=("粮食",)), "words"),
        (Condition(all=("长江", "粮食")), "words"),
        (Condition(none=("水位",)), "excluded-word"),
    ],
)
def test_each_part_of_a_condition_has_its_reason(where, reason):
    assert reasons(chosen(where, pin=("a5",)))["a1"] == reason


def test_the_words_that_matched_are_told():
    taken = chosen(Condition(any=("銀行", "长江", "利率"))).taken
    assert [one.words for one in taken] == [("銀行", "利率"), ("长江",)]


def test_what_matches_nothing_is_noted():
    found = chosen(Condition(any=("长江", "沙漠")), pin=("a5",))
    assert [(note.code, note.detail) for note in found.notes] == [("word-unknown", "沙漠")]
    found = chosen(Condition(tags=("粮食", "石油"), authors=("王",)), pin=("a1",))
    assert [(note.code, note.detail) for note in found.notes] == [
        ("only-pins", ""),
        ("tag-unknown", "石油"),
        ("author-unknown", "王"),
    ]


def test_every_article_is_taken_or_fallen_once():
    found = chosen(Condition(sections=("s2",)), since=Age(5), pin=("a1",), limit=1)
    ids = [one.entry.id for one in found.taken] + [one.id for one in found.fallen]
    assert sorted(ids) == sorted(one.id for one in NEWS.entries())


def test_nothing_selected_says_what_there_is():
    with pytest.raises(RecipeError) as caught:
        chosen(since=Age(7), edition=dt.date(2026, 1, 1))
    assert "the newest article here is of 2022-01-01, the oldest of 2021-12-01, of 6 in all" in caught.value.message
    assert "7d of newest" in caught.value.hint
    with pytest.raises(RecipeError) as caught:
        chosen(Condition(any=("沙漠", "骆驼")))
    assert caught.value.hint == "words that match nothing: 沙漠, 骆驼"
    with pytest.raises(RecipeError) as caught:
        chosen(Condition(sections=("s1",), any=("银行",)))
    assert "section (3)" in caught.value.hint
    assert "words (2)" in caught.value.hint


def test_nothing_in_the_archive_and_nothing_dated_are_said():
    with pytest.raises(RecipeError, match="the archive holds no article"):
        choose(Query(), index(), edition=DAY)
    with pytest.raises(RecipeError, match="holds 1, none of them dated"):
        choose(Query(since=Age(1)), index(entry("x")), edition=DAY)
