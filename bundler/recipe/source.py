"""From a file's bytes to a tree of marked strings: the strict part of YAML 1.1 that a recipe is written in.

No anchors, aliases, merge keys, tags, second documents, repeated keys or control characters. Every scalar stays the
string it was written as, so that no rule of YAML (`no`, `010`, `12:30:45`) changes what it means.
"""

from __future__ import annotations

import codecs
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

from bundler.errors import Say, reason, say
from bundler.recipe.problems import Place, Problem, shown
from bundler.recipe.syntax import UNKNOWN, explained

MAX_BYTES = 65_536
MAX_DEPTH = 20

FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
"""Tabs, control characters, the line ends that only some programs know, surrogates, non-characters."""

_DIRECTIVE = re.compile(r"(?: *(?:#.*)?\n)*(?=%)")
_BEYOND = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value, as a string; `style` is YAML's mark before it (`'`, `"`, `|`, `>` or nothing).

    It spans so many lines of the file, those of a block indented by so many spaces.
    """

    text: str
    place: Place
    style: str = ""
    lines: int = 1
    indent: int = 0

    @property
    def missing(self) -> bool:
        """Say whether nothing was written at all (`title:`), which is not the same as an empty text (`title: ""`)."""
        return not self.text and not self.style


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; `flow` where it is written with brackets."""

    items: tuple[Node, ...]
    place: Place
    flow: bool = False


@dataclass(frozen=True, slots=True)
class Map:
    """Keys with their values, each key once, in the order in which they are written."""

    pairs: tuple[tuple[Scalar, Node], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that was already reported and has no value."""

    place: Place


Node: TypeAlias = "Scalar | Listing | Map | Broken"


def read_file(path: Path, at: Place, problems: list[Problem], *, missing: Say) -> str | None:
    """Return the text of a file of at most MAX_BYTES, or None with the problem `at` the place that names the file."""
    name = str(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            with path.open("rb") as file:
                return decoded(file.read(MAX_BYTES + 1), name, problems)
        folder = say("{path!r} is a folder, not a file", path=name)
        message = folder if stat.S_ISDIR(mode) else say("{path!r} is not a regular file", path=name)
        problems.append(at.wrong(message, say("name a file in it") if stat.S_ISDIR(mode) else None))
    except (FileNotFoundError, NotADirectoryError):
        problems.append(at.wrong(say("the file {path!r} does not exist", path=name), missing))
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        message = say("the file {path!r} cannot be read: {reason}", path=name, reason=why)
        problems.append(at.wrong(message, say("name a file that is there and that you may read")))
    return None


def decoded(data: bytes, file: str, problems: list[Problem]) -> str | None:
    """Return the text of a file's bytes, or None with what is wrong with them."""
    whole = Place(file)
    if len(data) > MAX_BYTES:
        hint = say("move long lists into files of their own: links and mirrors can be read from one")
        problems.append(whole.wrong(say("the file is larger than {most} bytes", most=MAX_BYTES), hint))
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(whole.wrong(say("the file is UTF-16, not UTF-8"), say("save it again as UTF-8")))
        return None
    try:
        data = data.removeprefix(codecs.BOM_UTF8)
        text = data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode()) + 1
        place = Place(file, data.count(b"\n", 0, error.start) + 1, column)
        hint = say("save the file again as UTF-8; it may be in another encoding, like GB18030")
        problems.append(place.wrong(say("this is not UTF-8 text"), hint))
        return None
    wrong = tuple(_characters(text, file))
    problems.extend(wrong)
    return None if wrong else text


def _characters(text: str, file: str) -> Iterator[Problem]:
    """Report the first of each character that has no place in a recipe."""
    seen = set()
    for found in FORBIDDEN.finditer(text):
        if found[0] not in seen:
            seen.add(found[0])
            start = text.rfind("\n", 0, found.start()) + 1
            place = Place(file, text.count("\n", 0, found.start()) + 1, found.start() - start + 1)
            yield place.wrong(*_character(found[0]))


def _character(character: str) -> tuple[Say, Say]:
    code = f"U+{ord(character):04X}"
    match character:
        case "\t":
            return say("a tab stands here"), say("write spaces instead; each level is two spaces deeper")
        case "\r":
            return say("a carriage return stands here without a line feed"), say("save the file with Unix line ends")
        case "\x85" | "\u2028" | "\u2029":
            return say("the line end {code} is not one of YAML's", code=code), say("write an ordinary line end instead")
        case "\ufeff":
            return say("a byte order mark stands inside the text"), say("delete the invisible character and type again")
        case _:
            return say("the control character {code} stands here", code=code), say("delete it")


def _as_written(tag: str) -> str:
    """Return a tag as a file writes it: YAML's own have two signs for their long name."""
    own = "tag:yaml.org,2002:"
    return f"!!{tag.removeprefix(own)}" if tag.startswith(own) else tag


class _StopError(Exception):
    """What follows cannot be read, and the reason is reported."""


def compose(text: str, file: str, problems: list[Problem]) -> Node | None:
    """Return the tree of a YAML text, or None where there is nothing or where it cannot be read.

    All that is not allowed is reported together; a mistake of syntax ends the reading.
    """
    if found := _DIRECTIVE.match(text):
        place = Place(file, text.count("\n", 0, found.end()) + 1, 1)
        problems.append(place.wrong(say("a directive ('%') is not allowed here"), say("delete the line")))
        return None
    try:
        return _Composer(text, file, problems).document()
    except _StopError:
        return None
    except yaml.MarkedYAMLError as error:
        problems.append(explained(error, text, file))
    except (yaml.YAMLError, ValueError, OverflowError):
        problems.append(_unread(text, file))
    return None


def _unread(text: str, file: str) -> Problem:
    """Explain what PyYAML has no error for: an escape beyond Unicode, or a number beyond Python."""
    if found := _BEYOND.search(text):
        line, start = text.count("\n", 0, found.start()) + 1, text.rfind("\n", 0, found.start()) + 1
        place = Place(file, line, found.start() - start + 1)
        return place.wrong(say("the escape {escape} names no character", escape=shown(found[0])), say("delete it"))
    return Place(file).wrong(say("this is not valid YAML: {problem}", problem="%"), UNKNOWN)


class _Composer:
    """Builds nodes from YAML's events, which come one by one: too deep an input is left before it hurts."""

    def __init__(self, text: str, file: str, problems: list[Problem]) -> None:
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)
        self.rows = text.split("\n")
        self.file = file
        self.problems = problems

    def document(self) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in self.events:
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        self.wrong(
                            event,
                            say("a second document begins here"),
                            say("delete '---', or write what follows into a file of its own"),
                        )
                        raise _StopError
                case yaml.StreamStartEvent() | yaml.StreamEndEvent() | yaml.DocumentEndEvent():
                    pass
                case _:
                    root = self.node(event, 1)
        return None if isinstance(root, Scalar) and root.missing else root

    def node(self, event: yaml.Event, depth: int) -> Node:
        place = self.place(event)
        if depth > MAX_DEPTH:
            self.wrong(event, say("this is nested more than {most} levels deep", most=MAX_DEPTH), UNKNOWN)
            raise _StopError
        if isinstance(event, yaml.AliasEvent):
            message = say("the alias {name} is not allowed here", name=shown(f"*{event.anchor}"))
            self.wrong(event, message, say("write the value again; a text that begins with '*' stands in quotes"))
            return Broken(place)
        self._unadorned(event)
        match event:
            case yaml.SequenceStartEvent():
                return Listing(tuple(self._items(depth)), place, flow=bool(event.flow_style))
            case yaml.MappingStartEvent():
                return Map(tuple(self._pairs(depth)), place)
            case _:
                assert isinstance(event, yaml.ScalarEvent)
                return self._scalar(event, place)

    def _unadorned(self, event: yaml.Event) -> None:
        if anchor := getattr(event, "anchor", None):
            message = say("the anchor {name} is not allowed here", name=shown(f"&{anchor}"))
            self.wrong(event, message, say("write the value out; a text that begins with '&' stands in quotes"))
        if tag := getattr(event, "tag", None):
            message = say("the tag {name} is not allowed here", name=shown(_as_written(tag)))
            self.wrong(event, message, say("delete it; a text that begins with '!' stands in quotes"))

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> Node:
        if found := FORBIDDEN.search(event.value):
            code = f"U+{ord(found[0]):04X}"
            self.wrong(
                event, say("an escape stands here for the control character {code}", code=code), say("delete it")
            )
            return Broken(place)
        assert event.start_mark is not None
        assert event.end_mark is not None
        lines = event.end_mark.line - event.start_mark.line + 1
        return Scalar(
            event.value, place, event.style or "", lines, self._indent(place.line) if event.style == "|" else 0
        )

    def _indent(self, line: int) -> int:
        """Count the spaces before the first line of a block that begins below this line (from 1)."""
        below = (self.rows[number] for number in range(line, len(self.rows)))
        return next((len(row) - len(row.lstrip(" ")) for row in below if row.strip()), 0)

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self.node(event, depth + 1)

    def _pairs(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, int] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if self._usable(key, event, seen):
                assert isinstance(key, Scalar)
                seen[key.text] = key.place.line
                yield key, value

    def _usable(self, key: Node, event: yaml.Event, seen: dict[str, int]) -> bool:
        match key:
            case Broken():
                return False
            case Listing() | Map():
                self.wrong(event, say("a list or a map cannot be a key"), say("a key is one word, then ': '"))
                return False
            case Scalar(text="<<"):
                self.wrong(event, say("the merge key '<<' is not allowed here"), say("write the keys out"))
                return False
            case Scalar(text=text) if text in seen:
                message = say("the key {key} stands twice, first in line {line}", key=shown(text), line=seen[text])
                self.wrong(event, message, say("keep one of the two"))
                return False
        return True

    def wrong(self, event: yaml.Event, message: Say, hint: Say | None = None) -> None:
        self.problems.append(self.place(event).wrong(message, hint))

    def place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None
        return Place(self.file, mark.line + 1, mark.column + 1)
