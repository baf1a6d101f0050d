"""A crowd, slow phones and people who mean harm: each is served or dropped, and nobody keeps the others waiting."""

import concurrent.futures
import hashlib
import time

import pytest
from serving import PATH, Serving, serving
from shelves import published

pytestmark = pytest.mark.slow

TEXT = PATH + "weekly-261122.txt"
GROWN = 3_000_000


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    made = tmp_path_factory.mktemp("served") / "dist"
    published(made, grow=GROWN)
    return made


@pytest.fixture(scope="module")
def text(out):
    return (out / "weekly/2026-11-22/weekly-261122.txt").read_bytes()


def fetched(server: Serving) -> str:
    return hashlib.sha256(server.ask(TEXT)[2]).hexdigest()


def test_two_hundred_at_once(out, text):
    with serving(out) as server, concurrent.futures.ThreadPoolExecutor(200) as phones:
        found = list(phones.map(fetched, [server] * 200))
        most = server.memory()
    assert set(found) == {hashlib.sha256(text).hexdigest()}
    assert server.counted == (200, 0)
    assert most < 200_000_000, "600 MB went through it"


def within(seconds, reached):
    """Say whether something comes true in time."""
    end = time.monotonic() + seconds
    while not reached() and time.monotonic() < end:
        time.sleep(0.05)
    return reached()


def test_slow_askers_are_dropped_while_others_are_served(out, text):
    with serving(out, HEADER_SECONDS=1) as server:
        slow = [server.open() for _ in range(100)]
        begun = time.monotonic()
        left = set(slow)
        while left and time.monotonic() - begun < 90:
            for connection in list(left):
                try:
                    connection.sendall(b"X-a: b\r\n" if time.monotonic() - begun > 0.1 else b"GET / HTTP/1.1\r\n")
                except ConnectionError:
                    left.discard(connection)
            if len(left) == 100:
                assert server.ask(TEXT)[2] == text
            time.sleep(0.1)
        assert not left
        for connection in slow:
            connection.close()


def test_slow_askers_of_a_second_request_are_dropped_too(out):
    with serving(out, HEADER_SECONDS=1) as server, server.open() as connection:
        connection.sendall(
            server.request("/nothing", method="HEAD", connection="keep-alive").replace(b"/nothing", PATH.encode())
        )
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200")
        begun = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - begun < 90:
                connection.sendall(b"G")
                time.sleep(0.1)
        assert time.monotonic() - begun < 60


def test_bodies_without_end_are_dropped(out):
    with serving(out, HEADER_SECONDS=1) as server, server.open() as connection:
        connection.sendall(server.request(PATH, method="POST", connection="", content_length="999999999"))
        begun = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - begun < 90:
                connection.sendall(b"x" * 1000)
                time.sleep(0.1)
        assert time.monotonic() - begun < 60


def test_who_takes_nothing_is_dropped(out):
    with serving(out, STALL_SECONDS=3) as server:
        idle = server.open_files()
        stuck = [server.open(most_buffered=4096) for _ in range(20)]
        for connection in stuck:
            connection.sendall(server.request(TEXT))
        assert within(60, lambda: server.open_files() > idle + 20)
        assert within(60, lambda: server.open_files() <= idle + 2), "neither a connection nor a file stays open"
        for connection in stuck:
            connection.close()
    assert server.counted == (0, 0)


def test_who_takes_little_is_served(out, text):
    with serving(out, STALL_SECONDS=1) as server, server.open(most_buffered=16384) as connection:
        connection.sendall(server.request(TEXT))
        data = b""
        begun = time.monotonic()
        while part := connection.recv(16384):
            data += part
            if time.monotonic() - begun < 3:
                time.sleep(0.02)
    assert data.endswith(text)
    assert server.counted == (1, 0)


def test_more_than_there_is_room_for_are_turned_away(out):
    with serving(out, MOST=20, HEADER_SECONDS=2) as server:
        crowd = [server.open() for _ in range(60)]
        time.sleep(0.3)
        assert server.open_files() < 20 + 20
        for connection in crowd:
            connection.close()
        time.sleep(0.3)
        assert server.ask(PATH)[0] == 200


def test_who_hangs_up_is_forgotten(out):
    with serving(out) as server:
        idle = server.open_files()
        for _ in range(30):
            with server.open() as connection:
                connection.sendall(server.request(TEXT))
                connection.recv(1000)
        time.sleep(0.5)
        assert server.open_files() <= idle + 2
    assert server.counted[1] == 0
    assert server.said == ""
