"""Runs of inlines as XHTML that is also valid HTML, and what all markup is made of: escaping, ids, languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from html import escape
from itertools import zip_longest
from typing import assert_never

from bundler import furniture
from bundler.model import (
    Anchor,
    Code,
    Deleted,
    Emph,
    Image,
    Inline,
    LineBreak,
    Link,
    NoteRef,
    Original,
    QrCode,
    Ruby,
    Span,
    Strings,
    Strong,
    Sub,
    Sup,
    Target,
    Text,
    Underline,
    Url,
    short_id,
)
from bundler.walk import line_text
from bundler.writers import _address

_LONG = re.compile(r"(?=[\w%％·-]*[\u3040-\u9fff])[\w%％·-]{12}")
"""A phrase with Han characters or kana that is longer than a line of a title on a phone 320 pixels wide."""
_UNWRITABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]")
"""What neither XML 1.0 (section 2.2) nor HTML (noncharacters, controls) lets stand in text."""
_LANGUAGE = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d[a-z\d]{3}))*(-x(-[a-z\d]{1,8})+)?",
    re.IGNORECASE,
)
"""A well-formed language tag (BCP 47, 2.1), without extensions."""
_SHORT_NUMBER = re.compile("(?<![A-Za-z0-9_.,:/%+$-])([0-9]{1,3}|[!?]{2})(?![A-Za-z0-9_%/:+-]|[.,][0-9])")
"""A number of up to three digits, or two marks, that is not part of something longer."""
_LEVEL = re.compile('(<(?:code|pre)[ >].*?</(?:code|pre)>|<span class="upright">.*?</span>|<[^>]*>)', re.DOTALL)
"""Tags, and with what is inside them those whose numbers are left alone."""
_BARE = re.compile(r"([a-z]+://[!-~]*[\w/#%&+=~-])", re.ASCII)
"""An address in running text, without the mark that ends a sentence."""
_PLAIN_ANCHOR = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Style:
    """What differs between formats.

    `picture` and `code` return the markup of one image, empty where it cannot be shown; `href` says where a link
    leads, None prints its text alone. Ids are `place(prefix, anchor)`. `rel` stands on links that leave the file;
    `types` writes `epub:type`; `shape` is a class of the article for the style sheet; `origin` writes what an archive
    can be made again from; `scrolls` lets the keyboard reach what scrolls sideways; `upright` marks the short numbers
    that stand upright in lines from top to bottom; `room` is how many em of a table's type a line holds, where words
    that do not fit are broken; `paged` says that it is always so many, and that nothing scrolls.
    """

    picture: Callable[[Original, str], str]
    code: Callable[[QrCode], str]
    href: Callable[[Target], str | None]
    heading_shift: int = 0
    prefix: str = ""
    rel: str = ""
    types: bool = False
    shape: str = ""
    origin: bool = False
    scrolls: bool = False
    upright: bool = False
    room: float = 0
    paged: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One article being written: its style, the furniture's language, its own, its footnotes by label, its anchors.

    `indent` is how many em of a table's type lists and quotations leave free beside what they hold, `depth` how many of
    them stand around. `ids` and `outline`
    remember what was written, so that the parts of an article may be written one after another.
    """

    style: Style
    strings: Strings
    voice: str
    language: str
    notes: dict[str, int]
    called: frozenset[str]
    anchors: frozenset[str]
    linked: bool = False
    indent: float = 0
    depth: int = 0
    ids: set[str] = field(default_factory=set)
    outline: list[int] = field(default_factory=list)


def text(value: str) -> str:
    """Escape text for element content and for attributes in double quotes."""
    return escape(plain(value))


def plain(value: str) -> str:
    """Return text without characters that neither XML nor HTML can hold, not escaped."""
    return _UNWRITABLE.sub("\ufffd", value)


def tag(language: str) -> str:
    """Return a language tag that may stand in an attribute: the given one, or `und` where it is none (BCP 47, 4.1)."""
    return language if _LANGUAGE.fullmatch(language) else "und"


def tongue(language: str) -> str:
    """Return the attributes that say language and direction, with a leading space."""
    return f' lang="{tag(language)}" dir="{furniture.direction(language)}"'


def voice(strings: Strings, around: str) -> str:
    """Return the attributes of furniture that stands in text of another language; nothing where it is the same."""
    return "" if strings.language == around else tongue(strings.language)


def turned(code: str, page: Page) -> str:
    """Return the direction of code, with a leading space, where it is not that of the text around it.

    It runs as its first letter does (HTML, 3.2.6.4): in Arabic text the last slash of `cd /tmp/` would come first.
    """
    kinds = (unicodedata.bidirectional(character) for character in code)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    way = "ltr" if first == "L" else "rtl"
    return "" if way == furniture.direction(page.language) else f' dir="{way}"'


def place(prefix: str, anchor: str) -> str:
    """Return the id of an anchor, the article's own without one.

    `.n1` and `.r1` are the places of footnote 1 and of its first call.
    """
    if not anchor or anchor.startswith("."):
        return prefix + anchor
    return f"{prefix}-{anchor if _PLAIN_ANCHOR.fullmatch(anchor) else short_id(anchor)}"


def sentence(strings: Strings, key: str, **markup: str) -> str:
    """Return a sentence of the furniture, escaped, with pieces of ready markup filled in.

    One that another language says, because nobody has translated it yet, carries its language and direction.
    """
    said = text(furniture.text(strings, key, **{name: f"\ue000{name}\ue001" for name in markup}))
    whole = re.sub("\ue000(.*?)\ue001", lambda mark: markup[mark[1]], said)
    return f"<span{tongue(strings.foreign[key])}>{whole}</span>" if key in strings.foreign else whole


def isolated(value: str) -> str:
    """Return a title or name that keeps its own direction and cannot disturb what stands around it.

    One with a phrase that a phone's line cannot hold says so: Chinese titles break between phrases where they can.
    """
    long = ' class="long"' if _LONG.search(value) else ""
    return f"<bdi{long}>{text(value)}</bdi>"


def address(value: str) -> str:
    """Return an address as text that can be selected and wraps anywhere; it always runs from left to right."""
    return f'<span class="address" dir="ltr">{text(value)}</span>'


def identity(anchor: str, page: Page) -> str:
    """Return the id attribute of a place, with a leading space; empty where it has been given already."""
    name = place(page.style.prefix, anchor)
    if not anchor or name in page.ids:
        return ""
    page.ids.add(name)
    return f' id="{name}"'


def kind(name: str, page: Page) -> str:
    """Return the `epub:type` attribute, with a leading space, where the format has it (EPUB Structural Semantics)."""
    return f' epub:type="{name}"' if page.style.types else ""


def origin(page: Page, **said: str) -> str:
    """Return attributes of which nothing shows, where the format is one that archives are made again from."""
    return attributes(**said) if page.style.origin else ""


def attributes(**said: str) -> str:
    """Return `data-` attributes (HTML, section 3.2.6.6), each with a leading space; none for what is empty."""
    pairs = ((name, text(value).replace("\t", "&#9;").replace("\n", "&#10;")) for name, value in said.items() if value)
    return "".join(f' data-{name}="{value}"' for name, value in pairs)


def inlines(run: Iterable[Inline], page: Page) -> str:
    """Return a run of inlines; behind a link may stand where it leads."""
    whole = tuple(run)
    pairs = zip_longest(whole, whole[1:])
    return "".join(_link(one, page, behind) if isinstance(one, Link) else _inline(one, page) for one, behind in pairs)


def _inline(inline: Inline, page: Page) -> str:
    match inline:
        case Text(words):
            return _words(words, page)
        case LineBreak():
            return "<br/>"
        case Emph(children):
            return f"<em>{inlines(children, page)}</em>"
        case Strong(children):
            return f"<strong>{inlines(children, page)}</strong>"
        case Underline(children):
            return f"<u>{inlines(children, page)}</u>"
        case Deleted(children):
            return f"<s>{inlines(children, page)}</s>"
        case Code(words):
            return f"<code{turned(words, page)}>{text(words)}</code>"
        case Sup(children):
            return f"<sup>{inlines(children, page)}</sup>"
        case Sub(children):
            return f"<sub>{inlines(children, page)}</sub>"
        case Ruby(base, reading):
            return f"<ruby>{inlines(base, page)}<rp>(</rp><rt>{text(reading)}</rt><rp>)</rp></ruby>"
        case Span((Text(words),), language, direction) if direction:
            return _span(text(words), language, direction)
        case Span(children, language, direction):
            return _span(inlines(children, page), language, direction)
        case Image(asset, alt):
            return (page.style.picture(asset, alt) if asset else "") or text(f"[{alt}]" if alt else "")
        case NoteRef(label):
            return _note_ref(label, page)
        case Link():
            return _link(inline, page)
        case _:
            assert_never(inline)


def _words(words: str, page: Page) -> str:
    """Return text; an address in text that runs from right to left is set apart, or its last slash would come first."""
    if page.style.upright:
        return upright(text(words))
    if "://" not in words or furniture.direction(page.language) == "ltr":
        return text(words)
    parts = _BARE.split(words)
    return "".join(f"<bdi>{text(part)}</bdi>" if at % 2 else text(part) for at, part in enumerate(parts))


def upright(markup: str) -> str:
    """Return markup whose short numbers and paired marks stand upright, side by side, in a line from top to bottom.

    Code stays as it is, and so does what stands upright already.
    """
    parts = _LEVEL.split(markup)
    parts[::2] = [_SHORT_NUMBER.sub(r'<span class="upright">\1</span>', words) for words in parts[::2]]
    return "".join(parts)


def _span(inner: str, language: str | None, direction: str | None) -> str:
    lang = f' lang="{tag(language)}"' if language else ""
    way = f' dir="{direction}"' if direction else ""
    return f"<span{lang}{way}>{inner}</span>" if lang or way else inner


def _note_ref(label: str, page: Page) -> str:
    number = page.notes.get(label)
    if number is None:
        return f"<sup>[{text(label)}]</sup>"
    to = None if page.linked else page.style.href(Anchor(f".n{number}"))
    place = identity(f".r{number}", page)
    mark = _mark(number, page)
    if to is None:
        return f"<sup{place}{origin(page, note=label)}>{mark}</sup>"
    return f'<sup><a{place} role="doc-noteref"{kind("noteref", page)} href="{text(to)}">{mark}</a></sup>'


def _mark(number: int, page: Page) -> str:
    """Return a footnote's number in the digits in which the list of notes counts."""
    mark = furniture.figures(page.language, number)
    return upright(mark) if page.style.upright else mark


def _link(link: Link, page: Page, behind: Inline | None = None) -> str:
    """Write a link; one that leaves the file says which host it leads to, unless its words or those behind it do."""
    inner = inlines(link.children, replace(page, linked=True))
    to = None if page.linked else _lands(link.target, page)
    if to is None:
        return inner
    if not isinstance(link.target, Url):
        return f'<a href="{text(to)}">{inner}</a>' if inner else ""
    rel = f' rel="{page.style.rel}"' if page.style.rel else ""
    host = _address.host(to)
    named = not host or _address.names(line_text(link.children), host) or says(behind, host)
    shown = "" if named else f' <bdi class="host">({text(host)})</bdi>'
    return f'<a href="{text(to)}"{rel}>{inner}{shown}</a>' if inner else f'<a href="{text(to)}"{rel}>{text(to)}</a>'


def says(behind: Inline | None, host: str) -> bool:
    """Say whether what stands behind a link begins with its host, as readers add it where its words name another."""
    return isinstance(behind, Text) and behind.text.startswith(f" [{host.removeprefix('www.')}]")


def _lands(target: Target, page: Page) -> str | None:
    """Return where a link leads; None where an anchor does not exist or an address is none that we let be tapped."""
    match target:
        case Anchor(name, None):
            return page.style.href(target) if name in page.anchors else None
        case Url():
            to = page.style.href(target)
            return _address.tappable(to) if to else None
        case _:
            return page.style.href(target)
