"""What is pasted beside a file fits a chat, names apps that are known, and says no topic that must not be seen."""

import datetime as dt
import itertools
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from _recipes import KNOWN, read, wrong

from bundler import build, theme
from bundler.furniture import choice, message, size, speaker
from bundler.model import App, Phone
from bundler.recipe import RecipeProblems, load_apps

ROOT = Path(__file__).parents[1]
DAY = dt.date(2026, 11, 22)
LONGEST = "漫长的标题" * 40
FORMATS = ("epub", "html", "pdf", "text")
SETS = [kept for size in range(1, 5) for kept in itertools.combinations(FORMATS, size)]
APPS = load_apps(ROOT / "assets/readers.yaml", build.known())
APP = """- name: Lamp
  phones: [android]
  formats: [epub]
  reads: offline
  source: https://lamp.example/
  checked: 2026-11-22
"""


def files(formats=FORMATS):
    return [message.File(name, f"weekly12-261122-2.{name}", "99.9 MB") for name in formats]


def parts(said):
    """Return the messages of a SEND.txt without the lines in brackets that say for whom each is."""
    return [part.split("\n", 1)[1].rstrip("\n") for part in said.split("\n\n")]


@pytest.mark.parametrize("language", theme.languages())
@pytest.mark.parametrize("formats", SETS, ids="-".join)
def test_every_message_is_a_few_lines_that_fit(language, formats):
    for topic in ("", LONGEST):
        strings = theme.strings(language)
        said = message.message(strings, files(formats), APPS, topic=topic, edition=DAY)
        assert len(parts(said)) == len(get_args(Phone)), "one for each kind of device"
        for part in parts(said):
            assert len(part) <= message.MAX_CHARACTERS
            assert 3 <= len(part.split("\n")) <= 5
            assert size(speaker(strings, "send_what"), "99.9 MB") in part


@pytest.mark.parametrize("language", theme.languages())
def test_without_a_topic_nothing_says_what_the_file_is_about(language):
    strings = theme.strings(language)
    plain = message.message(strings, files(), APPS, topic="", edition=DAY)
    assert "渡口" not in plain
    assert message.message(strings, files(), APPS, topic="渡口", edition=DAY).count("渡口") == 4


def test_each_device_gets_the_format_it_opens_best():
    said = parts(message.message(theme.strings("en"), files(), APPS, topic="", edition=DAY))
    assert [part.split("\n")[0].rpartition(".")[2] for part in said] == ["epub", "pdf", "text", "html"]
    alone = parts(message.message(theme.strings("en"), files(["dump", "pdf"]), APPS, topic="", edition=DAY))
    assert all("dump" not in part for part in alone), "a dump is for programs"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "1.2 MB"), ("zh-Hans", "1.2 MB"), ("es", "1,2 MB"), ("tr", "1,2 MB"), ("ru", "1,2 МБ"), ("fa", "۱٫۲ MB"),
     ("my", "၁.၂ MB"), ("ug", "1.2 MB")],
)  # fmt: skip
def test_sizes_are_written_as_the_language_writes_numbers(language, said):
    assert size(language, "1.2 MB") == said
    assert size(language, "359 KB").endswith(" КБ" if language == "ru" else " KB")


def test_chinese_names_stand_in_simplified_sentences_and_latin_ones_apart_from_han():
    simple, traditional = (
        message.message(theme.strings(language), files(), APPS, topic="", edition=DAY)
        for language in ("zh-Hans", "zh-Hant")
    )
    assert "软件：KOReader 或 MuPDF。" in simple
    assert "不要用 Google Play Books、QQ浏览器或 UC浏览器打开" in simple
    assert "不要用 Google Play Books、QQ Browser 或 UC Browser 開啟" in traditional
    assert "苹果图书" not in traditional


def test_the_apps_of_the_device_and_the_format_are_named_the_confirmed_first():
    said = dict(zip(get_args(Phone), parts(
        message.message(theme.strings("en"), files(), APPS, topic="", edition=DAY)), strict=True))  # fmt: skip
    assert "KOReader or MuPDF" in said["android"]
    assert "Do not open it in Google Play Books, QQ Browser, or UC Browser" in said["android"]
    assert "Apple Books" in said["iphone"]
    assert "Apple Books" not in said["android"]
    chinese = message.message(theme.strings("zh-Hans"), files(), APPS, topic="", edition=DAY)
    assert "QQ浏览器" in chinese
    assert "QQ Browser" not in chinese
    assert "QQ浏览器" in message.message(theme.strings("bo"), files(), APPS, topic="", edition=DAY), "said in Chinese"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "A, B, or C"), ("zh-Hans", "A、B或C"), ("es", "A, B o C"), ("ru", "A, B или C"),
     ("ug", "A،\u200f B،\u200f C"), ("my", "A၊ B၊ C"),
     ("bo", "A、B、C"), ("tr", "A, B veya C"), ("vi", "A, B hoặc C"), ("ar", "A أو B أو C")],
)  # fmt: skip
def test_choices_are_listed_as_the_language_lists_them(language, said):
    assert choice(language, "ABC") == said


# -- what is known of apps ----------------------------------------------------------------------------------------


def test_the_list_that_ships_says_where_each_is_known_from():
    assert {app.reads for app in APPS} == {"offline", "uploads"}
    assert {phone for app in APPS for phone in app.phones} == set(get_args(Phone))
    assert all(app.source.startswith("https://") and app.checked >= dt.date(2026, 11, 22) for app in APPS)
    assert any(app.confirmed for app in APPS)
    assert not all(app.confirmed for app in APPS)


def test_a_recipe_brings_its_own_list(tmp_path):
    (tmp_path / "apps.yaml").write_text(APP, encoding="utf-8")
    (lamp,) = read(tmp_path, "apps: apps.yaml\n").apps
    assert lamp == App("Lamp", ("android",), ("epub",), "offline", "https://lamp.example/", DAY)
    assert read(tmp_path).apps == ()
    said = message.message(theme.strings("en"), files(), (lamp,), topic="", edition=DAY)
    assert "Lamp" in said
    assert "QQ Browser" not in said


@pytest.mark.parametrize(
    ("line", "changed", "said"),
    [
        ("reads: offline", "reads: offlin", "'offlin' is no value of 'reads'"),
        ("phones: [android]", "phones: [nokia]", "'nokia' is no value of 'phones'"),
        ("phones: [android]", "phones: []", "'phones' is empty"),
        ("formats: [epub]", "formats: [doc]", "'doc' is no value of 'formats'"),
        ("checked: 2026-11-22", "checked: today", "'checked' must be a date"),
        ("checked: 2026-11-22", "checked: never", "'checked' is empty"),
        ("source: https://lamp.example/", "source: http://lamp.example/", "is not encrypted"),
        ("name: Lamp", "name: " + "x" * 41, "has 41 characters, at most 40"),
        ("reads: offline", "reads: offline\n  rating: 5", "unknown key 'rating'"),
        ("- name: Lamp\n ", "-", "the key 'name' is missing"),
    ],
)
def test_a_mistake_in_the_list_is_named_with_its_line(tmp_path, line, changed, said):
    assert line in APP
    (tmp_path / "apps.yaml").write_text(APP.replace(line, changed), encoding="utf-8")
    with pytest.raises(RecipeProblems, match=r"apps\.yaml:\d+:\d+") as caught:
        read(tmp_path, "apps: apps.yaml\n")
    assert said in str(caught.value)


def test_an_empty_file_of_the_installation_is_refused(tmp_path):
    (tmp_path / "readers.yaml").write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(RecipeProblems):
        load_apps(tmp_path / "readers.yaml", KNOWN)


def test_a_map_is_no_list(tmp_path):
    assert any("wants a list or the name of a file" in said for said in wrong(tmp_path, "apps: {name: Lamp}\n"))


def test_the_longest_names_still_fit():
    worst = [replace(app, name="w" * 40, chinese="") for app in APPS]
    for language in theme.languages():
        said = message.message(theme.strings(language), files(), worst, topic=LONGEST, edition=DAY)
        assert max(map(len, parts(said))) <= message.MAX_CHARACTERS


def test_no_line_names_more_apps_than_people_read():
    many = [replace(APPS[0], name=f"App{number}", phones=("android",), formats=("epub",)) for number in range(9)]
    said = message.message(theme.strings("en"), files(), many, topic="", edition=DAY)
    assert [f"App{number}" in said for number in range(9)] == [True] * message.NAMED + [False] * 6
