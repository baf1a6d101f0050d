"""Articles are laid out in groups and joined: caches, cores and neighbours change the cost and nothing else."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import bundles
import parts
import printing
import pytest

from bundler.cache import Cache
from bundler.model import Chapter
from bundler.work import Work
from bundler.writers import _groups, _layout

TESTS = Path(__file__).parent
ELSEWHERE = """
import sys
sys.path.insert(0, sys.argv[1])
import bundles
from bundler.writers import pdf
print(__import__("hashlib").sha256(bundles.written("pdf", bundles.sample("fa"))).hexdigest())
"""


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango")


def crowd(count, skip=()):
    """Return one chapter of many short articles, some left out."""
    bundle = bundles.many(count, kilobytes=1)
    kept = [article for number, article in enumerate(bundle.articles) if number not in skip]
    chapters = (Chapter("街区", tuple(article.entry.id for article in kept)),)
    return replace(bundle, articles=bundles.MemoryArticles(tuple(kept)), chapters=chapters)


def test_groups_hold_every_article_once_in_order():
    bundle = crowd(300)
    groups = _groups.groups(bundle)
    assert tuple(name for group in groups for name in group.articles) == bundle.articles.ids
    assert len(groups) > 5
    sample = bundles.sample()
    names = tuple(name for group in _groups.groups(sample) for name in group.articles)
    assert names == (
        *(page.entry.id for page in sample.front),
        *sample.articles.ids,
        *(page.entry.id for page in sample.back),
    )


def test_an_article_that_goes_changes_one_group():
    before, after = (
        {group.articles for group in _groups.groups(bundle)} for bundle in (crowd(300), crowd(300, skip={150}))
    )
    assert len(before - after) <= 2
    assert len(after - before) <= 2


def test_a_long_run_is_cut_where_a_limit_says():
    bundle = bundles.many(40, kilobytes=30)
    for group in _groups.groups(bundle):
        longest = max(bundle.articles.entry(name).characters for name in group.articles)
        assert sum(bundle.articles.entry(name).characters for name in group.articles) <= _groups.LONGEST + longest


@pytest.mark.slow
def test_cold_and_warm_one_core_and_two_give_the_same_bytes(tmp_path):
    bundle = crowd(60)
    assert len(_groups.groups(bundle)) >= 2
    plain = printing.printed(bundle)
    with Work(2, Cache(tmp_path)) as work:
        assert printing.printed(bundle, work) == plain
    entries = len(list(tmp_path.glob("??/*")))
    warm = Work(1, Cache(tmp_path))
    assert printing.printed(bundle, warm) == plain
    assert len(list(tmp_path.glob("??/*"))) == entries


@pytest.mark.slow
def test_a_warm_run_lays_nothing_out(tmp_path, monkeypatch):
    bundle = bundles.sample("en")
    work = Work(1, Cache(tmp_path))
    plain = printing.printed(bundle, work)

    def never(_sheet):
        message = "laid out again"
        raise AssertionError(message)

    monkeypatch.setattr(_layout, "_engine", never)
    monkeypatch.setattr(_layout, "require", lambda: None)
    assert printing.printed(bundle, work) == plain


@pytest.mark.slow
def test_joined_groups_agree_with_one_document(monkeypatch):
    bundle = crowd(60)
    joined = printing.printed(bundle, page="phone")
    monkeypatch.setattr(_groups, "SHORTEST", 10**9)
    monkeypatch.setattr(_groups, "LONGEST", 10**9)
    assert len(_groups.groups(bundle)) == 1
    single = printing.printed(bundle, page="phone")
    assert printing.text(joined) == printing.text(single)
    with printing.opened(joined) as left, printing.opened(single) as right:
        assert len(left.pages) == len(right.pages)
        assert printing.outline(left) == printing.outline(right)
        assert printing.links(left) == printing.links(right)
        assert tree(left) == tree(right)


def tree(file):
    """Return the structure as (depth, type), marks and pages left out."""

    def walk(element, depth):
        yield depth, str(element.S)
        for kid in element.K:
            if "/S" in getattr(kid, "keys", tuple)():
                yield from walk(kid, depth + 1)

    return list(walk(file.Root.StructTreeRoot.K[0], 0))


def test_every_mark_finds_its_element(tmp_path):
    data = printing.sample()
    with printing.opened(data) as file:
        nums = file.Root.StructTreeRoot.ParentTree.Nums
        keys = [int(nums[at]) for at in range(0, len(nums), 2)]
        assert keys == sorted(set(keys))
        held = dict(zip(keys, (nums[at] for at in range(1, len(nums), 2)), strict=True))
        for page in file.pages:
            marks = held[int(page.obj.StructParents)]
            for mark, element in enumerate(marks):
                assert mark in [int(kid) for kid in element.K if isinstance(kid, int)]
                assert element.Pg.objgen == page.obj.objgen
            for annotation in page.obj.get("/Annots", ()):
                assert str(held[int(annotation.StructParent)].S) == "/Link"


@pytest.mark.slow
def test_another_machine_makes_the_same_bytes(tmp_path):
    digests = set()
    for zone, language, seed in (("Asia/Urumqi", "C", "1"), ("America/Lima", "de_DE.UTF-8", "77")):
        world = {"TZ": zone, "LANG": language, "LC_ALL": language, "PYTHONHASHSEED": seed, "HOME": str(tmp_path / seed)}
        done = subprocess.run(
            [sys.executable, "-c", ELSEWHERE, str(TESTS)],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(TESTS.parent), **world},
            cwd=tmp_path, capture_output=True, text=True, check=True,
        )  # fmt: skip
        digests.add(done.stdout)
    assert len(digests) == 1
