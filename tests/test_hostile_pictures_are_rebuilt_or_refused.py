"""Hostile class G: whatever is sent as a picture, a build holds pixels of its own making or says why there are none."""

import base64
import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from command import DAY, bundler, recipe
from pages import put
from PIL import Image, ImageCms, PngImagePlugin

from bundler.readers import markdown
from bundler.tree import open_folder


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo(size: tuple[int, int] = (64, 48)) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(size, spread) for spread in (20, 60, 100)])


def frames(count: int) -> list[Image.Image]:
    return [Image.new("P", (4, 4), number % 250) for number in range(count)]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(kind: bytes, head: bytes) -> bytes:
    """Return a PNG with a chunk that unpacks to 100 MB behind its header."""
    plain = encoded(photo(), "PNG")
    return plain[:33] + chunk(kind, head + zlib.compress(bytes(100_000_000), 9)) + plain[33:]


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


JPEG, PNG = encoded(photo(), "JPEG"), encoded(photo(), "PNG")
CASES = {
    "case_85_400_megapixels.png": (lambda: encoded(Image.new("1", (20_000, 20_000)), "PNG"), "picture-too-large"),
    "case_86_144_megapixels.png": (lambda: encoded(Image.new("1", (12_000, 12_000)), "PNG"), "picture-too-large"),
    "case_87_jpeg.png": (lambda: JPEG, None),
    "case_87_html.jpg": (lambda: b"<!doctype html><script>CANARYSCRIPT</script>", "picture-type"),
    "case_88_frames.gif": (
        lambda: encoded(frames(2)[0], "GIF", save_all=True, append_images=frames(10_000)[1:], duration=10),
        None,
    ),
    "case_89_animated.png": (
        lambda: encoded(photo(), "PNG", save_all=True, append_images=[photo(), photo()], duration=50),
        None,
    ),
    "case_89_animated.webp": (lambda: encoded(photo(), "WEBP", save_all=True, append_images=[photo(), photo()]), None),
    "case_90_truncated.jpg": (lambda: JPEG[: len(JPEG) // 2], "missing"),
    "case_90_header_only.png": (lambda: PNG[:30], "picture-broken|picture-type"),
    "case_91_crc.png": (broken_crc, "missing"),
    "case_92_iccp_bomb.png": (lambda: with_chunk(b"iCCP", b"p\0\0"), "picture-broken"),
    "case_92_ztxt_bomb.png": (lambda: with_chunk(b"zTXt", b"k\0\0"), "picture-broken"),
    "case_93_traces.jpg": (lambda: with_traces("JPEG"), None),
    "case_93_traces.png": (lambda: with_traces("PNG"), None),
    "case_94_cmyk.jpg": (lambda: encoded(photo().convert("CMYK"), "JPEG"), None),
    "case_94_16_bit.png": (lambda: encoded(Image.new("I;16", (40, 30), 40_000), "PNG"), None),
    "case_94_profile.jpg": (
        lambda: encoded(
            photo(), "JPEG", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        ),
        None,
    ),
    "case_95_tiff.jpg": (lambda: encoded(photo(), "TIFF"), "picture-type"),
    "case_95_psd.png": (lambda: b"8BPS\0\1" + bytes(20) + PNG, "picture-type"),
    "case_95_eps.jpg": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(CANARY) run\n", "picture-type"),
    "case_95_fits.png": (lambda: b"SIMPLE  =                    T" + b" " * 2850, "picture-type"),
    "case_36_drawing.svg": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>CANARY</script></svg>',
        "picture-type",
    ),
    "case_98_jpeg_zip.jpg": (lambda: JPEG + b"PK\x03\x04CANARYZIP" + b"PK\x05\x06" + bytes(18), None),
    "case_98_gif_html.gif": (lambda: encoded(frames(1)[0], "GIF") + b"<script>CANARYSCRIPT</script>", None),
}
"""File name, what is in it and the code of the note; None where it becomes a picture, `missing` where only its pixels
are broken and the page says that it is not there."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("pictures")
    for number, (name, (content, _)) in enumerate(CASES.items()):
        put(folder / "archive", f"pictures/{name}", content())
        text = f"图前{number:02}甲。\n\n![替{number:02}图](pictures/{name})\n\n图后{number:02}乙。\n"
        put(folder / "archive", f"{name.replace('.', '-')}.md", f"---\ntitle: 第{number}页\n---\n\n{text}")
    giant = "A" * 4_000_000
    put(
        folder / "archive",
        "case_96_data.md",
        f"图前九六。\n\n<p><img src='data:image/png;base64,{giant}'></p>\n\n图后九六。\n",
    )
    put(
        folder / "archive",
        "case_97_tracker.md",
        "前。\n\n<img src='https://attacker.example/CANARY.gif' width=1 height=1>\n\n后。\n",
    )
    place = recipe(
        folder,
        archives="{path: archive, reader: markdown, base_url: 'https://mirror.example/'}",
        select="{dedupe: none}",
        formats="[epub, html, text]",
    )
    done = bundler("build", place, "--out", folder / "dist", "--date", DAY, "--json", home=folder / "home")
    assert done.code == 0, done.err
    files = {file["format"]: folder / "dist" / file["path"] for file in done.json["files"]}
    return done.json, {name: path.read_bytes() for name, path in files.items()}, folder


def carried(made) -> list[bytes]:
    """Return every picture that the files carry."""
    _, files, _ = made
    with zipfile.ZipFile(io.BytesIO(files["epub"])) as book:
        inside = [
            book.read(name) for name in book.namelist() if name.endswith((".png", ".jpg", ".jpeg", ".gif", ".webp"))
        ]
    embedded = re.findall(rb"data:image/[a-z]+;base64,([A-Za-z0-9+/=]+)", files["html"])
    return [*inside, *(base64.b64decode(data) for data in embedded)]


def test_no_page_is_left_out_and_the_text_around_each_survives(made):
    report, files, _ = made
    assert report["articles"] == len(CASES) + 2, report["omitted"]
    for number in range(len(CASES)):
        for said in (f"图前{number:02}甲。", f"图后{number:02}乙。"):
            assert said in files["html"].decode()
            assert said in files["text"].decode()


def test_every_picture_is_one_frame_of_pixels_and_nothing_else(made):
    whole = carried(made)
    assert len(whole) > 10
    for data in whole:
        with Image.open(io.BytesIO(data)) as image:
            assert image.format in ("PNG", "JPEG")
            assert getattr(image, "n_frames", 1) == 1
            assert not set(image.info) & {"exif", "icc_profile", "comment", "xmp", "photoshop", "Author"}
        assert b"CANARY" not in data
        assert not re.search(rb"<script|PK\x03\x04", data)
        assert data.rstrip(b"\0").endswith((b"IEND\xaeB`\x82", b"\xff\xd9"))


def test_no_trace_stands_anywhere_in_the_files(made):
    assert not [name for name, data in made[1].items() if b"CANARY" in data]


@pytest.mark.parametrize("name", [name for name, (_, code) in CASES.items() if code != "missing"])
def test_what_cannot_be_carried_is_named(made, name):
    loaded = markdown.load(open_folder(made[2] / "archive"), f"{name.replace('.', '-')}.md", "notes")
    found = {note.code for note in loaded.notes if note.code.startswith("picture")}
    wanted = CASES[name][1]
    assert bool(found & set(wanted.split("|"))) if wanted else not found
    assert len(loaded.media) == (0 if wanted else 1)


def test_broken_pixels_are_said(made):
    broken = [name for name, (_, code) in CASES.items() if code == "missing"]
    assert made[0]["notes"].get("picture-broken", 0) >= len(broken), made[0]["notes"]


@pytest.mark.parametrize(("name", "code"), [("case_96_data", "picture"), ("case_97_tracker", "tracker-dropped")])
def test_embedded_giants_and_trackers_are_said(made, name, code):
    loaded = markdown.load(open_folder(made[2] / "archive"), f"{name}.md", "notes")
    assert any(note.code.startswith(code) for note in loaded.notes)
    assert not loaded.media
