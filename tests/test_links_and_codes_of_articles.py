"""Links lead inside where they can, addresses and codes stand at an article's end, and each step has its Note."""

from dataclasses import replace

import pytest

from bundler import theme
from bundler.address import key
from bundler.model import (
    Anchor,
    Article,
    ArticleId,
    Entry,
    Heading,
    Items,
    Link,
    NoteRef,
    Paragraph,
    QrCode,
    Section,
    Span,
    Text,
    Url,
)
from bundler.transforms import Context, credits, inside, outside
from bundler.walk import links_of, plain_text

STRINGS = theme.strings("en")
HERE, THERE, OTHER = (ArticleId(f"mirror/news/a{n}") for n in (1, 2, 3))
SHARE = "https://mirror.example/pages/news/a{}.md"


def entry(article=HERE, **fields):
    return Entry(article, "标题", "zh-Hans", Section("news", "新闻"), **fields)


def article(*targets, **fields):
    run = tuple(Link((Text("这里"),), target) for target in targets)
    return Article(entry(**fields), (Paragraph(run),))


def context(**fields):
    entries = {HERE: entry(HERE), THERE: entry(THERE)}
    inner = {key(SHARE.format(2)): THERE, key("https://news.example/2021/12/29/a2.html"): THERE}
    return Context(STRINGS, entries, inner, {OTHER: SHARE.format(3)}, {HERE: "pages/news/a1.md"}, **fields)


@pytest.mark.parametrize(
    "address",
    [SHARE.format(2), "http://MIRROR.example/pages/news/a2.md#top", "https://news.example:443/2021/12/29/a2.html/"],
)
def test_an_address_of_a_selected_article_leads_inside(address):
    made, notes = inside.apply(article(Url(address)), context())
    assert links_of(made.blocks) == (THERE,)
    assert notes == ()


def test_a_link_to_an_article_that_is_not_selected_becomes_its_address():
    made, _ = inside.apply(article(OTHER, Anchor("s1", OTHER)), context())
    assert links_of(made.blocks) == (Url(SHARE.format(3)), Url(SHARE.format(3)))


def test_a_link_to_nowhere_becomes_text_with_a_note():
    made, notes = inside.apply(article(ArticleId("mirror/news/gone")), context())
    assert links_of(made.blocks) == ()
    assert plain_text(made.blocks) == "这里"
    assert [(note.code, note.detail) for note in notes] == [("link-lost", "mirror/news/gone")]


def test_a_link_of_an_article_to_itself_is_text():
    made, notes = inside.apply(article(HERE), context())
    assert (links_of(made.blocks), notes) == ((), ())


def test_an_anchor_of_another_selected_article_stays():
    made, _ = inside.apply(article(Anchor("s2", THERE), Anchor("s3")), context())
    assert links_of(made.blocks) == (Anchor("s2", THERE), Anchor("s3"))


def test_copied_addresses_stand_once_at_the_end_and_nothing_can_be_tapped():
    made, _ = outside.apply(
        article(Url("https://a.example/"), Url("https://b.example/x"), Url("https://a.example/")), context()
    )
    assert links_of(made.blocks) == ()
    assert plain_text(made.blocks).splitlines()[0] == "这里[1]这里[2]这里[1]"
    heading, addresses = made.blocks[-2:]
    assert isinstance(heading, Heading)
    assert isinstance(addresses, Items)
    assert plain_text((addresses,)).splitlines() == ["https://a.example/", "https://b.example/x"]


@pytest.mark.parametrize(("mark", "first"), [(NoteRef("7"), 8), (Text("[7]"), 8), (NoteRef("*"), 2), (Text("[法]"), 1)])
def test_numbers_of_addresses_begin_after_those_of_footnotes(mark, first):
    linked = article(Url("https://a.example/"))
    noted = Paragraph((Text("正文"), mark))
    made, _ = outside.apply(replace(linked, blocks=(noted, *linked.blocks)), context())
    assert plain_text(made.blocks[1:2]) == f"这里[{first}]"
    assert made.blocks[-1] == Items(
        ((Paragraph((Span((Text("https://a.example/"),), direction="ltr"),)),),), True, first
    )


def test_addresses_are_called_in_the_digits_in_which_their_list_is_counted():
    linked = article(Url("https://a.example/"), Url("https://b.example/"))
    made, _ = outside.apply(replace(linked, entry=replace(linked.entry, language="fa")), context())
    assert plain_text(made.blocks).splitlines()[0] == "这里[۱]这里[۲]"


def test_a_link_that_shows_its_address_is_not_listed_again():
    shown = Article(entry(), (Paragraph((Link((Text("a.example/x"),), Url("https://a.example/x")),)),))
    made, _ = outside.apply(shown, context())
    assert plain_text(made.blocks) == "a.example/x"


def test_dropped_links_leave_a_note_with_their_number():
    made, notes = outside.apply(article(Url("https://a.example/"), THERE), context(outside_links="none"))
    assert links_of(made.blocks) == (THERE,)
    assert [(note.code, note.detail) for note in notes] == [("outside-links-dropped", "1")]


def code(made):
    return [block.payload for block in made.blocks if isinstance(block, QrCode)]


@pytest.mark.parametrize(
    ("fields", "options", "payloads", "notes"),
    [
        ({"share": SHARE.format(1)}, {}, [SHARE.format(1)], []),
        ({}, {"mirrors": ("https://m.example/",)}, ["https://m.example/pages/news/a1.md"], ["code-from-mirror"]),
        ({"source": "https://n.example/1"}, {}, ["https://n.example/1"], ["code-from-source"]),
        ({}, {}, [], ["code-none"]),
        ({"source": "https://n.example/1", "share": SHARE.format(1)}, {"qr": "source"}, ["https://n.example/1"], []),
        ({"share": SHARE.format(1)}, {"qr": "none"}, [], []),
        ({"share": "https://m.example/" + "x" * 400}, {}, [], ["code-too-long"]),
    ],
)
def test_the_code_falls_back_step_by_step(fields, options, payloads, notes):
    made, said = credits.apply(article(**fields), context(**options))
    assert code(made) == payloads
    assert [note.code for note in said] == notes


def test_case_124_an_address_too_long_for_a_code_is_printed():
    address = "https://m.example/" + "x" * 400
    made, _ = credits.apply(article(share=address), context())
    assert address in plain_text(made.blocks)


def test_the_original_is_named_beside_the_code_of_another_address():
    made, _ = credits.apply(article(source="https://n.example/1", share=SHARE.format(1)), context())
    assert "https://n.example/1" in plain_text(made.blocks)
