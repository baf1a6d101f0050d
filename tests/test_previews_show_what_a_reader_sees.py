"""`bundler preview` draws an edition as a phone shows it, in the system's browser, and leaves nothing behind."""

import io
import os
import stat
import tempfile
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import browsing
import bundles
import command
import parts
import pytest
from PIL import Image

from bundler import preview, theme
from bundler.build import size
from bundler.preview import _browser, _screens, _sheet
from bundler.recipe import load
from bundler.store import Written

LABELS = preview.Labels("in a chat", "light", "dark")
MESSAGE = "[For an Android phone]\nweekly-261122.epub\nA file to read\n\n[For an iPhone]\nweekly-261122.pdf\n"


ABOVE = """
const range = document.createRange();
const text = document.querySelector('h1').firstChild;
range.setStart(text, 0);
range.setEnd(text, 4);
const first = range.getBoundingClientRect();
return first.left >= 0 && first.right <= innerWidth && first.bottom < document.querySelector('header').offsetHeight;
"""
SIDES = """
const text = document.body.firstChild;
return [...text.data.matchAll(/\\S+/g)].filter(word => [0, text.data.indexOf('The')].includes(word.index)).map(word => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + 1);
    return range.getBoundingClientRect().left < innerWidth / 2;
});
"""


def written(name, count=120_000):
    return Written(name, 1, f"weekly-261122.{name}", count, "0" * 64)


def a_recipe(folder):
    from bundler import build

    return load(command.recipe(folder), build.known())


def pretend(folder, script):
    """Put a program called chromium first on the path."""
    place = folder / "chromium"
    place.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    place.chmod(place.stat().st_mode | stat.S_IXUSR)
    return place


def test_without_a_browser_it_is_one_sentence_with_the_package_that_brings_one(tmp_path):
    done = command.bundler("preview", command.recipe(tmp_path), home=tmp_path, PATH=str(tmp_path))
    assert (done.code, done.out) == (69, "")
    assert done.err.splitlines()[-2:] == [
        "error: no browser was found that can draw a preview",
        "hint: on Debian: apt-get install chromium",
    ]


def test_a_browser_that_draws_nothing_is_one_sentence_and_leaves_no_file(tmp_path):
    pretend(tmp_path, "exit 1")
    done = command.bundler("preview", command.recipe(tmp_path), home=tmp_path, cwd=tmp_path,
                           PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")  # fmt: skip
    assert done.code == 69
    assert "the browser 'chromium' drew nothing" in done.err
    assert not list(tmp_path.glob("*.png"))


def test_a_browser_that_hangs_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(_browser, "MAX_SECONDS", 0.3)
    with pytest.raises(_browser.MissingPartError):
        _browser.screenshot(str(pretend(tmp_path, "sleep 60")), tmp_path / "a.html", width=9, height=9, folder=tmp_path)


def test_the_browser_reaches_nothing_and_keeps_its_things_in_the_folder(tmp_path):
    says = f'printf "%s\\n" "$@" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" "$TMPDIR" > "{tmp_path}/sheet.png"'
    browser = str(pretend(tmp_path, says))
    made = _browser.screenshot(browser, tmp_path / "a.html", width=390, height=844, folder=tmp_path)
    said = made.decode().splitlines()
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in said
    assert f"--user-data-dir={tmp_path}/profile" in said
    assert "--window-size=390,844" in said
    assert said[-3:] == [f"{tmp_path}/kept"] * 3


def test_the_sheet_shows_every_format_in_light_and_what_follows_the_phone_in_dark_too(tmp_path):
    page = tuple(_screens.Screen("file:///a.html", scrolled=at) for at in range(2))
    drawn = (_screens.Screen("file:///a.png", picture=True),)
    views = (_screens.View(written("html"), page), _screens.View(written("pdf"), drawn, dark=False))
    sheet = _sheet.sheet(a_recipe(tmp_path), views, MESSAGE, LABELS)
    assert sheet.markup.count('class="phone light"') == 3
    assert sheet.markup.count('class="phone dark"') == 2
    assert "weekly-261122.epub\nA file to read" in sheet.markup, "the words that are pasted beside it"
    assert "For an Android phone" not in sheet.markup
    assert size(120_000) in sheet.markup
    taller = _sheet.sheet(a_recipe(tmp_path), (*views, views[0]), MESSAGE, LABELS)
    assert taller.height > sheet.height
    assert taller.width == sheet.width


def test_what_is_not_near_a_screen_is_drawn_for_its_picture_too(tmp_path):
    """A page spares phones what is far, and a picture may be taken before the browser knows what is near."""
    made = tmp_path / "weekly-261122.html"
    made.write_bytes(bundles.written("html", bundles.sample()))
    (view,) = _screens.views([(made, written("html"))], tmp_path)
    shown = [Path(url2pathname(urlsplit(screen.address).path)) for screen in view.screens]
    assert made not in shown
    for page in map(Path.read_text, shown):
        assert "content-visibility: auto" not in page
        assert "Content-Security-Policy" not in page, "it would forbid the changed style"
        assert page.count("<article") == made.read_text().count("<article")


def test_words_of_a_recipe_are_text_and_never_markup(tmp_path):
    from dataclasses import replace

    recipe = replace(a_recipe(tmp_path), title="<script>alert(1)</script>")
    sheet = _sheet.sheet(recipe, (), "[x]\n<img src=x>", LABELS)
    assert "<script" not in sheet.markup
    assert "<img src=x" not in sheet.markup


def test_the_longest_message_is_shown_in_its_direction(tmp_path):
    from dataclasses import replace

    for language in theme.languages():
        sheet = _sheet.sheet(replace(a_recipe(tmp_path), language=language), (), MESSAGE, LABELS)
        assert ('dir="rtl"' in sheet.markup) == (language in ("ar", "fa", "ug"))


@pytest.mark.slow
@pytest.mark.parametrize("title", ["一份名字很长的每周文摘" * 18, "هفته‌نامهٔ کوچه " * 12], ids=["ltr", "rtl"])
def test_a_long_title_stays_above_the_chat_and_shows_its_beginning(tmp_path, title):
    from dataclasses import replace

    page = tmp_path / "sheet.html"
    sheet = _sheet.sheet(replace(a_recipe(tmp_path), title=title), (), MESSAGE, LABELS)
    page.write_text(sheet.markup, encoding="utf-8")
    with browsing.browser(tmp_path, 9, width=sheet.width, height=sheet.height) as driver:
        driver.get(page.as_uri())
        assert driver.execute_script(ABOVE)


@pytest.mark.slow
def test_plain_text_runs_as_its_language_does(tmp_path):
    """Phones set each paragraph in the direction of its first letter."""
    made = tmp_path / "weekly-261122.txt"
    made.write_text("کتابخانهٔ کوچک\n\nThe quiet library\n", encoding="utf-8")
    (view,) = _screens.views([(made, Written("text", 1, made.name, 9, "0" * 64))], tmp_path)
    with browsing.browser(tmp_path, 9) as driver:
        driver.get(view.screens[0].address)
        assert driver.execute_script(SIDES) == [False, True]


@pytest.mark.slow
def test_a_real_browser_draws_all_formats_and_leaves_nothing_behind(tmp_path):
    parts.require("chromium", "pango")
    room = Path(tempfile.mkdtemp(prefix="room-"))  # short: Chromium's socket stands in it, and a socket's path is short
    recipe = command.recipe(tmp_path, formats="[epub, pdf, html, text]", select="{limit: 4}")
    done = command.bundler("preview", recipe, "--to", tmp_path / "p.png", "--date", command.DAY, home=tmp_path,
                           cwd=tmp_path, TMPDIR=str(room))  # fmt: skip
    assert (done.code, done.out) == (0, f"wrote {tmp_path}/p.png\n"), done.err
    assert list(room.iterdir()) == []
    room.rmdir()
    assert not (tmp_path / "dist").exists(), "nothing is published"
    data = (tmp_path / "p.png").read_bytes()
    image = Image.open(io.BytesIO(data)).convert("RGB")
    views = 4
    assert image.size[0] == 2 * (2 * _sheet.EDGE + 4 * _sheet._WIDE + 3 * _sheet.GAP)
    rows = [
        _sheet.EDGE + _sheet.HEAD + _sheet.LABEL + _sheet.CHAT + row * (_sheet.LABEL + _sheet._HIGH) + _sheet.LABEL
        for row in range(views)
    ]
    columns = [_sheet.EDGE + at * (_sheet._WIDE + _sheet.GAP) for at in range(4)]
    shades = [[_shade(image, left, top) for left in columns] for top in rows]
    dark = [[shade < 100 for shade in row] for row in shades]
    assert dark == [[False, False, True, True], [False] * 4, *[[False, False, True, True]] * 2]
    assert all(_inked(image, columns[1], top) for top in rows), "the second screen of each has words"
    assert str(Path.home()).encode() not in data


def _box(image, left, top):
    edges = (left + 12, top + 12, left + _sheet._WIDE - 12, top + _sheet._HIGH - 12)
    return image.crop(tuple(2 * edge for edge in edges)).convert("L")


def _shade(image, left, top):
    """Return the commonest grey of a phone."""
    return max(enumerate(_box(image, left, top).histogram()), key=lambda pair: pair[1])[0]


def _inked(image, left, top):
    low, high = _box(image, left, top).getextrema()
    return high - low > 120
