"""Untrusted HTML becomes blocks by an allow-list: what is known has its shape, what is not keeps its text."""

import pytest
from pages import blocks, codes, read, said

from bundler.model import (
    Anchor,
    Cell,
    Code,
    Definition,
    Definitions,
    Deleted,
    Embed,
    Emph,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Image,
    Items,
    LineBreak,
    Link,
    NoteRef,
    Original,
    Paragraph,
    Preformatted,
    Quote,
    Ruby,
    Separator,
    Span,
    Strong,
    Sub,
    Sup,
    Table,
    Text,
    Underline,
    Url,
)
from bundler.walk import plain_text


def line(text: str) -> Paragraph:
    return Paragraph((Text(text),))


@pytest.mark.parametrize(
    ("html", "inline"),
    [
        ("<em>x</em>", Emph((Text("x"),))),
        ("<i>x</i>", Emph((Text("x"),))),
        ("<strong>x</strong>", Strong((Text("x"),))),
        ("<b><b>x</b></b>", Strong((Text("x"),))),
        ("<u>x</u>", Underline((Text("x"),))),
        ("<ins>x</ins>", Underline((Text("x"),))),
        ("<s>x</s>", Deleted((Text("x"),))),
        ("<code>a <b>b</b></code>", Code("a b")),
        ("<sup>2</sup>", Sup((Text("2"),))),
        ("<sub>2</sub>", Sub((Text("2"),))),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>", Ruby((Text("漢"),), "かん")),
        ("<span lang=ug dir=rtl>تور</span>", Span((Text("تور"),), "ug", "rtl")),
        ("<bdi>سلام</bdi>", Span((Text("سلام"),), None, "rtl")),
        ("<bdo dir=ltr>x</bdo>", Span((Text("x"),), None, "ltr")),
        ("<a href='HTTPS://a.example/x'>x</a>", Link((Text("x"),), Url("https://a.example/x"))),
        ("<a href='mailto:a@b.example'>x</a>", Link((Text("x"),), Url("mailto:a@b.example"))),
    ],
)
def test_marks_in_a_line(html, inline):
    assert blocks(f"<p>甲{html}乙</p>") == (Paragraph((Text("甲"), inline, Text("乙"))),)


@pytest.mark.parametrize(
    "html",
    [
        "<ok href='http://a.example/'>甲</ok>",
        "<span href='http://a.example/'>甲</span>",
        "<id>甲</id>",
        "<font>甲</font>",
    ],
)
def test_disarmed_links_and_unknown_elements_are_plain_text(html):
    assert blocks(html) == (line("甲"),)


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "http://user:secret@a.example/",
        "//a.example/x",
        "http://",
        "http://[::1",
        "ftp://a.example/",
    ],
)
def test_addresses_that_may_not_travel_are_plain_text_with_a_note(href):
    found = read(f"<p><a href='{href}'>甲</a></p>")
    assert found.blocks == (line("甲"),)
    assert codes(found) == ["link-dropped"]
    assert "secret" not in found.notes[0].detail
    assert "alert" not in found.notes[0].detail


def test_blocks():
    html = (
        "<h2>标题</h2><blockquote>引文</blockquote><ul><li>一<li>二</ul><ol start=3><li>三</ol><hr>"
        "<dl><dt>词<dd>义<dd>又义</dl><pre> a\n  b</pre><details><summary>概要</summary>细节</details>"
    )
    assert blocks(html) == (
        Heading(2, (Text("标题"),)),
        Quote((line("引文"),)),
        Items(((line("一"),), (line("二"),))),
        Items(((line("三"),),), ordered=True, start=3),
        Separator(),
        Definitions((Definition((Text("词"),), (line("义"), line("又义"))),)),
        Preformatted(" a\n  b"),
        line("概要"),
        line("细节"),
    )


@pytest.mark.parametrize(
    ("tags", "levels"),
    [("h1 h2 h3", [2, 3, 4]), ("h3 h3", [2, 2]), ("h4 h2 h4", [3, 2, 3]), ("h1 h2 h3 h4 h5 h6", [2, 3, 4, 5, 6, 6])],
)
def test_heading_levels_are_relative_and_skip_none(tags, levels):
    html = "".join(f"<{tag}>x</{tag}>" for tag in tags.split())
    assert [block.level for block in blocks(html) if isinstance(block, Heading)] == levels


def test_a_bold_paragraph_is_no_heading():
    assert blocks("<p><b>粗体一行</b></p>") == (Paragraph((Strong((Text("粗体一行"),)),)),)


def test_anchors_are_made_only_where_the_page_links_to_them():
    html = "<a href='#b'>去</a><h2 id=a>甲</h2><a name=b></a><h2>乙</h2><h2 id=body>丙</h2><a href='#zz'>无</a>"
    found = read(html)
    assert found.blocks[0] == Paragraph((Link((Text("去"),), Anchor("s1")),))
    assert [block.anchor for block in found.blocks if isinstance(block, Heading)] == ["", "s1", ""]
    assert found.blocks[-1] == line("无")
    assert codes(found) == ["link-dropped"]


@pytest.mark.parametrize(
    "html",
    [
        "<p>甲<sup id=r><a href='#n'>1</a></sup></p><ol class=footnotes><li id=n>注文 <a href='#r'>↩</a></ol>",
        "<p>甲<a href='#_n' name='_r'><sup>[1]</sup></a></p><p><a href='#_r' name='_n'>[1]</a> 注文</p>",
        "<p>甲<a id=r href='#n'>*</a></p><div id=n>注文<a href='#r'>^</a></div>",
    ],
)
def test_notes_that_lead_back_to_their_calls_are_footnotes(html):
    assert blocks(html) == (
        Paragraph((Text("甲"), NoteRef("1"))),
        Footnotes((Footnote("1", (line("注文"),)),)),
    )


def test_a_contents_list_that_leads_back_and_forth_is_no_footnote():
    html = "<p><a id=t href='#k'>第一章</a></p><h2 id=k><a href='#t'>第一章</a></h2>"
    assert not any(isinstance(block, Footnotes) for block in blocks(html))


@pytest.mark.parametrize(
    "html",
    [
        "<figure><img src=a alt=图><figcaption>说明</figcaption></figure>",
        "<figure><a href='http://a.example/big.jpg'><img src=a alt=图></a><br/><figcaption>说明</figcaption></figure>",
        "<div class='wp-caption'><img src=a alt=图><p class='wp-caption-text'>说明</p></div>",
        "<div><img src=a alt=图></div><div class='image-caption'>说明</div>",
        "<div><img src=a alt=图><span class='caption'>说明</span></div>",
        "<figure><img src=a alt=图></figure><figcaption>说明</figcaption>",
        "<div align=center><img src=a alt=图><br/>说明</div>",
    ],
)
def test_pictures_with_captions(html):
    found = read(html, held=("a",))
    assert found.blocks == (Figure(Original("a"), "图", (Text("说明"),)),)
    assert found.notes == ()


def test_a_picture_alone_is_a_figure_and_one_in_a_line_is_not():
    found = blocks("<p><img src=a alt=图></p><p>看<img src=a alt=图>这里</p>", held=("a",))
    assert found == (
        Figure(Original("a"), "图"),
        Paragraph((Text("看"), Image(Original("a"), "图"), Text("这里"))),
    )


def test_a_picture_that_is_not_here_keeps_caption_and_alt_with_a_note():
    found = read("<figure><img src='http://u:p@a.example/x.jpg?token=1' alt=图><figcaption>说明</figcaption></figure>")
    assert found.blocks == (Figure(None, "图", (Text("说明"),)),)
    assert [(note.code, note.detail) for note in found.notes] == [("picture-missing", "http://a.example/x.jpg")]


@pytest.mark.parametrize(
    "attributes",
    ["width=0 height=0", "width='1px' height='1px'", "width=1", "style='width:1px;height:1px'", "height='0px'"],
)
def test_counting_pixels_are_dropped_with_a_note(attributes):
    found = read(f"<p>甲<img src='http://a.example/t.gif?u=1' {attributes}></p>", held=("http://a.example/t.gif?u=1",))
    assert found.blocks == (line("甲"),)
    assert codes(found) == ["tracker-dropped"]


def test_an_ordinary_picture_is_no_counter():
    assert blocks("<img src=a width=10 height=100>", held=("a",)) == (Figure(Original("a"), ""),)


def test_lazy_pictures_are_found():
    html = "<img src='data:image/gif;base64,R0' data-src=a alt=图><noscript><img src=a></noscript>"
    assert blocks(html, held=("a",)) == (Figure(Original("a"), "图"),)


@pytest.mark.parametrize(
    ("html", "code", "embed"),
    [
        ("<iframe src='https://www.youtube.com/embed/x'></iframe>", "video-omitted", Embed("video", "https://www.youtube.com/embed/x")),
        ("<video><source src='https://a.example/x.mp4'>no</video>", "video-omitted", Embed("video", "https://a.example/x.mp4")),
        ("<audio src='x.mp3'></audio>", "audio-omitted", Embed("audio", "")),
        ("<iframe srcdoc='<p>x'></iframe>", "embed-omitted", Embed("other", "")),
        ("<object data='https://a.example/x.swf'></object>", "embed-omitted", Embed("other", "https://a.example/x.swf")),
    ],
)  # fmt: skip
def test_what_plays_says_that_it_was_left_out(html, code, embed):
    found = read(f"<p>甲{html}乙</p>")
    assert found.blocks == (line("甲"), embed, line("乙"))
    assert codes(found) == [code]


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<script>x</script>", "script-dropped"),
        ("<sCrIpT/x>x</ScRiPt>", "script-dropped"),
        ("<svg><text>画</text></svg>", "drawing-dropped"),
        ("<math><mi>x</mi></math>", "drawing-dropped"),
        ("<select><option>x</select>", "control-dropped"),
        ("<textarea>x</textarea>", "control-dropped"),
        ("<button>x</button>", "control-dropped"),
        ("<noscript>x</noscript>", "noscript-dropped"),
        ("<div style='color:red; DISPLAY : none'>x</div>", "hidden-dropped"),
        ("<span hidden>x</span>", "hidden-dropped"),
        ("<span style='visibility:hidden'>x</span>", "hidden-dropped"),
        ("<span style='font-size:0px'>x</span>", "hidden-dropped"),
    ],
)
def test_what_goes_leaves_a_note(html, code):
    found = read(f"<p>甲{html}乙</p>")
    assert "".join(said(f"<p>甲{html}乙</p>").split()) == "甲乙"
    assert codes(found) == [code]


@pytest.mark.parametrize(
    "html",
    [
        "<span style='font-size:0.8em'>x</span>",
        "<span style='opacity:0.5'>x</span>",
        "<p style='text-indent:-2em'>x</p>",
    ],
)
def test_small_or_pale_is_not_hidden(html):
    assert said(html) == "x"


@pytest.mark.parametrize(
    "html",
    [
        "<style>p{}</style>",
        "<meta http-equiv=refresh content=0>",
        "<link rel=preconnect>",
        "<!-- x -->",
        "<base href=x>",
    ],
)
def test_what_no_reader_sees_goes_without_a_note(html):
    found = read(f"<p>甲</p>{html}")
    assert found.blocks == (line("甲"),)
    assert found.notes == ()


def test_a_rule_of_the_reader_leaves_out_an_element_whole_and_is_asked_once():
    asked: list[str] = []

    def skip(node):
        asked.append(node.tag)
        return "promotion" if node.tag == "div" else None

    found = read("<section><div><p>广告</p></div><p>正文</p></section>", skip=skip)
    assert found.blocks == (line("正文"),)
    assert [(note.code, note.detail) for note in found.notes] == [("promotion", "广告")]
    assert asked == ["body", "section", "div", "p"]


def test_items_without_a_list_make_one():
    assert blocks("<li>一</li>\n<li>二</li><p>后</p>") == (Items(((line("一"),), (line("二"),))), line("后"))


def test_what_stands_between_items_joins_the_one_before():
    html = "<ul>甲<li>一</li><ul><li>二</li></ul><p>丙</p><li>三</li></ul>"
    assert blocks(html) == (Items(((line("甲"),), (line("一"), Items(((line("二"),),)), line("丙")), (line("三"),))),)


def test_a_table_keeps_heads_spans_and_caption():
    html = "<table><caption>表</caption><tr><th colspan=2>头<tr><td rowspan=9>一<td>二<tr><td>三</table>"
    assert blocks(html) == (
        Table(
            (
                (Cell((line("头"),), header=True, colspan=2),),
                (Cell((line("一"),), rowspan=2), Cell((line("二"),))),
                (Cell((line("三"),)),),
            ),
            (Text("表"),),
        ),
    )


@pytest.mark.parametrize(
    "html", ["<table><tr><td><p>甲</p>乙</table>", "<table role=presentation><td>甲<td>乙</table>"]
)
def test_a_table_that_only_lays_out_is_unwrapped(html):
    assert blocks(html) == (line("甲"), line("乙"))


def test_a_table_in_a_table_is_flattened_with_a_note():
    found = read("<table><tr><td>甲<td><table><tr><td>一<td>二</table></table>")
    assert found.blocks[0] == line("甲")
    assert isinstance(found.blocks[1], Table)
    assert codes(found) == ["table-flattened"]


def test_rules_at_the_ends_and_twice_say_nothing():
    assert blocks("<hr><p>甲</p><hr><hr><p>乙</p><hr>") == (line("甲"), Separator(), line("乙"))


def test_language_and_direction_of_a_paragraph_stay():
    assert blocks("<p lang=en>Hi</p>") == (Paragraph((Span((Text("Hi"),), "en"),)),)


def test_boxes_to_tick_keep_their_state():
    assert said("<ul><li><input type=checkbox checked> 一<li><input type=checkbox>二</ul>") == "☑ 一\n☐ 二"


def test_what_cannot_stand_in_a_heading_or_raw_text_follows_it():
    found = blocks("<h2>题<video src=x></video>目</h2><pre>一<img src=a alt=图>二</pre>", held=("a",))
    assert found == (
        Heading(2, (Text("题"), LineBreak(), Text("目"))),
        Embed("video", ""),
        Preformatted("一二"),
        Figure(Original("a"), "图"),
    )


def test_a_break_does_not_cut_an_element_in_two():
    assert blocks("<p><b>甲<br>乙</b></p>") == (Paragraph((Strong((Text("甲"), LineBreak(), Text("乙"))),)),)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>正文在此", "正文在此"),
        ("<math><mtext><table><mglyph><style></math><script>alert(1)</script>正文在此", "正文在此"),
        ("<math><mtext><p>正文<b>在此</b></p></mtext></math>", "正文在此"),
        ("<math><mi>x</mi><mo>=</mo><mn>1</mn></math>", ""),
    ],
)
def test_a_formula_around_parts_of_a_page_takes_no_words_along(html, words):
    found = read(f"<p>前</p>{html}")
    assert plain_text(found.blocks).split() == ["前", *words.split()]
    assert codes(found) == ["drawing-dropped"]
