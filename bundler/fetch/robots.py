"""robots.txt as RFC 9309 has it: the group of our name or of everybody, the longest rule that fits a path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote

NAME = "bundler"
MAX_DELAY = 10.0
"""Seconds between two requests that a host can ask for by `Crawl-delay`."""
_MAX_RULES = 2_000
_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#]*)")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host allows us: patterns with whether they allow; seconds between two requests."""

    paths: tuple[tuple[str, bool], ...] = ()
    delay: float = 0.0

    def allow(self, path: str) -> bool:
        """Say whether a path with its query may be asked for: the longest rule decides, of equals one that allows."""
        if path == "/robots.txt":
            return True
        fitting = [(len(pattern), allows) for pattern, allows in self.paths if _fits(pattern, _plain(path))]
        return max(fitting, default=(0, True))[1]


EVERYTHING = Rules()
NOTHING = Rules((("/", False),))


def read(data: bytes) -> Rules:
    """Read a file: the group that names us counts, else the one for `*`; groups of one name are one group.

    Of other names nothing is kept: many names before many rules would be their product.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    names: set[str] = set()
    open_for_names = False
    for line in data.decode("utf-8-sig", "replace").splitlines():
        if not (found := _LINE.match(line)):
            continue
        key, value = found[1].lower(), found[2].strip()
        if key == "user-agent":
            if not open_for_names:
                names.clear()
            if value.lower() in (NAME, "*"):
                names.add(value.lower())
                groups.setdefault(value.lower(), [])
        elif key in ("allow", "disallow", "crawl-delay"):
            for name in names:
                groups[name].append((key, value))
        open_for_names = key == "user-agent"
    return _rules(groups.get(NAME, groups.get("*", []))[:_MAX_RULES])


def _rules(lines: list[tuple[str, str]]) -> Rules:
    paths = tuple((_plain(value), key == "allow") for key, value in lines if key != "crawl-delay" and value)
    delays = [seconds(value) for key, value in lines if key == "crawl-delay"]
    return Rules(paths, min(MAX_DELAY, max(delays, default=0.0)))


def seconds(written: str, now: str = "") -> float:
    """Return a number of seconds, or those from the date `now` until a date; 0 for anything else."""
    if re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,3})?", written.strip()):
        return float(written)
    try:
        return max(0.0, (parsedate_to_datetime(written) - parsedate_to_datetime(now)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _plain(path: str) -> str:
    """Return a path percent-encoded in one way, `*` and `$` kept."""
    return quote(unquote(path, errors="surrogateescape"), safe="/*$?&=:@!'()+,;~", errors="surrogateescape")


def _fits(pattern: str, path: str) -> bool:
    """Say whether a pattern fits the beginning of a path; `*` is any characters, `$` the end. Takes linear time."""
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for place, part in enumerate(others, 1):
        if ends and place == len(others):
            return len(path) - len(part) >= at and path.endswith(part)
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not ends or at == len(path)
