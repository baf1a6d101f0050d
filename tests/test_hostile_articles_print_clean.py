"""Hostile classes C, G, H and I on paper: one PDF of all of them runs, opens and loads nothing, and keeps the text."""

import json
import re
from dataclasses import dataclass
from typing import Any

import hostile_markup
import hostile_pictures
import pikepdf
import printing
import pytest
from command import DAY, bundler, recipe
from parts import require

pytestmark = pytest.mark.slow

RUNNING = {
    *("/JavaScript", "/JS", "/AA", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/AcroForm", "/RichMedia"),
    *("/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Sound", "/Movie", "/Rendition"),
}
HIDDEN = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2060\u2063")


@dataclass(frozen=True)
class Printed:
    """The file, the words poppler reads from it, its objects, and every string of the bundle."""

    report: Any
    text: str
    objects: tuple[Any, ...]
    pictures: tuple[bytes, ...]
    strings: frozenset[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Printed:
    require("pango", "pdftotext")
    folder = tmp_path_factory.mktemp("printed")
    hostile_markup.markdown(folder / "archive")
    hostile_pictures.archive(folder / "archive")
    place = recipe(
        folder,
        archives="{path: archive, reader: markdown, base_url: 'https://mirror.example/'}",
        select="{dedupe: none}",
        outside_links="tap",
        formats="[pdf, dump]",
    )
    done = bundler("build", place, "--out", folder / "dist", "--date", DAY, "--json", home=folder / "home")
    assert done.code == 0, done.err
    files = {file["format"]: (folder / "dist" / file["path"]).read_bytes() for file in done.json["files"]}
    with printing.opened(files["pdf"]) as pdf:
        objects = tuple(found for value in (*pdf.objects, pdf.trailer) for found in dictionaries(value))
        described = tuple({str(key): plain(value) for key, value in one.items()} for one in objects)
        pictures = tuple(one.read_raw_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream)
                         and one.get("/Subtype") == "/Image")  # fmt: skip
    bundle = json.loads(files["dump"])
    return Printed(done.json, printing.text(files["pdf"]), described, pictures, frozenset(strings(bundle)))


def dictionaries(value, depth=0):
    """Yield every dictionary of an object, down to where other objects begin."""
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        yield value
        inner = [one for _, one in value.items()]
    else:
        inner = list(value) if isinstance(value, pikepdf.Array) else []
    for one in inner:
        if depth < 50 and isinstance(one, pikepdf.Object) and not one.is_indirect:
            yield from dictionaries(one, depth + 1)


def plain(value) -> str:
    return str(value) if isinstance(value, pikepdf.Name | pikepdf.String | str) else type(value).__name__


def strings(value):
    """Yield every string of a JSON value."""
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from strings(one)
        case list():
            for one in value:
                yield from strings(one)


def test_every_article_is_printed(made):
    assert made.report["articles"] == len(hostile_markup.CASES) + len(hostile_pictures.CASES) + 3, made.report[
        "omitted"
    ]


def test_nothing_runs_opens_or_is_embedded(made):
    for one in made.objects:
        assert not RUNNING & (set(one) | set(one.values())), one
        assert one.get("/Subtype") not in ("/Widget", "/FileAttachment", "/Screen")
        assert "/OpenAction" not in one or one["/OpenAction"] in ("Array", "/GoTo")


def test_what_runs_would_be_seen():
    with pikepdf.new() as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        described = [{str(key): plain(value) for key, value in one.items()} for one in dictionaries(pdf.Root)]
    assert any(RUNNING & (set(one) | set(one.values())) for one in described)


def test_a_link_leads_only_where_the_bundle_says(made):
    addresses = {one["/URI"] for one in made.objects if "/URI" in one and one.get("/S") == "/URI"}
    assert addresses
    assert addresses <= made.strings
    assert all(re.match(r"https?://", address) for address in addresses)
    assert not [address for address in addresses if "attacker.example" in address]


@pytest.mark.parametrize("name", hostile_markup.CASES)
def test_the_text_around_each_case_is_printed(made, name):
    letters = printing.letters(made.text)
    assert hostile_markup.before(name) in letters
    assert hostile_markup.after(name) in letters


@pytest.mark.parametrize("name", hostile_pictures.CASES)
def test_the_text_around_each_picture_is_printed(made, name):
    letters = printing.letters(made.text)
    assert all(printing.letters(said) in letters for said in hostile_pictures.around(name))


def test_no_other_article_is_changed(made):
    assert "这一页什么也没有发生" in printing.letters(made.text)


def test_pictures_are_pixels_alone(made):
    assert len(made.pictures) >= 8
    assert not [data for data in made.pictures if b"CANARY" in data or b"<script" in data]


def test_text_says_what_it_shows(made):
    letters = printing.letters(made.text)
    assert "applecomxnpple43dcom" in letters
    assert "exe文开" in letters
    assert "水印记" in letters
    assert not HIDDEN & set(made.text)
    assert "root:" not in made.text
    assert "haha" not in letters
