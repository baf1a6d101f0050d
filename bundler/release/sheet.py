"""The printed sheet of a key: its digits, the encrypted key to be scanned or typed, and the stop card for a friend."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path

from bundler import qr, speaking
from bundler.release import backup, keyring
from bundler.release.keys import digits

_CSS = """@page { size: A4; margin: 15mm }
body { font: 11pt/1.45 sans-serif; color: #000; background: #fff; max-width: 180mm; margin: 0 auto }
h1 { font-size: 16pt; margin: 0 } h2 { font-size: 12pt; margin: 0 0 2mm } p { margin: 0 0 2mm }
section { break-inside: avoid; border-top: .3mm solid #000; margin-top: 5mm; padding-top: 4mm; overflow: hidden }
svg { float: inline-end; width: 52mm; height: 52mm; margin-inline-start: 5mm }
.digits { font-size: 22pt; font-weight: 700; letter-spacing: .03em } code { font-size: 8pt; overflow-wrap: anywhere }
pre { font: 9.5pt/1.35 monospace; margin: 0 } .cut { border-top-style: dashed }
"""
WORDS = (
    "title", "lang", "digits", "keep", "key", "next", "stop", "stop_hint", "secret_hint", "digits_hint",
)  # fmt: skip
"""What `words` must hold: the sheet speaks the language of whoever prints it."""


def page(stem: Path, words: Mapping[str, str]) -> str:
    """Return the sheet of a key as an HTML page that loads nothing. Raises what reading a key raises."""
    said = {name: html.escape(words[name]) for name in WORDS}
    card = keyring.card(stem)
    digest = speaking.digest(_CSS)
    stop = keyring.stop_card(stem)
    return f"""<!doctype html>
<html lang="{said["lang"]}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{digest}'">
<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>{said["title"]}</title>
<style>{_CSS}</style></head>
<body><h1>{said["title"]}</h1>
<p>{said["digits"]} ({card.role})</p><p class="digits">{digits(card.key)}</p><p>{said["keep"]}</p>
{_secret(said, said["key"], keyring.code(stem, ".key"))}
{_secret(said, said["next"], keyring.code(stem, ".next.key"))}
<section class="cut"><h2>{said["stop"]}</h2>{_code(stop)}<p>{said["stop_hint"]}</p><p>{digits(card.key)}</p>
<code>{html.escape(stop)}</code></section>
</body></html>
"""


def _secret(said: Mapping[str, str], title: str, line: str) -> str:
    rows = "\n".join(backup.rows(line))
    return (
        f"<section><h2>{title}</h2>{_code(line)}<p>{said['secret_hint']}</p><pre>{rows}</pre>"
        f"<p>{said['digits_hint']}</p></section>"
    )


def _code(payload: str) -> str:
    modules = qr.matrix(payload)
    side = qr.side(modules)
    return f'<svg viewBox="0 0 {side} {side}"><path stroke="#000" stroke-width="1" d="{qr.path(modules)}"/></svg>'
