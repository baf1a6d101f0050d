"""An archive with a repository and fetched pages is named once: all of it is listed, ids are unique and stay."""

import pytest
from command import bundler, recipe
from fetching import mirror
from test_git_mirrors_are_fetched_bare import Repository, bring, page, serving

from bundler.catalog import open_archive
from bundler.fetch import stored
from bundler.fetch.stored import Facts
from bundler.folder import open_folder
from bundler.work import Work

TEXT = "<p>" + "集市在清晨开张，摊贩带来自家种的蔬菜，邻居们围着炉子说话。" * 30
SITE = "https://news.example"


def fetched(archive, *numbers):
    """Write articles as a feed brings them."""
    for number in numbers:
        address = f"{SITE}/{number}"
        text = stored.article(f"新闻{number}", TEXT, address, Facts(published="2026-11-02"))
        stored.keep(archive, stored.place(address), text)


def ids(archive, reader=None):
    with Work() as work:
        catalog = open_archive(open_folder(archive), home=None, work=work, reader_name=reader)
        found = {entry.title: entry.id for entry in catalog.entries()}
        notes = [note.code for note in catalog.notes]
        catalog.close()
    return found, notes


@pytest.fixture
def both(tmp_path):
    origin = Repository(tmp_path / "origin/mirror")
    for number in range(3):
        origin.write(f"news/{number:02}.md", page(number))
    origin.write("news/about.html", "<html><body><p>不是文章，是仓库自己的说明。")
    origin.commit()
    archive = tmp_path / "mirror"
    with serving(tmp_path / "origin") as server:
        bring(archive, server)
    return archive


def test_both_kinds_are_listed_and_no_id_changes(both):
    before, _ = ids(both)
    fetched(both, 1, 2)
    after, notes = ids(both)
    assert len(before) == 3
    assert {title: after[title] for title in before} == before
    assert sorted(set(after) - set(before)) == ["新闻1", "新闻2"]
    assert len(set(after.values())) == 5
    name = next(iter(before.values())).partition("/")[0]
    assert after["新闻1"] == f"{name}/{stored.place(f'{SITE}/1').removesuffix('.html')}"
    assert not notes


def test_more_pages_than_markdown_take_nothing_away(both):
    fetched(both, *range(20))
    assert len(ids(both)[0]) == 23


def test_a_reader_that_is_named_reads_its_kind_alone(both):
    fetched(both, 1)
    assert sorted(ids(both, "markdown")[0]) == ["第0篇", "第1篇", "第2篇"]
    assert "新闻1" in ids(both, "html")[0]


def test_a_folder_of_markdown_with_fetched_pages_is_one_too(tmp_path):
    (tmp_path / "a/notes").mkdir(parents=True)
    for number in range(3):
        (tmp_path / f"a/notes/{number}.md").write_text(page(number))
    (tmp_path / "a/notes/other.html").write_text("<html><body><p>不是取回来的网页。")
    fetched(tmp_path / "a", 1)
    assert sorted(ids(tmp_path / "a")[0]) == ["新闻1", "第0篇", "第1篇", "第2篇"]


def test_a_mirror_keeps_its_ids_beside_fetched_pages(tmp_path):
    archive = mirror(tmp_path / "mirror", 80, range(1, 4))
    before, _ = ids(archive)
    fetched(archive, 1)
    after, notes = ids(archive)
    assert {title: after[title] for title in before} == before
    assert after["新闻1"].startswith("mirror/news.example/")
    assert "not-an-article" not in notes


@pytest.mark.slow
def test_the_command_line_counts_and_selects_all_of_it(both, tmp_path):
    fetched(both, 1)
    status = bundler("archive", "status", both, "--json", home=tmp_path / "home")
    assert status.json["articles"] == 4
    path = recipe(tmp_path, both)
    listed = bundler("list", path, "--json", home=tmp_path / "home")
    assert listed.code == 0, listed.err
    assert "新闻1" in listed.out
    assert "第1篇" in listed.out
