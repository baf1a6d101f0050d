"""Original bytes to a picture rebuilt from pixels, and the QR codes that archives keep. The only importer of Pillow.

Nothing of the original file survives but its pixels: no EXIF, no comments, no profile, no second file behind it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import warnings
from urllib.parse import unquote

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from bundler.model import Original, Picture

MAX_PIXELS = 25_000_000
MAX_BYTES = 25_000_000
MAX_SIDE = 1200
"""The longer side of a rebuilt picture in pixels: three times the width of a cheap phone's screen in CSS pixels."""
MAX_CODE_PIXELS = 4_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
PALETTE = 256
SHARP = 1.2
"""How much larger than a JPEG a drawing may be."""
JPEG_QUALITY = 78

_STAND_IN = re.compile(r"pictures/([0-9a-f]{64})\.([0-9a-f]{64})\.(?:jpg|png)")
_JPEG = b"\xff\xd8\xff"
_EMBEDDED = re.compile(rb"data:image/[\w.+-]+(?:;[\w.=+-]+)*;base64,([A-Za-z0-9+/=%_-]+)", re.IGNORECASE)
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, MemoryError)


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


def rebuild(data: bytes) -> Picture | None:
    """Rebuild a picture from the pixels of its first frame; None where they cannot be read.

    Returns PNG for drawings and JPEG for photographs, on white, upright, at most MAX_SIDE. A file that came as JPEG is
    a photograph; anything else stays sharp, in a palette of 256 colours, where that is hardly larger than JPEG.
    """
    if refusal(data) is not None:
        return None
    try:
        pixels = _pixels(data)
    except _BROKEN:
        return None
    pixels.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    photo = _as_photo(pixels)
    if data.startswith(_JPEG):
        return photo
    drawing = _as_drawing(pixels)
    return drawing if len(drawing.data) <= SHARP * len(photo.data) else photo


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


def _pixels(data: bytes) -> Image.Image:
    """Return the first frame as RGB on white, upright, with nothing attached."""
    with _open(data) as image, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image.draft("RGB", (MAX_SIDE * 2, MAX_SIDE * 2))
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
    bare = Image.new("RGB", flat.size)
    bare.paste(flat)
    return bare


def _as_drawing(pixels: Image.Image) -> Picture:
    flat = pixels.quantize(PALETTE, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    flat.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), "image/png", *flat.size)


def _as_photo(pixels: Image.Image) -> Picture:
    out = io.BytesIO()
    pixels.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, subsampling="4:2:0")
    return Picture(out.getvalue(), "image/jpeg", *pixels.size)
