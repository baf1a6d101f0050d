"""The furniture says the same things in every language: whole, in the right plural, digits, calendar and direction."""

import ast
import datetime as dt
import re
import string
import unicodedata
from dataclasses import replace
from pathlib import Path

import opencc
import pytest
import yaml
from bundles import sample

from bundler import furniture, theme, writers
from bundler.build.bundle import _spoken
from bundler.furniture import pages
from bundler.model import ArticleId, Date, Entry, Section, Span, Strings
from bundler.walk import every_inline
from bundler.writers import _xhtml

ROOT = Path(__file__).parents[1]
LANGUAGES = ("ar", "bo", "en", "es", "fa", "my", "ru", "tr", "ug", "vi", "zh-Hans", "zh-Hant")
WHOLE = ("ar", "en", "es", "fa", "ru", "tr", "vi", "zh-Hans", "zh-Hant")
"""Languages that say everything themselves; the others fall back, but for what safety depends on."""
FOREIGN = tuple(language for language in LANGUAGES if language != "en")
WORDLESS = {"brief_minutes", "address_line", "cover_plain", "omitted_line"}
"""Sentences of placeholders and punctuation only, which may be the English ones."""
DAY = dt.date(2026, 11, 22)


def messages(language):
    """Return the sentences of one language as its file has them."""
    return theme.tongue(language).own


def forms(message):
    """Return the forms of a sentence by CLDR category."""
    return {"other": message} if isinstance(message, str) else dict(message)


def placeholders(sentence):
    """Return the names that are filled in."""
    return sorted({name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None})


def categories(language):
    """Return the plural categories that CLDR knows for the whole numbers of a language."""
    rule = furniture.locale(language).plural_form
    return {rule(n) for n in range(1001)} | {"other"}


def only_number(language, category):
    """Say whether a category stands for one whole number alone, so that its form may say the number in words."""
    rule = furniture.locale(language).plural_form
    return sum(rule(n) == category for n in range(1001)) == 1


def test_these_are_the_languages():
    assert theme.languages() == LANGUAGES


def test_no_key_stands_twice():
    for language in LANGUAGES:
        lines = (ROOT / "assets/strings" / f"{language}.yaml").read_text(encoding="utf-8").splitlines()
        keys = [found[1] for line in lines if (found := re.match(r"(\w+):", line))]
        assert len(keys) == len(set(keys)), language


@pytest.mark.parametrize("language", FOREIGN)
def test_every_language_says_what_english_says_or_falls_back(language):
    own = messages(language)
    assert list(own) == [key for key in messages("en") if key in own], "the same keys in the same order"
    assert list(theme.strings(language).messages) == list(messages("en"))
    assert (language in WHOLE) == (len(own) == len(messages("en")))


def test_these_speak_for_others():
    chains = {tag: tongue.fallback for tag in LANGUAGES if (tongue := theme.tongue(tag)).fallback != ("en",)}
    assert chains == {"bo": ("zh-Hans", "en"), "en": (), "ug": ("zh-Hans", "en"), "zh-Hant": ("zh-Hans", "en")}


def test_what_is_not_translated_is_said_in_the_next_language_and_says_which():
    strings = theme.strings("bo")
    assert furniture.text(strings, "contents") == "དཀར་ཆག"
    assert furniture.text(strings, "safety_1") == messages("zh-Hans")["safety_1"]
    assert furniture.speaker(strings, "contents") == "bo"
    assert furniture.speaker(strings, "safety_1") == "zh-Hans"
    assert furniture.speaker(theme.strings("my"), "converted_hans") == "en"


def test_a_borrowed_sentence_has_the_plural_and_the_digits_of_its_own_language():
    borrowed = Strings("my", {"articles": {"one": "{n} article", "other": "{n} articles"}}, {"articles": "en"})
    assert [furniture.count(borrowed, "articles", n) for n in (1, 12)] == ["1 article", "12 articles"]
    assert furniture.count(theme.strings("my"), "articles", 12) == "ဆောင်းပါး ၁၂ ပုဒ်"


def test_a_borrowed_sentence_says_its_language_in_markup_and_on_pages():
    strings = theme.strings("bo")
    assert _xhtml.sentence(strings, "code_hint").startswith('<span lang="zh-Hans" dir="ltr">')
    assert "<span" not in _xhtml.sentence(strings, "end")
    assert pages.safety(strings).entry.language == "zh-Hans"
    assert [span.language for span in every_inline(pages.omitted(strings, 3, []).blocks) if isinstance(span, Span)]


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "bo"])
def test_what_safety_depends_on_is_said_in_the_readers_own_language(language):
    assert set(pages.VITAL) <= set(messages(language))


def test_safety_in_another_language_leaves_a_note():
    assert [note.code for note in _spoken("bo")] == ["furniture-partial", "safety-language"]
    assert [note.code for note in _spoken("my")] == ["furniture-partial"]
    assert [note.code for note in _spoken("sw")] == ["furniture-language"]
    assert not [note for language in WHOLE for note in _spoken(language)]


def test_only_languages_of_the_project_are_vouched_for_and_the_documentation_says_who_does():
    assert {tag for tag in LANGUAGES if theme.tongue(tag).vouched} == {"en", "zh-Hans", "zh-Hant"}
    table = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    for tag in LANGUAGES:
        tongue = theme.tongue(tag)
        row = next(line for line in table.splitlines() if line.startswith(f"| `{tag}` |"))
        said = "all" if tag in WHOLE else "most" if len(tongue.own) > len(messages("en")) * 0.9 else "some words"
        assert [cell.strip() for cell in row.strip("|").split("|")][1:] == [
            f"{tongue.name} ({tongue.english})",
            said,
            ", ".join(tongue.fallback) or "–",
            "the project" if tongue.vouched else "nobody yet",
        ]


@pytest.mark.parametrize("language", FOREIGN)
def test_every_sentence_fills_in_what_the_english_one_does(language):
    for key, message in messages(language).items():
        wanted = placeholders(forms(messages("en")[key])["other"])
        for category, form in forms(message).items():
            in_words = wanted == ["n"] and only_number(language, category)
            assert placeholders(form) == wanted or (in_words and not placeholders(form)), f"{key}.{category}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_the_forms_that_the_language_needs(language):
    for key, message in messages(language).items():
        if isinstance(messages("en")[key], str):
            assert isinstance(message, str), f"{key} is no plural in English"
        else:
            assert set(forms(message)) == categories(language), key


@pytest.mark.parametrize("language", FOREIGN)
def test_no_sentence_was_left_in_english(language):
    same = {key for key, message in messages(language).items() if message == messages("en")[key]}
    assert same <= WORDLESS


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_clean_text(language):
    for key, message in messages(language).items():
        for form in forms(message).values():
            assert form == unicodedata.normalize("NFC", form).strip(), key
            odd = [character for character in form if unicodedata.category(character) in ("Cc", "Co", "Cn")]
            assert not odd, key
            assert "  " not in form, key


@pytest.mark.parametrize(
    ("language", "foreign"),
    [
        ("fa", "يكىةإ٠١٢٣٤٥٦٧٨٩,;?"),  # Arabic letters and digits, Latin punctuation
        ("ar", "یکگچپژ,;?"),
        ("zh-Hans", ",;:!?()\"'"),
        ("zh-Hant", ",;:!?()\"'"),
        ("ru", '"“”'),
        ("ug", "یکةإ٠١٢٣٤٥٦٧٨٩,;?"),  # Persian and Arabic letters, Latin punctuation
    ],
)
def test_letters_and_punctuation_are_the_languages_own(language, foreign):
    for key, message in messages(language).items():
        for form in forms(message).values():
            assert not set(foreign) & set(form), f"{key}: {form}"


@pytest.mark.parametrize(("language", "conversion"), [("zh-Hans", "t2s"), ("zh-Hant", "s2tw")])
def test_each_chinese_is_written_in_its_own_characters(language, conversion):
    convert = opencc.OpenCC(conversion).convert
    for key, message in messages(language).items():
        assert convert(message) == message, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_warns_of_the_apps_that_know_a_readers_name(language):
    strings = theme.strings(language)
    chinese = furniture.speaker(strings, "code_hint").startswith("zh")
    names = ("支付", "QQ", "微信") if chinese else ("Alipay", "QQ", "WeChat")
    assert all(name in furniture.text(strings, "code_hint") for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_of_the_message_beside_begin_in_the_languages_direction(language):
    for name in ("epub", "pdf", "html", "text"):
        line = furniture.text(theme.strings(language), f"send_{name}")
        first = next(bidi for bidi in map(unicodedata.bidirectional, line) if bidi in ("L", "R", "AL"))
        assert (first != "L") == (furniture.direction(language) == "rtl"), "chat apps go by the first letter"


# -- numbers, dates, directions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("en", "ltr"), ("fa", "rtl"), ("ru", "ltr"), ("zh-Hans", "ltr"), ("zh-Hant", "ltr"),
     ("fa-AF", "rtl"), ("ug", "rtl"), ("bo", "ltr"), ("my", "ltr"), ("xx", "ltr")],
)  # fmt: skip
def test_directions(language, direction):
    assert furniture.direction(language) == direction


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ar", "22 نوفمبر 2026"),
        ("bo", "སྤྱི་ལོ་2026 ཟླ་བ་བཅུ་གཅིག་པའི་ཚེས་22"),
        ("es", "22 de noviembre de 2026"),
        ("my", "၂၀၂၆ နိုဝင်ဘာ ၂၂"),
        ("tr", "22 Kasım 2026"),
        ("ug", "22-نويابىر، 2026"),
        ("vi", "22 tháng 11, 2026"),
        ("en", "November 22, 2026"),
        ("fa", "۲۲ نوامبر ۲۰۲۶"),
        ("ru", "22 ноября 2026\u00a0г."),
        ("zh-Hans", "2026年11月22日"),
        ("zh-Hant", "2026年11月22日"),
    ],
)
def test_days(language, said):
    assert furniture.day(theme.strings(language), DAY) == said


@pytest.mark.parametrize(
    ("language", "month", "year"),
    [
        ("ar", "مارس 2018", "نحو 2018"),
        ("en", "March 2018", "about 2018"),
        ("fa", "مارس ۲۰۱۸", "حدود ۲۰۱۸"),
        ("ru", "март 2018\u00a0г.", "предположительно 2018"),
        ("zh-Hans", "2018年3月", "约 2018年"),
        ("zh-Hant", "2018年3月", "約 2018年"),
    ],
)
def test_dates_say_as_much_as_is_known(language, month, year):
    strings = theme.strings(language)
    assert furniture.date(strings, Date(dt.date(2018, 3, 1), "month")) == month
    assert furniture.date(strings, Date(dt.date(2018, 3, 1), "year", inferred=True)) == year
    assert furniture.date(strings, None) == furniture.text(strings, "undated")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ar", "晨报 · 林渡 · 18 أكتوبر 2020"),
        ("en", "晨报 · 林渡 · October 18, 2020"),
        ("fa", "晨报 · 林渡 · ۱۸ اکتبر ۲۰۲۰"),
        ("ru", "晨报 · 林渡 · 18 октября 2020\u00a0г."),
        ("zh-Hans", "晨报 · 林渡 · 2020年10月18日"),
        ("zh-Hant", "晨报 · 林渡 · 2020年10月18日"),
    ],
)
def test_bylines(language, said):
    entry = Entry(
        ArticleId("mirror/news/a1"), "渡口", "zh-Hans", Section("news", "新闻"),
        publisher="晨报", published=Date(dt.date(2020, 10, 18)), authors=("晨报", "林渡"),
    )  # fmt: skip
    assert furniture.byline(theme.strings(language), entry) == said


@pytest.mark.parametrize(
    ("language", "n", "said"),
    [
        ("ar", 1, "مقالة واحدة"),
        ("ar", 2, "مقالتان"),
        ("ar", 3, "3 مقالات"),
        ("ar", 11, "11 مقالة"),
        ("ar", 100, "100 مقالة"),
        ("en", 1, "1 article"),
        ("en", 1234, "1,234 articles"),
        ("fa", 1, "۱ مقاله"),
        ("fa", 1234, "۱٬۲۳۴ مقاله"),
        ("ru", 1, "1 статья"),
        ("ru", 3, "3 статьи"),
        ("ru", 11, "11 статей"),
        ("ru", 21, "21 статья"),
        ("ru", 1234, "1\u00a0234 статьи"),
        ("es", 1, "1 artículo"),
        ("es", 1234, "1.234 artículos"),
        ("my", 1234, "ဆောင်းပါး ၁,၂၃၄ ပုဒ်"),
        ("tr", 1234, "1.234 yazı"),
        ("vi", 1234, "1.234 bài viết"),
        ("zh-Hans", 12, "12 篇文章"),
        ("zh-Hant", 1, "1 篇文章"),
    ],
)
def test_numbers(language, n, said):
    assert furniture.count(theme.strings(language), "articles", n) == said


def test_no_number_holds_a_space_that_cheap_phones_lack():
    for language in LANGUAGES:
        strings = theme.strings(language)
        assert "\u202f" not in furniture.day(strings, DAY) + furniture.count(strings, "articles", 1_234_567)


# -- which language -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh-SG", "zh-Hans"), ("zh_Hans_CN", "zh-Hans"),
        ("zh-TW", "zh-Hant"), ("zh-HK", "zh-Hant"), ("ZH-hant", "zh-Hant"), ("zh-Hant-MO", "zh-Hant"),
        ("fa-AF", "fa"), ("ar-EG", "ar"), ("ru-UA", "ru"), ("en-GB", "en"), ("xx", "en"), ("", "en"), ("arz", "en"),
    ],
)  # fmt: skip
def test_the_nearest_language_speaks_and_says_which_it_is(asked, spoken):
    assert theme.nearest(asked) == spoken
    assert theme.strings(asked).language == spoken, "a caller sees that English stands in"


# -- pages and the message beside the files -----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_the_furniture_are_made_in_every_language(language):
    strings = theme.strings(language)
    assert len(pages.safety(strings).blocks[0].items) == 4
    assert pages.omitted(strings, 12, [("渡口", "…")]).entry.language == furniture.speaker(strings, "omitted_title")
    assert pages.omitted(strings, 12, []).entry.title
    assert pages.addresses(strings, [("灯", "https://mirror.example/", "")]).entry.title


def speakers():
    """Yield the syntax trees of the modules that say sentences of the furniture."""
    for path in sorted((ROOT / "bundler").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if path.parent.name == "furniture" or re.search(r"import .*\bfurniture\b|bundler\.furniture", source):
            yield ast.parse(source)


def named(tree):
    """Yield the strings that a module hands on: arguments of calls, and what its tuples and maps hold."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(args=parts) | ast.Tuple(elts=parts) | ast.Dict(values=parts):
                yield from (part.value for part in parts if isinstance(part, ast.Constant))
            case ast.IfExp(body=one, orelse=other):
                yield from (part.value for part in (one, other) if isinstance(part, ast.Constant))


def test_every_sentence_is_said_somewhere():
    said = {name for tree in speakers() for name in named(tree)} | {f"send_{name}" for name in writers.NAMES}
    silent = [key for key in messages("en") if key not in said and not key.startswith("reason_")]
    assert not silent


def test_a_plural_is_not_said_as_a_sentence():
    with pytest.raises(KeyError):
        furniture.text(Strings("en", yaml.safe_load("articles: {one: a, other: b}")), "articles")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edition_has_its_number_behind_the_sentence_that_says_its_day(language):
    made = replace(sample(language), edition=DAY, number=3, volume=2, volumes=5)
    strings = made.theme.strings
    day = furniture.text(strings, "edition", date=furniture.day(strings, DAY))
    assert day in furniture.issued(made)
    assert furniture.edition(strings, DAY, 3) in furniture.issue(made)
    assert furniture.issued(replace(made, number=0, volume=1, volumes=1)) == day
