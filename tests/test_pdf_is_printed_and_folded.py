"""Large type, black ink, and booklets: what is printed can be read, copied, and folded in the right order."""

import io
import re
from itertools import pairwise

import bundles
import gallery
import parts
import printing
import pytest
from PIL import Image, ImageStat

from bundler.model import Note, short_id
from bundler.pictures import halftone
from bundler.writers import _booklet, _paper, _zine

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango", "pdftotext", "qpdf")


@pytest.mark.parametrize("page", ["phone", "a5", "a4", "letter", "booklet"])
def test_large_type_is_larger_everywhere_and_fills_the_line(page):
    normal, large = (_paper.paper(page, size, "colour", "a4") for size in ("normal", "large"))
    for part in ("type", "head", "head_line"):
        assert 1.3 <= getattr(large, part) / getattr(normal, part) <= 1.5
    assert large.measure == pytest.approx(normal.measure, rel=0.03)
    assert large.beside > 0


def test_large_type_keeps_every_word_and_every_code(tmp_path):
    bundle = bundles.sample("zh-Hans")
    normal, large = printing.sample(), printing.printed(bundle, size="large")
    assert printing.qpdf(large, tmp_path / "x.pdf") == ""
    assert sorted(printing.codes(large)) == sorted(printing.codes(normal))
    with printing.opened(normal) as one, printing.opened(large) as other:
        assert [title for _, title, _ in printing.outline(one)] == [title for _, title, _ in printing.outline(other)]
        assert len(other.pages) > len(one.pages)


def test_black_ink_leaves_no_grey_and_no_colour(tmp_path):
    data = printing.printed(bundles.sample("zh-Hans"), ink="black")
    assert printing.qpdf(data, tmp_path / "x.pdf") == ""
    with printing.opened(data) as file:
        said = b"\n".join(page.Contents.read_bytes() for page in file.pages)
        spaces = {str(image.ColorSpace) for page in file.pages for image in page.get_images().values()}
        tones = {byte for page in file.pages for image in page.get_images().values() for byte in image.read_bytes()}
    colours = set(re.findall(rb"(?<![\d.])((?:[\d.]+ ){1,4})(?:g|G|rg|RG|k|K)\b", said))
    assert {float(part) for colour in colours for part in colour.split()} <= {0.0, 1.0}
    assert spaces == {"/DeviceGray"}
    assert tones == {0, 255}
    assert min(float(width) for width in re.findall(rb"(?<![\d.])([\d.]+) w\b", said)) >= 0.75
    assert sorted(printing.codes(data)) == sorted(printing.codes(printing.sample()))


def test_a_photograph_in_dots_is_as_light_as_it_was():
    def light(data):
        with Image.open(io.BytesIO(data)) as image:
            return ImageStat.Stat(image.convert("L")).mean[0]

    _, photo = bundles.photo()
    dots = halftone(photo, 1000)
    assert (dots.width, dots.height) == (1000, 625)
    assert abs(light(dots.data) - light(photo.data)) < 40
    assert dots == halftone(photo, 1000)


@pytest.mark.parametrize(("pages", "blanks"), [(4, 0), (5, 3), (6, 2), (7, 1)])
def test_blanks_stand_before_the_back_cover(pages, blanks):
    order = _booklet.ordered(pages, last_outside=True)
    assert order == (*range(pages - 1), *[None] * blanks, pages - 1)
    hidden = _booklet.ordered(pages, last_outside=False)
    assert hidden[-1] is None
    assert hidden[:pages] == tuple(range(pages))
    assert len(hidden) % 4 == 0
    assert len(hidden) <= pages + 4


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("pages", [4, 8, 32, 36, 132])
def test_folded_sheets_read_in_order(pages, rtl):
    """Fold as a hand does: every signature is opened leaf by leaf, from the outside to the middle and out again."""
    sides = list(_booklet.sides(range(pages), rtl=rtl))
    read = []
    for signature in signatures(sides):
        fronts, backs = signature[::2], signature[1::2]
        assert len(fronts) <= _booklet.MOST
        assert [side.creep for side in fronts] == sorted({side.creep for side in fronts})
        first = [
            pair
            for f, b in zip(fronts, backs, strict=True)
            for pair in ((f.right, b.left) if not rtl else (f.left, b.right))
        ]
        second = [
            pair
            for f, b in zip(fronts, backs, strict=True)
            for pair in ((f.left, b.right) if not rtl else (f.right, b.left))
        ]
        read += first
        read += [place for at in range(len(second) - 2, -1, -2) for place in (second[at + 1], second[at])]
    assert read == list(range(pages))


def signatures(sides):
    starts = [number for number, side in enumerate(sides) if side.cover] + [len(sides)]
    return [sides[start:end] for start, end in pairwise(starts)]


@pytest.mark.parametrize(
    ("language", "sheet", "size"), [("zh-Hans", "a4", (297, 210)), ("fa", "letter", (279.4, 215.9))]
)
def test_a_booklet_holds_every_word_title_and_code(language, sheet, size, tmp_path):
    bundle = bundles.sample(language)
    data = printing.printed(bundle, page="booklet", sheet=sheet)
    assert printing.qpdf(data, tmp_path / "x.pdf") == ""
    assert data == printing.printed(bundle, page="booklet", sheet=sheet)
    with printing.opened(data) as file:
        assert {tuple(round(float(side) / 72 * 25.4, 1) for side in page.mediabox[2:]) for page in file.pages} == {size}
        assert len(file.pages) % 2 == 0
        assert str(file.Root.Lang) == language
        assert bundle.title in str(file.docinfo.Title)
        assert "/StructTreeRoot" not in file.Root
        assert b"pdfuaid:part" not in file.Root.Metadata.read_bytes()
        titles = [title for _, title, _ in printing.outline(file)]
    assert {article.entry.title for article in bundle.articles} <= set(titles)
    words = printing.letters(printing.text(data))
    for article in bundle.articles:
        assert printing.letters(article.entry.title)[:5] in words or article.entry.language in {"ar", "fa"}
    assert sorted(printing.codes(data)) == sorted(printing.codes(printing.sample(language)))


def test_a_plain_booklet_shows_the_day_alone_outside():
    bundle = bundles.sample("zh-Hans", outside="plain")
    data = printing.printed(bundle, page="booklet")
    first = printing.letters(printing.text(data, "-l", "1"))
    assert first == printing.letters(printing.text(printing.sample(outside="plain"), "-l", "1"))


@pytest.mark.parametrize("rtl", [False, True])
def test_a_folded_zine_reads_in_order(rtl):
    """Folded, the four leaves open to pairs of panels that stand side by side, the upper row seen from behind."""
    by_place = {(panel.upper, panel.column): panel.page for panel in _zine.panels(rtl=rtl)}
    spreads = [(by_place[False, 2], by_place[False, 3]), (by_place[True, 3], by_place[True, 2])]
    spreads += [(by_place[True, 1], by_place[True, 0]), (by_place[False, 0], by_place[False, 1])]
    inner = [(1, 2), (3, 4), (5, 6), (7, 0)]
    assert sorted(spreads) == sorted((right, left) if rtl else (left, right) for left, right in inner)


@pytest.mark.parametrize(("language", "outside"), [("zh-Hans", "plain"), ("fa", "open")])
def test_every_article_has_a_zine_of_its_own(language, outside, tmp_path):
    bundle = bundles.sample(language, outside=outside)
    data, notes = printing.printed_with_notes(bundle, page="zine")
    assert notes == ()
    assert printing.qpdf(data, tmp_path / "x.pdf") == ""
    with printing.opened(data) as file:
        numbers = {page.obj.objgen: number for number, page in enumerate(file.pages)}
        places = printing.destinations(file)
        starts = [numbers[places[short_id(name)][0].objgen] for name in bundle.articles.ids]
        assert len(file.pages) == starts[-1] + 2
    assert starts == list(range(starts[0], starts[0] + len(starts)))
    assert sorted(printing.codes(data)) == sorted(printing.codes(printing.sample(language)))
    if outside == "plain":
        first = printing.letters(printing.text(data, "-l", "1"))
        assert first == printing.letters(printing.text(printing.sample(outside="plain"), "-l", "1"))


def test_an_article_too_long_for_a_sheet_goes_on_on_the_next_and_says_so():
    words = [f"第{number}段。" + "河边的老街上午还很安静，卖早点的人已经收摊。" * 5 for number in range(60)]
    long = gallery.article("library/long", "长文", "zh-Hans", "读书", *map(gallery.para, words))
    short = gallery.article("library/short", "短文", "zh-Hans", "读书", gallery.para("短"))
    data, notes = printing.printed_with_notes(bundles.bundle_of([long, short]), page="zine")
    assert notes == (Note("zine-long", "mirror/library/long", "3"),)
    said = printing.letters(printing.text(data))
    assert all(f"第{number}段" in said for number in range(60))
