"""The first two screens of each file, as addresses that a page of this machine can show."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bundler.store import Written

SCREENS = 2
PDF_SCALE = 3.2
"""Pixels to a point: a page of 90 mm is as wide as the phone that shows it, in its own pixels."""
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
_OPF = "{http://www.idpf.org/2007/opf}"
_TEXT = """<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>text</title>
<style>body{{margin:16px;font:15px/1.5 monospace;white-space:pre-wrap;overflow-wrap:anywhere;
unicode-bidi:plaintext}}</style>{said}
"""
_SHELF = b"""<meta name="color-scheme" content="light dark"/><style>html{padding:18px 12px}</style></head>"""
"""What a reading app adds: margins, and its own ground and ink, on which fixed colours would show."""
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>')
MAX_TEXT = 6000
"""Characters of a text file that two screens can hold, and more."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: a document that is scrolled down so many screens, or a picture that never changes colours."""

    address: str
    scrolled: int = 0
    picture: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """One file with its first screens; `dark` where it follows the phone's dark mode."""

    file: Written
    screens: tuple[Screen, ...]
    dark: bool = True


def views(files: Iterable[tuple[Path, Written]], folder: Path) -> tuple[View, ...]:
    """Return the views of the files that people read; what a view needs is unpacked below `folder`."""
    found = []
    for path, file in files:
        match file.format:
            case "html":
                page = folder / f"whole-{file.name}"
                page.write_bytes(_whole(path.read_bytes()))
                found.append(View(file, _scrolled(page)))
            case "epub":
                found.append(View(file, _chapters(path, folder / f"unpacked-{file.name}")))
            case "pdf":
                found.append(View(file, _pages(path, folder), dark=False))
            case "text":
                page = folder / f"{file.name}.html"
                said = path.read_text(encoding="utf-8-sig")[:MAX_TEXT]
                page.write_text(_TEXT.format(said=escape(said)), encoding="utf-8")
                found.append(View(file, _scrolled(page)))
    return tuple(found)


def _whole(page: bytes) -> bytes:
    """Return a page of ours that is drawn whole at once.

    It spares phones what is not near the screen, and a picture may be taken before the browser knows what is near. The
    policy that holds its style to a hash goes with it; what the browser may reach is settled by its own settings.
    """
    return _POLICY.sub(b"", page, count=1).replace(b"content-visibility: auto", b"content-visibility: visible")


def _scrolled(page: Path) -> tuple[Screen, ...]:
    return tuple(Screen(page.as_uri(), scrolled=at) for at in range(SCREENS))


def _chapters(book: Path, folder: Path) -> tuple[Screen, ...]:
    """Unpack a book of ours and return the first documents of its spine (EPUB 3.3, 5.7)."""
    from lxml import etree  # noqa: PLC0415 - only a preview of an EPUB needs it

    with zipfile.ZipFile(book) as packed:
        packed.extractall(folder)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    container = etree.parse(folder / "META-INF/container.xml", parser)
    place = next(folder / str(root.get("full-path")) for root in container.iter(_CONTAINER))
    package = etree.parse(place, parser)
    names = {item.get("id"): str(item.get("href")) for item in package.iter(f"{_OPF}item")}
    spine = [names[item.get("idref")] for item in package.iter(f"{_OPF}itemref")]
    pages = [place.parent / name for name in spine[:SCREENS]]
    for page in pages:
        page.write_bytes(page.read_bytes().replace(b"</head>", _SHELF, 1))
    return tuple(Screen(page.as_uri()) for page in pages)


def _pages(document: Path, folder: Path) -> tuple[Screen, ...]:
    import pypdfium2  # noqa: PLC0415 - takes 0.1 s to import

    opened = pypdfium2.PdfDocument(document)
    try:
        made = []
        for number in range(min(SCREENS, len(opened))):
            drawn = io.BytesIO()
            opened[number].render(scale=PDF_SCALE).to_pil().save(drawn, "PNG")
            picture = folder / f"{document.stem}-{number}.png"
            picture.write_bytes(drawn.getvalue())
            made.append(Screen(picture.as_uri(), picture=True))
        return tuple(made)
    finally:
        opened.close()
