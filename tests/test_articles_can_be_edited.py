"""An editor can change single articles; what is blacked out is nowhere in any file, and an edit that misses is loud."""

import datetime as dt
import json
import zipfile

import pytest
from archives import mirror, page
from command import DAY, bundler
from command import recipe as small

from bundler import theme
from bundler.model import (
    Anchor,
    Article,
    ArticleId,
    Code,
    Date,
    Edit,
    Emph,
    Entry,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Image,
    Items,
    Link,
    Note,
    NoteRef,
    Paragraph,
    Preformatted,
    Quote,
    Ruby,
    Section,
    Strong,
    Text,
    Url,
)
from bundler.transforms import Changes, Context, edits, remarks
from bundler.walk import links_of, plain_text

HERE = ArticleId("mirror/news/a1")


def article(*blocks, **fields):
    entry = Entry(HERE, fields.pop("title", "河岸的市集"), "zh-Hans", Section("news", "新闻"), **fields)
    return Article(entry, blocks, "ab" * 32)


def said(text):
    return Paragraph((Text(text),))


def made(one, **edit):
    return edits.edited(one, Edit("a1", **edit))


def hidden(*inlines, redact=("张三",)):
    whole, _, misses = made(article(Paragraph(inlines)), redact=redact)
    return plain_text(whole.blocks), misses


# -- blacking out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("记者张三报道", "记者██报道"),
        ("記者張三報導", "記者██報導"),
        ("张 三和张\u3000三", "███和███"),
        ("张\u200b三说", "██说"),
        ("张三三张三", "██三██"),
        ("张四", "张四"),
    ],
)
def test_a_word_is_blacked_out_however_it_is_written(written, read):
    text, misses = hidden(Text(written))
    assert text == read
    assert bool(misses) == (written == read)


@pytest.mark.parametrize(
    ("word", "written", "read"),
    [
        ("Иванов", "и ИВАНОВА нашли", "и ██████А нашли"),
        ("José", "JOSE\u0301 was here", "████ was here"),
        ("Li Wei", "met Li\u00a0Wei’s son", "met ██████’s son"),
        ("ＡＢ", "abc", "██c"),
    ],
)
def test_a_word_is_blacked_out_inside_longer_words_and_in_any_case(word, written, read):
    assert hidden(Text(written), redact=(word,))[0] == read


def test_a_word_cut_up_by_bold_type_links_and_notes_is_found():
    run = (
        Text("张"),
        NoteRef("1"),
        Strong((Emph((Text("三"),)),)),
        Link((Text("张"),), Url("https://a.example/")),
        Code("三"),
    )
    text, _ = hidden(*run)
    assert text == "████"


def test_the_reading_over_a_hidden_name_goes_too():
    text, _ = hidden(Ruby((Text("张"),), "zhāng"), Ruby((Text("三"),), "sān"), Text("与"), Ruby((Text("字"),), "张三"))
    assert text == "██与字(██)"


def test_everything_that_shows_is_covered():
    whole, changes, misses = made(
        article(
            Heading(2, (Text("张三其人"),), "张三"),
            Paragraph((Image(None, "张三近照"), Link((Text("上文"),), Anchor("张三")))),
            Figure(None, "张三", (Text("图：张三"),)),
            Quote((Items(((said("张三"),),)),)),
            Preformatted("张三\n"),
            Paragraph((NoteRef("张三"),)),
            Footnotes((Footnote("张三", (said("见张三"),)),)),
            title="张三访谈",
            lead="张三其人",
            publisher="张三文库",
            authors=("张三", "李四"),
            tags=("张三",),
            source="https://news.example/%E5%BC%A0%E4%B8%89.html",
            share="https://mirror.example/a1",
        ),
        redact=("张三",),
    )
    assert not misses
    assert "张三" not in repr(whole)
    assert (changes.addresses, whole.entry.source, whole.entry.share) == (1, "", "https://mirror.example/a1")
    assert whole.entry.authors == ("██", "李四")
    assert whole.entry.lead.startswith("██其人")
    assert whole.digest == "", "with the digest of the whole text the name could be found by trying"


def test_an_address_that_holds_the_word_is_no_link_any_more():
    link = Link((Text("原文"),), Url("https://a.example/%E5%BC%B5%E4%B8%89"))
    whole, changes, _ = made(article(Paragraph((link, Text("张三")))), redact=("张三",))
    assert links_of(whole.blocks) == ()
    assert plain_text(whole.blocks) == "原文██"
    assert changes.addresses == 1


def test_notes_of_a_reader_do_not_say_the_word():
    notes = (Note("picture-missing", HERE, "media/%E5%BC%A0%E4%B8%89.jpg"), Note("removed", HERE, "广告"))
    assert [one.detail for one in edits.discreet(notes, Edit("a1", redact=("张三",)))] == ["", "广告"]


# -- paragraphs ---------------------------------------------------------------------------------------------------

WHOLE = article(
    Heading(2, (Text("市集"),)),
    said("广告：买一送一。"),
    Quote((said("风大了一点。"), said("人也多了。"))),
    Items(((said("豆花"),), (said("【广告】糖水"),))),
    Paragraph((Text("看注"), NoteRef("1"))),
    said("广告：再送一。"),
    Footnotes((Footnote("1", (said("注一"),)),)),
)


@pytest.mark.parametrize(
    ("drop", "left"),
    [
        ((1,), "广告：买一送一。 风大了一点。 人也多了。 豆花 【广告】糖水 看注 广告：再送一。 注一"),
        ((2, 4), "市集 风大了一点。 豆花 【广告】糖水 看注 广告：再送一。 注一"),
        (("广告",), "市集 风大了一点。 人也多了。 豆花 【广告】糖水 看注 注一"),
        (("【廣告】",), "市集 广告：买一送一。 风大了一点。 人也多了。 豆花 看注 广告：再送一。 注一"),
        ((3, 4, 5, 6, "看注"), "市集 广告：买一送一。 广告：再送一。"),
    ],
)
def test_paragraphs_go_by_number_or_by_how_they_begin(drop, left):
    whole, _, misses = made(WHOLE, drop=drop)
    assert not misses
    assert plain_text(whole.blocks).split("\n") == left.split()
    assert Quote(()) not in whole.blocks


def test_the_lead_is_that_of_what_is_left():
    whole, changes, _ = made(WHOLE, drop=(1, 2))
    assert whole.entry.lead.startswith("风大了一点")
    assert changes.dropped == 2


# -- what misses --------------------------------------------------------------------------------------------------


def test_what_hits_nothing_is_named_with_its_place():
    _, _, misses = made(WHOLE, drop=(1, 99, "没有"), redact=("王五", "风"))
    assert [miss.where for miss in misses] == [("drop", 1), ("drop", 2), ("redact", 0)]


def test_a_word_in_the_id_cannot_be_hidden():
    assert [miss.where for miss in made(article(said("a1")), redact=("news",))[2]] == [("redact", 0)]


# -- what the article says ----------------------------------------------------------------------------------------


def test_the_article_says_in_the_readers_language_what_was_done():
    context = Context(
        theme.strings("zh-Hans"),
        {},
        edits={HERE: Edit("a1", note="编者按：已核实。\n第二行。")},
        changes={HERE: Changes(title=True, dropped=2, hidden=3)},
    )
    whole, _ = remarks.apply(article(said("正文")), context)
    lines = plain_text(whole.blocks).split("\n")
    assert lines == [
        "编者按",
        "已核实。",
        "第二行。",
        "正文",
        "标题由编者改写。编者略去了 2 段。编者涂去了 3 处（█）。",
    ]
    english, _ = remarks.apply(
        article(said("正文")), Context(theme.strings("en"), {}, changes={HERE: Changes(hidden=1)})
    )
    assert plain_text(english.blocks).endswith("The editor blacked out 1 place (█).")


def test_an_article_without_an_edit_stays_as_it_is():
    one = article(said("正文"))
    assert edits.apply(one, Context(theme.strings("en"), {})) == (one, ())
    assert remarks.apply(one, Context(theme.strings("en"), {})) == (one, ())


def test_title_and_date_are_those_of_the_edit():
    whole, changes, _ = made(article(said("正文")), title="新标题", date=dt.date(2021, 12, 30))
    assert (whole.entry.title, whole.entry.published) == ("新标题", Date(dt.date(2021, 12, 30), rule="edited"))
    assert changes == Changes(title=True, date=True)


# -- whole editions -----------------------------------------------------------------------------------------------


def build(folder, archive, **keys):
    keys = {"formats": "[text, dump, epub]"} | keys
    path = small(folder, archive, **keys)
    done = bundler("build", path, "--out", folder / "dist", "--date", DAY, "--json", home=folder)
    return done, folder / "dist/weekly" / DAY


def everything(folder):
    """Return all that stands in an edition's files, unpacked, as one text."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".epub":
            with zipfile.ZipFile(path) as book:
                found += [*book.namelist(), *(book.read(name).decode(errors="replace") for name in book.namelist())]
        else:
            found.append(path.read_text(encoding="utf-8"))
    return "\n".join(found)


def test_what_is_blacked_out_is_in_no_file_of_the_edition(tmp_path):
    archive = mirror(tmp_path / "archive")
    done, folder = build(tmp_path, archive, edits="[{article: a2, redact: [河流, 第2篇], drop: [2], note: 已核实}]")
    assert done.code == 0, done.err
    assert (
        done.json["notes"]["words-hidden"]
        == done.json["notes"]["paragraphs-cut"]
        == done.json["notes"]["note-added"]
        == 1
    )
    whole = everything(folder)
    assert "第2篇" not in whole
    assert "███文章" in whole
    assert whole.count("第1篇") > 0
    dump = json.loads((folder / "weekly-261122.json").read_text(encoding="utf-8"))
    by_id = {one["entry"]["id"]: one for one in dump["articles"]}
    assert "digest" not in by_id["mirror/news/a2"]
    listed = json.loads((folder / "articles.json").read_text(encoding="utf-8"))["articles"]
    assert [bool(one["source"]) for one in sorted(listed, key=lambda one: one["id"])] == [True, False, True]


def test_articles_are_selected_listed_and_found_as_edited(tmp_path):
    archive = mirror(tmp_path / "archive")
    keys = {"edits": "[{article: a1, title: 候鸟归来, date: 2026-11-20}]", "select": "{any: [候鸟], since: 7d}"}
    path = small(tmp_path, archive, **keys)
    listed = bundler("list", path, "--date", DAY, "--json", home=tmp_path).json["articles"]
    assert [(one["id"], one["title"], one["published"]) for one in listed] == [
        ("mirror/news/a1", "候鸟归来", "2026-11-20")
    ]
    path = small(tmp_path, archive, edits="[{article: a1, title: 候鸟归来}]", select="{any: [第1篇文章]}")
    assert bundler("list", path, "--json", home=tmp_path).code == 3, "the old title is found no more"


def test_the_contents_show_the_title_that_the_article_bears(tmp_path):
    done, folder = build(tmp_path, mirror(tmp_path / "archive"), edits="[{article: a1, title: 候鸟归来}]")
    assert done.code == 0, done.err
    assert (folder / "weekly-261122.txt").read_text(encoding="utf-8").count("候鸟归来") == 2
    assert "第1篇文章" not in everything(folder)


def test_edits_that_miss_stop_the_build_with_their_lines(tmp_path):
    rows = [
        "{article: a1, redact: [王五]}",
        "{article: a2, drop: [99]}",
        "{article: a9, title: x}",
        "{article: mirror/news/a1, title: x}",
    ]
    done, folder = build(tmp_path, mirror(tmp_path / "archive"), edits=f"[{', '.join(rows)}]")
    assert done.code == 3
    assert done.err.count("error: ") == 4
    assert done.err.count("weekly.yaml:7:") == 4
    assert not folder.exists()


def test_an_edit_of_an_article_that_is_not_in_is_a_note(tmp_path):
    done, _ = build(tmp_path, mirror(tmp_path / "archive"), edits="[{article: a1, title: x}]", drop="[a1]")
    assert done.json["notes"]["edit-unused"] == 1


def test_a_hidden_name_does_not_come_back_in_a_copy_of_the_article(tmp_path):
    archive = mirror(tmp_path / "archive")
    text = "".join(f"第{number}天，记者张三在河岸上数过往的船。" for number in range(40))
    page(archive / "pages/news/b1.md", "河岸上的船", text)
    page(archive / "pages/other/b2.md", "河岸上的船（转载）", text + "转载。")
    done, folder = build(tmp_path, archive, edits="[{article: b1, redact: [张三]}]")
    assert done.code == 3
    assert "weekly.yaml:7:" in done.err
    assert "'mirror/other/b2'" in done.err
    assert not folder.exists()
    both = "[{article: b1, redact: [张三]}, {article: b2, redact: [张三]}]"
    assert build(tmp_path, archive, edits=both)[0].code == 0
    assert "张三" not in everything(folder)
    assert build(tmp_path, archive, edits="[{article: b1, redact: [张三]}]", pin="[b1]")[0].code == 0
    assert "张三" not in everything(folder)
