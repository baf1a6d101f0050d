"""The rules of the mirror format as data: `assets/rules/mirror.yaml`, and those that an archive brings of its own.

A rule's full name is the file, the key, and what tells it apart there: `mirror.yaml#lines.promotion.pictograms`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from bundler.readers._limits import MAX_OWN_BYTES
from bundler.readers._paths import RULES
from bundler.tree import TooLargeError, Tree

Where = Literal["opening", "closing", "time", "address", "path", "title", "text"]
EmbedKind = Literal["video", "audio", "other"]
Said = Mapping[str, Any]
"""A rules file as YAML has it."""

OURS = "mirror.yaml"
"""The file of this package."""
_LEAD = r"\s*(?:<(?:br|hr)\s*/?>\s*)*"
"""What may stand before a line's own words."""
_ANYBODY = r"【(?P<name>[^【】\d]{2,12}?)(?:北京时间|PLACE)*(?:\d{4}年)?\d{1,2}月\d{1,2}日[^【】\d]{0,6}?[讯訊电電]】"
"""A dateline of a publisher that no file names."""

_PACKAGE = Path(__file__).parents[1] / "assets"
_CHECKOUT = Path(__file__).parents[2] / "assets"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: the name for people, and the rule that knows it."""

    name: str
    rule: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern with the full name of its rule."""

    rule: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern to look for, where, and the word under which its finds are reported; `since`: what days count from."""

    rule: str
    kind: str
    where: Where
    pattern: re.Pattern[str]
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A picture's box and the caption in it, as selectors."""

    box: str
    caption: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the files say; of an archive's own rules each stands before ours."""

    publishers: Mapping[str, Publisher]
    """By the names in datelines, and by the hosts of addresses."""
    hosts: Mapping[str, Publisher]
    lines: tuple[Pattern, ...]
    any_line: re.Pattern[str]
    originals: tuple[Pattern, ...]
    elements: tuple[tuple[str, str], ...]
    """Full names of rules and their selectors, joined to one list each."""
    embeds: tuple[tuple[EmbedKind, str], ...]
    figures: tuple[Box, ...]
    caption: re.Pattern[str]
    related: tuple[Pattern, ...]
    related_label: re.Pattern[str]
    related_closing: re.Pattern[str]
    appeals: tuple[Pattern, ...]
    dates: tuple[Found, ...]
    near: tuple[re.Pattern[str], ...]
    dateline: re.Pattern[str]
    anybody: re.Pattern[str]
    bylines: tuple[Found, ...]
    topics: tuple[Pattern, ...]

    def original(self, line: str) -> str:
        """Return the original address that a line of a footer gives, as it is written, or nothing."""
        found = next((found for one in self.originals if (found := one.pattern.match(line))), None)
        return found[1] if found else ""


@cache
def mirror() -> Rules:
    """Read the rules of the mirror format."""
    return _rules(((OURS, _ours()),))


def of(tree: Tree) -> Rules:
    """Return the rules for an archive: its own, if it brings any, before ours. A file with mistakes brings none."""
    try:
        data = tree.read(RULES, max_bytes=MAX_OWN_BYTES)
    except (OSError, TooLargeError):
        return mirror()
    return _with_own(data)


def check(tree: Tree) -> None:
    """Raise RecipeProblems with everything that is wrong with the rules that an archive brings, if it brings any."""
    if tree.stat(RULES) is not None:
        from bundler.readers import _own_rules  # noqa: PLC0415 - as below

        _own_rules.check(tree)


@lru_cache(maxsize=8)
def _with_own(data: bytes) -> Rules:
    from bundler.readers import _own_rules  # noqa: PLC0415 - an archive that brings no rules need not wait for it

    said = _own_rules.parsed(data)
    return mirror() if said is None else _rules(((RULES, said), (OURS, _ours())))


@cache
def _ours() -> Said:
    folder = _PACKAGE if _PACKAGE.is_dir() else _CHECKOUT
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (folder / "rules" / OURS).read_text(encoding="utf-8")
    return cast(Said, yaml.load(text, Loader=loader))  # noqa: S506 - a safe loader, in C where there is one


def _rules(files: Sequence[tuple[str, Said]]) -> Rules:
    """Put the rules of files together, those of the first file first."""
    ours = files[-1][1]
    publishers = {line: _publisher(file, one) for file, one in _each(files, "publishers") for line in one["datelines"]}
    places = [place for _, said in files for place in said.get("places", ())]
    words = {"PUBLISHER": _either(publishers), "PLACE": _either(places)}
    lines = tuple(_named(file, "lines", one, lead=_LEAD) for file, one in _each(files, "lines"))
    any_line = "|".join(f"(?:{one['pattern']})" for _, one in _each(files, "lines"))
    related = tuple(_named(file, "related", one) for file, one in _each(files, "related"))
    return Rules(
        publishers=publishers,
        hosts={host: _publisher(file, one) for file, one in _each(files, "publishers") for host in one["hosts"]},
        lines=lines,
        any_line=re.compile(f"{_LEAD}(?:{any_line})"),
        originals=tuple(_named(file, "original", one, lead=_LEAD) for file, one in _each(files, "original")),
        elements=tuple((_name(file, "elements", one), ", ".join(one["selectors"]))
                       for file, one in _each(files, "elements")),
        embeds=tuple((box["kind"], ", ".join(box["selectors"])) for box in ours["embeds"]),
        figures=tuple(Box(box["box"], box["caption"]) for box in ours["figures"]),
        caption=re.compile(ours["caption"]),
        related=related,
        related_label=re.compile("|".join(one.pattern.pattern for one in related)),
        related_closing=re.compile(ours["related_closing"]),
        appeals=tuple(_named(file, "appeals", one) for file, one in _each(files, "appeals")),
        dates=tuple(_found(file, "dates", one, words) for file, one in _each(files, "dates")),
        near=tuple(re.compile(pattern) for pattern in ours["near"]),
        dateline=re.compile(rf"【(?P<name>{words['PUBLISHER']})[^【】]*\d"),
        anybody=re.compile(_filled(_ANYBODY, words)),
        bylines=tuple(_found(file, "bylines", one, words) for file, one in _each(files, "bylines")),
        topics=tuple(_named(file, "topics", one) for file, one in _each(files, "topics")),
    )  # fmt: skip


def _each(files: Iterable[tuple[str, Said]], key: str) -> Iterator[tuple[str, Said]]:
    for file, said in files:
        yield from ((file, one) for one in said.get(key, ()))


def _name(file: str, key: str, one: Said) -> str:
    parts = (key, str(one.get("rule", "")), str(one.get("name", "")))
    return f"{file}#{'.'.join(part for part in parts if part)}"


def _publisher(file: str, one: Said) -> Publisher:
    return Publisher(one["name"], _name(file, "publishers", one))


def _named(file: str, key: str, one: Said, *, lead: str = "") -> Pattern:
    return Pattern(_name(file, key, one), re.compile(f"{lead}(?:{one['pattern']})"))


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _found(file: str, key: str, said: Said, words: Mapping[str, str]) -> Found:
    kind = str(said.get("rule") or "byline")
    pattern = re.compile(_filled(said["pattern"], words))
    return Found(_name(file, key, said), kind, cast(Where, said["where"]), pattern, said.get("since"))


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    for name, either in words.items():
        pattern = pattern.replace(name, either)
    return pattern
