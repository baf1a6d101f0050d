"""Contents of thousands of articles are laid out in pieces, and read as if they had been laid out at once."""

import io
from dataclasses import replace

import bundles
import gallery
import parts
import printing
import pytest

from bundler.model import Chapter
from bundler.work import Work
from bundler.writers import _contents, _fonts, _laid, _layout, _paper, _press
from bundler.writers._parts import numbers

A5 = _paper.paper("a5", "normal", "colour", "a4")
HAN, LATIN = "河边的老街上午还很安静", "The old street by the river is still quiet in the morning"


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango")


def lines(count, title=HAN):
    """Return lines of titles of different length, a chapter's name before every thirtieth."""
    for number in range(count):
        if number % 30 == 0:
            yield _contents.Line(f"第{number}章", "zh-Hans", f"chapter-{number}")
        yield _contents.Line(title * (1 + number % 3), "zh-Hans", f"a{number}", str(number + 1))


def test_pieces_hold_every_line_once_in_order():
    whole = tuple(lines(1_000))
    cut = tuple(_contents.pieces(whole, A5))
    assert tuple(line for piece in cut for line in piece) == whole
    assert len(cut) > 3
    assert all(len(piece) >= _contents.AT_LEAST for piece in cut[:-1])
    assert tuple(_contents.pieces((), A5)) == ((),)
    assert len(tuple(_contents.pieces(lines(150), A5))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("more", [50, 900, 1_500, 12_000])
def test_long_numbers_have_room_beside_the_titles(more, monkeypatch):
    bundle = bundles.bundle_of([gallery.article("library/x", "旧书", "zh-Hans", "读书", gallery.para("1"))])
    monkeypatch.setattr(_press, "numbers", lambda body: ((name, at + more) for name, at in numbers(body)))
    words = printing.words_of(printing.printed(bundle), 2)
    end = next(right for word, _, right in words if word == str(1 + more))
    begin = next(left for word, left, _ in words if "旧书" in word)
    assert begin - end > 4, "points between a number and a title"


@pytest.mark.parametrize("title", [HAN, LATIN])
def test_guessed_heights_are_near_the_real_ones(title):
    (piece, *_) = (one for one in _contents.pieces(lines(900, title), A5) if one)
    room = (A5.height - A5.above - A5.below) * _paper.MILLIMETRE / A5.type
    pages = sum(_contents.height(line, A5.line) for line in piece) / room
    markup = "".join(_line(line) for line in piece)
    made = _pages(markup)
    assert pages * 0.8 <= made <= pages + 1


def _line(line):
    return (
        f"<p><b>{line.number}</b><a href='bundle:x'>{line.title}</a></p>" if line.number else f"<h2>{line.title}</h2>"
    )


def _pages(markup):
    theme = bundles.looks("zh-Hans")
    whole = f'<!doctype html><html lang="zh-Hans" dir="ltr"><body><div class="toc">{markup}</div>'
    sheet = _layout.Sheet(whole, _paper.css(theme, A5, whole), _fonts.find(theme.families))
    return len(_laid.unpack(_layout.lay_out(sheet)).head.pages)


PAPERS = [
    (page, size, sheet)
    for page in ("phone", "a5", "booklet", "zine")
    for size in ("normal", "large")
    for sheet in ("a4", "letter")
    if sheet == "a4" or page in {"booklet", "zine"}
]
TITLES = {
    "zh-Hans": "渡口茶馆重新开门：老板把棋盘留给了客人，自己去学修钟，三年以后才回来",
    "en": "How a village kept its radio on the air through the longest winter anyone remembers",
    "fa": "باغی که همسایه‌ها با هم ساختند: از زمین خالی تا سایهٔ چهل درخت",
}


@pytest.mark.slow
@pytest.mark.parametrize("language", TITLES)
@pytest.mark.parametrize("kind", PAPERS, ids="-".join)
def test_the_first_page_shows_as_many_titles_as_have_room(kind, language):
    page, size, sheet = kind
    paper = _paper.paper(page, size, "colour", sheet)
    articles = [gallery.article(f"library/{n}", TITLES[language], language, "", gallery.para("1")) for n in range(9)]
    bundle = replace(bundles.sample(language), articles=bundles.MemoryArticles(tuple(articles)))
    bundle = replace(bundle, chapters=(Chapter("1", bundle.articles.ids),))
    out = io.BytesIO()
    _press.write(bundle, paper, out, Work())
    with printing.opened(out.getvalue()) as file:
        assert next(place for *_, place in printing.outline(file)) == 1, "the contents follow the first page"
    shown = printing.letters(printing.text(out.getvalue(), "-l", "1")).count(printing.letters(TITLES[language])[-6:])
    assert shown >= 2 or language == "fa", "poppler tells lines from right to left another way"


@pytest.mark.slow
def test_pieces_read_as_one(monkeypatch):
    bundle = bundles.many(90, kilobytes=0)
    whole = printing.printed(bundle)
    monkeypatch.setattr(_contents, "AT_LEAST", 20)
    cut = printing.printed(bundle)
    assert cut != whole
    assert shown(cut) == shown(whole)
    with printing.opened(cut) as left, printing.opened(whole) as right:
        assert [name for _, name in printing.links(left)] == [name for _, name in printing.links(right)]
        before = len(left.pages) - len(right.pages)
        assert 0 <= before <= 3
        assert [str(one) for one in left.Root.PageLabels.Nums][0::2] == ["0", str(first(left))]
        assert [place for *_, place in printing.outline(left)][1:] == [
            place + before for *_, place in printing.outline(right)
        ][1:]


def shown(data):
    """Return the text of the contents without the numbers of their own pages, which pieces may move."""
    with printing.opened(data) as file:
        count = first(file)
    pages = printing.text(data).split("\f")[:count]
    return [line for page in pages for line in page.split("\n") if line.strip(" ivx")]


def first(file):
    """Return how many pages come before the text."""
    return int(file.Root.PageLabels.Nums[2])
