"""A shelf shows the day alone where nothing may show, and title and headlines where they may: as a picture."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import bundles
import gallery
import parts
import pytest
from PIL import Image, ImageChops
from test_epub_opens_in_old_and_new_readers import OPF, Book, book

from bundler import drawing
from bundler.model import Note
from bundler.work import Work
from bundler.writers import epub

DAY = dt.date(2026, 11, 22)


def picture(made: Book) -> Image.Image:
    return Image.open(io.BytesIO(made.read("cover.png"))).convert("L")


def inked(image: Image.Image, box: tuple[int, int, int, int] | None = None) -> tuple[int, int, int, int] | None:
    """Return the box around all that is dark in a part of a cover."""
    return image.crop(box or (0, 0, *image.size)).point(lambda shade: 255 * (shade < 90)).getbbox()


def test_new_and_old_readers_find_the_cover():
    made = book(bundles.sample())
    (item,) = [item for item in made.package.iter(f"{OPF}item") if item.get("properties") == "cover-image"]
    assert (item.get("href"), item.get("media-type")) == ("cover.png", "image/png")
    (meta,) = [meta for meta in made.package.iter(f"{OPF}meta") if meta.get("name") == "cover"]
    assert meta.get("content") == item.get("id")
    assert picture(made).size == (drawing.WIDTH, drawing.HEIGHT)


def test_a_plain_cover_is_the_same_whatever_the_book_holds():
    plain = bundles.sample(outside="plain")
    other = replace(plain, title="别的题目", language="fa", theme=bundles.looks("fa"))
    assert book(plain).read("cover.png") == book(other).read("cover.png") == drawing.cover(DAY)
    assert len(drawing.cover(DAY)) < 8_000


def test_each_day_has_its_own_figures():
    days = [dt.date(2026, 11, 22), dt.date(2026, 11, 23), dt.date(2034, 5, 17), dt.date(1986, 9, 30)]
    shown = [Image.open(io.BytesIO(drawing.cover(day))).convert("L") for day in days]
    for at, image in enumerate(shown):
        left, _, right, _ = inked(image)
        assert left >= drawing.MARGIN - 8
        assert right <= drawing.WIDTH - drawing.MARGIN + 8
        assert all(ImageChops.difference(image, other).getbbox() for other in shown[:at])


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "fa", "ar", "ru", "en"])
def test_an_open_cover_shows_title_and_headlines_inside_its_margins(language):
    parts.require("noto")
    made = book(bundles.sample(language))
    image = picture(made)
    left, _, right, _ = inked(image)
    assert left >= drawing.MARGIN - 4
    assert right <= drawing.WIDTH - drawing.MARGIN + 4
    title, headlines = (0, 130, drawing.WIDTH, 280), (0, 320, drawing.WIDTH, drawing.HEIGHT - 240)
    assert inked(image, title)
    assert inked(image, headlines)
    if language in ("fa", "ar"):
        begins = inked(image, title)
        assert begins[0] - drawing.MARGIN > drawing.WIDTH - drawing.MARGIN - begins[2], "it begins on the right"
    assert "cover-without-title" not in {note.code for note in notes_of(bundles.sample(language))}


def notes_of(bundle) -> tuple[Note, ...]:
    return epub.write(bundle, epub.Options(), bundles.MemoryOutput(), Work())


def test_a_title_without_a_font_leaves_a_note_and_a_plain_cover(monkeypatch):
    from bundler.writers import _fonts

    monkeypatch.setattr(_fonts, "find", lambda families, folders=(): _fonts.Fonts((), tuple(families)))
    bundle = bundles.bundle_of((gallery.article("street/a", "题", "zh-Hans", "", gallery.para("字")),))
    assert notes_of(bundle) == (Note("cover-without-title", None, "zh-Hans"),)
    assert book(bundle).read("cover.png") == drawing.cover(DAY)


@pytest.mark.slow
def test_long_words_are_cut_and_never_leave_the_page():
    parts.require("noto")
    endless = gallery.article("street/a", "没有尽头的题目" * 60, "zh-Hans", "", gallery.para("字"))
    five = [replace(endless, entry=replace(endless.entry, id=f"mirror/street/{n}")) for n in range(5)]
    bundle = bundles.bundle_of(five, title="很长的名字" * 40)
    left, _, right, bottom = inked(picture(book(bundle)))
    assert (left >= drawing.MARGIN - 4, right <= drawing.WIDTH - drawing.MARGIN + 4) == (True, True)
    assert bottom <= drawing.HEIGHT - drawing.MARGIN + 8
