"""Pages look as they did when somebody looked at them: one of each size, ink and fold, one of each script, some mixed.

The golden pages are pixels by pdfium in tests/golden/pages, rewritten with `--accept`. They depend on the fonts that
`.ci/parts` installs: `fonts.txt` beside them names the files, so that a page that differs says whether a font does.
Edges may differ a little between machines; a line that moves, or a mark that is lost, is seen.
"""

from pathlib import Path

import bundles
import gallery
import parts
import printing
import pypdfium2
import pytest
import tongues
from PIL import Image, ImageChops, ImageFilter

from bundler import theme
from bundler.model import Bundle
from bundler.writers import _fonts

GOLDEN = Path(__file__).with_name("golden") / "pages"
FONTS = GOLDEN / "fonts.txt"
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
ALONE = ("zh-Hans", "zh-TW", "zh-HK", "ja", "ko", "th", "mn", "mn-Mong", "de", "es", "tr", "he", "hi", "ur")
"""Languages whose golden page is one article of our sentences."""
SAID = ("foreword", "offline", "other", "undated", "to_contents", "end", "cut_off", "share_code", "source_code")
"""Sentences of the furniture, by their keys."""
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
@pytest.mark.parametrize(
    ("name", "language", "sheet"),
    [("booklet", "zh-Hans", "a4"), ("booklet-right", "fa", "a4"), ("booklet-letter", "en", "letter")],
)
def test_sheets_of_a_booklet(name, language, sheet, accept):
    data = printing.printed(bundles.sample(language), page="booklet", sheet=sheet)
    compare(f"size-{name}", [*drawn(data, 0, 1)], accept=accept)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "language", "options"),
    [
        ("zine", "zh-Hans", {}),
        ("zine-right", "fa", {}),
        ("zine-letter", "en", {"sheet": "letter"}),
        ("zine-large", "zh-Hans", {"size": "large"}),
    ],
)
def test_sheets_of_a_zine(name, language, options, accept):
    """The contents with their page numbers, and an article."""
    data = printing.printed(bundles.sample(language), page="zine", **options)
    compare(f"size-{name}", [*drawn(data, 0, 0), *drawn(data, 2, 2)], accept=accept)


@pytest.mark.slow
@pytest.mark.parametrize(("page", "number"), [("a5", 2), ("a4", 2), ("letter", 2), ("booklet", 1)])
def test_pages_in_large_type(page, number, accept):
    data = printing.printed(tongues.alone("zh-Hans"), page=page, size="large")
    compare(f"size-{page}-large", [*drawn(data, number, number)], accept=accept)


@pytest.mark.slow
@pytest.mark.parametrize("language", ALONE)
def test_sentences_in_every_script(language, accept):
    data = printing.printed(tongues.alone(language))
    compare(f"script-{language}", [*drawn(data, 2, 2)], accept=accept)


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


@pytest.mark.slow
@pytest.mark.parametrize(("language", "other"), [("zh-Hans", "fa"), ("fa", "zh-Hans"), ("fa", "en")])
def test_an_article_that_runs_the_other_way_than_its_bundle(language, other, accept):
    """A title over lines, publisher and date, running head, code and the line to what follows, on both of its pages."""
    bundle = bundles.sample(language)
    title = next(article.entry.title for article in bundle.articles if article.entry.language == other)
    data = printing.printed(bundle)
    start = begins(data, title)
    compare(f"mixed-{language}-{other}", [*drawn(data, start, start + 1)], accept=accept)


def spoken(language) -> Bundle:
    """Return a bundle of one article: sentences of the furniture that the language says itself."""
    own = theme.tongue(language).own
    words = [gallery.para(own[key]) for key in SAID if key in own]
    article = gallery.article("world/spoken", own["contents"], language, "", *words, gallery.code("world/spoken"))
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
        FONTS.write_text(fonts(), encoding="utf-8")
        shades = shown.quantize(SHADES, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        shades.save(path, "PNG", optimize=True, bits=4)
    assert path.exists(), f"no golden page {path.name}: look at it and run again with --accept"
    with Image.open(path) as golden:
        expected = golden.convert("L")
    assert shown.size == expected.size
    why = otherwise(FONTS.read_text(encoding="utf-8"), fonts())
    assert differing(shown, expected) <= FEW, f"{name} looks otherwise{why}: if it is right, run again with --accept"


def otherwise(accepted, here):
    """Say which fonts the golden pages were made with that are not here, and which stand here instead."""
    before, now = set(accepted.splitlines()), set(here.splitlines())
    gone, new = (", ".join(sorted(ones)) or "none" for ones in (before - now, now - before))
    return "" if before == now else f", perhaps for its fonts (accepted with: {gone}; here: {new})"


def fonts() -> str:
    """Name every face that pages are set in, with the digest of its file."""
    found = _fonts.find(bundles.looks("zh-Hans").families).faces
    said = {f"{one.family}{' bold' * one.bold}{' italic' * one.italic} {one.digest[:16]}" for one in found}
    return "".join(f"{line}\n" for line in sorted(said))


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


def test_a_font_that_changed_is_named_as_it_was_and_as_it_is():
    accepted = fonts()
    first = accepted.splitlines()[0]
    family = first.rpartition(" ")[0]
    assert otherwise(accepted, accepted) == ""
    assert otherwise(accepted, accepted.replace(first, f"{family} 0000")) == (
        f", perhaps for its fonts (accepted with: {first}; here: {family} 0000)"
    )
    assert otherwise(accepted, accepted.replace(f"{first}\n", "")).endswith(f"(accepted with: {first}; here: none)")


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
