"""What is in another language than the bundle runs as that one does: a foreword; publisher and date by a title."""

import bundles
import gallery
import parts
import printing
import pytest

from bundler import theme
from bundler.build.bundle import _foreword
from bundler.model import Paragraph, Text

CHINESE = "这一期多讲街巷里的小事。愿你读得安静。"
PERSIAN = "این شماره از چیزهای کوچک کوچه‌ها می‌گوید. با آرامش بخوانید."


@pytest.mark.parametrize(
    ("bundle", "text", "language", "title"),
    [
        ("fa", CHINESE, "zh-Hans", "前言"),
        ("zh-Hans", PERSIAN, "fa", "پیش‌گفتار"),
        ("zh-Hans", "Read this first.", "en", "Foreword"),
        ("ug", CHINESE, "zh-Hans", "前言"),
        ("zh-Hans", CHINESE, "zh-Hans", "前言"),
        ("fa", PERSIAN, "fa", "پیش‌گفتار"),
        ("en", "Esta semana hay poco que contar.", "en", "Foreword"),
        ("ar", PERSIAN, "ar", "تمهيد"),
        ("zh-Hans", "2026 · 47", "zh-Hans", "前言"),
        ("zh-Hans", "עוד לפני הזריחה היה השוק מלא אנשים.", "zh-Hans", "前言"),
    ],
)
def test_a_foreword_in_other_letters_is_a_page_of_its_own_language(bundle, text, language, title):
    page = _foreword(theme.strings(bundle), text)
    assert (page.entry.language, page.entry.title) == (language, title)
    assert page.blocks == (Paragraph((Text(text),)),)


@pytest.mark.parametrize(("bundle", "language", "right"), [("zh-Hans", "fa", True), ("fa", "zh-Hans", False)])
def test_publisher_and_date_stand_where_the_title_stands(bundle, language, right):
    parts.require("pango", "pdftotext")
    title = {"fa": "باغ", "zh-Hans": "茶馆"}[language]
    article = gallery.article("world/one", title, language, "", gallery.para("1 " * 40), publisher="Harbour")
    sheet = bundles.bundle_of([article], language=bundle, theme=bundles.looks(bundle))
    places = [(set(printing.letters(text)), edges) for text, *edges in printing.lines_of(printing.printed(sheet), 3, 3)]
    above, below = (next(edges for letters, edges in places if set(said) <= letters) for said in (title, "Harbour"))
    assert above[right] == pytest.approx(below[right], abs=3)
    assert abs(above[not right] - below[not right]) > 10
