"""Markdown to HTML through comrak: CommonMark with what Hugo, Jekyll, Pelican and Obsidian add to it.

Emphasis is the CJK-friendly kind: `**“强调”**文字` is strong. The HTML that comes out is as untrusted as what went in.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache

import comrak

from bundler.model import Note

MAX_MARKERS = 50
"""Quote and list markers on one line."""
MAX_FOOTNOTES = 5_000
MAX_HEADINGS = 2_000
MAX_TERMS = 2_000
MAX_CELLS = 500_000
"""Columns of the widest table times lines of the page: what a table can be filled up to."""

_MARKERS = re.compile(rf"^((?: {{0,3}}(?:>|(?:[-*+]|\d{{1,9}}[.)])[ \t]++)){{{MAX_MARKERS}}})[ \t>*+-]*", re.MULTILINE)
_CODE = re.compile(
    r"^(`{3,}|~{3,}).*?(?:^\1[`~]*[ \t]*$|\Z)|(?<!`)(`+)(?!`)[^\n]{0,500}?(?<!`)\2(?!`)",
    re.MULTILINE | re.DOTALL,
)
_CAPTIONED = re.compile(r'<p>(<img src="[^"]*" alt="[^"]*") title="([^"]*)" /></p>')
_EMBED = re.compile(r"!\[\[([^\[\]\n|#]{1,300})(?:#[^\[\]\n|]*)?(?:\|([^\[\]\n]*))?\]\]")
_SIZE = re.compile(r"\d+(?:x\d+)?")
_ADDRESS = re.compile(
    r"""(?<![(<"'=/A-Za-z0-9\]\[])(https?://[^\s<>"'()（）《》“”「」『』【】，。；：！？、]{1,500}+)"""
    r"(?=[（）《》“”「」『』【】，。；：！？、])",
)
_SHORTCODE = re.compile(r"\{\{[<%]\s*+(/?)\s*+([\w/.-]++)([^{}]{0,1000}?)[>%]\}\}")
_LIQUID = re.compile(r"\{%-?\s*+(\w++)([^{}%\n]{0,500})%\}")
_SITE = re.compile(r"\{\{-?\s*site\.(?:base)?url\s*-?\}\}")
_ARGUMENT = re.compile(r"""(?:([\w-]+)\s*=\s*)?(?:"([^"]*)"|`([^`]*)`|([^\s"`=]+))""")
_PLAYERS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "bilibili": "https://www.bilibili.com/video/{}",
}


def to_html(text: str) -> tuple[str, tuple[Note, ...]]:
    """Render Markdown. Nesting, footnotes, headings and tables beyond the limits stay text, with a note."""
    notes: list[Note] = []
    capped = _MARKERS.sub(r"\1", text)
    if capped != text:
        notes.append(Note("depth-flattened", detail=f"more than {MAX_MARKERS} markers on a line"))
    ready = _outside_code(capped, lambda part: _prepared(part, notes))
    footnotes = ready.count("[^") <= MAX_FOOTNOTES
    if not footnotes:  # or the first word of each would be taken for an address, and what it says would be lost
        ready = _outside_code(ready, lambda part: part.replace("[^", "\\[^"))
    extensions, left = _extensions(
        footnotes=footnotes,
        headings=len(re.findall(r"^ {0,3}(?:#|=|-)", ready, re.MULTILINE)) <= MAX_HEADINGS,
        terms=ready.count("\n:") <= MAX_TERMS,
        tables=_columns(ready) * (ready.count("\n") + 1) <= MAX_CELLS,
    )
    notes += [Note("markdown-limited", detail=name) for name in left]
    rendered = comrak.render_markdown(ready, extensions, None, _rendering())
    return _CAPTIONED.sub(r"<figure>\1 /><figcaption>\2</figcaption></figure>", rendered), tuple(notes)


def _columns(text: str) -> int:
    """Return how many columns the widest table can have, by the bars of the lines between heads and rows."""
    rows = re.findall(r"^[ \t>]*[|:-][ \t|:-]*$", text, re.MULTILINE)
    return max((row.count("|") + 1 for row in rows if "|" in row), default=0)


@cache
def _rendering() -> comrak.RenderOptions:
    options = comrak.RenderOptions()
    options.unsafe_ = True
    return options


def _extensions(
    *, footnotes: bool, headings: bool, terms: bool, tables: bool
) -> tuple[comrak.ExtensionOptions, list[str]]:
    """Return comrak's extensions and the names of those that the page is too large for."""
    options = comrak.ExtensionOptions()
    options.cjk_friendly_emphasis = True
    options.strikethrough = True
    options.autolink = True
    options.tasklist = True
    options.wikilinks_title_after_pipe = True
    options.footnotes = footnotes
    options.table = tables
    options.description_lists = terms
    options.header_id_prefix = "" if headings else None
    asked = {"footnotes": footnotes, "headings": headings, "terms": terms, "tables": tables}
    return options, [name for name, allowed in asked.items() if not allowed]


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change what stands outside code blocks and code spans."""
    parts: list[str] = []
    place = 0
    for found in _CODE.finditer(text):
        parts += (change(text[place : found.start()]), found[0])
        place = found.end()
    return "".join(parts) + change(text[place:])


def _prepared(part: str, notes: list[Note]) -> str:
    """Turn what only one generator or editor knows into Markdown and HTML."""
    if "![[" in part:
        part = _EMBED.sub(_embedded, part)
    if "{{" in part:
        part = _SITE.sub("", part)
        part = _SHORTCODE.sub(lambda found: _shortcode(found, notes), part)
    if "{%" in part:
        part = _LIQUID.sub(lambda found: _liquid(found, notes), part)
    return _ADDRESS.sub(r"<\1>", part) if "://" in part else part


def _embedded(found: re.Match[str]) -> str:
    """Turn an Obsidian embed into a picture; a number after the bar is a width, not a text."""
    name, alt = found[1].strip(), (found[2] or "").strip()
    text = "" if _SIZE.fullmatch(alt) else alt.replace("[", "").replace("]", "")
    return f"![{text}](<{name.replace('<', '').replace('>', '')}>)"


def _arguments(written: str) -> dict[str, str]:
    """Read a shortcode's arguments; those without a name are called by their place: 0, 1."""
    found: dict[str, str] = {}
    for one in _ARGUMENT.finditer(written):
        found[one[1] or f"{len(found)}"] = one[2] or one[3] or one[4] or ""
    return found


def _shortcode(found: re.Match[str], notes: list[Note]) -> str:
    """Replace one of Hugo's shortcodes: a link, picture or player by what it means; another goes, its text stays."""
    closing, name, given = found[1], found[2], _arguments(found[3].rstrip("/ "))
    if name in ("ref", "relref") and not closing:
        return given.get("path") or given.get("0", "")
    if name in ("figure", "img") and not closing and given.get("src"):
        quoted = {key: html.escape(value) for key, value in given.items()}
        caption = quoted.get("caption") or quoted.get("title", "")
        shown = f'<img src="{quoted["src"]}" alt="{quoted.get("alt", "")}">'
        return f"<figure>{shown}<figcaption>{caption}</figcaption></figure>"
    if name in _PLAYERS and not closing:
        return f'<iframe src="{html.escape(_PLAYERS[name].format(given.get("id") or given.get("0", "")))}"></iframe>'
    if not closing:
        notes.append(Note("shortcode-dropped", detail=" ".join(found[0].split())[:80]))
    return ""


def _liquid(found: re.Match[str], notes: list[Note]) -> str:
    """Replace one of Jekyll's tags: a link by its path; another goes, the text around it stays."""
    if found[1] in ("link", "post_url"):
        return found[2].strip(" -")
    if not found[1].startswith("end"):
        notes.append(Note("shortcode-dropped", detail=" ".join(found[0].split())[:80]))
    return ""
