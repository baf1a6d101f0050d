"""Servers that drip, lie, bomb, break off and lead astray: each costs what the limits say and no more; 76, 80 to 84."""

import gzip
import socket
import threading
import time

import certificates
import hostile_server
import httpcore2
import pytest
from hostile_server import reply, serving

from bundler.fetch import dial
from bundler.fetch.net import AGENT, Limits, Manners, Net, NetError, Reach

QUICK = Limits(seconds=1.5, idle=0.6, rate=1_000)
ONCE = Manners(gap=0, robots=False, tries=1, back_off=0)


def asked(server, path, *, limits=QUICK, manners=ONCE, max_bytes=1_000_000, **more):
    with Net(reach=Reach(loopback=True), manners=manners, limits=limits) as net:
        return net.get(server.url(path), max_bytes=max_bytes, **more)


def refused(server, path, **more):
    begun = time.monotonic()
    with pytest.raises(NetError) as raised:
        asked(server, path, **more)
    assert time.monotonic() - begun < 60
    return raised.value.code


def test_case_76_a_redirect_leads_into_the_house():
    with serving(inside=reply(b"secret")) as private:
        hop = reply(status="302 Found", Location="http://10.0.0.1/")
        with serving(a=hop, b=reply(status="302 Found", Location=private.url("/inside"))) as server:
            assert refused(server, "/a") == "address-not-public"
            reach = Reach(names={"news.example": "127.0.0.1"}, loopback=True)
            with Net(reach=reach, manners=ONCE) as net:
                assert net.get(server.url("/b", "news.example"), max_bytes=99).body == b"secret"
            strict = Strict(reach)
            with Net(reach=strict, manners=ONCE) as net, pytest.raises(NetError, match="address-not-public"):
                net.get(server.url("/b", "news.example"), max_bytes=99)
            assert private.asked == ["/inside"], "once by the lax one alone"


class Strict(Reach):
    """A reach that takes the first address for public and no other one, as on the internet."""

    def __init__(self, reach):
        super().__init__(loopback=True, names=reach.names)
        object.__setattr__(self, "first", [])

    __slots__ = ("first",)

    def allows(self, address):
        self.first.append(address)
        return len(self.first) == 1


@pytest.mark.parametrize("name", ["gzip", "identity"])
def test_case_80_a_bomb_is_never_unfolded_beyond_the_cap(name):
    body = hostile_server.bomb(300) if name == "gzip" else bytes(2_000_000)
    with serving(bomb=reply(body, Content_Encoding=name)) as server:
        assert refused(server, "/bomb") == "too-large"


@pytest.mark.parametrize(
    "encoding", ["gzip, gzip, gzip, gzip, gzip", "deflate", "br", "zstd", "gzip,deflate", "compress", "x"]
)
def test_case_80_other_and_chained_encodings_are_not_read(encoding):
    with serving(chain=reply(hostile_server.chained(), Content_Encoding=encoding)) as server:
        assert refused(server, "/chain") == "encoding-refused"


def test_gzip_is_read_also_in_members():
    body = gzip.compress(b"one, ") + gzip.compress(b"two")
    with serving(good=reply(body, Content_Encoding="gzip"), cut=reply(body[:-9], Content_Encoding="gzip"),
                 bad=reply(b"not gzip", Content_Encoding="gzip")) as server:  # fmt: skip
        assert asked(server, "/good").body == b"one, two"
        assert refused(server, "/cut") == "answer-broken"
        assert refused(server, "/bad") == "answer-broken"


@pytest.mark.parametrize("name", ["drip", "drip_headers", "silent"])
def test_case_81_a_server_that_drips(name, monkeypatch):
    monkeypatch.setattr(dial, "GRACE", 0.3)
    with serving(slow=getattr(hostile_server, name)) as server:
        assert refused(server, "/slow") == "too-slow"


def test_case_81_a_drip_that_keeps_the_rate_still_ends():
    with serving(slow=hostile_server.drip) as server:
        begun = time.monotonic()
        assert refused(server, "/slow", limits=Limits(seconds=1, idle=5, rate=1)) == "too-slow"
        assert time.monotonic() - begun < 60


@pytest.mark.parametrize("name", ["endless", "endless_hints"])
def test_case_82_a_body_and_headers_without_an_end(name):
    with serving(endless=getattr(hostile_server, name)) as server:
        assert refused(server, "/endless", limits=Limits(seconds=5, idle=1)) == "too-large"


def test_case_83_redirects_in_a_circle():
    round_and_round = {"a": reply(status="301 Moved", Location="/b"), "b": reply(status="302 Found", Location="/a")}
    with serving(**round_and_round) as server:
        assert refused(server, "/a") == "too-many-redirects"
        assert len(server.asked) == 6


def test_case_83_two_hosts_whose_robots_files_lead_to_each_other():
    here, there = threading.Event(), threading.Event()
    found = {}

    def crossing(asked, awaited, other):
        def answer(connection):
            asked.set()
            assert awaited.wait(60)
            connection.sendall(reply(status="302 Found", Location=other.url("/robots.txt")))

        return answer

    def ask(net, server):
        found[server.port] = net.get(server.url("/page"), max_bytes=99).body

    with serving(page=reply(b"one")) as one, serving(page=reply(b"other")) as other:
        one.answers["/robots.txt"] = crossing(here, there, other)
        other.answers["/robots.txt"] = crossing(there, here, one)
        with Net(reach=Reach(loopback=True), manners=Manners(gap=0, tries=1, back_off=0)) as net:
            asking = [threading.Thread(target=ask, args=(net, server), daemon=True) for server in (one, other)]
            for thread in asking:
                thread.start()
            for thread in asking:
                thread.join(60)
    assert found == {one.port: b"one", other.port: b"other"}, "neither waits for the other"


@pytest.mark.parametrize("status", ["500 Broken", "501 Not Implemented", "520 Unknown", "599 Other", "429 Too Many"])
def test_a_robots_file_that_cannot_be_told_allows_nothing(status):
    with serving(page=reply(b"page"), **{"robots.txt": reply(status=status)}) as server:
        assert refused(server, "/page", manners=Manners(gap=0, tries=1, back_off=0)) == "server-busy"
        assert server.asked == ["/robots.txt"]


def test_five_redirects_are_followed():
    hops = {f"h{n}": reply(status="307 Go", Location=f"h{n + 1}") for n in range(5)}
    with serving(**hops, h5=reply(b"there")) as server:
        found = asked(server, "/h0")
        assert (found.status, found.body, found.url) == (200, b"there", server.url("/h5"))


@pytest.mark.parametrize(
    ("code", "answer"),
    {
        "too-large": reply(b"x", Content_Length="99999999999"),
        "answer-broken": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx",
        "answer-broken 2": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxxx",
        "answer-broken 3": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
        "answer-broken 4": b"220 mail.example ESMTP\r\n\r\n",
        "answer-broken 5": b"HTTP/1.1 200 OK\r\nBad\x00Name: x\r\n\r\n",
        "answer-broken 6": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 150_000 + b"\r\n\r\n",
        "answer-broken 7": b"",
        "answer-broken 8": reply(b"x", X="x" * 66_000),
        "connection-broken": hostile_server.reset,
    }.items(),
    ids=range(10),
)
def test_case_84_lengths_and_answers_that_are_wrong(code, answer):
    def said(connection):
        if isinstance(answer, bytes):
            connection.sendall(answer)
        else:
            answer(connection)

    with serving(lie=said) as server:
        assert refused(server, "/lie") == code.partition(" ")[0]


def test_case_84_what_broke_while_it_was_asked_is_no_damaged_answer():
    """The system tells of a break once; who asks hears of it, and who waits for the answer would see a quiet end."""
    dialer = dial.Dialer(Reach(loopback=True))
    dialer.own.meter = dial.Meter(QUICK, 99)
    with socket.create_server(("127.0.0.1", 0)) as server:
        stream = dialer.connect_tcp("127.0.0.1", server.getsockname()[1])
        server.accept()[0].close()
    with pytest.raises(httpcore2.WriteError):
        for _ in range(99):
            stream.write(b"GET / HTTP/1.1")
    with pytest.raises(NetError, match="connection-broken"):
        stream.read(99)
    stream.close()


@pytest.mark.parametrize(
    "behind", [reply(b"forged"), b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"]
)
def test_case_84_what_stands_behind_one_answer_is_not_the_next_one(behind):
    with (
        serving(one=reply(b"one") + behind, two=reply(b"two")) as server,
        Net(reach=Reach(loopback=True), manners=ONCE) as net,
    ):
        for path, body in (("/one", b"one"), ("/two", b"two"), ("/one", b"one"), ("/two", b"two")):
            assert net.get(server.url(path), max_bytes=99).body == body
        with net.post(server.url("/one"), b"", {}, max_bytes=99) as pieces:
            assert b"".join(pieces) == b"one"
        assert net.get(server.url("/two"), max_bytes=99).body == b"two"


def test_whole_answers_leave_their_connection_open(monkeypatch):
    opened = []
    dialled = dial.Dialer.connect_tcp
    monkeypatch.setattr(dial.Dialer, "connect_tcp", lambda *given, **more: opened.append(1) or dialled(*given, **more))
    with serving(one=reply(b"one")) as server, Net(reach=Reach(loopback=True), manners=ONCE) as net:
        for _ in range(5):
            assert net.get(server.url("/one"), max_bytes=99).body == b"one"
    assert len(opened) == 1


def test_case_84_a_short_body_is_no_body_and_a_long_one_is_cut():
    with serving(
        short=lambda connection: connection.sendall(reply(b"half", Content_Length="1000")),
        long=lambda connection: connection.sendall(reply(b"whole and more", Content_Length="5")),
    ) as server:
        assert refused(server, "/short") == "answer-broken"
        assert asked(server, "/long").body == b"whole"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return certificates.authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize(
    ("names", "days", "trusted", "said"),
    [
        (("news.example",), 30, True, ""),
        (("other.example",), 30, True, "certificate-refused"),
        (("news.example",), -1, True, "certificate-refused"),
        (("127.0.0.1",), 30, True, "certificate-refused"),
        (("news.example",), 30, False, "certificate-refused"),
    ],
    ids=["good", "other host", "run out", "only its number", "unknown authority"],
)
def test_case_84_certificates_are_checked(authority, names, days, trusted, said):
    reach = Reach(loopback=True, names={"news.example": "127.0.0.1"}, roots=authority.roots if trusted else None)
    with (
        serving(authority.certificate(*names, days=days), page=reply(b"page")) as server,
        Net(reach=reach, manners=ONCE, limits=QUICK) as net,
    ):
        if said:
            with pytest.raises(NetError, match=said):
                net.get(server.url("/page", "news.example"), max_bytes=99)
            assert server.asked == []
        else:
            assert net.get(server.url("/page", "news.example"), max_bytes=99).body == b"page"


def test_case_84_a_server_that_speaks_no_tls(authority):
    reach = Reach(loopback=True, roots=authority.roots)
    with serving(page=reply(b"page")) as server, Net(reach=reach, manners=ONCE, limits=QUICK) as net:
        with pytest.raises(NetError) as raised:
            net.get(server.url("/page").replace("http:", "https:"), max_bytes=99)
        assert raised.value.code == "tls-failed"


def test_requests_say_nothing_of_who_asks(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    cookie = reply(b"one", Set_Cookie="id=1; Path=/")
    with serving(one=cookie, two=reply(b"two")) as server:
        with Net(reach=Reach(loopback=True), manners=ONCE) as net:
            net.get(server.url("/one"), max_bytes=9)
            net.get(server.url("/two?x=1#part"), max_bytes=9)
        host = f"127.0.0.1:{server.port}"
        rest = f" HTTP/1.1\r\nhost: {host}\r\nuser-agent: {AGENT}\r\naccept: */*\r\naccept-encoding: gzip"
        assert server.seen == [f"GET /one{rest}", f"GET /two?x=1{rest}"]
