"""Phones on a hotspot fetch files from a fixed list; whoever asks for anything else gets nothing."""

import errno
import socket
import time

import pytest
from serving import PATH, answer, serving
from shelves import published

from bundler.cli.serving import joining
from bundler.errors import UsageError
from bundler.gate import Expected, html
from bundler.release.shelf import shelved
from bundler.share import interfaces, offer, serve
from bundler.share.interfaces import Interface

TEXT = PATH + "weekly-261122.txt"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    made = tmp_path_factory.mktemp("served") / "dist"
    published(made, grow=300_000)
    return made


@pytest.fixture(scope="module")
def server(out):
    with serving(out) as made:
        yield made


@pytest.fixture(scope="module")
def text(out):
    return (out / "weekly/2026-11-22/weekly-261122.txt").read_bytes()


# -- what is served -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("weekly-261122.epub", "application/epub+zip"),
        ("weekly-261122.pdf", "application/pdf"),
        ("weekly-261122.html", "text/html; charset=utf-8"),
        ("weekly-261122.txt", "text/plain; charset=utf-8"),
    ],
)
def test_files_come_with_their_type_and_name(server, out, name, kind):
    status, headers, body = server.ask(PATH + name)
    assert status == 200
    assert body == (out / "weekly/2026-11-22" / name).read_bytes()
    assert headers["content-type"] == kind
    assert headers["content-disposition"] == f'attachment; filename="{name}"'
    assert headers["last-modified"] == "sun, 22 nov 2026 12:00:00 gmt", "the edition's date, not that of this disk"
    assert headers["x-content-type-options"] == "nosniff"


def test_answers_tell_nothing_of_the_machine(server):
    for path in (PATH, TEXT, "/nothing"):
        _, headers, _ = server.ask(path, method="HEAD")
        assert not {"server", "date", "set-cookie", "x-powered-by", "via"} & set(headers)


def test_a_head_has_no_body(server, text):
    status, headers, body = server.ask(TEXT, method="HEAD")
    assert (status, int(headers["content-length"]), body) == (200, len(text), b"")
    status, headers, body = server.ask(PATH, method="HEAD")
    assert (status, body) == (200, b"")


def test_what_a_phone_has_already_is_not_sent_again(server):
    _, headers, _ = server.ask(TEXT, method="HEAD")
    assert server.ask(TEXT, if_none_match=headers["etag"])[::2] == (304, b"")
    assert server.ask(TEXT, if_none_match='"another"')[0] == 200


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, None),
        ("bytes=-50", -50, None),
        ("bytes=299990-9999999", 299990, None),
    ],
)
def test_parts_of_files(server, text, asked, start, end):
    status, headers, body = server.ask(TEXT, range=asked)
    assert (status, body) == (206, text[start:end])
    assert headers["content-range"].endswith(f"/{len(text)}")


def test_a_part_that_is_not_there(server, text):
    status, headers, _ = server.ask(TEXT, range="bytes=99999999-")
    assert (status, headers["content-range"]) == (416, f"bytes */{len(text)}")


def test_a_download_that_broke_off_goes_on(server, text):
    _, headers, _ = server.ask(TEXT, method="HEAD")
    assert server.ask(TEXT, range="bytes=1000-", if_range=headers["etag"])[2] == text[1000:]
    assert server.ask(TEXT, range="bytes=1000-", if_range='"of another edition"')[2] == text


def test_an_address_typed_without_its_last_stroke(server):
    status, headers, _ = server.ask(PATH.rstrip("/"))
    assert (status, headers["location"]) == (308, PATH)


# -- what is not --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/", "/favicon.ico", "/k3f9xw2b/", PATH + "manifest.json", PATH + "../", PATH + "../../../../etc/passwd",
     PATH + "%2e%2e/%2e%2e/etc/passwd", PATH + "..%2f..%2fetc%2fpasswd", PATH + "%2fetc%2fpasswd", "//etc/passwd",
     PATH + "..\\..\\etc\\passwd", PATH + "weekly-261122.txt/", PATH + "weekly-261122.txt%00.pdf",
     PATH + "./weekly-261122.txt", PATH + "%77eekly-261122.txt", "http://elsewhere.example" + TEXT, "*",
     "/weekly/2026-11-22/weekly-261122.txt", PATH + "WEEKLY-261122.TXT"],
)  # fmt: skip
def test_no_path_leads_anywhere_else(server, path):
    status, _, body = server.ask(path)
    assert status == 404
    assert b"root:" not in body
    assert body == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "PROPFIND"])
def test_it_is_read_only(server, method):
    status, headers, _ = server.ask(TEXT, method=method)
    assert status in (400, 405)
    assert status == 400 or headers["allow"] == "get, head"


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "localhost", "127.0.0.1", "127.0.0.1:1", "[::1]", "127.0.0.1.elsewhere.example"]
)
def test_a_name_that_was_led_here_is_refused(server, host):
    assert server.ask(PATH, host=host)[0] == 421


def test_a_request_without_a_host_is_refused(server):
    assert server.ask(PATH, host="", version="1.0")[0] == 421
    assert server.ask(PATH, host="")[0] == 400


@pytest.mark.parametrize(
    "request_",
    [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 100 + b"\r\n\r\n",
     b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_request_gets_a_short_answer(server, request_):
    with server.open() as connection:
        connection.sendall(request_)
        connection.shutdown(socket.SHUT_WR)
        status, _, body = answer(connection)
    assert status in (0, 400, 421)
    assert len(body) < 100


@pytest.mark.parametrize("size", [9_000, 100_000, 5_000_000])
def test_huge_headers_and_addresses_are_cut_off(server, size):
    for request_ in (server.request(PATH, x="y" * size), server.request(PATH + "y" * size)):
        with server.open() as connection:
            try:
                connection.sendall(request_)
                status = answer(connection)[0]
            except ConnectionError:
                status = 0
        assert status in (0, 400, 431)
    assert server.ask(PATH)[0] == 200


# -- the end, and what is kept ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_ends_by_itself(out):
    begun = time.monotonic()
    with serving(out, seconds=1.5) as server:
        assert server.process.wait(timeout=90) == 0
    assert time.monotonic() - begun < 90
    with pytest.raises(ConnectionError):
        server.open()


def test_nothing_is_kept_of_who_came(out):
    with serving(out) as server:
        server.ask(TEXT, user_agent="CANARYPHONE", referer="http://canary.example/")
        server.ask("/CANARYPATH")
        with server.open() as connection:
            connection.sendall(b"CANARY\r\n\r\n")
            answer(connection)
    assert server.said == ""
    assert server.counted == (1, 0)


def test_only_whole_files_are_counted(out):
    with serving(out) as server:
        server.ask(PATH)
        server.ask(TEXT, method="HEAD")
        server.ask(TEXT, range="bytes=0-99")
        server.ask(TEXT, range="bytes=100-")
    assert server.counted == (1, 0)


def test_no_two_paths_are_alike():
    paths = {serve.drawn() for _ in range(1000)}
    assert len(paths) == 1000
    assert all(len(path) == 8 and set(path) <= set(serve.LETTERS) for path in paths)
    assert not set("il1o0") & set(serve.LETTERS)


# -- where --------------------------------------------------------------------------------------------------------

WIRED, WIFI = Interface("eth0", "192.168.1.5"), Interface("wlan0", "192.168.43.7", wireless=True)
TUNNEL, PUBLIC = Interface("tun0", "10.8.0.2", made_up=True), Interface("eth1", "203.0.113.9")


@pytest.mark.parametrize(
    ("wanted", "there", "address"),
    [
        ("", [WIFI], "192.168.43.7"),
        ("", [WIRED, WIFI, TUNNEL, PUBLIC], "192.168.43.7"),
        ("", [WIRED, TUNNEL], "192.168.1.5"),
        ("eth0", [WIRED, WIFI], "192.168.1.5"),
        ("tun0", [WIRED, TUNNEL], "10.8.0.2"),
        ("172.20.10.2", [], "172.20.10.2"),
        ("127.0.0.1", [], "127.0.0.1"),
    ],
)
def test_the_hotspot_is_found(wanted, there, address):
    assert interfaces.chosen(wanted, there) == address


@pytest.mark.parametrize(
    ("wanted", "there", "said"),
    [
        ("", [], "no network"),
        ("", [TUNNEL, PUBLIC], "no network"),
        ("", [WIRED, Interface("eth2", "10.0.0.3")], "cannot be told"),
        ("eth1", [PUBLIC], "open to others"),
        ("0.0.0.0", [WIFI], "open to others"),
        ("203.0.113.9", [], "open to others"),
        ("100.64.0.1", [], "open to others"),
        ("224.0.0.1", [], "open to others"),
        ("wlan9", [WIFI], "no interface"),
        ("::", [WIFI], "no interface"),
        ("192.168.1", [WIFI], "no interface"),
    ],
)
def test_no_address_is_guessed_and_none_is_open_to_all(wanted, there, said):
    with pytest.raises(UsageError, match=said) as found:
        interfaces.chosen(wanted, there)
    assert found.value.hint


def test_interfaces_of_this_machine_are_read():
    assert all(one.name != "lo" and one.address.count(".") == 3 for one in interfaces.found())


def test_what_goes_wrong_while_serving_is_not_told_as_a_port_that_is_taken():
    with pytest.raises(OSError, match="too many open files"), serve.listening("127.0.0.1", 0):
        raise OSError(errno.EMFILE, "too many open files")


def test_an_address_that_is_not_ours_cannot_be_served():
    with pytest.raises(UsageError, match="nothing can be served"), serve.listening("192.168.254.253", 0):
        pass


def test_a_port_that_is_taken_is_said():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match="nothing can be served"), serve.listening("127.0.0.1", port):
            pass


@pytest.mark.parametrize(
    ("ssid", "password", "code"),
    [
        ("", "", ""),
        ("书摊", "12345678", "WIFI:T:WPA;S:书摊;P:12345678;;"),
        ("open", "", "WIFI:T:nopass;S:open;;"),
        ('a;b,c:d"e\\f', "p:;,\\12345", 'WIFI:T:WPA;S:a\\;b\\,c\\:d\\"e\\\\f;P:p\\:\\;\\,\\\\12345;;'),
    ],
)
def test_a_code_joins_the_network(ssid, password, code):
    assert joining(ssid, password) == code


@pytest.mark.parametrize(("ssid", "password"), [("", "12345678"), ("a", "1234567"), ("a", "1" * 64), ("书" * 11, "")])
def test_no_network_has_such_a_name_or_password(ssid, password):
    with pytest.raises(UsageError):
        joining(ssid, password)


# -- the page -----------------------------------------------------------------------------------------------------


def test_the_page_passes_the_gate_and_names_what_is_served(out, tmp_path, server):
    from bundler.release.editions import released

    page = tmp_path / "page.html"
    page.write_bytes(offer.page(shelved(released(out, "weekly"))))
    assert server.ask(PATH)[2] == page.read_bytes()
    found = html.faults(page, Expected((), {}, ()))
    links = [fault.detail.strip("'\"") for fault in found if fault.code == "link-broken"]
    assert len(links) == len(found)
    assert sorted(links) == [f"weekly-261122.{kind}" for kind in ("epub", "html", "pdf", "txt")]
    assert all(server.ask(PATH + link, method="HEAD")[0] == 200 for link in links)


def test_each_phone_gets_what_it_opens_best(out):
    from bundler.release.editions import released

    files = released(out, "weekly")[0].manifest.files
    found = {phone: [file.format for file in offer.best(files, phone)] for phone in offer.FOR}
    assert found == {"iphone": ["pdf"], "android": ["epub"], "old": ["text"]}
    assert offer.best((), "old") == ()
