"""Pages of a list are fetched once, asked again a week later, kept when they go, and never doubled."""

import datetime as dt
import socket

import pytest
from fetching import APART
from hostile_server import bomb, drip, endless, reply, reset, serving

from bundler.catalog import open_archive
from bundler.fetch import ledger, pages, stored
from bundler.fetch.events import Run
from bundler.fetch.net import Limits, Manners, Net, Reach
from bundler.fetch.reach import Proxy
from bundler.fetch.sources import Pages
from bundler.folder import open_folder
from bundler.work import Work

DAY = dt.date(2026, 11, 22)
HOST = "news.example"
TEXT = "雨停以后，街上的孩子们又出来踢球，老人把椅子搬到门口。" * 20


def page(title, head="", text=TEXT):
    start = f"<html><head><title>{title} - Morning</title>{head}</head><body><nav>市集</nav>"
    return f"{start}<article><h1>{title}</h1><p>{text}</p><img src='/p.jpg'></article></body></html>".encode()


@pytest.fixture
def server():
    with serving() as found:
        yield found


def bring(archive, server, *paths, day=DAY, host=HOST, proxy=None):
    archive.mkdir(exist_ok=True)
    book = ledger.opened(archive)
    urls = tuple(f"http://{host}:{server.port}{path}" for path in paths)
    reach = Reach(loopback=True, names={HOST: "127.0.0.1"})
    try:
        with Net(reach, Manners(gap=0, tries=1, robots=False), Limits(seconds=3, idle=1), proxy) as net:
            return list(pages.fetch(Pages(urls), Run(archive, net, book, day, apart=APART)))
    finally:
        book.close()


def entries(archive):
    with Work() as work:
        catalog = open_archive(open_folder(archive), home=None, work=work)
        found = {entry.title: entry for entry in catalog.entries()}
        catalog.close()
        return found


def whats(events):
    return sorted(event.what for event in events)


def test_a_page_becomes_an_article_with_its_own_address_and_date(server, tmp_path):
    head = (
        "<link rel=canonical href='/2026/rain'><meta property='article:published_time' content='2026-11-02T08:00:00Z'>"
    )
    server.answers["/x"] = reply(page("雨停了", head))
    assert whats(bring(tmp_path / "a", server, "/x?utm_source=mail&fbclid=1#top")) == ["new"]
    assert server.asked == ["/x"], "what follows readers is not even sent"
    entry = entries(tmp_path / "a")["雨停了"]
    assert entry.source == f"http://{HOST}:{server.port}/2026/rain"
    assert entry.published.value == dt.date(2026, 11, 2)
    assert entry.section.id == HOST


def test_a_proxy_that_is_down_says_nothing_against_an_address(server, tmp_path):
    """The next run on the same day asks again, instead of saying that nothing is new."""
    server.answers["/x"] = reply(page("雨停了"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    (failed,) = bring(tmp_path / "a", server, "/x", proxy=Proxy("127.0.0.1", closed))
    assert (failed.what, failed.code) == ("failed", "proxy-failed")
    assert whats(bring(tmp_path / "a", server, "/x")) == ["new"]


def test_two_addresses_of_one_page_are_one_article(server, tmp_path):
    head = "<link rel=canonical href='/2026/rain'>"
    server.answers |= {"/x": reply(page("雨停了", head)), "/amp/x": reply(page("雨停了", head))}
    bring(tmp_path / "a", server, "/x", "/amp/x", "/x?utm_medium=rss")
    assert len(list((tmp_path / "a").rglob("*.html"))) == 1


def test_a_page_cannot_take_the_place_of_another_host(server, tmp_path):
    server.answers["/evil"] = reply(page("假的", "<link rel=canonical href='https://other.example/true'>"))
    bring(tmp_path / "a", server, "/evil")
    assert entries(tmp_path / "a")["假的"].source == f"http://{HOST}:{server.port}/evil"


def test_a_page_is_asked_again_after_a_week_and_only_for_what_changed(server, tmp_path):
    archive = tmp_path / "a"
    server.answers["/x"] = reply(page("雨停了"), ETag='"1"')
    bring(archive, server, "/x")
    assert whats(bring(archive, server, "/x", day=DAY + dt.timedelta(days=6))) == ["same"]
    assert server.asked == ["/x"]
    server.answers["/x"] = reply(status="304 Not Modified")
    assert whats(bring(archive, server, "/x", day=DAY + dt.timedelta(days=7))) == ["same"]
    assert 'if-none-match: "1"' in server.seen[-1].lower()
    server.answers["/x"] = reply(page("雨又下了"))
    assert whats(bring(archive, server, "/x", day=DAY + dt.timedelta(days=14))) == ["changed"]
    server.answers["/x"] = reply(status="304 Not Modified")
    assert whats(bring(archive, server, "/x", day=DAY + dt.timedelta(days=28))) == ["failed"], "nobody asked that"
    server.answers["/x"] = reply(page("雨又下了"))
    assert whats(bring(archive, server, "/x", day=DAY + dt.timedelta(days=35))) == ["same"]
    assert list(entries(archive)) == ["雨又下了"]
    server.answers["/x"] = reply(status="410 Gone")
    assert whats(bring(archive, server, "/x", day=DAY + dt.timedelta(days=49))) == ["gone"]
    assert list(entries(archive)) == ["雨又下了"], "what is gone there stays here"


@pytest.mark.parametrize(
    ("kind", "codec", "declared"),
    [("text/html; charset=GB18030", "gb18030", ""), ("text/html", "gb18030", ""), ("text/html", "big5", "big5"),
     ("text/html; charset=utf-8", "utf-8", "gbk"), ("text/html; charset=nonsense", "utf-8", "")],
)  # fmt: skip
def test_any_encoding_is_kept_as_utf_8(server, tmp_path, kind, codec, declared):
    text = "雨停以後，街上的孩子們又出來玩。" * 20 if codec == "big5" else TEXT
    head = f"<meta charset='{declared}'>" if declared else ""
    server.answers["/x"] = reply(page("雨停了", head, text).decode().encode(codec), Content_Type=kind)
    bring(tmp_path / "a", server, "/x")
    (path,) = (tmp_path / "a").rglob("*.html")
    assert text[:16] in path.read_text(encoding="utf-8")
    assert list(entries(tmp_path / "a")) == ["雨停了"]


HOSTILE = {
    "/drip": drip, "/endless": endless, "/reset": reset,
    "/bomb": reply(bomb(50), Content_Encoding="gzip"), "/long": reply(b"<p>" + b"a" * 6_000_000),
    "/pdf": reply(b"%PDF-1.7\n"), "/picture": reply(b"\x89PNG\r\n\x1a\n" + bytes(99)), "/nothing": reply(b""),
    "/inside": reply(status="302 Found", Location="http://169.254.169.254/latest"),
    "/file": reply(status="302 Found", Location="file:///etc/passwd"), "/404": reply(status="404 Not Found"),
}  # fmt: skip


@pytest.mark.slow
def test_hostile_answers_leave_the_others_alone(server, tmp_path):
    archive = tmp_path / "a"
    server.answers |= {**HOSTILE, "/x": reply(page("雨停了"))}
    for path in HOSTILE:
        events = bring(archive, server, path)
        assert [event.what for event in events] in (["failed"], ["gone"]), path
        assert all(event.code for event in events)
    assert not list(archive.rglob("*.html"))
    assert whats(bring(archive, server, "/404", "/x")) == ["later", "new"], "and /404 is not asked again so soon"


def test_a_ledger_of_a_stranger_leads_nowhere(server, tmp_path):
    archive, outside = tmp_path / "a", tmp_path / "outside.html"
    outside.write_text("我的文件")
    archive.mkdir()
    book = ledger.opened(archive)
    address = f"http://{HOST}:{server.port}/x"
    book.put(ledger.Record(pages.KIND, address, "here", DAY - dt.timedelta(days=30), "../outside.html"))
    book.close()
    server.answers["/x"] = reply(page("雨停了"))
    assert whats(bring(archive, server, "/x")) == ["new"]
    assert outside.read_text() == "我的文件"


def test_a_link_in_place_of_a_page_is_no_page_and_the_page_comes_again(server, tmp_path):
    """Readers go through no link: to ask only whether the page changed would lose it for ever."""
    archive, outside = tmp_path / "a", tmp_path / "outside.html"
    outside.write_text("somebody else's", encoding="utf-8")
    server.answers["/x"] = reply(page("雨停了"), ETag='"1"')
    bring(archive, server, "/x")
    (stands,) = archive.rglob("*.html")
    stands.unlink()
    stands.symlink_to(outside)
    assert whats(bring(archive, server, "/x")) == ["new"]
    assert "if-none-match" not in server.seen[-1].lower()
    assert list(entries(archive)) == ["雨停了"]
    assert outside.read_text(encoding="utf-8") == "somebody else's"


def test_a_link_in_the_archive_leads_nowhere(server, tmp_path):
    from bundler.errors import OutputError

    archive, outside = tmp_path / "a", tmp_path / "outside"
    archive.mkdir()
    outside.mkdir()
    (archive / HOST).symlink_to(outside)
    server.answers["/x"] = reply(page("雨停了"))
    with pytest.raises(OutputError, match="leads out of the archive"):
        bring(archive, server, "/x")
    assert not list(outside.iterdir())


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("https://a.example/x?utm_source=1&id=7&fbclid=2#c", "https://a.example/x?id=7"),
        ("https://a.example/x?id=%E4%B8%AD&b=", "https://a.example/x?id=%E4%B8%AD&b="),
        ("https://a.example/x?utm_source=1", "https://a.example/x"),
        ("https://a.example/x?source=1&ref=2", "https://a.example/x?source=1&ref=2"),
    ],
)
def test_only_what_follows_readers_is_taken_out_of_addresses(address, plain):
    assert stored.plain(address) == plain


def test_a_machine_without_a_network_remembers_nothing_against_a_page(server, tmp_path):
    """As long as nobody answered; once somebody did, a host that cannot be reached is remembered for a day."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    dead, alive = f"http://dead.example:{nobody}/y", f"http://{HOST}:{server.port}/x"
    reach = Reach(loopback=True, names={HOST: "127.0.0.1", "dead.example": "127.0.0.1"})

    def asked(*urls):
        book = ledger.opened(tmp_path)
        try:
            with Net(reach, Manners(gap=0, tries=1, robots=False)) as net:
                run = Run(tmp_path, net, book, DAY, apart=APART)
                return [event.code for url in urls for event in pages.fetch(Pages((url,)), run)]
        finally:
            book.close()

    assert asked(dead) == ["unreachable"]
    assert ledger.opened(tmp_path).get("page", dead) is None
    server.answers["/x"] = reply(status="404 Not Found")
    assert asked(alive, dead) == ["page-gone", "unreachable"]
    assert ledger.opened(tmp_path).get("page", dead).why == "unreachable"


def test_half_a_character_in_an_address_is_refused_by_name(server, tmp_path):
    """A JSON feed can hold one; neither the request nor the ledger can."""
    (event,) = bring(tmp_path / "a", server, "/\ud800")
    assert (event.what, event.code) == ("failed", "address-broken")


@pytest.mark.parametrize("said", ["http://[", "//[", "https://a.example:99999/", "javascript:alert(1)", "x" * 9_000])
def test_an_own_address_that_cannot_be_read_costs_no_page(server, tmp_path, said):
    server.answers["/a"] = reply(page("集市", f'<link rel="canonical" href="{said}">'))
    assert whats(bring(tmp_path / "a", server, "/a")) == ["new"]
    assert entries(tmp_path / "a")["集市"].source == f"http://{HOST}:{server.port}/a"


@pytest.mark.parametrize("mark", ['"' + "x" * 25_000 + '"', '"\x85"', '"a\tb"'], ids=["huge", "control", "tab"])
def test_a_mark_that_cannot_be_kept_does_not_make_a_page_forgotten(server, tmp_path, mark):
    answer = reply(page("集市"))
    server.answers["/a"] = answer.replace(b"\r\n", b"\r\nETag: " + mark.encode("latin-1") + b"\r\n", 1)
    assert whats(bring(tmp_path / "a", server, "/a")) == ["new"]
    asked = len(server.asked)
    assert whats(bring(tmp_path / "a", server, "/a")) == ["same"]
    assert len(server.asked) == asked, "it is asked for again after a week"
