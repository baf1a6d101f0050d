"""A single HTML file read back: of one that broke off on its way, the articles that arrived whole."""

from __future__ import annotations

import base64
import binascii
import re

from bundler import pictures
from bundler.archive._article import Places, parsed, read
from bundler.archive._gathered import Gathering
from bundler.archive._lines import attribute, words
from bundler.model import ArticleId, Original, short_id

_START = re.compile(rb"<article\b[^<>]*>")
_END = b"</article>"
_CONTENTS = b'<nav id="contents"'
_PICTURE = re.compile(r"data:image/(?:png|jpeg|webp);base64,")


def gather(data: bytes, into: Gathering) -> bool:
    """Read a file; say whether it holds anything of ours, even if no article arrived whole."""
    places = Places()
    places.learn(data)
    if not places.articles:
        return False
    start = _START.search(data)
    while start is not None:
        following = _START.search(data, start.end())
        end = data.find(_END, start.end(), following.start() if following else len(data))
        if end >= 0:
            _article(data[start.start() : end].decode("utf-8", "replace"), places, into)
        elif b" data-id=" in start[0] and following:
            into.note("not-an-article", None, "no end")
        start = following
    _rest(data, into)
    return True


def _article(markup: str, places: Places, into: Gathering) -> None:
    try:
        node = parsed(markup).css_first("article[data-id]")
    except ValueError as error:
        into.note("not-an-article", None, str(error))
        return
    if node is None:  # a page of the furniture
        return
    own = ArticleId(attribute(node, "data-id"))
    for original, address in read(own, (node,), places, into).items():
        _picture(own, original, address, into)


def _picture(own: ArticleId, original: Original, address: str, into: Gathering) -> None:
    """Take in a picture that stands in the page; one that is shown again has no bytes of its own."""
    if not address.startswith("#") and not into.picture(original, _bytes(address)):
        into.note("picture-broken", own, original)


def _bytes(address: str) -> bytes | None:
    head = _PICTURE.match(address)
    if head is None or len(address) > 2 * pictures.MAX_BYTES:
        return None
    try:
        return base64.b64decode(address[head.end() :].encode("ascii", "replace"), validate=True)
    except binascii.Error:
        return None


def _rest(data: bytes, into: Gathering) -> None:
    """Note the articles that the contents name and that are not there: the file broke off."""
    start = data.find(_CONTENTS)
    end = data.find(b"</nav>", start)
    if start < 0:
        return
    try:
        links = parsed(data[start : end if end >= 0 else None].decode("utf-8", "replace")).css("nav > ol > li > a")
    except ValueError:
        return
    there = {short_id(own) for own in into.seen}
    for link in links:
        if attribute(link, "href").removeprefix("#") not in there:
            into.note("article-not-there", None, words(link.css_first("bdi") or link))
