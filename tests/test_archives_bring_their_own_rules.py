"""A publisher that nobody foresaw is read by general rules; what those cannot know, an archive says in a file."""

import time

import pytest
from archives import Opening, write

from bundler.catalog import open_archive
from bundler.folder import open_folder
from bundler.readers import _own_rules, _rules
from bundler.recipe import RecipeProblems
from bundler.walk import plain_text
from bundler.work import Work

PAGE = """### 雨夜里的摆渡人
------------------------

#### 江湖读书会：每周三晚上见
#### [首页](https://mirror.example/README.md)

<div>
 <p>【江湖日报台北2023年5月3日讯】（本报通讯员周小渔）渡口的灯一直亮到天明。</p>
 <p>摆渡人说，雨再大，也总有人要回家。</p>
 <div class="club-box">扫一扫，加入江湖读书会</div>
 <p>办报不易，请支持本报。</p>
 <p>水位到后半夜才退下去，船又开了一趟。</p>
</div>
<hr/>
出处：https://www.jianghu.example/wen/881.html
"""
STAMPED = """### 旧钟楼重新走时
------------------------
#### [首页](https://mirror.example/README.md)

<div>
 <p>停了十一年的钟，今天中午响了十二下。</p>
 <p>江湖日报 贰零贰叁号 刊发日 2023·06·07</p>
</div>
<hr/>
原文地址：https://www.jianghu.example/wen/882.html
"""
RULES = """version: 1
publishers:
  - {name: 江湖日报社, hosts: [jianghu.example], datelines: [江湖日报]}
lines:
  - {rule: promotion, name: reading-club, pattern: '#### 江湖读书会{any}'}
elements:
  - {rule: promotion, name: club-box, selectors: [div.club-box]}
appeals:
  - {name: support, pattern: '办报不易，请支持'}
original:
  - {name: source, pattern: 出处：}
dates:
  - {name: printed, where: closing, pattern: '刊发日{y}·{m}·{d}'}
bylines:
  - {name: stringer, where: text, pattern: '本报通讯员{name}）'}
"""


@pytest.fixture
def archive(tmp_path):
    """Write a mirror of the sixth publisher."""
    root = tmp_path / "archive"
    write(root / "pages/river/a1.md", PAGE)
    write(root / "pages/town/a2.md", STAMPED)
    write(root / "README.md", "# 江州镜像\n")
    return root


def read(root, **fields):
    """Open the archive; return its entries by name and its catalog."""
    catalog = open_archive(open_folder(root), home=None, work=Work(), **fields)
    return {entry.id.rpartition("/")[2]: entry for entry in catalog.entries()}, catalog


def body(catalog, entry):
    return plain_text(catalog.load(entry.id).article.blocks)


def test_general_rules_read_a_publisher_that_nobody_foresaw(archive):
    entries, catalog = read(archive)
    ferry = entries["a1"]
    assert (ferry.title, str(ferry.published.value), ferry.publisher) == ("雨夜里的摆渡人", "2023-05-03", "江湖日报")
    text = body(catalog, ferry)
    assert "渡口的灯一直亮到天明" in text
    assert "船又开了一趟" in text
    assert "首页" not in text
    assert entries["a2"].publisher == "jianghu.example"
    rules = {one.what: one.rule for one in catalog.reasons(ferry.id)}
    assert rules["date"] == "mirror.yaml#dates.dateline.any-publisher"
    assert rules["publisher"] == "reader#publisher.dateline"


def test_an_archive_says_what_general_rules_cannot_know(archive):
    write(archive / "bundler-rules.yaml", RULES)
    entries, catalog = read(archive)
    ferry, clock = entries["a1"], entries["a2"]
    assert ferry.publisher == clock.publisher == "江湖日报社"
    assert ferry.authors == ("周小渔",)
    assert ferry.source == "https://www.jianghu.example/wen/881.html"
    assert str(clock.published.value) == "2023-06-07"
    text = body(catalog, ferry)
    assert "船又开了一趟" in text
    for foreign in ("江湖读书会", "办报不易", "出处"):
        assert foreign not in text
    own = {one.rule for one in (*catalog.reasons(ferry.id), *catalog.reasons(clock.id)) if "bundler-rules" in one.rule}
    assert own == {
        "bundler-rules.yaml#publishers.江湖日报社",
        "bundler-rules.yaml#lines.promotion.reading-club",
        "bundler-rules.yaml#elements.promotion.club-box",
        "bundler-rules.yaml#appeals.support",
        "bundler-rules.yaml#original.source",
        "bundler-rules.yaml#dates.own-rule.printed",
        "bundler-rules.yaml#bylines.stringer",
    }
    removed = [note.detail.split(":")[0] for note in catalog.load(ferry.id).notes if note.code == "removed"]
    assert {"promotion x2", "appeal", "original-address"} <= set(removed)


def test_a_change_of_the_rules_reads_the_pages_again(archive, tmp_path):
    opening = Opening(archive, tmp_path / "home")
    opening()
    assert opening.read == 2
    opening()
    assert opening.read == 0
    write(archive / "bundler-rules.yaml", RULES)
    entries = {entry.id: entry for entry in opening().entries()}
    assert opening.read == 2
    assert {entry.publisher for entry in entries.values()} == {"江湖日报社"}
    (archive / "bundler-rules.yaml").unlink()
    assert {entry.publisher for entry in opening().entries()} == {"江湖日报", "jianghu.example"}
    assert opening.read == 2


@pytest.mark.parametrize(
    ("written", "place", "said"),
    [
        ("version: 2\n", "1:10", "'2' is no value of 'version'"),
        ("publishers: []\n", "1:1", "the key 'version' is missing"),
        ("version: 1\nline: []\n", "2:1", "unknown key 'line'"),
        ("version: 1\nlines: {}\n", "2:8", "'lines' wants a list"),
        ("version: 1\nlines: [{rule: junk, name: a, pattern: x}]\n", "2:16", "'junk' is no value of 'rule'"),
        ("version: 1\nlines: [{rule: footer, name: A b, pattern: x}]\n", "2:30", "'A b' cannot name a rule"),
        ("version: 1\nlines: [{rule: footer, name: a, pattern: '{any}。'}]\n", "2:42", "holds no word of its own"),
        ("version: 1\nlines: [{rule: footer, name: a, pattern: 'x{y}'}]\n", "2:42", "unknown placeholder '{y}'"),
        ("version: 1\nappeals: [{name: a, pattern: 'x{any}{any}{any}'}]\n", "2:30", "stands here too often"),
        ("version: 1\ndates: [{name: a, where: time, pattern: '{y}-{m}'}]\n", "2:41", "'{d}' is missing"),
        ("version: 1\nelements: [{rule: footer, name: a, selectors: ['p:has(a)']}]\n", "2:48", "is no selector"),
        ("version: 1\npublishers: [{name: 甲, hosts: [http://a.example/]}]\n", "2:32", "is no host"),
        ("version: 1\nappeals:\n- {name: a, pattern: x}\n- {name: a, pattern: y}\n", "4:3", "the name 'a'"),
        ("version: 1\nplaces: &a [x]\n", "2:9", ""),
        ("version: !!int 1\n", "1:10", ""),
        ("- version\n", "1:1", "rules are made of keys with values"),
        ("", "", "rules are made of keys with values"),
    ],
)
def test_mistakes_are_said_with_their_place(archive, written, place, said):
    write(archive / "bundler-rules.yaml", written)
    with pytest.raises(RecipeProblems) as caught:
        read(archive)
    first = caught.value.problems[0]
    assert first.place == ":".join(part for part in ("bundler-rules.yaml", place) if part)
    assert said in str(first.message)


def test_a_file_that_is_too_large_is_refused_unread(archive):
    write(archive / "bundler-rules.yaml", "version: 1\n" + "# x\n" * 20_000)
    with pytest.raises(RecipeProblems, match="larger than 65536 bytes"):
        read(archive)


def test_no_pattern_takes_long():
    worst = "一{any}一{any}二"
    found = _own_rules.parsed(
        f"version: 1\nlines: [{{rule: footer, name: a, pattern: '{worst}'}}]\n"
        f"dates: [{{name: a, where: opening, pattern: '一{{any}}{{y}}{{any}}{{m}}一{{d}}二'}}]\n".encode()
    )
    rules = _rules._rules((("bundler-rules.yaml", found), ("mirror.yaml", _rules._ours())))
    started = time.process_time()
    assert rules.dates[0].pattern.search("一" * 600) is None
    assert rules.any_line.match("一" * 100_000) is None
    assert time.process_time() - started < 20


def test_words_of_a_pattern_are_only_words(archive):
    found = _own_rules.parsed(b"version: 1\nappeals: [{name: a, pattern: '(a+)+$ [x] PLACE'}]\n")
    assert _rules._rules((("o", found), ("m", _rules._ours()))).appeals[0].pattern.match("(a+)+$ [x] PLACE")
