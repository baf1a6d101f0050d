"""Pages of the PDF as markup: groups of articles, the first pages, the last one."""

from __future__ import annotations

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
from bundler.writers._groups import Group
from bundler.writers._heads import CHAPTER
from bundler.writers._heads import NAME as HEAD
from bundler.writers._paper import CELLS, Paper
from bundler.writers._parts import INSIDE
from bundler.writers._rows import ems
from bundler.writers._typeset import typeset

Followed: TypeAlias = tuple[Article, Entry | None]
"""An article, and what follows it in the bundle."""
HEADLINES = 6
"""How many titles the first page of an open bundle shows where they have room."""


CONTENTS = "contents"
"""The destination of the contents."""
END = "end"
"""The destination of the last page."""

_WIDER = ("", " thousands", " myriads")
"""Classes of contents by how many digits more their numbers have than others."""


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
        typeset(
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
    return typeset(f"<bdi{_xhtml.tongue(language)}>{_xhtml.text(title)}</bdi>", language)


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

    return _xhtml.Style(
        picture=picture, code=_code, href=href, heading_shift=1, prefix=name, room=paper.line / CELLS, paged=True
    )


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
