"""The reader's language: sentences, dates, numbers, plurals, direction; and pages that no article wrote.

Dates are of the Gregorian calendar in every language, in Persian too: articles and editions are dated by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Literal

from bundler.model import Bundle, Date, Direction, Entry, Strings

if TYPE_CHECKING:
    from babel import Locale

CHARACTERS_PER_MINUTE = {"zh": 400, "ja": 400, "ko": 500}
"""Reading speed in visible characters a minute; other scripts are read at about 1,000."""

DIGITS = {"arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹", "mymr": "၀၁၂၃၄၅၆၇၈၉"}
"""Digits by CLDR numbering system, where they are not the Latin ones."""

UNLISTED = {"bo": "、", "my": "၊ ", "ug": "،\u200f "}
"""What divides a list in the languages whose lists CLDR has in English only, or with a dash as in Burmese."""

UNITS = {"ru": {"B": "Б", "KB": "КБ", "MB": "МБ", "GB": "ГБ"}}
"""Units of size in the languages whose phones do not write them in Latin letters."""

OMITTED = {"video": "video_omitted", "audio": "audio_omitted", "post": "post_omitted", "other": "embed_omitted"}
"""The sentence that stands where something could not travel, by its kind."""


@cache
def locale(language: str) -> Locale:
    """Return the CLDR locale of a BCP 47 tag, or of its language alone, or English."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - with its dates 60 ms, and listing says none

    whole = language.replace("_", "-")
    for tag in (whole, whole.split("-", maxsplit=1)[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (ValueError, LookupError, UnknownLocaleError):
            continue
    return Locale("en")


@cache
def direction(language: str) -> Direction:
    """Return the direction in which a language is written."""
    return "rtl" if locale(language).character_order == "right-to-left" else "ltr"


@cache
def digits(language: str) -> str:
    """Return the digits 0 to 9 as a language writes them (CLDR's default numbering system)."""
    return DIGITS.get(locale(language).default_numbering_system, "0123456789")


def figures(language: str, number: int) -> str:
    """Return a number in a language's digits: those in which the style sheets count lists, wherever it is spoken."""
    return str(number).translate(str.maketrans("0123456789", digits(language.partition("-")[0])))


def speaker(strings: Strings, key: str) -> str:
    """Return the language in which a sentence is said: another one where nobody has translated it yet."""
    return strings.foreign.get(key, strings.language)


def _spoken(language: str, said: str) -> str:
    """Write the digits of a number or date, which Babel leaves Latin, as the language does.

    CLDR's narrow no-break space becomes a plain one: many fonts of cheap phones lack it.
    """
    return said.translate(str.maketrans("0123456789\u202f", f"{digits(language)}\u00a0"))


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
    language = speaker(strings, key)
    form = forms.get(locale(language).plural_form(n), forms["other"])
    return form.format(n=_number(language, n))


def number(strings: Strings, n: int) -> str:
    """Return a number in this language's digits, its thousands apart."""
    return _number(strings.language, n)


def size(language: str, said: str) -> str:
    """Return a size such as `1.2 MB` with the digits, the decimal mark and the unit of a language."""
    value, _, unit = said.partition(" ")
    return f"{_number(language, Decimal(value))} {UNITS.get(language, {}).get(unit, unit)}"


def _number(language: str, n: int | Decimal) -> str:
    from babel.numbers import format_decimal  # noqa: PLC0415 - as above

    return _spoken(language, format_decimal(n, locale=locale(language), numbering_system="default"))


def choice(language: str, names: Iterable[str]) -> str:
    """Return names as a choice, as a language lists them: `A, B or C`; by marks alone where CLDR has no words."""
    from babel.lists import format_list  # noqa: PLC0415 - as above

    kept, mark = list(names), UNLISTED.get(language)
    return mark.join(kept) if mark else format_list(kept, style="or", locale=locale(language))


def day(strings: Strings, value: dt.date) -> str:
    """Return a day as this language writes it, the long way."""
    return _day(strings, value, "long")


def brief_day(strings: Strings, value: dt.date) -> str:
    """Return a day as this language writes it where there is little room."""
    return _day(strings, value, "medium")


def _day(strings: Strings, value: dt.date, form: Literal["long", "medium"]) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - as above

    return _spoken(strings.language, format_date(value, form, locale=locale(strings.language)))


def date(strings: Strings, value: Date | None) -> str:
    """Return a publication date at its precision; an inferred one says that it is not certain."""
    if value is None:
        return text(strings, "undated")
    said = day(strings, value.value) if value.precision == "day" else _roughly(strings, value)
    return text(strings, "about_year", date=said) if value.inferred else said


def _roughly(strings: Strings, value: Date) -> str:
    from babel.dates import format_skeleton  # noqa: PLC0415 - as above

    skeleton = {"month": "yMMMM", "year": "y"}[value.precision]
    return _spoken(strings.language, format_skeleton(skeleton, value.value, locale=locale(strings.language)))


def edition(strings: Strings, value: dt.date, number: int, *, brief: bool = False) -> str:
    """Return an edition's name: its day, and its number once it is released."""
    return _numbered(strings, brief_day(strings, value) if brief else day(strings, value), number)


def _numbered(strings: Strings, said: str, number: int) -> str:
    return text(strings, "numbered", date=said, n=_plain(strings, number)) if number else said


def issue(bundle: Bundle, *, brief: bool = False) -> str:
    """Return the name of a bundle's edition in the bundle's language; of one that was cut, with its place."""
    strings = bundle.theme.strings
    return _placed(bundle, edition(strings, bundle.edition, bundle.number, brief=brief))


def issued(bundle: Bundle) -> str:
    """Say of which day a bundle's edition is, then its number and place, where it has them."""
    strings = bundle.theme.strings
    said = text(strings, "edition", date=day(strings, bundle.edition))
    return _placed(bundle, _numbered(strings, said, bundle.number))


def _placed(bundle: Bundle, said: str) -> str:
    strings = bundle.theme.strings
    if bundle.volumes == 1:
        return said
    place = {"volume": _plain(strings, bundle.volume), "volumes": _plain(strings, bundle.volumes)}
    return text(strings, "volume", edition=said, **place)


def _plain(strings: Strings, n: int) -> str:
    """Return a number that names something, in this language's digits: thousands stand together."""
    return _spoken(strings.language, str(n))


def minutes(entry: Entry) -> int:
    """Estimate how many minutes an article takes to read, at least one."""
    speed = CHARACTERS_PER_MINUTE.get(entry.language.split("-")[0], 1000)
    return max(1, round(entry.characters / speed))


def byline(strings: Strings, entry: Entry) -> str:
    """Return who published an article, who wrote it and when, as one line."""
    parts = (entry.publisher, *entry.authors, date(strings, entry.published))
    return " · ".join(part for part in dict.fromkeys(parts) if part)
