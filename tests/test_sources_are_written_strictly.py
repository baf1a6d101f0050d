"""`archive.yaml` is as strict as a recipe: every mistake with its place, and nothing leads out of the folder."""

from pathlib import Path

import pytest
from command import bundler

from bundler.fetch import sources
from bundler.fetch.sources import Feed, Git, Pages, Saved
from bundler.recipe import RecipeProblems

WHOLE = """version: 1
sources:
  - git: https://code.example/mirror.git
    branch: main
    paths: [pages/, indexes/]
  - feed: https://news.example/feed.xml
  - pages: [https://news.example/a, https://news.example/b]
  - pages: |
      # two more
      https://other.example/a

      https://other.example/b
  - pages: pages.txt
  - saved: saved/site.wacz
pictures: none
"""


def load(folder, text):
    (folder / "archive.yaml").write_text(text, encoding="utf-8")
    return sources.load(folder)


def test_every_kind_of_source_is_read(tmp_path):
    (tmp_path / "pages.txt").write_text("# 名单\nhttps://list.example/1\n\nhttps://list.example/2\n", encoding="utf-8")
    found = load(tmp_path, WHOLE)
    assert found.sources == (
        Git("https://code.example/mirror.git", "main", ("pages/", "indexes/")),
        Feed("https://news.example/feed.xml"),
        Pages(("https://news.example/a", "https://news.example/b")),
        Pages(("https://other.example/a", "https://other.example/b")),
        Pages(("https://list.example/1", "https://list.example/2")),
        Saved(tmp_path / "saved/site.wacz"),
    )
    assert not found.pictures
    assert found.hosts == ("code.example", "list.example", "news.example", "other.example")


def test_an_archive_needs_none(tmp_path):
    assert sources.load(tmp_path) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("- git: http://code.example/a.git", "by https alone"),
        ("- git: ssh://code.example/a.git", "cannot be fetched: scheme-refused"),
        ("- git: git@code.example:a.git", "cannot be fetched: scheme-refused"),
        ("- feed: file:///etc/passwd", "cannot be fetched: scheme-refused"),
        ("- feed: https://user@news.example/", "cannot be fetched: user-in-address"),
        ("- saved: ../other.epub", "no path in the archive's folder"),
        ("- saved: /etc/passwd", "no path in the archive's folder"),
        ("- saved: .bundler/x", "no path in the archive's folder"),
        ("- pages: ../../secret.txt", "no path in the archive's folder"),
        ("- pages: missing.txt", "cannot be read"),
        ("- feed: https://a.example/\n    branch: main", "belongs to 'git' alone"),
        ("- feed: https://a.example/\n    git: https://b.example/", "a source is one thing, this one is 2"),
        ("- branch: main", "a source is one thing, this one is 0"),
        ("- feeds: https://a.example/", "unknown key 'feeds'"),
        ("- feed: https://a.example/\n  - feed: https://a.example/", "stands here twice"),
        ("- git: https://a.example/a.git\n  - git: https://a.example/b.git", "an archive holds one repository"),
        ("- &a feed", "the anchor '&a' is not allowed here"),
        ("- !!python/object:os.system feed", "the tag"),
    ],
)
def test_mistakes_are_said_with_their_place(tmp_path, line, said):
    with pytest.raises(RecipeProblems) as raised:
        load(tmp_path, f"version: 1\nsources:\n  {line}\n")
    problem = raised.value.problems[0]
    assert said in str(problem)
    assert problem.file.endswith("archive.yaml")
    assert problem.line >= 3
    assert problem.column >= 3


def test_a_mistake_in_a_list_is_said_with_the_line_of_the_list(tmp_path):
    (tmp_path / "pages.txt").write_text("https://a.example/\nftp://b.example/\n")
    with pytest.raises(RecipeProblems) as raised:
        load(tmp_path, "version: 1\nsources:\n  - pages: pages.txt\n")
    (problem,) = raised.value.problems
    assert (Path(problem.file).name, problem.line) == ("pages.txt", 2)


@pytest.mark.slow
def test_init_writes_one_that_says_what_would_be_asked(tmp_path):
    root = tmp_path / "new"
    address = 'https://code.example/a".git'
    done = bundler("init", root, "--git", address, "--page", "https://news.example/1", home=tmp_path)
    assert done.code == 0, done.err
    assert sources.load(root).sources == (Git(address), Pages(("https://news.example/1",)))
    dry = bundler("fetch", root, "--dry-run", "--json", home=tmp_path)
    assert dry.json["hosts"] == {"code.example": 0, "news.example": 0}
    assert bundler("init", root, "--feed", "https://a.example/", home=tmp_path).code == 2
    assert bundler("init", tmp_path / "bad", "--git", "http://a.example/", home=tmp_path).code == 2
    assert not (tmp_path / "bad").exists()
    assert bundler("init", tmp_path / "none", home=tmp_path).code == 2


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (20_000, None),
        (20_001, "'pages' has 20001 entries, at most 20000"),
        (160_000, "the file is larger than 4000000 bytes"),
    ],
)
def test_a_list_that_is_too_long_is_refused_and_not_cut(tmp_path, rows, said):
    """An address that is left out in silence would never be missed."""
    (tmp_path / "pages.txt").write_text("".join(f"https://a.example/{row:08}\n" for row in range(rows)))
    text = "version: 1\nsources:\n  - pages: pages.txt\n"
    if said is None:
        assert len(load(tmp_path, text).sources[0].urls) == rows
        return
    with pytest.raises(RecipeProblems) as caught:
        load(tmp_path, text)
    assert [str(one.message) for one in caught.value.problems] == [said]
