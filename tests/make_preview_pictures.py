"""Draw docs/pictures/preview.png and docs/pictures/languages.png from real output, in the system's Chromium.

Run it by hand after the look of a format or the furniture changed: .venv/bin/python tests/make_preview_pictures.py
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import bundles
import command
from PIL import Image

from bundler.preview import _browser

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
LANGUAGES = ("es", "tr", "vi", "ug", "my", "bo")
SHEET = """<!doctype html><meta charset="utf-8"><title>languages</title>
<style>body{{margin:0;padding:24px;display:flex;gap:20px;background:#eceae4}}
iframe{{border:0;width:390px;height:844px;border-radius:24px;background:#fff;flex:none}}</style>{frames}
"""


def preview(folder: Path) -> bytes:
    """Draw the shipped weekly recipe as the command does."""
    made = folder / "preview.png"
    recipe = command.ROOT / "recipes" / "weekly.yaml"
    done = command.bundler("preview", recipe, "--to", made, "--date", command.DAY, home=folder)
    assert done.code == 0, done.err
    return made.read_bytes()


def languages(folder: Path) -> bytes:
    """Draw the first screen of HTML in the languages that not everybody has seen."""
    for language in LANGUAGES:
        (folder / f"{language}.html").write_bytes(bundles.written("html", bundles.sample(language)))
    page = folder / "sheet.html"
    frames = "".join(f'<iframe src="{language}.html#end"></iframe>' for language in LANGUAGES)
    page.write_text(SHEET.format(frames=frames), encoding="utf-8")
    browser = _browser.find()
    assert browser, "install chromium"
    width = 48 + len(LANGUAGES) * 410 - 20
    return _browser.screenshot(browser, page, width=width, height=892, folder=folder)


def keep(data: bytes, name: str, width: int) -> None:
    """Write a picture smaller, in few colours."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    small = image.resize((width, image.height * width // image.width), Image.Resampling.LANCZOS)
    small.quantize(96, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here:
        keep(preview(Path(here)), "preview.png", 1000)
    with tempfile.TemporaryDirectory() as here:
        keep(languages(Path(here)), "languages.png", 1500)
