"""A build in which nothing changed makes nothing again and gives the same bytes; whatever changed is seen."""

import datetime as dt
import re
import shutil
from pathlib import Path

import parts
import pytest

from bundler import build as conductor
from bundler import gate
from bundler.build import kept, lazy, reading
from bundler.cache import Cache
from bundler.recipe import load
from bundler.work import Work
from bundler.writers import _layout, pdf

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
EDITION = dt.date(2026, 11, 22)
RECIPE = """version: 1
bundle: week
title: {title}
language: zh-Hans
archives: [{{path: {archive}}}]
select: {{limit: 4}}
formats: [pdf, text]
"""


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango")


@pytest.fixture
def archive(tmp_path):
    return Path(shutil.copytree(ROOT / "assets/sample", tmp_path / "archive"))


def built(folder, archive, title="一周", work=None):
    """Build the sample and return its files by format."""
    path = folder / "week.yaml"
    path.write_text(RECIPE.format(archive=archive, title=title), encoding="utf-8")
    recipe = load(path, conductor.known())
    work = work or Work(1, Cache(folder / "cache"))
    index = conductor.open_archives(recipe.archives, home=folder / "home", work=work)
    made = conductor.build(recipe, out=folder / "dist", edition=EDITION, index=index, work=work)
    return {file.format: (folder / "dist" / name).read_bytes() for name, file in made.files}, made


@pytest.fixture
def nothing(monkeypatch):
    """Let nothing be read, laid out or judged any more."""

    def never(*_args, **_kwargs):
        message = "made again"
        raise AssertionError(message)

    def forbid():
        for place, name in ((reading, "content_digest"), (pdf, "write"), (_layout, "_engine"), (gate, "judge")):
            monkeypatch.setattr(place, name, never)

    return forbid


def test_a_second_build_reads_lays_out_and_judges_nothing(tmp_path, archive, nothing):
    first, report = built(tmp_path, archive)
    nothing()
    second, again = built(tmp_path, archive)
    assert first == second
    assert report == again


def test_what_is_kept_is_what_would_be_made(tmp_path, archive):
    built(tmp_path, archive)
    warm, told = built(tmp_path, archive)
    fresh, said = built(tmp_path, archive, work=Work())
    assert warm == fresh
    assert told == said


def test_a_change_of_an_article_or_of_the_recipe_is_seen(tmp_path, archive):
    first, _ = built(tmp_path, archive)
    other, _ = built(tmp_path, archive, title="又一周")
    assert first["pdf"] != other["pdf"]
    packed = first["text"].decode()
    (page, *_) = (path for path in sorted(archive.rglob("*.md")) if title(path) and f"】{title(path)}\n" in packed)
    page.write_text(page.read_text(encoding="utf-8") + "\n新添的一段。\n", encoding="utf-8")
    changed, _ = built(tmp_path, archive, title="又一周")
    assert "新添的一段" in changed["text"].decode()
    assert changed["pdf"] != other["pdf"]


def title(path):
    """Return the title in a page's front matter."""
    found = re.search(r"^title: *(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].strip("\"'") if found else ""


def test_other_fonts_make_another_file(tmp_path, archive, monkeypatch, nothing):
    built(tmp_path, archive)
    monkeypatch.setattr("bundler.writers._fonts.seen", lambda *_: b"a font that came later")
    nothing()
    with pytest.raises(AssertionError, match="made again"):
        built(tmp_path, archive)


def test_a_file_is_judged_by_its_bytes_and_by_what_is_expected_of_it(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("clean\n", encoding="utf-8")
    asked = []

    class Judge:
        def faults(self, path, expected):
            asked.append(expected)
            return () if path.read_text(encoding="utf-8") == "clean\n" else (gate.Fault("dirty", "x"),)

    monkeypatch.setattr(gate, "judge", lambda _name: Judge())
    work = Work(1, Cache(tmp_path / "cache"))
    wanted, other = gate.Expected(("a",), {}, ()), gate.Expected(("a",), {}, ("/home/x",))
    for _ in range(2):
        assert kept.faults("text", path, wanted, work) == ()
    assert len(asked) == 1
    assert kept.faults("text", path, other, work) == ()
    assert len(asked) == 2
    path.write_text("dirty\n", encoding="utf-8")
    for count in (3, 4):
        assert kept.faults("text", path, wanted, work) == (gate.Fault("dirty", "x"),)
        assert len(asked) == count


def test_what_took_too_long_to_read_is_asked_again(tmp_path, archive, monkeypatch):
    real = lazy.prepared
    slow = []

    def prepared(index, article, context):
        slow.append(article)
        return reading.STOPPED if len(slow) == 1 else real(index, article, context)

    monkeypatch.setattr(lazy, "prepared", prepared)
    first, _ = built(tmp_path, archive)
    second, _ = built(tmp_path, archive)
    assert len(first["text"]) < len(second["text"])
