"""What a feed names becomes an article once: whole where the feed has it, else its page; what changed replaces it."""

import datetime as dt
import json

import pytest
from fetching import APART
from hostile_server import reply, serving

from bundler.catalog import open_archive
from bundler.fetch import feeds, ledger
from bundler.fetch.events import Run
from bundler.fetch.faults import NetError
from bundler.fetch.items import read
from bundler.fetch.net import Manners, Net, Reach
from bundler.fetch.sources import Feed
from bundler.folder import open_folder
from bundler.work import Work

DAY = dt.date(2026, 11, 22)
HOST = "news.example"
LONG = "集市在清晨开张，摊贩带来自家种的蔬菜，邻居们围着炉子说话。" * 30
SHORT = "集市在清晨开张。"


def rss(*items):
    """Write RSS 2.0: each item is an address, a title, a day and a text, whole or a part."""
    body = "".join(
        f"<item><link>{link}</link><guid>{link}</guid><title>{title}</title><pubDate>{day}</pubDate>"
        f"<dc:creator>林小河</dc:creator><category>集市</category><{tag}><![CDATA[<p>{text}</p>]]></{tag}></item>"
        for link, title, day, tag, text in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>晨报</title><language>zh-cn</language>'
        f"{body}</channel></rss>"
    ).encode()


def whole(link, title, text=LONG, day="Mon, 02 Nov 2026 23:30:00 +0800"):
    return (link, title, day, "content:encoded", text)


def part(link, title, day="Mon, 02 Nov 2026 08:00:00 +0800"):
    return (link, title, day, "description", SHORT)


def webpage(title, text=LONG):
    head = f"<html><head><title>{title}</title></head>"
    return f"{head}<body><nav>首页</nav><article><h1>{title}</h1><p>{text}</p>".encode()


@pytest.fixture
def server():
    with serving() as found:
        yield found


@pytest.fixture
def site(server):
    return f"http://{HOST}:{server.port}"


def bring(archive, url, *, day=DAY, since=None):
    archive.mkdir(exist_ok=True)
    book = ledger.opened(archive)
    try:
        names = {HOST: "127.0.0.1", "other.example": "127.0.0.1"}
        with Net(Reach(loopback=True, names=names), Manners(gap=0, tries=1)) as net:
            return list(feeds.fetch(Feed(url), Run(archive, net, book, day, since, APART)))
    finally:
        book.close()


def articles(archive):
    with Work() as work:
        catalog = open_archive(open_folder(archive), home=None, work=work)
        found = {entry.title: catalog.load(entry.id).article for entry in catalog.entries()}
        catalog.close()
        return found


def whats(events):
    return sorted(event.what for event in events)


def test_an_article_that_the_feed_holds_needs_no_other_request(server, site, tmp_path):
    server.answers["/feed"] = reply(rss(whole(f"{site}/a/1?utm_source=rss&amp;p=2", "集市开张")))
    assert whats(bring(tmp_path / "a", f"{site}/feed")) == ["new"]
    assert [path for path in server.asked if path != "/robots.txt"] == ["/feed"]
    (article,) = articles(tmp_path / "a").values()
    entry = article.entry
    assert (entry.title, entry.publisher, entry.language) == ("集市开张", "晨报", "zh-Hans")
    assert entry.published.value == dt.date(2026, 11, 2), "the day where it was written, not in Greenwich"
    assert entry.authors == ("林小河",)
    assert entry.tags == ("集市",)
    assert entry.source == f"{site}/a/1?p=2", "without what follows readers around"


def test_of_a_part_the_page_is_fetched(server, site, tmp_path):
    server.answers |= {"/feed": reply(rss(part(f"{site}/a/1", "集市开张"))), "/a/1": reply(webpage("集市开张"))}
    assert whats(bring(tmp_path / "a", f"{site}/feed")) == ["new"]
    (article,) = articles(tmp_path / "a").values()
    assert article.entry.characters > 500
    assert article.entry.published.value == dt.date(2026, 11, 2), "the page does not say it, the feed does"


def test_a_page_that_cannot_be_had_leaves_the_part_and_is_tried_again(server, site, tmp_path):
    archive = tmp_path / "a"
    server.answers["/feed"] = reply(rss(part(f"{site}/a/1", "集市开张")))
    server.answers["/a/1"] = reply(status="503 Busy")
    events = bring(archive, f"{site}/feed")
    assert [event.code for event in events if event.what == "note"] == ["feed-excerpt"]
    assert articles(archive)["集市开张"].entry.characters < 50
    server.answers["/a/1"] = reply(webpage("集市开张"))
    assert whats(bring(archive, f"{site}/feed")) == ["later"], "not before its day"
    assert whats(bring(archive, f"{site}/feed", day=DAY + dt.timedelta(days=2)))
    assert {title: article.entry.characters > 500 for title, article in articles(archive).items()} == {"集市开张": True}


def test_a_part_is_kept_also_where_its_page_failed_before_the_feed_came(server, site, tmp_path):
    """As after a run that was killed between the two."""
    archive = tmp_path / "a"
    archive.mkdir()
    book = ledger.opened(archive)
    book.failed("page", f"{site}/a/1", "page-gone", DAY, gone=True)
    book.close()
    server.answers["/feed"] = reply(rss(part(f"{site}/a/1", "集市开张")))
    assert whats(bring(archive, f"{site}/feed")) == ["later", "new", "note"]
    assert list(articles(archive)) == ["集市开张"]
    assert whats(bring(archive, f"{site}/feed")) == ["later"]


def test_nothing_is_doubled_and_changes_replace(server, site, tmp_path):
    archive = tmp_path / "a"
    first, second = whole(f"{site}/a/1", "集市开张"), whole(f"{site}/a/2", "桥修好了")
    server.answers["/feed"] = reply(rss(first, second, first))
    assert whats(bring(archive, f"{site}/feed")) == ["new", "new"]
    assert whats(bring(archive, f"{site}/feed")) == ["same", "same"]
    before = sorted(path.name for path in archive.rglob("*.html"))
    server.answers["/feed"] = reply(rss(whole(f"{site}/a/1#top", "集市又开张了", "更正：" + LONG), second))
    assert whats(bring(archive, f"{site}/feed")) == ["changed", "same"]
    assert sorted(path.name for path in archive.rglob("*.html")) == before
    assert sorted(articles(archive)) == ["桥修好了", "集市又开张了"]


def test_an_unchanged_feed_is_not_read_again(server, site, tmp_path):
    archive = tmp_path / "a"
    server.answers["/feed"] = reply(rss(whole(f"{site}/a/1", "集市开张")), ETag='"v1"')
    bring(archive, f"{site}/feed")
    server.answers["/feed"] = reply(status="304 Not Modified")
    assert whats(bring(archive, f"{site}/feed")) == ["same"]


def test_a_feed_that_says_it_is_unchanged_without_having_been_asked_is_not_believed(server, site, tmp_path):
    archive = tmp_path / "a"
    server.answers["/feed"] = reply(rss(whole(f"{site}/a/1", "集市开张")))
    bring(archive, f"{site}/feed")
    server.answers["/feed"] = reply(status="304 Not Modified")
    with pytest.raises(NetError, match="server-refused"):
        bring(archive, f"{site}/feed")


def test_a_feed_replaces_no_article_of_another_one(server, site, tmp_path):
    archive = tmp_path / "a"
    server.answers["/feed"] = reply(rss(whole(f"{site}/a/1", "集市开张")))
    server.answers["/evil"] = reply(rss(whole(f"{site}/a/1", "集市取消", "这是假的。" * 200)))
    bring(archive, f"{site}/feed")
    assert whats(bring(archive, f"http://other.example:{server.port}/evil")) == ["same"]
    assert list(articles(archive)) == ["集市开张"]


def test_older_items_can_be_left_out(server, site, tmp_path):
    items = [whole(f"{site}/1", "旧闻", day="Fri, 02 Oct 2026 08:00:00 +0800"), whole(f"{site}/2", "新闻")]
    server.answers["/feed"] = reply(rss(*items))
    bring(tmp_path / "a", f"{site}/feed", since=dt.date(2026, 11, 1))
    assert list(articles(tmp_path / "a")) == ["新闻"]


def test_older_items_that_were_left_out_come_when_they_are_asked_for(server, site, tmp_path):
    """Nothing is asked for as unchanged of which a part was left out."""
    items = [whole(f"{site}/1", "旧闻", day="Fri, 02 Oct 2026 08:00:00 +0800"), whole(f"{site}/2", "新闻")]
    server.answers["/feed"] = reply(rss(*items), ETag='"v1"')
    bring(tmp_path / "a", f"{site}/feed", since=dt.date(2026, 11, 1))
    bring(tmp_path / "a", f"{site}/feed")
    assert "if-none-match" not in server.seen[-1].lower()
    assert sorted(articles(tmp_path / "a")) == ["新闻", "旧闻"]
    bring(tmp_path / "a", f"{site}/feed", since=dt.date(2026, 11, 1))
    assert "if-none-match" in server.seen[-1].lower(), "what is left out is here by now"


def test_atom_and_json_feeds_say_the_same():
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh"><title>晨报</title><entry>
      <id>tag:news.example,2026:1</id><link href="/a/1"/><title type="html">集市 &amp;amp; 邻居</title>
      <published>2026-11-02T23:30:00+08:00</published><author><name>林小河</name></author><category term="集市"/>
      <content type="html">&lt;p&gt;{LONG}&lt;/p&gt;</content></entry></feed>""".encode()
    value = {
        "version": "https://jsonfeed.org/version/1.1", "title": "晨报", "language": "zh",
        "items": [{"id": "1", "url": "/a/1", "title": "集市 & 邻居", "date_published": "2026-11-02T23:30:00+08:00",
                   "authors": [{"name": "林小河"}], "tags": ["集市"], "content_html": f"<p>{LONG}</p>"}],
    }  # fmt: skip
    (one,), (other,) = (read(data, "https://news.example/feed") for data in (atom, json.dumps(value).encode()))
    assert one.full
    assert (one.address, one.full, one.content) == (other.address, other.full, other.content)
    assert (one.facts.title, one.facts.published, one.facts.authors, one.facts.tags, one.facts.publisher) == (
        other.facts.title, other.facts.published, other.facts.authors, other.facts.tags, other.facts.publisher,
    )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0" * 100, b"not a feed", b"<html><body>404</body></html>", b"{", b'{"version": 3}', b'{"items": []}',
        b'{"version": "https://jsonfeed.org/version/1", "items": [7, null]}', b"[" * 100_000,
        b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_feed_is_said(data):
    with pytest.raises(NetError) as caught:
        read(data, "https://news.example/feed")
    assert caught.value.code == "feed-broken"


ODD = {
    "no object": "7", "nothing": "null", "broken address": '{"url": "http://[::1", "content_text": "y"}',
    "author by name": '{"url": "/a/2", "author": "林小河", "content_text": "y"}',
    "authors by name": '{"url": "/a/2", "authors": ["林小河"], "content_text": "y"}',
    "no author": '{"url": "/a/2", "author": null, "content_text": "y"}',
    "tags that are a number": '{"url": "/a/2", "tags": 3, "content_text": "y"}',
    "text that is a number": '{"url": "/a/2", "content_text": 3}', "text that is a list": '{"content_html": [[]]}',
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_one_odd_item_costs_no_other_one(odd):
    items = [json.loads(odd), {"url": "/a/1", "content_text": "x"}]
    data = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    first, second = read(data.encode(), "https://news.example/feed")
    assert second.address == "https://news.example/a/1"
    assert first.address == ("https://news.example/a/2" if "/a/2" in odd else "")
    assert first.facts.authors == (("林小河",) if "林小河" in odd else ())


def test_items_that_say_nothing_are_counted(server, site, tmp_path):
    data = rss(whole(f"{site}/1", "集市")).replace(b"</channel>", b"<item><title>x</title></item></channel>")
    server.answers["/feed"] = reply(data)
    events = bring(tmp_path / "a", f"{site}/feed")
    assert [(event.code, event.detail) for event in events if event.what == "note"] == [("feed-item-empty", "x1")]
    assert list(articles(tmp_path / "a")) == ["集市"]


def test_a_feed_opens_no_file_and_asks_nobody(tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.write_text("家里的地址")
    entities = f'<!DOCTYPE r [<!ENTITY a SYSTEM "file://{secret}"><!ENTITY b SYSTEM "http://127.0.0.1:9/x">]>'
    bomb = '<!DOCTYPE r [<!ENTITY a "' + "啊" * 100 + '">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    ) + "]>"  # fmt: skip
    for head, entity in ((entities, "&a;&b;"), (bomb, "&j;")):
        data = rss(whole("https://news.example/1", entity)).replace(b"<rss", f"{head}<rss".encode(), 1)
        try:
            found = read(data, "https://news.example/feed")
        except NetError:
            continue
        assert "家里的地址" not in repr(found)
        assert len(repr(found)) < 100_000


def test_hostile_items_stay_in_the_archive(server, site, tmp_path):
    archive = tmp_path / "a"
    links = [
        "file:///etc/passwd", "javascript:alert(1)", f"http://user@{HOST}/x", "http://127.1/x", "http://[::1",
        "../../x",
    ]  # fmt: skip
    items = (whole(link, f"标题{n}<script>alert(1)</script>") for n, link in enumerate(links))
    server.answers["/feed"] = reply(rss(*items))
    bring(archive, f"{site}/feed")
    assert {path.parent.name for path in archive.rglob("*.html")} <= {HOST}
    assert not list(tmp_path.glob("*.html"))
    for path in archive.rglob("*.html"):
        assert b"default-src 'none'" in path.read_bytes()[:300], "whoever opens it in a browser runs nothing"
    for article in articles(archive).values():
        assert "alert" not in repr(article.blocks)
