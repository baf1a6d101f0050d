"""Front matter of Hugo, Jekyll, Pelican and Obsidian: the same article, however it is written."""

import datetime as dt

import pytest
from pages import codes, page, text

from bundler.model import Note
from bundler.readers import Claim, _front

DIALECTS = {
    "hugo-yaml": """---
title: "河水与桥"
date: 2024-05-03T22:10:00+08:00
tags: [水, 桥]
categories:
  - 城市
authors: [李桥, 王河]
language: zh-CN
draft: false
params:
  source_name: 晨光
canonicalURL: https://news.example/2024/05/03/bridge
---
""",
    "hugo-toml": """+++
title = "河水与桥"
date = 2024-05-03T22:10:00+08:00
authors = ["李桥", "王河"]
lang = "zh-Hans"
source = "https://news.example/2024/05/03/bridge"
[taxonomies]
tags = ["水", "桥", "城市"]
[extra]
publisher = "晨光"
+++
""",
    "jekyll": """---
layout: post
title:  河水与桥
date:   2024-05-03 22:10:00 +0800
tags:
- 水
- 桥
category: 城市
author:
  - name: 李桥
    email: nobody@example.org
  - name: 王河
lang: zh_CN
publisher: 晨光
original_url: https://news.example/2024/05/03/bridge
published: true
---
""",
    "pelican": """Title: 河水与桥
Date: 2024-05-03 22:10
Tags: 水, 桥
Category: 城市
Authors: 李桥, 王河
Lang: zh-Hans
Publisher: 晨光
Source: https://news.example/2024/05/03/bridge
Status: published

""",
    "obsidian": """---
title: 河水与桥
created: 2024-05-03
tags: "#水, #桥，城市"
author: 李桥；王河
language: chs
publisher: 晨光
source: https://news.example/2024/05/03/bridge
aliases: [桥]
---
""",
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_says_the_same(tmp_path, dialect):
    loaded = page(tmp_path, DIALECTS[dialect] + "桥上的人不多。\n")
    assert loaded.article is not None
    entry = loaded.article.entry
    assert entry.title == "河水与桥"
    assert entry.published is not None
    assert (entry.published.value, entry.published.precision, entry.published.rule) == (
        dt.date(2024, 5, 3),
        "day",
        "front-matter",
    )
    assert entry.tags == ("水", "桥", "城市")
    assert entry.authors == ("李桥", "王河")
    assert entry.language == "zh-Hans"
    assert entry.publisher == "晨光"
    assert entry.source == "https://news.example/2024/05/03/bridge"
    assert text(loaded) == "桥上的人不多。"
    assert loaded.notes == ()


@pytest.mark.parametrize(
    ("written", "value", "precision"),
    [
        ("2024-05-03", "2024-05-03", "day"),
        ("2024-5-3", "2024-05-03", "day"),
        ("20240503", "2024-05-03", "day"),
        ("2024/05/03", "2024-05-03", "day"),
        ("2024.05.03", "2024-05-03", "day"),
        ("2024-05-03T23:59:59Z", "2024-05-03", "day"),
        ("2024-05-03 08:00:00 -0700", "2024-05-03", "day"),
        ("2024年5月3日", "2024-05-03", "day"),
        ("2024年5月", "2024-05-01", "month"),
        ("3 May 2024", "2024-05-03", "day"),
        ("Fri, 03 May 2024 10:00:00 GMT", "2024-05-03", "day"),
        ("May 3, 2024", "2024-05-03", "day"),
        ("May 3rd, 2024", "2024-05-03", "day"),
        ("2024-05", "2024-05-01", "month"),
        ("2024", "2024-01-01", "year"),
    ],
)
def test_dates_in_every_shape(written, value, precision):
    found = _front.day(written, "front-matter")
    assert found is not None
    assert (found.value.isoformat(), found.precision) == (value, precision)


@pytest.mark.parametrize("written", ["2024-13-01", "2024-02-30", "yesterday", "12:30:45", "03-05-2024", "0000", "9999"])
def test_what_is_no_date_is_not_guessed(tmp_path, written):
    loaded = page(tmp_path, f"---\ntitle: x\ndate: '{written}'\n---\n正文")
    assert loaded.article is not None
    assert loaded.article.entry.published is None
    assert codes(loaded) == ["date-unreadable", "undated"]


def test_the_file_name_of_jekyll_gives_the_date_and_the_title(tmp_path):
    loaded = page(tmp_path, "正文", "_posts/2024-05-03-a-quiet-day.md")
    assert loaded.article is not None
    entry = loaded.article.entry
    assert (entry.published.value.isoformat(), entry.published.rule) == ("2024-05-03", "file-name")
    assert entry.title == "a quiet day"
    assert entry.section.id == ""


def test_front_matter_wins_over_the_file_name(tmp_path):
    loaded = page(tmp_path, "---\ndate: 2024-05-04\n---\n正文", "2024-05-03-x.md")
    assert loaded.article.entry.published.value.isoformat() == "2024-05-04"


@pytest.mark.parametrize(
    ("written", "title", "body"),
    [
        ("# 标题\n\n正文", "标题", "正文"),
        ("标题\n====\n\n正文", "标题", "正文"),
        ("前言\n\n## 标题\n\n正文", "标题", "前言\n标题\n正文"),
        ("正文", "a page of mine", "正文"),
        ("---\ntitle: 标题\n---\n# 标题\n\n正文", "标题", "正文"),
        ("---\ntitle: 标题\n---\n# 另一个\n\n正文", "标题", "另一个\n正文"),
        ("---\ntitle: '  标\t题 '\n---\n正文", "标 题", "正文"),
    ],
)
def test_the_title_stands_once(tmp_path, written, title, body):
    loaded = page(tmp_path, written, "a-page_of_mine.md")
    assert loaded.article is not None
    assert loaded.article.entry.title == title
    assert text(loaded) == body


def test_a_title_of_a_megabyte_is_cut_with_a_note(tmp_path):
    loaded = page(tmp_path, "# " + "长" * 300_000 + "\n\n正文")
    assert loaded.article is not None
    assert len(loaded.article.entry.title) == 300
    assert "title-shortened" in codes(loaded)


@pytest.mark.parametrize(
    "head",
    ["draft: true", "draft: True", "draft: yes", "status: draft", "published: false"],
)
def test_a_draft_is_left_out(tmp_path, head):
    loaded = page(tmp_path, f"---\ntitle: x\n{head}\n---\n正文")
    assert loaded.article is None
    assert loaded.notes[-1] == Note("draft", "notes/page")


@pytest.mark.parametrize("head", ["draft: false", "draft: no", "published: 2024-05-03", "status: published"])
def test_what_is_no_draft_stays(tmp_path, head):
    assert page(tmp_path, f"---\ntitle: x\n{head}\n---\n正文").article is not None


def test_values_stay_what_was_written(tmp_path):
    loaded = page(tmp_path, "---\ntitle: 010\nauthor: no\ntags: [12:30:45, 1_000, ~, null, yes]\n---\n正文")
    assert loaded.article is not None
    assert loaded.article.entry.title == "010"
    assert loaded.article.entry.authors == ("no",)
    assert loaded.article.entry.tags == ("12:30:45", "1_000", "yes")


def test_aliases_tags_and_nesting_do_nothing():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\ntitle: 标题\nc: !!python/object:os.system {x: y}\n"
    front = _front.split(f"---\n{bomb}---\n正文")
    assert front.one("title") == "标题"
    assert front.values.get("b", ()) == ()
    deep = _front.split("---\ntitle: 标题\nx: " + "[" * 20_000 + "]" * 20_000 + "\n---\n正文")
    assert deep.one("title") == "标题"


@pytest.mark.parametrize("head", ["title: 一: 二\ndate: [", "title: 一: 二\n\t- x", "title: 一: 二\n'"])
def test_broken_yaml_is_read_line_by_line_with_a_note(tmp_path, head):
    loaded = page(tmp_path, f"---\n{head}\n---\n正文")
    assert loaded.article is not None
    assert loaded.article.entry.title == "一: 二"
    assert text(loaded) == "正文"
    assert "front-matter-broken" in codes(loaded)


@pytest.mark.parametrize(
    "written",
    [
        "---\n\n正文\n\n---\n",
        "----\n正文",
        "Title of a song: none\nand more\n\n正文",
        "+++\n正文",
        "注意：今天有雨\n\n正文",
    ],
)
def test_what_is_no_front_matter_stays_text(tmp_path, written):
    assert "正文" in text(page(tmp_path, written))


def test_a_huge_head_is_no_front_matter(tmp_path):
    loaded = page(tmp_path, "---\n" + "x: y\n" * 20_000 + "---\n正文")
    assert "front-matter-too-long" in codes(loaded)
    assert "正文" in text(loaded)


@pytest.mark.parametrize("key", ["share", "url", "permalink"])
def test_an_absolute_address_of_its_own_is_a_claim(tmp_path, key):
    loaded = page(tmp_path, f"---\n{key}: https://mirror.example/x/page.md\n---\n正文")
    assert loaded.claims == (Claim("page", "https://mirror.example/x/page.md"),)
    assert loaded.article is not None
    assert loaded.article.entry.share == "https://mirror.example/x/page.md"


@pytest.mark.parametrize("url", ["/posts/x/", "javascript:alert(1)", "posts/x", "file:///etc/passwd"])
def test_any_other_address_claims_nothing(tmp_path, url):
    loaded = page(tmp_path, f"---\nurl: {url}\nsource: {url}\n---\n正文")
    assert loaded.claims == ()
    assert loaded.article.entry.source == ""


@pytest.mark.parametrize(
    ("path", "head", "body", "language"),
    [
        ("page.md", "language: zh-TW", "x", "zh-Hant"),
        ("page.md", "lang: en_US", "x", "en-US"),
        ("page.md", "language: zh", "這是一個說明", "zh-Hant"),
        ("page.md", "language: zh", "这是一个说明", "zh-Hans"),
        ("page.zh-tw.md", "title: x", "汉字", "zh-Hant"),
        ("content/fa/posts/page.md", "title: x", "سلام دنیا", "fa"),
        ("it/page.md", "title: 汉字", "这是信息技术", "zh-Hans"),
        ("page.md", "title: x", "Это по-русски", "ru"),
        ("page.md", "title: x", "این کتاب خوب است و گچ پژمرده", "fa"),
        ("page.md", "title: x", "هذا كتاب عن الحرية", "ar"),
        ("page.md", "language: klingon", "this is the text of it", "en"),
    ],
)
def test_the_language_is_said_or_seen(tmp_path, path, head, body, language):
    loaded = page(tmp_path, f"---\n{head}\n---\n{body}", path)
    assert loaded.article is not None
    assert loaded.article.entry.language == language


@pytest.mark.parametrize(
    "head",
    [
        '---\ntitle: 短评："桥" 与河: 上\ntags: [水, "桥"]\nauthors:\n  - 李桥\n  - \'王河\'\n---\n',
        '+++\ntitle = 短评："桥" 与河: 上\ntags = ["水", "桥"]\nauthors = [李桥, "王河"]\n+++\n',
    ],
    ids=["yaml", "toml"],
)
def test_lists_of_a_broken_head_are_lists(tmp_path, head):
    loaded = page(tmp_path, f"{head}桥上的人不多。\n")
    assert loaded.article is not None
    entry = loaded.article.entry
    assert (entry.title, entry.tags, entry.authors) == ('短评："桥" 与河: 上', ("水", "桥"), ("李桥", "王河"))
    assert text(loaded) == "桥上的人不多。"
    assert "front-matter-broken" in codes(loaded)
