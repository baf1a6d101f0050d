"""What the elements of HTML mean to an article: sets of names, and what one element's attributes say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from bundler.model import Direction
from bundler.readers._line import Kind


def names(words: str) -> frozenset[str]:
    """Return a set of element names from a line of them."""
    return frozenset(words.split())


Attributes = Mapping[str, str | None]

SILENT = names(
    "style head title meta link base param source track template datalist area basefont bgsound frame "
    "-comment -doctype rp"
)
"""Elements without a visible character: they go without a note."""

DRAWINGS = frozenset(("svg", "math", "canvas", "map"))
PAGE = "address, article, blockquote, div, dl, form, h1, h2, h3, h4, h5, h6, ol, p, section, style, table, ul"
"""What is of a page and not of a formula that stands around it."""
FALLBACKS = frozenset(("noscript", "noframes", "noembed"))
CONTROLS = names("select option optgroup textarea button input progress meter keygen isindex dialog")
EMBEDS: Mapping[str, Literal["video", "audio", "other"]] = {
    "video": "video",
    "audio": "audio",
    "iframe": "other",
    "embed": "other",
    "object": "other",
    "applet": "other",
}
BLOCKS = names(
    "address article aside body center details dialog div fieldset footer form frameset header hgroup html legend "
    "main menu nav p search section summary tbody thead tfoot colgroup col"
)
"""Elements that end a line and are otherwise nothing to us."""

HEADINGS: Mapping[str, int] = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
RAW = frozenset(("pre", "xmp", "listing", "plaintext"))
MARKS: Mapping[str, Kind] = {
    "em": "emph", "i": "emph", "cite": "emph", "dfn": "emph", "var": "emph",
    "strong": "strong", "b": "strong",
    "u": "underline", "ins": "underline",
    "s": "deleted", "strike": "deleted", "del": "deleted",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code",
    "sup": "sup", "sub": "sub",
}  # fmt: skip
_HIDDEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])|(?:left|text-indent)\s*:\s*-\d{4,})",
    re.IGNORECASE,
)
_TINY = re.compile(r"\s*\+?0*[01](?:\.\d*)?\s*(?:px|pt|em|%)?\s*")
_STYLED_TINY = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*0*[01](?:px|pt)?\s*(?:!|;|$)", re.IGNORECASE)
_CAPTION = re.compile(r"(?:.*[-_])?caption(?:[-_]text)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_NUMBER = re.compile(r"\s*([+-]?\d{1,9})")


def is_hidden(attributes: Attributes) -> bool:
    """Say whether an element is marked so that no reader sees it."""
    if not attributes:
        return False
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def is_tiny(attributes: Attributes) -> bool:
    """Say whether a picture or frame is at most one pixel wide or high: it counts readers."""
    sizes = (attributes.get("width"), attributes.get("height"))
    if any(size and _TINY.fullmatch(size) for size in sizes):
        return True
    return bool(_STYLED_TINY.search(attributes.get("style") or ""))


def is_caption(attributes: Attributes) -> bool:
    """Say whether a class names the line under a picture: `caption`, `image-caption`, `wp-caption-text`."""
    return any(_CAPTION.fullmatch(name) for name in classes(attributes))


def classes(attributes: Attributes) -> frozenset[str]:
    """Return the classes of an element in lower case."""
    return frozenset((attributes.get("class") or "").lower().split())


def number(value: str | None, fallback: int) -> int:
    """Read an integer as HTML does (HTML section 2.3.4.1): leading digits count."""
    found = _NUMBER.match(value or "")
    return int(found[1]) if found else fallback


def language(attributes: Attributes) -> str | None:
    """Return a well-formed `lang`."""
    value = (attributes.get("lang") or attributes.get("xml:lang") or "").strip()
    return value if _LANGUAGE.fullmatch(value) else None


def direction(attributes: Attributes) -> Direction | None:
    """Return `dir` where it names a direction."""
    match (attributes.get("dir") or "").strip().lower():
        case "rtl":
            return "rtl"
        case "ltr":
            return "ltr"
        case _:
            return None


def source(attributes: Attributes) -> str:
    """Return the address of a picture or frame as written, also where a script would have put it in later."""
    written = (attributes.get("src") or "").strip()
    if written and not written.lower().startswith("data:image/gif"):
        return written
    later = (attributes.get(name) for name in ("data-src", "data-original", "data-lazy-src"))
    return next((value.strip() for value in later if value), written)


_PLAYERS = re.compile(r"youtu\.?be|vimeo|dailymotion|ganjing|youku|bilibili|rumble|player|video", re.IGNORECASE)
_POSTS = re.compile(r"twitter|//x\.com|facebook|instagram|telegram|t\.me|tiktok|reddit", re.IGNORECASE)


def embed_kind(tag: str, address: str) -> Literal["video", "audio", "post", "other"]:
    """Guess what plays in a frame from its element and address."""
    kind: Literal["video", "audio", "post", "other"] = EMBEDS[tag]
    if kind == "other" and _PLAYERS.search(address):
        return "video"
    return "post" if kind == "other" and _POSTS.search(address) else kind
