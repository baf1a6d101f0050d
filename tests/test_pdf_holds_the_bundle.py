"""A PDF holds every word of the bundle in order, with contents, bookmarks, links and a first page that fits."""

import re

import bundles
import gallery
import parts
import printing
import pytest

from bundler import furniture
from bundler.model import Cell, Note, Paragraph, Quote, Sup, Table, Text, short_id
from bundler.walk import every_block, line_text, lines, plain_text
from bundler.writers._parts import roman

pytestmark = pytest.mark.slow

LANGUAGES = ["zh-Hans", "zh-Hant", "en", "fa", "ar", "ru"]
SIZES = {"phone": (90, 160), "a5": (148, 210), "a4": (210, 297), "letter": (215.9, 279.4)}


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango", "pdftotext", "qpdf")


@pytest.mark.parametrize("page", list(SIZES))
def test_pages_have_the_size_that_was_asked_for(page, tmp_path):
    data = printing.sample(page=page)
    assert printing.qpdf(data, tmp_path / "x.pdf") == ""
    with printing.opened(data) as file:
        boxes = {tuple(round(float(side) / 72 * 25.4, 1) for side in one.mediabox) for one in file.pages}
    assert boxes == {(0, 0, *SIZES[page])}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_is_there_word_for_word(language, tmp_path):
    bundle = bundles.sample(language)
    data = printing.sample(language)
    assert printing.qpdf(data, tmp_path / "x.pdf") == ""
    words = [printing.letters(page) for page in printing.text(data).split("\f")]
    with printing.opened(data) as file:
        starts = [(page, title) for _, title, page in printing.outline(file)]
    for article in (*bundle.front, *bundle.articles, *bundle.back):
        page = next(page for page, title in starts if title == article.entry.title)
        rest = "".join(words[page:])
        for piece in pieces(article):
            found = rest.find(piece)
            assert found >= 0, (article.entry.id, piece)


def pieces(article):
    """Yield what must be found of an article: pieces that no page head, no note call and no bidi can break."""
    for block in every_block(article.blocks):
        for line in lines(block):
            for piece in re.split(r"[\s\d()«»\[\]:/.]+", line_text(line)):
                letters = printing.letters(piece)
                if letters:
                    yield letters[:6]


@pytest.mark.parametrize("language", ["zh-Hans", "en", "fa"])
def test_articles_follow_one_another_in_order(language):
    bundle = bundles.sample(language)
    with printing.opened(printing.sample(language)) as file:
        outline = printing.outline(file)
        places = printing.destinations(file)
        assert set(map(short_id, bundle.articles.ids)) <= set(places)
    strings = bundle.theme.strings
    expected = [(0, furniture.text(strings, "contents"))]
    expected += [(0, page.entry.title) for page in bundle.front]
    for chapter in bundle.chapters:
        expected.append((0, chapter.title))
        expected += [(1, bundle.articles.entry(article).title) for article in chapter.articles]
    expected += [(0, page.entry.title) for page in bundle.back]
    assert [(depth, title) for depth, title, _ in outline] == expected
    assert [page for *_, page in outline] == sorted(page for *_, page in outline)


def test_the_contents_give_the_number_printed_on_the_page():
    bundle = bundles.sample("zh-Hans")
    pages = printing.text(printing.sample(), "-layout").split("\f")
    contents = "\n".join(pages[1 : _front()])
    for entry in (bundle.articles.entry(article) for article in bundle.articles.ids):
        number = re.search(rf"^\s*(\d+)\s+{re.escape(entry.title[:5])}", contents, re.MULTILINE)
        if number is None:
            continue  # right to left: poppler shows the line in another order
        page = pages[_front() + int(number[1]) - 1]
        assert printing.letters(entry.title)[:5] in printing.letters(page)
        assert re.search(rf"(^|\s){number[1]}(\s|$)", page)
    assert re.search(r"\bii\b", pages[1])


def _front() -> int:
    with printing.opened(printing.sample()) as file:
        labels = file.Root.PageLabels.Nums
        assert [int(labels[0]), str(labels[1].S), str(labels[3].S)] == [0, "/r", "/D"]
        return int(labels[2])


def test_every_link_inside_leads_somewhere():
    with printing.opened(printing.sample()) as file:
        places = printing.destinations(file)
        links = printing.links(file)
        numbers = {page.obj.objgen: number for number, page in enumerate(file.pages)}
        inside = [(page, to) for page, to in links if not to.startswith(("http", "mailto"))]
        assert all(to in places for _, to in inside), {to for _, to in inside} - set(places)
        teahouse, radio = short_id("mirror/street/teahouse"), short_id("mirror/world/radio")
        wanted = {to for page, to in inside if page > _front()}
        assert {teahouse, f"{radio}-ending"} <= wanted
        assert numbers[places[f"{radio}-ending"][0].objgen] >= numbers[places[radio][0].objgen]
        assert not [to for _, to in links if to.startswith(("bundle", "file", "javascript"))]


def test_what_shows_before_opening_is_what_the_recipe_lets_show():
    bundle = bundles.sample("zh-Hans")
    titles = [bundle.articles.entry(article).title for article in bundle.articles.ids]
    open_first, plain_first = (
        printing.letters(printing.text(printing.sample(outside=outside), "-l", "1")) for outside in ("open", "plain")
    )
    assert printing.letters(bundle.title) in open_first
    assert printing.letters(titles[0]) in open_first
    assert plain_first == printing.letters(furniture.day(bundle.theme.strings, bundle.edition))
    with printing.opened(printing.sample(outside="plain")) as file:
        assert bundle.title not in str(file.docinfo.Title)
        assert bundle.title not in file.Root.Metadata.read_bytes().decode()
    with printing.opened(printing.sample(outside="open")) as file:
        assert bundle.title in str(file.docinfo.Title)


def test_the_last_page_says_that_it_is_the_last():
    strings = bundles.sample("en").theme.strings
    last = printing.text(printing.sample("en")).split("\f")[-2]
    for said in (
        furniture.text(strings, "end"),
        furniture.count(strings, "articles", 12),
        furniture.count(strings, "omitted", 1),
        furniture.text(strings, "edition", date=furniture.day(strings, bundles.EDITION)),
    ):
        assert printing.letters(said) in printing.letters(last)


def test_every_code_is_read_from_the_page():
    bundle = bundles.sample("zh-Hans")
    wanted = [
        block.payload
        for article in (*bundle.front, *bundle.articles, *bundle.back)
        for block in every_block(article.blocks)
        if type(block).__name__ == "QrCode" and len(block.payload.encode()) <= 213
    ]
    assert sorted(printing.codes(printing.sample())) == sorted(wanted)
    shown = printing.letters(printing.text(printing.sample()))
    for payload in wanted:
        assert printing.letters(payload) in shown, payload


def test_running_heads_stand_where_an_article_goes_on():
    pages = printing.text(printing.sample("en"), "-layout").split("\f")
    title = "How a village kept its radio"
    with_title = [number for number, page in enumerate(pages) if title in page.split("\n\n")[0]]
    with printing.opened(printing.sample("en")) as file:
        starts = {shown: page for _, shown, page in printing.outline(file)}
    begins = next(page for shown, page in starts.items() if shown.startswith(title))
    ends = min(page for page in starts.values() if page > begins)
    assert with_title == list(range(begins + 1, ends))


def test_an_empty_article_and_a_lone_chapter_are_printed():
    bundle = bundles.many(1, kilobytes=1)
    shown = printing.text(printing.printed(bundle))
    assert bundle.chapters[0].title not in shown.replace("\n", "")
    assert printing.letters(plain_text(bundle.articles.get(bundle.articles.ids[0]).blocks))[:40] in printing.letters(
        shown
    )


def test_an_article_that_cannot_be_laid_out_is_printed_plainly_and_said_so():
    deep = (gallery.para("最里面的一句"),)
    for _ in range(150):
        deep = (Quote(deep),)
    odd = gallery.article("library/deep", "深处", "zh-Hans", "读书", *deep, gallery.code("library/deep"))
    plain = gallery.article("library/plain", "平常", "zh-Hans", "读书", gallery.para("平常的一句"))
    data, notes = printing.printed_with_notes(bundles.bundle_of([odd, plain]))
    assert notes == (Note("layout-simplified", "mirror/library/deep"),)
    shown = printing.text(data)
    assert "最里面的一句" in shown
    assert "平常的一句" in shown
    assert printing.codes(data) == ["https://mirror.example/pages/library/deep.md"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_sample_has_to_be_simplified(language):
    assert printing.printed_with_notes(bundles.sample(language))[1] == ()


def test_small_shapes_inside_one_another_stay_readable():
    blocks = (gallery.para("最里面"),)
    for _ in range(12):
        blocks = (Table(((Cell(blocks),),)),)
    line = (Text("小"),)
    for _ in range(30):
        line = (Sup(line),)
    article = gallery.article("library/nest", "套", "zh-Hans", "读书", *blocks, Paragraph(line))
    data, notes = printing.printed_with_notes(bundles.bundle_of([article]))
    assert notes == ()
    assert "最里面" in printing.text(data).replace("\n", "")


def test_small_roman_numbers():
    assert [roman(number) for number in (1, 4, 9, 14, 40, 99)] == ["i", "iv", "ix", "xiv", "xl", "xcix"]
