"""The documents of an EPUB that no article is: cover, headlines, chapters; and the frame around every document."""

from __future__ import annotations

from collections.abc import Iterable

from bundler import furniture
from bundler.model import Bundle, Chapter
from bundler.writers import _reading, _xhtml
from bundler.writers._reading import Leaf

STYLE = "style.css"
COVER = "cover.xhtml"
CONTENTS = "contents.xhtml"
HEADLINES = 5
"""How many headlines an open cover shows."""
_DOCUMENT = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="{language}"{tongue}>
<head>
<meta charset="utf-8"/>
<title>{title}</title>
<link rel="stylesheet" type="text/css" href="{style}"/>
</head>
<body epub:type="{kind}">
{body}</body>
</html>
"""


def document(title: str, language: str, body: str, *, kind: str) -> bytes:
    """Return a whole document; `kind` is its `epub:type` (EPUB 3 Structural Semantics)."""
    tag = _xhtml.tag(language)
    return _DOCUMENT.format(
        language=tag, tongue=_xhtml.tongue(tag), title=_xhtml.text(title), style=STYLE, kind=kind, body=body
    ).encode()


def name(leaf: Leaf, part: int = 1) -> str:
    """Return the file of a page, or of a further part of it."""
    return f"{leaf.name}.xhtml" if part == 1 else f"{leaf.name}-{part}.xhtml"


def cover(bundle: Bundle) -> bytes:
    """Return the cover: the day alone, or a front page with title and headlines."""
    strings = bundle.theme.strings
    day = furniture.day(strings, bundle.edition)
    if bundle.outside == "plain":
        said = furniture.text(strings, "cover_plain", date=day)
        body = f'<section class="cover plain">\n<h1>{_xhtml.text(said)}</h1>\n</section>\n'
    else:
        entries = [bundle.articles.entry(article) for article in bundle.articles.ids[:HEADLINES]]
        lines = "".join(f"<li>{_xhtml.isolated(entry.title)}</li>\n" for entry in entries)
        facts = " · ".join(_reading.facts(bundle)[1:3])
        body = (
            f'<section class="cover">\n<p class="day">{_xhtml.text(day)}</p>\n'
            f"<h1>{_xhtml.isolated(bundle.title)}</h1>\n<ul>\n{lines}</ul>\n"
            f'<p class="facts">{_xhtml.text(facts)}</p>\n</section>\n'
        )
    return document(outer_title(bundle), bundle.language, body, kind="cover")


def outer_title(bundle: Bundle) -> str:
    """Return the title that shows before the book is opened."""
    day = furniture.day(bundle.theme.strings, bundle.edition)
    return day if bundle.outside == "plain" else f"{bundle.title} · {day}"


def contents(bundle: Bundle) -> bytes:
    """Return the headlines: title, what there is to read, and a line for every page."""
    strings = bundle.theme.strings
    known = {leaf.entry.id: leaf for leaf in _reading.leaves(bundle)}
    parts = []
    for number, chapter in enumerate(_reading.chapters(bundle), 1):
        title = _xhtml.isolated(chapter.title)
        linked = f'<a href="{chapter_name(number)}">{title}</a>' if has_chapter_pages(bundle) else title
        parts.append(f"<h2>{linked}</h2>\n{_lines(bundle, (known[article] for article in chapter.articles))}")
    made_here = [leaf for leaf in known.values() if leaf.made_here]
    parts += [f'<div class="pages">\n{_lines(bundle, made_here)}</div>\n'] if made_here else []
    said = "\n".join(f"<span>{_xhtml.text(fact)}</span>" for fact in _reading.facts(bundle))
    head = f'<header class="top">\n<h1>{_xhtml.isolated(bundle.title)}</h1>\n<p>{said}</p>\n</header>\n'
    label = furniture.text(strings, "contents")
    body = f'{head}<nav class="contents" aria-label="{_xhtml.text(label)}">\n{"".join(parts)}</nav>\n'
    return document(bundle.title, bundle.language, body, kind="bodymatter")


def chapter(bundle: Bundle, chapter: Chapter) -> bytes:
    """Return a chapter's own page: its title and its headlines."""
    leaves = [Leaf(bundle.articles.entry(article)) for article in chapter.articles]
    title = f'<h1 class="chapter">{_xhtml.isolated(chapter.title)}</h1>\n'
    body = f'<section class="contents">\n{title}{_lines(bundle, leaves)}</section>\n'
    return document(chapter.title, bundle.language, body, kind="bodymatter")


def has_chapter_pages(bundle: Bundle) -> bool:
    """Say whether chapters have pages of their own: a single one needs none."""
    return len(_reading.chapters(bundle)) > 1


def chapter_name(number: int) -> str:
    """Return the file of a chapter's own page, counted from 1."""
    return f"c{number}.xhtml"


def _lines(bundle: Bundle, leaves: Iterable[Leaf]) -> str:
    lines = (_reading.headline(leaf, name(leaf), bundle.theme.strings) for leaf in leaves)
    return f"<ol>\n{''.join(lines)}</ol>\n"
