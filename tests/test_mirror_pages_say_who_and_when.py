"""A mirror page gives title, section, date, publisher, authors, tags and addresses, wherever it keeps them."""

import datetime as dt
from pathlib import Path

import pytest

from bundler import media
from bundler.folder import open_folder
from bundler.model import ArticleId, Link, Section, Url
from bundler.readers import Claim, Loaded, mirror
from bundler.tree import FolderTree
from bundler.walk import every_inline, plain_text

MIRROR = Path(__file__).parent / "mirror"
SHARED = "https://code.example/mirror-c/blob/main/"
IN_CODES = "https://code.example/mirror-a/blob/main/"


def tree() -> FolderTree:
    return open_folder(MIRROR)


def load(path: str) -> Loaded:
    return mirror.load(tree(), path, "mirror")


def entry(path: str):
    article = load(path).article
    assert article is not None
    return article.entry


LIBRARY = "pages/prog204/a100000001.md"
TRAM = "pages/prog204/a100000002.md"
LIGHTHOUSE = "pages/nsc413/n10000004.md"
SCALE = "pages/p1/900007.md"
SCHOOL = "pages/soh5/400009.md"
QUEUE = "pages/pinglun/zs-02032020115302.md"
LETTER = "pages/pinglun/cp-08182020.md"
WELL = "pages/zhuanlan/yh01.md"
BIRDS = "pages/zyyyoeqqvi/4500012.md"
MARKET = "pages/zyyyoeqqvi/4500013.md"
CLOCK = "pages/zyyyoeqqvi/4500014.md"


def test_a_page_says_all_that_selection_needs():
    found = entry(LIBRARY)
    assert found.id == "mirror/prog204/a100000001"
    assert found.title == "山城图书馆夜间开放 读者排队进馆"
    assert found.section == Section("prog204", "")
    assert found.language == "zh-Hans"
    assert found.source == "https://www.ntdtv.com/gb/2021/12/29/a100000001.html"
    assert found.lead.startswith("【新唐人北京时间2021年12月30日讯】继旧书市集、读书会重新开张后")
    assert found.characters == 113


@pytest.mark.parametrize(
    ("path", "day", "rule"),
    [
        (LIBRARY, "2021-12-30", "dateline"),
        (TRAM, "2020-03-08", "dateline"),
        (LIGHTHOUSE, "2020-09-16", "dateline"),
        (SCALE, "2020-09-15", "dateline"),
        (SCHOOL, "2020-10-03", "dateline"),
        (MARKET, "2018-09-15", "dateline"),
        (BIRDS, "2018-09-01", "time"),
        ("pages/p1/900008.md", "2020-06-23", "address"),
        ("pages/nsc413/n10000006.md", "2020-10-02", "address"),
        (QUEUE, "2020-02-03", "address-name"),
        (LETTER, "2020-08-18", "address-name"),
        (WELL, "2020-08-29", "closing"),
    ],
)
def test_the_date_is_found_and_the_rule_named(path, day, rule):
    published = entry(path).published
    assert published is not None
    assert (published.value, published.rule, published.inferred) == (dt.date.fromisoformat(day), rule, False)


def test_a_page_without_a_date_stays_undated_and_says_so():
    loaded = load(CLOCK)
    assert loaded.article is not None
    assert loaded.article.entry.published is None
    assert "undated" in {note.code for note in loaded.notes}


@pytest.mark.parametrize(
    ("path", "publisher", "authors"),
    [
        (LIBRARY, "新唐人", ()),
        (TRAM, "新唐人", ("张三",)),
        (LIGHTHOUSE, "大纪元", ("王五", "赵六")),
        (SCALE, "看中国", ("钱七",)),
        (SCHOOL, "希望之声", ("孙八",)),
        (QUEUE, "自由亚洲电台", ("张三",)),
        (BIRDS, "美国之音", ()),
        (MARKET, "大纪元", ()),
        (CLOCK, "clock.example", ()),
        (WELL, "", ()),
    ],
)
def test_publisher_and_authors_are_named_where_the_page_names_them(path, publisher, authors):
    found = entry(path)
    assert (found.publisher, found.authors) == (publisher, authors)


@pytest.mark.parametrize(
    ("path", "tags"),
    [
        (LIBRARY, ("旧书市集", "读书会", "图书馆")),
        (TRAM, ("北京", "电车")),
        (LIGHTHOUSE, ("灯塔", "渔港")),
        (SCALE, ("菜市场", "电子秤")),
        (SCHOOL, ("山村小学",)),
        (MARKET, ("豆花",)),
        (QUEUE, ()),
    ],
)
def test_disarmed_topic_links_are_tags_and_plain_text(path, tags):
    loaded = load(path)
    assert loaded.article is not None
    assert loaded.article.entry.tags == tags
    targets = [inline.target for inline in every_inline(loaded.article.blocks) if isinstance(inline, Link)]
    assert not any("/tag/" in str(target) for target in targets) or path == MARKET


def test_traditional_chinese_is_told_from_simplified():
    assert entry(MARKET).language == "zh-Hant"


def test_both_share_addresses_are_claimed():
    assert load(LIBRARY).claims == (Claim("page", SHARED + LIBRARY), Claim("qr", IN_CODES + LIBRARY))


def test_the_older_dialect_claims_nothing_and_links_its_original():
    loaded = load(BIRDS)
    assert loaded.claims == ()
    assert loaded.article is not None
    assert loaded.article.entry.source == "https://www.voachinese.com/a/lights-out-for-birds-20180831/4500012.html"


def test_pictures_of_the_archive_are_carried_and_named_as_needs():
    loaded = load(LIGHTHOUSE)
    picture = "pages/nsc413/img/lighthouse.png"
    assert list(loaded.media.values()) == [picture]
    (remote,) = loaded.remote
    assert set(loaded.needs) == {f"{LIGHTHOUSE}.png", "bundler-rules.yaml", picture, media.slip(remote)}
    assert [note.code for note in loaded.notes].count("picture-missing") == 1


def test_links_lead_to_pages_of_the_mirror_or_to_addresses():
    article = load(LIGHTHOUSE).article
    assert article is not None
    targets = [inline.target for inline in every_inline(article.blocks) if isinstance(inline, Link)]
    assert targets == [ArticleId("mirror/nsc413/n10000006"), Url("https://harbour.example/lights?id=7")]


def test_a_page_stands_alone_in_any_folder(tmp_path):
    (tmp_path / "seed.md").write_bytes((MIRROR / LIBRARY).read_bytes())
    loaded = mirror.load(open_folder(tmp_path), "seed.md", "mirror")
    assert loaded.article is not None
    assert loaded.article.entry.id == "mirror/seed"
    assert loaded.article.entry.section == Section("", "")
    assert loaded.article.entry.title == entry(LIBRARY).title
    assert [claim.where for claim in loaded.claims] == ["page"]


def test_text_that_was_decoded_twice_is_mended(tmp_path):
    said = (MIRROR / LIBRARY).read_text(encoding="utf-8")
    title, frame, body = said.split("\n", 2)
    twice = "\n".join((title, frame, body.encode().decode("latin-1")))
    (tmp_path / "twice.md").write_text(twice, encoding="utf-8")
    loaded = mirror.load(open_folder(tmp_path), "twice.md", "mirror")
    whole = load(LIBRARY).article
    assert loaded.article is not None
    assert whole is not None
    assert plain_text(loaded.article.blocks) == plain_text(whole.blocks)
    assert "encoding-mended" in {note.code for note in loaded.notes}


def test_loading_is_a_pure_function_of_the_tree():
    assert [load(path) for path in (TRAM, SCALE)] == [load(path) for path in (TRAM, SCALE)]
