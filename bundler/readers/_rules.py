"""The rules of the mirror format as data: `assets/rules/mirror.yaml`, read once, its patterns compiled."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

Where = Literal["opening", "closing", "time", "address", "path", "title", "text"]
EmbedKind = Literal["video", "audio", "other"]

_LEAD = r"\s*(?:<(?:br|hr)\s*/?>\s*)*"
"""What may stand before a line's own words."""

_PACKAGE = Path(__file__).parents[1] / "assets"
_CHECKOUT = Path(__file__).parents[2] / "assets"


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern to look for, where, and the name under which its finds are reported; `since`: what days count from."""

    rule: str
    where: Where
    pattern: re.Pattern[str]
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not the article."""

    rule: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Box:
    """A picture's box and the caption in it, as selectors."""

    box: str
    caption: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the file says; selectors are joined to one list each."""

    publishers: Mapping[str, str]
    """Names in datelines and hosts of addresses to names for people."""
    hosts: Mapping[str, str]
    lines: tuple[Line, ...]
    any_line: re.Pattern[str]
    original: re.Pattern[str]
    elements: tuple[tuple[str, str], ...]
    embeds: tuple[tuple[EmbedKind, str], ...]
    figures: tuple[Box, ...]
    caption: re.Pattern[str]
    related_label: re.Pattern[str]
    related_closing: re.Pattern[str]
    appeals: tuple[re.Pattern[str], ...]
    dates: tuple[Found, ...]
    near: tuple[re.Pattern[str], ...]
    dateline: re.Pattern[str]
    bylines: tuple[Found, ...]
    topics: tuple[re.Pattern[str], ...]


@cache
def mirror() -> Rules:
    """Read the rules of the mirror format."""
    folder = _PACKAGE if _PACKAGE.is_dir() else _CHECKOUT
    return _rules(yaml.safe_load((folder / "rules" / "mirror.yaml").read_text(encoding="utf-8")))


def _rules(said: Mapping[str, Any]) -> Rules:
    datelines = {line: known["name"] for known in said["publishers"] for line in known["datelines"]}
    lines = tuple(Line(line["rule"], re.compile(f"{_LEAD}(?:{line['pattern']})")) for line in said["lines"])
    words = {"PUBLISHER": _either(datelines), "PLACE": _either(said["places"])}
    return Rules(
        publishers=datelines,
        hosts={host: known["name"] for known in said["publishers"] for host in known["hosts"]},
        lines=lines,
        any_line=re.compile(_LEAD + _alternatives(line["pattern"] for line in said["lines"])),
        original=re.compile(_LEAD + said["original"]),
        elements=tuple((box["rule"], ", ".join(box["selectors"])) for box in said["elements"]),
        embeds=tuple((box["kind"], ", ".join(box["selectors"])) for box in said["embeds"]),
        figures=tuple(Box(box["box"], box["caption"]) for box in said["figures"]),
        caption=re.compile(said["caption"]),
        related_label=re.compile(said["related"]["label"]),
        related_closing=re.compile(said["related"]["closing"]),
        appeals=tuple(re.compile(pattern) for pattern in said["appeals"]),
        dates=tuple(_found(date["rule"], date, words) for date in said["dates"]),
        near=tuple(re.compile(pattern) for pattern in said["near"]),
        dateline=re.compile(rf"【(?P<name>{words['PUBLISHER']})[^【】]*\d"),
        bylines=tuple(_found("byline", byline, words) for byline in said["bylines"]),
        topics=tuple(re.compile(pattern) for pattern in said["topics"]),
    )


def _alternatives(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(f'(?:{pattern})' for pattern in patterns)})"


def _either(words: Mapping[str, str] | list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _found(rule: str, said: Mapping[str, Any], words: Mapping[str, str]) -> Found:
    pattern = said["pattern"]
    for name, either in words.items():
        pattern = pattern.replace(name, either)
    return Found(rule, cast(Where, said["where"]), re.compile(pattern), said.get("since"))
