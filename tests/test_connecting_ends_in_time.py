"""No name with dead addresses and no dripping proxy holds a thread for longer than one time to connect."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from bundler.fetch import dial
from bundler.fetch.faults import NetError
from bundler.fetch.reach import Proxy, Reach

DEAD = [f"8.8.{place}.1" for place in range(200)]


def _resolving(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)


def test_few_of_many_dead_addresses_are_tried_in_one_time(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[float] = []

    def dead(_self: object, _address: str, _port: int, timeout: float) -> socket.socket:
        tried.append(timeout)
        time.sleep(timeout)
        raise TimeoutError("timed out")

    _resolving(monkeypatch, DEAD)
    monkeypatch.setattr(dial.Dialer, "_dialled", dead)
    with pytest.raises(NetError, match="unreachable"):
        dial.Dialer(Reach()).connect_tcp("many.example", 80, timeout=0.2)
    assert len(tried) <= dial.MAX_DIALLED
    assert sum(tried) <= 0.3


def test_a_private_address_behind_those_that_are_tried_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolving(monkeypatch, [*DEAD, "10.0.0.1"])
    with pytest.raises(NetError, match="address-not-public"):
        dial.Dialer(Reach()).connect_tcp("many.example", 80, timeout=0.2)


def test_a_dripping_proxy_has_one_time_for_its_whole_answer() -> None:
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            one, _ = server.accept()
            with one:
                try:
                    one.sendall(b"\x05\x00\x05\x00\x00\x03\xff")
                    while not done.wait(0.1):
                        one.sendall(b"x")
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        begun = time.monotonic()
        try:
            with pytest.raises(NetError, match="proxy-failed"):
                dial.Dialer(Reach(), Proxy("127.0.0.1", server.getsockname()[1])).connect_tcp(
                    "news.example", 80, timeout=0.5
                )
        finally:
            done.set()
            thread.join()
    assert time.monotonic() - begun < 60
