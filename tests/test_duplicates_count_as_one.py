"""Of articles that are the same one stays, the fullest, and names itself as keeper; what only looks alike stays too."""

import datetime as dt
import sqlite3
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from archives import Opening, page
from entries import entry, index, names, reasons
from opencc import OpenCC

from bundler import likeness, words
from bundler.model import Condition, Query
from bundler.select import choose
from bundler.walk import plain_text

EDITION = dt.date(2026, 11, 22)
ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared/corpus"
RIVER = "".join(f"第{number}日清晨，河水又涨{number * 7}厘米，摆渡人把绳子系到更高的桩上。" for number in range(1, 13))
OTHER = "".join(f"市场里的{number}号摊位今天卖{number * 3}种米，掌柜说价钱与昨天并无两样。" for number in range(1, 13))


def chosen(*entries, texts=None, **query):
    """Select from entries with these texts."""
    return choose(Query(**query), index(*entries, **(texts or {})), edition=EDITION)


def keepers(selection):
    """Return which article each duplicate fell for."""
    return {
        one.id.rpartition("/")[2]: one.keeper.rpartition("/")[2]
        for one in selection.fallen
        if one.reason == "duplicate"
    }


# -- what is the same ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["near", "exact"])
def test_the_same_address_is_the_same_article_however_it_is_written(how):
    one = entry("a1", source="http://News.example:80/2021/a.html#top", characters=9)
    two = entry("a2", source="https://news.example/2021/a.html/", characters=5)
    three = entry("a3", share="https://news.example/2021/%61.html", characters=4)
    assert keepers(chosen(one, two, three, dedupe=how)) == {"a2": "a1", "a3": "a1"}
    assert names(chosen(one, two, three, dedupe="none")) == ["a1", "a2", "a3"]


def test_the_home_page_of_a_site_is_no_articles_own_address():
    home = [entry(f"a{n}", source="https://news.example/") for n in (1, 2)]
    numbered = [entry(f"b{n}", source=f"https://news.example/?p={n}") for n in (1, 2)]
    assert len(names(chosen(*home, *numbered))) == 4


def test_the_same_text_is_the_same_article_also_a_short_one_but_not_where_there_is_none():
    texts = {"a1": "今天停電。", "a2": "今天\n停电。", "a3": "", "a4": " ", "a5": "今天停电！"}
    entries = [entry(name, characters=9 - int(name[1])) for name in texts]
    assert keepers(chosen(*entries, texts=texts, dedupe="exact")) == {"a2": "a1"}
    assert keepers(chosen(*entries, texts=texts)) == {"a2": "a1"}, "short texts are not compared nearly"


def test_near_texts_are_the_same_only_where_near_is_asked_for():
    texts = {"a1": RIVER, "a2": RIVER[:-40], "a3": OTHER}
    entries = [entry(name, characters=len(text)) for name, text in texts.items()]
    assert keepers(chosen(*entries, texts=texts)) == {"a2": "a1"}
    assert keepers(chosen(*entries, texts=texts, dedupe="exact")) == {}


# -- which one stays ----------------------------------------------------------------------------------------------


def test_the_fullest_stays_then_the_earliest_then_the_smallest_id():
    def kept(*entries):
        return names(chosen(*entries, texts=dict.fromkeys(("a1", "a2", "a3"), RIVER)))

    assert kept(entry("a1", characters=5), entry("a2", characters=7)) == ["a2"]
    assert kept(entry("a1", day="2026-03-02"), entry("a2", day="2026-03-01"), entry("a3")) == ["a2"]
    assert kept(entry("a3"), entry("a2")) == ["a2"]


def test_pins_always_stay_and_others_fall_for_them():
    texts = {"a1": RIVER, "a2": RIVER, "a3": RIVER}
    one, two, three = (entry(name, characters=n) for n, name in enumerate(texts))
    selection = chosen(one, two, three, texts=texts, pin=("a2", "a1"))
    assert names(selection) == ["a2", "a1"]
    assert keepers(selection) == {"a3": "a2"}


def test_what_a_filter_left_out_keeps_nothing_out_and_a_limit_counts_what_is_left():
    texts = {"a1": RIVER, "a2": RIVER, "a3": RIVER, "a4": OTHER}
    entries = [entry(name, day=f"2026-03-0{name[1]}", section=name, characters=9 - int(name[1])) for name in texts]
    selection = chosen(*entries, texts=texts, since=dt.date(2026, 3, 2), limit=2)
    assert reasons(selection) == {"a1": "too-old", "a3": "duplicate"}
    assert names(selection) == ["a4", "a2"]
    where = Condition(sections=("a3", "a4"))
    assert names(chosen(*entries, texts=texts, where=where)) == ["a4", "a3"]


def test_an_article_falls_only_for_one_that_is_taken():
    text = (ROOT / "assets/sample/reading/quiet-reading.md").read_text(encoding="utf-8")
    chain = {"a1": text, "a2": text[: int(len(text) * 0.85)], "a3": text[: int(len(text) * 0.72)]}
    entries = [entry(name, characters=len(text)) for name, text in chain.items()]
    folded = {name: words.fold(text) for name, text in chain.items()}
    assert likeness.alike(folded["a2"], folded["a3"])
    assert not likeness.alike(folded["a1"], folded["a3"])
    selection = chosen(*entries, texts=chain)
    assert sorted(names(selection)) == ["a1", "a3"]
    assert keepers(selection) == {"a2": "a1"}


def test_the_order_of_the_archive_changes_nothing():
    texts = {f"a{n}": RIVER[: len(RIVER) - 9 * n] for n in range(6)}
    entries = [entry(name, characters=len(text)) for name, text in texts.items()]
    assert keepers(chosen(*entries, texts=texts)) == keepers(chosen(*entries[::-1], texts=texts))


# -- in a catalog -------------------------------------------------------------------------------------------------


def test_a_catalog_keeps_the_prints_and_gives_the_same_answer_when_they_are_lost(tmp_path):
    for name, text in (("a1", RIVER), ("a2", RIVER[:-30]), ("a3", OTHER)):
        page(tmp_path / f"mirror/pages/news/{name}.md", f"题目{name}", text)
    opening = Opening(tmp_path / "mirror", tmp_path / "home")
    fresh, warm = opening(), opening()
    assert opening.read == 0
    assert keepers(choose(Query(), fresh, edition=EDITION)) == {"a2": "a1"}
    assert keepers(choose(Query(), warm, edition=EDITION)) == {"a2": "a1"}
    ids = [one.id for one in warm.entries()]
    kept = warm.prints(ids)
    assert all(likeness.rows(kept[one]) and kept[one] == likeness.taken(warm.text(one)) for one in ids)
    (place,) = (tmp_path / "home/catalog").glob("*.sqlite")
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE prints SET print = x'00'")
    assert opening().prints(ids) == kept


# -- labelled pairs -----------------------------------------------------------------------------------------------


@cache
def converter(name):
    """Return a converter between scripts."""
    return OpenCC(name)


def other_script(text):
    """Convert to the other script, also back from Traditional."""
    traditional = converter("s2tw").convert(text)
    return traditional if traditional != text else converter("t2s").convert(text)


def other_marks(text):
    """Punctuate as another publisher does."""
    marks = {
        "，": ", ",
        "。": "． ",
        "“": "「",
        "”": "」",
        "：": ":",
        "、": "､",
        "；": ";",
        "—": "-",
        "！": "!",
    }
    return text.translate(str.maketrans(marks))


def other_lines(text):
    """Set the lines anew."""
    return "\n".join(part for part in text.replace("\n", " ").replace("。", "。\n").split("\n") if part)


KINDS = {
    "other title": lambda text: text,
    "cut end": lambda text: text[: int(len(text) * 0.88)],
    "other punctuation": other_marks,
    "other script": other_script,
    "other lines": other_lines,
    "other script and end": lambda text: other_script(text[: int(len(text) * 0.9)]),
    "other punctuation and script": lambda text: other_marks(other_script(text)),
    "a line before": lambda text: "【转载】本文来自网络\n" + text,
}


@dataclass
class Told:
    """What selecting made of labelled pairs: right and wrong duplicates, and those that were missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self):
        return self.right / (self.right + self.wrong)

    @property
    def recall(self):
        return self.right / (self.right + self.missed)


def told(texts, change):
    """Post each text a second time, changed, and an excerpt and two mixtures of it, which are articles of their own."""
    listed, held = [], {}

    def post(name, text):
        held[name] = text
        listed.append(entry(name, name, characters=len(text)))

    every = list(texts)
    for place, text in enumerate(every):
        post(f"t{place}", text)
        post(f"t{place}again", change(text))
        post(f"x{place}", text[: len(text) // 2])
        half = len(text) // 2
        post(f"y{place}", every[place - 1][:half] + text[half:])
    found = keepers(choose(Query(), index(*listed, **held), edition=EDITION))
    made = Told()
    for place in range(len(every)):
        pair = {f"t{place}", f"t{place}again"}
        if any(found.get(one) in pair - {one} for one in pair):
            made.right += 1
        else:
            made.missed += 1
    made.wrong = len(found) - made.right
    return made


def measure(texts):
    """Judge all kinds of reposts together, and name the kind that is judged worst."""
    by_kind = {kind: told(texts, change) for kind, change in KINDS.items()}
    whole = Told(*(sum(getattr(one, part) for one in by_kind.values()) for part in ("right", "wrong", "missed")))
    assert whole.precision >= 0.98, {kind: one.precision for kind, one in by_kind.items()}
    assert whole.recall >= 0.98, {kind: one.recall for kind, one in by_kind.items()}
    return whole


def articles(root, home):
    """Return the texts of an archive that are long enough to be told apart, each once."""
    catalog = Opening(root, home)()
    texts = (plain_text(catalog.load(one.id).article.blocks) for one in catalog.entries())
    return dict.fromkeys(text for text in texts if len(likeness._letters(words.fold_lines(text))) > 240)


def test_reposts_of_our_own_articles_are_told_from_other_articles():
    measure(articles(ROOT / "assets/sample", None))


@pytest.mark.slow
def test_reposts_of_real_articles_are_told_from_other_articles(tmp_path):
    if not CORPUS.is_dir():
        pytest.skip("corpus absent")
    texts = {}
    for name in ("mirror", "mirror-2018"):
        texts |= articles(CORPUS / name, tmp_path)
    assert len(texts) > 300
    measure(texts)


def test_prints_tell_what_texts_tell():
    whole = words.fold(RIVER + OTHER)
    for cut in range(0, len(whole) - 200, 5):
        part = whole[cut:]
        said = likeness.guess(likeness.taken(whole), likeness.taken(part))
        assert said in (None, likeness.alike(whole, part)), cut
    short = replace(likeness.taken(whole), minima=b"")
    assert likeness.guess(short, likeness.taken(whole[1:])) is False
