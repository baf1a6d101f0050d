"""A picture of an article may show a QR code: it stays in its picture, is told, and stops no file at the gate."""

import datetime as dt
import io
from collections import Counter
from dataclasses import replace

import bundles
import gallery
import judging
import parts
import pytest
from PIL import Image

from bundler import build, pictures, qr
from bundler.model import Figure
from bundler.recipe import load
from bundler.work import Work

STRANGER = "https://elsewhere.example/join?from=poster"
OWN = "world/poster"


def poster(payload=STRANGER):
    """Draw a poster that shows a code."""
    code = Image.open(io.BytesIO(qr.png(qr.matrix(payload)))).convert("RGB")
    image = Image.new("RGB", (700, 500), "#cde")
    image.paste(code.resize((400, 400), Image.Resampling.NEAREST), (150, 50))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def bundle(payload=STRANGER):
    data = poster(payload)
    original, made = pictures.original(data), pictures.rebuild(data)
    figure = Figure(original, "墙上的海报", ())
    article = gallery.article(
        OWN, "街上的海报", "zh-Hans", "", gallery.para("墙上贴着一张海报。"), figure, gallery.code(OWN)
    )
    return bundles.bundle_of([article], assets=bundles.MemoryAssets({original: made}))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("epub", {}),
        ("html", {}),
        ("pdf", {}),
        ("pdf", {"ink": "black"}),
        pytest.param("pdf", {"page": "booklet"}, marks=pytest.mark.slow),
        pytest.param("pdf", {"page": "zine"}, marks=pytest.mark.slow),
    ],
)
def test_every_format_passes_the_gate(name, options, tmp_path):
    parts.require("pango")
    shown = bundle()
    assert judging.codes_of(name, bundles.written(name, shown, **options), judging.expected(shown), tmp_path) == set()


def test_it_takes_no_code_s_place(tmp_path):
    """The article's own code is drawn; one that is drawn and not expected is refused beside a picture too."""
    parts.require("pango")
    shown = bundle()
    data, wanted = bundles.written("pdf", shown), judging.expected(shown)
    assert judging.codes_of("pdf", data, replace(wanted, codes=Counter()), tmp_path) == {"code-unexpected"}
    assert judging.codes_of("pdf", data, replace(wanted, codes={"about:other": 1}), tmp_path) >= {"code-missing"}


def test_the_packer_is_told_what_the_code_says(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "poster.png").write_bytes(poster())
    (folder / "one.md").write_text("---\ntitle: 海报\n---\n墙上。\n\n![海报](poster.png)\n", encoding="utf-8")
    recipe = tmp_path / "weekly.yaml"
    recipe.write_text(
        "version: 1\nbundle: weekly\ntitle: 街\nlanguage: zh-Hans\narchives: archive\nformats: [text]\n",
        encoding="utf-8",
    )
    loaded, work = load(recipe, build.known()), Work()
    index = build.open_archives(loaded.archives, home=None, work=work)
    made = build.prepare(build.plan(loaded, dt.date(2026, 11, 22), index=index), work=work)
    (note,) = (note for note in made.bundle.notes if note.code == "picture-code")
    assert (note.article, note.detail) == ("markdown/one", STRANGER)
