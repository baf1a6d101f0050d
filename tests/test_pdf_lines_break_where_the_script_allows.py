"""Lines of scripts without spaces break where their readers expect it, also on a phone's narrow page."""

import bundles
import gallery
import parts
import printing
import pypdfium2
import pytest

TEXTS = {
    "bo": "དཔེ་མཛོད་ཁང་གི་སྒོ་ཞོགས་པ་ཆུ་ཚོད་དགུ་པར་ཕྱེ་སྟེ་ཉིན་གང་མི་མང་པོས་དཔེ་ཆ་ཀློག་གི་ཡོད།",
    "my": "စာကြည့်တိုက်ကိုမနက်ကိုးနာရီမှာဖွင့်ပြီးလူတွေကတစ်နေ့လုံးစာအုပ်တွေဖတ်ကြတယ်။",
    "th": "ห้องสมุดเปิดตอนเก้าโมงเช้าและผู้คนมาอ่านหนังสือที่นี่ตลอดทั้งวันจนกระทั่งถึงตอนเย็น",
}
NEVER_FIRST = {
    "bo": {*range(0x0F71, 0x0F85), *range(0x0F8D, 0x0FBD), 0x0F0B, 0x0F0D},
    "my": {*range(0x102B, 0x103F), 0x104A, 0x104B},
    "th": {0x0E30, 0x0E31, *range(0x0E32, 0x0E3B), *range(0x0E45, 0x0E4F)},
}
"""Vowel signs, letters below others, marks that end a syllable or a sentence."""


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango")


def lines(language):
    """Return the lines of a paragraph that is wide enough for several, as pdfium reads them."""
    article = gallery.article("world/one", "1", language, "World", gallery.para(TEXTS[language] * 3))
    data = printing.printed(bundles.bundle_of([article]))
    document = pypdfium2.PdfDocument(data)
    said = [line for page in document for line in page.get_textpage().get_text_range().splitlines()]
    own = range(*{"bo": (0xF00, 0x1000), "my": (0x1000, 0x10A0), "th": (0xE00, 0xE80)}[language])
    return [line.strip() for line in said if sum(ord(one) in own for one in line) > 5]


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_no_line_begins_inside_a_syllable(language):
    found = lines(language)
    assert len(found) > 4
    assert not [line for line in found if ord(line[0]) in NEVER_FIRST[language]]


def test_tibetan_lines_end_behind_a_syllable():
    found = lines("bo")
    assert not [line for line in found if line[-1] not in "་།"]
