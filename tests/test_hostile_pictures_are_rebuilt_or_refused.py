"""Hostile class G: whatever is sent as a picture, a build holds pixels of its own making or says why there are none."""

import base64
import datetime as dt
import io
import re
import tracemalloc
import zipfile
from collections import defaultdict

import pytest
from command import DAY, bundler, recipe
from hostile_pictures import CASES, DATA, TRACKER, archive, around, page
from pages import page as markdown_page
from PIL import Image

from bundler import build, pictures
from bundler.build.bundle import assemble
from bundler.recipe import load
from bundler.work import Work

BECOME_PICTURES = [name for name, (_, code) in CASES.items() if code is None]
MOVING = [name for name in CASES if name.startswith(("case_88", "case_89"))]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    archive(folder / "archive")
    return recipe(
        folder,
        archives="{path: archive, reader: markdown, base_url: 'https://mirror.example/'}",
        select="{dedupe: none}",
        formats="[epub, html, text]",
    )


@pytest.fixture(scope="module")
def made(place):
    folder = place.parent
    done = bundler("build", place, "--out", folder / "dist", "--date", DAY, "--json", home=folder / "home")
    assert done.code == 0, done.err
    files = {file["format"]: folder / "dist" / file["path"] for file in done.json["files"]}
    return done.json, {name: path.read_bytes() for name, path in files.items()}


@pytest.fixture(scope="module")
def noted(place):
    """Return the codes of each article's notes, pictures' alone."""
    recipe, work = load(place, build.known()), Work()
    index = build.open_archives(recipe.archives, home=None, work=work)
    bundle = assemble(build.plan(recipe, dt.date.fromisoformat(DAY), index=index), work=work).bundle
    found = defaultdict(set)
    for note in bundle.notes:
        if note.article and note.code.startswith(("picture", "tracker")):
            found[note.article.partition("/")[2]].add(note.code)
    return found


def shown(files, name) -> list[bytes]:
    """Return the pictures that stand between the words before and after a case, in the one HTML file."""
    before, after = around(name)
    between = files["html"].partition(before.encode())[2].partition(after.encode())[0]
    return [
        base64.b64decode(one) for one in re.findall(rb"<img[^>]+data:image/[a-z]+;base64,([A-Za-z0-9+/=]+)", between)
    ]


def carried(files) -> list[bytes]:
    """Return every picture that the files carry."""
    with zipfile.ZipFile(io.BytesIO(files["epub"])) as book:
        kinds = (".png", ".jpg", ".jpeg", ".gif", ".webp")
        inside = [book.read(name) for name in book.namelist() if name.endswith(kinds)]
    embedded = re.findall(rb"data:image/[a-z]+;base64,([A-Za-z0-9+/=]+)", files["html"])
    return [*inside, *(base64.b64decode(data) for data in embedded)]


@pytest.mark.parametrize("name", CASES)
def test_each_picture_is_rebuilt_or_named_and_its_page_stays(made, noted, name):
    report, files = made
    assert report["articles"] == len(CASES) + 2, report["omitted"]
    wanted = CASES[name][1]
    assert noted[page(name)] - {"picture-missing"} == ({wanted} if wanted else set())
    assert len(shown(files, name)) == (0 if wanted else 1)
    for said in around(name):
        assert said in files["html"].decode()
        assert said in files["text"].decode()


@pytest.mark.parametrize(("name", "code"), [(DATA, "picture-missing"), (TRACKER, "tracker-dropped")])
def test_embedded_giants_and_trackers_are_said(made, noted, name, code):
    assert noted[name] == {code}
    for said in ("图前九六。", "图后九六。", "像素前。", "像素后。"):
        assert said in made[1]["html"].decode()


def test_case_96_a_page_that_a_picture_makes_too_large_is_left_out(tmp_path):
    loaded = markdown_page(tmp_path, f"前。\n\n<img src='data:image/png;base64,{'A' * 50_000_000}'>\n\n后。\n")
    assert loaded.article is None
    assert loaded.notes[-1].code == "page-too-large"


def test_every_picture_is_one_frame_of_pixels_and_nothing_else(made):
    whole = carried(made[1])
    assert len(whole) > 2 * len(BECOME_PICTURES)
    for data in whole:
        with Image.open(io.BytesIO(data)) as image:
            assert image.format in ("PNG", "JPEG", "WEBP")
            assert getattr(image, "n_frames", 1) == 1
            assert not set(image.info) & {"exif", "icc_profile", "comment", "xmp", "photoshop", "Author"}
        assert b"CANARY" not in data
        assert not zipfile.is_zipfile(io.BytesIO(data))
        assert not re.search(rb"<script|<html|PK\x03\x04", data)
        webp = data[:4] == b"RIFF" and 8 + int.from_bytes(data[4:8], "little") == len(data)
        assert webp or data.rstrip(b"\0").endswith((b"IEND\xaeB`\x82", b"\xff\xd9"))


def test_no_trace_stands_anywhere_in_the_files(made):
    assert not [name for name, data in made[1].items() if b"CANARY" in data]


@pytest.mark.parametrize("name", MOVING)
def test_of_what_moves_the_first_frame_stays(made, name):
    (data,) = shown(made[1], name)
    with Image.open(io.BytesIO(data)) as image:
        red, green, blue = image.convert("RGB").getpixel((0, 0))
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize("name", ["case_92_iccp_bomb.png", "case_92_ztxt_bomb.png"])
def test_a_chunk_that_swells_is_refused_before_it_has_swollen(name):
    data = CASES[name][0]()
    assert len(data) < 200_000
    tracemalloc.start()
    try:
        assert pictures.refusal(data) == "picture-broken"
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
