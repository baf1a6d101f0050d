"""Chinese articles are brought into one script: all that is read, never addresses and code; the article says so."""

import json

import pytest
from archives import mirror, page
from command import DAY, bundler, recipe

from bundler import theme
from bundler.model import (
    Article,
    ArticleId,
    Code,
    Entry,
    Figure,
    Image,
    Link,
    Paragraph,
    Preformatted,
    Section,
    Span,
    Strong,
    Text,
    Url,
)
from bundler.transforms import Context, convert, remarks
from bundler.walk import every_inline, links_of, plain_text

HERE = ArticleId("mirror/news/a1")


def article(*blocks, language="zh-Hans", **fields):
    return Article(Entry(HERE, fields.pop("title", "发展"), language, Section("news", "新闻"), **fields), blocks)


def converted(*inlines, to="zh-TW", language="zh-Hans"):
    one = article(Paragraph(inlines), language=language)
    return convert.apply(one, Context(theme.strings("zh-Hant"), {}, convert=to))


@pytest.mark.parametrize(
    ("language", "to", "text", "read", "tag"),
    [
        ("zh-Hans", "zh-Hant", "网络里的头发", "網絡裏的頭髮", "zh-Hant"),
        ("zh-Hans", "zh-TW", "网络里的软件", "網路裡的軟體", "zh-Hant-TW"),
        ("zh-Hans", "zh-HK", "为什么里面", "為什麼裏面", "zh-Hant-HK"),
        ("zh-Hant", "zh-Hans", "皇后的頭髮，以後再說", "皇后的头发，以后再说", "zh-Hans"),
        ("zh-TW", "zh-Hans", "滑鼠與軟體", "鼠标与软件", "zh-Hans"),
    ],
)
def test_text_is_read_in_the_script_that_is_asked_for(language, to, text, read, tag):
    made, notes = converted(Text(text), to=to, language=language)
    assert plain_text(made.blocks) == read
    assert made.entry.language == tag
    assert [(note.code, note.detail) for note in notes] == [("converted", f"{language} → {tag}")]


@pytest.mark.parametrize(
    ("language", "to"),
    [("zh-Hant", "zh-TW"), ("zh-Hans", "zh-Hans"), ("en", "zh-Hant"), ("ja", "zh-Hans"), ("zh-Hans", "none")],
)
def test_what_is_in_the_script_or_in_another_language_stays(language, to):
    made, notes = converted(Text("裏面的发展"), to=to, language=language)
    assert (plain_text(made.blocks), made.entry.language, notes) == ("裏面的发展", language, ())


def test_words_that_bold_type_cuts_up_are_converted_as_words():
    made, _ = converted(Text("头"), Strong((Text("发"),)), Text("长了，发"), Strong((Text("展"),)), to="zh-Hant")
    assert plain_text(made.blocks) == "頭髮長了，發展"
    assert isinstance(made.blocks[0].children[1], Strong)


@pytest.mark.parametrize("to", ["zh-Hant", "zh-TW", "zh-HK"])
def test_words_that_the_dictionary_tears_apart_are_mended(to):
    made, _ = converted(Text("中俄关系与大规模制裁，规模制约发展"), to=to)
    assert plain_text(made.blocks) == "中俄關係與大規模制裁，規模制約發展"


def test_addresses_and_code_are_left_alone():
    address = "https://例子.example/发展/网络"
    run = (
        Text(f"网址 {address}，网络"),
        Code("网络"),
        Link((Text("网络"),), Url(address)),
        Link((Text(address),), Url(address)),
        Span((Text("国会の発展"),), language="ja"),
        Image(None, "网络"),
    )
    made, _ = converted(*run)
    assert [inline.target.address for inline in every_inline(made.blocks) if isinstance(inline, Link)] == [address] * 2
    assert links_of(made.blocks) == (Url(address), Url(address))
    assert plain_text(made.blocks) == f"網址 {address}，網路网络網路{address}国会の発展網路"
    kept, _ = convert.apply(article(Preformatted("网络")), Context(theme.strings("en"), {}, convert="zh-TW"))
    assert kept.blocks == (Preformatted("网络"),)


def test_captions_titles_and_names_follow():
    one = article(
        Figure(None, "头发", (Text("头发"),)),
        title="头发", authors=("张三",), tags=("网络",), publisher="大纪元", lead="头发", source="https://a.example/头发",
    )  # fmt: skip
    made, _ = convert.apply(one, Context(theme.strings("zh-Hant"), {}, convert="zh-Hant"))
    entry = made.entry
    assert (entry.title, entry.authors, entry.tags) == ("頭髮", ("張三",), ("網絡",))
    assert (entry.publisher, entry.section, entry.lead) == ("大紀元", Section("news", "新聞"), "頭髮")
    assert entry.source == "https://a.example/头发"
    assert made.blocks[0] == Figure(None, "頭髮", (Text("頭髮"),))


def test_a_quotation_in_the_same_chinese_changes_its_tag_too():
    made, _ = converted(
        Span((Text("头发"),), language="zh-CN"), Span((Text("头发"),), language="zh-Hant"), to="zh-Hant"
    )
    assert made.blocks[0].children == (
        Span((Text("頭髮"),), language="zh-Hant"),
        Span((Text("头发"),), language="zh-Hant"),
    )


@pytest.mark.parametrize(
    ("former", "language", "sentence"),
    [
        ("zh-Hans", "zh-Hant", "本文由程式從簡體轉換而來。"),
        ("zh-Hant", "zh-Hans", "本文由程序从繁体转换而来。"),
        ("zh-TW", "en", "Converted from Traditional Chinese by a program."),
    ],
)
def test_the_article_says_that_a_program_converted_it(former, language, sentence):
    made, _ = remarks.apply(article(), Context(theme.strings(language), {}, converted={HERE: former}))
    assert plain_text(made.blocks) == sentence


@pytest.mark.slow
def test_a_whole_edition_is_in_one_script(tmp_path):
    archive = mirror(tmp_path / "archive")
    page(archive / "pages/news/a4.md", "网络软件", "人们在网络里说软件的发展，也说鼠标。")
    keys = {"convert": "zh-TW", "language": "zh-Hant", "formats": "[text, dump]", "pin": "[网络软件]"}
    path = recipe(tmp_path, archive, **keys)
    listed = bundler("list", path, "--json", home=tmp_path).json["articles"][0]
    assert (listed["title"], listed["language"]) == ("網路軟體", "zh-Hant-TW")
    done = bundler("build", path, "--out", tmp_path / "dist", "--date", DAY, "--json", home=tmp_path)
    assert done.code == 0, done.err
    assert done.json["notes"]["converted"] == 4
    folder = tmp_path / "dist/weekly" / DAY
    text = (folder / "weekly-261122.txt").read_text(encoding="utf-8")
    assert text.count("網路軟體") == 2, "contents and article bear one title"
    assert "人們在網路裡說軟體的發展，也說滑鼠。" in text
    assert text.count("本文由程式從簡體轉換而來。") == 4
    dump = json.loads((folder / "weekly-261122.json").read_text(encoding="utf-8"))
    assert {one["entry"]["language"] for one in dump["articles"]} == {"zh-Hant-TW"}


@pytest.mark.parametrize(
    ("to", "language", "code"),
    [
        ("zh-TW", "zh-Hans", 3),
        ("zh-Hans", "zh-TW", 3),
        ("zh-HK", "zh-Hant", 0),
        ("zh-Hans", "zh", 0),
        ("zh-TW", "en", 0),
    ],
)
def test_the_readers_language_must_go_with_the_script(tmp_path, to, language, code):
    done = bundler("check", recipe(tmp_path, convert=to, language=language), home=tmp_path)
    assert done.code == code
    assert ("weekly.yaml:7:10:" in done.err) == bool(code)
