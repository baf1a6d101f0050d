"""When a recipe is released: every day, on a weekday, each month, or on the days of a cron expression."""

from __future__ import annotations

import datetime as dt

from cronsim import CronSim, CronSimError

from bundler.errors import say
from bundler.recipe.kinds import Key, Kind, Schema, choice, scalar, whole
from bundler.recipe.problems import Problem, shown
from bundler.recipe.source import Node

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SCHEMA: Schema = {"type": "string", "pattern": r"^(none|\S+( +\S+){4})$"}
_FIELDS = 5
_DAY = dt.timedelta(days=1)


def release_keys() -> tuple[Key, ...]:
    """Return the keys of a recipe that concern its releases."""
    return (
        Key("every", choice("none", "day", *WEEKDAYS, "month"), "none", "How often it is released.", "friday"),
        Key("cron", cron(), "none", "On which days it is released, as cron says them.", '"0 3 1,15 * *"'),
        Key("keep", whole(none=True), "none", "So many editions stay; older ones are deleted.", "12"),
        Key("provenance", choice("none", "public"), "none", "Whether manifests hold the recipe's hash.", "public"),
    )


def cron() -> Kind:
    """Return the kind of a cron expression of five fields (crontab(5)), or `none`."""

    def read(node: Node, key: Key, problems: list[Problem]) -> str | None:
        found = scalar(node, key, problems)
        if found is None or (value := " ".join(found.text.split())) == "none":
            return None if found is None else "none"
        try:
            wrong = len(value.split()) != _FIELDS or not CronSim(value, dt.datetime(2026, 1, 1))  # noqa: DTZ001 - days only
        except CronSimError:
            wrong = True
        if wrong:
            problems.append(node.place.wrong(say("{value} is no cron expression", value=shown(value)), key.hint))
        return value

    return Kind(read, _SCHEMA)


def due(every: str, expression: str, last: dt.date | None, today: dt.date) -> bool:
    """Say whether an edition is due on a day, the last one being of another: nights that were missed count once.

    Of a cron expression the days count; the hour is that of whoever starts the release.
    """
    if last is not None and last >= today:
        return False
    if last is None or (every, expression) == ("none", "none"):
        return True
    if expression != "none":
        after = dt.datetime(last.year, last.month, last.day, 23, 59)  # noqa: DTZ001 - days only
        return next(CronSim(expression, after)).date() <= today
    days = (last + n * _DAY for n in range(1, min((today - last).days, 31) + 1))
    return any(_falls_on(every, day) for day in days)


def _falls_on(every: str, day: dt.date) -> bool:
    match every:
        case "day":
            return True
        case "month":
            return day.day == 1
        case _:
            return WEEKDAYS[day.weekday()] == every
