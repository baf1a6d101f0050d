"""The page around a locked body: it opens itself in a browser, says nothing of what is in it, asks no network."""

from __future__ import annotations

import base64
import binascii
import re
from functools import cache, partial

from bundler import furniture, speaking, theme
from bundler.share.lock._box import Box, NotOpenedError

_SCRIPTS = ("1-opening.js", "2-page.js")
_HELP = ("silent", "computer", "android", "iphone")
_FIELD = re.compile(r"\{\{([a-z-]+)\}\}")
_PARTS = re.compile(
    rb'<script type="application/json" id="header">(?P<header>[^<]*)</script>\n'
    rb'<script type="text/plain" id="sum">(?P<sum>[^<]*)</script>\n'
    rb'<script type="text/plain" id="body">(?P<body>[^<]*)</script>\n'
)
_BEFORE = 65_536
"""Bytes in which the header of a locked page begins: what stands before it is the same for all."""


messages = partial(speaking.messages, "lock")
"""The page's sentences that one language of the furniture has itself."""
_read = partial(speaking.read, "lock")


def page(box: Box, salt: bytes) -> bytes:
    """Return the HTML file of a box. Its policy names its own script and style by hash.

    The styles and scripts of the page within are let in by a nonce, the salt: their hashes would tell which page it is.
    """
    css, script = _read("page.css").replace("\n", " ").rstrip(), opener()
    filled = {
        "css-hash": speaking.digest(css), "script-hash": speaking.digest(script), "css": css, "script": script,
        "nonce": base64.b64encode(salt).decode(), "silent": _silent(), "header": box.header.decode(), "sum": box.sum,
        "body": base64.b64encode(box.body).decode(),
    }  # fmt: skip
    return _FIELD.sub(lambda found: filled[found[1]], _read("page.html")).encode()


def box_of(data: bytes) -> Box | None:
    """Return the box in a locked page; None for any other file. Raises NotOpenedError where it is damaged."""
    if b'id="header">{"format":"locked-html"' not in data[:_BEFORE]:
        return None
    found = _PARTS.search(data)
    if found is None:
        raise NotOpenedError(fault="damaged")
    try:
        body = base64.b64decode(found["body"], validate=True)
    except binascii.Error as error:
        raise NotOpenedError(fault="damaged") from error
    return Box(found["header"], body, found["sum"].decode("ascii", "replace"))


@cache
def opener() -> str:
    """Return the script of all locked pages."""
    return speaking.script("lock", _SCRIPTS)


def _silent() -> str:
    """Return what stands there where no script runs: what to do on which device, in every language that can say it."""
    return "\n".join(
        f'<div lang="{language}" dir="{furniture.direction(language)}">\n{said}\n</div>'
        for language in theme.languages()
        if (said := "\n".join(f"<p>{messages(language)[key]}</p>" for key in _HELP if key in messages(language)))
    )
