"""What PyYAML says about a mistake of syntax, as a sentence for people who have never heard of a scalar.

The commonest mistakes of a Chinese keyboard (`：`, `，`, `“”`) and of a first YAML file come first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from bundler.errors import Say, say
from bundler.recipe.problems import Place, Problem, shown

MAX_COLUMN = 500
"""How far into a line slips are looked for."""
LINES_BEFORE = 5
"""How far above the place where YAML gives up the real mistake is looked for."""

NARROW = str.maketrans("：，、،“”„‟‘’［］｛｝｜－＃　（）＂＇\xa0", ':,,,""""\'\'[]{}|-# ()"\' ')
"""Signs of Chinese, Persian and Arabic keyboards, and what YAML wants in their place."""

WIDE = re.compile("[：，、،“”„‟‘’［］｛｝]")
"""Signs of other keyboards that no name of ours holds."""

_KEY = r"^\s*(?:-\s+)?[a-z_]+"
_TITLE = r"^[^\s:：]+"
_COLONS = {
    key: re.compile(rf"{key}(?:\s*(?P<wide>：)|(?P<tight>:)(?:[\u3000\xa0]|(?![\s/:]|$)))") for key in (_KEY, _TITLE)
}
_WIDE_SPACE = re.compile("^ *([\u3000\xa0])")
_WIDE_INSIDE = re.compile(r"[\[{].*?([：，、،［］｛｝])")
_WIDE_OPEN = re.compile(r":\s+([［｛])")
_WIDE_QUOTE = re.compile(r"""["'][^"']*([“”‘’＂＇])""")


def explained(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """Turn an error of YAML's parser into a problem with place and way out."""
    lines = text.split("\n")
    return next(_guesses(error, lines, file), None) or _plain(error, file)


def _guesses(error: yaml.MarkedYAMLError, lines: list[str], file: str) -> Iterator[Problem]:
    """Yield what is probably meant, the surest first."""
    at = error.problem_mark
    assert at is not None
    problem = str(error.problem)
    if reserved := re.match("found character ['\"](.+)['\"] that cannot start any token", problem):
        yield _place(at, file).wrong(*_reserved(reserved[1]))
    for word, sign in (("alias", "*"), ("anchor", "&"), ("tag", "!")):
        if error.context_mark and str(error.context).endswith(word):
            yield _place(error.context_mark, file).wrong(*_reserved(sign))
    last = min(at.line, len(lines) - 1)
    first = max(0, min(last, error.context_mark.line if error.context_mark else last) - LINES_BEFORE)
    unclosed = "quoted scalar" in str(error.context)
    for number in range(last, first - 1, -1):
        if found := suspect(lines[number], quotes=unclosed):
            column, message, hint = found
            yield Place(file, number + 1, column).wrong(message, hint)


def _reserved(sign: str) -> tuple[Say, Say]:
    message = say("a value cannot begin with {sign} without quotes", sign=shown(sign))
    return message, say('put the value in quotes: "{sign}…"', sign=sign)


def suspect(line: str, *, quotes: bool = False, titles: bool = False) -> tuple[int, Say, Say] | None:
    """Return column (from 1), sentence and hint where a line looks like a slip of the keyboard; else None.

    `quotes`: a quote does not close; `titles`: a key may be any word, not only one of a recipe's own.
    """
    line = line[:MAX_COLUMN]
    if found := _WIDE_SPACE.search(line):
        return found.start(1) + 1, *wide_space()
    if found := _COLONS[_TITLE if titles else _KEY].search(line):
        sentences = wide("：") if found["wide"] else tight()
        return found.start("wide" if found["wide"] else "tight") + 1, *sentences
    if (
        (found := _WIDE_INSIDE.search(line))
        or (found := _WIDE_OPEN.search(line))
        or (quotes and (found := _WIDE_QUOTE.search(line)))
    ):
        return found.start(1) + 1, *wide(found[1])
    return None


def wide(sign: str) -> tuple[Say, Say]:
    """Say that a sign of another keyboard stands where YAML wants its own."""
    narrow = sign.translate(NARROW)
    message = say("{sign} is not YAML's {narrow}", sign=shown(sign), narrow=shown(narrow))
    colon = say("write ':' and a space, with the keyboard switched to English")
    other = say("write {narrow}, with the keyboard switched to English", narrow=shown(narrow))
    return message, colon if narrow == ":" else other


def wide_space() -> tuple[Say, Say]:
    """Say that a line is indented with what only looks like spaces."""
    return say("a wide space indents this line"), say(
        "indent with ordinary spaces, with the keyboard switched to English"
    )


def tight() -> tuple[Say, Say]:
    """Say that the space after a colon is missing."""
    return say("an ordinary space is missing after ':'"), say("write ': ' between a key and its value")


_PROBLEMS: tuple[tuple[str, bool, Say, Say], ...] = (
    (
        "but got '?'",
        False,
        say("a '?' stands inside brackets without quotes"),
        say("put the value in quotes, or write each on a line of its own after '- '"),
    ),
    (
        "mapping values are not allowed",
        False,
        say("a ':' is not expected here"),
        say('put a value that holds ": " in quotes, and check the indentation of this line and the one before'),
    ),
    (
        "could not find expected ':'",
        True,
        say("this line has no key"),
        say("write 'key: value'; text of several lines begins with 'key: |' and is indented"),
    ),
    ("found unexpected end of stream", True, say("a quote opens here and does not close"), say("close the quote")),
    ("document separator", True, say("a quote opens here and does not close"), say("close the quote")),
    ("escape", False, say("this is no escape that YAML knows"), say("in double quotes, write a backslash twice")),
    (
        "expected ',' or ']'",
        True,
        say("a list opens here and does not close"),
        say("separate its parts with ', ' and close it with ']'"),
    ),
    (
        "expected ',' or '}'",
        True,
        say("a map opens here and does not close"),
        say("separate its parts with ', ' and close it with '}}'"),
    ),
    (
        "expected <block end>, but found '<scalar>'",
        False,
        say("text stands here that belongs to no key"),
        say("quotes inside quotes are written twice; lines of one level begin in the same column"),
    ),
    (
        "expected <block end>",
        False,
        say("the indentation does not fit"),
        say("lines of one level begin in the same column"),
    ),
    (
        "<document start>",
        False,
        say("the indentation does not fit"),
        say("lines of one level begin in the same column"),
    ),
    (
        "sequence entries are not allowed",
        False,
        say("a list cannot begin on the line of its key"),
        say("write each '- ' on a line of its own, or the list as [a, b]"),
    ),
    (
        "chomping or indentation",
        False,
        say("a value cannot begin with '|' or '>' without quotes"),
        say("put it in quotes; a text of several lines begins on the line after '|'"),
    ),
    (
        "expected a comment or a line break",
        False,
        say("a text of several lines begins on the line after '|'"),
        say("move this to the next line, indented"),
    ),
    ("<stream end>", False, say("something that was opened does not close"), say("close it with ']' or '}}'")),
    ("node content", False, say("a value cannot begin like this"), say("put the value in quotes")),
)
"""Part of PyYAML's sentence, whether the context's place is the better one, our sentence, our hint."""

UNKNOWN = say("look at the quotes, brackets and indentation of this line and the one before it")
"""The way out where it is not known what is wrong."""


def _plain(error: yaml.MarkedYAMLError, file: str) -> Problem:
    at = error.problem_mark
    assert at is not None
    problem = str(error.problem)
    for part, context, message, hint in _PROBLEMS:
        if part in problem:
            return _place(error.context_mark or at if context else at, file).wrong(message, hint)
    return _place(at, file).wrong(say("this is not valid YAML: {problem}", problem=problem), UNKNOWN)


def _place(mark: yaml.Mark, file: str) -> Place:
    return Place(file, mark.line + 1, mark.column + 1)
