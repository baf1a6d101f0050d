"""Chinese lines begin and end as a typesetter has them; other scripts are hyphenated, joined and run their own way."""

import re
from dataclasses import replace
from itertools import pairwise

import bundles
import gallery
import parts
import printing
import pypdfium2
import pytest

from bundler import build
from bundler.errors import RecipeError
from bundler.model import Emph, Figure, Footnote, Footnotes, NoteRef, Strong, Table, Text
from bundler.recipe import load
from bundler.writers import _dots
from bundler.writers._typeset import typeset

CLOSING = "，。、；：！？）》〉」』〕】”’"
OPENING = "（《〈「『〔【“‘"
STORY = (
    "河边的老街上午还很安静，卖早点的人已经收摊，几个学生骑车经过，谈着昨天晚上的雨。“雨停了吗？”有人问。"
    "“停了，”另一个说，“可是河水还在涨。”桥头的老人（他每天都在）看了看表：7点45分，比昨天晚了3分钟。"
    "书铺的主人说：“《海上日记》卖得最好，《山中杂记》也不错。”他把书一本一本摆到门外，又回去泡了一壶茶。"
)


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango", "pdftotext")


@pytest.fixture(scope="module", params=["phone", "a5"])
def story(request):
    words = [STORY[start:] + STORY for start in range(60) if STORY[start] not in CLOSING][::3]
    article = gallery.article("library/story", "雨", "zh-Hans", "读书", *(gallery.para(one) for one in words))
    bundle = replace(bundles.bundle_of([article]), front=(), back=())
    return request.param, printing.printed(bundle, page=request.param)


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(story):
    _, data = story
    lines = [text for text, *_ in printing.lines_of(data)]
    assert len(lines) > 100
    assert not [text for text in lines if text[0] in CLOSING]
    assert not [text for text in lines if text[-1] in OPENING]


def test_lines_reach_the_margin(story):
    page, data = story
    full = 14 if page == "phone" else 30
    ends = [right for text, _, right in printing.lines_of(data) if len(text) > full and text[-1] not in CLOSING]
    assert len(ends) > 80
    assert max(ends) - min(ends) < 2.5, "poppler counts to a character what stands behind it"


def test_no_paragraph_ends_in_a_line_of_one_character(story):
    _, data = story
    assert not [text for text, *_ in printing.lines_of(data) if text in {"茶。", "茶"}]


ENDS = [
    (Text("这座桥通车到了2025年。"),),
    (Text("桥上有人，桥下有船，一天二十四小时人来人往，叫作“小"), Strong((Text("黑屋"),)), Text("”。")),
    (Strong((Text("孩子们喊：「今天终于可以过桥了！」"),)),),
    (Text("他们说过：“走吧"), Emph((Text("，回家"),)), Text("。”")),
    (Text("一天几百桶/日。"),),
    (Text("（桥上的、岸上的、船上的人、马）。"),),
]
"""Ends of paragraphs in which no mark, box or digit may leave the last character alone."""


@pytest.mark.parametrize("end", ENDS, ids=range(len(ENDS)))
def test_nothing_at_a_paragraphs_end_leaves_its_last_character_alone(end):
    paragraphs = [gallery.para("河" * length, *end) for length in range(1, 19)]
    data = printing.printed(bundles.bundle_of([gallery.article("library/ends", "雨", "zh-Hans", "读书", *paragraphs)]))
    printed = [text for text, *_ in printing.lines_of(data)]
    assert sum(text.startswith("河") for text in printed) >= len(paragraphs)
    alone = (text for text in printed if sum(one not in CLOSING for one in text) == 1)
    assert not [text for text in alone if text not in {"雨", *"123456789"}]


def test_text_behind_a_box_inside_bold_text_breaks_where_it_may():
    """Marks that stand together are boxes; behind one, WeasyPrint by itself cuts a text behind its opening mark."""
    words = "中国直播辩论时断讯。（图片由读者提供，特此说明）"
    bold = [gallery.para(Strong((Text("河" * length + words),))) for length in range(18)]
    data = printing.printed(bundles.bundle_of([gallery.article("library/bold", "雨", "zh-Hans", "读书", *bold)]))
    printed = [text for text, *_ in printing.lines_of(data)]
    assert len(printed) > 2 * len(bold)
    assert not [text for text in printed if text[-1] in OPENING or text[0] in CLOSING]


def test_the_call_of_a_note_stands_on_the_line_of_its_word():
    notes = Footnotes((Footnote("1", (gallery.para("据当天的记录。"),)),))
    paragraphs = [gallery.para("河" * length + "桥", NoteRef("1"), "。第二天雨停了。") for length in range(10, 20)]
    article = gallery.article("library/notes", "雨", "zh-Hans", "读书", *paragraphs, notes)
    data = printing.printed(bundles.bundle_of([article]))
    document = pypdfium2.PdfDocument(data)
    said = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert said.count("桥1") == len(paragraphs)


@pytest.mark.parametrize("last", ["字。", "字"])
def test_a_note_called_at_a_paragraphs_end_leaves_no_character_alone(last):
    notes = Footnotes((Footnote("1", (gallery.para("据当天的记录。"),)),))
    paragraphs = [gallery.para("河" * length + "只剩文" + last, NoteRef("1")) for length in range(1, 19)]
    article = gallery.article("library/notes", "雨", "zh-Hans", "读书", *paragraphs, notes)
    printed = [text for text, *_ in printing.lines_of(printing.printed(bundles.bundle_of([article])))]
    assert any("文字" in text for text in printed)
    assert not [text for text in printed if text.startswith("字")]


def test_a_cell_ends_as_a_paragraph_does():
    rows = ((gallery.cell("时辰", header=True), gallery.cell("人数", header=True)),)
    rows += tuple((gallery.cell("黄昏"), gallery.cell("河" * length + "二十八人")) for length in range(1, 30))
    article = gallery.article("library/cells", "雨", "zh-Hans", "读书", Table(rows))
    printed = [text for text, *_ in printing.lines_of(printing.printed(bundles.bundle_of([article])))]
    assert not [text for text in printed if text.endswith("人") and len(text.replace("黄昏", "")) == 1]


def test_marks_that_stand_together_take_half_the_room():
    ends = []
    for words in ("他说，很好，谢谢。", "他说：“好。”谢谢。"):
        article = gallery.article("library/one", "雨", "zh-Hans", "读书", gallery.para(words))
        data = printing.printed(bundles.bundle_of([article]))
        ends += [right - left for text, left, right in printing.lines_of(data) if text == words]
    plain, tight = ends
    assert plain == pytest.approx(9 * 12.5, abs=0.5)
    assert tight == pytest.approx((10 - 2 * 0.5) * 12.5, abs=0.5)


def fonts_of(article):
    """Return the fonts of the pages of an article by itself."""
    with printing.opened(printing.printed(bundles.bundle_of([article]))) as file:
        fonts = file.pages[0].obj.Resources.Font.as_dict().values()
        return {str(font.BaseFont).partition("+")[2] for font in fonts}


def test_emphasis_in_latin_is_slanted_and_what_dots_cannot_emphasize_is_bold():
    quietly = gallery.para(Emph((Text("quietly"),)))
    assert "Noto-Sans-Italic" in fonts_of(gallery.article("world/two", "Two", "en", "World", quietly))
    assert _dots.dotted("<em>要紧</em>") == '<em class="dots">要紧</em>'
    for words in ("要紧的话" * 12, "quietly"):
        assert _dots.dotted(f"<em>{words}</em>") == f"<em>{words}</em>"


def dots_drawn(data, page=2):
    """Return the drawn dots of a page as (x, y) in points, from the lines without length in its content."""
    with printing.opened(data) as file:
        content = file.pages[page].obj.Contents.read_bytes().decode("latin-1")
    height = re.search(r"0 0 -\.75 0 ([\d.]+)\s+cm 1 J", content)
    found = re.findall(r"([\d.]+ [\d.]+) m \1 l S", content)
    points = [tuple(map(float, one.split())) for one in found]
    return [(0.75 * x, float(height[1]) - 0.75 * y) for x, y in points]


def emphasized(language, before, words, behind):
    """Return a PDF in which these words are emphasized, and the boxes that pdfium sees of those that take dots."""
    line = gallery.para(before, Emph((Text(words),)), behind)
    data = printing.printed(bundles.bundle_of([gallery.article("library/one", "一", language, "读书", line)]))
    text = pypdfium2.PdfDocument(data)[2].get_textpage()
    said = text.get_text_range()
    start = said.index(words[:2])
    places = [start + at for at, one in enumerate(words) if one not in "，、7"]
    return data, [text.get_charbox(place) for place in places], said


def test_emphasized_chinese_has_a_dot_under_each_character_and_none_under_marks():
    data, boxes, said = emphasized("zh-Hans", "他说：", "要紧，很要紧", "，你听见没有？")
    dots = dots_drawn(data)
    assert len(dots) == len(boxes) == len("要紧很要紧")
    assert [x for x, _ in dots] == pytest.approx([(left + right) / 2 for left, _, right, _ in boxes], abs=1)
    assert all(0 < bottom - y < 4 for (_, bottom, _, _), (_, y) in zip(boxes, dots, strict=True))
    assert "要紧，很要紧，你" in re.sub(r"\s", "", said), "what is copied has no dots"


def test_emphasized_japanese_has_a_dot_over_each_character_and_none_over_marks():
    data, boxes, said = emphasized("ja", "彼は", "大切な話、だ", "と言った。聞いたか。")
    dots = dots_drawn(data)
    assert len(dots) == len(boxes) == len("大切な話だ")
    assert [x for x, _ in dots] == pytest.approx([(left + right) / 2 for left, _, right, _ in boxes], abs=1)
    assert all(0 < y - top < 4 for (*_, top), (_, y) in zip(boxes, dots, strict=True))
    assert "大切な話、だと" in re.sub(r"\s", "", said), "what is copied has no dots"


def test_dots_leave_digits_out_and_go_on_in_the_next_line():
    words = gallery.para("他说：", Emph((Text("要紧，很要紧的7个字也要写在这里"),)), "，你听见没有？")
    data = printing.printed(bundles.bundle_of([gallery.article("library/one", "一", "zh-Hans", "读书", words)]))
    dots = dots_drawn(data)
    assert len(dots) == len("要紧很要紧的个字也要写在这里")
    assert len({round(y) for _, y in dots}) == 2


def test_words_are_hyphenated_where_the_language_has_it_and_addresses_never():
    words = "The extraordinarily uncomfortable transmitter stands in what used to be an undistinguished dairy. " * 6
    article = gallery.article("world/two", "Two", "en", "World", gallery.para(words), gallery.code("world/teahouse"))
    data = printing.printed(bundles.bundle_of([article], language="en", theme=bundles.looks("en")))
    lines = [text for text, *_ in printing.lines_of(data)]
    assert [text for text in lines if text[-1] in "-\u2010"]
    address = "".join(text for text in lines if set("/.") & set(text))
    assert "https://mirror.example/pages/world/teahouse.md" in address


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_right_to_left_lines_end_at_the_right(language):
    data = printing.sample(language)
    title = next(a.entry.title for a in bundles.sample(language).articles if a.entry.language == language)
    with printing.opened(data) as file:
        page = next(number for _, shown, number in printing.outline(file) if shown == title) + 1
    lines = [(left, right) for text, left, right in printing.lines_of(data, page, page) if len(text) > 25]
    assert len(lines) > 4
    assert max(right for _, right in lines) - min(right for _, right in lines) < 3
    assert max(left for left, _ in lines) - min(left for left, _ in lines) > 3


def characters_of(data, wanted):
    """Return (character, left, right) in points of the line that says these words, as pdfium sees them."""
    document = pypdfium2.PdfDocument(data)
    for page in document:
        text = page.get_textpage()
        said = text.get_text_range()
        found = re.search(" ?".join(map(re.escape, wanted)), said)
        if found:
            places = [place for place in range(*found.span()) if said[place] != " "]
            return [(said[place], *text.get_charbox(place, loose=True)[::2]) for place in places]
    raise AssertionError(wanted)


def test_lines_of_narrow_cells_are_not_drawn_apart():
    words = ("一般能读", "只有文字和图片，脚本不运行", "能读，但脚本不运行")
    row = tuple(gallery.cell(one) for one in words)
    head = tuple(gallery.cell(one, header=True) for one in ("格式", "手机自带的预览", "安卓自带的查看器"))
    article = gallery.article("library/x", "表", "zh-Hans", "读书", Table((head, row, row)))
    size = 12.5 * 0.85
    steps = apart(printing.printed(bundles.bundle_of([article])))
    assert len(steps) > 20
    assert [(shown, step) for shown, step in steps if step > size * 1.06] == []


def apart(data):
    """Return the Han characters of the first page of text, and how far from each the next on its line begins."""
    document = pypdfium2.PdfDocument(data)
    try:
        text = document[2].get_textpage()
        boxes = [(text.get_text_range(at, 1), text.get_charbox(at, loose=True)) for at in range(text.count_chars())]
    finally:
        document.close()
    return [
        (one, there[0] - here[0])
        for (one, here), (two, there) in pairwise(boxes)
        if "\u4e00" <= one <= "\u9fff" and "\u4e00" <= two <= "\u9fff" and here[1] == there[1] and here[1] < 380
    ]


def test_a_caption_of_one_line_stands_in_the_middle_below_its_picture():
    photo = bundles.photo()
    words = ("（老街的早晨）", "河边的老街上午还很安静，卖早点的人家刚刚收起炉子，门前的水还没有干，猫在屋顶上走。")
    figures = (Figure(photo[0], "河边", (Text(one),)) for one in words)
    article = gallery.article("library/x", "图", "zh-Hans", "读书", *figures)
    data = printing.printed(bundles.bundle_of([article], assets=bundles.MemoryAssets(dict([photo]))))
    page, edge = 90 / 25.4 * 72, (90 / 25.4 * 72 - 17 * 12.5) / 2
    found = {shown: (left, right) for shown, left, right in printing.lines_of(data)}
    left, right = next(place for shown, place in found.items() if "早晨" in shown)
    assert abs((left + right) - page) < 8
    assert next(at for shown, (at, _) in found.items() if shown.startswith("河边的老街")) < edge + 1


@pytest.mark.parametrize("title", ["《海上日记》", "“雨停了吗？”", "（上）河边", "《（上）河边》"])
def test_a_title_that_begins_with_a_mark_begins_where_its_text_does(title):
    article = gallery.article("library/x", title, "zh-Hans", "", gallery.para("河边的老街。"))
    (page,) = [*printing.pixels(printing.printed(bundles.bundle_of([article])))][2:3]
    plain = gallery.article("library/x", "口海上日记", "zh-Hans", "", gallery.para("河边的老街。"))
    (other,) = [*printing.pixels(printing.printed(bundles.bundle_of([plain])))][2:3]
    assert abs(left(page) - left(other)) < 12, "150 dots an inch; half a character of a title is 19"


def left(page):
    """Return where the ink of a title begins, which is the first below the running head."""
    title = page.convert("L").crop((0, 72, page.width, 108))
    return title.point(lambda shade: 255 * (shade < 128)).getbbox()[0]


def test_the_apostrophe_of_a_latin_word_is_as_narrow_as_its_letters():
    def width(words):
        article = gallery.article("library/x", "雨", "zh-Hans", "读书", gallery.para(words))
        lines = printing.lines_of(printing.printed(bundles.bundle_of([article])))
        return next(right - left for shown, left, right in lines if "Malley" in shown)

    curly, straight = width("他叫 O’Malley，住在河边的老街。"), width("他叫 O'Malley，住在河边的老街。")
    assert abs(curly - straight) < 3
    chinese = gallery.article("library/x", "雨", "zh-Hans", "读书", gallery.para("“他说‘好’。”又说“Malley’”。"))
    assert "narrow" not in typeset(chinese.blocks[0].children[0].text, "zh-Hans")
    assert typeset('<img alt="O’Malley"/>', "zh-Hans") == '<img alt="O’Malley"/>'


def test_digits_and_latin_stand_apart_from_chinese_by_a_measure_and_not_by_a_character():
    words = "早上7点开门"
    article = gallery.article("library/one", "雨", "zh-Hans", "读书", gallery.para(words))
    data = printing.printed(bundles.bundle_of([article]))
    starts = {character: left for character, left, _ in characters_of(data, words)}
    assert starts["上"] - starts["早"] == pytest.approx(12.5, abs=0.2)
    assert starts["7"] - starts["上"] == pytest.approx(1.125 * 12.5, abs=0.2)
    assert starts["点"] - starts["7"] == pytest.approx((0.555 + 0.125) * 12.5, abs=0.4)


def test_a_recipe_that_asks_for_vertical_lines_is_shown_the_way_to_epub(tmp_path):
    recipe = tmp_path / "weekly.yaml"
    recipe.write_text(
        "version: 1\nbundle: w\ntitle: 一週\nlanguage: zh-Hant\narchives: .\nformats: [pdf: {vertical: true}]\n",
        encoding="utf-8",
    )
    with pytest.raises(RecipeError, match="unknown key 'vertical'") as refused:
        load(recipe, build.known())
    assert "'vertical' belongs under 'epub'" in str(refused.value)
