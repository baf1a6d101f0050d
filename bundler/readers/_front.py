"""What stands above a page's text: YAML between `---`, TOML between `+++`, or lines of `Key: value`.

Values stay strings, as they were written: no YAML 1.1 surprise (`no`, `010`, `12:30:45`) can change one. Aliases,
anchors and tags have no effect, and no depth of nesting costs more than its length.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from bundler.model import Date, Note
from bundler.readers._text import clean

MAX_CHARACTERS = 64_000
MAX_DOTS = 1_000
"""Dots on one line of TOML: the parts of a key are compared in pairs."""
FIRST_YEAR, LAST_YEAR = 1000, 2199

_YAML = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"([A-Za-z][\w -]{0,30}?)[ \t]*[:：][ \t]*(.*)")
_PAIR = re.compile(r"([A-Za-z][\w -]{0,30}?)[ \t]*[:：=][ \t]*(.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_PELICAN = re.compile(
    r"(?:title|date|category|tags?|keywords|slug|authors?|summary|lang|status|modified)\s*[:：]", re.IGNORECASE
)
_NESTED = frozenset(("params", "taxonomies", "extra"))
_LOADER: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Values = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Front:
    """Values by key (lower case, `-` as `_`), the text below, and what could not be read."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    body: str = ""
    notes: tuple[Note, ...] = ()

    def one(self, *keys: str) -> str:
        """Return the first value of the first key that has one."""
        return next((value for key in keys for value in self.values.get(key, ()) if value), "")

    def all(self, *keys: str, cut: str = ",，、;；") -> tuple[str, ...]:
        """Return the values of all keys, each once; a single string is cut at its commas."""
        found: list[str] = []
        for key in keys:
            values = self.values.get(key, ())
            found += re.split(f"[{cut}]", values[0]) if len(values) == 1 else values
        return tuple(dict.fromkeys(word for word in (value.strip().lstrip("#").strip() for value in found) if word))


def split(text: str) -> Front:
    """Take the front matter off a page. What is not front matter after all stays text."""
    if found := _YAML.match(text):
        return _read(found, text, _yaml_values)
    if found := _TOML.match(text):
        return _read(found, text, _toml_values)
    if _PELICAN.match(text):
        return _pelican(text)
    return Front(body=text)


def _read(found: re.Match[str], text: str, values: Callable[[str], Values]) -> Front:
    head, body = found[1], text[found.end() :]
    if len(head) > MAX_CHARACTERS:
        return Front(body=text, notes=(Note("front-matter-too-long", detail=f"at most {MAX_CHARACTERS} characters"),))
    try:
        read = values(head)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError, ValueError):
        lines = _lines(head)
        if not lines:
            return Front(body=text)
        return Front(lines, body, (Note("front-matter-broken", detail="read line by line"),))
    return Front(*_cleaned(read, body)) if read or not head.strip() else Front(body=text)


def _cleaned(read: Values, body: str) -> tuple[Values, str, tuple[Note, ...]]:
    """Clean what quotes and escapes hid when the page was cleaned."""
    cleaned = {key: tuple(map(clean, said)) for key, said in read.items()}
    notes = tuple(note for said in cleaned.values() for _, told in said for note in told)
    return {key: tuple(value for value, _ in said) for key, said in cleaned.items()}, body, notes


def _yaml_values(head: str) -> Values:
    """Read the top of a YAML mapping from its events: strings, lists of strings, and mappings of the known names."""
    values: Values = {}
    path: list[str] = []
    kinds: list[str] = []
    key: str | None = None
    for event in yaml.parse(head, Loader=_LOADER):
        match event:
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                kinds.append("map" if isinstance(event, yaml.MappingStartEvent) else "list")
                path.append(key or "")
                key = None
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                kinds.pop()
                path.pop()
                key = None
            case yaml.ScalarEvent() if kinds and kinds[-1] == "map" and key is None:
                key = str(event.value)
            case yaml.ScalarEvent() | yaml.AliasEvent():
                value = str(event.value) if isinstance(event, yaml.ScalarEvent) else ""
                _keep(values, kinds, path, key, value)
                key = None
    return values


def _keep(values: Values, kinds: list[str], path: list[str], key: str | None, value: str) -> None:
    """Keep a scalar where it is a value of the top, of a list there, or of a mapping whose name we know."""
    match kinds, path:
        case ["map"], _ if key is not None:
            name = key
        case ["map", "list"], [_, name]:
            pass
        case ["map", "list", "map"], [_, name, _] if key == "name":
            pass
        case ["map", "map"], [_, name] if key == "name":
            pass
        case ["map", "map"], [_, outer] if key is not None and _name(outer) in _NESTED:
            name = key
        case ["map", "map", "list"], [_, outer, name] if _name(outer) in _NESTED:
            pass
        case _:
            return
    if value not in ("", "~", "null"):
        values[_name(name)] = (*values.get(_name(name), ()), value) if "list" in kinds else (value,)


def _name(key: str) -> str:
    return key.strip().lower().replace("-", "_").replace(" ", "_")


def _toml_values(head: str) -> Values:
    if any(line.count(".") > MAX_DOTS for line in head.splitlines()):
        message = f"more than {MAX_DOTS} dots on a line"
        raise ValueError(message)
    values: Values = {}
    for key, value in _tables(tomllib.loads(head)):
        items = value if isinstance(value, list) else [value]
        names = (item.get("name", "") if isinstance(item, dict) else item for item in items)
        found = tuple(str(name).lower() if isinstance(name, bool) else str(name) for name in names)
        values[_name(key)] = tuple(word for word in found if word)
    return values


def _tables(top: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in top.items():
        if isinstance(value, dict) and _name(key) in _NESTED:
            yield from value.items()
        else:
            yield key, value


def _lines(head: str) -> Values:
    """Read `key: value`, `key = value` and simple lists line by line, for a head that its own format cannot read."""
    values: Values = {}
    key = ""
    for line in head.splitlines():
        if found := _PAIR.fullmatch(line):
            key = _name(found[1])
            values[key] = _listed(found[2].strip())
        elif key and (found := _ITEM.fullmatch(line)):
            values[key] = (*filter(None, values[key]), _unquoted(found[1]))
    return values


def _listed(written: str) -> tuple[str, ...]:
    if written[:1] != "[" or written[-1:] != "]":
        return (_unquoted(written),)
    return tuple(word for part in written[1:-1].split(",") if (word := _unquoted(part)))


def _unquoted(written: str) -> str:
    return written.strip().strip("\"'")


def _pelican(text: str) -> Front:
    """Read lines of `Key: value` up to the first empty one; an indented line goes on with the value before it."""
    values: Values = {}
    key = ""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if not line.strip():
            return Front(values, "\n".join(lines[place + 1 :]))
        if found := _KEY.fullmatch(line):
            key = _name(found[1])
            values[key] = (found[2].strip(),) if found[2].strip() else ()
        elif key and line[0] in " \t":
            values[key] = (" ".join((*values[key], line.strip())),)
        else:
            return Front(body=text)
    return Front(values, "")


# -- dates -------------------------------------------------------------------------------------------------------

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: place for place, name in enumerate(_NAMES, start=1)}
_NUMERIC = re.compile(r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?)?(?=$|[\sT日月年,])")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?=$|[\sT])")
_DAY_FIRST = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s-]+([A-Za-z]{3})[a-z]*\.?,?[\s-]+(\d{4})")
_MONTH_FIRST = re.compile(r"(?:[A-Za-z]{3,9},\s+)?([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


def day(written: str, rule: str) -> Date | None:
    """Read a date as people write it: ISO 8601 and its cousins, 2024年5月3日, 3 May 2024; a month or year alone.

    The day is the one that was written, whatever its time zone.
    """
    text = written.strip()
    if found := _COMPACT.match(text) or _NUMERIC.match(text):
        year, month, number = (int(part) if part else 0 for part in found.groups())
    elif found := _DAY_FIRST.match(text):
        year, month, number = int(found[3]), _MONTHS.get(found[2].lower(), 13), int(found[1])
    elif found := _MONTH_FIRST.match(text):
        year, month, number = int(found[3]), _MONTHS.get(found[1].lower(), 13), int(found[2])
    else:
        return None
    try:
        value = dt.date(year, month or 1, number or 1)
    except ValueError:
        return None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return Date(value, "day" if number else "month" if month else "year", rule)
