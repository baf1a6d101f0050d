"""What another parser sees on a page stands in its article, or a note names the rule that took it out."""

from functools import cache
from pathlib import Path

import pytest
from _oracle import compared, mirror_text
from corpus_report import Findings, main, removals, survey
from parts import ROOT, corpus

MOST_MISSING = 0.001
OURS = [ROOT / "tests/mirror", ROOT / "tests/book"]


@cache
def surveyed(folder: Path) -> Findings:
    return survey(folder)


@pytest.mark.parametrize("folder", OURS, ids=lambda folder: folder.name)
def test_pages_of_every_dialect_are_kept_whole(folder):
    found = surveyed(folder)
    assert found.visible
    assert not found.lost
    assert not found.foreign
    assert found.ordered == len(found.order)


@pytest.mark.parametrize("name", ["mirror", "mirror-2018", "book"])
def test_real_archives_are_kept_whole(name):
    found = surveyed(corpus(name))
    assert found.visible > 40_000
    assert found.share(found.lost) < MOST_MISSING, found.lost
    assert found.share(found.foreign) < MOST_MISSING, found.foreign
    assert found.ordered >= 0.99 * len(found.order)


def test_every_page_of_2020_is_dated_and_attributed():
    found = surveyed(corpus("mirror"))
    assert found.dates == {"full day": 188}
    assert found.publishers.total() == 188
    assert not found.publishers["nobody"]


def test_most_pages_of_2018_have_full_dates():
    found = surveyed(corpus("mirror-2018"))
    assert found.dates["full day"] >= 0.7 * len(found.order)


def test_chapters_stand_in_the_order_of_their_contents():
    chapters = [f"book/chapters/{name}" for name in ("0", "1", "2", "2b", "3c")]
    assert surveyed(corpus("book")).order == ["book/README", *chapters]


def test_the_documentation_tells_the_figures_as_they_are():
    told = (ROOT / "docs/archives.md").read_text(encoding="utf-8")
    found = [surveyed(corpus(name)) for name in ("mirror", "mirror-2018", "book")]
    for row in (
        ("articles read", [f"{len(one.order)}" for one in found]),
        ("pictures in the archive; missing", [f"{len(one.present)}; {one.missing}" for one in found]),
        ("visible characters", [f"{one.visible:,}" for one in found]),
        ("**missing without a note**", [f"{sum(lost.total() for lost in one.lost.values())}" for one in found]),
        ("articles with every character in its place", [f"{one.ordered}" for one in found]),
    ):
        assert f"| {row[0]} | {' | '.join(row[1])} |" in told


def test_a_missing_sentence_is_seen():
    page = "### 题目\n\n<div><p>第一句。<table><tr><td>格子</div><span style='display: none'>看不见</span>"
    lost = compared(mirror_text(page, ()), "题目 第一句。")
    assert (lost.missing, lost.foreign) == ({"格": 1, "子": 1}, {})


def test_a_moved_sentence_is_seen():
    assert compared("第一句。第二句。", "第一句。第二句。").ordered
    assert not compared("第一句。第二句。", "第二句。第一句。").ordered


def test_a_removal_without_its_note_counts_as_missing():
    page = "### 题目\n\n<p>正文</p>\n手机上长按并复制下列链接\n"
    assert compared(mirror_text(page, {"share-hint"}), "题目正文").missing.total() == 0
    assert compared(mirror_text(page, removals([])), "题目正文").missing.total() == 12


def test_the_report_says_where_it_has_nothing_to_read(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("corpus_report.CORPUS", tmp_path / "nowhere")
    main([])
    assert "the corpus is absent" in capsys.readouterr().out


def test_the_report_is_a_table(capsys):
    main([str(folder) for folder in OURS])
    said = capsys.readouterr().out
    assert said.startswith("| | `mirror` | `book` |\n|---|---|---|\n| articles read | 13 | 5 |\n")
    assert "0 are missing without a note" in said
