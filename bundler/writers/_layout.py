"""One HTML sheet to laid-out pages: the only place that starts WeasyPrint. It sees nothing but what the sheet holds.

The result is not yet a PDF: what the pages draw is packed, and what `_join` puts in, fonts, numbers, links inside the
bundle (addresses `bundle:<destination>`), is told beside it.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bundler import qr
from bundler.errors import MissingPartError, say
from bundler.model import Picture
from bundler.writers import _harfbuzz
from bundler.writers._breaks import remembering
from bundler.writers._dots import dots
from bundler.writers._fonts import Fonts
from bundler.writers._harvest import Crop, harvest
from bundler.writers._heads import NAME as HEAD
from bundler.writers._heads import POINTS, Heads
from bundler.writers._justify import justify
from bundler.writers._laid import Head, Laid, Used, pack
from bundler.writers._tagged import telling

MODULE = 0.5 * 96 / 25.4
"""The side of a code's module, half a millimetre, in CSS pixels."""
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-noto-core"
"""What Debian calls the parts of the machine that a PDF needs."""
_LIBRARIES = (
    ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0-0.dll"),
    ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
)
_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
<selectfont><rejectfont><glob>*</glob></rejectfont><acceptfont>
{files}
</acceptfont></selectfont>
<cachedir>/var/cache/fontconfig</cachedir><cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a group of pages depends on: markup, style, fonts, pictures and texts of codes by their address.

    With `heads` the last page is that of the running heads, which are drawn on the others.
    """

    html: str
    css: tuple[str, ...]
    fonts: Fonts
    pictures: tuple[tuple[str, Picture], ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    heads: Heads | None = None

    @property
    def key(self) -> bytes:
        """Return a digest of everything the pages depend on."""
        texts = (self.html, *self.css, *(f"{address} {payload}" for address, payload in self.codes))
        parts = [
            self.fonts.key,
            _harfbuzz.versions(),
            repr(self.heads).encode(),
            *(text.encode("utf-8", "surrogatepass") for text in texts),
        ]
        parts += [
            f"{address} {hashlib.sha256(picture.data).hexdigest()}".encode() for address, picture in self.pictures
        ]
        return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).digest()


def require() -> None:
    """Raise MissingPartError, with what to install, where this machine cannot lay out pages."""
    try:
        for names in _LIBRARIES:
            _harfbuzz.load(names)
        _harfbuzz.libraries()
    except OSError as error:
        raise MissingPartError(
            say("PDF needs Pango and fonts, which are not installed"),
            hint=say("on Debian: {command}", command=f"apt-get install {PACKAGES}"),
        ) from error


def lay_out(sheet: Sheet) -> bytes:
    """Lay a sheet out on pages; `unpack` reads the result. Empty where WeasyPrint fails on it."""
    try:
        return _laid_out(sheet)
    except Exception:  # noqa: BLE001 - WeasyPrint fails in many ways on odd articles; they are laid out plainer then
        return b""


def _laid_out(sheet: Sheet) -> bytes:
    weasyprint = _engine()
    document = weasyprint.HTML(string=sheet.html, url_fetcher=_fetcher(sheet)).render(
        font_config=_configuration(sheet.fonts),
        stylesheets=[_style(css) for css in sheet.css],
        cache={address: _Code(payload) for address, payload in sheet.codes},
    )
    justify(page._page_box for page in document.pages)  # noqa: SLF001 - there is no public way to the boxes
    drawn = dots(document.pages)
    document.fonts = _Hollow()
    anchors = {
        name: (number, place[0] * POINTS, (page.height - place[1]) * POINTS)
        for number, page in reversed(tuple(enumerate(document.pages)))
        for name, place in page.anchors.items()
    }
    taken: list[Crop] = []

    def take(_document: Any, pdf: Any) -> None:
        widths = {font.hash: font.widths for font in document.fonts.values()}
        taken.append(harvest(pdf, widths, anchors, sheet.heads, drawn))

    document.write_pdf(pdf_tags=True, finisher=take)
    (crop,) = taken
    fonts = tuple(_used(font) for font in document.fonts.values())
    shown = {name: place for name, place in anchors.items() if not name.startswith(HEAD)}
    head = Head(tuple(crop.pages), tuple(crop.streams), shown, fonts, crop.count, crop.top, crop.cells, crop.resources)
    return pack(Laid(head, b"".join((*crop.contents, *crop.data, b"\n".join(crop.objects)))))


class _Code:
    """A QR code where WeasyPrint expects an image: one filled path, dark on white, without a detour by SVG."""

    def __init__(self, payload: str) -> None:
        self._modules = qr.matrix(payload)
        self._side = qr.side(self._modules)

    def get_intrinsic_size(self, _resolution: float, _font_size: float) -> tuple[float, float, float]:
        """Return width and height in CSS pixels, and their ratio."""
        return self._side * MODULE, self._side * MODULE, 1

    def draw(self, stream: Any, width: float, height: float, _style: object) -> None:
        """Draw the code into a box, the y axis pointing down."""
        stream.transform(a=width / self._side, d=height / self._side)
        stream.set_color_rgb(1, 1, 1)
        stream.rectangle(0, 0, self._side, self._side)
        stream.fill()
        stream.set_color_rgb(0, 0, 0)
        for x, y, wide, high in qr.blocks(self._modules):
            stream.rectangle(x, y, wide, high)
        stream.fill()


class _Hollow(dict[int, Any]):
    """WeasyPrint's fonts, relieved of their files as they come in: the join embeds each font once."""

    def __setitem__(self, key: int, font: Any) -> None:
        font.file_content = font.file_content[:4]
        font.clean = lambda *_: None
        super().__setitem__(key, font)


def _used(font: Any) -> Used:
    if font.missing:
        lost = ", ".join(f"U+{code:04X}" for code in sorted(font.missing))
        message = f"no glyph for {lost}, which the check of the fonts let pass"
        raise ValueError(message)
    return Used(
        name=font.hash,
        base=font.name.decode().lstrip("/"),
        family=font.family,
        bold=font.weight >= 600,  # noqa: PLR2004 - CSS: 600 and above is bold
        italic=bool(font.style),
        flags=font.flags,
        ascent=font.ascent,
        descent=font.descent,
        widths=font.widths,
        texts=font.to_unicode,
    )


@cache
def _engine() -> Any:
    """Import WeasyPrint, which takes more than a second."""
    with _environment(Fonts(())), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "no fonts configured": they come with each sheet
        tags: Any = importlib.import_module("weasyprint.pdf.tags")
        tags._build_box_tree = telling(tags._build_box_tree, tags.pydyf.String)  # noqa: SLF001 - elements forget boxes
        lines: Any = importlib.import_module("weasyprint.layout.inline")
        wrapped = remembering(lines.split_inline_box, lines.split_text_box, lines.boxes.LineBox)
        lines.split_inline_box, lines.split_text_box = wrapped
        return importlib.import_module("weasyprint")


@cache
def _style(css: str) -> Any:
    return _engine().CSS(string=css)


@cache
def _configuration(fonts: Fonts) -> Any:
    """Show Pango these fonts and no other of this machine."""
    _engine()
    with _environment(fonts):
        return importlib.import_module("weasyprint.text.fonts").FontConfiguration()


@contextmanager
def _environment(fonts: Fonts) -> Iterator[None]:
    """Let fontconfig read a private configuration for as long as it starts."""
    paths = sorted({face.path for face in fonts.faces})
    folders = "".join(f"<dir>{escape(str(folder))}</dir>\n" for folder in sorted({Path(path).parent for path in paths}))
    files = "".join(f"<glob>{escape(path)}</glob>\n" for path in paths)
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory() as place:
        conf = Path(place, "fonts.conf")
        conf.write_text(_CONF.format(folders=folders, files=files), encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(conf)
        try:
            yield
        finally:
            os.environ.pop("FONTCONFIG_FILE")
            if before is not None:
                os.environ["FONTCONFIG_FILE"] = before


def _fetcher(sheet: Sheet) -> Any:
    """Return a fetcher that serves the sheet's pictures and refuses all else."""
    urls = importlib.import_module("weasyprint.urls")
    pictures = dict(sheet.pictures)

    class Fetcher(urls.URLFetcher):  # type: ignore[misc, name-defined]
        def fetch(self, url: str, headers: Any = None) -> Any:
            del headers
            picture = pictures.get(url)
            if picture is None:
                message = f"nothing but the bundle's pictures is fetched: {url}"
                raise ValueError(message)
            return urls.URLFetcherResponse(url, picture.data, {"Content-Type": picture.media_type})

    return Fetcher()
