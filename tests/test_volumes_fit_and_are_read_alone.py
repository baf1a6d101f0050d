"""Files that fit: smaller pictures first, then volumes cut between articles, each with its place and its neighbours."""

import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest
from command import SAMPLE
from parts import require

from bundler import build, merkle, model, volumes
from bundler.build import cutting, sizes
from bundler.errors import RecipeError
from bundler.recipe import load
from bundler.release import seal
from bundler.work import Work

DAY = dt.date(2026, 11, 22)
MOST = 110_000


def words(seed, count):
    """Return text that nothing packs well: the same for the same seed."""
    return " ".join(hashlib.sha256(f"{seed} {n}".encode()).hexdigest()[:9] for n in range(count))


def archive(folder, *, pages=12, long=()):
    """Write a folder of articles, each linking to the one before; those in `long` are ten times as long."""
    folder.mkdir()
    for n in range(1, pages + 1):
        linked = f"[第{n - 1}封](letter-{n - 1:02}.md)" if n > 1 else "没有更早的信"
        text = words(n, 15_000 if n in long else 1_500)
        (folder / f"letter-{n:02}.md").write_text(
            f"---\ntitle: 第{n}封信\ndate: 2026-01-{n:02}\n---\n上一封是{linked}。\n\n{text}\n", "utf-8"
        )
    return folder


def recipe(folder, source, **keys):
    """Write a recipe, and read it."""
    said = {"formats": "[text, html, epub]", "select": "{order: oldest}", "language": "zh-Hans", "title": "书信"} | keys
    lines = "".join(f"{name}: {value}\n" for name, value in said.items())
    path = folder / "letters.yaml"
    path.write_text(f"version: 1\nbundle: letters\narchives: {source}\n{lines}", "utf-8")
    return load(path, build.known())


def made(asked, out):
    """Build an edition; return its report and its folder."""
    with Work() as work:
        index = build.open_archives(asked.archives, home=None, work=work)
        report = build.build(asked, out=out, edition=DAY, index=index, work=work)
    return report, out / "letters/2026-11-22"


@pytest.fixture
def small(monkeypatch):
    """Let `lite` mean 110 KB, so that a dozen letters are too much."""
    monkeypatch.setitem(model.CLASSES, "lite", MOST)
    monkeypatch.setitem(model.CLASSES, "std", 160_000)


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    """Return a report and a folder of letters in volumes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(model.CLASSES, "lite", MOST)
        place = tmp_path_factory.mktemp("cut")
        return made(recipe(place, archive(place / "archive")), place / "dist")


def shown(path):
    """Return all text of a file of any format, markup and all."""
    if path.suffix != ".epub":
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist() if name.endswith((".xhtml", ".opf")))


def kinds(report):
    """Return the files of an edition by format, in their order."""
    found = {}
    for path, file in report.files:
        found.setdefault(file.format, []).append((Path(path).name, file))
    return found


@pytest.mark.parametrize(
    ("weights", "most", "lengths"),
    [
        ([], 10, [0]),
        ([3], 10, [1]),
        ([5, 5], 10, [2]),
        ([5, 5, 1], 10, [1, 2]),
        ([4, 4, 4, 4], 13, [2, 2]),
        ([1, 50, 1], 10, [1, 1, 1]),
        ([9, 9, 9], 10, [1, 1, 1]),
    ],
)
def test_articles_are_cut_into_as_few_volumes_as_fit(weights, most, lengths):
    ranges = volumes.cut(weights, max_bytes=most)
    assert [len(one) for one in ranges] == lengths
    assert [at for one in ranges for at in one] == list(range(len(weights)))


def test_every_file_fits_and_says_its_place(cut):
    report, folder = cut
    for files in kinds(report).values():
        count = len(files)
        assert count > 1
        for at, (name, file) in enumerate(files, 1):
            assert re.fullmatch(rf"letters-261122-{at}\.(txt|html|epub)", name)
            assert (file.volume, file.volumes) == (at, count)
            assert file.bytes <= MOST
            assert f"第 {at} 卷，共 {count} 卷" in shown(folder / name)


def test_every_article_stands_in_one_volume_and_is_named_in_all(cut):
    report, folder = cut
    for files in kinds(report).values():
        texts = [shown(folder / name) for name, _ in files]
        for n in range(1, 13):
            holding = [text for text in texts if words(n, 20) in text]
            assert len(holding) == 1, n
            assert all(f"第{n}封信" in text for text in texts)
        for name, _ in files:
            assert all(name in text for text in texts)


def test_each_names_the_digest_of_what_the_others_hold(cut):
    report, folder = cut
    leaves = [bytes.fromhex(one["content"]) for one in json.loads((folder / "articles.json").read_text())["articles"]]
    for files in kinds(report).values():
        texts, at = [shown(folder / name) for name, _ in files], 0
        for text in texts:
            held = [n for n in range(1, 13) if words(n, 20) in text]
            digest = merkle.root(leaves[at : at + len(held)]).hex()
            assert all(digest in one for one in texts)
            at += len(held)


def test_a_link_into_another_volume_says_where_that_is(cut):
    report, folder = cut
    names = [name for name, _ in kinds(report)["html"]]
    second = (folder / names[1]).read_text("utf-8")
    first_letter = min(n for n in range(1, 13) if words(n, 20) in second)
    assert f"第{first_letter - 1}封 [{names[0]}]" in second
    assert f"第{first_letter}封</a>" in second


def test_the_message_names_the_volumes(cut):
    _, folder = cut
    said = (folder / "SEND.txt").read_text("utf-8")
    assert re.search(r"letters-261122-1\.epub … letters-261122-\d\.epub", said)
    assert "每个都可以单独阅读" in said


def test_the_same_bytes_warm_and_cold(cut, tmp_path, small):
    from bundler.cache import Cache

    report, _ = cut
    asked = recipe(tmp_path, archive(tmp_path / "archive"))
    kept = Cache(tmp_path / "cache")
    for out in ("cold", "warm"):
        with Work(1, kept) as work:
            index = build.open_archives(asked.archives, home=None, work=work)
            again = build.build(asked, out=tmp_path / out, edition=DAY, index=index, work=work)
        assert [file.sha256 for _, file in again.files] == [file.sha256 for _, file in report.files]


def test_one_file_that_fits_is_not_cut_and_serves_larger_sizes(tmp_path):
    asked = recipe(tmp_path, archive(tmp_path / "archive", pages=3), **{"for": "[lite, std, usb]"})
    report, _ = made(asked, tmp_path / "dist")
    assert [Path(path).name for path, _ in report.files] == [f"letters-261122.{end}" for end in ("txt", "html", "epub")]
    assert not {"volumes", "pictures-smaller"} & set(report.counts)


def test_a_larger_size_has_its_letter(tmp_path, small):
    asked = recipe(tmp_path, archive(tmp_path / "archive"), **{"for": "[lite, usb]", "formats": "[text]"})
    report, folder = made(asked, tmp_path / "dist")
    names = [Path(path).name for path, _ in report.files]
    assert names[0] == "letters-261122-1.txt"
    assert names[-1] == "letters-261122-u.txt"
    whole = " ".join((folder / names[-1]).read_text("utf-8").split())  # long paragraphs are read as several
    assert all(words(n, 1_500) in whole for n in range(1, 13))


@pytest.mark.slow
def test_pictures_become_smaller_before_anything_is_cut(tmp_path, monkeypatch):
    asked = recipe(tmp_path, SAMPLE, formats="[epub]", language="en")
    first, _ = made(asked, tmp_path / "first")
    whole = first.files[0][1].bytes
    monkeypatch.setitem(model.CLASSES, "lite", whole)  # without room for a seal
    report, _ = made(asked, tmp_path / "dist")
    assert [file.volumes for _, file in report.files] == [1]
    assert report.files[0][1].bytes < whole
    assert report.counts["pictures-smaller"] == 1
    assert "volumes" not in report.counts


@pytest.mark.slow
def test_pictures_are_never_left_out_to_save_room(tmp_path, monkeypatch):
    monkeypatch.setitem(model.CLASSES, "lite", 120_000)
    report, folder = made(recipe(tmp_path, SAMPLE, formats="[epub]", language="en"), tmp_path / "dist")
    assert len(report.files) > 1
    held = set()
    for path, _ in report.files:
        with zipfile.ZipFile(folder / Path(path).name) as book:
            held |= {name for name in book.namelist() if name.endswith((".jpg", ".png")) and "cover" not in name}
    assert len(held) >= 11


def test_an_article_that_fits_nowhere_is_named(tmp_path, small):
    asked = recipe(tmp_path, archive(tmp_path / "archive", pages=3, long=(2,)), formats="[text]")
    with pytest.raises(RecipeError) as caught:
        made(asked, tmp_path / "dist")
    assert "letter-02' alone makes a file of 15" in str(caught.value)
    assert "larger size after 'for:'" in str(caught.value.hint)
    assert not (tmp_path / "dist/letters").exists()


@pytest.mark.parametrize(("tries", "lite"), [(16, 4_000), (1, 30_000)])
def test_what_cutting_does_not_help_is_said_with_the_true_reason(tmp_path, monkeypatch, tries, lite):
    monkeypatch.setitem(model.CLASSES, "lite", lite)
    monkeypatch.setattr(cutting, "_TRIES", tries)
    source = archive(tmp_path / "archive", pages=14)
    with pytest.raises(RecipeError) as caught:
        made(recipe(tmp_path, source, formats="[epub]"), tmp_path / "dist")
    assert "what each holds beside its articles is too large" in str(caught.value)
    assert "99 files" not in str(caught.value)
    monkeypatch.setitem(model.CLASSES, "std", 1_000_000)
    report, _ = made(recipe(tmp_path, source, formats="[epub]", **{"for": "[std]"}), tmp_path / "dist")
    assert len(report.files) == 1, "the hint works"


@pytest.mark.slow
def test_pages_are_cut_too(tmp_path, monkeypatch):
    require("pango")
    asked = recipe(tmp_path, archive(tmp_path / "archive"), formats="[pdf]")
    whole, _ = made(asked, tmp_path / "whole")
    most = whole.files[0][1].bytes * 2 // 3
    monkeypatch.setitem(model.CLASSES, "lite", most)
    report, folder = made(asked, tmp_path / "dist")
    assert [file.volume for _, file in report.files] == list(range(1, len(report.files) + 1))
    for path, file in report.files:
        assert file.bytes <= most
        with pikepdf.open(io.BytesIO((folder / Path(path).name).read_bytes())) as opened:
            assert f"共 {len(report.files)} 卷" in str(opened.docinfo["/Title"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("anyone", ("lite",)),
        ("std", ("std",)),
        ("[usb, nano, usb]", ("nano", "usb")),
    ],
)
def test_a_recipe_says_for_whom(tmp_path, written, meant):
    assert recipe(tmp_path, SAMPLE, **{"for": written}).sizes == meant


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("everyone", "'everyone' is no value of 'for'"),
        ("[lite, small]", "'small' is no value of 'for'"),
        ("[]", "'for' is empty"),
        ("7", "'7' is no value of 'for'"),
        ("{lite: 7}", "'for' wants a list, not {…}"),
    ],
)
def test_what_is_no_size_is_said_with_its_place(tmp_path, written, said):
    with pytest.raises(RecipeError) as caught:
        recipe(tmp_path, SAMPLE, **{"for": written})
    (problem,) = caught.value.problems
    assert said in str(problem.message)
    assert (problem.line, problem.column > 1) == (8, True)


def test_the_plan_says_what_is_to_be_expected():
    photographs = [(1_000, (150_000,) * 5)] * 20  # 15 MB on `screen`, 4 MB on `small`
    typical = {"screen": 180_000, "small": 40_000, "none": 0}

    def planned(name, *wanted, articles=photographs):
        return list(sizes.expected(name, wanted, model.SCREEN, articles, typical))

    assert planned("epub", "lite", "std") == [("lite", "small", 1), ("std", "screen", 1)]
    assert planned("epub", "lite", articles=photographs * 2) == [("lite", "small", 2)]
    assert planned("text", "lite", "std") == [("lite", "screen", 1)]
    assert planned("pdf", "nano", "usb") == [("usb", "screen", 1)]
    assert planned("html", "nano") == [("nano", "none", 1)]
    assert planned("dump", "nano") == []


def test_seals_have_room(cut):
    report, _ = cut
    assert all(file.bytes + seal.MAX_BYTES <= MOST for _, file in report.files)
