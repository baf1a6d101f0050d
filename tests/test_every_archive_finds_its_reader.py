"""Each kind of archive is read by its own reader, and a section is never shown by its id where a name is known."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from parts import ROOT, corpus

from bundler import readers
from bundler.build.plan import open_archives
from bundler.errors import ArchiveError
from bundler.folder import open_folder
from bundler.readers import reader
from bundler.recipe import Archive
from bundler.tree import FolderTree
from bundler.work import Work

TESTS = Path(__file__).parent
OWN = {
    "mirror": TESTS / "mirror",
    "book": TESTS / "book",
    "html": TESTS / "saved",
    "markdown": ROOT / "assets/sample",
}


@pytest.mark.parametrize("name", OWN)
def test_our_own_archives_are_recognized(name):
    assert readers.recognize(open_folder(OWN[name])) == name


@pytest.mark.parametrize(("folder", "name"), [("mirror", "mirror"), ("mirror-2018", "mirror"), ("book", "book")])
def test_the_real_archives_are_recognized(folder, name):
    assert readers.recognize(open_folder(corpus(folder))) == name


def test_the_order_in_which_readers_are_asked_runs_from_special_to_general():
    assert readers.NAMES[-4:] == ("mirror", "book", "html", "markdown")
    for place, name in enumerate(readers.NAMES):
        if name not in OWN:
            continue
        before = [reader(other) for other in readers.NAMES[:place]]
        assert not [other for other in before if other.recognizes(open_folder(OWN[name]))]


def test_one_page_of_a_mirror_alone_is_read_as_one():
    page = next(path for path in sorted((TESTS / "mirror/pages/prog204").glob("*.md")))
    assert readers.recognize(FolderTree(page.parent, (page.name,))) == "mirror"


def test_a_site_of_markdown_with_templates_and_a_readme_that_links_stays_markdown(tmp_path):
    shutil.copytree(OWN["markdown"], tmp_path / "site")
    (tmp_path / "site/layouts").mkdir()
    for name in ("single", "list"):
        (tmp_path / f"site/layouts/{name}.html").write_text("<html><body>{{ .Content }}</body></html>")
    (tmp_path / "site/README.md").write_text("# Site\n\n[one](reading/one.md)\n[two](chapters.md)\n")
    assert readers.recognize(open_folder(tmp_path / "site")) == "markdown"


def test_a_book_without_contents_is_markdown_and_an_empty_folder_is_nothing(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters/1.md").write_text("# One\n\nText.\n")
    (tmp_path / "README.md").write_text("# A book to come\n")
    assert readers.recognize(open_folder(tmp_path)) == "markdown"
    with pytest.raises(ArchiveError):
        readers.recognize(open_folder(TESTS / "saved/old_bridge_files" / ".." / "market" / "рынок_files"))


@pytest.mark.parametrize("folder", ["tests/mirror", "mirror", "mirror-2018", "book"])
def test_contents_never_read_like_an_id(folder):
    place = ROOT / folder if folder.startswith("tests/") else corpus(folder)
    index = open_archives((Archive("", place),), home=None, work=Work())
    names = {entry.section.name for entry in index.entries()}
    ids = {entry.section.id for entry in index.entries()}
    assert names - {""}
    assert not names & ids, "a section is called by its id"
    nameless = {entry.section.id for entry in index.entries() if not entry.section.name}
    assert nameless == ({"zhuanlan"} if folder == "tests/mirror" else set()), (
        "no index and no publisher: other articles"
    )


def test_names_that_a_recipe_gives_come_before_all_others():
    given = Archive("", TESTS / "mirror", sections={"nsc413": "国际新闻", "prog204": "神州"})
    index = open_archives((given,), home=None, work=Work())
    names = {entry.section.id: entry.section.name for entry in index.entries()}
    assert (names["nsc413"], names["prog204"], names["pinglun"]) == ("国际新闻", "神州", "特约评论")
    assert names["p1"] == "看中国", "no index names it: the publisher does"
    assert dt.date.min < max(entry.published.value for entry in index.entries() if entry.published)
