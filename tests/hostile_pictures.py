"""Hostile pictures (class G) as an archive of one page each, for every test that builds them."""

import io
import struct
import zlib
from pathlib import Path

from pages import put
from PIL import Image, ImageCms, PngImagePlugin


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo(size: tuple[int, int] = (64, 48)) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(size, spread) for spread in (20, 60, 100)])


def frames(count: int, size: tuple[int, int] = (4, 4)) -> list[Image.Image]:
    """Return frames of which the first alone is red."""
    rest = [Image.new("RGB", size, (number % 2, number % 200, 200)) for number in range(1, count)]
    return [Image.new("RGB", size, "red"), *rest]


def animated(kind: str, count: int = 3, **options) -> bytes:
    """Return frames as one file that moves."""
    first, *rest = frames(count)
    return encoded(first, kind, save_all=True, append_images=rest, duration=50, **options)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(kind: bytes, head: bytes, size: int = 100_000_000) -> bytes:
    """Return a PNG with a chunk that unpacks to so many bytes behind its header."""
    plain = encoded(photo(), "PNG")
    return plain[:33] + chunk(kind, head + zlib.compress(bytes(size), 9)) + plain[33:]


def with_traces(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = "CANARYCAMERA", "CANARYAUTHOR"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 7.0)
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>CANARYXMP</x:xmpmeta>"
    if kind == "JPEG":
        plain = encoded(photo(), kind, exif=exif, comment=b"CANARYCOMMENT")
        iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x12\x1c\x02\x50\x00\x0cCANARYIPTC!!"
        parts = (b"\xff\xe1", b"http://ns.adobe.com/xap/1.0/\x00" + xmp), (b"\xff\xed", iptc)
        extra = b"".join(mark + struct.pack(">H", len(data) + 2) + data for mark, data in parts)
        return plain[:2] + extra + plain[2:]
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "CANARYAUTHOR")
    info.add_itxt("XML:com.adobe.xmp", xmp.decode())
    return encoded(photo(), kind, exif=exif, pnginfo=info)


def broken_crc() -> bytes:
    plain = encoded(photo(), "PNG")
    at = plain.index(b"IDAT") + 40
    return plain[:at] + bytes([plain[at] ^ 255]) + plain[at + 1 :]


def commented(text: bytes) -> bytes:
    """Return a JPEG that begins with a comment, so that its first bytes can be read as something else."""
    return JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + JPEG[2:]


ZIP = b"PK\x03\x04CANARYZIP" + b"PK\x05\x06" + bytes(18)
PAGE = b"<html><script>CANARYSCRIPT</script>"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
JPEG, PNG = encoded(photo(), "JPEG"), encoded(photo(), "PNG")
CASES = {
    "case_36_drawing.svg": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>CANARY</script></svg>',
        "picture-type",
    ),
    "case_85_400_megapixels.png": (lambda: encoded(Image.new("1", (20_000, 20_000)), "PNG"), "picture-too-large"),
    "case_86_144_megapixels.png": (lambda: encoded(Image.new("1", (12_000, 12_000)), "PNG"), "picture-too-large"),
    "case_87_jpeg.png": (lambda: JPEG, None),
    "case_87_html.jpg": (lambda: b"<!doctype html><script>CANARYSCRIPT</script>", "picture-type"),
    "case_88_frames.gif": (lambda: animated("GIF", 10_000), None),
    "case_89_animated.png": (lambda: animated("PNG"), None),
    "case_89_animated.webp": (lambda: animated("WEBP", lossless=True), None),
    "case_90_truncated.jpg": (lambda: JPEG[: len(JPEG) // 2], "picture-broken"),
    "case_90_truncated.png": (lambda: PNG[: len(PNG) // 2], "picture-broken"),
    "case_90_header_only.png": (lambda: PNG[:30], "picture-type"),
    "case_91_crc.png": (broken_crc, "picture-broken"),
    "case_92_iccp_bomb.png": (lambda: with_chunk(b"iCCP", b"p\0\0"), "picture-broken"),
    "case_92_iccp_small.png": (lambda: with_chunk(b"iCCP", b"p\0\0", 1_000), None),
    "case_92_ztxt_bomb.png": (lambda: with_chunk(b"zTXt", b"k\0\0"), "picture-broken"),
    "case_92_ztxt_small.png": (lambda: with_chunk(b"zTXt", b"k\0\0", 1_000), None),
    "case_93_traces.jpg": (lambda: with_traces("JPEG"), None),
    "case_93_traces.png": (lambda: with_traces("PNG"), None),
    "case_94_cmyk.jpg": (lambda: encoded(photo().convert("CMYK"), "JPEG"), None),
    "case_94_16_bit.png": (lambda: encoded(Image.new("I;16", (40, 30), 40_000), "PNG"), None),
    "case_94_profile.jpg": (lambda: encoded(photo(), "JPEG", icc_profile=PROFILE), None),
    "case_95_tiff.jpg": (lambda: encoded(photo(), "TIFF"), "picture-type"),
    "case_95_psd.png": (lambda: b"8BPS\0\1" + bytes(20) + PNG, "picture-type"),
    "case_95_eps.jpg": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(CANARY) run\n", "picture-type"),
    "case_95_fits.png": (lambda: b"SIMPLE  =                    T" + b" " * 2850, "picture-type"),
    "case_98_jpeg_zip.jpg": (lambda: JPEG + ZIP, None),
    "case_98_png_zip.png": (lambda: PNG + ZIP, None),
    "case_98_jpeg_html.jpg": (lambda: commented(PAGE) + PAGE, None),
    "case_98_gif_html.gif": (lambda: encoded(frames(1)[0], "GIF") + PAGE, None),
    "case_98_html_jpeg.jpg": (lambda: PAGE + JPEG, "picture-type"),
}
"""File name, what is in it and the code of the note that it must leave; None where it becomes a picture. A small chunk
stands beside each bomb: what refuses the bomb is its size."""
DATA = "case_96_data"
TRACKER = "case_97_tracker"


def page(name: str) -> str:
    """Name the page that shows a picture."""
    return name.replace(".", "-")


def around(name: str) -> tuple[str, str]:
    """Return what stands before a picture and after it."""
    number = list(CASES).index(name)
    return f"图前{number:02}甲。", f"图后{number:02}乙。"


def archive(folder: Path) -> None:
    """Write the cases as a folder of Markdown with its pictures."""
    for number, (name, (content, _)) in enumerate(CASES.items()):
        put(folder, f"pictures/{name}", content())
        before, after = around(name)
        text = f"{before}\n\n![替{number:02}图](pictures/{name})\n\n{after}\n"
        put(folder, f"{page(name)}.md", f"---\ntitle: 图页{number}\n---\n\n{text}")
    giant = "A" * 4_000_000
    put(folder, f"{DATA}.md", f"图前九六。\n\n<p><img src='data:image/png;base64,{giant}'></p>\n\n图后九六。\n")
    pixel = "<img src='https://attacker.example/CANARY.gif' width=1 height=1>"
    put(folder, f"{TRACKER}.md", f"像素前。\n\n{pixel}\n\n像素后。\n")
