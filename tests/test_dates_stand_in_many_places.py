"""Dates are read from datelines, moments, addresses, closing lines and names, in digits and in Chinese numerals."""

import datetime as dt

import pytest

from bundler.readers import _dates
from bundler.readers._dates import number
from bundler.readers._rules import mirror

RULES = mirror()


def find(*given):
    """Return the date alone."""
    found = _dates.find(*given)
    return found and found[0]


@pytest.mark.parametrize(
    ("where", "text", "day", "rule"),
    [
        ("opening", "【新唐人北京时间2021年12月30日讯】", "2021-12-30", "dateline"),
        ("opening", "【大纪元2020年09月16日讯】", "2020-09-16", "dateline"),
        ("opening", "【看中国2020年9月15日讯】", "2020-09-15", "dateline"),
        ("opening", "【希望之声2020年10月3日】", "2020-10-03", "dateline"),
        ("opening", "【大紀元二零二零年八月二十九日訊】", "2020-08-29", "dateline"),
        ("opening", "【新唐人北京时间二〇二一年十二月三十日讯】", "2021-12-30", "dateline"),
        ("time", "2018-09-01T07:51:43+08:00", "2018-09-01", "time"),
        ("address", "/gb/2021/12/29/a103.html", "2021-12-29", "address"),
        ("address", "/gb/20/9/22/n124.htm", "2020-09-22", "address"),
        ("address", "/gb/4/11/25/n727.htm", "2004-11-25", "address"),
        ("address", "/mandarin/cp-08182020.html", "2020-08-18", "address-name"),
        ("address", "/mandarin/hp-02032020115302.html", "2020-02-03", "address-name"),
        ("address", "/a/voa-weekly-20180831/4552360.html", "2018-08-31", "address-name"),
        ("address", "/article/port-0815-idCNKBS1L00DZ", "2018-08-15", "address-number"),
        ("address", "/article/port-idUSKBN2AG1TJ/", "2021-02-16", "address-number"),
        ("address", "/article/port-idUSKBN0UC1B220151229", "2015-12-29", "address-number"),
        ("path", "pages/chinaNews/idCNKCS1LO02M.md", "2018-09-08", "page-number"),
        ("closing", "写到这里。（2020年2月5日）", "2020-02-05", "closing"),
        ("closing", "二零二零年八月二十九日", "2020-08-29", "closing"),
        ("path", "pages/pinglun/hp-02032020115302.md", "2020-02-03", "page-name"),
        ("opening", "【江湖日报2023年5月3日讯】", "2023-05-03", "dateline"),
        ("opening", "渡口消息发布时间：2023-05-03 10:20", "2023-05-03", "published-line"),
        ("opening", "2023年5月3日，渡口的船", "2023-05-03", "first-line"),
        ("path", "posts/2020-03-08-old-tram.md", "2020-03-08", "page-name"),
    ],
)
def test_a_date_is_found_where_it_stands(where, text, day, rule):
    found = find(RULES, {where: (text,)}, "")
    assert found is not None
    assert (found.value, found.rule, found.inferred) == (dt.date.fromisoformat(day), rule, False)


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("opening", "据大纪元2018年07月07日讯，"),
        ("opening", "【你们的自豪感从何而来2020年6月1日】"),
        ("opening", "【大纪元2020年13月40日讯】"),
        ("opening", "【大纪元1020年01月04日讯】"),
        ("address", "/post/424291"),
        ("address", "/article/port-idUSTRE5510HZ"),
        ("address", "/article/port-idUSKCNXYZ"),
        ("address", "/gb/nf4972.htm"),
        ("address", "/a/19911232/1.html"),
        ("closing", "他说，一九七六年九月九日那天，钟停了一下，很多人都没有听见。"),
        ("path", "pages/p1/943741.md"),
    ],
)
def test_what_is_no_date_is_not_taken_for_one(where, text):
    assert find(RULES, {where: (text,)}, "") is None


def test_the_dateline_is_believed_before_the_address():
    found = find(RULES, {"address": ("/2021/12/29/",), "opening": ("【新唐人北京时间2021年12月30日讯】",)}, "")
    assert found is not None
    assert (found.value, found.rule) == (dt.date(2021, 12, 30), "dateline")


@pytest.mark.parametrize(
    ("opening", "page", "day"),
    [
        ("路透伦敦8月14日-", "2018年8月10日，港口。", "2018-08-14"),
        ("路透伦敦1月2日-", "2018年12月28日，港口。", "2019-01-02"),
        ("路透伦敦8月14日-", '<img src="//p.example/r/?m=02&amp;d=20180815&amp;t=2"/>', "2018-08-14"),
        ("路透伦敦8月14日-", "2014年2月，港口。", None),
        ("路透伦敦8月14日-", "2017年2月3日，港口。", None),
        ("路透伦敦8月14日-", "", None),
    ],
)
def test_a_year_that_is_not_printed_is_inferred_only_from_a_near_date(opening, page, day):
    found = find(RULES, {"opening": (opening,)}, page)
    assert (found and (found.value, found.inferred)) == (day and (dt.date.fromisoformat(day), True))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2020", 2020),
        ("二零二零", 2020),
        ("二〇二一", 2021),
        ("十", 10),
        ("十一", 11),
        ("二十", 20),
        ("三十一", 31),
        ("９", 9),
        ("百", None),
        ("", None),
    ],
)
def test_numbers_are_read_in_digits_and_in_numerals(written, value):
    assert number(written) == value
