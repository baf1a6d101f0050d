"""The reader's language: sentences, dates, numbers, plurals, direction; and pages that no article wrote."""

from __future__ import annotations

import datetime as dt
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from bundler.model import Date, Direction, Entry, Strings

CHARACTERS_PER_MINUTE = {"zh": 400, "ja": 400, "ko": 500}
"""Reading speed in visible characters a minute; other scripts are read at about 1,000."""


@cache
def locale(language: str) -> Locale:
    """Return the CLDR locale of a BCP 47 tag, or of its language alone, or English."""
    tags = (language, language.split("-", maxsplit=1)[0], "en")
    for tag in tags:
        try:
            return Locale.parse(tag, sep="-")
        except (ValueError, LookupError):
            continue
    return Locale("en")


@cache
def direction(language: str) -> Direction:
    """Return the direction in which a language is written."""
    return "rtl" if locale(language).character_order == "right-to-left" else "ltr"


def text(strings: Strings, key: str, **values: object) -> str:
    """Return a sentence of the furniture, filled in. KeyError for an unknown key: a mistake of ours."""
    message = strings.messages[key]
    if not isinstance(message, str):
        error = f"{key} is a plural"
        raise KeyError(error)
    return message.format(**values)


def count(strings: Strings, key: str, n: int) -> str:
    """Return a sentence with a number in the right plural and digits."""
    message = strings.messages[key]
    forms = {"other": message} if isinstance(message, str) else message
    form = forms.get(locale(strings.language).plural_form(n), forms["other"])
    return form.format(n=format_decimal(n, locale=locale(strings.language)))


def day(strings: Strings, value: dt.date) -> str:
    """Return a day as this language writes it, the long way."""
    return format_date(value, "long", locale=locale(strings.language))


def date(strings: Strings, value: Date | None) -> str:
    """Return a publication date at its precision; an inferred one says that it is not certain."""
    if value is None:
        return text(strings, "undated")
    patterns = {"day": "long", "month": "MMMM y", "year": "y"}
    said = format_date(value.value, patterns[value.precision], locale=locale(strings.language))
    return text(strings, "about_year", date=said) if value.inferred else said


def minutes(entry: Entry) -> int:
    """Estimate how many minutes an article takes to read, at least one."""
    speed = CHARACTERS_PER_MINUTE.get(entry.language.split("-")[0], 1000)
    return max(1, round(entry.characters / speed))


def byline(strings: Strings, entry: Entry) -> str:
    """Return who published an article, who wrote it and when, as one line."""
    parts = (entry.publisher, *entry.authors, date(strings, entry.published))
    return " · ".join(part for part in dict.fromkeys(parts) if part)
