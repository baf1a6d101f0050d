"""Hostile classes C, H and I: an archive full of active markup is built, and the finished files hold none of it."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from command import DAY, bundler, recipe
from harmless import Page, everything, judge, parsed, squeezed
from hostile_markup import CASES, after, before, markdown, mirror


@dataclass(frozen=True)
class Built:
    """What one command made of a hostile archive."""

    report: dict
    html: list[Page]
    epub: list[Page]
    text: str
    folder: Path


def built(folder: Path, write, formats: str, reader: str) -> Built:
    """Write an archive, build it with the command line, open the files."""
    write(folder / "archive")
    home = folder / "home"
    place = recipe(
        folder,
        archives=f"{{path: archive, reader: {reader}, base_url: 'https://mirror.example/'}}",
        select="{dedupe: none}",
        formats=formats,
    )
    done = bundler("build", place, "--out", folder / "dist", "--date", DAY, "--json", home=home)
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    files = {file["format"]: folder / "dist" / file["path"] for file in done.json["files"]}
    with zipfile.ZipFile(files["epub"]) as book:
        inside = [parsed(book.read(name)) for name in book.namelist() if name.endswith(".xhtml")]
    html = [parsed(files["html"].read_bytes())]
    return Built(done.json, html, inside, files["text"].read_text(encoding="utf-8"), folder)


@pytest.fixture(scope="module", params=[markdown, mirror], ids=["markdown", "mirror"])
def made(request, tmp_path_factory) -> Built:
    folder = tmp_path_factory.mktemp("hostile")
    return built(folder, request.param, "[epub, html, text]", request.param.__name__)


@pytest.mark.slow
def test_no_page_takes_another_along(made):
    assert made.report["articles"] == len(CASES) + 1, made.report["omitted"]
    for whole in (everything(made.html), everything(made.epub), squeezed(made.text)):
        assert "这一页什么也没有发生。" in whole


@pytest.mark.parametrize("name", CASES)
def test_the_text_around_each_case_survives(made, name):
    for whole in (everything(made.html), everything(made.epub), squeezed(made.text)):
        assert before(name) in whole
        assert after(name) in whole


@pytest.mark.parametrize("form", ["html", "epub"])
def test_nothing_runs_loads_or_submits(made, form):
    pages: list[Page] = getattr(made, form)
    for page in pages:
        judge(page)


def test_nothing_of_this_machine_is_read(made):
    for whole in (everything(made.html), everything(made.epub), made.text):
        assert "root:x:0" not in whole
        assert "haha" not in whole


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, (_, codes) in CASES.items() if codes])
def test_each_loss_has_a_note(made, name):
    page = next((made.folder / "archive").rglob(f"{name}.md"))
    shown = bundler("show", page, "--as", "notes", home=made.folder / "home")
    assert shown.code == 0, shown.err
    for code in CASES[name][1]:
        assert code in shown.out


def test_case_114_the_real_host_stands_beside_a_name_that_is_not_its(made):
    for whole in (everything(made.html), everything(made.epub), squeezed(made.text)):
        assert re.search(r"apple\.com[\[\]0-9]*\[xn--pple-43d\.com\]", whole)


def test_113_115_no_control_of_direction_or_hidden_mark_survives(made):
    for whole in (everything(made.html), everything(made.epub), made.text):
        assert not set("\u202a\u202b\u202d\u202e\u2067\u200c\u200d\u2060\u2063") & set(whole)
        assert "exe.文开" in whole
        assert "水印记" in whole
