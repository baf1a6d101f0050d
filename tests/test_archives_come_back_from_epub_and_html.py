"""From EPUB and HTML files that were found come the articles that a dump of the same bundle gives."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import anything
import bundles
import pytest
from carried import carried
from command import DAY, MIRROR, SAMPLE, bundler, recipe
from hypothesis import HealthCheck, Phase, given, settings
from PIL import Image, ImageChops
from test_archives_are_made_again_from_files import assembled

from bundler.archive.found import read
from bundler.archive.rebuilt import rebuild
from bundler.codec import from_json
from bundler.errors import ArchiveError
from bundler.model import (
    Anchor,
    Article,
    ArticleId,
    Entry,
    Footnote,
    Footnotes,
    Heading,
    Link,
    NoteRef,
    Paragraph,
    Section,
    Text,
)
from bundler.walk import assets_of
from bundler.work import Work

GOLDEN = Path(__file__).with_name("golden")
CORPUS = Path(__file__).parents[1].parent / "shared/corpus"
CASES = sorted({path.stem for path in GOLDEN.glob("*.json")} - {"hostile"})
"""All but the one that holds characters which no reader lets in."""
LANGUAGES = ("zh-Hans", "zh-Hant", "en", "fa", "ar", "ru")


def sample_recipe(folder):
    """Return a recipe over the sample archive, in every language."""
    return recipe(folder, archives=f"{{path: '{SAMPLE}', base_url: 'https://mirror.example/'}}")


def mirror_recipe(folder):
    """Return a recipe over the mirror of the tests."""
    return recipe(folder, archives=f"{{path: '{MIRROR}', base_url: 'https://mirror.example/'}}")


def found(folder, bundle, name):
    """Write a bundle in one format, and read the file back."""
    path = folder / f"found.{name}"
    path.write_bytes(bundles.written(name, bundle))
    return read(path)


def held(bundle, name):
    """Return the pictures as a format has them."""
    picture = bundle.assets.webp if name == "html" else bundle.assets.get
    shown = {original for article in carried(bundle) for original in assets_of(article.blocks)}
    return {original: picture(original).data for original in bundle.assets if original in shown}


def same(folder, bundle):
    """Hold that EPUB and HTML give what the dump gives, less what `carried` names."""
    wanted = found(folder, bundle, "dump")
    bundle = replace(bundle, articles=bundles.MemoryArticles(tuple(bundle.articles)))
    articles = carried(replace(bundle, articles=bundles.MemoryArticles(wanted.articles)))
    for name in ("html", "epub"):
        got = found(folder, bundle, name)
        assert [one.entry.id for one in got.articles] == [one.entry.id for one in articles]
        for one, other in zip(got.articles, articles, strict=True):
            assert one.entry == other.entry
            assert one.blocks == other.blocks
        assert got.pictures == held(bundle, name)
        assert got.notes == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_node_comes_back(tmp_path, language):
    same(tmp_path, bundles.sample(language))


@pytest.mark.slow
@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(anything.articles(tuple(dict((bundles.photo(), bundles.chart())))))
def test_any_article_of_the_model_comes_back(tmp_path, drawn):
    drawings = bundles.MemoryAssets(dict((bundles.photo(), bundles.chart())))
    same(tmp_path, bundles.bundle_of(drawn.articles, assets=drawings))


@pytest.mark.parametrize("name", CASES)
def test_every_golden_case_comes_back(tmp_path, name):
    kept = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    entry = Entry(ArticleId("mirror/case"), name, kept["language"], Section("news", "新闻"))
    same(tmp_path, bundles.bundle_of((Article(entry, from_json(kept["blocks"])),)))


def test_an_article_that_was_cut_into_documents_comes_back_as_one(tmp_path):
    lines = tuple(
        Paragraph((Text(f"第{number}天，" + "河边的老街还很安静。" * 40), NoteRef("注"))) for number in range(400)
    )
    blocks = (Heading(2, (Text("起"),), "起"), *lines, Footnotes((Footnote("注", (Paragraph((Text("日记。"),)),)),)))
    long = Article(Entry(ArticleId("mirror/long"), "老街", "zh-Hans", Section("news", "新闻")), blocks)
    back = Link((Text("老街"),), Anchor("起", long.entry.id))
    short = Article(Entry(ArticleId("mirror/short"), "信", "zh-Hans", Section("news", "新闻")), (Paragraph((back,)),))
    (first, second), *_ = (found(tmp_path, bundles.bundle_of((long, short)), "epub").articles,)
    assert first.blocks == blocks
    assert second.blocks == (Paragraph((Link((Text("老街"),), long.entry.id),)),), (
        "a link into a long article lands on it"
    )


@pytest.mark.slow
@pytest.mark.parametrize("recipe_of", [sample_recipe, mirror_recipe], ids=["sample", "mirror"])
def test_built_archives_come_back(tmp_path, recipe_of):
    with Work() as work:
        whole = assembled(recipe_of(tmp_path), work)
        assert len(whole.articles) >= 3
        same(tmp_path, whole)


# -- the archive that is made of them ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mirror", "mirror-2018", "book"])
def test_real_archives_come_back(tmp_path, name):
    if not (CORPUS / name).is_dir():
        pytest.skip("the real archives are not here")
    with Work() as work:
        same(tmp_path, assembled(recipe(tmp_path, archives=f"'{CORPUS / name}'"), work))


@pytest.mark.slow
def test_files_of_every_format_make_one_archive_that_builds(tmp_path):
    path = sample_recipe(tmp_path)
    with Work() as work:
        whole = assembled(path, work)
        half = len(whole.articles) // 2
        first, rest = (bundles.bundle_of(part, assets=whole.assets) for part in halves(tuple(whole.articles), half))
    files = {"weekly.html": bundles.written("html", first), "IMG_0017.bin": bundles.written("epub", rest)}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    made = rebuild([tmp_path / name for name in files], tmp_path / "found")
    assert (made.articles, made.known, made.notes) == (len(whole.articles), (), ())
    (tmp_path / "all.json").write_bytes(bundles.written("dump", whole))
    again = rebuild([tmp_path / "all.json"], tmp_path / "found")
    assert (again.articles, set(again.known)) == (0, set(whole.articles.ids))
    path = recipe(tmp_path, tmp_path / "found", formats="[epub, html]")
    built = bundler("build", path, "--out", tmp_path / "dist", "--date", DAY,
                    "--json", home=tmp_path)  # fmt: skip
    assert built.code == 0, built.err


def halves(articles, middle):
    """Return the first and the other articles."""
    return articles[:middle], articles[middle:]


def test_pictures_come_back_as_pixels(tmp_path):
    whole = bundles.sample()
    for name in ("html", "epub"):
        got = found(tmp_path, whole, name)
        for original, data in held(whole, name).items():
            shown, back = (Image.open(io.BytesIO(one)).convert("RGB") for one in (data, got.pictures[original]))
            assert ImageChops.difference(shown, back).getbbox() is None


# -- broken and foreign ------------------------------------------------------------------------------------------


def test_a_file_that_broke_off_gives_what_arrived_whole_and_names_the_rest(tmp_path):
    whole = bundles.sample()
    data = bundles.written("html", whole)
    ids = whole.articles.ids
    start = data.index(b"</article>")
    for share in (0.1, 0.5, 0.95):
        (tmp_path / "cut.html").write_bytes(data[: start + int((len(data) - start) * share)])
        got = read(tmp_path / "cut.html")
        arrived = tuple(one.entry.id for one in got.articles)
        assert arrived == ids[: len(arrived)]
        titles = [whole.articles.entry(one).title for one in ids[len(arrived) :]]
        assert [note.detail for note in got.notes if note.code == "article-not-there"] == titles
    assert {note.code for note in got.notes} <= {"article-not-there", "link-lost"}


def test_nothing_is_lost_by_cutting_anywhere(tmp_path):
    data = bundles.written("html", bundles.sample())
    start = data.index(b"<main>")
    for end in range(start, len(data), 1999):
        (tmp_path / "cut.html").write_bytes(data[:end])
        try:
            got = read(tmp_path / "cut.html")
        except ArchiveError:
            continue
        assert len(got.articles) + sum(note.code == "article-not-there" for note in got.notes) == 12


def epub(**members):
    """Return a ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


FOREIGN = {
    "a page": b"<!doctype html><title>x</title><article><h1>x</h1><p>words</p></article>",
    "text": "只有文字".encode(),
    "PDF": b"%PDF-1.7\n%%EOF\n",
    "nothing": b"",
    "a book": epub(mimetype=b"application/epub+zip", OEBPS__a_xhtml=b"<html><body><p>words</p></body></html>"),
    "an archive": epub(a_txt=b"words"),
}


@pytest.mark.parametrize("data", FOREIGN.values(), ids=FOREIGN)
def test_a_file_that_is_none_of_ours_says_so(tmp_path, data):
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(ArchiveError, match="holds no article") as caught:
        read(tmp_path / "x")
    assert "EPUB and HTML" in caught.value.hint


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.99])
def test_a_broken_epub_is_an_error_with_a_way_out(tmp_path, keep):
    data = bundles.written("epub", bundles.sample())
    (tmp_path / "x.epub").write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(ArchiveError, match="damaged") as caught:
        read(tmp_path / "x.epub")
    assert caught.value.hint
