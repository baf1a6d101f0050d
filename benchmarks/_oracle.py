"""The visible text of a page by another parser than the readers': what they must have kept, character by character.

It shares no code with the readers. A page's source loses its frame line by line and its HTML goes through lxml; what
may be missing is the list of removals below, and each of them counts only where the reader left the note of that rule.
Characters are compared as a multiset and in their order, without spaces, controls and invisible formats.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lxml import html

_FRAMED = r"\s*(?:<(?:br|hr)\s*/?>\s*)*"
LINES: tuple[tuple[str, str], ...] = (
    ("navigation", r"#{3,6} .*\[[^\]]*\]\((?!#|\w+\.md#)[^)]*\)"),
    ("promotion", r"#{4,6} .*\[[^\]]*\]\((?!#|\w+\.md#)[^)]*\)"),
    ("contents", r"#{1,6} (?:.*\]\(chapters/|[上下]篇：|目录$)"),
    ("share-hint", r"手机上长按"),
    ("share-address", r"https?://\S+\.md\s*<br/?>\s*$"),
)
"""Lines around an article that are not its text: the note's rule, what the line is. A link to a heading is contents."""
ORIGINAL = re.compile(_FRAMED + r"原文(?:地址|链接)[^:：]{0,12}[:：]\s*(?:\[[^\]]*\]\()?https?://")
"""The footer's line with the original address; only the last one of a page is the footer's."""
TEXTS: tuple[tuple[str, str], ...] = (
    ("appeal", r"【诚征荣誉会员】溪流能够汇成大海.{0,60}：每位荣誉会员每年只需支付.{0,120}社会危难之中。"),
    ("appeal", r"【诚征荣誉会员】小溪汇成大海.{0,40}每年只需支付一份订阅费用?。"),
)
"""What is cut out of the visible text, seen without spaces."""
_RELATED = " or ".join(f"starts-with(normalize-space(), '{label}')" for label in ("相关文章", "相关链接", "延伸阅读"))
BOXES: tuple[tuple[str, str], ...] = (
    ("advertisement", "//*[contains(@class, 'AD_Embed')]"),
    ("share-box", "//*[@class = 'share-box']"),
    ("trust-badge", "//*[contains(@class, 'trustBadge')]"),
    ("related", f"//p[{_RELATED}]/following::p[normalize-space() = normalize-space(*[@href])]"),
    ("related", f"//p[{_RELATED}]"),
    ("related", "//p[starts-with(normalize-space(), '上一篇') or starts-with(normalize-space(), '下一篇')]"),
    ("related", "//p[starts-with(normalize-space(), '点阅') or starts-with(normalize-space(), '点击这里查看')]"),
)
"""Elements inside an article that are not its text: the note's rule, where they are."""
UNSEEN = (
    "//script|//style|//noscript|//template|//comment()|//head|//svg|//iframe|//option|//rp"
    "|//*[@hidden]|//*[contains(translate(@style, ' ', ''), 'display:none')]"
)
"""Elements that no browser shows."""
TITLE = re.compile(r"#{1,3} +(.*?)[ #]*$")
MARKS = frozenset("#*_`>-=|[]\\")
"""Markdown's own marks: in pages of Markdown they are compared on neither side."""
_SPACE = re.compile(r"[\s\u200b]+")
_MISREAD = re.compile(r"[\x80-\xff]{2,}")


@dataclass(frozen=True)
class Lost:
    """What became of a page's text: characters seen, missing, in excess, and whether all stand in order."""

    visible: int
    missing: Counter[str]
    foreign: Counter[str]
    ordered: bool


def letters(text: str, ignored: Collection[str] = ()) -> str:
    """Return the characters that print: all but spaces, controls and formats."""
    return "".join(char for char in text if unicodedata.category(char)[0] not in "ZC" and char not in ignored)


def compared(visible: str, said: str, *, ignored: Collection[str] = ()) -> Lost:
    """Compare what a page shows with what a reader made of it."""
    wanted, found = letters(visible, ignored), letters(said, ignored)
    left, right = Counter(wanted), Counter(found)
    return Lost(len(wanted), left - right, right - left, wanted == found)


def mirror_text(source: str, noted: Collection[str]) -> str:
    """Return the title and the visible text of a mirror's page, less what the noted rules may take."""
    lines = _mended(source).split("\n")
    title = next((at for at, line in enumerate(lines) if TITLE.match(line)), None)
    heading = TITLE.match(lines.pop(title))[1] if title is not None else ""  # type: ignore[index]
    return f"{heading}\n{fragment_text(chr(10).join(framed(lines, noted)), noted)}"


def book_text(source: str, noted: Collection[str]) -> str:
    """Return the visible text of a chapter: its lines without addresses of links and pictures."""
    lines = source.split("\n")
    if "title-repeated" in noted:
        del lines[next(at for at, line in enumerate(lines) if line.startswith("#"))]
    text = "\n".join(framed(lines, noted))
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    return fragment_text(re.sub(r"\]\([^()]*(?:\([^()]*\)[^()]*)*\)", "]", text), noted)


def framed(lines: Iterable[str], noted: Collection[str]) -> list[str]:
    """Return the lines that are the article: no frame, no rules."""
    kept = list(lines)
    last = max((at for at, line in enumerate(kept) if ORIGINAL.match(line)), default=-1)
    if "original-address" in noted and last >= 0:
        del kept[last]
    patterns = [re.compile(_FRAMED + pattern) for rule, pattern in LINES if rule in noted]
    patterns.append(re.compile(r"-{3,}\s*$"))
    return [line for line in kept if not any(one.match(line) for one in patterns)]


def fragment_text(markup: str, noted: Collection[str] = ()) -> str:
    """Return the visible text of a piece of HTML, less the boxes of the noted rules."""
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8")
    root = html.document_fromstring(f"<body><div>{markup}</div>".encode("utf-8", "replace"), parser=parser)
    for path in (UNSEEN, *(path for rule, path in BOXES if rule in noted)):
        for node in root.xpath(path):
            if node.getparent() is not None:
                node.drop_tree()
    text = _SPACE.sub("", "".join(root.itertext()))
    for pattern in (pattern for rule, pattern in TEXTS if rule in noted):
        text = re.sub(pattern, "", text)
    return text


def _mended(text: str) -> str:
    """Read again as UTF-8 what a collector read as Latin-1."""

    def again(found: re.Match[str]) -> str:
        try:
            return found[0].encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return found[0]

    return _MISREAD.sub(again, text)
