"""The frame of a mirror page: title, navigation, promotion and footer are lines of Markdown around one piece of HTML.

Promotion also stands in the middle of the HTML, inside open elements, so Markdown never ends the HTML here: the lines
that are not the article are taken out, what is left is joined and parsed once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bundler.model import Note
from bundler.readers import _address, _text
from bundler.readers._removals import Removed, kind
from bundler.readers._rules import Rules

TITLE_LEVEL = 3
ORIGINAL = "reader#removed.original-address"
_TITLE, _SEPARATOR = _OWN = ("reader#frame.title", "reader#frame.rule")
"""Lines that are taken out and lose nothing: the title, which the article bears, and rules beside removed lines."""
_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,}|={3,}|\s*+(?:<hr\s*+/?>\s*+)++)\s*")
_ONE_RULE = re.compile(r"<hr\s*+/?>\s*+")
_FIRST_RULE = re.compile(r"^(?:\s*+<hr\s*+/?>)++")
_ADDRESS = re.compile(r"https?://[^\s<>\"']++")
_MARKUP = re.compile(r"</?[A-Za-z!?][^<>]*+>")
"""What browsers take for an element: no word in angle brackets of another script."""
_LINK = re.compile(r"!?\[([^\[\]]*+)\]\((?:[^()]++|\([^()]*+\))*+\)")
_GAPS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Page:
    """A page without its frame. `shares` are the addresses that the footer gives for the page itself.

    `heading` is the line that is the title, `source` the rule that found the original address; `notes` are on it.
    """

    title: str
    heading: str
    body: str
    original: str
    source: str
    shares: tuple[str, ...]
    removed: tuple[Removed, ...]
    notes: tuple[Note, ...] = ()


def unframe(source: str, rules: Rules) -> Page:
    """Take the frame off a page."""
    lines = source.split("\n")
    start, title = _title(lines)
    last = next((at for at in range(len(lines) - 1, -1, -1) if _original(lines[at], rules)), None)
    original, source = (_original(lines[last], rules) if last is not None else None) or ("", "")
    said = {at: rule for at in range(len(lines)) if (rule := _rule(lines, at, rules, last))}
    if start is not None:
        said[start] = _TITLE
    dropped = dict(sorted({**said, **dict.fromkeys(_rules_beside(lines, said), _SEPARATOR)}.items()))
    kept = list(_without(lines, dropped))
    return Page(
        title=title,
        notes=_text.clean(_said(lines[start]))[1] if start is not None else (),
        heading=lines[start] if start is not None else "",
        body="\n".join(kept),
        original=original,
        source=source,
        shares=_shares(lines[at] for at, rule in dropped.items() if kind(rule) in ("share-address", "share-code")),
        removed=tuple(Removed(rule, plain(lines[at])) for at, rule in dropped.items() if rule not in _OWN),
    )


def plain(markup: str) -> str:
    """Return what a line of markup says, for a note: no elements, no addresses of Markdown links, one line."""
    return _text.clean(_said(markup))[0]


def _said(markup: str) -> str:
    words = html.unescape(_MARKUP.sub(" ", markup))
    words = _LINK.sub(r"\1", _LINK.sub(r"\1", words))  # a picture may stand in a link
    return _GAPS.sub(" ", re.sub("^#+", "", words)).strip()


def _title(lines: Sequence[str]) -> tuple[int | None, str]:
    """Find the first `###` heading; a larger one only where it is the first line that says anything."""
    is_first = True
    for at, line in enumerate(lines):
        level = len(line) - len(line.lstrip("#"))
        title = _heading(line) if 1 <= level <= TITLE_LEVEL else ""
        if title and (level == TITLE_LEVEL or is_first):
            return at, plain(title)
        is_first = is_first and not line.strip()
    return None, ""


def _heading(line: str) -> str:
    """Return the words of a heading, without the marks that may close it (CommonMark, section 4.2)."""
    words = line.lstrip("#").strip()
    opened = words.rstrip("#")
    return opened.strip() if opened[-1:].isspace() else words


def _original(line: str, rules: Rules) -> tuple[str, str] | None:
    """Return the original address that a line gives, and the rule that says so."""
    for one in rules.originals if "http" in line else ():
        if found := one.pattern.match(line):
            said = html.unescape(found[1])
            address = _address.outside(said)
            return (address.address if address else _text.clean(said)[0]), one.rule
    return None


def _rule(lines: Sequence[str], at: int, rules: Rules, last_original: int | None) -> str:
    if at == last_original:  # the last one is the footer's, since articles quote such lines too
        return ORIGINAL
    line = lines[at]
    if not rules.any_line.match(line):
        return ""
    return next(rule.rule for rule in rules.lines if rule.pattern.match(line))


def _rules_beside(lines: Sequence[str], said: dict[int, str]) -> Iterator[int]:
    """Yield the rules that have only blank lines between them and a removed line, or an end of the page."""
    after: dict[int, int | None] = {}
    following: int | None = None
    for at in range(len(lines) - 1, -1, -1):
        after[at] = following
        following = at if _says(lines[at]) else following
    before: int | None = None
    for at, line in enumerate(lines):
        if _RULE.fullmatch(line) and (before is None or after[at] is None or before in said or after[at] in said):
            yield at
        before = at if _says(line) else before


def _says(line: str) -> bool:
    return bool(line.strip()) and not _RULE.fullmatch(line)


def _without(lines: Sequence[str], dropped: dict[int, str]) -> Iterator[str]:
    """Yield the lines that stay; a rule glued to the end or the start of a neighbour of a removed line goes too."""
    for at, line in enumerate(lines):
        if at in dropped:
            continue
        if line.strip() and _next_said(lines, at, 1) in dropped:
            line = _without_last_rules(line.rstrip())  # noqa: PLW2901 - the line as it stays
        if line.strip() and _next_said(lines, at, -1) in dropped:
            line = _FIRST_RULE.sub("", line)  # noqa: PLW2901
        yield "<hr/>" if _RULE.fullmatch(line) else line


def _without_last_rules(line: str) -> str:
    """Take the rules from the end of a line, one by one: a pattern would look at a long row of them from each."""
    end = len(line)
    while (at := line.rfind("<hr", 0, end)) >= 0 and _ONE_RULE.fullmatch(line, at, end):
        end = at
    return line[:end]


def _next_said(lines: Sequence[str], at: int, step: int) -> int:
    at += step
    while 0 <= at < len(lines) and not lines[at].strip():
        at += step
    return at


def _shares(lines: Iterable[str]) -> tuple[str, ...]:
    found = (address for line in lines for address in _ADDRESS.findall(html.unescape(line)))
    return tuple(dict.fromkeys(address for address in found if address.endswith(".md")))
