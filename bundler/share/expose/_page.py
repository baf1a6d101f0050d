"""What an HTML file shows, read as browsers read it; one that is locked shows what stands around the lock."""

from __future__ import annotations

import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from bundler import theme
from bundler.share.expose._inside import Inside, leads_away
from bundler.share.lock import opener

_LOADING = ("src", "srcset", "data", "poster", "background", "action", "formaction")
_OF_LINK = ("stylesheet", "preload", "prefetch", "preconnect", "modulepreload", "dns-prefetch", "icon", "manifest")
_TECHNICAL = ("color-scheme", "format-detection", "referrer", "robots", "viewport")
"""Metadata about how a page is shown, not what it is."""
_OF_DRAWING = ("image", "feimage", "use", "script")
_URL = re.compile(r"(?:\(|@import|['\"])\s*['\"]?((?:[a-z]+:)?//[^'\")\s;]+)", re.IGNORECASE)
_DATA = ("application/json", "text/plain", "application/ld+json")
"""Types of scripts that no browser runs."""


def look(path: Path, inside: Inside) -> None:
    """Look into an HTML file."""
    tree = LexborHTMLParser(path.read_bytes())
    title = tree.css_first("title")
    inside.title = title.text(deep=True).strip() if title else ""
    for node in tree.css("meta[name][content]"):
        if node.attributes.get("name") not in _TECHNICAL:
            inside.keep(node.attributes.get("name") or "", node.attributes.get("content") or "")
    _marks(tree, inside)
    _addresses(tree, inside)
    for node in tree.css("script, style, noscript, template"):
        node.decompose()
    if tree.body is not None and not inside.locked:
        inside.read(tree.body.text(deep=True, separator=" "))


def _marks(tree: LexborHTMLParser, inside: Inside) -> None:
    styles = [node.text(deep=True) for node in tree.css("style")]
    first = (theme.assets() / "css/html.css").read_text(encoding="utf-8").split("\n", 1)[0]
    if any(first in style for style in styles):
        inside.marks.append("styles")
    if inside.locked:
        inside.marks.append("lock")
    for node in tree.css("script"):
        script = node.text(deep=True)
        if script == theme.script():
            inside.marks.append("script")
        elif script.strip() and script != opener() and (node.attributes.get("type") or "") not in _DATA:
            inside.loads.append("JavaScript")


def _addresses(tree: LexborHTMLParser, inside: Inside) -> None:
    for node in tree.root.traverse() if tree.root else ():
        if not node.is_element_node:
            continue
        given = {name: value or "" for name, value in node.attributes.items()}
        found = [given[name] for name in _LOADING if name in given]
        if (node.tag or "").lower() in _OF_DRAWING:
            found += [given.get("href", ""), given.get("xlink:href", "")]
        if node.tag == "link" and set(given.get("rel", "").lower().split()) & set(_OF_LINK):
            found.append(given.get("href", ""))
        elif node.tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            found.append(given.get("content", "").partition("=")[2].strip("'\" "))
        elif node.tag in ("a", "area") and leads_away(given.get("href", "")):
            inside.taps.append(given["href"])
        found += _URL.findall(node.text(deep=True) if node.tag == "style" else given.get("style", ""))
        inside.loads += [one for one in found if leads_away(one)]
