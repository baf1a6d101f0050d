"""Navigation, promotion, footers, advertisements and appeals of a mirror are left out, and say so; the text stays."""

from pathlib import Path

import pytest
from pages import put

from bundler.folder import open_folder
from bundler.model import Embed, Figure, Heading, LineBreak, Paragraph, Separator, Table
from bundler.readers import Loaded, mirror
from bundler.readers._frame import unframe
from bundler.readers._rules import mirror as rules
from bundler.walk import every_block, every_inline, line_text, plain_text

MIRROR = Path(__file__).parent / "mirror"
FOREIGN = (
    "💥", "🔥", "🎬", "####", "首页", "手机上长按", "原文地址", "原文链接", "code.example", "192.0.2", "九评共产党",
    "网站代理", "荣誉会员", "分享到", "本站推广", "看不见", "版权所有", "我们的标准", "相关", "延伸阅读", "上一篇",
)  # fmt: skip
PAGES = sorted(path.relative_to(MIRROR).as_posix() for path in (MIRROR / "pages").glob("*/*.md") if path.stat().st_size)


def load(path: str) -> Loaded:
    return mirror.load(open_folder(MIRROR), path, "mirror")


def text(path: str) -> str:
    article = load(path).article
    assert article is not None
    return plain_text(article.blocks)


def removed(path: str) -> dict[str, str]:
    """Return what was taken out by rule: the rest of each note."""
    notes = [note.detail for note in load(path).notes if note.code == "removed"]
    split = [detail.partition(":") for detail in notes]
    assert len({name for name, _, _ in split}) == len(split), "one note for each rule"
    return {name: said.strip() for name, _, said in split}


@pytest.mark.parametrize("path", PAGES)
def test_nothing_foreign_is_left_in_any_page(path):
    article = load(path).article
    said = plain_text(article.blocks) if article else ""
    assert [word for word in FOREIGN if word in said] == []


def test_words_of_promotion_in_a_sentence_stay():
    assert "翻墙、爬窗、托熟人，都是从不信开始的。" in text("pages/pinglun/zs-02032020115302.md")


def test_datelines_bylines_and_editors_stay_as_printed():
    said = text("pages/prog204/a100000002.md")
    assert said.startswith(
        "绿色的老电车在终点站调头。（视频截图）\n【新唐人北京时间2020年3月8日讯】跑了六十年的老电车昨天停运"
    )
    assert said.endswith("（记者张三报导/责任编辑：李四）")
    assert "责任编辑：李四#" in text("pages/nsc413/n10000004.md")


def test_every_removal_names_its_rule_how_often_and_what_it_said():
    notes = removed("pages/p1/900007.md")
    assert set(notes) == {
        "navigation x2", "promotion x4", "share-hint", "share-address", "share-code", "original-address", "tracking",
        "related x2", "appeal x2",
    }  # fmt: skip
    assert notes["promotion x4"] == "💥 《一部老片》 - 完整版 | “另一部”"
    assert notes["related x2"] == "相关文章： 集市搬家记(图)"
    assert notes["appeal x2"].startswith("【诚征荣誉会员】小溪汇成大海。")
    assert all(len(said) <= 40 for said in notes.values())
    assert removed("pages/soh5/400009.md").keys() >= {"advertisement", "share-box", "related"}


def test_promotion_inside_an_open_element_does_not_end_the_article():
    blocks = load("pages/p1/900007.md").article.blocks
    assert [type(block) for block in blocks] == [Figure, Paragraph, Paragraph]
    assert line_text(blocks[1].children).endswith("摊主说，菜市场可以搬，秤不能换。")


def test_hidden_text_is_dropped_with_a_note():
    notes = [note for note in load("pages/p1/900007.md").notes if note.code == "hidden-dropped"]
    assert "看中国版权所有" in {note.detail for note in notes}


def test_twenty_open_paragraphs_and_closed_breaks_are_one_text():
    article = load("pages/p1/900008.md").article
    assert article is not None
    assert plain_text(article.blocks).split("\n") == [
        "立春一日，百草回芽。", "雨水有雨，庄稼不欠。", "小满不满，麦有一险。", "芒种", "忙着种",
        "白露早，寒露迟，", "秋分种麦正当时。", "注：各地早晚差半个月。",
    ]  # fmt: skip
    assert any(isinstance(block, Table) for block in article.blocks)
    assert sum(isinstance(inline, LineBreak) for inline in every_inline(article.blocks)) == 1


@pytest.mark.parametrize(
    ("path", "captions"),
    [
        ("pages/prog204/a100000002.md", ["绿色的老电车在终点站调头。（视频截图）"]),
        ("pages/nsc413/n10000004.md", ["修好的灯塔每六秒闪一次。(志愿者提供)", "磨好的透镜。（志愿者提供）"]),
        ("pages/p1/900007.md", ["菜市场里的老秤（图片来源：摊主提供）"]),
        ("pages/soh5/400009.md", ["山路（视频截图）"]),
        ("pages/pinglun/zs-02032020115302.md", ["清早的车站（张三摄）", "粮店门口的队伍，一九八四年冬。 资料照片"]),
        ("pages/zyyyoeqqvi/4500012.md", ["天亮前的滩涂。"]),
    ],
)
def test_pictures_keep_their_captions(path, captions):
    article = load(path).article
    assert article is not None
    figures = [block for block in article.blocks if isinstance(block, Figure)]
    assert [line_text(figure.caption) for figure in figures] == captions
    assert article.entry.title not in [figure.alt for figure in figures]


@pytest.mark.parametrize(
    ("path", "kind", "code"),
    [
        ("pages/prog204/a100000002.md", "video", "video-omitted"),
        ("pages/soh5/400009.md", "other", "embed-omitted"),
        ("pages/zyyyoeqqvi/4500012.md", "video", "video-omitted"),
        ("pages/zyyyoeqqvi/4500014.md", "video", "video-omitted"),
    ],
)
def test_a_video_that_is_left_out_leaves_one_line(path, kind, code):
    loaded = load(path)
    assert loaded.article is not None
    assert [block.kind for block in loaded.article.blocks if isinstance(block, Embed)] == [kind]
    assert code in {note.code for note in loaded.notes}


def test_a_box_in_a_box_that_are_both_empty_leave_one_line(tmp_path):
    emptied = '<div class="infgraphicsAttach"><script></script><div class="snippetLoading twitterSnippet"></div></div>'
    player = '<div class="video-container"><div class="player"><p> </p></div></div>'
    put(tmp_path, "pages/s/1.md", f"### 集市\n---\n\n<p>集市开了。</p>{emptied}<p>人很多。</p>{player}\n")
    loaded = mirror.load(open_folder(tmp_path), "pages/s/1.md", "mirror")
    assert loaded.article is not None
    assert [block.kind for block in loaded.article.blocks if isinstance(block, Embed)] == ["other", "video"]
    assert [note.code for note in loaded.notes if note.code.endswith("-omitted")] == ["embed-omitted", "video-omitted"]


def test_rules_around_what_was_taken_out_go_with_it_and_others_stay(tmp_path):
    body = (
        "<p>天亮前下了一阵雨。</p><hr/>\n\n#### 🔥 [看这里](http://192.0.2.1/)\n\n<hr/><p>街上没有人。</p>\n---\n"
        "<p>后来有了。</p><hr/><p>【诚征荣誉会员】每年一次。</p><p>都打着伞。</p>"
    )
    (tmp_path / "page.md").write_text(f"### 雨\n------\n\n{body}\n", encoding="utf-8")
    article = mirror.load(open_folder(tmp_path), "page.md", "mirror").article
    assert article is not None
    assert [type(block) for block in article.blocks] == [Paragraph, Paragraph, Separator, Paragraph, Paragraph]


def test_rules_part_nothing_at_the_ends_of_an_article():
    for path in PAGES:
        article = load(path).article
        assert article is None or not any(isinstance(block, Separator) for block in every_block(article.blocks))


def test_a_page_of_nothing_but_boxes_is_left_out():
    loaded = load("pages/prog204/a100000003.md")
    assert loaded.article is None
    assert loaded.notes[-1].code == "empty"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "binary-file"),
        (b"x" * 5_000_001, "page-too-large"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, data, code):
    (tmp_path / "page.md").write_bytes(data)
    loaded = mirror.load(open_folder(tmp_path), "page.md", "mirror")
    assert (loaded.article, loaded.notes[-1].code, loaded.notes[-1].article) == (None, code, "mirror/page")
    assert mirror.load(open_folder(tmp_path), "gone.md", "mirror").notes[-1].code == "page-missing"


def test_an_advertisement_rule_never_takes_most_of_a_page(tmp_path):
    body = '<div class="ads"><p>秋天的第一场雨下在夜里，早上起来，院子里的石阶都干净了。</p></div><p>完</p>'
    (tmp_path / "page.md").write_text(f"### 雨\n------\n\n{body}\n", encoding="utf-8")
    article = mirror.load(open_folder(tmp_path), "page.md", "mirror").article
    assert article is not None
    assert "秋天的第一场雨" in plain_text(article.blocks)


def test_a_quoted_original_address_is_not_the_footer():
    page = unframe(
        "### 题\n---\n原文地址：https://one.example/a\n<p>正文</p>\n原文地址：https://two.example/b\n", rules()
    )
    assert page.original == "https://two.example/b"
    assert "https://one.example/a" in page.body


def test_a_heading_that_repeats_the_title_goes(tmp_path):
    (tmp_path / "page.md").write_text("### 冬至的汤圆\n-----\n<h1>冬至的汤圆</h1><p>煮一锅。</p>", encoding="utf-8")
    loaded = mirror.load(open_folder(tmp_path), "page.md", "mirror")
    assert loaded.article is not None
    assert not any(isinstance(block, Heading) for block in loaded.article.blocks)
    assert [note.detail for note in loaded.notes if note.code == "removed"] == ["title-repeated: 冬至的汤圆"]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("### 读《<三体>》有感", "读《<三体>》有感"),
        ("### 3 < 5 而 7 > 4", "3 < 5 而 7 > 4"),
        ("### [组图] 秋收", "[组图] 秋收"),
        ("### <b>秋收</b> [在望](https://news.example/a_(1).html)", "秋收 在望"),
        ("### [![封面](cover.png)](https://news.example/) 秋收", "封面 秋收"),
        ("### a](b) 秋收", "a](b) 秋收"),
    ],
    ids=["brackets", "signs", "square", "link", "picture", "no-link"],
)
def test_a_title_loses_its_markup_and_no_word(tmp_path, heading, title):
    put(tmp_path, "pages/s/1.md", f"{heading}\n---\n\n<p>正文在此，说的是今年的收成。</p>\n")
    loaded = mirror.load(open_folder(tmp_path), "pages/s/1.md", "mirror")
    assert loaded.article is not None
    assert loaded.article.entry.title == title
