"""Through a proxy everything goes to it, names as well: no name is looked up here and no host is dialled directly."""

import contextlib
import json
import re
import socket
import subprocess
import sys
import threading

import pytest
from command import ROOT
from hostile_server import reply, serving
from parts import require

from bundler.errors import UsageError
from bundler.fetch import reach

ASK = """
import json, sys
from bundler.fetch import reach
from bundler.fetch.net import Manners, Net, NetError

seen = []
sys.addaudithook(lambda name, told: name.startswith("socket.") and seen.append((name, repr(told[1:]))))
answers = []
with Net(proxy=reach.proxy(sys.argv[1]), manners=Manners(gap=0, tries=1)) as net:
    for url in sys.argv[2:]:
        try:
            answers.append(net.get(url, max_bytes=1_000).body.decode())
        except NetError as error:
            answers.append(error.code)
print(json.dumps({"answers": answers, "seen": seen}))
"""


@contextlib.contextmanager
def proxying(to_port, *, answer=0):
    """Serve SOCKS 5: every host that is asked for is the one server of the test."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, to_port, asked, answer), daemon=True).start()
        yield f"socks5h://127.0.0.1:{listening.getsockname()[1]}", asked


def _accept(listening, to_port, asked, answer):
    with contextlib.suppress(OSError):
        while True:
            threading.Thread(target=_carry, args=(listening.accept()[0], to_port, asked, answer), daemon=True).start()


def _carry(client, to_port, asked, answer):
    with contextlib.suppress(OSError), client:
        client.recv(3)
        client.sendall(b"\x05\x00")
        head = client.recv(300)
        kind, rest = head[3], head[4:]
        name = rest[1 : 1 + rest[0]].decode() if kind == 3 else rest[:-2].hex()
        asked.append((kind, name, int.from_bytes(head[-2:], "big")))
        client.sendall(bytes((5, answer, 0, 1)) + bytes(6))
        if answer:
            return
        with socket.create_connection(("127.0.0.1", to_port)) as server:
            threading.Thread(target=_pump, args=(server, client), daemon=True).start()
            _pump(client, server)


def _pump(source, to):
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            to.sendall(data)


URLS = ("http://news.example/page", "http://thehiddenname.onion/page", "http://1.1.1.1/page")


def run(proxy, *urls, under=()):
    command = [*under, sys.executable, "-c", ASK, proxy, *urls]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True, timeout=60)


def test_names_go_to_the_proxy_and_nothing_goes_elsewhere():
    with serving(page=reply(b"page")) as server, proxying(server.port) as (proxy, asked):
        found = json.loads(run(proxy, *URLS).stdout)
    assert found["answers"] == ["page"] * 3
    assert {(kind, name) for kind, name, _ in asked} == {
        (3, "news.example"),
        (3, "thehiddenname.onion"),
        (1, "01010101"),
    }
    port = proxy.rpartition(":")[2]
    assert {name for name, _ in found["seen"]} == {"socket.__new__", "socket.connect"}
    assert {told for name, told in found["seen"] if name == "socket.connect"} == {f"(('127.0.0.1', {port}),)"}


def test_the_kernel_sees_no_other_connection(tmp_path):
    require("strace")
    log = tmp_path / "calls"
    with serving(page=reply(b"page")) as server, proxying(server.port) as (proxy, _):
        run(
            proxy,
            *URLS,
            under=("strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg,bind", "-o", str(log)),
        )
    calls = log.read_text()
    port = proxy.rpartition(":")[2]
    connected = re.findall(r"(?:connect|bind)\(\d+, \{(.*?)\}", calls)
    assert connected
    assert set(connected) == {f'sa_family=AF_INET, sin_port=htons({port}), sin_addr=inet_addr("127.0.0.1")'}
    assert not re.search(r"htons\(53\)|AF_UNIX|AF_NETLINK|sa_family=AF_INET6", calls)


def test_private_addresses_are_not_asked_for_through_a_proxy_either():
    with serving(page=reply(b"page")) as server, proxying(server.port) as (proxy, asked):
        urls = (
            "http://127.0.0.1/page",
            "http://169.254.169.254/",
            "http://printer/",
            "http://nas.local/",
            "http://2130706433/",
        )
        found = json.loads(run(proxy, *urls).stdout)
    assert found["answers"] == ["address-not-public"] * 5
    assert asked == []


@pytest.mark.parametrize("answer", [1, 4, 5, 99])
def test_a_proxy_that_refuses_is_named(answer):
    with proxying(1, answer=answer) as (proxy, _):
        assert json.loads(run(proxy, URLS[0]).stdout)["answers"] == ["proxy-failed"]


def test_a_proxy_that_is_not_there_leads_nowhere_else():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    found = json.loads(run(f"socks5h://127.0.0.1:{port}", URLS[0]).stdout)
    assert found["answers"] == ["proxy-failed"]
    assert {told for name, told in found["seen"] if name == "socket.connect"} == {f"(('127.0.0.1', {port}),)"}


@pytest.mark.parametrize(
    "written",
    ["socks5://127.0.0.1:9050", "http://127.0.0.1:8080", "127.0.0.1:9050", "socks5h://127.0.0.1", "socks5h://tor.example:9050",
     "socks5h://user:word@127.0.0.1:9050", "socks5h://127.0.0.1:99999", ""],
)  # fmt: skip
def test_proxies_that_would_leak_are_refused(written):
    with pytest.raises(UsageError):
        reach.proxy(written)


def test_the_proxy_of_this_machine_needs_no_look_up():
    assert reach.proxy("socks5h://localhost:9050") == reach.Proxy("127.0.0.1", 9050)
    assert reach.proxy("socks5h://[::1]:9150") == reach.Proxy("::1", 9150)
