"""The document model: closed, frozen, typed. A script, a style or a remote picture has no node to live in."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NewType, Protocol, TypeAlias

ArticleId = NewType("ArticleId", str)
"""`<archive name>/<reader's path without suffix>`, NFC: stable for ever."""

Original = NewType("Original", str)
"""SHA-256 (hex) of a picture's original bytes, by which it travels; no writer ever sees those bytes."""

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Url:
    """An address outside the bundle."""

    address: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place inside an article: this one, or another one of the bundle."""

    name: str
    article: ArticleId | None = None


Target: TypeAlias = "ArticleId | Anchor | Url"


# -- inline ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Characters; white space is already folded."""

    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A forced end of line."""


@dataclass(frozen=True, slots=True)
class Emph:
    """Stress."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """Importance."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Underline:
    """Underlined, or inserted."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Deleted:
    """Struck through."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of code in a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Sup:
    """Superscript."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Sub:
    """Subscript."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Ruby:
    """Characters with their reading above or beside them."""

    base: tuple[Inline, ...]
    reading: str


@dataclass(frozen=True, slots=True)
class Span:
    """Text in another language (BCP 47) or direction."""

    children: tuple[Inline, ...]
    language: str | None = None
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in a line; `asset` is None where the archive does not hold it."""

    asset: Original | None
    alt: str


@dataclass(frozen=True, slots=True)
class NoteRef:
    """A call to the footnote with this label."""

    label: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link: to an article or a place of the bundle, or an address."""

    children: tuple[Inline, ...]
    target: Target


Inline: TypeAlias = (
    "Text | LineBreak | Emph | Strong | Underline | Deleted | Code | Sup | Sub | Ruby | Span | Image | NoteRef | Link"
)


# -- blocks ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside an article: level 2 to 6 (the title is 1); `anchor` is empty where nothing points at it."""

    level: int
    children: tuple[Inline, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its caption; `asset` is None where the archive does not hold it."""

    asset: Original | None
    alt: str
    caption: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quotation."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what it means."""

    term: tuple[Inline, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """A list of terms."""

    items: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; spans are at most 100."""

    blocks: tuple[Block, ...]
    header: bool = False
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table, row by row."""

    rows: tuple[tuple[Cell, ...], ...]
    caption: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Text whose line breaks and spaces count."""

    text: str


@dataclass(frozen=True, slots=True)
class Separator:
    """A change of scene: a rule."""


@dataclass(frozen=True, slots=True)
class Footnote:
    """One footnote, called by its label."""

    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Footnotes:
    """The footnotes of an article."""

    notes: tuple[Footnote, ...]


@dataclass(frozen=True, slots=True)
class Embed:
    """Something that cannot travel (a video, a post): one line says that it was left out."""

    kind: Literal["video", "audio", "post", "other"]
    address: str = ""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code; writers print `caption` (what the address is), the address and the warning under it."""

    payload: str
    caption: str = ""


Block: TypeAlias = (
    "Paragraph | Heading | Figure | Quote | Items | Definitions | Table | Preformatted | Separator | Footnotes"
    " | Embed | QrCode"
)


# -- articles ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A day with how much of it is known, and the rule that found it; an inferred part is never printed as a fact."""

    value: dt.date
    precision: Literal["day", "month", "year"] = "day"
    rule: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Where an article stood: the archive's id for it and a name for people."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What selection sees of one article: cheap to list by the ten thousand, no text."""

    id: ArticleId
    title: str
    language: str
    section: Section
    publisher: str = ""
    published: Date | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""
    share: str = ""
    lead: str = ""
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """One entry, parsed; `digest` is its source digest (hex SHA-256), empty until it is taken."""

    entry: Entry
    blocks: tuple[Block, ...]
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What a stage dropped or changed: nothing vanishes without one. `article` is None for the archive or bundle."""

    code: str
    article: ArticleId | None = None
    detail: str = ""


# -- pictures ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture rebuilt from pixels (only `pictures` makes one); width and height in pixels."""

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int


# -- selecting ---------------------------------------------------------------------------------------------------

Scope = Literal["lead", "title", "text"]
Order = Literal["newest", "oldest", "title", "section", "as-listed"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of an article; an empty field asks for nothing. Words are found in `scope`."""

    sections: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    scope: Scope = "lead"


@dataclass(frozen=True, slots=True)
class Age:
    """So many days before the edition date, or before the newest article that meets the condition."""

    days: int
    of_newest: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Which articles, in which order, how many. Dates are inclusive."""

    pin: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    since: dt.date | Age | None = None
    until: dt.date | None = None
    where: Condition = Condition()
    order: Order | None = None
    limit: int | None = None
    limit_each: tuple[tuple[Literal["section", "publisher", "author", "language", "tag"], int], ...] = ()


# -- the bundle --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chapter:
    """Articles under one title, in reading order."""

    title: str
    articles: tuple[ArticleId, ...]


@dataclass(frozen=True, slots=True)
class Strings:
    """The furniture's sentences in the reader's language; a plural is a mapping from CLDR category to sentence."""

    language: str
    messages: Mapping[str, str | Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Family:
    """A font family: the Debian package that has it and the file of each face; `x.ttc#2` is one of a collection.

    `scripts` (ISO 15924) are those for which it is worth installing.
    """

    name: str
    package: str
    regular: str
    bold: str = ""
    italic: str = ""
    scripts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """How a bundle looks and speaks: style sheets by name, font stacks by language, sentences, known font families."""

    css: Mapping[str, str]
    fonts: Mapping[str, tuple[str, ...]]
    strings: Strings
    families: tuple[Family, ...] = ()


class Articles(Protocol):
    """The articles of a bundle in reading order: lazy, backed by memory or by the cache."""

    @property
    def ids(self) -> tuple[ArticleId, ...]:
        """Ids in reading order."""

    def __len__(self) -> int:
        """Count the articles."""

    def __iter__(self) -> Iterator[Article]:
        """Yield the articles in reading order, one at a time in memory."""

    def get(self, article: ArticleId) -> Article:
        """Return one article of the bundle."""

    def entry(self, article: ArticleId) -> Entry:
        """Return the entry of one article without loading its text."""


class Assets(Protocol):
    """The pictures of a bundle by the hash of their original bytes: lazy."""

    def __len__(self) -> int:
        """Count the pictures."""

    def __iter__(self) -> Iterator[Original]:
        """Yield the hashes, sorted."""

    def get(self, original: Original) -> Picture | None:
        """Return the rebuilt picture, or None where it could not be carried."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything a writer needs. Equal bundles make equal files.

    `front` and `back` are pages made by furniture (foreword; links, what was left out, safety) in reading order
    around the chapters; `outside` says whether title and headlines may show before the file is opened.
    """

    slug: str
    title: str
    language: str
    edition: dt.date
    outside: Literal["plain", "open"]
    chapters: tuple[Chapter, ...]
    articles: Articles
    assets: Assets
    theme: Theme
    front: tuple[Article, ...] = ()
    back: tuple[Article, ...] = ()
    notes: tuple[Note, ...] = ()


def short_id(article: ArticleId | str) -> str:
    """Return the short name of an article for file names, HTML ids and PDF destinations: "a" and 10 hex digits."""
    return "a" + hashlib.sha256(article.encode("utf-8", "surrogatepass")).hexdigest()[:10]
