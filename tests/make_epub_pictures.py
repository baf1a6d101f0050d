"""Draw the pictures of EPUB in docs/pictures/ from real output: covers, and what a reading app's page shows.

Run it after `make demo` and `make test`: .venv/bin/python tests/make_epub_pictures.py
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path

import command
from make_readme_pictures import PICTURES, browser
from PIL import Image

SCREEN = (360, 560)
GAP = 16
BACKGROUND = "#8b8b86"
NIGHT = "document.documentElement.style.cssText = 'background: #121212; color: #e2e2e0'"
MARGINS = "document.body.style.margin = '16px'"


def made(folder: Path, name: str, **keys: str) -> Path:
    """Build an EPUB of the sample archive and unpack it."""
    place = folder / name
    place.mkdir()
    recipe = command.recipe(place, **{"formats": "[epub]", "outside": "open", **keys})
    done = command.bundler("build", recipe, "--out", place / "dist", "--date", command.DAY, home=folder)
    assert done.code == 0, done.err
    (epub,) = (place / "dist").rglob("*.epub")
    with zipfile.ZipFile(epub) as archive:
        archive.extractall(place / "book")
    return place / "book/EPUB"


def article(book: Path, language: str) -> Path:
    """Return the first document in a language that is an article's and no page of the furniture."""
    pages = sorted(book.glob("a*.xhtml"))
    starts = re.compile(rf'<article id="\w+" lang="{language}"[^>]* data-id=')
    return next(page for page in pages if starts.search(page.read_text("utf-8")))


def screens(*pages: tuple[Path, str], dark: bool = False) -> list[Image.Image]:
    """Take a picture of each page, scrolled to what a selector finds; empty for the beginning."""
    driver = browser(*SCREEN, dark=False, phone=False)
    shots = []
    try:
        for page, selector in pages:
            driver.get(page.as_uri())
            driver.execute_script(MARGINS + (f"; {NIGHT}" if dark else ""))
            if selector:
                driver.execute_script("document.querySelector(arguments[0]).scrollIntoView()", selector)
            shots.append(Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB"))
    finally:
        driver.quit()
    return shots


def side_by_side(name: str, pictures: list[Image.Image], height: int) -> None:
    """Write pictures of one height as one, in few colours."""
    sized = [one.resize((round(one.width * height / one.height), height), Image.Resampling.LANCZOS) for one in pictures]
    sheet = Image.new("RGB", (sum(one.width + GAP for one in sized) + GAP, height + 2 * GAP), BACKGROUND)
    x = GAP
    for one in sized:
        sheet.paste(one, (x, GAP))
        x += one.width + GAP
    sheet.quantize(64, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


def main() -> None:
    """Build three books and take every picture."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = made(folder, "plain", outside="plain")
        chinese = made(folder, "chinese")
        persian = made(folder, "persian", language="fa", title="گزیدهٔ هفته")
        upright = made(
            folder,
            "upright",
            language="zh-Hant",
            title="一週文摘",
            convert="zh-Hant",
            formats="[epub: {vertical: true}]",
        )
        covers = [Image.open(book / "cover.png").convert("RGB") for book in (plain, chinese, persian)]
        side_by_side("epub-covers", covers, 320)
        page = article(chinese, "zh-Hans")
        side_by_side("epub-pages", screens((chinese / "contents.xhtml", ""), (page, "")), SCREEN[1])
        side_by_side("epub-dark", screens((page, ""), (page, ".code"), dark=True), SCREEN[1])
        rtl = article(persian, "fa")
        side_by_side("epub-rtl", screens((persian / "contents.xhtml", ""), (rtl, "")), SCREEN[1])
        down = article(upright, "zh-Hant")
        side_by_side("epub-vertical", screens((upright / "contents.xhtml", ""), (down, "")), SCREEN[1])


if __name__ == "__main__":
    main()
