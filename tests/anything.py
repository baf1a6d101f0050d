"""Any article that the model can hold, for property-based tests: blocks in blocks, lines in lines, links everywhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hypothesis import strategies as st

from bundler.model import (
    Anchor,
    Article,
    ArticleId,
    Cell,
    Code,
    Date,
    Definition,
    Definitions,
    Deleted,
    Embed,
    Emph,
    Entry,
    Figure,
    Footnote,
    Footnotes,
    Heading,
    Image,
    Items,
    LineBreak,
    Link,
    NoteRef,
    Original,
    Paragraph,
    Preformatted,
    Quote,
    Ruby,
    Section,
    Separator,
    Span,
    Strong,
    Sub,
    Sup,
    Table,
    Text,
    Underline,
    Url,
)

IDS = tuple(ArticleId(f"mirror/{name}") for name in ("街区/一", "world/two", 'world/<3> & "more"\'s'))
PLACES = ("ending", "第二节", 'a "b"')
LABELS = ("1", "2", "注", "*")
LETTERS = "文字水abc XY 12<>&\"'，。…—🚲é"
ADDRESSES = ("https://library.example/", "https://library.example/读者?a=1&b=<2>", "mailto:letters@library.example",
             "gopher://old.example/", "https://北.example/x y")  # fmt: skip


@dataclass(frozen=True, repr=False)
class Drawn:
    """Articles that were drawn; hypothesis would take minutes to print how."""

    articles: tuple[Article, ...]

    def __repr__(self) -> str:
        return repr(self.articles)


words = st.text(LETTERS, max_size=12)
named = st.text("文字abc<>&\"' ", min_size=1, max_size=8).map(lambda name: " ".join(name.split()) or "无名")
targets = st.one_of(
    st.sampled_from(ADDRESSES).map(Url),
    st.sampled_from((*IDS, ArticleId("mirror/elsewhere"))),
    st.builds(Anchor, st.sampled_from(PLACES), st.sampled_from((None, *IDS))),
)


def _inner(lines: st.SearchStrategy) -> st.SearchStrategy:
    marks = (st.builds(kind, lines) for kind in (Emph, Strong, Underline, Deleted, Sup, Sub))
    spans = st.builds(
        Span, lines, st.sampled_from((None, "en", "fa", "zh-Hant")), st.sampled_from((None, "ltr", "rtl"))
    )
    return st.one_of(*marks, spans, st.builds(Link, lines, targets), st.builds(Ruby, lines, words))


def inlines(pictures: tuple[Original, ...]) -> st.SearchStrategy:
    """Return runs of inlines; `pictures` are those of the bundle."""
    leaves = st.one_of(
        st.builds(Text, words),
        st.just(LineBreak()),
        st.builds(Code, words),
        st.builds(NoteRef, st.sampled_from((*LABELS, "没有"))),
        st.builds(Image, st.sampled_from((None, *pictures)), words),
    )
    return st.recursive(
        st.lists(leaves, max_size=4).map(tuple), lambda run: st.lists(_inner(run), max_size=3).map(tuple)
    )


def blocks(pictures: tuple[Original, ...]) -> st.SearchStrategy:
    """Return runs of blocks."""
    line = inlines(pictures)
    leaves = st.one_of(
        st.builds(Paragraph, line),
        st.builds(Heading, st.integers(2, 6), line),
        st.builds(Heading, st.integers(2, 6), line.map(lambda run: (Text("节"), *run)), st.sampled_from(PLACES)),
        st.builds(Figure, st.sampled_from((None, *pictures)), words, line),
        st.builds(Preformatted, st.text(f"{LETTERS}\n", max_size=20)),
        st.just(Separator()),
        st.builds(Embed, st.sampled_from(("video", "audio", "post", "other")), st.sampled_from(("", ADDRESSES[0]))),
    )

    return st.lists(st.recursive(leaves, lambda inner: _outer(inner, line), max_leaves=5), max_size=3).map(tuple)


def _outer(inner: st.SearchStrategy, line: st.SearchStrategy) -> st.SearchStrategy:
    run = st.lists(inner, max_size=3).map(tuple)
    some = st.lists(run, min_size=1, max_size=3).map(tuple)
    cells = st.builds(Cell, run, st.booleans(), st.integers(1, 3), st.integers(1, 3))
    rows = st.lists(st.lists(cells, max_size=3).map(tuple), max_size=3).map(tuple)
    terms = st.lists(st.builds(Definition, line, run), max_size=3).map(tuple)
    return st.one_of(
        st.builds(Quote, run),
        st.builds(Items, some, st.booleans(), st.integers(0, 9)),
        st.builds(Definitions, terms),
        st.builds(Table, rows, line),
    )


def _footnotes(run: st.SearchStrategy) -> st.SearchStrategy:
    notes = st.lists(st.sampled_from(LABELS), unique=True, max_size=4).flatmap(
        lambda labels: st.tuples(*(st.builds(Footnote, st.just(label), run) for label in labels))
    )
    return st.builds(Footnotes, notes).map(lambda block: (block,) if block.notes else ())


dates = st.builds(
    Date,
    st.dates(dt.date(1900, 1, 1), dt.date(2030, 1, 1)),
    st.sampled_from(("day", "month", "year")),
    st.sampled_from(("", "dateline")),
    st.booleans(),
)


def articles(pictures: tuple[Original, ...] = ()) -> st.SearchStrategy:
    """Return articles, one for each of IDS; the first may hold anything, the others have a place to lead to."""
    run = blocks(pictures)
    bodies = st.tuples(run, _footnotes(run), run).map(lambda parts: parts[0] + parts[1] + parts[2])
    names = st.lists(named, max_size=3, unique=True).map(tuple)

    def one(own: ArticleId) -> st.SearchStrategy:
        entries = st.builds(
            Entry,
            id=st.just(own),
            title=named,
            language=st.sampled_from(("zh-Hans", "zh-Hant", "en", "fa")),
            section=st.builds(Section, named, st.one_of(st.just(""), named)),
            publisher=st.one_of(st.just(""), named),
            published=st.one_of(st.none(), dates),
            authors=names,
            tags=names,
            source=st.sampled_from(("", ADDRESSES[0])),
            share=st.sampled_from(("", "https://mirror.example/a?b=1&c=2")),
            characters=st.integers(0, 10**6),
        )
        return st.builds(
            Article, entries, bodies if own == IDS[0] else st.just((Heading(2, (Text("节"),), PLACES[1]),))
        )

    return st.tuples(*map(one, IDS)).map(Drawn)
