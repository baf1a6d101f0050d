"""Below each article a PDF leads to the next one, and an address reads from left to right on every page."""

from itertools import pairwise

import bundles
import gallery
import parts
import printing
import pytest

from bundler.model import short_id


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango", "pdftotext")


def test_every_article_ends_with_a_link_to_the_next_one():
    bundle = bundles.sample("zh-Hans")
    inner = [bundle.articles.entry(name) for chapter in bundle.chapters for name in chapter.articles]
    entries = [*(page.entry for page in bundle.front), *inner, *(page.entry for page in bundle.back)]
    data = printing.sample("zh-Hans")
    pages = [printing.letters(page) for page in printing.text(data).split("\f")]
    with printing.opened(data) as file:
        numbers = {page.obj.objgen: number for number, page in enumerate(file.pages)}
        places = {name: numbers[place[0].objgen] for name, place in printing.destinations(file).items()}
        links = printing.links(file)
    for here, following in pairwise(entries):
        name, start = short_id(following.id), places[short_id(here.id)]
        leading = [page for page, to in links if to == name and start <= page <= places[name]]
        assert leading, following.title
        if following.language not in {"ar", "fa"}:  # poppler shows such a line in another order
            assert printing.letters(f"下一篇：{following.title}")[:7] in pages[leading[-1]]
    assert "下一篇" not in pages[places[short_id(entries[-1].id)]]


def test_an_address_in_text_from_right_to_left_breaks_where_it_reads_on():
    words = [f"{'گل ' * count}نشانی https://garden.example/daftar/{count} است." for count in range(12)]
    article = gallery.article("world/garden", "باغ", "fa", "جهان", *map(gallery.para, words))
    data = printing.printed(bundles.bundle_of([article], language="fa", theme=bundles.looks("fa")))
    lines = printing.text(data, "-raw").splitlines()
    assert sum("https" in line for line in lines) >= len(words)
    assert not [line for line in lines if "//:" in line or "/:" in line]
