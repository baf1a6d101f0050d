"""Pages of the PDF as markup: groups of articles, the first pages, the last one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from bundler import furniture, qr
from bundler.model import (
    Anchor,
    Article,
    Bundle,
    Entry,
    Figure,
    Items,
    Original,
    Paragraph,
    Picture,
    QrCode,
    Strings,
    Target,
    Text,
    Url,
    short_id,
)
from bundler.walk import every_block, plain_text
from bundler.writers import _xhtml
from bundler.writers._contents import Line, digits
from bundler.writers._dots import dotted
from bundler.writers._groups import Group
from bundler.writers._heads import CHAPTER
from bundler.writers._heads import NAME as HEAD
from bundler.writers._justify import UNSPACED
from bundler.writers._paper import CELLS, Paper
from bundler.writers._parts import INSIDE
from bundler.writers._rows import cut, ems

Followed: TypeAlias = tuple[Article, Entry | None]
"""An article, and what follows it in the bundle."""
HEADLINES = 6
"""How many titles the first page of an open bundle shows where they have room."""


CONTENTS = "contents"
"""The destination of the contents."""
END = "end"
"""The destination of the last page."""

_HAN = "\u3041-\u30fa\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_WIDER = ("", " thousands", " myriads")
"""Classes of contents by how many digits more their numbers have than others."""
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


def asset(original: Original) -> str:
    """Return the address under which a picture is fetched."""
    return f"asset:{original}"


def code_address(payload: str) -> str:
    """Return the address under which a code is fetched."""
    return f"code:{short_id(payload)}"


def codes(articles: Iterable[Article]) -> Iterator[QrCode]:
    """Yield the codes that are printed as such."""
    blocks = (block for article in articles for block in every_block(article.blocks))
    return (block for block in blocks if isinstance(block, QrCode) and codes_fit(block))


def codes_fit(code: QrCode) -> bool:
    """Say whether a code can be printed at a size that cameras read."""
    return qr.fits(code.payload, max_version=qr.MAX_VERSION_PRINT)


def group(
    bundle: Bundle, group: Group, articles: Iterable[Followed], pictures: Mapping[Original, Picture], paper: Paper
) -> str:
    """Return a group of articles; behind them, on one page, each has a running head, as long as the paper lets it.

    Each ends with a link to what follows it. Of all that stands around a group that title alone is in it: where it
    changes, the group is laid out again.
    """
    followed = tuple((_without_echo(article), following) for article, following in articles)
    strings = bundle.theme.strings
    opener = f'<h1 class="chapter" id="{CHAPTER}">{_title(group.title, bundle.language)}</h1>\n' if group.title else ""
    made_here = {page.entry.id for page in (*bundle.front, *bundle.back)}
    body = "".join(
        _typeset(
            _xhtml.article(
                article,
                _style(article, pictures, paper),
                strings,
                made_here=article.entry.id in made_here,
                end=_next(strings, article.entry, following),
            ),
            article.entry.language,
            paper,
        )
        for article, following in followed
    )
    heads = "".join(
        f'<p id="{HEAD}{short_id(article.entry.id)}"{_xhtml.tongue(article.entry.language)}>'
        f"{_xhtml.text(_short(article.entry.title, paper.room))}</p>\n"
        for article, _ in followed
    )
    return _document(bundle, f'{opener}{body}<div class="heads">{heads}</div>')


def _next(strings: Strings, entry: Entry, following: Entry | None) -> str:
    """Return the line that leads to the next article; nothing below the last one."""
    if following is None:
        return ""
    said = _xhtml.sentence(strings, "next", title=_title(following.title, following.language))
    link = f'<a href="{INSIDE}{short_id(following.id)}">{said}</a>'
    return f'<p class="next"{_xhtml.voice(strings, entry.language)}>{link}</p>\n'


def _without_echo(article: Article) -> Article:
    """Leave the section's name away where it is the publisher's, which is printed below the title."""
    section = article.entry.section
    if section.name != article.entry.publisher:
        return article
    return replace(article, entry=replace(article.entry, section=replace(section, name="")))


def plain(article: Article) -> Article:
    """Return an article as plain paragraphs, with its pictures and codes: for one that cannot be laid out as it is."""
    kept = tuple(block for block in every_block(article.blocks) if isinstance(block, Figure | QrCode))
    words = (Paragraph((Text(line),)) for line in plain_text(article.blocks).splitlines() if line.strip())
    return replace(article, blocks=(*words, *kept))


def headlines(bundle: Bundle) -> tuple[Entry, ...]:
    """Return the articles whose titles an open bundle shows on its first page, as far as they have room."""
    ids = [article for chapter in bundle.chapters for article in chapter.articles][:HEADLINES]
    return tuple(bundle.articles.entry(article) for article in ids)


def front(bundle: Bundle, shown: Iterable[Entry], lines: Iterable[Line]) -> str:
    """Return the first page, which shows what the bundle lets show before it is opened, and the contents' beginning."""
    strings = bundle.theme.strings
    edition = furniture.issued(bundle)
    title = f'<div class="head"><p class="title">{_title(bundle.title, bundle.language)}</p>'
    under = " · ".join((edition, furniture.count(strings, "articles", len(bundle.articles))))
    head = f'{title}<p class="under">{_xhtml.text(under)}</p></div>\n'
    contents = f'<h1 class="contents" id="{CONTENTS}">{_xhtml.text(furniture.text(strings, "contents"))}</h1>\n'
    return _document(bundle, f"{_cover(bundle, edition, shown)}{head}{_toc(contents, lines)}")


def more_contents(bundle: Bundle, lines: Iterable[Line]) -> str:
    """Return pages on which the contents go on."""
    return _document(bundle, _toc("", lines))


def _toc(title: str, lines: Iterable[Line]) -> str:
    whole = tuple(lines)
    wider = _WIDER[min(max(0, digits(whole)), len(_WIDER) - 1)]
    return f'<div class="toc{wider}">{title}{"".join(map(_line, whole))}</div>'


def last(bundle: Bundle) -> str:
    """Return the last page: that this is the end, of which edition, how much it holds and what was left out."""
    strings = bundle.theme.strings
    said = [
        furniture.issued(bundle),
        furniture.count(strings, "articles", len(bundle.articles)),
    ]
    omitted = _omitted(bundle)
    if omitted is not None:
        said.append(
            furniture.count(strings, "omitted", omitted) if omitted else furniture.text(strings, "nothing_omitted")
        )
    lines = "".join(f"<p>{_xhtml.text(line)}</p>\n" for line in said)
    end = _xhtml.text(furniture.text(strings, "end"))
    return _document(bundle, f'<div class="end"><p class="fin" id="{END}">{end}</p>\n{lines}</div>')


def title_outside(bundle: Bundle) -> str:
    """Return the title that viewers show before the file is opened."""
    strings = bundle.theme.strings
    day = furniture.issue(bundle)
    return f"{bundle.title} · {day}" if bundle.outside == "open" else furniture.text(strings, "cover_plain", date=day)


def _document(bundle: Bundle, body: str) -> str:
    return f"<!doctype html><html{_xhtml.tongue(bundle.language)}><title>.</title><body>\n{body}"


def _title(title: str, language: str) -> str:
    """Return a title that runs its own way whatever stands around it."""
    return _typeset(f"<bdi{_xhtml.tongue(language)}>{_xhtml.text(title)}</bdi>", language)


def _typeset(markup: str, language: str, paper: Paper | None = None) -> str:
    """Prepare markup for what WeasyPrint does not know: long words and tables, the marks of Chinese and Japanese."""
    if paper:
        markup = cut(_PICTURE.sub(_fitted, markup), paper)
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


def _style(article: Article, pictures: Mapping[Original, Picture], paper: Paper) -> _xhtml.Style:
    name = short_id(article.entry.id)

    def picture(original: Original, alt: str) -> str:
        shown = pictures.get(original)
        if shown is None:
            return ""
        sign = ' class="sign"' if paper.is_sign(shown.width, shown.height) else ""
        return f'<img{sign} src="{asset(original)}" alt="{_xhtml.text(alt) or "…"}"/>'

    def href(target: Target) -> str | None:
        match target:
            case Url(address):
                return address
            case Anchor(place, None):
                return f"#{_xhtml.place(name, place)}"
            case Anchor(place, other):
                return INSIDE + _xhtml.place(short_id(other), place) if other else None
            case _:
                return INSIDE + short_id(target)

    return _xhtml.Style(picture=picture, code=_code, href=href, heading_shift=1, prefix=name, room=paper.line / CELLS)


def _short(title: str, room: float) -> str:
    """Cut a title to so many em, by a guess that is never too low: a wide character is one em, another one less."""
    title = title.strip() or "…"
    for place, character in enumerate(title):
        room -= ems(character)
        if room < 1 and place < len(title) - 1:
            return f"{title[:place].rstrip()}…"
    return title


def _code(code: QrCode) -> str:
    if not codes_fit(code):
        return ""
    return f'<img src="{code_address(code.payload)}" alt="{_xhtml.text(code.payload)}"/>'


def _cover(bundle: Bundle, edition: str, shown: Iterable[Entry]) -> str:
    strings = bundle.theme.strings
    if bundle.outside == "plain":
        day = furniture.text(strings, "cover_plain", date=furniture.issue(bundle))
        return f'<div class="cover plain"><p class="day">{_xhtml.text(day)}</p></div>\n'
    titles = "".join(
        f"<p{_xhtml.tongue(entry.language)}>{_title(entry.title, entry.language)}</p>\n" for entry in shown
    )
    return (
        f'<div class="cover open"><p class="title">{_title(bundle.title, bundle.language)}</p>\n'
        f'<p class="day">{_xhtml.text(edition)}</p>\n<div class="headlines">{titles}</div></div>\n'
    )


def _line(line: Line) -> str:
    link = f'<a href="{INSIDE}{line.destination}">'
    title = f"{link}{_title(line.title, line.language)}</a>"
    return f"<p><b>{line.number}</b>{title}</p>\n" if line.number else f"<h2>{title}</h2>\n"


def _omitted(bundle: Bundle) -> int | None:
    """Count what the page of omissions lists; None where the bundle has no such page."""
    for page in bundle.back:
        if page.entry.id == "/omitted":
            return sum(len(block.items) for block in every_block(page.blocks) if isinstance(block, Items))
    return None
