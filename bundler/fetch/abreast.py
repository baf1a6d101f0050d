"""Many addresses at once: hosts side by side, each host one thing after another, its dead ones left alone."""

from __future__ import annotations

import queue
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from urllib.parse import urlsplit

from bundler.fetch.faults import NetError
from bundler.fetch.hosts import target

if TYPE_CHECKING:
    from bundler.fetch.net import Net

T = TypeVar("T")
_Answers: TypeAlias = "queue.SimpleQueue[tuple[str, T | BaseException] | None]"

HOSTS = 8
"""So many hosts are asked at once."""
PATIENCE = 2
"""After so many failures in a row of the connection itself, a host is left alone for this run."""
DEAD = frozenset(
    ("unreachable", "name-unknown", "tls-failed", "certificate-refused", "proxy-failed", "too-slow", "server-busy")
)
"""Failures that the next address of the same host would most likely share."""


def by_host(addresses: Collection[str]) -> dict[str, list[str]]:
    """Return addresses by the host that they name, both in order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for address in addresses:
        found[host_of(address)].append(address)
    return dict(sorted(found.items()))


def host_of(address: str) -> str:
    """Return the host that an address names, as it is asked; empty where none can be read."""
    try:
        return target(address).host
    except NetError:
        pass
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def abreast(net: Net, addresses: Collection[str], ask: Callable[[str], T]) -> Iterator[tuple[str, T | NetError]]:
    """Ask all addresses and yield what became of each as it comes; a NetError is an answer, anything else is raised.

    Addresses of a host that is dead are answered with `host-skipped`. Whatever ends the iteration ends all asking.
    """
    answers: _Answers[T] = queue.SimpleQueue()
    hosts = by_host(addresses)
    with ThreadPoolExecutor(min(HOSTS, len(hosts)) or 1, thread_name_prefix="host") as threads:
        for some in hosts.values():
            threads.submit(_one_host, net, some, ask, answers)
        try:
            yield from _gathered(answers, len(hosts))
        except BaseException:
            net.stop()
            threads.shutdown(wait=False, cancel_futures=True)
            raise


def _one_host(net: Net, addresses: list[str], ask: Callable[[str], T], answers: _Answers[T]) -> None:
    """Ask one host for everything that is wanted of it."""
    failures = 0
    for address in addresses:
        answer: T | BaseException = NetError("host-skipped", host_of(address), again=True)
        if net.waits.stopped:
            break
        if failures < PATIENCE:
            try:
                answer = ask(address)
            except BaseException as error:  # noqa: BLE001 - the thread that iterates raises it
                answer = error
            failures = failures + 1 if isinstance(answer, NetError) and answer.code in DEAD else 0
        answers.put((address, answer))
    answers.put(None)


def _gathered(answers: _Answers[T], hosts: int) -> Iterator[tuple[str, T | NetError]]:
    done = 0
    while done < hosts:
        answer = answers.get()
        if answer is None:
            done += 1
            continue
        address, what = answer
        if isinstance(what, BaseException) and not isinstance(what, NetError):
            raise what
        yield address, what
