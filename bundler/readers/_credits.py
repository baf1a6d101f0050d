"""Whose an article is and what it is about: publisher, authors and tags, as far as a mirror page says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from bundler.readers import Reason
from bundler.readers._rules import Rules

MAX_AUTHORS = 6
_ID = re.compile(r"(?:nf|nsc|ncid|prog|n|p|a)?\d+")
_GAPS = re.compile(r"(?<=[^\x00-\x7f])[^\S\n]+|[^\S\n]+(?=[^\x00-\x7f])")
_SPLIT = re.compile(r"[、/／]")
_EDGES = " \t\n\u3000，。、：:；;"
MAX_TAG = 40


def publisher(opening: str, original: str, rules: Rules) -> tuple[str, tuple[Reason, ...]]:
    """Name the publisher, and say why: the dateline or the host of the original address where a rule knows it.

    Of one that no rule knows the dateline's name counts, else the host itself; else there is none.
    """
    found = rules.dateline.search(opening)
    if found:
        known = rules.publishers[found["name"]]
        return known.name, (Reason("publisher", known.rule, found[0]),)
    host = _host(original)
    parts = host.split(".")
    named = (rules.hosts.get(".".join(parts[at:])) for at in range(len(parts) - 1))
    if known_host := next((one for one in named if one), None):
        return known_host.name, (Reason("publisher", known_host.rule, host),)
    anybody = rules.anybody.search(opening)
    if anybody:
        return anybody["name"], (Reason("publisher", "reader#publisher.dateline", anybody[0]),)
    return host.removeprefix("www."), (Reason("publisher", "reader#publisher.host", host),) if host else ()


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def authors(title: str, texts: Iterable[str], rules: Rules) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """Return who wrote an article, where a byline says so plainly, and why; editors are not authors.

    The first byline that fits counts; `texts` are the opening and the closing of the body, one line a block.
    """
    lines = tuple(_GAPS.sub("", text) for text in texts)
    for byline in rules.bylines:
        for text in (title,) if byline.where == "title" else lines:
            found = byline.pattern.search(text)
            if found:
                names = (name.strip() for name in _SPLIT.split(found["names"]))
                kept = tuple(dict.fromkeys(name for name in names if name))[:MAX_AUTHORS]
                return kept, (Reason("authors", byline.rule, found[0].strip()),)
    return (), ()


def tags(links: Iterable[tuple[str, str]], rules: Rules) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """Return the topics of disarmed links, given as (address, words), each once, in the order of the page, and why."""
    found: dict[str, Reason] = {}
    for topic, reason in _topics(links, rules):
        found.setdefault(topic, reason)
    return tuple(found), tuple(found.values())


def _topics(links: Iterable[tuple[str, str]], rules: Rules) -> Iterator[tuple[str, Reason]]:
    for address, words in links:
        matching = ((one.rule, found) for one in rules.topics if (found := one.pattern.search(address)))
        rule, found = next(matching, ("", None))
        if found is None:
            continue
        said = unquote(found[1], errors="replace").strip(_EDGES)
        topic = words.strip(_EDGES) if _ID.fullmatch(said) or "\ufffd" in said else said
        if topic and len(topic) <= MAX_TAG:
            yield topic, Reason("tags", rule, f"{topic}: {address}")
