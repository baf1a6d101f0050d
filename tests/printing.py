"""Reading PDF files back, for the tests of the PDF writer: text by poppler, structure by pikepdf, pixels by pdfium."""

from __future__ import annotations

import html
import io
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import bundles
import pikepdf
import pypdfium2
import zxingcpp
from PIL import Image

from bundler.model import Bundle, Note
from bundler.work import Work
from bundler.writers import pdf

_WORD = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">([^<]+)</word>'
"""A word in what `pdftotext -bbox` prints."""
_SAME = 0.8
"""Points by which the tops of words on one line may differ."""


def printed(bundle: Bundle, work: Work | None = None, **options: Any) -> bytes:
    """Write a bundle as PDF and return the file."""
    return printed_with_notes(bundle, work, **options)[0]


def printed_with_notes(bundle: Bundle, work: Work | None = None, **options: Any) -> tuple[bytes, tuple[Note, ...]]:
    """Write a bundle as PDF and return the file and what the writer says it changed."""
    out = bundles.MemoryOutput()
    notes = pdf.write(bundle, pdf.Options(**options), out, work or Work())
    (data,) = out.files.values()
    return data, notes


@cache
def sample(language: str = "zh-Hans", page: str = "phone", outside: str = "open") -> bytes:
    """Return the sample bundle as PDF, made once a run."""
    return printed(bundles.sample(language, outside=outside), page=page)


def opened(data: bytes) -> pikepdf.Pdf:
    """Open a PDF for reading."""
    return pikepdf.open(io.BytesIO(data))


def qpdf(data: bytes, path: Path) -> str:
    """Return what `qpdf --check` says beside that the file is right; empty is good."""
    path.write_bytes(data)
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    usual = ("checking ", "PDF Version", "File is not", "No syntax", "errors that qpdf cannot")
    said = (done.stdout + done.stderr).splitlines()
    return "\n".join(line for line in said if not line.startswith(usual))


def text(data: bytes, *options: str) -> str:
    """Return the text of all pages as poppler reads it, pages parted by form feeds."""
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def lines_of(data: bytes, first: int = 3, last: int = 999) -> Iterator[tuple[str, float, float]]:
    """Yield the lines of text as (words, left, right) in points, of pages from the third on: there the text begins."""
    command = ["pdftotext", "-bbox", "-f", str(first), "-l", str(last), "-", "-"]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    for page in re.findall(r"<page .*?</page>", done.stdout.decode(), re.DOTALL):
        heights: dict[float, list[tuple[float, float, str]]] = {}
        for left, top, right, word in re.findall(_WORD, page):
            here = next((height for height in heights if abs(height - float(top)) < _SAME), float(top))
            heights.setdefault(here, []).append((float(left), float(right), html.unescape(word)))
        for words in heights.values():
            words.sort()
            yield "".join(word for *_, word in words), words[0][0], max(right for _, right, _ in words)


def words_of(data: bytes, page: int) -> list[tuple[str, float, float]]:
    """Return the words of a page as (word, left, right) in points; pages count from one."""
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), "-", "-"]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    found = re.findall(_WORD, done.stdout.decode())
    return [(html.unescape(word), float(left), float(right)) for left, _, right, word in found]


def letters(words: str) -> str:
    """Return letters and digits alone, for comparison: viewers differ about spaces, marks, hyphens and ligatures."""
    return "".join(one for one in unicodedata.normalize("NFKC", words) if unicodedata.category(one)[0] in "LN")


def outline(file: pikepdf.Pdf) -> list[tuple[int, str, int]]:
    """Return the outline as (depth, title, page index)."""
    places = destinations(file)
    numbers = {page.obj.objgen: number for number, page in enumerate(file.pages)}

    def walk(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[tuple[int, str, int]]:
        for item in items:
            target = places[str(item.destination)]
            yield depth, item.title, numbers[target[0].objgen]
            yield from walk(item.children, depth + 1)

    with file.open_outline() as shown:
        return list(walk(shown.root, 0))


def destinations(file: pikepdf.Pdf) -> dict[str, Any]:
    """Return the named destinations."""
    names = file.Root.Names.Dests.Names
    return {str(names[at]): names[at + 1] for at in range(0, len(names), 2)}


def elements(pdf: pikepdf.Pdf, kind: str) -> list[Any]:
    """Return the structure elements of a type, in their order in the tree."""
    waiting, found = [pdf.Root.StructTreeRoot.K[0]], []
    while waiting:
        element = waiting.pop()
        if element.get("/S") == f"/{kind}":
            found.append(element)
        kids = [kid for kid in element.get("/K", ()) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
        waiting += reversed(kids)
    return found


def links(file: pikepdf.Pdf) -> list[tuple[int, str]]:
    """Return every link as (page index, destination name or address)."""
    return [
        (number, str(annotation.Dest if "/Dest" in annotation else annotation.A.URI))
        for number, page in enumerate(file.pages)
        for annotation in page.obj.get("/Annots", ())
    ]


def pixels(data: bytes, dpi: int = 150) -> Iterator[Image.Image]:
    """Yield the pages as pdfium draws them."""
    document = pypdfium2.PdfDocument(data)
    try:
        for page in document:
            yield page.render(scale=dpi / 72).to_pil()
    finally:
        document.close()


def codes(data: bytes) -> list[str]:
    """Return what the codes on all pages say, read from pixels at 150 dpi."""
    return [code.text for page in pixels(data) for code in zxingcpp.read_barcodes(page)]


def streams(data: bytes) -> bytes:
    """Return the whole file with every stream unpacked, to look for what must not be there."""
    with opened(data) as file:
        out = io.BytesIO()
        file.save(out, qdf=True, static_id=True, stream_decode_level=pikepdf.StreamDecodeLevel.all)
    return re.sub(rb"/ID \[.*?\]", b"", out.getvalue())
