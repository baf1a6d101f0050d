"""Which articles, in which order, how many, and under which chapter titles."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bundler.errors import Listed, say
from bundler.model import Condition, Query
from bundler.recipe.kinds import Key, Kind, choice, day, mistyped, scalar, since, slug, text, unknown, whole
from bundler.recipe.maps import Fields, Homes, lines, record
from bundler.recipe.problems import Problem, shown
from bundler.recipe.shape import ChapterRule, Known
from bundler.recipe.source import Broken, Listing, Map, Node, Scalar

EACH = ("section", "publisher", "author", "language", "tag")
"""What `limit_each` counts, in the order in which a Query lists it."""
BY_SECTION = "by-section"


def condition_keys(known: Known) -> tuple[Key, ...]:
    """Return the keys that say what must hold of an article."""
    languages = lines(language(known))
    return (
        Key("sections", lines(), "[]", "Sections, by name or id.", "[大陆新闻, prog204]"),
        Key("publishers", lines(), "[]", "Who published it.", "[大纪元]"),
        Key("languages", languages, "[]", "Languages (BCP 47); zh holds zh-Hans and zh-Hant.", "[zh-Hans, en]"),
        Key("ids", lines(), "[]", "Ids, whole or their last part.", "[mirror/prog204/a103306294]"),
        Key("tags", lines(), "[]", "Tags.", "[economy]"),
        Key("authors", lines(), "[]", "Authors.", "[林澈]"),
        Key("any", lines(), "[]", "Words of which at least one occurs.", "[经济, 金融]"),
        Key("all", lines(), "[]", "Words that must all occur.", "[粮食, 价格]"),
        Key("none", lines(), "[]", "Words of which none may occur.", "[广告]"),
        Key("in", choice("lead", "title", "text"), "lead", "Where the words are looked for.", "title"),
    )


def select_keys(known: Known) -> tuple[Key, ...]:
    """Return the keys of `select`."""
    orders = choice("auto", "newest", "oldest", "title", "section", "as-listed")
    each = record(
        each_keys(), lambda found, _: tuple((name, found.values[name]) for name in EACH if found.values[name])
    )
    return (
        Key("since", since(), "none", "The first day: a date, Nd before the edition, or Nd of newest.", "7d of newest"),
        Key("until", day("edition"), "edition", "The last day; edition: the day of the edition.", "2026-11-22"),
        *condition_keys(known),
        Key("dedupe", choice("near", "exact", "none"), "near", "Which articles count as one.", "exact"),
        Key("order", orders, "auto", "auto: newest first, or as listed where the archive is a book.", "oldest"),
        Key("limit", whole(none=True), "none", "At most so many articles.", "30"),
        Key("new_since", _history(), "none", "Only what no former edition of a bundle held.", "{recipe: weekly}"),
        Key("limit_each", each, "{}", "At most so many of one section, publisher, ….", "{section: 8, publisher: 10}"),
    )


def history_keys() -> tuple[Key, ...]:
    """Return the keys of `new_since`."""
    return (Key("recipe", slug(), None, "The bundle whose former editions count.", "weekly"),)


def _history() -> Kind:
    """Return the kind of `new_since`: a bundle, or the word for none."""
    bundle = record(history_keys(), lambda found, _: found.values["recipe"])

    def read(node: Node, key: Key, problems: list[Problem]) -> str | None:
        if isinstance(node, Scalar) and node.text.strip() == "none":
            return ""
        found: str | None = bundle.read(node, key, problems)
        return found

    return Kind(read, {"anyOf": [bundle.schema, {"const": "none"}]})


def each_keys() -> tuple[Key, ...]:
    """Return the keys of `limit_each`."""
    return tuple(Key(name, whole(none=True), "none", f"At most so many articles of one {name}.", "8") for name in EACH)


def select(known: Known, homes: Homes) -> Kind:
    """Return the kind of `select`: a Query without pins and drops."""

    def make(found: Fields, problems: list[Problem]) -> Query:
        values = dict(found.values)
        where = condition(values)
        query = Query(where=where, **{**values, "order": None if values["order"] == "auto" else values["order"]})
        if isinstance(query.since, dt.date) and query.until and query.since > query.until:
            at = found.places["since"]
            problems.append(at.wrong(say("'since' is later than 'until'"), say("exchange the two dates")))
        return query

    return record(select_keys(known), make, homes)


def condition(values: dict[str, Any]) -> Condition:
    """Take a condition's values out of the values of a map."""
    names = ("sections", "publishers", "languages", "ids", "tags", "authors", "any", "all", "none")
    return Condition(**{name: values.pop(name) for name in names}, scope=values.pop("in"))


# -- languages ---------------------------------------------------------------------------------------------------

_TAG = "[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-[A-Za-z0-9]{5,8})*"
_MISTAKEN = {"cn": "zh-Hans", "chs": "zh-Hans", "cht": "zh-Hant", "tw": "zh-Hant", "jp": "ja", "ir": "fa"}
"""Codes of countries and encodings that stand where a language is meant; none of them is a language in use."""


def language(known: Known) -> Kind:
    """Return the kind of a language tag (BCP 47: language, script, region, variants), written the usual way."""

    def read(node: Node, key: Key, problems: list[Problem]) -> str | None:
        found = scalar(node, key, problems)
        if found is None:
            return None
        value = found.text.strip()
        if not re.fullmatch(_TAG, value) or value.lower() in _MISTAKEN:
            message = say("{value} is no language tag (BCP 47)", value=shown(value))
            meant = _MISTAKEN.get(value.lower()) or value.replace("_", "-")
            sure = re.fullmatch(_TAG, meant) and meant != value
            listed = Listed(known.languages)
            hint = say("write {value}", value=meant) if sure else say("for example: {known}", known=listed)
            problems.append(node.place.wrong(message, hint))
        return _cased(value)

    return Kind(read, {"type": "string", "pattern": f"^{_TAG}$"})


def _cased(tag: str) -> str:
    """Write a tag as RFC 5646, section 2.1.1, recommends: zh-Hans-CN."""
    first, *rest = tag.split("-")
    shapes = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(shapes.get(len(part), str.lower)(part) for part in rest)])


# -- chapters ----------------------------------------------------------------------------------------------------


def chapters(known: Known) -> Kind:
    """Return the kind of `chapters`: a list of one-key maps, or the word for one chapter a section."""
    where = record(condition_keys(known), lambda found, _: condition(dict(found.values)))
    title = text()

    def one(node: Node, key: Key, problems: list[Problem]) -> ChapterRule | None:
        if not (isinstance(node, Map) and len(node.pairs) == 1):
            message = say("an entry of {key!r} is one title with what belongs under it", key=key.name)
            mistyped(node, key, message, problems)
            return None
        name, value = node.pairs[0]
        return _rule(title.read(name, key, problems), value, key, where, problems)

    def read(node: Node, key: Key, problems: list[Problem]) -> tuple[ChapterRule, ...]:
        if isinstance(node, Scalar) and node.text.strip() == BY_SECTION:
            return ()
        if not isinstance(node, Listing) or not node.items:
            message = say("{key!r} wants a list of titles, or {word!r}", key=key.name, word=BY_SECTION)
            mistyped(node, key, message, problems)
            return ()
        found = [(one(item, key, problems), item) for item in node.items]
        problems.extend(_repeated([(rule, item) for rule, item in found if rule is not None]))
        return tuple(rule for rule, _ in found if rule is not None)

    belongs = {"anyOf": [{"enum": ["pinned", "rest"]}, {"type": "array", "minItems": 1}, where.schema]}
    item = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": belongs}
    return Kind(read, {"anyOf": [{"const": BY_SECTION}, {"type": "array", "minItems": 1, "items": item}]})


def _rule(title: str, value: Node, key: Key, where: Kind, problems: list[Problem]) -> ChapterRule | None:
    match value:
        case Broken():
            return None
        case Scalar(text="pinned"):
            return ChapterRule(title, "pinned")
        case Scalar(text="rest"):
            return ChapterRule(title, "rest")
        case Scalar():
            message = unknown(value, key, ("pinned", "rest")).message
            problems.append(value.place.wrong(message, say("write pinned, rest, or words in brackets: [a, b]")))
            return None
        case Listing():
            meant = Condition(any=lines().read(value, key, problems))
        case Map():
            meant = where.read(value, replace(key, name=title), problems)
    if meant is not None and meant == Condition(scope=meant.scope):
        problems.append(value.place.wrong(say("the chapter {title!r} asks for nothing", title=title), key.hint))
    return None if meant is None else ChapterRule(title, "where", meant)


def _repeated(rules: list[tuple[ChapterRule, Node]]) -> Iterator[Problem]:
    titles: set[str] = set()
    kinds: set[str] = set()
    for rule, node in rules:
        if rule.title in titles:
            message = say("two chapters have the title {title!r}", title=rule.title)
            yield node.place.wrong(message, say("give each a title of its own"))
        if rule.kind != "where" and rule.kind in kinds:
            yield node.place.wrong(say("two chapters take {kind!r}", kind=rule.kind), say("keep one of the two"))
        titles.add(rule.title)
        kinds.add(rule.kind)
