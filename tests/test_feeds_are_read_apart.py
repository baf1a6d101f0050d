"""A feed is read in a process apart, under bounds of time and memory: what it holds is said, and the run goes on."""

import datetime as dt
import json
import re

import pytest
from fetching import APART

from bundler.fetch import feeds, ledger
from bundler.fetch.apart import Apart
from bundler.fetch.events import Run
from bundler.fetch.faults import NetError
from bundler.fetch.items import MAX_ITEMS, MAX_WORDS, read
from bundler.fetch.net import Net
from bundler.fetch.sources import Feed
from bundler.work import Bound

URL = "https://news.example/feed"
LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><rss version="2.0"><channel><title>&j;</title><item><title>&j;</title><link>/1</link></item></channel></rss>'
)
FILES = '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>&f;</title>'


def feed(count):
    items = "".join(
        f"<item><title>集市第{n}天</title><link>https://news.example/{n}</link><author>林小河</author>"
        f"<category>集市</category><description>今天人很多。</description></item>"
        for n in range(count)
    )
    return f'<rss version="2.0"><channel><title>晨报</title>{items}</channel></rss>'.encode()


def test_what_comes_back_is_what_was_read():
    assert feeds.items(APART, feed(3), URL) == read(feed(3), URL)


def test_what_is_no_feed_is_said_as_before():
    with pytest.raises(NetError) as caught:
        feeds.items(APART, b"no feed at all", URL)
    assert caught.value.code == "feed-broken"


def test_a_feed_that_takes_too_long_is_stopped_and_said():
    with pytest.raises(NetError) as caught:
        feeds.items(APART, feed(5_000), URL, Bound(0.2, 1_000_000_000))
    assert caught.value.code == "feed-stopped"


def test_a_feed_that_takes_too_much_memory_is_stopped_and_said():
    # a process of its own: what others left in memory would hide that more is asked for
    with pytest.raises(NetError) as caught, Apart() as fresh:
        feeds.items(fresh, feed(20_000), URL, Bound(30, 8_000_000))
    assert caught.value.code == "feed-stopped"


def one(**said):
    """Return the items of a feed of one item, of these elements."""
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in said.items())
    return feeds.items(APART, f'<rss version="2.0"><channel><item>{inside}</item></channel></rss>'.encode(), URL)


def read_or_refused(data):
    """Return the items of a feed, or the code of its fault."""
    try:
        return feeds.items(APART, data, URL)
    except NetError as error:
        return error.code


@pytest.mark.parametrize("text", [LAUGHS, FILES], ids=["laughs", "files"])
def test_entities_of_a_feed_open_nothing_and_blow_up_nothing(text):
    found = read_or_refused(text.encode())
    if found not in ("feed-broken", "feed-stopped"):
        assert all(len(item.facts.title) <= MAX_WORDS and "root:" not in item.facts.title for item in found)


@pytest.mark.slow
def test_of_a_hundred_thousand_items_the_first_thousand_count():
    items = "<item><link>/%d</link><title>t</title></item>"
    data = f'<rss version="2.0"><channel>{"".join(items % n for n in range(100_000))}</channel></rss>'.encode()
    found = read_or_refused(data)
    if found != "feed-stopped":  # as a slow machine may say
        assert (found[0].address, len(found)) == ("https://news.example/0", MAX_ITEMS)


@pytest.mark.parametrize("data", [
    b"<rss version='2.0'><channel><item>" + b"<description><div>" * 5_000,
    b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 200_000,
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"title": {"a": 1}, "authors": 7, "id": []}]}',
    b"<?xml version='1.0' encoding='utf-7'?><rss version='2.0'>+ADw-item+AD4-", b"\xff\xfe" + bytes(1_001), b"<", b"{",
])  # fmt: skip
def test_what_is_deep_or_wrong_is_broken_and_no_more(data):
    found = read_or_refused(data)
    assert found in ("feed-broken", "feed-stopped") or not any(item.address for item in found)


@pytest.mark.parametrize("codec", ["gb18030", "utf-16", "big5"])
def test_an_encoding_that_is_not_as_said_loses_no_item(codec):
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>新河</title>'
    found = read_or_refused(f"{head}<item><link>/1</link></item></channel></rss>".encode(codec))
    assert found == "feed-broken" or [item.address for item in found] == ["https://news.example/1"]


def test_a_json_feed_needs_no_authors():
    told = {"version": "https://jsonfeed.org/version/1.1", "authors": [{"name": "林小河"}],
            "items": [{"id": "1", "content_text": "今天人很多。"}]}  # fmt: skip
    (item,) = feeds.items(APART, json.dumps(told).encode(), URL)
    assert item.facts.authors == ("林小河",), "those of the feed are those of its items"


@pytest.mark.parametrize("day", ["99999-01-01T00:00:00Z", "Mon, 99 Xxx 99999 99:99:99 +9999", "0000-00-00", "-1", "∞"])
def test_a_day_that_cannot_be_is_none(day):
    assert [item.facts.published for item in one(title="集市", link="/1", pubDate=day)] == [""]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://a.example/"])
def test_an_item_whose_address_is_none_of_the_web_has_none(link):
    assert not [item.address for item in one(title="集市", description="今天", link=link) if item.address]


@pytest.mark.parametrize("name", ["../../x", "a\x01b", "/etc/passwd", "\u202etxt.exe", "a" * 10_000])
def test_whatever_an_item_calls_itself_its_file_is_named_by_a_hash(tmp_path, name):
    told = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": name, "content_text": "今天人很多。"}]}
    (item,) = feeds.items(APART, json.dumps(told).encode(), URL)
    with Net() as net:
        run = Run(tmp_path, net, ledger.opened(tmp_path), dt.date(2026, 11, 22))
        events = list(feeds._Reading(Feed(URL), run).items((item,)))
        run.ledger.close()
    assert [event.what for event in events] == ["new"]
    (made,) = tmp_path.rglob("*.html")
    assert re.fullmatch("news.example/[0-9a-f]{16}.html", made.relative_to(tmp_path).as_posix())
