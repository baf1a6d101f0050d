"""Draw stick.png, hotspot.png and paper.png in docs/pictures: what stands around editions, from a real release.

Run it by hand after the look of these pages changed: .venv/bin/python tests/make_sharing_pictures.py
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import browsing
import command
import pypdfium2
from PIL import Image

from bundler.release.editions import released
from bundler.release.shelf import shelved
from bundler.share import offer, start

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
SCREENS = (("", "light"), ("#en", "light"), ("#ar", "dark"))
GAP = 40
AROUND = "#eceae4"


def release(place: Path) -> None:
    """Release the sample in the formats that phones and computers want."""
    (place / "pass").write_text("1234 5678 9012 3456 7890\n")
    addresses = "base_url: https://mirror.example/shelf/\nmirrors: [https://second.example/, https://third.example/]\n"
    (place / "release.yaml").write_text(f"version: 1\ntitle: 山中书摊\n{addresses}", encoding="utf-8")
    command.recipe(place, formats="[epub, pdf, html, text]", outside="open")
    for words in (("keys", "new"), ("release", "weekly.yaml", "--date", command.DAY)):
        done = command.bundler(*words, "--passphrase-file", "pass", home=place, cwd=place)
        assert done.code == 0, done.err


def screens(page: Path, folder: Path) -> Iterator[Image.Image]:
    """Photograph a page as phones show it."""
    with browsing.browser(folder, 9) as driver:
        size = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        for language, look in SCREENS:
            scheme = {"name": "prefers-color-scheme", "value": look}
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
            driver.get("about:blank")
            driver.get(page.as_uri() + language)
            yield Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")


def papers(place: Path) -> Iterator[Image.Image]:
    """Draw the poster, the cards and a sheet of the booklet as they come out of a printer."""
    done = command.bundler("share", "weekly", "--by", "paper", home=place, cwd=place)
    assert done.code == 0, done.err
    for name, page in (("poster", 0), ("cards", 0), (f"weekly-{command.DAY}", 1)):
        drawn = pypdfium2.PdfDocument(place / f"paper/{name}.pdf")[page]
        yield drawn.render(scale=1_100 / drawn.get_height()).to_pil().convert("RGB")


def side_by_side(shown: Sequence[Image.Image]) -> Image.Image:
    """Put photographs beside each other."""
    sheet = Image.new("RGB", (sum(one.width + GAP for one in shown) + GAP, shown[0].height + 2 * GAP), AROUND)
    left = GAP
    for one in shown:
        sheet.paste(one, (left, GAP))
        left += one.width + GAP
    return sheet


def keep(image: Image.Image, name: str) -> None:
    """Write a picture at half its size, in few colours."""
    small = image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
    small.quantize(64, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here:
        place = Path(here)
        release(place)
        shelf = shelved(released(place / "dist", "weekly"))
        for name, made in (("stick", start.page(shelf)), ("hotspot", offer.page(shelf))):
            (place / f"{name}.html").write_bytes(made)
            keep(side_by_side(list(screens(place / f"{name}.html", place / name))), f"{name}.png")
        keep(side_by_side(list(papers(place))), "paper.png")
