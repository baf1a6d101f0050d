"""When an article was published, from the many places where a mirror may say so."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from bundler.model import Date
from bundler.readers import Reason
from bundler.readers._rules import Rules

FIRST_YEAR, LAST_YEAR = 1980, 2099
NEAR_DAYS = 45
"""How far from a day without a year a full date may lie that lends it its year."""
_NUMERALS = {**dict(zip("〇一二三四五六七八九", range(10), strict=True)), "零": 0, "○": 0}
_TEN = "十"


Found = tuple[Date, tuple[Reason, ...]]


def find(rules: Rules, places: Mapping[str, Iterable[str]], page: str) -> Found | None:
    """Return the date that the first rule finds in the texts of its place, and why; None where no rule does.

    A match that is no day of the calendar, or a year outside 1980 to 2099, does not count. `page` is the whole page:
    other dates in it lend their year to a rule that finds only month and day.
    """
    for rule in rules.dates:
        for text in places.get(rule.where, ()):
            for found in rule.pattern.finditer(text):
                whole = rule.since is not None or "y" in rule.pattern.groupindex
                value = _value(found, rule.since) if whole else _nearest(found, rules.near, page)
                if value is not None:
                    return Date(value, rule=rule.kind, inferred=not whole), (Reason("date", rule.rule, found[0]),)
    return None


def _value(found: re.Match[str], since: dt.date | None) -> dt.date | None:
    """Return a day that is written whole, or counted: `days` since another one, in base 36."""
    return _day(found) if since is None else since + dt.timedelta(days=int(found["days"], 36))


def _day(found: re.Match[str]) -> dt.date | None:
    return _date(*(number(found[name]) for name in "ymd"))


def _date(year: int | None, month: int | None, day: int | None) -> dt.date | None:
    if year is None or month is None or day is None:
        return None
    year += 2000 if year < 100 else 0  # noqa: PLR2004 - /gb/20/9/22/ is of this century
    try:
        value = dt.date(year, month, day)
    except ValueError:
        return None
    return value if FIRST_YEAR <= year <= LAST_YEAR else None


def _nearest(found: re.Match[str], near: Iterable[re.Pattern[str]], page: str) -> dt.date | None:
    """Return the day with the year that brings it nearest to a full date of the page."""
    month, day = number(found["m"]), number(found["d"])
    others = {other for pattern in near for one in pattern.finditer(page) if (other := _day(one))}
    days = sorted(_distances(others, month, day))
    return days[0][1] if days and days[0][0] <= NEAR_DAYS else None


def _distances(others: Iterable[dt.date], month: int | None, day: int | None) -> Iterator[tuple[int, dt.date]]:
    for other in others:
        for year in (other.year - 1, other.year, other.year + 1):
            value = _date(year, month, day)
            if value is not None:
                yield abs((value - other).days), value


def number(written: str) -> int | None:
    """Read a number in digits of any script or in Chinese numerals: 二零二零 is 2020, 二十九 is 29."""
    if written and all(character in _NUMERALS for character in written):
        return int("".join(str(_NUMERALS[character]) for character in written))
    if _TEN in written:
        tens, _, ones = written.partition(_TEN)
        high, low = number(tens) if tens else 1, number(ones) if ones else 0
        return None if high is None or low is None else high * 10 + low
    digits = unicodedata.normalize("NFKC", written)
    return int(digits) if digits.isdecimal() else None
