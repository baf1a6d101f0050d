"""What a PDF shows (ISO 32000-2): metadata, the first page as chats draw it, text, links; of a locked one its frame."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from bundler.share.expose._inside import MAX_PAGES, Inside, leads_away

_ACTIVE = (
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Rendition",
    "/RichMediaExecute",
)
_OURS = re.compile(r"/?a[0-9a-f]{10}")
_FIXED_ID = bytes.fromhex("31415926535897932384626433832795")
_WIDE = 400
_LOOKED_AT = 400_000
"""Objects that are looked at."""

Object = Any
"""An object of pikepdf."""


def look(path: Path, inside: Inside) -> None:
    """Look into a PDF."""
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            _metadata(pdf, inside)
            _objects(pdf, inside)
    except pikepdf.PasswordError:
        inside.locked = "pdf"
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 4096))
            if _FIXED_ID.hex().encode() in file.read():
                inside.marks.append("lock")
        return
    except (pikepdf.PdfError, ValueError, RuntimeError):
        inside.lost("pdf")
    _pages(path, inside)


def _metadata(pdf: pikepdf.Pdf, inside: Inside) -> None:
    for key, value in pdf.docinfo.items():
        inside.keep(key.removeprefix("/"), str(value))
        if key == "/Title":
            inside.title = " ".join(str(value).split())
    try:
        with pdf.open_metadata() as metadata:
            for name, value in sorted(metadata.items()):
                inside.keep(
                    f"xmp:{str(name).rpartition('}')[2]}", ", ".join(value) if isinstance(value, set) else str(value)
                )
    except (pikepdf.PdfError, ValueError, AttributeError, KeyError, TypeError):
        inside.lost("metadata")


def _objects(pdf: pikepdf.Pdf, inside: Inside) -> None:
    for number, value in enumerate(pdf.objects):
        if number > _LOOKED_AT:
            inside.lost("objects")
            return
        for one in _dictionaries(value):
            _action(one, inside)
    names = pdf.Root.get("/Names", {})
    dests = names.get("/Dests", {}) if isinstance(names, pikepdf.Dictionary) else {}
    if isinstance(dests, pikepdf.Dictionary) and any(_OURS.fullmatch(name) for name in _first_names(dests, 0)):
        inside.marks.append("names")


def _first_names(node: Object, depth: int) -> Iterator[str]:
    """Yield names of destinations from the leftmost branch of the tree (7.9.6)."""
    for one in list(node.get("/Names", []))[:20:2]:
        yield str(one)
    kids = list(node.get("/Kids", []))[:1]
    if kids and depth < 20:  # noqa: PLR2004 - a tree that deep is none
        yield from _first_names(kids[0], depth + 1)


def _dictionaries(value: Object) -> Iterator[Object]:
    """Yield a dictionary and those directly in it, as actions stand in links."""
    if isinstance(value, pikepdf.Stream):
        value = value.stream_dict
    if isinstance(value, pikepdf.Dictionary):
        yield value
        yield from (one for one in value.values() if isinstance(one, pikepdf.Dictionary) and not one.is_indirect)


def _action(value: Object, inside: Inside) -> None:
    kind = str(value.get("/S", "")) if isinstance(value.get("/S"), pikepdf.Name) else ""
    if kind == "/URI" and leads_away(address := str(value.get("/URI", ""))):
        inside.taps.append(address)
    elif kind in _ACTIVE:
        inside.loads.append(f"{kind.removeprefix('/')} {value.get('/F', '')}".strip()[:200])


def _pages(path: Path, inside: Inside) -> None:
    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError):
        inside.lost("pages")
        return
    try:
        if len(document) > MAX_PAGES:
            inside.lost("pages")
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            if number == 0:
                drawn = io.BytesIO()
                page.render(scale=_WIDE / max(page.get_width(), 1)).to_pil().save(drawn, "PNG")
                inside.picture = drawn.getvalue()
            inside.read(page.get_textpage().get_text_bounded())
            page.close()
    except (pypdfium2.PdfiumError, ValueError, OSError):
        inside.lost("pages")
    finally:
        document.close()
