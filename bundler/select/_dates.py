"""When an article was published, as far as it is known: a day, or any day of a month or a year."""

from __future__ import annotations

import calendar
import datetime as dt

from bundler.model import Date


def first(date: Date) -> dt.date:
    """Return the earliest day that a date can mean."""
    match date.precision:
        case "day":
            return date.value
        case "month":
            return date.value.replace(day=1)
        case "year":
            return date.value.replace(month=1, day=1)


def last(date: Date) -> dt.date:
    """Return the latest day that a date can mean."""
    value = date.value
    match date.precision:
        case "day":
            return value
        case "month":
            return value.replace(day=calendar.monthrange(value.year, value.month)[1])
        case "year":
            return value.replace(month=12, day=31)


def written(date: Date) -> str:
    """Return a date in ISO 8601, as much of it as is known."""
    return date.value.isoformat()[: {"day": 10, "month": 7, "year": 4}[date.precision]]
