"""The rules that an archive brings: `bundler-rules.yaml`, as strict as a recipe, of words and not of expressions.

An archive is a stranger's. A pattern is therefore plain text with a few placeholders, at most two of which stand for
anything, so that no pattern can take long; selectors name elements, classes and ids and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bundler.errors import Listed, Say, say
from bundler.readers._limits import MAX_OWN_BYTES
from bundler.readers._paths import RULES
from bundler.recipe.kinds import Key, Kind, choice, mistyped, text
from bundler.recipe.kinds import pattern as matching
from bundler.recipe.maps import Fields, fields, lines, record
from bundler.recipe.problems import Place, Problem, RecipeProblems, shown
from bundler.recipe.source import Listing, Map, Node, compose, decoded
from bundler.tree import TooLargeError, Tree

MAX_RULES = 100
"""Entries of one key."""
MAX_PATTERN = 100
WILD, MAX_WILD = "any", 2
_NUMBER = "[0-9〇○零一二三四五六七八九十]"
_PLACEHOLDERS = {
    "y": f"(?P<y>{_NUMBER}{{4}})",
    "m": f"(?P<m>{_NUMBER}{{1,3}})",
    "d": f"(?P<d>{_NUMBER}{{1,3}})",
    "publisher": "(?:PUBLISHER)",
    "name": r"(?P<names>[一-鿿·‧]{2,12}|[A-Z][A-Za-z.]{1,20}(?: [A-Z][A-Za-z.]{1,20}){0,3})",
    "any": r"[^\n]{0,30}?",
}
_LINE = ("publisher", WILD)
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_WORDS = re.compile("P(?=UBLISHER|LACE)")
"""What would be taken for a name of our own file's lists."""
_SELECTOR = r"(?=.)(?:[a-z][a-z0-9]{0,20})?(?:[.#][A-Za-z_][A-Za-z0-9_-]{0,60}){0,4}"
_KINDS = ("navigation", "promotion", "advertisement", "appeal", "related", "share-box", "footer")
_ADDRESS = r"""\s*(?:\[[^\]]{0,200}\]\(|<a [^>]{0,200}href\s*=\s*["'])?(https?://[^\s<>"')]+)"""


def check(tree: Tree) -> None:
    """Raise RecipeProblems with everything that is wrong with the rules that an archive brings, if it brings any."""
    try:
        data = tree.read(RULES, max_bytes=MAX_OWN_BYTES)
    except TooLargeError:
        message = say("the file is larger than {most} bytes", most=MAX_OWN_BYTES)
        raise RecipeProblems(RULES, (Place(RULES).wrong(message),)) from None
    except OSError:
        return
    problems: list[Problem] = []
    _read(data, problems)
    if problems:
        raise RecipeProblems(RULES, problems)


def parsed(data: bytes) -> dict[str, Any] | None:
    """Return rules in the form of our own file, patterns made; None where anything is wrong with them."""
    problems: list[Problem] = []
    found = _read(data, problems)
    return None if problems else found


def _read(data: bytes, problems: list[Problem]) -> dict[str, Any] | None:
    written = decoded(data, RULES, problems)
    root = None if written is None else compose(written, RULES, problems)
    if isinstance(root, Map):
        found = fields(root, _keys(), problems, {})
        return None if problems else {key: value for key, value in found.values.items() if key != "version"}
    if not problems:
        message = say("rules are made of keys with values")
        problems.append((root.place if root else Place(RULES)).wrong(message, say("begin with 'version: 1'")))
    return None


def _keys() -> tuple[Key, ...]:
    """Return the keys of the file; docs/archives.md describes them."""
    kind, name = choice(*_KINDS), matching("[a-z0-9][a-z0-9-]{0,31}", _no_name)
    rule = Key("rule", kind, None, "What a removal is called.", "promotion")
    named = Key("name", name, None, "What tells the rule from others.", "club")
    names = lines(text(most=MAX_PATTERN))
    return (
        Key("version", choice("1"), None, "The version of this format.", "1"),
        Key("publishers", _list(record((
            Key("name", text(most=60), None, "The name for people.", "江湖日报"),
            Key("hosts", lines(matching("[a-z0-9-]+(?:[.][a-z0-9-]+)+", _no_host)), "[]", "Hosts of its addresses.",
                "[jianghu.example]"),
            Key("datelines", names, "[]", "Its names in datelines.", "[江湖日报]"),
        ), _values)), "[]", "Who publishes.", "[{name: 江湖日报, hosts: [jianghu.example]}]"),
        Key("lines", _list(record((rule, named, _pattern("#### 读者俱乐部")), _values)), "[]",
            "How lines begin that are not the article.", "[{rule: promotion, name: club, pattern: '#### 俱乐部'}]"),
        Key("elements", _list(record((rule, named, Key("selectors", lines(matching(_SELECTOR, _no_selector)), None,
            "Elements by name, class and id.", "[.club-box]")), _values)), "[]",
            "Elements that are not the article.", "[{rule: promotion, name: box, selectors: [.club-box]}]"),
        Key("appeals", _list(record((named, _pattern("请支持本报")), _values)), "[]",
            "How paragraphs begin that ask for something.", "[{name: support, pattern: 请支持本报}]"),
        Key("related", _list(record((named, _pattern("猜你喜欢")), _values)), "[]",
            "Labels above lists of other articles.", "[{name: guess, pattern: 猜你喜欢}]"),
        Key("original", _list(record((named, _pattern("出处：")), _original)), "[]",
            "What stands before the original address.", "[{name: source, pattern: 出处：}]"),
        Key("dates", _list(record((named, _where("opening", "closing", "time", "address", "path"),
            _pattern("（{publisher}{y}年{m}月{d}日", must=("y", "m", "d"), may=_LINE)), _date)), "[]",
            "Where dates stand.", "[{name: stamp, where: opening, pattern: '（{y}年{m}月{d}日'}]"),
        Key("bylines", _list(record((named, _where("title", "text"),
            _pattern("本报记者{name}", must=("name",), may=_LINE)), _values)), "[]",
            "How authors are named.", "[{name: staff, where: text, pattern: '本报记者{name}'}]"),
        Key("places", names, "[]", "Places that stand in bylines.", "[江州]"),
    )  # fmt: skip


def _values(found: Fields, _: list[Problem]) -> dict[str, Any]:
    values = dict(found.values)
    begins = "where" not in values and "pattern" in values
    return values | {"pattern": f"^{values['pattern']}"} if begins and "rule" not in values else values


def _original(found: Fields, _: list[Problem]) -> dict[str, Any]:
    return found.values | {"pattern": found.values["pattern"] + _ADDRESS}


def _date(found: Fields, _: list[Problem]) -> dict[str, Any]:
    """Return a date's rule; datelines are looked for in text without spaces."""
    spaceless = found.values["where"] in ("opening", "closing")
    pattern = found.values["pattern"].replace(r"\ ", "") if spaceless else found.values["pattern"]
    return found.values | {"pattern": pattern, "rule": "own-rule"}


def _where(*values: str) -> Key:
    return Key("where", choice(*values), None, "Where it is looked for.", values[0])


def _pattern(example: str, *, must: tuple[str, ...] = (), may: tuple[str, ...] = ("any",)) -> Key:
    return Key("pattern", _patterned(must, may), None, "Plain text with placeholders.", f"'{example}'")


def _patterned(must: tuple[str, ...], may: tuple[str, ...]) -> Kind:
    """Return the kind of a pattern that holds these placeholders; it is read as a regular expression that is safe."""
    kind = text(most=MAX_PATTERN)

    def read(node: Node, key: Key, problems: list[Problem]) -> str:
        before = len(problems)
        said = kind.read(node, key, problems)
        if said is None or len(problems) > before:
            return ""
        message = _mistake(said, must, may)
        if message is not None:
            listed = Listed(f"{{{one}}}" for one in (*must, *may))
            problems.append(node.place.wrong(message, say("placeholders here: {known}", known=listed)))
        return _expression(said)

    return replace(kind, read=read)


def _mistake(said: str, must: tuple[str, ...], may: tuple[str, ...]) -> Say | None:
    """Say what is wrong with a pattern."""
    used = _PLACEHOLDER.findall(said)
    unknown = next((one for one in used if one not in (*must, *may)), None)
    lacking = next((one for one in must if one not in used), None)
    again = next((one for one in used if used.count(one) > (MAX_WILD if one == WILD else 1)), None)
    if unknown is not None:
        return say("unknown placeholder {name}", name=f"'{{{unknown}}}'")
    if lacking is not None:
        return say("the placeholder {name} is missing", name=f"'{{{lacking}}}'")
    if again is not None:
        return say("the placeholder {name} stands here too often", name=f"'{{{again}}}'")
    if not must and not re.search(r"[^\W_]", _PLACEHOLDER.sub("", said)):
        return say("{pattern} holds no word of its own", pattern=shown(said))
    return None


def _expression(said: str) -> str:
    """Return the regular expression of a pattern."""
    parts = enumerate(_PLACEHOLDER.split(said))
    return "".join(_PLACEHOLDERS.get(part, "") if at % 2 else _WORDS.sub("[P]", re.escape(part)) for at, part in parts)


def _list(one: Kind) -> Kind:
    """Return the kind of a list of maps, at most MAX_RULES long."""

    def read(node: Node, key: Key, problems: list[Problem]) -> tuple[Any, ...]:
        if not isinstance(node, Listing):
            mistyped(node, key, say("{key!r} wants a list", key=key.name), problems)
            return ()
        if len(node.items) > MAX_RULES:
            message = say("{key!r} has {count} entries, at most {most}", key=key.name, count=len(node.items),
                          most=MAX_RULES)  # fmt: skip
            problems.append(node.place.wrong(message))
            return ()
        found = tuple(one.read(item, key, problems) for item in node.items)
        problems.extend(_repeated(node, found))
        return found

    return Kind(read, {"type": "array", "items": one.schema, "maxItems": MAX_RULES})


def _repeated(node: Listing, found: tuple[Any, ...]) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for item, rule in zip(node.items, found, strict=True):
        name = str(rule.get("name", "")) if rule else ""
        if name and name in seen:
            message = say("two rules have the name {name!r}", name=name)
            problems.append(item.place.wrong(message, say("give each a name of its own: it tells them apart")))
        seen.add(name)
    return problems


def _no_name(value: str) -> Say:
    return say("{value} cannot name a rule: a-z, 0-9 and '-', at most 32 characters", value=value)


def _no_host(value: str) -> Say:
    return say("{value} is no host: write it as in news.example", value=value)


def _no_selector(value: str) -> Say:
    return say("{value} is no selector: an element, classes and ids, as in div.club-box", value=value)
