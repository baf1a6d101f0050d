"""What was taken stands in chapters: by rules of which the first that matches wins, or by section."""

import datetime as dt

from entries import entry, index

from bundler.model import Condition, Query
from bundler.recipe import ChapterRule
from bundler.select import chapters, choose

NEWS = index(
    entry("a1", "银行利率", "2021-12-04", section=("s2", "经济")),
    entry("a2", "长江水位", "2021-12-03", section=("s1", "环境")),
    entry("a3", "银行与河流", "2021-12-02", section=("s1", "环境")),
    entry("a4", "一首诗", "2021-12-01", section=("", "")),
)


def grouped(*rules, pin=()):
    taken = choose(Query(pin=pin), NEWS, edition=dt.date(2022, 1, 1)).taken
    groups = chapters(taken, rules, NEWS)
    return [(group.title, group.kind, " ".join(one.rpartition("/")[2] for one in group.articles)) for group in groups]


def test_sections_in_order_of_first_appearance_the_nameless_last():
    assert grouped() == [("经济", "section", "a1"), ("环境", "section", "a2 a3"), ("", "other", "a4")]
    assert grouped(pin=("a3",)) == [("环境", "section", "a3 a2"), ("经济", "section", "a1"), ("", "other", "a4")]


def test_the_first_rule_that_matches_wins_and_the_rest_goes_last():
    rules = (
        ChapterRule("头条", "pinned"),
        ChapterRule("金融", "where", Condition(any=("銀行",))),
        ChapterRule("水", "where", Condition(sections=("环境",))),
    )
    assert grouped(*rules, pin=("a4",)) == [("头条", "pinned", "a4"), ("金融", "where", "a1 a3"), ("水", "where", "a2")]
    assert grouped(*rules) == [("金融", "where", "a1 a3"), ("水", "where", "a2"), ("", "other", "a4")]


def test_a_rest_stands_where_it_is_written_and_takes_what_no_other_takes():
    rules = (ChapterRule("其他", "rest"), ChapterRule("金融", "where", Condition(any=("银行",))))
    assert grouped(*rules) == [("其他", "rest", "a2 a4"), ("金融", "where", "a1 a3")]
