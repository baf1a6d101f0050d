"""A recipe says how large pictures are; each is made once a rung, and nothing shrinks or vanishes without a word."""

import datetime as dt
import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import bundles
import pytest
from PIL import Image

from bundler import build, pictures
from bundler.build import lazy
from bundler.build.bundle import Assembled
from bundler.build.lazy import LazyAssets
from bundler.cache import Cache
from bundler.digest import bundle_digest, content_digest
from bundler.folder import open_folder
from bundler.model import Figure, Rung
from bundler.recipe import Recipe, load
from bundler.walk import every_block
from bundler.work import Work

EDITION = dt.date(2026, 11, 22)
RECIPE = "version: 1\nbundle: weekly\ntitle: 河边\nlanguage: zh-Hans\narchives: archive\nformats: [text]\n"
PAGE = """---
title: {title}
---
水退以后，河滩露了出来。

![涨水的那天]({name})
"""


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def river() -> Image.Image:
    """Draw a large photograph: soft colours everywhere."""
    parts = [Image.radial_gradient("L"), Image.linear_gradient("L"), Image.radial_gradient("L").rotate(90)]
    return Image.merge("RGB", parts).resize((2400, 1600), Image.Resampling.BICUBIC)


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    """Write an archive of two articles, one with a photograph, and a recipe for it."""
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "river.jpg").write_bytes(encoded(river(), "JPEG", quality=95))
    (folder / "one.md").write_text(PAGE.format(title="涨水", name="river.jpg"), encoding="utf-8")
    (folder / "two.md").write_text("---\ntitle: 退水\n---\n河边又安静了。\n", encoding="utf-8")
    path = tmp_path / "weekly.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    return load(path, build.known())


def assembled(recipe: Recipe, work: Work) -> Assembled:
    index = build.open_archives(recipe.archives, home=None, work=work)
    return build.prepare(build.plan(recipe, EDITION, index=index), work=work)


@pytest.mark.parametrize(("size", "side"), [("original", 2400), ("screen", 1280), ("small", 640)])
def test_the_longer_side_is_that_of_the_rung(size, side):
    made = pictures.rebuild(encoded(river(), "JPEG"), Rung(size))
    assert max(made.width, made.height) == side


@pytest.mark.parametrize("size", ["original", "screen", "small"])
def test_no_picture_becomes_larger_than_it_came(size):
    made = pictures.rebuild(encoded(river().resize((90, 60)), "PNG"), Rung(size))
    assert (made.width, made.height) == (90, 60)


def test_each_rung_is_lighter_than_the_one_above():
    data = encoded(river(), "JPEG", quality=95)
    weights = [len(pictures.rebuild(data, Rung(size)).data) for size in ("original", "screen", "small")]
    assert weights == sorted(weights, reverse=True)
    assert weights[2] < weights[1] / 2 < weights[0] / 4


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_grey_pictures_have_no_colours(kind):
    drawing = Image.new("RGB", (300, 200), "crimson")
    drawing.paste("gold", (50, 50, 120, 120))
    made = pictures.rebuild(encoded(drawing, kind), Rung(grey=True))
    shown = Image.open(io.BytesIO(made.data)).convert("RGB")
    assert all(red == green == blue for _, (red, green, blue) in shown.getcolors(maxcolors=100_000))


def test_a_browser_gets_webp_where_it_is_smaller_and_the_same_drawing_to_the_pixel():
    drawing = Image.new("RGB", (600, 300), "white")
    for at in range(6):
        drawing.paste("#2a6f97", (40 + at * 90, 250 - at * 40, 100 + at * 90, 270))
    for picture, kind in ((river(), "JPEG"), (drawing, "PNG")):
        data = encoded(picture, kind)
        plain = pictures.rebuild(data)
        webp = pictures.for_browsers(data, drawn=plain.media_type == "image/png")
        assert webp.media_type == "image/webp"
        assert len(webp.data) < len(plain.data)
        assert (webp.width, webp.height) == (plain.width, plain.height)
    colours = [Image.open(io.BytesIO(one.data)).convert("RGB").tobytes() for one in (plain, webp)]
    assert colours[0] == colours[1]


def test_webp_holds_nothing_but_pixels():
    exif = Image.Exif()
    exif[0x010F] = "CANARYCAMERA"
    made = pictures.for_browsers(encoded(river(), "JPEG", exif=exif), drawn=False)
    assert b"CANARY" not in made.data
    assert made.data[12:16] == b"VP8 ", "no extended container, so no place for metadata"


def test_every_rung_makes_the_same_bytes_again():
    data = encoded(river(), "PNG")
    for rung in (Rung("small"), Rung("small", grey=True)):
        assert pictures.for_browsers(data, rung, drawn=True) == pictures.for_browsers(data, rung, drawn=True)


def test_a_picture_is_made_once_for_each_rung(tmp_path, recipe):
    cache = Cache(tmp_path / "cache")
    made = {}
    for rung in (Rung("screen"), Rung("small"), Rung("small", grey=True), Rung("screen")):
        (name,) = (assets := assembled(replace(recipe, images=rung), Work(cache=cache)).bundle.assets)
        made.setdefault(rung, assets.get(name))
        before = len(cache.added)
        assert assets.get(name) == made[rung]
        assert assets.webp(name).media_type == "image/webp"
        assert assets.get(name) == made[rung], "the two forms do not take each other's place"
        assert len(cache.added) <= before + 1
    assert len({picture.data for picture in made.values()}) == 3


@pytest.mark.slow
def test_the_first_picture_for_a_browser_rebuilds_all(tmp_path, recipe):
    cache = Cache(tmp_path / "cache")
    many = tmp_path / "many"
    jobs = {}
    for number in range(3):
        data = encoded(river().rotate(90 * number), "PNG")
        (many / f"{number}.png").parent.mkdir(exist_ok=True)
        (many / f"{number}.png").write_bytes(data)
        name = pictures.original(data)
        jobs[name] = lazy._Picture(open_folder(many), f"{number}.png", name)
    assets = LazyAssets(jobs, Work(cache=cache))
    first, *others = assets
    assert assets.weed() == frozenset()
    assert len(cache.added) == 3
    assert assets.webp(first).media_type == "image/webp"
    assert len(cache.added) == 6
    assert [assets.webp(one).media_type for one in others] == ["image/webp"] * 2
    assert len(cache.added) == 6, "each once"


@pytest.mark.slow
def test_what_browsers_want_is_rebuilt_ahead_and_the_same(tmp_path):
    (tmp_path / "many").mkdir()
    tree, shown = open_folder(tmp_path / "many"), {}
    for number in range(3):
        data = encoded(river().rotate(90 * number), "PNG" if number else "JPEG")
        (tree.root / f"{number}.png").write_bytes(data)
        shown[pictures.original(data)] = f"{number}.png"
    index = SimpleNamespace(tree_of=lambda _article: tree)
    made = []
    for name, processes in (("late", 0), ("ahead", 2)):
        with Work(processes, cache := Cache(tmp_path / name)) as work:
            assets = LazyAssets({}, work, for_browsers=True)
            assets.want(index, "notes/one", shown)
            until = time.monotonic() + 60
            while processes and time.monotonic() < until and len(cache.added) < 9:
                assets.begin(index, "notes/one", shown)
                time.sleep(0.01)
            assert len(cache.added) == 9 * (processes > 0), "three rebuilt, looked at for codes, and as WebP"
            assert assets.weed() == frozenset()
            made.append([assets.webp(one) for one in assets])
    assert made[0] == made[1]
    assert {picture.media_type for picture in made[0]} == {"image/webp"}


def test_without_pictures_captions_and_alternative_texts_stay_and_each_is_counted(tmp_path, recipe):
    made = assembled(replace(recipe, images=Rung("none")), Work())
    assert len(made.bundle.assets) == 0
    figures = [b for article in made.bundle.articles for b in every_block(article.blocks) if isinstance(b, Figure)]
    assert [(figure.asset, figure.alt) for figure in figures] == [(None, "涨水的那天")]
    assert [note.code for note in made.bundle.notes if note.code.startswith("picture")] == ["picture-left-out"]
    assert "涨水的那天" in bundles.written("text", made.bundle).decode()


def test_the_digest_names_the_rung_of_articles_with_pictures_alone(recipe):
    rungs = [Rung("original"), Rung("screen"), Rung("small"), Rung("small", grey=True), Rung("none")]
    made = [assembled(replace(recipe, images=rung), Work()) for rung in rungs]
    with_picture = {one.digests["markdown/one"] for one in made}
    without = {one.digests["markdown/two"] for one in made}
    assert (len(with_picture), len(without)) == (5, 1)
    assert len({bundle_digest(one.bundle) for one in made}) == 5
    for one in made:
        for article in one.bundle.articles:
            assert one.digests[article.entry.id] == content_digest(article, one.bundle.images)


def test_a_recipe_says_it_in_two_keys(tmp_path, recipe):
    assert recipe.images == Rung("screen")
    recipe.path.write_text(RECIPE + "images: small\ngrey: true\n", encoding="utf-8")
    assert load(recipe.path, build.known()).images == Rung("small", grey=True)


def test_html_carries_webp_and_epub_never(recipe):
    bundle = assembled(recipe, Work()).bundle
    assert b"data:image/webp;base64," in bundles.written("html", bundle)
    with zipfile.ZipFile(io.BytesIO(bundles.written("epub", bundle))) as book:
        kinds = {name.rpartition(".")[2] for name in book.namelist() if "/images/" in name}
    assert "webp" not in kinds
    assert "jpg" in kinds
