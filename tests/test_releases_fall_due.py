"""A recipe is released when its schedule says so: missed nights give one edition, and never two on one date."""

import datetime as dt

import pytest

from bundler.recipe.schedule import due

FRIDAY = dt.date(2026, 11, 20)


def days(last, count):
    return [last + dt.timedelta(days=n) for n in range(count)]


def test_the_first_edition_is_always_due():
    assert due("friday", "none", None, dt.date(2026, 11, 17))
    assert due("none", "none", None, FRIDAY)


@pytest.mark.parametrize(
    ("every", "cron", "expected"),
    [
        ("day", "none", [21, 22, 23, 24, 25, 26, 27, 28, 29, 30]),
        ("friday", "none", [27, 28, 29, 30]),
        ("sunday", "none", [22, 23, 24, 25, 26, 27, 28, 29, 30]),
        ("month", "none", []),
        ("none", "0 3 * * 2", [24, 25, 26, 27, 28, 29, 30]),
        ("none", "30 23 28 * *", [28, 29, 30]),
        ("none", "none", [21, 22, 23, 24, 25, 26, 27, 28, 29, 30]),
    ],
)
def test_days_after_the_last_edition(every, cron, expected):
    found = [day.day for day in days(FRIDAY, 11) if due(every, cron, FRIDAY, day)]
    assert found == expected


def test_a_month_is_due_from_its_first_day():
    assert not due("month", "none", FRIDAY, dt.date(2026, 11, 30))
    assert due("month", "none", FRIDAY, dt.date(2026, 12, 1))
    assert due("month", "none", FRIDAY, dt.date(2027, 3, 7))


def test_a_long_silence_gives_one_edition():
    last, made = dt.date(2020, 1, 3), []
    for day in days(dt.date(2026, 11, 20), 8):
        if due("friday", "none", last, day):
            made.append(day)
            last = day
    assert made == [dt.date(2026, 11, 20), dt.date(2026, 11, 27)]


def test_a_clock_that_goes_back_releases_nothing():
    assert not due("day", "none", FRIDAY, dt.date(1996, 1, 1))
