"""A catalog reads a page again only when the page, or a file that it depends on, has other bytes than before."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from archives import BASE, LONG_AGO_NS, Opening, code, mirror, page, write

from bundler.cache import Cache

FIRST = "pages/news/a1.md"


@pytest.fixture
def opening(tmp_path):
    made = Opening(mirror(tmp_path / "archive"), tmp_path / "home")
    assert len(made().entries()) == made.read == 3
    return made


def titles(catalog):
    return [entry.title for entry in catalog.entries()]


def test_nothing_changed_nothing_read(opening):
    first = opening().entries()
    assert opening.read == 0
    assert opening().entries() == first


def test_articles_come_from_the_cache(opening):
    for entry in opening().entries():
        assert opening().load(entry.id).article.entry == entry
    assert opening.read == 0


def test_an_evicted_article_is_read_again(opening):
    whole = opening().load("mirror/news/a2")
    Cache(opening.home / "cache").evict(max_bytes=0)
    assert opening().load("mirror/news/a2") == whole


def test_a_catalog_without_its_file_is_the_same(opening):
    warm = opening()
    shutil.rmtree(opening.home)
    cold = opening()
    assert opening.read == 3
    assert cold.entries() == warm.entries()
    assert (cold.notes, cold.problems) == (warm.notes, warm.problems)
    assert [cold.load(entry.id) for entry in cold.entries()] == [warm.load(entry.id) for entry in warm.entries()]


def test_a_touched_page_is_not_read(opening):
    os.utime(opening.root / FIRST)
    opening()
    assert opening.read == 0


def test_every_file_touched_as_after_a_checkout_is_not_read(opening):
    for file in opening.root.rglob("*.*"):
        os.utime(file, ns=(LONG_AGO_NS + 5, LONG_AGO_NS + 5))
    opening()
    assert opening.read == 0
    opening()
    assert opening.read == 0


def test_a_changed_page_is_read_alone(opening):
    page(opening.root / FIRST, "改过的题目", "改过的文字。", age=60)
    catalog = opening()
    assert opening.read == 1
    assert titles(catalog) == ["改过的题目", "第2篇文章", "第3篇文章"]
    assert catalog.matching("改过的文字", "text") == {"mirror/news/a1"}


def test_a_page_of_the_same_size_and_nearly_the_same_time_is_read(opening):
    path = opening.root / FIRST
    path.write_text(path.read_text().replace("第1篇文章", "第一篇文章"))
    now = path.stat().st_mtime_ns
    assert titles(opening())[0] == "第一篇文章"
    path.write_text(path.read_text().replace("第一篇文章", "第壹篇文章"))
    os.utime(path, ns=(now, now))
    assert titles(opening())[0] == "第壹篇文章"


def test_a_file_as_it_was_is_told_from_what_came_between(opening):
    path = opening.root / FIRST
    before, status = path.read_bytes(), path.stat()
    page(opening.root / FIRST, "只在中间", "中间的文字。")
    assert titles(opening())[0] == "只在中间"
    path.write_bytes(before)
    os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
    assert titles(opening())[0] == "第1篇文章"


def test_a_new_page_is_read_alone_and_stands_in_order(opening):
    page(opening.root / "pages/news/a0.md", "新的一篇", "新的文字。")
    write(opening.root / "indexes/news.md", "".join(f"[x](../pages/news/a{n}.md)\n" for n in (0, 3, 1, 2)), age=9)
    assert titles(opening()) == ["新的一篇", "第3篇文章", "第1篇文章", "第2篇文章"]
    assert opening.read == 1


def test_a_page_that_is_gone_is_gone(opening):
    (opening.root / FIRST).unlink()
    catalog = opening()
    assert titles(catalog) == ["第2篇文章", "第3篇文章"]
    assert catalog.matching("第1篇", "text") == frozenset()
    assert opening.read == 0


def test_another_qr_picture_reads_its_page_again(opening):
    code(opening.root, FIRST, "https://elsewhere.example/" + FIRST, age=60)
    catalog = opening()
    assert opening.read == 1
    assert [note.detail for note in catalog.notes] == ["https://elsewhere.example/ (1)"]


def test_a_qr_picture_that_comes_or_goes_reads_its_page_again(opening):
    picture = opening.root / f"{FIRST}.png"
    data = picture.read_bytes()
    picture.unlink()
    assert [claim.where for claim in opening().load("mirror/news/a1").claims] == ["page"]
    assert opening.read == 1
    write(picture, data)
    assert [claim.where for claim in opening().load("mirror/news/a1").claims] == ["page", "qr"]
    assert opening.read == 1


def test_a_renamed_section_reads_no_page(opening):
    write(opening.root / "README.md", "# 镜像\n\n[要闻](indexes/news.md)\n", age=60)
    assert {entry.section.name for entry in opening().entries()} == {"要闻"}
    assert opening.read == 0


def test_words_are_looked_for_behind_a_dateline(opening):
    page(opening.root / FIRST, "题目", "【晨报北京时间2021年12月01日讯】河水在上海涨了。")
    catalog = opening()
    assert catalog.matching("北京", "lead") == frozenset()
    assert catalog.matching("上海", "lead") == catalog.matching("北京", "text") == {"mirror/news/a1"}


def test_two_names_over_one_archive_do_not_clash(opening):
    other = opening(name="weekly")
    assert opening.read == 3
    assert [entry.id for entry in other.entries()] == [f"weekly/news/a{n}" for n in (1, 2, 3)]
    assert other.load("weekly/news/a1").article.entry.id == "weekly/news/a1"
    assert [entry.id for entry in opening().entries()] == [f"mirror/news/a{n}" for n in (1, 2, 3)]
    assert opening.read == 0
    assert other.matching("第1篇", "text") == {"weekly/news/a1"}


def test_an_archive_is_named_after_its_reader_as_far_as_that_is_free(opening):
    assert opening(taken={"mirror"}).name == "mirror2"
    assert opening(taken={"mirror", "mirror2"}).name == "mirror3"


def test_without_a_home_everything_works_and_nothing_is_kept(tmp_path):
    opening = Opening(mirror(tmp_path / "archive"), None)
    before = sorted(tmp_path.rglob("*"))
    catalog = opening()
    assert catalog.load("mirror/news/a1").article.blocks
    assert opening().matching("河流", "text")
    assert opening.read == 3
    assert sorted(tmp_path.rglob("*")) == before


def test_an_interrupted_reading_goes_on_where_it_was(tmp_path):
    opening = Opening(mirror(tmp_path / "archive", pages=9), tmp_path / "home")

    class Tired(Opening):
        def _count(self, label, done, total):
            super()._count(label, done, total)
            if done == 4:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Tired(opening.root, opening.home)()
    assert len(opening().entries()) == 9
    assert opening.read == 9 - 3


def test_a_warm_catalog_imports_no_reader(opening):
    program = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from archives import Opening
catalog = Opening(Path({str(opening.root)!r}), Path({str(opening.home)!r}))()
assert len(catalog.entries()) == 3 and catalog.matching("水位", "text") and catalog.load("mirror/news/a1").article
loaded = [name for name in sys.modules if name.startswith(("selectolax", "comrak", "zxingcpp", "bundler.readers."))]
assert not loaded, loaded
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_share_bases_are_compared_with_the_recipes(opening):
    assert opening().notes == ()
    assert [note.detail for note in opening(base_url="https://other.example/").notes] == [f"{BASE} (6)"]


def test_pages_written_this_moment_are_read_once_and_compared_again(tmp_path):
    root = mirror(tmp_path / "archive")
    for file in root.rglob("*.*"):
        os.utime(file, ns=(time.time_ns(), time.time_ns()))
    opening = Opening(root, tmp_path / "home")
    assert [opening() and opening.read for _ in range(3)] == [3, 0, 0]
