"""Markup of articles and titles made ready for what WeasyPrint does not know.

Long words and tables, pictures in lines, captions, the marks of Chinese and Japanese.
"""

from __future__ import annotations

import re
from functools import partial

from bundler import furniture
from bundler.writers._dots import dotted
from bundler.writers._justify import UNSPACED
from bundler.writers._paper import CELLS, Paper
from bundler.writers._rows import cut, ems

_HAN = "\u3041-\u30fa\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_OPENING, _CLOSING = "（《〈「『〔【“‘", "，。、；：！？）》〉」』〕】”’"
_ENDLESS = re.compile(r"<[^>]*>|((?:&[#a-z0-9]+;|[^\s<>&\u2e80-\uffef]){80,})")
_TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
_LONG_TABLE = 8_000
"""Characters of markup beyond which a table's columns are not weighed against one another: that takes minutes."""
_PIECE = re.compile(
    r"(?:&[#a-z0-9]+;|[^&]){4,40}?(?<=[/?=_.;-])(?![/?=_.;-])"
    r"|(?:&[#a-z0-9]+;|[^&]){20,40}?(?<!%)(?<!%[0-9A-Fa-f])(?<![\u0e40-\u0e44\u0f40-\u0fbc\u1039])"
    r"(?![\u0e30-\u0e3a\u0e45-\u0e4e\u0f0b-\u0f14\u0f71-\u0fbc\u102b-\u103e\u104a\u104b]|[\u1000-\u1021][\u1039\u103a])"
    r"|(?:&[#a-z0-9]+;|[^&]){40}"
)
"""What ends with a mark at which addresses are parted; else twenty characters, and what belongs to the last syllable
where Thai, Tibetan or Burmese is written without spaces."""
_LOOSE = re.compile(rf"<[^>]*>|((?<=[{_HAN}{_CLOSING}])(?=[“‘])|(?<=[”’])(?=[{_HAN}{_OPENING}]))")
_TIGHT = re.compile(rf"<[^>]*>|([{_CLOSING}](?=\u200b?[{_OPENING}{_CLOSING}])|(?<=[{_OPENING}])[{_OPENING}])")
_LATIN = "A-Za-z0-9\u00c0-\u024f\u0370-\u052f"
_APART = re.compile(
    rf'<span class="address".*?</span>|<[^>]*>|([{_HAN}](?=\u2060?[{_LATIN}])|[{_LATIN}%](?=\u2060?[{_HAN}]))',
    re.DOTALL,
)
_ADDRESS = re.compile(r'<span class="address".*?</span>|<[^>]*>|((?:https?|mailto):[!-;=?-~]+)', re.DOTALL)
_CAPTION = re.compile(r"(?<=/>\n)<figcaption>(?!\n)((?:[^<]|<(?!/figcaption))*)")
_TAG = re.compile("<[^>]*>")
_PICTURE = re.compile(rf'(<p>)?<img( src="[^"]*" alt="[^"]*"/>)([{_CLOSING}])?')
_APOSTROPHE = re.compile(rf"<[^>]*>|((?<=[{_LATIN}])’(?=\s?[{_LATIN}]))")
_MARKS = rf"(?:[^{_HAN}{_LATIN}<>&]|&[#a-z0-9]+;)*"
_BACK = '(?:<a class="back"[^<>]*>[^<>]*</a>)?'
_NOTE = r"<sup>(?:(?!</?sup\b).)*</sup>"
_CALL = re.compile(rf"(?:[{_HAN}]?[{_HAN}]|[{_CLOSING}]){_NOTE}")
_LAST = re.compile(
    rf"([{_HAN}{_CLOSING}…—/](?=[{_HAN}{_LATIN}%])|[{_LATIN}%](?=[{_HAN}]))"
    rf"((?:[{_HAN}]|[{_LATIN}%]{{1,4}}){_MARKS}{_BACK})"
    rf'((?:(?:</?(?:strong|em|u|s|a|span|code)>|<span class="tied">[{_CLOSING}]{_NOTE}</span>){_MARKS})*{_BACK})'
    r"(<br/>|</(?:p|li|bdi|h[1-6]|t[dh]|d[dt]|(?:fig)?caption)>)"
)
"""The last two characters of a paragraph or line, with marks; what closes and marks behind them; what ends the line."""
_PLAIN = re.compile(rf"[^{_LATIN}]*")
_GAP = re.compile(rf"(?<=[{_OPENING}]) (?=[^<\s])")


def typeset(markup: str, language: str, paper: Paper | None = None) -> str:
    """Prepare markup in a language: a title, or with its paper an article."""
    if paper:
        centred = partial(_centred, paper.line / CELLS)
        markup = cut(_CAPTION.sub(centred, _PICTURE.sub(_fitted, markup)), paper)
    if furniture.direction(language) == "rtl":
        markup = _ADDRESS.sub(_one_way, markup)
    markup = _ENDLESS.sub(_broken, _TABLE.sub(_measured, markup))
    if language.partition("-")[0] in UNSPACED:
        markup = _CALL.sub(_whole, _GAP.sub("\u00a0", dotted(markup)))
        markup = _TIGHT.sub(_tightened, _LOOSE.sub(_loosened, _LAST.sub(_bound, markup)))
        markup = _APART.sub(_spaced, markup)
        if "’" in markup:
            markup = _APOSTROPHE.sub(_narrowed, markup)
    return markup


def _fitted(found: re.Match[str]) -> str:
    """Give a picture at a paragraph's start no indent, and leave room on its line for the mark behind it."""
    opened, picture, mark = found.groups(default="")
    opened = opened and '<p class="bare">'
    return f'{opened}<img class="marked"{picture}{mark}' if mark else f"{opened}<img{picture}"


def _centred(most: float, found: re.Match[str]) -> str:
    """Set a caption of one line in the middle, where its picture stands."""
    return f'<figcaption class="brief">{found[1]}' if ems(_TAG.sub("", found[1])) < most else found[0]


def _one_way(found: re.Match[str]) -> str:
    """Let an address run from left to right: where a line breaks in it, its marks would change sides."""
    return f'<span class="address" dir="ltr">{found[1]}</span>' if found[1] else found[0]


def _whole(found: re.Match[str]) -> str:
    """Keep the call of a note on the line of what it belongs to."""
    return f'<span class="tied">{found[0]}</span>'


def _bound(last: re.Match[str]) -> str:
    """Tie the last two characters of a Chinese or Japanese paragraph together: none stands alone on a line.

    A joiner does it, but not beside other boxes, such as marks set half-width: WeasyPrint lets lines end there.
    """
    before, behind, closing, end = last.groups()
    plain = not closing and _PLAIN.fullmatch(before + behind) and not _TIGHT.search(behind)
    tied = f"{before}\u2060{behind}" if plain else f'<span class="tied">{before}{behind}</span>'
    return f"{tied}{closing}{end}"


def _broken(found: re.Match[str]) -> str:
    """Let a word without end break here and there: WeasyPrint would look through the whole of it for every line."""
    return _PIECE.sub("\\g<0>\u200b", found[1]) if found[1] else found[0]


def _measured(table: re.Match[str]) -> str:
    """Mark tables of many rows, which are set otherwise."""
    return f'<table class="long">{table[1]}</table>' if len(table[1]) > _LONG_TABLE else table[0]


def _loosened(found: re.Match[str]) -> str:
    """Let a line break before an opening and after a closing quotation mark beside Chinese, which Pango forbids."""
    return found[0] or "\u200b"


def _tightened(found: re.Match[str]) -> str:
    """Set a full-width mark half-width where another one stands beside it; leave tags alone."""
    return f'<span class="half">{found[1]}</span>' if found[1] else found[0]


def _narrowed(found: re.Match[str]) -> str:
    """Set the apostrophe of a Latin word as narrow as its letters; leave tags alone."""
    return f'<span class="narrow">{found[1]}</span>' if found[1] else found[0]


def _spaced(found: re.Match[str]) -> str:
    """Set Han and Latin letters or digits that adjoin a little apart; leave tags alone."""
    return f'<span class="gap">{found[1]}</span>' if found[1] else found[0]
