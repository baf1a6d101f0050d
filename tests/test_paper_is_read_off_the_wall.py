"""Posters and cards: one sheet each, judged like any PDF, and every code is read off a bad photograph of it."""

import io
import math
import re
import subprocess

import pypdfium2
import pytest
import zxingcpp
from command import MIRROR, bundler, recipe
from parts import require
from PIL import Image, ImageFilter

from bundler import gate, theme
from bundler.work import Work
from bundler.writers import posters

ADDRESSES = (
    "https://mirror.example/shelf/",
    "https://second.example/" + "archive/" * 23,
    "https://third.example/",
    "https://fourth.example/a/folder/further/down/",
    "https://fifth.example/",
)
DIGITS = "2976 6995 0514 7191 7476"
LONG = {
    "zh-Hans": "山谷里的书摊与读者来信" * 16,
    "ar": "كشك الجبل ورسائل القراء " * 7,
    "es": "Cartas de los valles " * 9,
}


def made(kind, language="zh-Hans", title="山中书摊", addresses=ADDRESSES, sheet="a4"):
    require("pango")
    out = io.BytesIO()
    offer = posters.Offer(title, addresses, DIGITS, language, sheet)
    with Work() as work:
        notes = posters.write(offer, kind, theme.theme(language), out, work)
    return offer, out.getvalue(), notes


@pytest.mark.slow
@pytest.mark.parametrize("kind", posters.CODES)
@pytest.mark.parametrize("language", ["zh-Hans", "ar", "es", "bo"])
def test_a_sheet_passes_the_gate_and_says_what_it_must(kind, language, tmp_path):
    require("pdftotext")
    offer, data, notes = made(kind, language, "Mirror")
    path = tmp_path / "sheet.pdf"
    path.write_bytes(data)
    times = posters.CARDS if kind == "cards" else 1
    expected = gate.Expected((), dict.fromkeys(offer.shown(kind), times), ())
    assert gate.judge("pdf").faults(path, expected) == ()
    assert notes == ()
    words = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, encoding="utf-8").stdout
    for said in ("Mirror", DIGITS, "https://mirror.example/shelf/"):
        assert words.count(said) == times, said
    assert offer.shown(kind) == ADDRESSES[: posters.CODES[kind]]


def read_worn(page, angle=3):
    """Return the codes of a page: 150 dots an inch, turned, blurred by a pixel, as JPEG of quality 50."""
    drawn = page.render(scale=150 / 72).to_pil().convert("L")
    turned = drawn.rotate(angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    worn = io.BytesIO()
    turned.filter(ImageFilter.GaussianBlur(1)).save(worn, "JPEG", quality=50)
    return sorted(one.text for one in zxingcpp.read_barcodes(Image.open(worn)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", posters.CODES)
@pytest.mark.parametrize("sheet", ["a4", "letter"])
def test_codes_survive_a_bad_photograph(kind, sheet):
    offer, data, _ = made(kind, sheet=sheet)
    page = pypdfium2.PdfDocument(data)[0]
    times = posters.CARDS if kind == "cards" else 1
    for angle in (-3, 3):
        assert read_worn(page, angle) == sorted(offer.shown(kind) * times), angle


@pytest.mark.slow
@pytest.mark.parametrize("sheet", ["a4", "letter"])
@pytest.mark.parametrize("language", LONG)
def test_the_longest_words_stay_on_their_card(language, sheet):
    _, data, _ = made("cards", language, LONG[language], sheet=sheet)
    page = pypdfium2.PdfDocument(data)[0]
    text = page.get_textpage()
    words = text.get_text_bounded()
    height, row = page.get_height(), 86 * 72 / 25.4
    last = DIGITS[-4:]  # in a page from right to left pdfium turns the groups around
    for number, found in enumerate(re.finditer(last, words)):
        low = text.get_charbox(found.start())[1]
        inside = height - 10 * 72 / 25.4 - (number // 2 + 1) * row
        assert low > inside, "the digits have left their card"
    assert number == posters.CARDS - 1


@pytest.mark.slow
def test_a_sheet_is_the_same_whenever_it_is_made_and_needs_no_address():
    assert made("poster")[1] == made("poster")[1]
    _, data, _ = made("cards", addresses=())
    assert DIGITS in pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()
    assert math.isclose(pypdfium2.PdfDocument(made("poster", sheet="letter")[1])[0].get_width(), 612, abs_tol=0.5)


@pytest.mark.slow
def test_share_prints_what_a_release_offers(tmp_path):
    require("pango")
    (tmp_path / "pass").write_text("1234\n")
    (tmp_path / "release.yaml").write_text("version: 1\ntitle: 山中书摊\n", "utf-8")
    recipe(tmp_path, MIRROR, select="{limit: 1}")

    def run(*arguments, code=0):
        done = bundler(*arguments, home=tmp_path, cwd=tmp_path)
        assert done.code == code, (done.out, done.err)
        return done

    run("keys", "new", "--passphrase-file", "pass")
    run("release", "weekly.yaml", "--date", "2026-11-20", "--passphrase-file", "pass")
    said = run("share", "--by", "paper", "--to", "alone").out
    assert "no poster and no cards: 'release.yaml' names no address that fits a code" in said
    assert [path.name for path in (tmp_path / "alone").iterdir()] == ["weekly-2026-11-20.pdf"]
    addresses = ", ".join(f"https://mirror-{n}.example/" for n in range(4))
    (tmp_path / "release.yaml").write_text(
        f"version: 1\ntitle: 山中书摊\nbase_url: https://mirror.example/\nmirrors: [{addresses}]\n", "utf-8"
    )
    said = run("share", "weekly", "--by", "paper", "--to", "wall", "--sheet", "letter").out
    assert "not on the sheets, which have no room: https://mirror-3.example/" in said
    assert "turned at the short edge" in said
    digits = run("keys", "show").out.splitlines()[0]
    for kind in posters.CODES:
        page = pypdfium2.PdfDocument(tmp_path / f"wall/{kind}.pdf")[0]
        assert digits in page.get_textpage().get_text_bounded()
        assert page.get_width() == pytest.approx(612, abs=0.5)
    booklet = pypdfium2.PdfDocument(tmp_path / "wall/weekly-2026-11-20.pdf")
    assert booklet[0].get_width() == pytest.approx(792, abs=0.5), "two pages beside one another"
    assert sum(len(read_worn(page)) for page in booklet) == 1, "the article's code"
    run("share", "weekly", "--by", "paper", "--to", "wall", "--single")
    single = pypdfium2.PdfDocument(tmp_path / "wall/weekly-2026-11-20.pdf")
    assert single[0].get_width() == pytest.approx(595, abs=0.5)
    assert sum(len(read_worn(page)) for page in single) == 1
    (tmp_path / "wall/poster.pdf").unlink()
    (tmp_path / "wall/poster.pdf").mkdir()
    assert "is a folder, not a file" in run("share", "weekly", "--by", "paper", "--to", "wall", code=74).err
