"""One HTML file that loads nothing and stores nothing: headlines first, then the articles.

Written from the first line to the last in one go, so that a file that broke off on its way still shows what arrived.
It reads whole without its script, which adds search, text size, colours, and buttons beside codes. The first style says
that the end is missing; the second, which arrives later, takes that back unless the last element is not there.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from bundler import furniture, qr
from bundler.model import (
    Article,
    ArticleId,
    Bundle,
    Figure,
    Image,
    Note,
    Original,
    Picture,
    QrCode,
    Target,
    Url,
    short_id,
)
from bundler.walk import every_block, every_inline
from bundler.work import Work
from bundler.writers import Output, _origin, _reading, _tools, _weight, _xhtml
from bundler.writers._reading import Leaf, Places
from bundler.writers._search import Seen

EXTENSION = "html"
PX_PER_MODULE = 4
"""CSS pixels to a module on a phone's screen: a smaller one cannot be read from another phone."""
SHAPES = (500, 1000, 2000, 4000, 8000, 16000)
"""Characters up to which an article has shape 0, 1, …: the style sheet guesses its height, so that jumps land well."""
_REL = {"next": "next", "previous": "prev"}
"""The types of links to the neighbours, as HTML calls them (HTML, 4.6.8)."""
_HEAD = """<!doctype html>
<html{tongue}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<style>{early}</style>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<title>{title}</title>
{script}<style>{css}</style>
</head>
<body>"""


@dataclass(frozen=True, slots=True)
class Options:
    """`script: none` leaves out the script for search, text size, colours, and buttons beside codes."""

    script: Literal["search", "none"] = "search"


def write(bundle: Bundle, options: Options, out: Output, work: Work) -> tuple[Note, ...]:
    """Write the bundle as one HTML file, article by article.

    XHTML's closing slash means nothing here; outside of tags no `>` is ever written bare.
    """
    script = bundle.theme.script if options.script == "search" else ""
    page = _Document(bundle, _reading.leaves(bundle), Places(bundle), _repeated(bundle), script)
    with out.open(EXTENSION) as file:
        for piece in page.pieces(work):
            file.write(piece.replace("/>", ">").encode())
    return tuple(dict.fromkeys(page.notes))


def weigh(article: Article, options: Options) -> int:  # noqa: ARG001 - the protocol
    """Estimate the bytes that one article adds: markup as it is, a code as base64."""
    return _weight.markup_bytes(article, code=1500, page=900)


def _repeated(bundle: Bundle) -> frozenset[Original]:
    """Return the pictures that are shown more than once; costs a walk over all articles, so only if there are any."""
    if not len(bundle.assets):
        return frozenset()
    counts: Counter[Original | None] = Counter()
    for article in _reading.pages(bundle):
        counts.update(block.asset for block in every_block(article.blocks) if isinstance(block, Figure))
        counts.update(inline.asset for inline in every_inline(article.blocks) if isinstance(inline, Image))
    return frozenset(original for original, count in counts.items() if original and count > 1)


@dataclass(slots=True)
class _Document:
    bundle: Bundle
    leaves: tuple[Leaf, ...]
    places: Places
    repeated: frozenset[Original]
    script: str
    seen: Seen = field(default_factory=Seen)
    stored: dict[Original, str] = field(default_factory=dict)
    """How large the pictures are that stand in the file to be used again, as attributes."""
    notes: list[Note] = field(default_factory=list)

    def pieces(self, work: Work) -> Iterator[str]:
        """Yield the file's text from beginning to end."""
        yield self._head()
        yield self._masthead()
        yield self._contents()
        yield "<main>\n"
        chapters = _reading.opened_by(self.bundle)
        made_here = {leaf.entry.id for leaf in self.leaves if leaf.made_here}
        for number, article in enumerate(_reading.pages(self.bundle)):
            if opened := chapters.get(article.entry.id):
                yield f'<h2 class="chapter" id="c{opened[0]}">{_xhtml.isolated(opened[1].title)}</h2>\n'
            written = self._article(article, number, made_here=article.entry.id in made_here)
            self.seen.add(written)
            yield written
            work.progress("html", number + 1, len(self.leaves))
        same = f' data-same="{self.seen.groups()}"' if self.script else ""
        said = _xhtml.sentence(self.bundle.theme.strings, "end")
        yield f'</main>\n<footer id="end"{same}>{said}</footer>\n</body>\n</html>\n'

    def _head(self) -> str:
        bundle, strings = self.bundle, self.bundle.theme.strings
        day = furniture.issue(bundle)
        early, css = _early(furniture.text(strings, "cut_off")), bundle.theme.css["html"].strip()
        return _HEAD.format(
            tongue=_xhtml.tongue(bundle.language),
            policy=_tools.policy((early, css), self.script),
            early=early,
            script=f"<script>{self.script}</script>\n" if self.script else "",
            title=_xhtml.text(day if bundle.outside == "plain" else f"{bundle.title} · {day}"),
            css=css,
        )

    def _masthead(self) -> str:
        said = "\n".join(f"<span>{_xhtml.text(fact)}</span>" for fact in _reading.facts(self.bundle, brief=True))
        title = f"<h1>{_xhtml.isolated(self.bundle.title)}</h1>"
        tools = _tools.controls(self.bundle.theme.strings) if self.script else ""
        return f'<header id="top">\n{title}\n<p>{said}</p>\n</header>\n{tools}'

    def _contents(self) -> str:
        strings = self.bundle.theme.strings
        entries = {leaf.entry.id: leaf for leaf in self.leaves}
        lists = []
        for number, chapter in _reading.opened_by(self.bundle).values():
            title = f'<h2><a href="#c{number}">{_xhtml.isolated(chapter.title)}</a></h2>\n'
            lists.append(title + self._list([entries[article] for article in chapter.articles]))
        pages = [leaf for leaf in self.leaves if leaf.made_here]
        lists += [f'<div class="pages">\n{self._list(pages)}</div>\n'] if pages else []
        label = _xhtml.text(furniture.text(strings, "contents"))
        return f'<nav id="contents" aria-label="{label}">\n{"".join(lists)}</nav>\n'

    def _list(self, leaves: list[Leaf]) -> str:
        strings = self.bundle.theme.strings
        lines = (_reading.headline(leaf, f"#{leaf.name}", strings, name=_line(leaf)) for leaf in leaves)
        return f"<ol>\n{''.join(lines)}</ol>\n"

    def _article(self, article: Article, number: int, *, made_here: bool) -> str:
        entry, strings = article.entry, self.bundle.theme.strings
        style = _xhtml.Style(
            picture=partial(self._picture, entry.id),
            code=partial(self._code, entry.id),
            href=partial(self._href, entry.id),
            heading_shift=1 if made_here else 2,
            prefix=short_id(entry.id),
            rel="noreferrer noopener",
            shape=f"s{sum(entry.characters > size for size in SHAPES)}",
            origin=True,
            scrolls=True,
        )
        end = self._turn(number, entry.language)
        return _xhtml.article(article, style, strings, made_here=made_here, end=end)

    def _turn(self, number: int, language: str) -> str:
        """Return the links at an article's end: on, back, and to its own line in the contents."""
        strings = self.bundle.theme.strings
        near = (("next", number + 1), ("previous", number - 1))
        links = [self._neighbour(name, self.leaves[at]) for name, at in near if 0 <= at < len(self.leaves)]
        up = f'<a href="#{_line(self.leaves[number])}">{_xhtml.sentence(strings, "to_contents")}</a>'
        return f'<footer class="turn"{_xhtml.voice(strings, language)}>\n{"".join(links)}{up}\n</footer>\n'

    def _neighbour(self, name: str, leaf: Leaf) -> str:
        said = _xhtml.sentence(self.bundle.theme.strings, name, title=_xhtml.isolated(leaf.entry.title))
        return f'<a rel="{_REL[name]}" href="#{leaf.name}">{said}</a>\n'

    def _href(self, own: ArticleId, target: Target) -> str | None:
        if isinstance(target, Url):
            return target.address
        landing = self.places.land(target, own)
        return landing and f"#{_xhtml.place(short_id(landing[0]), landing[1])}"

    def _picture(self, own: ArticleId, original: Original, alt: str) -> str:
        """Return a picture: an image with its bytes, or, where it is shown more than once, a drawing used again."""
        known, name = _origin.of_picture(original), f"p-{original[:12]}"
        inner = f'<use href="#{name}"></use>'
        if original not in self.stored:
            picture = self.bundle.assets.webp(original)
            if picture is None:
                self.notes.append(Note("picture-missing", own, original))
                return ""
            size = f'width="{picture.width}" height="{picture.height}"'
            if original not in self.repeated:
                return f'<img src="{_data(picture)}" {size} alt="{_xhtml.text(alt)}" decoding="async"{known}/>'
            inner = f'<image id="{name}" {size} href="{_data(picture)}"></image>'
            self.stored[original] = f'{size} viewBox="0 0 {picture.width} {picture.height}"'
        said = f'role="img" aria-label="{_xhtml.text(alt)}"' if alt else 'aria-hidden="true"'
        return f'<svg class="picture" {self.stored[original]} {said}{known}>{inner}</svg>'

    def _code(self, own: ArticleId, code: QrCode) -> str:
        """Return a code as an image that can be held, saved and sent on; empty where its text is too long for one."""
        if not qr.fits(code.payload, max_version=qr.MAX_VERSION_SCREEN):
            self.notes.append(Note("code-too-long", own, code.payload))
            return ""
        modules = qr.matrix(code.payload)
        side = qr.side(modules) * PX_PER_MODULE
        source = base64.b64encode(qr.png(modules)).decode()
        alt = _xhtml.text(_xhtml.code_alt(self.bundle.theme.strings, code))
        return (
            f'<img src="data:image/png;base64,{source}" width="{side}" height="{side}" alt="{alt}" decoding="async"/>'
        )


def _line(leaf: Leaf) -> str:
    """Return the name of a page's line in the contents."""
    return f"to-{leaf.name}"


def _early(sentence: str) -> str:
    """Return the style that says that the end is missing: it is in force until the whole style sheet has arrived."""
    quoted = sentence.replace("\\", "").replace('"', "”").replace("<", "").replace("\n", " ")
    return f':root {{ --cut: "{quoted}" }} html::after {{ content: var(--cut) }}'


def _data(picture: Picture) -> str:
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"
