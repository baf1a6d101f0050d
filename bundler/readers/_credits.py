"""Whose an article is and what it is about: publisher, authors and tags, as far as a mirror page says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from bundler.readers._rules import Rules

MAX_AUTHORS = 6
_ID = re.compile(r"(?:nf|nsc|ncid|prog|n|p|a)?\d+")
_GAPS = re.compile(r"(?<=[^\x00-\x7f])[^\S\n]+|[^\S\n]+(?=[^\x00-\x7f])")
_SPLIT = re.compile(r"[、/／]")
_EDGES = " \t\n\u3000，。、：:；;"
MAX_TAG = 40


def publisher(opening: str, original: str, rules: Rules) -> str:
    """Name the publisher: by the dateline, else by the host of the original address, else by nothing."""
    found = rules.dateline.search(opening)
    if found:
        return rules.publishers[found["name"]]
    try:
        host = (urlsplit(original).hostname or "").lower()
    except ValueError:
        return ""
    parts = host.split(".")
    names = (rules.hosts.get(".".join(parts[at:])) for at in range(len(parts) - 1))
    return next((name for name in names if name), host.removeprefix("www."))


def authors(title: str, texts: Iterable[str], rules: Rules) -> tuple[str, ...]:
    """Return who wrote an article, where a byline says so plainly; editors are not authors.

    The first byline that fits counts; `texts` are the opening and the closing of the body, one line a block.
    """
    kept = tuple(_GAPS.sub("", text) for text in texts)
    for byline in rules.bylines:
        for text in (title,) if byline.where == "title" else kept:
            found = byline.pattern.search(text)
            if found:
                names = (name.strip() for name in _SPLIT.split(found["names"]))
                return tuple(dict.fromkeys(name for name in names if name))[:MAX_AUTHORS]
    return ()


def tags(links: Iterable[tuple[str, str]], rules: Rules) -> tuple[str, ...]:
    """Return the topics of disarmed links, given as (address, words), each once, in the order of the page."""
    return tuple(dict.fromkeys(_topics(links, rules)))


def _topics(links: Iterable[tuple[str, str]], rules: Rules) -> Iterator[str]:
    for address, words in links:
        found = next((found for topic in rules.topics if (found := topic.search(address))), None)
        if found is None:
            continue
        said = unquote(found[1], errors="replace").strip(_EDGES)
        topic = words.strip(_EDGES) if _ID.fullmatch(said) or "\ufffd" in said else said
        if topic and len(topic) <= MAX_TAG:
            yield topic
