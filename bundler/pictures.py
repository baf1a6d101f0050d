"""Original bytes to a picture rebuilt from pixels, and the QR codes that archives keep. The only importer of Pillow.

Nothing of the original file survives but its pixels: no EXIF, no comments, no profile, no second file behind it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import math
import re
import warnings
from dataclasses import dataclass
from urllib.parse import unquote

from PIL import Image, ImageChops, ImageFile, ImageOps, UnidentifiedImageError

from bundler.model import SCREEN, Original, Picture, Rung

MAX_PIXELS = 25_000_000
MAX_BYTES = 25_000_000
MAX_CODE_PIXELS = 4_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
SHARP = 1.2
"""How much larger than a JPEG a drawing may be."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a rung makes of a picture.

    `side` is the longer side in pixels at most (None: as it came), `quality` that of JPEG and WebP (0 to 100),
    `colours` how many a drawing keeps.
    """

    side: int | None
    quality: int
    colours: int


SHAPES = {"original": Shape(None, 88, 256), "screen": Shape(1280, 78, 256), "small": Shape(640, 55, 64)}
"""1,280 pixels are three times the width of a cheap phone's screen in CSS pixels; 640 still show what there is."""

_STAND_IN = re.compile(r"pictures/([0-9a-f]{64})\.([0-9a-f]{64})\.(?:jpg|png|webp)")
_JPEG = b"\xff\xd8\xff"
_EMBEDDED = re.compile(rb"data:image/[\w.+-]+(?:;[\w.=+-]+)*;base64,([A-Za-z0-9+/=%_-]+)", re.IGNORECASE)
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError)


def original(data: bytes) -> Original:
    """Name a picture by its original bytes."""
    return Original(hashlib.sha256(data).hexdigest())


def stands_for(path: str) -> tuple[Original, Original] | None:
    """Return which original a file stands for, and the hash of the file itself, where its path says so.

    An archive that was made again from bundles holds pictures that were rebuilt once already.
    """
    found = _STAND_IN.fullmatch(path)
    return (Original(found[1]), Original(found[2])) if found else None


def refusal(data: bytes) -> str | None:
    """Return a Note's code for why a picture cannot be carried, from its header alone; None where it can.

    The type is read from the content: only PNG, JPEG, WebP and GIF of at most MAX_PIXELS pass.
    """
    try:
        with _open(data) as image:
            width, height = image.size
    except UnidentifiedImageError:
        return "picture-type"
    except Image.DecompressionBombError:
        return "picture-too-large"
    except _BROKEN:
        return "picture-broken"
    return "picture-too-large" if width * height > MAX_PIXELS else None


def rebuild(data: bytes, rung: Rung = SCREEN) -> Picture | None:
    """Rebuild a picture from the pixels of its first frame; None where they cannot be read, or the rung is `none`.

    Returns PNG for drawings and JPEG for photographs, on white, upright, never larger than the rung says or than it
    came. A file that came as JPEG is a photograph; anything else stays sharp, in a palette, where that is hardly larger
    than JPEG.
    """
    pixels = _shown(data, rung)
    if pixels is None:
        return None
    shape = SHAPES[rung.size]
    photo = _as_photo(pixels, shape)
    drawn = None if data.startswith(_JPEG) else _as_png(_flat(pixels, shape))
    return drawn if drawn and len(drawn.data) <= SHARP * len(photo.data) else photo


def for_browsers(data: bytes, rung: Rung = SCREEN, *, drawn: bool) -> Picture | None:
    """Return what `rebuild` makes as WebP: of a drawing, which it made PNG, every pixel, a photograph anew."""
    pixels = _shown(data, rung)
    if pixels is None:
        return None
    shape = SHAPES[rung.size]
    return _as_webp(_flat(pixels, shape) if drawn else pixels, shape, exact=drawn)


def _shown(data: bytes, rung: Rung) -> Image.Image | None:
    """Return the pixels of a picture as a rung shows them; None where it shows none, or they cannot be read."""
    if rung.size == "none" or refusal(data) is not None:
        return None
    try:
        return _pixels(data, SHAPES[rung.size].side, grey=rung.grey)
    except _BROKEN:
        return None


def thumbnail(data: bytes, side: int) -> bytes | None:
    """Return a small PNG of the first frame, as shelves show it; None where it cannot be read."""
    if refusal(data) is not None:
        return None
    out = io.BytesIO()
    try:
        _pixels(data, side, grey=False).save(out, "PNG")
    except _BROKEN:
        return None
    return out.getvalue()


def halftone(picture: Picture, width: int) -> Picture:
    """Return a rebuilt picture as black dots on white, `width` of them wide, by a screen of clustered dots at 45°.

    Photocopiers lose greys and keep dots; lines and letters that are black stay whole. The tones are spread first.
    """
    with Image.open(io.BytesIO(picture.data)) as image:
        grey = ImageOps.autocontrast(image.convert("L"), cutoff=1)
    size = (width, max(1, round(width * picture.height / picture.width)))
    large = grey.resize(size, Image.Resampling.LANCZOS)
    screen = Image.new("L", size)
    row = _screen()
    for left in range(0, width, row.width):
        screen.paste(row, (left, 0))
    strip = screen.crop((0, 0, width, row.height))
    for top in range(0, size[1], row.height):
        screen.paste(strip, (0, top))
    return _as_png(ImageChops.subtract(large, screen).point([0, *[255] * 255]))


def _screen() -> Image.Image:
    """Return one cell of the screen, 8 by 8: how light a pixel must be at each place to stay white."""
    places = [(x, y) for y in range(8) for x in range(8)]
    waves = {(x, y): math.cos(math.pi * x / 4 + 0.1) + math.cos(math.pi * y / 4 + 0.1) for x, y in places}
    turned = {(x, y): waves[(x + y) % 8, (x - y) % 8] for x, y in places}
    cell = Image.new("L", (8, 8))
    for rank, place in enumerate(sorted(places, key=lambda place: (round(turned[place], 6), place))):
        cell.putpixel(place, 2 + rank * 4)
    return cell


def read_code(data: bytes) -> str | None:
    """Return the text of the first QR code in a picture; None where there is none."""
    import zxingcpp  # noqa: PLC0415 - only mirrors bring codes

    try:
        with _open(data) as image, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if image.width * image.height > MAX_CODE_PIXELS:
                return None
            grey = image.convert("RGBA").convert("L")
    except _BROKEN:
        return None
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if found else None


def decoded(written: str) -> bytes | None:
    """Return the bytes of a picture written into a page in base64 (RFC 2397); None where they are none."""
    plain = unquote(written)
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_" if {"-", "_"} & set(plain) else None)
    except ValueError:
        return None


def embedded(page: bytes, wanted: Original) -> bytes | None:
    """Return the picture of this name among those that are written into a page; None where there is none."""
    found = (decoded(data.decode("ascii")) for data in _EMBEDDED.findall(page))
    return next((data for data in found if data and original(data) == wanted), None)


def pack(picture: Picture | None) -> bytes:
    """Return a rebuilt picture as bytes for the cache: one line of JSON, then the file; empty for None."""
    if picture is None:
        return b""
    head = {"media_type": picture.media_type, "width": picture.width, "height": picture.height}
    return json.dumps(head, sort_keys=True).encode() + b"\n" + picture.data


def unpack(data: bytes) -> Picture | None:
    """Return the picture that `pack` was given."""
    if not data:
        return None
    head, _, body = data.partition(b"\n")
    return Picture(data=body, **json.loads(head))


def _open(data: bytes) -> Image.Image:
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint switches it on for the whole process
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Image.open(io.BytesIO(data), formats=FORMATS)


def _pixels(data: bytes, side: int | None, *, grey: bool) -> Image.Image:
    """Return the first frame as RGB or grey on white, upright, at most `side` long, with nothing attached."""
    with _open(data) as image, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if side:
            image.draft("RGB", (side * 2, side * 2))
        image.load()
        upright = ImageOps.exif_transpose(image)
        if upright.mode.startswith("I"):
            upright = upright.convert("I").point([value / 257 for value in range(65536)], "L")
        if upright.mode in ("RGBA", "LA", "PA", "P", "La", "RGBa") or "transparency" in upright.info:
            layer = upright.convert("RGBA")
            ground = Image.new("RGBA", layer.size, "white")
            flat = Image.alpha_composite(ground, layer).convert("RGB")
        else:
            flat = upright.convert("RGB")
    flat = flat.convert("L") if grey else flat
    bare = Image.new(flat.mode, flat.size)
    bare.paste(flat)
    if side:
        bare.thumbnail((side, side), Image.Resampling.LANCZOS)
    return bare


def _flat(pixels: Image.Image, shape: Shape) -> Image.Image:
    return pixels.quantize(shape.colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _as_png(flat: Image.Image) -> Picture:
    out = io.BytesIO()
    flat.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), "image/png", *flat.size)


def _as_photo(pixels: Image.Image, shape: Shape) -> Picture:
    out = io.BytesIO()
    pixels.save(out, "JPEG", quality=shape.quality, optimize=True, subsampling="4:2:0")
    return Picture(out.getvalue(), "image/jpeg", *pixels.size)


def _as_webp(pixels: Image.Image, shape: Shape, *, exact: bool) -> Picture:
    out = io.BytesIO()
    pixels.convert("RGB").save(out, "WEBP", lossless=exact, quality=shape.quality, method=4)
    return Picture(out.getvalue(), "image/webp", *pixels.size)
