"""The system's Chromium, without a screen, a profile of its own, or any address that it could reach."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from bundler.errors import MissingPartError, say

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-quic",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-default-browser-check",
    "--no-first-run",
    "--proxy-server=127.0.0.1:9",
)
"""No name resolves, and what is asked for by number meets a proxy that is not there."""
SCALE = 2
"""Pixels of the picture to a pixel of the sheet's style."""
MAX_SECONDS = 120


def find() -> str | None:
    """Return the path of a browser that can draw a page; None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def screenshot(browser: str, page: Path, *, width: int, height: int, folder: Path) -> bytes:
    """Return a page as it looks in a window of this size (in CSS pixels), as PNG.

    Everything that the browser keeps stands in `folder`. Raises MissingPartError where it draws nothing.
    """
    out = folder / "sheet.png"
    command = [
        browser,
        *FLAGS,
        *(("--no-sandbox",) if _is_root() else ()),
        f"--user-data-dir={folder / 'profile'}",
        f"--force-device-scale-factor={SCALE}",
        f"--window-size={width},{height}",
        f"--screenshot={out}",
        page.as_uri(),
    ]
    kept = folder / "kept"
    kept.mkdir()
    _run(command, {**os.environ, **dict.fromkeys(("TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), str(kept))})
    try:
        return out.read_bytes()
    except OSError as error:
        raise MissingPartError(
            say("the browser {name!r} drew nothing", name=Path(browser).name),
            hint=say("on Debian: {command}", command="apt-get install chromium"),
        ) from error


def _run(command: list[str], environment: dict[str, str]) -> None:
    """Run the browser to its end; one that hangs is ended with all that it started."""
    silent = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603 - a browser that was found by name, our own arguments, no shell
        command, stdin=silent, stdout=silent, stderr=silent, env=environment, start_new_session=True
    ) as process:
        try:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=MAX_SECONDS)
        finally:
            with suppress(ProcessLookupError):  # what it started may outlive it, and would go on writing
                os.killpg(process.pid, signal.SIGKILL)


def _is_root() -> bool:
    """Say whether this is the one user for whom Chromium's own sandbox cannot work."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
