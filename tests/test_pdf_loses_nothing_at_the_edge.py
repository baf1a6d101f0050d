"""What is deep, wide or high stays on the page and stays readable: lists in lists, many columns, rows, pictures."""

from __future__ import annotations

import io
import re
from math import ceil

import bundles
import gallery
import parts
import printing
import pypdfium2
import pytest
from gallery import cell, para, t

from bundler.model import Block, Cell, Definition, Definitions, Figure, Image, Items, Quote, Table, Text
from bundler.writers import _paper, _rows

pytestmark = pytest.mark.slow

LONG = "河边的老街上午还很安静，卖早点的人家刚刚收起炉子。"


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango", "pdftotext")


def printed(*blocks: Block, language: str = "zh-Hans", **options: str) -> bytes:
    article = gallery.article("library/edge", "边缘", language, "读书", *blocks)
    pictures = bundles.MemoryAssets(dict((bundles.photo(), bundles.chart())))
    data, notes = printing.printed_with_notes(bundles.bundle_of([article], assets=pictures), **options)
    assert notes == ()
    return data


def pictures(data: bytes) -> list[tuple[float, float]]:
    """Return width and height of each picture in points."""
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    try:
        boxes = [one.get_bounds() for page in document for one in page.get_objects(filter=(3,))]
    finally:
        document.close()
    return [(right - left, top - bottom) for left, bottom, right, top in boxes]


def beyond(data: bytes, page: float = 90 / 25.4 * 72) -> list[str]:
    """Return the lines that do not stand on the page."""
    return [words for words, left, right in printing.lines_of(data) if left < 0 or right > page]


def nested(kind: str, depth: int) -> Block:
    """Return a list of lists, each item with a line of its own."""
    inner: tuple[Block, ...] = (para(f"第{depth}层的一句话，比较长，要占两行。"),)
    for level in range(depth - 1, 0, -1):
        blocks = (para(f"第{level}层的一句话，比较长，要占两行。"), *inner)
        match kind:
            case "list":
                inner = (Items((blocks,)),)
            case "numbered":
                inner = (Items((blocks,), ordered=True),)
            case "quote":
                inner = (Quote(blocks),)
            case _:
                inner = (Definitions((Definition(t("词"), blocks),)),)
    return inner[0]


@pytest.mark.parametrize("kind", ["list", "numbered", "quote", "definitions"])
def test_what_is_nested_deep_stays_on_the_page(kind):
    data = printed(nested(kind, 24))
    shown = re.sub(r"\s", "", printing.text(data))
    assert [level for level in range(1, 25) if f"第{level}层的一句话" not in shown] == []
    assert beyond(data) == []
    widths = [right - left for words, left, right in printing.lines_of(data) if "句话" in words]
    assert min(widths) > 60, "lines of a few characters"


def test_lists_in_cells_keep_their_marks_and_their_words():
    data = printed(Table(((Cell((nested("list", 6),)), cell("右边")), (cell("下"), cell("面")))))
    assert beyond(data) == []
    shown = re.sub(r"\s", "", printing.text(data))
    assert [level for level in range(1, 7) if f"第{level}层" not in shown] == []


@pytest.mark.parametrize("columns", [14, 60, 200])
def test_a_table_of_many_columns_stands_below_itself(columns):
    head = tuple(cell(f"列{number}", header=True) for number in range(columns))
    rows = tuple(tuple(cell(f"{row}.{number}") for number in range(columns)) for row in range(3))
    data = printed(Table((head, *rows)))
    assert beyond(data) == []
    shown = set(printing.text(data).split())
    wanted = {f"{row}.{number}" for row in range(3) for number in range(columns)}
    assert wanted - shown == set()
    assert printing.text(data).split().count("1.0") >= ceil((columns - 1) / 9), "the first column stands in each part"


def test_a_row_is_not_cut_unless_it_is_high():
    rows = tuple((cell(f"第{number}行"), cell(LONG * 2 + f"完{number}。")) for number in range(40))
    pages = printing.text(printed(Table(rows))).split("\f")
    for number in range(40):
        starts = [at for at, page in enumerate(pages) if f"第{number}行" in re.sub(r"\s", "", page)]
        ends = [at for at, page in enumerate(pages) if f"完{number}。" in re.sub(r"\s", "", page)]
        assert starts == ends, number
    high = Table(((cell("左"), cell(LONG * 60)), (cell("下"), cell("面"))))
    text = printing.text(printed(para(LONG * 3), high)).split("\f")
    assert any("左" in page and "收起炉子" in re.sub(r"\s", "", page) for page in text), "the page before stays blank"
    assert re.sub(r"\s", "", "".join(text)).count("收起炉子") >= 60


def test_a_short_table_stands_on_one_page():
    table = Table(
        ((cell("名", header=True), cell("数", header=True)), (cell("起首"), cell("1")), (cell("收尾"), cell("2")))
    )
    for lines in range(6, 14):
        pages = printing.text(printed(*(para(LONG) for _ in range(lines)), table)).split("\f")
        assert [at for at, page in enumerate(pages) if "起首" in page] == [
            at for at, page in enumerate(pages) if "收尾" in page
        ], lines


def test_a_zine_has_no_room_to_keep_tables_whole():
    table = "<table><tr><td>名</td></tr><tr><td>数</td></tr></table>"
    phone, zine = (_paper.paper(page, "normal", "colour", "a4") for page in ("phone", "zine"))
    assert "short" in _rows.cut(table, phone)
    assert "short" not in _rows.cut(table, zine)


@pytest.mark.parametrize(("columns", "words", "page", "small"), [
    (8, "2024", "phone", True), (8, "1", "phone", True), (8, "2024", "a5", False), (12, "2024", "a4", False),
    (12, "2024", "a5", True), (12, LONG, "a4", True),
])  # fmt: skip
def test_type_of_tables_is_small_only_where_the_page_is_narrow(columns, words, page, small):
    rows = tuple(tuple(cell(words) for _ in range(columns)) for _ in range(2))
    data = printed(Table(rows), page=page)
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    try:
        text = document[2].get_textpage()
        at = text.get_text_range().index(words[0] * 1, 20)
        bottom, top = (text.get_charbox(at, loose=True)[side] for side in (1, 3))
    finally:
        document.close()
    assert (top - bottom < _paper.paper(page, "normal", "colour", "a4").type * 0.95) == small


def test_a_number_in_a_cell_beside_thai_is_not_broken():
    thai = "หกโมงเช้าไฟในห้องอ่านหนังสือสว่างขึ้นเพียงครึ่งหนึ่งก่อน"
    rows = tuple((cell(thai), cell(str(number)), cell(thai), cell("12,345")) for number in range(3))
    assert printing.text(printed(Table(rows), language="th", page="a5")).split().count("12,345") == 3


def test_pictures_in_lists_and_tables_are_as_large_as_they_can_be():
    photo, chart = bundles.photo()[0], bundles.chart()[0]
    figure = Figure(photo, "河边", t("老街的早晨"))
    inside = (
        Items(((para("一张照片："), figure), (para("另一项"),))),
        Table(((Cell((figure,)), cell("右边的字")),)),
        Quote((figure,)),
        para("图表", Image(chart, "雨量"), "在一行之中"),
        Definitions((Definition(t("词"), (figure,)),)),
    )
    sizes = pictures(printed(*inside))
    assert len(sizes) == 5
    assert min(width for width, _ in sizes) > 100, sizes
    assert max(width for width, _ in sizes) < 90 / 25.4 * 72, sizes


def test_a_paragraph_that_begins_with_a_picture_stays_on_the_page():
    data = printed(para(Image(bundles.photo()[0], "河边"), Text("后面的字")))
    ((width, _),) = pictures(data)
    assert width < 17 * 12.5 + 1
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    try:
        ((_, _, right, _),) = [one.get_bounds() for page in document for one in page.get_objects(filter=(3,))]
    finally:
        document.close()
    assert right < 90 / 25.4 * 72 - 5
