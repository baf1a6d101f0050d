import dataclasses
import datetime as dt
import re

import pytest
from _recipes import KNOWN, SHORTEST, Paper, Plain, read, wrong
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bundler.model import Age, App, Condition, Edit, Query, Rung
from bundler.recipe import Address, Archive, ChapterRule, RecipeProblems, load, long_form
from bundler.recipe.keys import tables

EVERYTHING = """\
version: 1
bundle: weekly
title: 一周文摘
language: zh-hans
archives:
  - ../archive
  - {path: more, name: old, reader: mirror, base_url: https://mirror.example, sections: {prog204: 大陆新闻}}
outside: open
foreword: |
  本周：**三件事**。

    “缩进”
pin: |
  https://mirror.example/pages/prog204/a103306294.md

  # 这一行是注释
  标题里有，也有：的文章
drop: [a102964952]
select:
  since: 7d of newest
  until: 2021-12-31
  sections: [大陆新闻, prog204]
  publishers: 大纪元
  languages: [no, zh-hant-tw]
  ids:
    - mirror/a
  tags: [010, on]
  authors: ["O'Hara, 12:30"]
  any: [经济, 金融]
  all: |
    粮食
    价格
  none: 广告
  in: title
  order: oldest
  limit: 30
  limit_each: {publisher: 10, section: 8}
  dedupe: exact
  new_since: {recipe: monthly}
edits:
  - article: old/prog204/a1
    title: 渡船改期
    date: 2021-12-30
    note: |
      日期已向船家核实。

      其余照旧。
    drop: [3, '4', 广告]
    redact: [张三, 李四]
convert: zh-Hans
chapters:
  - 头条: pinned
  - 经济: {any: [经济, 金融], in: text}
  - 粮食: [粮, 米]
  - 其他: rest
links:
  - {title: Tor, address: https://mirror.example/tor, note: 要先装好}
  - 写信: mailto:editors@mirror.example
mirrors: [https://a.example/x, https://b.example/]
qr: source
outside_links: tap
images: small
grey: true
for: [full, lite]
apps:
  - name: Reader
    chinese: 阅读器
    phones: [android, computer]
    formats: [epub, pdf]
    reads: uploads
    source: https://mirror.example/reader
    checked: 2026-11-22
    confirmed: true
formats: [epub, pdf: {page: a5, columns: 2, pictures: false, size: 9, fonts: [Noto], cover: x}]
on_problem: stop
cron: "0 3 1,15 * *"
keep: 12
provenance: public
"""


def test_every_key_means_what_it_says(tmp_path):
    recipe = read(tmp_path, base=EVERYTHING)
    assert dataclasses.asdict(recipe) == dataclasses.asdict(
        dataclasses.replace(
            recipe,
            path=tmp_path / "recipe.yaml",
            slug="weekly",
            title="一周文摘",
            language="zh-Hans",
            archives=(
                Archive("", tmp_path.parent / "archive", place=f"{tmp_path / 'recipe.yaml'}:6:5"),
                Archive(
                    "old",
                    tmp_path / "more",
                    "mirror",
                    "https://mirror.example/",
                    {"prog204": "大陆新闻"},
                    f"{tmp_path / 'recipe.yaml'}:7:12",
                ),
            ),
            outside="open",
            foreword="本周：**三件事**。\n\n  “缩进”",
            query=Query(
                pin=("https://mirror.example/pages/prog204/a103306294.md", "标题里有，也有：的文章"),
                drop=("a102964952",),
                since=Age(7, of_newest=True),
                until=dt.date(2021, 12, 31),
                where=Condition(
                    sections=("大陆新闻", "prog204"),
                    publishers=("大纪元",),
                    languages=("no", "zh-Hant-TW"),
                    ids=("mirror/a",),
                    tags=("010", "on"),
                    authors=("O'Hara, 12:30",),
                    any=("经济", "金融"),
                    all=("粮食", "价格"),
                    none=("广告",),
                    scope="title",
                ),
                order="oldest",
                limit=30,
                limit_each=(("section", 8), ("publisher", 10)),
                dedupe="exact",
                new_since="monthly",
            ),
            edits=(
                Edit(
                    "old/prog204/a1",
                    "渡船改期",
                    dt.date(2021, 12, 30),
                    "日期已向船家核实。\n\n其余照旧。",
                    (3, "4", "广告"),
                    ("张三", "李四"),
                ),
            ),
            convert="zh-Hans",
            chapters=(
                ChapterRule("头条", "pinned"),
                ChapterRule("经济", "where", Condition(any=("经济", "金融"), scope="text")),
                ChapterRule("粮食", "where", Condition(any=("粮", "米"))),
                ChapterRule("其他", "rest"),
            ),
            links=(
                Address("Tor", "https://mirror.example/tor", "要先装好"),
                Address("写信", "mailto:editors@mirror.example"),
            ),
            mirrors=("https://a.example/x/", "https://b.example/"),
            qr="source",
            outside_links="tap",
            images=Rung("small", grey=True),
            sizes=("lite", "full"),
            apps=(
                App(
                    "Reader",
                    ("android", "computer"),
                    ("epub", "pdf"),
                    "uploads",
                    "https://mirror.example/reader",
                    dt.date(2026, 11, 22),
                    "阅读器",
                    confirmed=True,
                ),
            ),
            formats=(("epub", Plain()), ("pdf", Paper("a5", 2, False, 9, ("Noto",), "x"))),
            on_problem="stop",
            cron="0 3 1,15 * *",
            keep=12,
            provenance="public",
        )
    )


def test_no_key_is_forgotten_here():
    """Each stands in the recipe above but `extends`, and `every`, which `cron` excludes."""
    written = {name for line in EVERYTHING.splitlines() for name in re.findall(r"\w+(?=:(?:\s|$))", line)}
    for table, keys in tables(KNOWN):
        if table not in ("limit_each", "new_since"):
            assert {key.name for key in keys} - written <= {"extends", "every"}, table


def test_what_is_left_out_has_its_default(tmp_path):
    recipe = read(tmp_path)
    assert (recipe.outside, recipe.qr, recipe.outside_links, recipe.on_problem) == ("plain", "share", "copy", "publish")
    assert recipe.query == Query()
    assert recipe.chapters == recipe.links == recipe.mirrors == ()
    assert recipe.formats == (("epub", Plain()), ("pdf", Paper()), ("html", Plain()))
    assert recipe.archives == (Archive("", tmp_path.parent / "archive"),)


@pytest.mark.parametrize("text", [SHORTEST, EVERYTHING])
def test_the_long_form_means_the_same_and_names_every_key(tmp_path, text):
    recipe = read(tmp_path, base=text)
    long = long_form(recipe)
    assert read(tmp_path, base=long) == recipe
    assert long_form(read(tmp_path, base=long)) == long
    assert str(tmp_path) not in long
    named = {line.lstrip(" -").partition(":")[0] for line in long.splitlines()}
    for table, keys in tables(KNOWN):
        if table in ("recipe", "archives", "select", "limit_each", "pdf") or text == EVERYTHING:
            assert {key.name for key in keys} <= named


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("archives: a", "archives: [{path: a, name: auto, reader: auto, base_url: '', sections: {}}]"),
        ("select: {any: 雨}", "select: {any: [雨]}"),
        ("select: {any: [雨, 雪]}", "select:\n  any: |\n    雨\n    # 雷\n\n    雪"),
        ("chapters: [天: [雨]]", "chapters: [天: {any: [雨]}]"),
        ("chapters: by-section", ""),
        ("formats: epub", "formats: [epub: {}]"),
        ("links: [家: https://a.example/]", "links: [{title: 家, address: https://a.example/, note: ''}]"),
        ("mirrors: https://a.example", "mirrors: [https://a.example/]"),
        ("select: {until: edition, order: auto, limit: none, since: none}", "select: {}"),
        ("foreword: 三行", "foreword: |\n  三行"),
        ("title: '2026'", "title: 2026"),
        ("select: {new_since: none}", ""),
        ("for: anyone", ""),
        ("for: lite", "for: [lite]"),
        ("images: screen", "grey: false"),
        ("edits: [{article: a, drop: 广告}]", "edits: [{article: a, drop: [广告], redact: [], date: none, note: ''}]"),
    ],
)
def test_short_and_long_forms_mean_the_same(tmp_path, short, long):
    assert read(tmp_path, short) == read(tmp_path, long)


def test_lists_may_stand_in_files_of_their_own(tmp_path):
    (tmp_path / "links.yaml").write_text("- 家: https://a.example/\n", encoding="utf-8")
    (tmp_path / "mirrors.yaml").write_text(
        "# best first\n- https://a.example/\n- https://b.example/\n", encoding="utf-8"
    )
    recipe = read(tmp_path, "links: links.yaml\nmirrors: mirrors.yaml\n")
    assert recipe.links == (Address("家", "https://a.example/"),)
    assert recipe.mirrors == ("https://a.example/", "https://b.example/")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_editors_of_windows_write_the_same_recipe(tmp_path, ends, mark):
    path = tmp_path / "recipe.yaml"
    path.write_bytes((mark + EVERYTHING).replace("\n", ends).encode())
    assert load(path, KNOWN) == read(tmp_path, base=EVERYTHING)


def test_a_recipe_is_the_same_from_every_working_folder(tmp_path, monkeypatch):
    expected = read(tmp_path).archives
    monkeypatch.chdir(tmp_path)
    assert load((tmp_path / "recipe.yaml").relative_to(tmp_path), KNOWN).archives == expected


def recipe_or_problems(folder, text):
    try:
        return read(folder, base=text), ""
    except RecipeProblems as problems:
        return None, str(problems)


PIECES = st.one_of(
    st.text(max_size=40),
    st.sampled_from([*EVERYTHING.splitlines(keepends=True), *":-|>[]{},\"'#&*!%@`?：，“　\t\n ", ": ", "- "]),
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(PIECES, max_size=30).map("".join))
@example(text="%YAML 1." + "9" * 5000 + "\n---\na: b\n")
@example(text='title: "\\UFFFFFFFF"\n')
@example(text="a: |\n\n")
@example(text="? |\n a\n: b\n")
def test_any_text_is_a_recipe_or_has_problems(tmp_path, text):
    for whole in (text, SHORTEST + text):
        recipe, problems = recipe_or_problems(tmp_path, whole)
        assert bool(recipe) != bool(problems)
        if recipe:
            assert read(tmp_path, base=long_form(recipe)) == recipe


LINES = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=30).filter(str.strip)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=LINES, foreword=st.lists(LINES, max_size=4).map("\n".join), pins=st.lists(LINES, max_size=4), names=LINES)
def test_the_long_form_keeps_any_text(tmp_path, title, foreword, pins, names):
    recipe = read(tmp_path)
    recipe = dataclasses.replace(
        recipe,
        title=title.strip(),
        foreword=foreword if foreword.strip() else "",
        query=Query(pin=tuple(pin.strip() for pin in pins), where=Condition(any=(names.strip(),))),
        chapters=(ChapterRule(names.strip(), "pinned"),),
    )
    assert read(tmp_path, base=long_form(recipe)) == recipe


def test_one_language_tag_has_one_form(tmp_path):
    for written, kept in {
        "zh-hans": "zh-Hans",
        "ZH": "zh",
        "en-us": "en-US",
        "no": "no",
        "sr-latn-rs": "sr-Latn-RS",
    }.items():
        assert read(tmp_path, f"language: {written}\n").language == kept


@pytest.mark.parametrize(
    ("written", "meant"),
    [("cn", "zh-Hans"), ("CHS", "zh-Hans"), ("cht", "zh-Hant"), ("tw", "zh-Hant"), ("jp", "ja"), ("ir", "fa")],
)
def test_codes_that_are_taken_for_languages_lead_to_one(tmp_path, written, meant):
    assert wrong(tmp_path, f"language: {written}\n", base=SHORTEST.replace("language: zh-Hans\n", "")) == [
        f"5:11 {written!r} is no language tag (BCP 47) | write {meant}"
    ]


def test_a_selection_may_be_of_one_day(tmp_path):
    query = read(tmp_path, "select: {since: 2026-01-01, until: 2026-01-01}\n").query
    assert query.since == query.until == dt.date(2026, 1, 1)
