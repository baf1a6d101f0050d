"""Markup bombs: HTML whose parse would cost far more than its bytes.

The parser's time grows with open elements times tags, elements are made again in every paragraph for each mark that was
never closed, and attributes are compared in pairs. Two counts, taken before the parse, tell such pages; they are
parsed as paragraphs of plain text. A tag with too many attributes loses them.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from bundler.readers import _limits
from bundler.readers._elements import names

_START = re.compile(r"<([a-zA-Z][^\s/>]*)")
_TAG = re.compile(r"""<([/!?]?)([a-zA-Z]?[^\s/>"'=<]*+)(?:[^"'>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|)|["'])*+>""")
_END = re.compile(r"</[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?""")
_UNSEEN = re.compile(r"<(?:(!--)|(script|style|template|noscript|iframe|select|svg|math)(?=[\s/>]))", re.IGNORECASE)
_CLOSED = names(
    "p br img hr input meta link wbr area base col embed source track param li td th tr dt dd tbody thead tfoot "
    "rt rp caption a h1 h2 h3 h4 h5 h6",
)
"""Elements that never stand open in one another."""
_MARKS = names("b big code em font i nobr s small strike strong tt u")
"""Formatting elements (HTML section 13.2.4.3): open ones are made again in every paragraph."""
_LINE = _MARKS | names("a abbr bdi bdo cite del dfn ins kbd label mark ok q ruby rt rp samp span sub sup time var wbr")
_FEW = 1_000
_LONG = 50_000


def shallow(html: str) -> tuple[str, bool]:
    """Return the HTML to parse, and whether it is no more than the text of what was given, in paragraphs.

    Where marks could be made again too often, only their attributes go: of equal marks the parser keeps three open.
    """
    tags = html.count("<")
    if tags <= _FEW and len(html) <= _LONG:
        return html, False
    found = Counter(name.lower() for name in _START.findall(html)) if tags > _FEW else Counter[str]()
    nesting = sum(count for name, count in found.items() if name not in _CLOSED)
    marks = sum(count for name, count in found.items() if name in _MARKS)
    if tags > _limits.MAX_TAGS or nesting * tags > _limits.MAX_NESTING:
        return _plain(html), True
    return (_START.sub(_bare, html) if marks * tags > _limits.MAX_MARKS else html), False


def trimmed(html: str) -> tuple[str, int]:
    """Take all attributes from tags with too many to be compared in pairs; return how many lost theirs."""
    if len(html) <= _LONG:
        return html, 0
    lost = 0

    def bare(found: re.Match[str]) -> str:
        nonlocal lost
        if found.end() - found.start() <= _limits.MAX_ATTRIBUTES or not _has_many(found[0]):
            return found[0]
        lost += 1
        return f"<{found[1]}{found[2]}>"

    end = html.rfind(">") + 1
    return _TAG.sub(bare, html[:end]) + html[end:], lost


def _has_many(tag: str) -> bool:
    """Count attributes as the tokenizer does (HTML section 13.2.5.32 and after): a slash or a quote parts them too."""
    name = _START.match(tag) or _END.match(tag)
    attributes = _ATTRIBUTE.finditer(tag, name.end(), len(tag) - 1) if name else iter(())
    return sum(1 for _ in islice(attributes, _limits.MAX_ATTRIBUTES + 1)) > _limits.MAX_ATTRIBUTES


def _bare(found: re.Match[str]) -> str:
    """Take its attributes from a mark, by an element that shows nothing."""
    return f"{found[0]}><wbr" if found[1].lower() in _MARKS else found[0]


def _plain(html: str) -> str:
    """Return the text of HTML in paragraphs, at most so many; what browsers do not show is cut out."""
    seen = _seen(html)
    end = seen.rfind(">") + 1
    bare = _TAG.sub(lambda tag: "" if tag[2].lower() in _LINE else "\n\n", seen[:end])
    text = (bare + seen[end:]).replace("<", "&lt;")
    lines = [" ".join(line.split()) for line in text.split("\n\n")]
    lines = [line for line in lines if line]
    size = -(-len(lines) // _limits.MAX_PARAGRAPHS)
    groups = (" ".join(lines[start : start + size]) for start in range(0, len(lines), size or 1))
    return "".join(f"<p>{group}</p>\n" for group in groups)


def _seen(html: str) -> str:
    """Cut out comments, scripts and the like; one that never ends takes the rest with it, as in a browser."""
    parts: list[str] = []
    low = html.lower() if len(html.lower()) == len(html) else html
    place = 0
    while (found := _UNSEEN.search(html, place)) is not None:
        parts.append(html[place : found.start()])
        end = "-->" if found[1] else f"</{found[2].lower()}"
        place = low.find(end, found.end())
        if place < 0:
            return "".join(parts)
        place += len(end) if found[1] else 0
    return "".join(parts) + html[place:]
