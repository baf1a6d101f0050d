"""Any folder of Markdown is an archive: its pages, their pictures and links, and what each generator adds."""

from pathlib import Path

import pytest
from pages import PIXEL, codes, folder, identity, load, page, put, text

from bundler import pictures
from bundler.folder import open_folder
from bundler.model import (
    Anchor,
    Code,
    Definitions,
    Deleted,
    Embed,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Image,
    Items,
    Link,
    Note,
    NoteRef,
    Paragraph,
    Preformatted,
    Strong,
    Table,
    Text,
    Url,
)
from bundler.readers import markdown
from bundler.walk import every_inline, line_text, links_of

HELD = pictures.original(PIXEL)
SAMPLE = Path(__file__).parents[1] / "assets/sample"
PAGES = [path for path in sorted(SAMPLE.rglob("*.md")) if path.stem not in ("README", "_index")]


def blocks(loaded):
    assert loaded.article is not None, loaded.notes
    return loaded.article.blocks


def test_emphasis_of_chinese_renders(tmp_path):
    assert blocks(page(tmp_path, "这是**“强调”**文字，还有**《书》**。")) == (
        Paragraph(
            (
                Text("这是"),
                Strong((Text("“强调”"),)),
                Text("文字，还有"),
                Strong((Text("《书》"),)),
                Text("。"),
            )
        ),
    )


def test_blocks_of_markdown(tmp_path):
    found = blocks(
        page(
            tmp_path,
            "## 甲\n\n| 一 | 二 |\n|--|--|\n| 三 | 四 |\n\n- [x] 做了\n- [ ] 没做\n\n词\n\n: 义\n\n"
            "```sh\nls **x** {{< y >}}\n```\n\n~~删~~ `码 ![[x.png]]`\n",
        )
    )
    assert [type(block) for block in found] == [Table, Items, Definitions, Preformatted, Paragraph]
    assert found[3] == Preformatted("ls **x** {{< y >}}")
    assert found[4] == Paragraph((Deleted((Text("删"),)), Text(" "), Code("码 ![[x.png]]")))


def test_footnotes(tmp_path):
    found = blocks(page(tmp_path, "甲[^a]乙[^b]丙[^a]\n\n[^b]: 第二\n[^a]: 第一\n\n    又一段\n"))
    assert found == (
        Paragraph((Text("甲"), NoteRef("1"), Text("乙"), NoteRef("2"), Text("丙"), NoteRef("1"))),
        Footnotes(
            (
                Footnote("1", (Paragraph((Text("第一"),)), Paragraph((Text("又一段"),)))),
                Footnote("2", (Paragraph((Text("第二"),)),)),
            )
        ),
    )


def test_raw_html_goes_through_the_same_walk(tmp_path):
    loaded = page(tmp_path, "<div align=center>居中</div>\n\n<script>alert(1)</script>\n\n甲<b onclick=x>乙</b>")
    assert text(loaded) == "居中\n甲乙"
    assert codes(loaded) == ["script-dropped", "undated"]


@pytest.mark.parametrize(
    ("written", "address", "after"),
    [
        ("见https://a.example/x。完", "https://a.example/x", "。完"),
        ("见（https://a.example/x）", "https://a.example/x", "）"),
        ("see https://a.example/x, and", "https://a.example/x", ", and"),
        ("<https://a.example/x>", "https://a.example/x", None),
        ("[甲](https://a.example/x)", "https://a.example/x", None),
        ("a@b.example", "mailto:a@b.example", None),
    ],
)
def test_bare_addresses_end_where_they_end(tmp_path, written, address, after):
    found = blocks(page(tmp_path, written))
    assert links_of(found) == (Url(address),)
    if after is not None:
        assert found[0].children[-1] == Text(after)


def test_headings_that_a_contents_list_points_at_have_anchors(tmp_path):
    found = blocks(page(tmp_path, "# 书\n\n[一](#1-甲)\n\n## 1. 甲\n\n## 1. 甲\n\n[二](#1-甲-1)\n"))
    assert [block.anchor for block in found if isinstance(block, Heading)] == ["s2", "s3"]
    assert links_of(found) == (Anchor("s2"), Anchor("s3"))


def test_a_link_to_the_title_is_plain_text(tmp_path):
    found = blocks(page(tmp_path, "# 题\n\n[回到开头](#题)\n\n### 节\n"))
    assert found == (Paragraph((Text("回到开头"),)), Heading(2, (Text("节"),), "s2"))


@pytest.mark.parametrize(
    ("files", "written"),
    [
        (["news/a.png"], "![图](a.png)"),
        (["news/a.png"], "![图](./a.png?raw=true)"),
        (["media/a.png"], "![图](../media/a.png)"),
        (["media/a.png"], "![图](/media/a.png)"),
        (["static/img/a.png"], "![图](/img/a.png)"),
        (["news/图 片.png"], "![图](%E5%9B%BE%20%E7%89%87.png)"),
        (["news/图 片.png"], "![图](<图 片.png>)"),
        (["images/a.png"], "![图]({static}/images/a.png)"),
        (["images/a.png"], "![图]({{ site.baseurl }}/images/a.png)"),
        (["news/a.png"], "![[a.png|图]]"),
        (["attachments/a.png"], "![[a.png|图]]"),
        (["news/attachments/a.png"], "![[a.png|图]]"),
        (["news/img/a.png"], "![图](img\\\\a.png)"),
        (["news/a.png"], "<img src='a.png' alt=图>"),
    ],
)
def test_pictures_of_the_archive_are_found(tmp_path, files, written):
    for file in files:
        put(tmp_path, file, PIXEL)
    loaded = page(tmp_path, f"甲\n\n{written}\n", "news/page.md")
    assert blocks(loaded)[1] == Figure(HELD, "图")
    assert loaded.media == {HELD: files[0]}
    assert files[0] in loaded.needs


def test_a_title_of_a_picture_alone_is_its_caption(tmp_path):
    put(tmp_path, "a.png", PIXEL)
    found = blocks(page(tmp_path, '甲\n\n![图](a.png "说明 & 出处")\n\n乙![图](a.png "x")丙'))
    assert found[1] == Figure(HELD, "图", (Text("说明 & 出处"),))
    assert found[2] == Paragraph((Text("乙"), Image(HELD, "图"), Text("丙")))


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"<html>", "picture-type"), (b"GIF89a", "picture-broken"), (PIXEL[:20], "picture-broken")],
)
def test_a_file_that_is_no_picture_leaves_a_note(tmp_path, data, code):
    put(tmp_path, "a.png", data)
    loaded = page(tmp_path, "甲\n\n![图](a.png)")
    assert blocks(loaded)[1] == Figure(None, "图")
    assert loaded.media == {}
    assert code in codes(loaded) or "picture-type" in codes(loaded)


def test_a_picture_that_is_not_here_is_asked_for_again(tmp_path):
    loaded = page(tmp_path, "甲\n\n![图](a.png)", "news/page.md")
    assert blocks(loaded)[1] == Figure(None, "图")
    assert "picture-missing" in codes(loaded)
    assert {"news/a.png", "a.png", "static/a.png"} <= set(loaded.needs)


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("[乙](b.md)", "news/b"),
        ("[乙](b)", "news/b"),
        ("[乙](./b.md#节)", "news/b"),
        ("[乙](b.html)", "news/b"),
        ("[乙](../other/c.md)", "other/c"),
        ("[乙](/other/c)", "other/c"),
        ("[乙](/other/)", "other/index"),
        ("[[b]]", "news/b"),
        ("[[b|乙]]", "news/b"),
        ("[[d]]", "d"),
        ("[[other/c]]", "other/c"),
        ('[乙]({{< ref "/other/c.md" >}})', "other/c"),
        ("[乙]({% link other/c.md %})", "other/c"),
        ("[乙]({filename}/other/c.md)", "other/c"),
    ],
)
def test_links_between_pages_lead_inside(tmp_path, written, target):
    folder(tmp_path, news__b_md="乙", other__c_md="丙", other__index_md="丁", d_md="戊")
    found = blocks(page(tmp_path, f"甲{written}", "news/page.md"))
    assert links_of(found) == (identity(target),)


@pytest.mark.parametrize(
    "written",
    ["[x](paper.pdf)", "[x](README.md)", "[x](missing)", "[x](missing.md)", "[x](javascript:alert(1))", "[[nowhere]]"],
)
def test_links_to_anything_else_are_plain_text_with_a_note(tmp_path, written):
    folder(tmp_path, paper_pdf=b"%PDF-", README_md="x")
    loaded = page(tmp_path, f"甲{written}")
    assert not any(isinstance(inline, Link) for inline in every_inline(blocks(loaded)))
    assert "link-dropped" in codes(loaded)


@pytest.mark.parametrize(
    ("written", "block"),
    [
        ('{{< figure src="a.png" alt="图" caption="说明" >}}', Figure(HELD, "图", (Text("说明"),))),
        ("{{< youtube w7Ft2ymGmfc >}}", Embed("video", "https://www.youtube.com/watch?v=w7Ft2ymGmfc")),
    ],
)
def test_shortcodes_that_show_something(tmp_path, written, block):
    put(tmp_path, "a.png", PIXEL)
    assert blocks(page(tmp_path, f"甲\n\n{written}\n"))[1] == block


@pytest.mark.parametrize("written", ["{{< toc >}}", '{{% notice "x" %}}', "{% include x.html %}", "{{</* x */>}}"])
def test_other_shortcodes_go_with_a_note_or_stay(tmp_path, written):
    loaded = page(tmp_path, f"甲\n\n{written}\n\n乙")
    assert "shortcode-dropped" in codes(loaded) or written in text(loaded)
    assert text(loaded).startswith("甲")
    assert text(loaded).endswith("乙")


def test_text_inside_a_shortcode_stays(tmp_path):
    assert text(page(tmp_path, "{{% note %}}\n\n内容\n\n{{% /note %}}")) == "内容"


def test_the_pages_of_a_folder(tmp_path):
    folder(
        tmp_path,
        README_md="# x", LICENSE_md="x", CHANGELOG_md="x", CONTRIBUTING_md="x", empty_md="",
        news___index_md="---\ntitle: 新闻\n---\n", news__b10_md="x", news__b9_md="x", news__c_markdown="x",
        essays___index_md="---\ntitle: 随笔\n---\n写在前面的话。\n", essays__a_md="x", plain__a_md="x", root_md="x",
        news__note_txt="x", news__a_png=PIXEL,
    )  # fmt: skip
    tree = open_folder(tmp_path)
    scan = markdown.scan(tree)
    assert markdown.recognizes(tree)
    assert scan.pages == (
        "essays/_index.md", "essays/a.md", "news/b9.md", "news/b10.md", "news/c.markdown", "plain/a.md", "root.md",
    )  # fmt: skip
    assert scan.sections == {"essays": "随笔", "news": "新闻", "plain": "plain"}
    assert scan.notes == (
        Note("not-an-article", detail="CHANGELOG.md"),
        Note("not-an-article", detail="CONTRIBUTING.md"),
        Note("not-an-article", detail="LICENSE.md"),
        Note("not-an-article", detail="README.md"),
        Note("empty", detail="empty.md"),
    )


def test_a_folder_without_markdown_is_none(tmp_path):
    folder(tmp_path, a_txt="x", b_html="x")
    assert not markdown.recognizes(open_folder(tmp_path))


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("page.md", ""),
        ("news/page.md", "news"),
        ("news/2024/page.md", "news"),
        ("content/news/page.md", "news"),
        ("content/zh/news/page.md", "news"),
        ("content/news/a-page/index.md", "news"),
        ("source/_posts/page.md", ""),
        ("docs/guide/page.md", "guide"),
    ],
)
def test_the_section_is_the_first_folder_that_means_one(tmp_path, path, section):
    loaded = page(tmp_path, "正文", path)
    assert loaded.article.entry.section.id == section


def test_what_an_entry_holds_besides(tmp_path):
    loaded = page(tmp_path, "# 题\n\n![说明](x.png)\n\n" + "字 " * 100)
    entry = loaded.article.entry
    assert entry.id == identity("page")
    assert entry.lead == ("字 " * 100).strip()[:150]
    assert entry.characters == 102
    assert loaded.article.digest == ""
    assert all(note.article == entry.id for note in loaded.notes)


def test_a_foreword_is_markdown_without_files():
    assert markdown.fragment(
        "本周**“头条”**：[甲](https://a.example/)、[乙](b.md) ![图](a.png) <script>x</script>"
    ) == (
        Paragraph(
            (
                Text("本周"),
                Strong((Text("“头条”"),)),
                Text("："),
                Link((Text("甲"),), Url("https://a.example/")),
                Text("、乙 "),
                Image(None, "图"),
            )
        ),
    )
    assert markdown.fragment("") == ()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_sample_archive_is_read_without_a_loss(path):
    loaded = load(SAMPLE, path.relative_to(SAMPLE).as_posix())
    if path.stem == "notes-for-later":
        assert codes(loaded) == ["draft"]
        return
    assert loaded.notes == ()
    assert loaded.article is not None


OTHER = "# 潮汐表\n\n开头。\n\n## 第二节：夜潮\n\n夜里的潮。\n\n### Spring tide\n\nHigh water.\n"


@pytest.mark.parametrize(
    ("written", "heading"),
    [
        ("[夜潮](tide.md#第二节夜潮)", "第二节：夜潮"),
        ("[夜潮](tide.md#%E7%AC%AC%E4%BA%8C%E8%8A%82%E5%A4%9C%E6%BD%AE)", "第二节：夜潮"),
        ("[spring](tide.md#spring-tide)", "Spring tide"),
        ("[[tide#Spring tide]]", "Spring tide"),
    ],
)
def test_links_lead_to_places_in_other_pages(tmp_path, written, heading):
    put(tmp_path, "tide.md", OTHER)
    found = page(tmp_path, f"# 港口\n\n见{written}。\n")
    (target,) = links_of(found.article.blocks)
    assert target.article == identity("tide")
    other = load(tmp_path, "tide.md").article
    there = [line_text(block.children) for block in other.blocks if getattr(block, "anchor", "") == target.name]
    assert there == [heading]
    assert "tide.md" in found.needs
    assert codes(found) == ["undated"]


def test_a_link_to_a_title_leads_to_its_page_and_one_to_nowhere_is_noted(tmp_path):
    put(tmp_path, "tide.md", OTHER)
    found = page(tmp_path, "# 港口\n\n[表](tide.md#潮汐表)、[无](tide.md#满月)。\n")
    assert links_of(found.article.blocks) == (identity("tide"), identity("tide"))
    assert [note.detail for note in found.notes if note.code == "anchor-missing"] == ["tide.md#满月"]
