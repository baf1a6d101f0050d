"""Draw the pictures of tests/mirror: the QR image beside each page that has a public address, and two small pictures.

Run it by hand after a page was added: `python tests/make_mirror_pictures.py`. The codes name another repository than
the pages do, as they do in real mirrors.
"""

import re
from pathlib import Path

from PIL import Image, ImageDraw

from bundler import qr

MIRROR = Path(__file__).parent / "mirror"
BASE = "https://code.example/mirror-a/blob/main/"
MODULE_PX = 3


def codes() -> None:
    """Draw a code beside every page whose footer has one."""
    for page in sorted((MIRROR / "pages").glob("*/*.md")):
        if re.search(r"\.md\.png", page.read_text(encoding="utf-8")):
            address = BASE + page.relative_to(MIRROR).as_posix()
            page.with_name(f"{page.name}.png").write_bytes(qr.png(qr.matrix(address), module_px=MODULE_PX))


def lighthouse() -> Image.Image:
    """Draw a lighthouse at night."""
    picture = Image.new("RGB", (240, 160), "#10243f")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(120, 46), (0, 0), (0, 60)], fill="#f6e7a1")
    draw.polygon([(108, 150), (114, 52), (128, 52), (134, 150)], fill="#f2f2ee")
    draw.rectangle((112, 40, 130, 54), fill="#d8452e")
    draw.rectangle((0, 146, 240, 160), fill="#0a1626")
    return picture


def mark() -> Image.Image:
    """Draw the brass mark of a scale."""
    picture = Image.new("RGB", (24, 24), "white")
    ImageDraw.Draw(picture).ellipse((3, 3, 20, 20), fill="#b58b2a", outline="#6b5117", width=2)
    return picture


def main() -> None:
    """Draw them all."""
    codes()
    for path, picture in ((("nsc413", "img", "lighthouse"), lighthouse()), (("p1", "media", "mark"), mark())):
        target = MIRROR.joinpath("pages", *path).with_suffix(".png")
        target.parent.mkdir(parents=True, exist_ok=True)
        picture.save(target, optimize=True)


if __name__ == "__main__":
    main()
