"""Style sheets count, stress and break as the script does, and engines of old e-readers live through ours."""

from __future__ import annotations

import re

import parts
import pytest
from babel.localedata import locale_identifiers

from bundler import furniture


def css(name: str) -> str:
    return (parts.ROOT / f"assets/css/{name}.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["epub", "html", "pdf"])
def test_lists_are_counted_in_the_digits_in_which_their_numbers_are_called(name):
    rules = re.findall(r"^(ol.*?) \{ list-style-type: ([a-z-]+) \}", css(name), re.MULTILINE)
    counted = {tag: style for places, style in rules for tag in re.findall(r":lang\((\w+)\)", places)}
    styles = {furniture.DIGITS["arabext"]: "persian", furniture.DIGITS["arab"]: "arabic-indic"}
    styles |= {furniture.DIGITS["mymr"]: "myanmar"}
    tags = {tag.partition("_")[0] for tag in locale_identifiers()}
    assert counted == {tag: styles[digits] for tag in tags if (digits := furniture.digits(tag)) in styles}


@pytest.mark.parametrize(("language", "n", "said"), [("fa", 12, "۱۲"), ("ar-EG", 12, "12"), ("my", 1203, "၁၂၀၃")])
def test_numbers_of_notes_have_the_digits_of_the_language_wherever_it_is_spoken(language, n, said):
    assert furniture.figures(language, n) == said


@pytest.mark.parametrize("name", ["epub", "html", "pdf"])
def test_no_script_without_italics_is_slanted(name):
    upright = r"^(em\b.*:lang\(ar\).*) \{ font-style: normal; font-weight: (?:bold|700) \}"
    (rule,) = re.findall(upright, css(name), re.MULTILINE)
    assert set(re.findall(r":lang\((\w+)\)", rule)) >= {"ar", "fa", "ug", "ur", "bo", "dz", "my"}
    assert "[lang]" not in rule, "emphasis has a language from around it"


def test_the_sheet_of_an_epub_says_nothing_that_old_engines_stumble_over():
    """They drop the whole sheet, or refuse the book, for a query or a function that is newer than they are."""
    assert not re.findall(
        r"@(?!font-face)[\w-]+|:(?:not|is|where|has|nth-[\w-]+)\(|\b(?:min|max|clamp|calc|var)\(", css("epub")
    )
