"""Addresses that lead anywhere but to a public web host are refused, before a byte leaves: cases 71 to 79."""

import ipaddress
import socket

import pytest

from bundler.fetch import dial, hosts
from bundler.fetch.net import Net, NetError, Reach

PRIVATE = (
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
    "168.63.129.16", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "100::1",
    "2001:db8::1", "3fff::1", "5f00::1",
    "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:20::1",
)  # fmt: skip
PUBLIC = ("1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "2606:4700::6810:84e5", "2a00:1450:4001:80b::200e")
WRAPPED = (
    "::ffff:{v4}", "::{v4}", "64:ff9b::{v4}", "64:ff9b:1::{v4}", "2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address):
    assert not hosts.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address):
    assert hosts.is_public(ipaddress.ip_address(address))


def refused(url, *, resolves="93.184.215.14", monkeypatch=None):
    """Return why an address is refused, with nobody to ask for names and no socket to open."""
    if monkeypatch is not None:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (resolves, 80))]
        monkeypatch.setattr(dial.socket, "getaddrinfo", lambda *_args, **_more: found)
        monkeypatch.setattr(dial.socket, "socket", None)
    with Net() as net, pytest.raises(NetError) as raised:
        net.get(url, max_bytes=10)
    return raised.value.code


@pytest.mark.parametrize("url", ["file:///etc/passwd", "FILE:///etc/passwd", "file:/etc/passwd", " file:///etc/passwd"])
def test_case_71_a_file_of_this_machine(url):
    assert refused(url) == "scheme-refused"


@pytest.mark.parametrize("path", ["/latest/meta-data/", "", ":80/x"])
def test_case_72_the_metadata_of_a_cloud(path):
    assert refused(f"http://169.254.169.254{path}") == "address-not-public"


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "0x7f000001", "0x7F.1", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "①②⑦.⓪.⓪.①",
        "127。0。0。1", "１２７.0.0.1", "127.0.0.1.", "127.0.0.01", "0", "0x", "1.2.3.4.5", "[::1]", "[::ffff:7f00:1]",
    ],
)  # fmt: skip
def test_case_73_numbers_that_resolvers_take_for_addresses(host, monkeypatch):
    assert refused(f"http://{host}/", monkeypatch=monkeypatch) in ("address-not-public", "address-broken")


@pytest.mark.parametrize("form", WRAPPED)
@pytest.mark.parametrize("inner", ["169.254.169.254", "127.0.0.1", "10.0.0.1"])
def test_case_74_private_addresses_wrapped_in_others(form, inner, monkeypatch):
    a, b, c, d = map(int, inner.split("."))
    address = ipaddress.IPv6Address(form.format(v4=inner, a=a, b=b, c=c, d=d))
    assert not hosts.is_public(address)
    assert refused(f"http://[{address}]/", monkeypatch=monkeypatch) == "address-not-public"
    assert refused("http://news.example/", resolves=str(address), monkeypatch=monkeypatch) == "address-not-public"


def test_a_public_address_behind_nat64_may_be_asked():
    assert hosts.is_public(ipaddress.IPv6Address("64:ff9b::8.8.8.8"))


@pytest.mark.parametrize("user", ["user", "user:secret", "", "news.example%00", "8.8.8.8"])
def test_case_75_a_user_before_the_host(user, monkeypatch):
    assert refused(f"http://{user}@news.example/", monkeypatch=monkeypatch) == "user-in-address"


@pytest.mark.parametrize("location", ["http://10.0.0.1/", "//127.1/", "http://[::1]:8080/", "http://169.254.169.254/"])
def test_case_76_a_redirect_to_a_private_address(location, monkeypatch):
    found = dial.Dialer(Reach())
    with pytest.raises(NetError) as raised:
        target = hosts.redirected(hosts.target("http://news.example/a"), location)
        found.addresses(target.host, target.port)
    assert raised.value.code == "address-not-public"


def test_case_76_a_redirect_away_from_encryption():
    with pytest.raises(NetError) as raised:
        hosts.redirected(hosts.target("https://news.example/a"), "http://news.example/a")
    assert raised.value.code == "downgrade-refused"


def test_case_77_a_name_is_resolved_once_and_its_checked_address_is_dialled(monkeypatch):
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    dialled = []

    def resolve(_host, port, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers.pop(0)]

    def dialling(_self, address, port, _timeout):
        dialled.append((address, port))
        raise OSError(111, "refused")

    monkeypatch.setattr(dial.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(dial.Dialer, "_dialled", dialling)
    found = dial.Dialer(Reach())
    with pytest.raises(NetError, match="unreachable"):
        found.connect_tcp("news.example", 80)
    assert dialled == [("93.184.215.14", 80)]
    with pytest.raises(NetError, match="address-not-public"):
        found.connect_tcp("news.example", 80)
    assert dialled == [("93.184.215.14", 80)]


def test_case_77_a_name_with_one_private_address_is_refused_whole(monkeypatch):
    found = [(socket.AF_INET, 1, 6, "", (address, 80)) for address in ("93.184.215.14", "192.168.0.1")]
    monkeypatch.setattr(dial.socket, "getaddrinfo", lambda *_args, **_more: found)
    with pytest.raises(NetError, match="address-not-public"):
        dial.Dialer(Reach()).addresses("news.example", 80)


def test_case_78_an_address_without_a_scheme():
    assert refused("//127.0.0.1/x") == "scheme-refused"
    source = hosts.target("https://news.example/a/b")
    assert hosts.redirected(source, "//other.example/x").url == "https://other.example/x"


@pytest.mark.parametrize(
    "url",
    ["gopher://x.example/", "ftp://x.example/a", "smb://x.example/a", "jar:http://x.example!/a", "data:text/plain,a",
     "ws://x.example/", "javascript:alert(1)", "dict://x.example:11211/", "ldap://x.example/", "unix:/run/docker.sock"],
)  # fmt: skip
def test_case_79_schemes_that_are_not_of_the_web(url):
    assert refused(url) == "scheme-refused"


@pytest.mark.parametrize("url", ["http://news.example:22/", "http://news.example:25/", "https://news.example:6/"])
def test_ports_of_other_services_are_refused(url):
    assert refused(url) == "port-refused"


@pytest.mark.parametrize("host", ["localhost", "printer", "router.local", "db.internal", "a.localhost", "x.home.arpa"])
def test_names_of_one_house_are_looked_up_nowhere(host, monkeypatch):
    monkeypatch.setattr(dial.socket, "getaddrinfo", None)
    assert refused(f"http://{host}/") == "address-not-public"


def test_onion_addresses_are_looked_up_nowhere(monkeypatch):
    monkeypatch.setattr(dial.socket, "getaddrinfo", None)
    assert refused("http://abcdefghijklmnop.onion/") == "onion-without-proxy"


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http:///x",
        "http://a b.example/",
        "http://x.example/\r\nHost: y",
        "http://[::1/",
        "http://" + "a" * 9_000,
    ],
)
def test_broken_addresses_are_refused(url):
    assert refused(url) == "address-broken"


def test_hosts_are_one_name_in_ascii():
    assert hosts.target("https://例子.example/路?q=字#f").url == "https://xn--fsqu00a.example/%E8%B7%AF?q=%E5%AD%97"
    assert hosts.target("HTTP://NEWS.example:80").url == "http://news.example/"
    assert hosts.target("http://[2606:4700::1]:8080/a").netloc == "[2606:4700::1]:8080"
