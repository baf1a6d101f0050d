"""Beside a link whose words name another host than its address stands the real one; an honest link stays as it is."""

import pytest
from pages import codes, read, said

FALSE = [
    "lake.example",
    "https://www.lake.example/a",
    "请看 lake.example",
    "官网：https://www.lake.example",
    "【lake.example】",
    "（https://www.lake.example/）",
    "lake.example，点这里",
    "报道/lake.example",
    "//lake.example/a",
    "ｌａｋｅ．example",
    "http:／／lake.example",
    "lаke.example",
    "上这里：lаke.example",
    "https://lake.example@river.example/",
    "river.example，也就是 lake.example",
    "<b>lake</b>.<i>example</i>，点这里",
]
HONEST = [
    "https://river.example/a/lake.example.shtml",
    "https://river.example/web/https://lake.example/",
    "见 https://www.river.example/?u=lake.example。",
    "river.example/lake.example",
    "水文站（mail@lake.example）",
    "读 main.py 和 index.php",
    "第 3.14 节，见 1.intro",
    "e.g. this",
    "一条河",
]


@pytest.mark.parametrize("words", FALSE, ids=range(len(FALSE)))
def test_case_114_a_false_name_is_shown(words):
    html = f"<p><a href='https://river.example/x'>{words}</a></p>"
    assert said(html).endswith(" [river.example]")
    assert "link-host-shown" in codes(read(html))


@pytest.mark.parametrize("words", HONEST, ids=range(len(HONEST)))
def test_case_114_an_honest_name_stays(words):
    html = f"<p><a href='https://river.example/x'>{words}</a></p>"
    assert said(html) == words
    assert codes(read(html)) == []
