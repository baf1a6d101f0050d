"""What saves a page wraps it in: pictures as data, addresses in comments, variables for pictures that repeat.

SingleFile writes every picture into the page (`data:image/png;base64,…`), those that repeat as CSS variables
(`--sf-img-3`), and the address into a comment; browsers write pictures into a folder beside the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bundler import pictures
from bundler.readers._address import outside

MAX_PAGE_BYTES = 25_000_000
"""Bytes of a saved page with the pictures in it."""
_DATA = re.compile(
    r"(?<=data:)(?P<type>[\w.+-]+/[\w.+-]+)(?:;[\w.=+-]+)*;base64,(?P<data>[A-Za-z0-9+/=%_-]*)", re.IGNORECASE
)
_PLACE = re.compile(r"data:[\w.+/-]+,#(\d+)", re.IGNORECASE)
_VARIABLE = re.compile(r"--(sf-img-\d+)\s*:\s*url\(\s*[\"']?(data:[\w.+/-]+,#\d+)")
_USED = re.compile(r"var\(\s*--(sf-img-\d+)")
_COMMENT = re.compile(r"<!--(?:\s*Page saved with SingleFile\s+url:\s*(\S+)| saved from url=\(\d+\)(\S+))")
_HEAD = 10_000
"""Characters in which a comment may say the address."""
_HIDDEN = "sf-hidden"


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved page: its HTML with `data:TYPE,#N` where picture N was, the pictures as written, the address it says."""

    html: str
    data: tuple[str, ...]
    address: str

    def picture(self, source: str) -> bytes | None:
        """Return the bytes of a picture that stands in the page."""
        place = _PLACE.fullmatch(source.strip())
        number = int(place[1]) if place and len(place[1]) < len("9" * 9) else len(self.data)
        return pictures.decoded(self.data[number]) if number < len(self.data) else None


def opened(text: str) -> Saved:
    """Take the data out of a page, so that what is left can be parsed for what it says."""
    data: list[str] = []

    def placed(found: re.Match[str]) -> str:
        data.append(found["data"] if found["type"].lower().startswith("image/") else "")
        return f"{found['type']},#{len(data) - 1}"

    html = _DATA.sub(placed, text)
    comment = _COMMENT.search(html[:_HEAD])
    address = outside(comment[1] or comment[2]) if comment else None
    return Saved(html, tuple(data), address.address if address else "")


def restore(tree: LexborHTMLParser, html: str) -> None:
    """Give pictures that stand in a CSS variable their data back."""
    variables = dict(_VARIABLE.findall(html))
    if not variables:
        return
    for node in tree.css('img[style*="--sf-img-"]'):
        used = _USED.search(node.attributes.get("style") or "")
        if used and used[1] in variables:
            node.attrs["src"] = variables[used[1]]


def is_hidden(node: LexborNode) -> bool:
    """Say whether the page was saved with this element hidden."""
    return _HIDDEN in (node.attributes.get("class") or "").split()
