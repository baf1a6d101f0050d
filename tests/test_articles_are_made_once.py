"""An article is made once for all that read it, as long as there is room; what there is no room for is made again."""

import command
import pytest

from bundler import theme, transforms
from bundler.build import lazy
from bundler.build.plan import open_archives
from bundler.recipe import Archive
from bundler.work import Work


@pytest.fixture(scope="module")
def desk():
    index = open_archives((Archive("", command.SAMPLE),), home=None, work=Work())
    entries = {entry.id: entry for entry in index.entries()}
    return lambda: lazy.Desk(index, transforms.Context(theme.strings("en"), entries))


def test_an_article_is_made_once(desk):
    one = desk()
    assert all(one.make(article) is one.make(article) for article in one.context.entries)


def test_what_is_made_first_is_held_until_there_is_no_room(desk, monkeypatch):
    monkeypatch.setattr(lazy, "MOST_CHARACTERS", 1)
    small, (first, *others) = desk(), desk().context.entries
    made = {article: small.make(article) for article in (first, *others)}
    assert list(small.held) == [first]
    for article in others:
        again = small.make(article)
        assert again == made[article]
        assert again is not made[article]
