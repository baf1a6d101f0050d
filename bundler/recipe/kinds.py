"""Kinds of single values: how each is read from the strings of a recipe, and what the JSON Schema says of it.

A kind's `read` reports what is wrong and returns None then; nobody looks at a value once a problem is known.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from bundler.errors import Listed, Say, say
from bundler.model import Age
from bundler.recipe.problems import Place, Problem, nearest, shown
from bundler.recipe.source import Broken, Listing, Node, Scalar
from bundler.recipe.syntax import NARROW, WIDE, suspect, wide

MAX_TITLE = 200
MAX_COUNT = 1_000_000
MAX_DIGITS = 18
MAX_DAYS = 36_500

Schema: TypeAlias = dict[str, Any]
Read: TypeAlias = "Callable[[Node, Key, list[Problem]], Any]"
TEXT_SCHEMA: Schema = {"type": ["string", "number"]}


@dataclass(frozen=True, slots=True)
class Kind:
    """How a value is read, and what its JSON Schema says, or what makes that: reading a recipe needs none."""

    read: Read
    says: Schema | Callable[[], Schema]

    @property
    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return self.says() if callable(self.says) else self.says


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a map: its kind, its default as one would write it (None: required), and an example."""

    name: str
    kind: Kind
    default: str | None
    about: str
    example: str

    @property
    def hint(self) -> Say:
        """Return the example as a hint."""
        return say("for example: {example}", example=f"{self.name}: {self.example}")


# -- one value ---------------------------------------------------------------------------------------------------


def scalar(node: Node, key: Key, problems: list[Problem]) -> Scalar | None:
    """Return a node that must be one value, or report that it is not."""
    if isinstance(node, Scalar):
        return node
    mistyped(node, key, say("{key!r} wants one value, not {value}", key=key.name, value=glimpse(node)), problems)
    return None


def mistyped(node: Node, key: Key, message: Say, problems: list[Problem]) -> None:
    """Report a node of the wrong shape; a slip of the keyboard in it explains more than its shape."""
    if isinstance(node, Broken):
        return
    if isinstance(node, Scalar) and not node.style and (slip := suspect(node.text, titles=True)):
        column, *sentences = slip
        problems.append(inside(node, column - 1).wrong(*sentences))
        return
    problems.append(node.place.wrong(message, key.hint))


def inside(node: Scalar, index: int) -> Place:
    """Return the place of a character of a value; the value's own where it spans lines."""
    return replace(node.place, column=node.place.column + index) if node.lines == 1 and not node.style else node.place


def glimpse(node: Node) -> str:
    """Show a node in a message."""
    match node:
        case Scalar(text=text):
            return shown(text)
        case Listing():
            return "[…]"
        case _:
            return "{…}"


def text(*, block: bool = False, empty: bool = False, most: int = MAX_TITLE) -> Kind:
    """Return the kind of a text: of one line and at most `most` characters, or a block of any length."""

    def read(node: Node, key: Key, problems: list[Problem]) -> str | None:
        found = scalar(node, key, problems)
        if found is None:
            return None
        value = found.text.rstrip("\n") if block else found.text.strip()
        if not value.strip() and not empty:
            problems.append(node.place.wrong(say("{key!r} is empty", key=key.name), key.hint))
        elif not block and "\n" in value:
            problems.append(node.place.wrong(say("{key!r} must be one line", key=key.name), key.hint))
        elif not block and len(value) > most:
            message = say("{key!r} has {count} characters, at most {most}", key=key.name, count=len(value), most=most)
            problems.append(node.place.wrong(message, key.hint))
        return value

    return Kind(read, TEXT_SCHEMA)


def choice(*values: str) -> Kind:
    """Return the kind of a value that is one of a few words."""

    def read(node: Node, key: Key, problems: list[Problem]) -> str | None:
        found = scalar(node, key, problems)
        if found is None or (value := found.text.strip()) in values:
            return None if found is None else value
        problems.append(unknown(found, key, values))
        return None

    return Kind(read, {"enum": list(values)})


def unknown(node: Scalar, key: Key, values: tuple[str, ...]) -> Problem:
    """Report a word that is none of the known ones, with the one that is probably meant."""
    value = node.text.strip()
    valid = Listed(values)
    narrow = value.translate(NARROW).strip("\"' ")
    if narrow != value and narrow in values:
        message = say("{value} holds wide characters", value=shown(value))
        return node.place.wrong(message, say("write {value}, with the keyboard switched to English", value=narrow))
    if found := WIDE.search(value):
        return inside(node, found.start()).wrong(*wide(found[0]))
    message = say("{value} is no value of {key!r}", value=shown(value), key=key.name)
    if near := nearest(value, values):
        return node.place.wrong(message, say("did you mean {near!r}? valid values: {valid}", near=near, valid=valid))
    return node.place.wrong(message, say("valid values: {valid}", valid=valid))


def pattern(expression: str, rule: Callable[[str], Say]) -> Kind:
    """Return the kind of a value that an expression matches whole; `rule` makes the sentence about a value (shown)."""
    compiled = re.compile(expression)

    def read(node: Node, key: Key, problems: list[Problem]) -> str | None:
        found = scalar(node, key, problems)
        if found is None:
            return None
        value = found.text.strip()
        if not compiled.fullmatch(value):
            problems.append(node.place.wrong(rule(shown(value)), key.hint))
        return value

    return Kind(read, {**TEXT_SCHEMA, "pattern": f"^(?:{expression})$"})


def slug() -> Kind:
    """Return the kind of a bundle's short name."""
    devices = "con|prn|aux|nul|com[0-9]|lpt[0-9]"

    def rule(value: str) -> Say:
        if re.fullmatch(devices, value.strip("'")):
            return say("{value} cannot name files: Windows keeps the name for a device", value=value)
        return say("{value} cannot name files: at most 8 of a-z, 0-9 and '-', and no '-' first", value=value)

    return pattern(f"(?!-)(?!(?:{devices})$)[a-z0-9-]{{1,8}}", rule)


def misnamed(name: str) -> Say | None:
    """Say what is wrong with a bundle's short name that was typed; None where nothing is."""
    problems: list[Problem] = []
    kind = slug()
    kind.read(Scalar(name, Place("")), Key("bundle", kind, None, "", "weekly"), problems)
    return problems[0].message if problems else None


def whole(*, least: int = 1, most: int = MAX_COUNT, none: bool = False) -> Kind:
    """Return the kind of a whole number, written in digits alone; `none` where it may be missing."""

    def read(node: Node, key: Key, problems: list[Problem]) -> int | None:
        found = scalar(node, key, problems)
        if found is None or (none and found.text.strip() == "none"):
            return None
        value = found.text.strip()
        if not re.fullmatch(rf"0|-?[1-9][0-9]{{0,{MAX_DIGITS - 1}}}", value):
            problems.append(found.place.wrong(*_no_number(value, key)))
            return None
        if not least <= (number := int(value)) <= most:
            message = say("{key!r} must lie between {least} and {most}", key=key.name, least=least, most=most)
            problems.append(found.place.wrong(message, key.hint))
        return number

    number: Schema = {"type": "integer", "minimum": least, "maximum": most}
    return Kind(read, {"anyOf": [number, {"const": "none"}]} if none else number)


def _no_number(value: str, key: Key) -> tuple[Say, Say]:
    message = say("{key!r} must be a whole number, not {value}", key=key.name, value=shown(value))
    bare = value.replace("_", "").replace(",", "").replace("，", "").removeprefix("+")
    if bare.isdecimal() and len(bare) <= MAX_DIGITS:
        return message, say("write {number}", number=int(bare))
    return message, key.hint


def boolean() -> Kind:
    """Return the kind of a yes or no: `true` or `false`, nothing else."""

    def read(node: Node, key: Key, problems: list[Problem]) -> bool | None:
        found = scalar(node, key, problems)
        if found is None or (value := found.text.strip()) in ("true", "false"):
            return None if found is None else value == "true"
        guess = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(value.lower(), value.lower())
        hint = say("write {value}", value=guess) if guess in ("true", "false") else key.hint
        message = say("{key!r} must be true or false, not {value}", key=key.name, value=shown(value))
        problems.append(found.place.wrong(message, hint))
        return None

    return Kind(read, {"type": "boolean"})


# -- dates -------------------------------------------------------------------------------------------------------

_AGE = re.compile(r"([1-9][0-9]{0,5})d( of newest)?")
_ROUGH_AGE = re.compile(r"(\d{1,5})\s*(d|day|days|天|日)?", re.IGNORECASE)
_ROUGH_DAY = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?")
_DAY_SCHEMA: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def day(absent: str) -> Kind:
    """Return the kind of a date (ISO 8601, `YYYY-MM-DD`), or the word that stands for none."""

    def read(node: Node, key: Key, problems: list[Problem]) -> dt.date | None:
        found = scalar(node, key, problems)
        if found is None or (value := found.text.strip()) == absent:
            return None
        message = say("{key!r} must be a date, not {value}", key=key.name, value=shown(value))
        return _day(found, key, message, problems)

    return Kind(read, {"anyOf": [_DAY_SCHEMA, {"const": absent}]})


def since() -> Kind:
    """Return the kind of a beginning: a date, so many days before the edition, or before the newest article."""

    def read(node: Node, key: Key, problems: list[Problem]) -> dt.date | Age | None:
        found = scalar(node, key, problems)
        if found is None or (value := found.text.strip()) == "none":
            return None
        if not (age := _AGE.fullmatch(value)):
            message = say("{key!r} must be a date, or days like 7d, not {value}", key=key.name, value=shown(value))
            rough = _ROUGH_AGE.fullmatch(value)
            if rough and int(rough[1]):
                problems.append(found.place.wrong(message, say("write {value}", value=f"{int(rough[1])}d")))
                return None
            return _day(found, key, message, problems)
        if int(age[1]) > MAX_DAYS:
            message = say("{value} is more than {most} days", value=shown(value), most=MAX_DAYS)
            problems.append(found.place.wrong(message, key.hint))
        return Age(int(age[1]), of_newest=age[2] is not None)

    return Kind(read, {"anyOf": [_DAY_SCHEMA, {"type": "string", "pattern": f"^{_AGE.pattern}$"}, {"const": "none"}]})


def _day(node: Scalar, key: Key, message: Say, problems: list[Problem]) -> dt.date | None:
    """Read a date; `message` says what is wanted where there is none."""
    value = node.text.strip()
    parts = _ROUGH_DAY.fullmatch(value)
    if not parts:
        problems.append(node.place.wrong(message, key.hint))
        return None
    try:
        date = dt.date(*map(int, parts.groups()))
    except ValueError:
        problems.append(node.place.wrong(say("{value} is no day of the calendar", value=shown(value)), key.hint))
        return None
    if date.isoformat() != value:
        problems.append(node.place.wrong(message, say("write {value}", value=date.isoformat())))
    return date
