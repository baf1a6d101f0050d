"""Draw docs/pictures/ from real output: what a phone shows of each format, and what a terminal shows of a build.

Run it after `make demo` and `make test`: .venv/bin/python tests/make_readme_pictures.py
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from PIL import Image, ImageOps
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
DAY = "2026-11-22"
SCREEN = (390, 844)
COLOURS = 128
"""As many as text in two weights and one photograph need: a third of the bytes."""
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
TERMINAL = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>terminal</title>
<style>
body { margin: 0; background: #1c1d21; color: #d6d3cd }
body { font: 15px/1.5 "DejaVu Sans Mono", "Noto Sans CJK SC", monospace }
pre { margin: 0; padding: 18px 22px; white-space: pre } b { color: #9cc9a4; font-weight: 400 }
</style><pre>%s</pre>"""


def browser(width: int, height: int, *, dark: bool, phone: bool) -> Chrome:
    """Start a browser with a screen of this size; a phone asks pages for their viewport, a reading app does not."""
    options = ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_experimental_option(
        "mobileEmulation", {"deviceMetrics": {"width": width, "height": height, "pixelRatio": 1.5, "mobile": phone}}
    )
    driver = Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    return driver


def shoot(  # noqa: PLR0913 — what may be said of a picture, by keyword
    page: Path, name: str, *, at: str = "", dark: bool = False, sought: str = "", size: tuple[int, int] = SCREEN
) -> None:
    """Take a picture of a page, scrolled to the element of this id, or with what a search for words finds."""
    driver = browser(*size, dark=dark, phone=page.suffix == ".html")
    try:
        driver.get(page.as_uri())
        if at:
            driver.execute_script("document.getElementById(arguments[0]).scrollIntoView()", at)
        if sought:
            driver.find_element("id", "search").send_keys(sought)
        time.sleep(0.5)
        driver.save_screenshot(str(PICTURES / f"{name}.png"))
        with Image.open(PICTURES / f"{name}.png") as picture:
            small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(PICTURES / f"{name}.png", optimize=True)
    finally:
        driver.quit()


def bundler(*arguments: str) -> str:
    """Run a command and return what a user saw."""
    command = [sys.executable, "-m", "bundler", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    return f"<b>$ bundler {html.escape(' '.join(arguments))}</b>\n{html.escape(done.stdout)}"


def terminal(folder: Path) -> None:
    """Draw a listing and a build."""
    listed = bundler("list", "recipes/weekly.yaml", "--date", DAY).split("\n")
    built = bundler("build", "recipes/weekly.yaml", "--date", DAY)
    page = folder / "terminal.html"
    text = "\n".join((*listed[:14], "…", "", built.rstrip()))
    page.write_text(TERMINAL % text, encoding="utf-8")
    shoot(page, "terminal", size=(1060, round(36 + 22.5 * (text.count("\n") + 1))))


PRINTED = {
    "pdf-a5": ("en", "page: a5", 5, 60),
    "pdf-large": ("en", "size: large", 11, 80),
    "pdf-black": ("zh-Hans", "ink: black", 5, 80),
    "pdf-booklet": ("en", "page: booklet", 1, 50),
    "pdf-zine": ("en", "page: zine", 6, 50),
    "pdf-rtl": ("fa", "page: phone", 12, 80),
}
"""Pictures of PDF: the language of the bundle, the options, the page, dots an inch."""
FOLDED = """version: 1
extends: {welcome}
bundle: shown
language: {language}
formats:
  - pdf: {{{options}}}
"""


def printed(folder: Path) -> None:
    """Draw pages of PDF in other sizes, inks and languages."""
    for name, (language, options, page, dots) in PRINTED.items():
        recipe = folder / name / "shown.yaml"
        recipe.parent.mkdir()
        words = FOLDED.format(welcome=ROOT / "recipes/welcome.yaml", language=language, options=options)
        recipe.write_text(words, encoding="utf-8")
        command = [sys.executable, "-m", "bundler", "build", recipe.name, "--date", DAY]
        subprocess.run(command, cwd=recipe.parent, check=True, capture_output=True)
        (made,) = recipe.parent.glob("dist/**/*.pdf")
        place = PICTURES / name
        render = ["pdftoppm", "-r", str(dots), "-f", str(page), "-l", str(page), "-gray", "-png", "-singlefile"]
        subprocess.run([*render, made, place], check=True)
        with Image.open(place.with_suffix(".png")) as picture:
            framed = ImageOps.expand(picture.convert("L"), 1, "#888").quantize(16, dither=Image.Dither.NONE)
        framed.save(place.with_suffix(".png"), optimize=True, bits=4)


def main() -> None:
    """Build the welcome recipe and take every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    bundler("build", "recipes/welcome.yaml", "--date", DAY)
    made = ROOT / "dist/welcome" / DAY
    page = made / "welcome-261122.html"
    text = page.read_text(encoding="utf-8")
    starts = {tag: re.findall(rf'<article id="(\w+)"[^>]* lang="{tag}"', text)[0] for tag in ("zh-Hans", "fa")}
    shoot(page, "html-contents")
    shoot(page, "html-search", sought="手机")
    shoot(page, "html-dark", at=starts["zh-Hans"], dark=True)
    shoot(page, "html-rtl", at=starts["fa"])
    pdf = str(made / "welcome-261122.pdf")
    sheet = PICTURES / "pdf-phone"
    subprocess.run(["pdftoppm", "-r", "165", "-f", "5", "-l", "5", "-png", "-singlefile", pdf, str(sheet)], check=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with zipfile.ZipFile(made / "welcome-261122.epub") as archive:
            archive.extractall(folder)
        shoot(folder / "EPUB/contents.xhtml", "epub-contents")
        printed(folder)
        terminal(folder)


if __name__ == "__main__":
    main()
