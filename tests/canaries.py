"""Words that must not be found: planted in what a packer has, looked for in all that a published file holds."""

import io
import re
import zipfile
import zlib
from base64 import b64decode, b64encode
from pathlib import Path

import pikepdf
from PIL import Image


def canaries(folder: Path) -> Path:
    """Make an archive whose picture was taken by a camera that tells everything."""
    exif = Image.Exif()
    exif[0x010F] = "CANARYCAMERA"
    exif[0x013B] = "CANARYAUTHOR"
    archive = folder / "CANARYFOLDER"
    archive.mkdir(parents=True)
    photo = Image.effect_noise((64, 48), 80).convert("RGB")
    photo.save(archive / "photo.jpg", exif=exif, comment=b"CANARYCOMMENT")
    text = "---\ntitle: 窗\ndate: 2026-11-01\n---\n从窗口看出去，街上没有人。\n\n![窗外的街](photo.jpg)\n\n再见。\n"
    (archive / "window.md").write_text(text, encoding="utf-8")
    return archive


def unpacked(path: Path) -> list[bytes]:
    """Return everything a file holds: itself, its members, its inflated streams, its data addresses."""
    data = path.read_bytes()
    pieces = [data, path.name.encode()]
    if path.suffix == ".epub":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                pieces += [archive.read(info), info.filename.encode(), info.extra, info.comment]
    if path.suffix == ".pdf":
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pieces += [_stream(item) for item in pdf.objects if isinstance(item, pikepdf.Stream)]
    for piece in tuple(pieces):
        pieces += [_decoded(found) for found in re.findall(rb"base64,([A-Za-z0-9+/=]+)", piece)]
        pieces += [_decoded(found) for found in re.findall(rb'"data":"([A-Za-z0-9+/=]+)"', piece)]
    return pieces


def hits(path: Path, word: str = "CANARY") -> list[str]:
    """Return in which ways a word stands in a file or in its path: as UTF-8 or UTF-16, however it is cased."""
    forms = {"utf-8": word.encode(), "utf-16-le": word.encode("utf-16-le"), "utf-16-be": word.encode("utf-16-be")}
    return [name for name, form in forms.items() for piece in unpacked(path) if form.lower() in piece.lower()]


def planted(folder: Path) -> list[Path]:
    """Return files in each of which the word is hidden in another way; a search that misses one is blind."""
    html, utf16, epub, pdf = (folder / name for name in ("a.html", "a.txt", "a.epub", "a.pdf"))
    html.write_bytes(b'<img src="data:image/png;base64,' + b64encode(b"by Canary") + b'">')
    utf16.write_bytes("written by CANARY".encode("utf-16-be"))
    with zipfile.ZipFile(epub, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.css", b"p{background:url(data:;base64," + b64encode(b"CANARY") + b")}")
    with pikepdf.new() as made:
        made.add_blank_page()
        made.Root.Kept = made.make_stream(b"CANARY " * 9)
        made.save(pdf, compress_streams=True)
    return [html, utf16, epub, pdf]


def _decoded(found: bytes) -> bytes:
    return b64decode(found + b"=" * (-len(found) % 4))


def _stream(item: pikepdf.Stream) -> bytes:
    try:
        return item.read_bytes()
    except (pikepdf.PdfError, zlib.error):
        return item.read_raw_bytes()
