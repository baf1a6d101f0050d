"""White space reads as a reader expects: line ends of pretty-printers vanish in Chinese and part words elsewhere."""

import pytest
from pages import blocks, said

from bundler.model import Emph, Link, Paragraph, Strong, Text, Url


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>\n “\n <ok href='x'>\n  晨光社\n </ok>\n ”发公告\n</p>", "“晨光社”发公告"),
        ("<p>图书馆\n 夜间开放</p>", "图书馆夜间开放"),
        ("<p>他说：\n「\n<b>\n 好\n</b>\n」</p>", "他说：「好」"),
        ("<p>2021年\n <b>\n 12\n </b>\n 月</p>", "2021年12月"),
        ("<p>下载\n <a href='http://a.example/'>\n Tor\n </a>\n 浏览器</p>", "下载Tor浏览器"),
        ("<p>下载 <b>Tor</b> 浏览器</p>", "下载 Tor 浏览器"),
        ("<p>张 三</p>", "张 三"),
        ("<p>the\n <ok href='x'>\n  library\n </ok>\n opens</p>", "the library opens"),
        ("<p>the\n <ok href='x'>\n  library\n </ok>\n , it said</p>", "the library, it said"),
        ("<p>(\n <i>\n  see\n </i>\n )</p>", "(see)"),
        ("<p>use\n.profile</p>", "use .profile"),
        ("<p>سلام\n <b>\n دنیا\n </b></p>", "سلام دنیا"),
        ("<p>Знай\n <b>\n свои\n </b>\n права</p>", "Знай свои права"),
        ("<p>a &nbsp; b</p>", "a \u00a0 b"),
        ("<p>\u3000\u3000正文&nbsp;</p>", "正文"),
        ("<p>a<b> b </b>c</p>", "a b c"),
        ("<p>a <b> b</b></p>", "a b"),
        ("<p>がっこう\nへ行く</p>", "がっこうへ行く"),
        ("<p>학교\n에</p>", "학교 에"),
        ("<p>一<!-- x -->二</p>", "一二"),
        ("<p>  a  \t b\r\n</p>", "a b"),
    ],
)
def test_a_line_is_folded(html, text):
    assert said(html) == text


def test_the_space_beside_a_link_stands_outside_it():
    assert blocks("<p>see<a href='http://a.example/'> the page </a>now</p>") == (
        Paragraph((Text("see "), Link((Text("the page"),), Url("http://a.example/")), Text(" now"))),
    )


def test_marks_nest_as_they_were_opened():
    assert blocks("<p><b>a<i>b</i></b><i>c</i></p>") == (
        Paragraph((Strong((Text("a"), Emph((Text("b"),)))), Emph((Text("c"),)))),
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>甲<br><br>乙</p>", "甲\n乙"),
        ("<p>甲<br>\n&nbsp;<br></br>乙</p>", "甲\n乙"),
        ("<p><br>甲<br></p><p>&nbsp;</p><p>乙</p>", "甲\n乙"),
        ("甲<p>乙</p>丙", "甲\n乙\n丙"),
        ("<b>甲<p>乙</p></b>", "甲\n乙"),
    ],
)
def test_double_breaks_and_borders_part_paragraphs(html, text):
    found = blocks(html)
    assert all(isinstance(block, Paragraph) for block in found)
    assert said(html) == text
    assert len(found) == text.count("\n") + 1


def test_a_single_break_stays_in_its_paragraph():
    assert len(blocks("<p>甲<br>乙</p>")) == 1
    assert said("<p>甲<br>乙</p>") == "甲\n乙"
