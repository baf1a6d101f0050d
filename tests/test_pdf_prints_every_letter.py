"""No box ever stands for a letter: what no font has stops the build or is printed as its code; fonts are our own."""

import os
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import bundles
import gallery
import parts
import printing
import pytest

from bundler import furniture, theme
from bundler.errors import MissingPartError
from bundler.model import Note
from bundler.writers import _fonts, _harfbuzz, _letters, pdf

ROOT = Path(__file__).parents[1]
WITHOUT_PANGO = """
import sys
from bundler.errors import MissingPartError
from bundler.writers import writer
pdf = writer("pdf")
assert pdf.Options().page == "phone"
import bundles
try:
    bundles.written("pdf", bundles.sample("en"))
except MissingPartError as error:
    print(error.message, "|", error.hint, "|", error.exit_code)
"""


@pytest.fixture
def _machine():
    parts.require("pango", "pdftotext")


def one(words, *, language="zh-Hans", title="一张纸"):
    """Return a bundle of one article that says these words."""
    return bundles.bundle_of([gallery.article("library/one", title, language, "读书", gallery.para(words))])


def without(package, bundle):
    """Return the bundle as a machine sees it on which a package of fonts is not installed."""
    families = tuple(
        replace(family, regular="absent.ttc", bold="", italic="") if family.package == package else family
        for family in bundle.theme.families
    )
    return replace(bundle, theme=replace(bundle.theme, families=families))


@pytest.mark.usefixtures("_machine")
def test_case_123_a_letter_of_the_bundles_script_that_no_font_has_stops_with_its_name_and_package():
    with pytest.raises(MissingPartError) as caught:
        printing.printed(without("fonts-hanazono", without("fonts-noto-cjk", one("水"))))
    assert "CJK UNIFIED IDEOGRAPH-" in caught.value.message
    assert "mirror/library/one" in caught.value.message
    assert "apt-get install fonts-noto-cjk" in str(caught.value.hint)


@pytest.mark.usefixtures("_machine")
def test_a_rare_ideograph_names_the_package_that_has_it():
    bundle = without("fonts-hanazono", one("生僻字\U0002b820在此"))
    with pytest.raises(MissingPartError) as caught:
        printing.printed(bundle)
    assert "'\U0002b820' (CJK UNIFIED IDEOGRAPH-2B820, U+2B820)" in caught.value.message
    assert "fonts-hanazono" in str(caught.value.hint)


@pytest.mark.usefixtures("_machine")
def test_case_123_another_character_is_printed_as_its_code_with_a_note():
    data, notes = printing.printed_with_notes(one("火\U0001fae0与蜡板文字\U00010a40"))
    shown = printing.text(data).replace("\n", "")
    assert "火[U+1FAE0]与" in shown
    assert Note("character-missing", "mirror/library/one", "U+1FAE0 MELTING FACE") in notes
    assert all(note.code == "character-missing" for note in notes)


@pytest.mark.usefixtures("_machine")
def test_other_scripts_of_the_fonts_are_printed_as_they_are():
    words = "བོད ᠮᠣᠩᠭᠣᠯ မြန်မာ ไทย हिन्दी עברית 한국어 かな Ελληνικά ქართული ∑ ☎ ㊣"
    data, notes = printing.printed_with_notes(one(words))
    assert notes == ()
    with printing.opened(data) as file:
        fonts = {str(font.BaseFont) for page in file.pages for font in page.obj.Resources.Font.as_dict().values()}
    assert any("Tibetan" in name for name in fonts)
    assert printing.letters("한국어") in printing.letters(printing.text(data))


@pytest.mark.usefixtures("_machine")
def test_only_the_fonts_of_the_list_are_used():
    known = {family.name.replace(" ", "-") for family in bundles.looks("en").families}
    with printing.opened(printing.sample()) as file:
        used = {str(font.BaseFont).partition("+")[2] for font in file.pages[0].obj.Resources.Font.as_dict().values()}
    assert {name.removesuffix("-Bold").removesuffix("-Italic") for name in used} <= known


@pytest.mark.usefixtures("_machine")
def test_chinese_is_drawn_in_the_forms_of_its_place():
    with printing.opened(printing.sample()) as file:
        used = {str(font.BaseFont).partition("+")[2] for font in file.pages[0].obj.Resources.Font.as_dict().values()}
    assert {"Noto-Sans-CJK-SC", "Noto-Sans-CJK-TC", "Noto-Naskh-Arabic"} <= used


@pytest.mark.usefixtures("_machine")
def test_a_font_is_embedded_once_and_holds_only_what_is_used():
    data = printing.sample()
    with printing.opened(data) as file:
        fonts = list(file.pages[0].obj.Resources.Font.as_dict().values())
        programs = {}
        for font in fonts:
            descriptor = font.DescendantFonts[0].FontDescriptor
            program = descriptor.get("/FontFile3", descriptor.get("/FontFile2"))
            programs.setdefault(str(font.BaseFont).partition("+")[2], set()).add(program.objgen)
        assert all(len(files) == 1 for files in programs.values())
    assert len(data) < 300_000


def test_a_cut_font_is_small_and_keeps_its_glyph_numbers():
    fonts = _fonts.find(bundles.looks("en").families)
    for family in ("Noto Sans CJK SC", "Noto Sans"):
        face = fonts.face(family)
        data = _harfbuzz.cut(_harfbuzz.Cut(face.path, face.index, face.digest, (5, 60)))
        assert 400 < len(data) < 12_000
        assert data == _harfbuzz.cut(_harfbuzz.Cut(face.path, face.index, face.digest, (5, 60)))


def test_the_scripts_of_a_language():
    assert _letters.scripts("zh-Hans") == ("Hani", "Bopo")
    assert _letters.scripts("zh-Hant-TW") == ("Hani", "Bopo")
    assert _letters.scripts("fa") == ("Arab",)
    assert _letters.scripts("ru") == ("Cyrl",)
    assert _letters.scripts("en-GB") == ("Latn",)
    assert _letters.scripts("ja") == ("Hani", "Hira", "Kana")


def test_the_nearest_stack_of_fonts():
    theme = bundles.looks("en")
    asked = ("zh", "zh-TW", "zh-Hant-HK", "zh-HK", "fa-AF", "de", "mn-Mong-CN")
    assert [_fonts.nearest(theme, tag) for tag in asked] == [
        "zh-Hans", "zh-Hant", "zh-HK", "zh-HK", "fa", "en", "mn-Mong",
    ]  # fmt: skip


def test_every_family_of_every_stack_is_described():
    theme = bundles.looks("en")
    known = {family.name for family in theme.families}
    assert all(set(families) <= known for families in theme.fonts.values())


@pytest.mark.parametrize("library", ["libpango-1.0.so.0", "libharfbuzz-subset.so.0"])
def test_without_pango_one_sentence_says_what_to_install(library, tmp_path):
    (tmp_path / library).write_bytes(b"")  # the loader finds this file first, and it is none that it can load
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PANGO],
        env=os.environ | {"LD_LIBRARY_PATH": str(tmp_path), "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "PDF needs Pango" in done.stdout
    packages = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-cjk", "fonts-noto-core")
    assert all(package in done.stdout for package in packages)
    assert done.stdout.strip().endswith("| 69")
    assert len(done.stdout.splitlines()) == 1
    assert pdf.Options() == pdf.Options("phone")


@pytest.mark.usefixtures("_machine")
@pytest.mark.parametrize("language", theme.languages())
def test_the_fonts_of_a_language_have_every_letter_that_its_furniture_says(language):
    look = theme.theme(language)
    own = [family for family in look.families if family.name in _fonts.stack(look, language)[:2]]
    said = [form for message in theme.tongue(language).own.values()
            for form in (message.values() if isinstance(message, dict) else (message,))]  # fmt: skip
    day = [furniture.day(look.strings, bundles.EDITION), furniture.number(look.strings, 1_234_567_890)]
    fonts, rest = _fonts.find(own), _fonts.find(look.families)
    letters = {one for text in (*said, *day) for one in text if unicodedata.category(one)[0] in "LMN"}
    assert not {one for one in letters if not fonts.has(one)}, "the stack's own families have all letters and digits"
    assert not {one for text in said for one in text if not rest.has(one)}, "and the others every mark"


@pytest.mark.slow
@pytest.mark.usefixtures("_machine")
@pytest.mark.parametrize("language", ["bo", "es", "my", "tr", "ug", "vi"])
def test_a_page_in_each_language_prints_its_furniture(language):
    bundle = bundles.sample(language)
    data, notes = printing.printed_with_notes(bundle)
    drawn_alike = str.maketrans("ە", "ه")  # one glyph of the font serves both; a PDF can name one letter for a glyph
    shown = printing.letters(printing.text(data)).translate(drawn_alike)
    contents = furniture.text(bundle.theme.strings, "contents").translate(drawn_alike)
    assert printing.letters(contents) in shown
    assert not [note for note in notes if note.article is None]


@pytest.mark.usefixtures("_machine")
def test_page_numbers_are_printed_where_the_scripts_own_font_has_no_such_digits():
    with printing.opened(printing.sample("bo")) as file:
        numerals = file.pages[4].obj.Resources.Font["/N"]
        assert b"<0031>" in numerals.ToUnicode.read_bytes()
        assert b"/N 8.5 Tf" in file.pages[4].Contents.read_bytes()


@pytest.mark.slow
@pytest.mark.usefixtures("_machine")
def test_fonts_that_somebody_put_into_a_folder_of_their_own_change_nothing(tmp_path):
    """A decoy has the name of the font, its family, and other letters."""
    real = _fonts.find(bundles.looks("en").families)
    decoys = {"NotoSansCJK-Regular.ttc": "Noto Naskh Arabic", "NotoSans-Regular.ttf": "Noto Sans Hebrew"}
    for folder in (tmp_path / "home/.fonts", tmp_path / "data/fonts", tmp_path / "home/.local/share/fonts"):
        folder.mkdir(parents=True)
        for name, family in decoys.items():
            (folder / name).write_bytes(Path(real.face(family).path).read_bytes())
    code = "import sys, bundles; sys.stdout.buffer.write(bundles.written('pdf', bundles.sample('en')))"
    homes = {"HOME": str(tmp_path / "home"), "XDG_DATA_HOME": str(tmp_path / "data")}
    made = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True,
                       env=os.environ | more | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}).stdout
        for more in ({}, homes)
    ]  # fmt: skip
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF")
