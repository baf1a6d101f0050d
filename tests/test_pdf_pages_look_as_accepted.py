"""Pages look as they did when somebody looked at them: one of each size, ink and fold, and one of each script.

The golden pages are pixels by pdfium in tests/golden/pages, rewritten with `--accept`. They depend on the fonts that
`.ci/parts` installs. Edges may differ a little between machines; a line that moves, or a mark that is lost, is seen.
"""

from pathlib import Path

import bundles
import gallery
import parts
import printing
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from bundler import theme
from bundler.model import Bundle

GOLDEN = Path(__file__).with_name("golden") / "pages"
DPI = 60
SHADES = 16
FAINT = 48
"""Of 255: how much a blurred pixel may differ."""
FEW = 12
"""How many pixels may differ by more."""
SIZES = {
    "phone": {},
    "phone-large": {"size": "large"},
    "phone-black": {"ink": "black"},
    "a5": {"page": "a5"},
    "a4": {"page": "a4"},
    "letter": {"page": "letter"},
}
NODES = "阅览室的一天"
"""How the title of the article begins that holds every node."""


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango")


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SIZES))
def test_pages_of_each_size(name, accept):
    data = printing.printed(bundles.sample("zh-Hans"), **SIZES[name])
    start = begins(data, NODES)
    compare(f"size-{name}", [*drawn(data, start, start + 1)], accept=accept)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "language"), [("booklet", "zh-Hans"), ("booklet-right", "fa")])
def test_sheets_of_a_booklet(name, language, accept):
    data = printing.printed(bundles.sample(language), page="booklet")
    compare(f"size-{name}", [*drawn(data, 0, 1)], accept=accept)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-Hant", "en", "ru", "fa", "ar"])
def test_the_beginning_of_an_article_in_each_language(language, accept):
    bundle = bundles.sample(language)
    title = next(article.entry.title for article in bundle.articles if article.entry.language == language)
    data = printing.printed(bundle)
    start = begins(data, title)
    compare(f"script-{language}", [*drawn(data, 1, 1), *drawn(data, start, start)], accept=accept)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["bo", "my", "ug", "vi"])
def test_sentences_in_scripts_without_sample_articles(language, accept):
    data = printing.printed(spoken(language))
    compare(f"script-{language}", [*drawn(data, 2, 2)], accept=accept)


def spoken(language) -> Bundle:
    """Return a bundle of one article: the first sentences of the furniture that the language says itself."""
    said = [one for one in theme.tongue(language).own.values() if isinstance(one, str) and "{" not in one]
    words = [gallery.para(one) for one in said[1:9]]
    article = gallery.article("world/spoken", said[0], language, "", *words, gallery.code("world/spoken"))
    return bundles.bundle_of([article], language=language, theme=bundles.looks(language))


def begins(data, title):
    """Return the place of the page on which the article begins whose title begins so."""
    with printing.opened(data) as file:
        return next(page for _, shown, page in printing.outline(file) if shown.startswith(title))


def drawn(data, first, last):
    """Yield pages in few shades of grey."""
    document = pypdfium2.PdfDocument(data)
    try:
        for number in range(first, last + 1):
            image = document[number].render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
            yield image
    finally:
        document.close()


def compare(name, images, *, accept):
    """Compare pages, side by side, with the golden ones."""
    shown = side_by_side(images)
    path = GOLDEN / f"{name}.png"
    if accept:
        path.parent.mkdir(exist_ok=True)
        shades = shown.quantize(SHADES, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        shades.save(path, "PNG", optimize=True, bits=4)
    assert path.exists(), f"no golden page {path.name}: look at it and run again with --accept"
    with Image.open(path) as golden:
        expected = golden.convert("L")
    assert shown.size == expected.size
    assert differing(shown, expected) <= FEW, f"{name} looks otherwise: if it is right, run again with --accept"


def differing(left, right):
    """Count pixels that differ, blurred so that hinting and rounding do not matter."""
    soft = [image.filter(ImageFilter.BoxBlur(1)) for image in (left, right)]
    return sum(ImageChops.difference(*soft).histogram()[FAINT:])


def side_by_side(images):
    width = sum(image.width for image in images)
    whole = Image.new("L", (width, max(image.height for image in images)), 255)
    at = 0
    for image in images:
        whole.paste(image, (at, 0))
        at += image.width
    return whole


def test_a_line_that_moves_by_a_millimetre_is_seen():
    data = printing.printed(spoken("vi"))
    (page,) = drawn(data, 2, 2)
    moved = ImageChops.offset(page, 0, round(DPI / 25.4))
    assert differing(page, page) == 0
    assert differing(page, moved) > 10 * FEW


def test_softer_edges_are_not_seen():
    (page,) = drawn(printing.printed(spoken("vi")), 2, 2)
    softer = page.filter(ImageFilter.GaussianBlur(0.4))
    assert softer != page
    assert differing(page, softer) <= FEW
