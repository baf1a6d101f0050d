"""Selected articles under the titles of their chapters."""

from __future__ import annotations

from collections.abc import Sequence

from bundler.model import ArticleId
from bundler.select._conditions import filter_of
from bundler.select._selection import Group, Index, Rule, Taken


def chapters(taken: Sequence[Taken], rules: Sequence[Rule], index: Index) -> tuple[Group, ...]:
    """Group what was taken, in its order: by the rules, of which the first that matches wins, or else by section.

    A rule "rest" takes what no other rule takes, wherever it stands; without one, that goes last, as "other". Empty
    chapters are left out.
    """
    groups = _by_rule(taken, rules, index) if rules else _by_section(taken)
    return tuple(group for group in groups if group.articles)


def _by_rule(taken: Sequence[Taken], rules: Sequence[Rule], index: Index) -> tuple[Group, ...]:
    members: list[list[ArticleId]] = [[] for _ in rules]
    filters = [filter_of(rule.where, index) for rule in rules]
    other: list[ArticleId] = []
    rest = next((place for place, rule in enumerate(rules) if rule.kind == "rest"), None)
    fallback = other if rest is None else members[rest]

    def holds(place: int, one: Taken) -> bool:
        match rules[place].kind:
            case "pinned":
                return one.reason == "pinned"
            case "where":
                return filters[place].failing(one.entry) is None
            case "rest":
                return False

    for one in taken:
        place = next((place for place in range(len(rules)) if holds(place, one)), None)
        (fallback if place is None else members[place]).append(one.entry.id)
    groups = (Group(rule.title, rule.kind, tuple(ids)) for rule, ids in zip(rules, members, strict=True))
    return (*groups, Group("", "other", tuple(other)))


def _by_section(taken: Sequence[Taken]) -> tuple[Group, ...]:
    members: dict[str, list[ArticleId]] = {}
    for one in taken:
        members.setdefault(one.entry.section.name, []).append(one.entry.id)
    nameless = members.pop("", [])
    groups = (Group(title, "section", tuple(ids)) for title, ids in members.items())
    return (*groups, Group("", "other", tuple(nameless)))
