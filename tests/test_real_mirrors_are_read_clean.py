"""Over the real mirrors beside the checkout: nothing foreign stays, all is dated."""

import re
from collections import Counter
from functools import cache

import pytest
from parts import corpus

from bundler.folder import open_folder
from bundler.readers import Loaded, mirror
from bundler.walk import plain_text

ADDRESS = re.compile(r"https?://\d+\.\d+\.\d+\.\d+|nogfw|banned-news|gfw-breaker|begood0513")
SPACE = re.compile(r"[\s\u200b]+")


@cache
def loaded(name: str) -> dict[str, Loaded]:
    tree = open_folder(corpus(name))
    return {path: mirror.load(tree, path, name) for path in mirror.scan(tree).pages}


def entries(name: str):
    return [one.article.entry for one in loaded(name).values() if one.article]


@pytest.mark.parametrize(("name", "count"), [("mirror", 188), ("mirror-2018", 180)])
def test_every_page_is_an_article(name, count):
    assert len(loaded(name)) == len(entries(name)) == count


def test_every_article_of_2020_is_dated_and_attributed():
    found = entries("mirror")
    assert Counter(entry.published.rule for entry in found if entry.published) == {
        "dateline": 137,
        "address-name": 36,
        "address": 15,
    }
    assert Counter(entry.publisher for entry in found) == {
        "新唐人": 50, "大纪元": 36, "看中国": 36, "自由亚洲电台": 36, "希望之声": 30,
    }  # fmt: skip
    assert {entry.published.value.year for entry in found if entry.published} == {2018, 2019, 2020}
    assert all(entry.source and entry.title and entry.lead for entry in found)


def test_every_article_of_2018_is_dated_and_attributed_without_guessing():
    found = entries("mirror-2018")
    assert Counter(entry.publisher for entry in found) == {"路透": 60, "大纪元": 60, "美国之音": 60}
    dates = [entry.published for entry in found if entry.published and not entry.published.inferred]
    assert Counter(date.rule for date in dates) == {"address-number": 60, "time": 60, "dateline": 57, "address": 3}
    assert {date.precision for date in dates} == {"day"}


def test_a_counted_day_is_the_one_that_the_page_tells_elsewhere():
    root = corpus("mirror-2018")
    compared = 0
    for path, one in loaded("mirror-2018").items():
        assert one.article is not None
        date = one.article.entry.published
        source = (root / path).read_text(encoding="utf-8")
        if date is None or date.rule != "address-number":
            continue
        if picture := re.search(r";d=(\d{4})(\d\d)(\d\d)", source):
            assert date.value.isoformat() == "-".join(picture.groups())
        if line := re.search(r">\s*路透[^\d\n]{0,12}(\d{1,2})月(\d{1,2})日\s-\s", source):
            assert 0 <= (date.value - date.value.replace(month=int(line[1]), day=int(line[2]))).days <= 2, path
            compared += 1
    assert compared > 40


@pytest.mark.parametrize("name", ["mirror", "mirror-2018"])
def test_titles_are_the_first_heading(name):
    root = corpus(name)
    for path, one in loaded(name).items():
        first = (root / path).read_text(encoding="utf-8").split("\n", 1)[0]
        assert one.article is not None
        assert SPACE.sub("", one.article.entry.title) == SPACE.sub("", first.removeprefix("###"))


@pytest.mark.parametrize("name", ["mirror", "mirror-2018"])
def test_no_promotion_is_left(name):
    for path, one in loaded(name).items():
        assert one.article is not None
        said = plain_text(one.article.blocks)
        assert not re.search("[💥🔥🎬]|####|手机上长按|需翻墙访问|诚征荣誉会员", said), path
        assert not ADDRESS.search(repr(one.article.blocks)), path


def test_every_page_claims_what_it_says_and_what_its_code_says():
    for path, one in loaded("mirror").items():
        assert [claim.where for claim in one.claims] == ["page", "qr"]
        assert all(claim.address.endswith(path) for claim in one.claims)


def test_tags_are_topics():
    tags = [tag for entry in entries("mirror") for tag in entry.tags]
    assert len(set(tags)) > 390
    assert not [tag for tag in tags if tag.isdigit() or "%" in tag or tag.endswith((".htm", ".html")) or "/" in tag]


def test_only_the_sections_that_lie_here_are_named():
    assert len(mirror.scan(open_folder(corpus("mirror"))).sections) == 3
    assert len(mirror.scan(open_folder(corpus("mirror-2018"))).sections) == 18


def test_the_seed_article_reads_alone():
    one = mirror.load(open_folder(corpus()), "seed-article.md", "mirror")
    assert one.article is not None
    assert one.article.entry.published is not None
    assert one.article.entry.published.value.isoformat() == "2021-12-30"
    assert one.article.entry.tags == ("美团互助", "新浪互助", "相互宝")
    assert len(one.article.blocks) == 4
