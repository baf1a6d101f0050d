"""Blocks and inlines: what an article is made of. A script, a style or a remote picture has no node to live in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NewType, TypeAlias

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
