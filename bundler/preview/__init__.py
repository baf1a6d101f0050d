"""One picture of how an edition looks on a phone: in a chat, and the first screens of each format, light and dark."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bundler import build
from bundler.errors import MissingPartError, say
from bundler.preview import _browser, _screens, _sheet
from bundler.preview._sheet import Labels
from bundler.work import Work

__all__ = ["Labels", "picture"]


def picture(chosen: build.Plan, labels: Labels, *, work: Work) -> bytes:
    """Build an edition into a folder that vanishes again and return its contact sheet (PNG).

    Nothing is published, and the browser can reach no address. Raises MissingPartError where there is no browser, and
    whatever a build raises.
    """
    browser = _browser.find()
    if browser is None:
        raise MissingPartError(
            say("no browser was found that can draw a preview"),
            hint=say("on Debian: {command}", command="apt-get install chromium"),
        )
    with tempfile.TemporaryDirectory(prefix="bundler-preview-") as name:
        folder = Path(name)
        report = build.publish(chosen, build.prepare(chosen, work=work), out=folder / "out", work=work)
        work.progress("preview", 0, 1)
        views = _screens.views(
            [(folder / "out" / path, file) for path, file in report.files if file.volume == 1 and not file.size], folder
        )
        message = (folder / "out" / Path(report.files[0][0]).parent / build.SEND).read_text(encoding="utf-8")
        sheet = _sheet.sheet(chosen.recipe, views, message, labels)
        page = folder / "sheet.html"
        page.write_text(sheet.markup, encoding="utf-8", newline="\n")
        made = _browser.screenshot(browser, page, width=sheet.width, height=sheet.height, folder=folder)
        work.progress("preview", 1, 1)
        return made
