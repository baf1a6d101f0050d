r"""Laid-out pages as they are kept in the cache: content that is packed already, structure whose numbers are its own.

Inside an object, `\x01` stands before the number of another one of the same group (from 1: first the pages, then what
hangs on them; 0 is the document's element), `\x02` before the place of a stream; the join puts numbers of the whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

LOCAL, STREAM = b"\x01", b"\x02"


@dataclass(frozen=True, slots=True)
class Used:
    """A font as the pages use it: its resource name, what face it is, widths and texts by glyph id."""

    name: str
    base: str
    family: str
    bold: bool
    italic: bool
    flags: int
    ascent: int
    descent: int
    widths: dict[int, int]
    texts: dict[int, str]


@dataclass(frozen=True, slots=True)
class Tap:
    """A link: its number, the element it belongs to, where it leads, and the rest of its dictionary.

    An address that begins with `#` is an anchor of the same pages.
    """

    number: int
    owner: int
    address: str
    rest: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page: sides in points, the size and the Adler-32 of its content, the element of each mark, its links.

    The content is raw deflate without an end, so that the join can go on writing (RFC 1950, RFC 1951).
    """

    width: float
    height: float
    size: int
    check: int
    owners: tuple[int, ...]
    taps: tuple[Tap, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """What a page draws beside its content, a picture most of all: the dictionary and the size of its bytes."""

    about: str
    size: int


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of laid-out pages without their bytes.

    `anchors` are (page, x, y) in points from the lower left corner, `count` is the last number in use, `top` the
    elements below the document, `cells` the elements that others name, `resources` what pages need beside fonts.
    """

    pages: tuple[Page, ...]
    streams: tuple[Stream, ...]
    anchors: dict[str, tuple[int, float, float]]
    fonts: tuple[Used, ...]
    count: int
    top: tuple[int, ...]
    cells: dict[str, int]
    resources: str


@dataclass(frozen=True, slots=True)
class Laid:
    """Laid-out pages: what is known of them, and their bytes: contents, streams, then the other objects by lines."""

    head: Head
    body: bytes

    def contents(self) -> Iterator[tuple[Page, bytes]]:
        """Yield every page with its content."""
        at = 0
        for page in self.head.pages:
            yield page, self.body[at : at + page.size]
            at += page.size

    def streams(self) -> Iterator[tuple[Stream, bytes]]:
        """Yield every stream with its bytes."""
        at = sum(page.size for page in self.head.pages)
        for stream in self.head.streams:
            yield stream, self.body[at : at + stream.size]
            at += stream.size

    def objects(self) -> bytes:
        """Return the objects that are neither pages nor links nor streams, a line each, numbered after the links."""
        pages, streams = sum(one.size for one in self.head.pages), sum(one.size for one in self.head.streams)
        return self.body[pages + streams :]


def pack(laid: Laid) -> bytes:
    """Write laid-out pages as bytes."""
    head = json.dumps(asdict(laid.head), sort_keys=True, separators=(",", ":")).encode()
    return len(head).to_bytes(8, "big") + head + laid.body


def unpack(data: bytes) -> Laid:
    """Read what `pack` wrote."""
    end = 8 + int.from_bytes(data[:8], "big")
    head = json.loads(data[8:end])
    pages = tuple(
        Page(**page | {"owners": tuple(page["owners"]), "taps": tuple(Tap(**tap) for tap in page["taps"])})
        for page in head["pages"]
    )
    fonts = tuple(
        Used(**font | {"widths": _by_glyph(font["widths"]), "texts": _by_glyph(font["texts"])})
        for font in head["fonts"]
    )
    anchors = {name: (place[0], place[1], place[2]) for name, place in head["anchors"].items()}
    streams = tuple(Stream(**stream) for stream in head["streams"])
    made = {"pages": pages, "streams": streams, "anchors": anchors, "fonts": fonts, "top": tuple(head["top"])}
    return Laid(Head(**head | made), data[end:])


def _by_glyph(table: dict[str, Any]) -> dict[int, Any]:
    return {int(glyph): value for glyph, value in table.items()}
