"""Blocks to XHTML fragments that are also valid HTML: what EPUB, HTML and PDF share.

Every text is escaped, nothing is styled here, no element loads anything: pictures, codes and links are made by the
format's `Style`. Furniture inside an article carries its own language and direction where they differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from bundler import furniture
from bundler.model import (
    Anchor,
    Article,
    Block,
    Cell,
    Definition,
    Definitions,
    Embed,
    Entry,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Inline,
    Items,
    NoteRef,
    Paragraph,
    Preformatted,
    QrCode,
    Quote,
    Separator,
    Strings,
    Table,
)
from bundler.walk import every_block, every_inline
from bundler.writers import _origin, _table
from bundler.writers._inlines import (
    Page,
    Style,
    address,
    identity,
    inlines,
    isolated,
    kind,
    origin,
    place,
    plain,
    sentence,
    tag,
    text,
    tongue,
    turned,
    upright,
    voice,
)

__all__ = [
    "CLOSING",
    "Page",
    "Style",
    "address",
    "anchors",
    "article",
    "begun",
    "blocks",
    "byline",
    "code_alt",
    "header",
    "inlines",
    "isolated",
    "opening",
    "page",
    "place",
    "plain",
    "sentence",
    "tag",
    "text",
    "tongue",
    "upright",
    "voice",
]

_DEEPEST = 6
_NARROW = 5
"""Columns that fit a phone as they are."""
_COLUMN, _THINNEST = 5.0, 2.0
"""Em of a table's type that columns have on average where type need not be smaller, and where it is."""
_SMALLER = 0.85
"""The type of tables of more columns, in that of others; that of a PDF is a little smaller still."""
_FEWEST = 4
"""Columns that stand beside one another however long their words are."""
_INDENT = 3.0
"""What a list or a quotation leaves free on both sides, in em of a table's type."""
_INDENTED = 0.6
"""How much of a line lists and quotations inside one another may leave free."""
_IN_CELLS = 2
"""How deep lists in a table's cell are indented."""
CLOSING = "</article>\n"
"""The end of an article."""
_TAG = re.compile("<[^>]*>")


def code_alt(strings: Strings, code: QrCode) -> str:
    """Return the alternative text of a QR code, not yet escaped."""
    return furniture.text(strings, "code_alt", address=code.payload)


def page(article: Article, style: Style, strings: Strings) -> Page:
    """Prepare to write an article."""
    notes = [block for block in every_block(article.blocks) if isinstance(block, Footnotes)]
    labels = dict.fromkeys(note.label for block in notes for note in block.notes)
    called = {inline.label for inline in every_inline(article.blocks) if isinstance(inline, NoteRef)} if notes else ()
    return Page(
        style=style,
        strings=strings,
        voice=voice(strings, article.entry.language),
        language=article.entry.language,
        notes={label: number for number, label in enumerate(labels, 1)},
        called=frozenset(called),
        anchors=anchors(article.blocks),
    )


def anchors(run: Iterable[Block]) -> frozenset[str]:
    """Return the anchors that links may point at."""
    return frozenset(block.anchor for block in every_block(run) if isinstance(block, Heading) and block.anchor)


def article(article: Article, style: Style, strings: Strings, *, made_here: bool = False, end: str = "") -> str:
    """Return one `<article>`: header, blocks, then `end` (markup). A page `made_here` by furniture has no byline."""
    return f"{begun(article, style, strings, made_here=made_here)}{end}{CLOSING}"


def begun(article: Article, style: Style, strings: Strings, *, made_here: bool = False) -> str:
    """Return an `<article>` that is not closed yet."""
    body = blocks(article.blocks, page(article, style, strings))
    return f"{opening(article.entry, style)}\n{header(article.entry, style, strings, made_here=made_here)}{body}"


def opening(entry: Entry, style: Style) -> str:
    """Return the start tag of an article."""
    name = f' id="{style.prefix}"' if style.prefix else ""
    shape = f' class="{style.shape}"' if style.shape else ""
    known = _origin.of_entry(entry) if style.origin else ""
    return f"<article{name}{shape}{tongue(entry.language)}{known}>"


def header(entry: Entry, style: Style, strings: Strings, *, made_here: bool = False) -> str:
    """Return section, title and byline."""
    level = style.heading_shift + 1
    title = f"<h{level}>{isolated(entry.title)}</h{level}>\n"
    if made_here:
        return f"<header>\n{title}</header>\n"
    kicker = f'<p class="section">{isolated(entry.section.name)}</p>\n' if entry.section.name else ""
    who = f'<p class="byline"{voice(strings, entry.language)}>{byline(strings, entry)}</p>'
    return f"<header>\n{kicker}{title}{who}\n</header>\n"


def byline(strings: Strings, entry: Entry) -> str:
    """Return who published an article, who wrote it and when, each part in its own direction."""
    return " · ".join(isolated(part) for part in furniture.byline(strings, entry).split(" · "))


# -- blocks ------------------------------------------------------------------------------------------------------


def blocks(run: Iterable[Block], page: Page) -> str:
    """Return blocks one after another, each ending with a newline."""
    return "".join(_block(block, page) for block in run)


def _block(block: Block, page: Page) -> str:
    match block:
        case Paragraph(children):
            return f"<p>{inlines(children, page)}</p>\n" if children else ""
        case Heading():
            return _heading(block, page)
        case Figure():
            return _figure(block, page)
        case Quote(inner):
            return f"<blockquote{_deep(page)}>\n{blocks(inner, _inside(page))}</blockquote>\n" if inner else ""
        case Items():
            return _items(block, page)
        case Definitions(items):
            inner_items = "".join(_definition(item, _inside(page)) for item in items)
            return f"<dl{_deep(page)}>\n{inner_items}</dl>\n" if items else ""
        case Table():
            return _tabular(block, page)
        case Preformatted(lines):
            return f"<pre{turned(lines, page)}>{text(lines.strip(chr(10)))}</pre>\n"
        case Separator():
            return "<hr/>\n"
        case Footnotes(notes):
            return _footnotes(notes, page) if notes else ""
        case Embed():
            return _embed(block, page)
        case QrCode():
            return _code(block, page)
        case _:
            assert_never(block)


def _heading(block: Heading, page: Page) -> str:
    """Write a heading one level below the one it belongs to: a level that is skipped confuses screen readers.

    One without words, but perhaps with a picture, is a paragraph.
    """
    inner = inlines(block.children, page)
    if not _TAG.sub("", inner).strip():
        return f"<p{identity(block.anchor, page)}>{inner}</p>\n" if inner else ""
    while page.outline and page.outline[-1] >= block.level:
        page.outline.pop()
    page.outline.append(block.level)
    level = min(len(page.outline) + 1 + page.style.heading_shift, _DEEPEST)
    name = identity(block.anchor, page)
    plainly = name == f' id="{page.style.prefix}-{block.anchor}"'
    own = "" if level - page.style.heading_shift == block.level else str(block.level)
    known = origin(page, anchor="" if plainly else block.anchor, level=own)
    return f"<h{level}{name}{known}>{inner}</h{level}>\n"


def _figure(block: Figure, page: Page) -> str:
    shown = page.style.picture(block.asset, block.alt) if block.asset else ""
    if not shown:
        shown = _missing(block.alt, page)
    caption = f"<figcaption>{inlines(block.caption, page)}</figcaption>\n" if block.caption else ""
    return f"<figure>\n{shown}\n{caption}</figure>\n"


def _missing(alt: str, page: Page) -> str:
    key = "picture_missing" if alt else "picture_missing_plain"
    return f'<p class="missing"{page.voice}>{sentence(page.strings, key, alt=isolated(alt))}</p>'


def _items(block: Items, page: Page) -> str:
    if not block.items:
        return ""
    name = "ol" if block.ordered else "ul"
    start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    within = _inside(page)
    inner = "".join(f"<li>{_tight(item, within)}</li>\n" for item in block.items)
    return f"<{name}{start}{_deep(page)}>\n{inner}</{name}>\n"


def _tight(run: tuple[Block, ...], page: Page) -> str:
    """Write the blocks of an item or a cell: a lone paragraph, or one before a list, needs no `<p>`."""
    match run:
        case (Paragraph(children),):
            return inlines(children, page)
        case (Paragraph(children), Items() as inner):
            return f"{inlines(children, page)}\n{_items(inner, page)}"
        case _:
            return blocks(run, page)


def _definition(item: Definition, page: Page) -> str:
    return f"<dt>{inlines(item.term, page)}</dt>\n<dd>{_tight(item.blocks, page)}</dd>\n"


def _tabular(block: Table, page: Page) -> str:
    rows = _table.grid(block.rows)
    if not rows:
        return ""
    first, *others = _table.divided(rows, _abreast(rows, page))
    return _grid(first, block.caption, page) + "".join(_grid(other, (), page) for other in others)


def _grid(rows: _table.Rows, words: tuple[Inline, ...], page: Page) -> str:
    caption = f"<caption>{inlines(words, page)}</caption>\n" if words else ""
    heads = _table.head_rows(rows)
    head = f"<thead>\n{_rows(rows[:heads], page)}</thead>\n" if heads else ""
    shape = "".join((" wide" * _is_wide(rows, page), " whole" * _holds_words(rows, page)))
    stop = ' tabindex="0"' if page.style.scrolls else ""
    body = f"<tbody>\n{_rows(rows[heads:], page)}</tbody>"
    return f'<div class="table{shape}"{stop}><table>\n{caption}{head}{body}\n</table></div>\n'


def _columns(rows: _table.Rows) -> int:
    return sum(cell.colspan for cell in rows[0])


def _abreast(rows: _table.Rows, page: Page) -> int:
    """Return how many columns may stand beside one another; so many that words stay whole, where not all can."""
    room, columns = page.style.room, _columns(rows)
    if not page.style.paged or columns * _THINNEST <= room:
        return columns
    with_words = columns * room / (_table.words(rows) * _SMALLER + columns / 2)
    return max(_FEWEST, int(min(room / _THINNEST, with_words)))


def _is_wide(rows: _table.Rows, page: Page) -> bool:
    """Say whether a table has more columns than stand beside one another in type of the usual size.

    Columns of short lines do, however many they are.
    """
    columns, room = _columns(rows), page.style.room
    if columns <= _NARROW or not page.style.paged:
        return columns > _NARROW
    return columns > room / _COLUMN and _table.lines(rows) + columns > room - page.indent


def _holds_words(rows: _table.Rows, page: Page) -> bool:
    """Say whether a line holds the longest words of all columns side by side: none of them need be broken then.

    Beside each column stands an em; tables of many columns are set smaller.
    """
    if not page.style.room:
        return False
    words, columns = _table.words(rows), _columns(rows)
    taken = words * _SMALLER + columns / 2 if _is_wide(rows, page) else words + columns
    return taken <= page.style.room - page.indent


def _inside(page: Page) -> Page:
    """Return the page for what stands inside of a list or a quotation."""
    return replace(page, indent=page.indent + _INDENT, depth=page.depth + 1)


def _deep(page: Page) -> str:
    """Return the class of what cannot be indented further, with a leading space, where nothing scrolls."""
    return ' class="deep"' if page.style.paged and page.depth >= _deepest(page) else ""


def _deepest(page: Page) -> int:
    return int(page.style.room * _INDENTED / _INDENT)


def _rows(rows: _table.Rows, page: Page) -> str:
    scopes = ("col" if _table.is_head(row) else "row" for row in rows)
    cells = ("".join(_cell(cell, scope, page) for cell in row) for row, scope in zip(rows, scopes, strict=True))
    return "".join(f"<tr>{row}</tr>\n" for row in cells)


def _cell(cell: Cell, scope: str, page: Page) -> str:
    """Write a cell; one that is empty heads nothing, and is called a header only for who reads the file back."""
    spans = (("colspan", cell.colspan), ("rowspan", cell.rowspan))
    wide = "".join(f' {name}="{value}"' for name, value in spans if value > 1)
    depth = max(page.depth, _deepest(page) - _IN_CELLS)
    inner = _tight(cell.blocks, replace(page, indent=page.style.room, depth=depth))
    if cell.header and inner.strip():
        return f'<th scope="{scope}"{wide}>{inner}</th>'
    known = origin(page, header="empty" if cell.header else "")
    return f"<td{wide}{known}>{inner}</td>"


def _footnotes(notes: tuple[Footnote, ...], page: Page) -> str:
    level = 2 + page.style.heading_shift
    page.outline[:] = [2]
    title = f"<h{level}{page.voice}>{sentence(page.strings, 'footnotes')}</h{level}>\n"
    opened = f'<section class="notes" role="doc-endnotes"{kind("endnotes", page)}>'
    start = page.notes.get(notes[0].label, 1)
    numbered = "<ol>" if start == 1 else f'<ol start="{start}">'
    listed = "".join(_footnote(note, _inside(page)) for note in notes)
    return f"{opened}\n{title}{numbered}\n{listed}</ol>\n</section>\n"


def _footnote(note: Footnote, page: Page) -> str:
    number = page.notes[note.label]
    to = page.style.href(Anchor(f".r{number}")) if note.label in page.called else None
    label = text(furniture.text(page.strings, "footnote_back"))
    role = f'class="back" role="doc-backlink"{kind("backlink", page)}'
    back = f' <a {role} href="{text(to)}" aria-label="{label}">↩\ufe0e</a>' if to else ""
    match note.blocks:
        case (*first, Paragraph(children)):
            inner = blocks(first, page) + f"<p>{inlines(children, page)}{back}</p>"
        case _:
            inner = blocks(note.blocks, page) + (f"<p>{back.strip()}</p>" if back else "")
    name = identity(f".n{number}", page)
    known = origin(page, label="" if name and note.label == str(number) else note.label)
    return f"<li{name}{kind('endnote', page)}{known}>{inner}</li>\n"


def _embed(block: Embed, page: Page) -> str:
    line = sentence(page.strings, furniture.OMITTED[block.kind])
    if block.address:
        line = sentence(page.strings, "embed_address", line=line, address=address(block.address))
    return f'<p class="missing"{page.voice}{origin(page, embed=block.kind)}>{line}</p>\n'


def _code(block: QrCode, page: Page) -> str:
    """Write a code as a figure: image, what the address is, the address as text, that it opens the internet."""
    image = page.style.code(block)
    what = f'<p class="what">{text(block.caption)}</p>\n' if block.caption else ""
    missing = "" if image else f'<p class="hint">{sentence(page.strings, "code_missing")}</p>\n'
    hint = f'<p class="hint">{sentence(page.strings, "code_hint")}</p>\n'
    words = f"{what}<p>{address(block.payload)}</p>\n{missing}{hint}"
    return f'<figure class="code"{page.voice}>\n{image}\n<figcaption>\n{words}</figcaption>\n</figure>\n'
