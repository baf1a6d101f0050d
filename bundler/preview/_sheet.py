"""The contact sheet: a page of phones, drawn by the browser in one go, light beside dark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from bundler.build import size
from bundler.furniture import direction
from bundler.preview._screens import SCREENS, Screen, View
from bundler.recipe import Recipe

PHONE = (390, 844)
"""A phone's screen in CSS pixels."""
ZOOM = 0.62
GAP, EDGE, HEAD, LABEL = 28, 44, 84, 70
"""Between phones; around the sheet; the sheet's title; a row's label: all in CSS pixels of the sheet."""
CHAT = 264
BUBBLE = 250
COLUMNS = 2 * SCREENS
_WIDE, _HIGH = (round(side * ZOOM) for side in PHONE)
_STYLE = f"""
*{{box-sizing:border-box;margin:0}}
body{{background:#eceae4;color:#22201c;font:15px/1.45 system-ui,"Noto Sans","Noto Sans CJK SC",sans-serif;
 padding:{EDGE}px {EDGE}px 0}}
header{{height:{HEAD}px}}header p{{color:#6c675d}}
h1{{font-size:27px;font-weight:650;letter-spacing:-.01em;text-align:left}}
h1,header p{{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}}
section{{display:flex;gap:0 {GAP}px;flex-wrap:wrap;align-content:start}}
h2{{width:100%;height:{LABEL}px;padding-top:32px;font-size:17px;font-weight:650}}
h2 small{{font-weight:400;color:#6c675d;font-size:15px}}
.phone{{width:{_WIDE}px;height:{_HIGH}px;border-radius:18px;overflow:hidden;background:#fff;
 box-shadow:0 0 0 1px #0002,0 8px 22px #3c301e26;position:relative}}
.phone.dark{{background:#121212}}
.phone iframe,.phone img{{border:0;display:block;position:absolute;top:0;left:0;transform-origin:0 0}}
.phone iframe{{width:{PHONE[0]}px;transform:scale({ZOOM})}}
.phone img{{width:100%;height:100%;object-fit:contain}}
.light iframe{{color-scheme:light}}.dark iframe{{color-scheme:dark}}
.chat{{height:{CHAT}px;background:#d8e3dc;border-radius:18px;padding:22px;gap:20px;flex-wrap:nowrap;overflow:hidden}}
.bubble{{width:{BUBBLE}px;flex:none;background:#fff;border-radius:14px;overflow:hidden;box-shadow:0 1px 2px #0003;
 align-self:start}}
.bubble .thumb{{height:150px;overflow:hidden;background:#f4f4f2;display:grid;place-items:center;color:#8b877e;
 font-size:30px;font-weight:700;letter-spacing:.04em}}
.bubble .thumb img{{width:100%;align-self:start}}
.bubble p{{padding:9px 12px 11px;line-height:1.35;overflow-wrap:anywhere}}.bubble small{{color:#6c675d}}
.words{{flex:1;align-self:start;background:#e7f7dd;border-radius:14px;padding:12px 14px;white-space:pre-line;
 font-size:14px;box-shadow:0 1px 2px #0003;max-height:{CHAT - 44}px;overflow:hidden}}
"""


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of the sheet in the editor's language."""

    in_chat: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page and the size of the window that shows it whole, in CSS pixels."""

    markup: str
    width: int
    height: int


def sheet(recipe: Recipe, views: tuple[View, ...], message: str, labels: Labels) -> Sheet:
    """Lay out how the files look: in a chat, then a row for each format."""
    rows = "".join(_row(view, labels) for view in views)
    markup = (
        f'<!doctype html><html><meta charset="utf-8"><title>preview</title>'
        f'<style>{_STYLE}</style><header><h1 dir="auto">{escape(recipe.title)}</h1>'
        f"<p>{escape(recipe.slug)} · {escape(', '.join(view.file.format for view in views))}</p></header>"
        f"{_chat(recipe, views, message, labels)}{rows}</html>\n"
    )
    width = 2 * EDGE + COLUMNS * _WIDE + (COLUMNS - 1) * GAP
    height = EDGE + HEAD + LABEL + CHAT + len(views) * (LABEL + _HIGH) + EDGE
    return Sheet(markup, width, height)


def _chat(recipe: Recipe, views: Iterable[View], message: str, labels: Labels) -> str:
    """Show the files as a chat lists them, before anybody opens one, with the words beside them."""
    shown = sorted(views, key=lambda view: view.file.format != "pdf")[:2]
    bubbles = "".join(_bubble(view) for view in shown)
    words = message.split("\n\n", maxsplit=1)[0].partition("\n")[2]
    said = f'<div class="words" dir="{direction(recipe.language)}">{escape(words)}</div>'
    return f'<section><h2>{escape(labels.in_chat)}</h2></section><section class="chat">{bubbles}{said}</section>'


def _bubble(view: View) -> str:
    first = view.screens[0] if view.screens else None
    drawn = f'<img src="{escape(first.address)}" alt="">' if first and first.picture else view.file.format.upper()
    facts = f"{view.file.format.upper()} · {size(view.file.bytes)}"
    said = f"<p>{escape(view.file.name)}<br><small>{escape(facts)}</small></p>"
    return f'<div class="bubble"><div class="thumb">{drawn}</div>{said}</div>'


def _row(view: View, labels: Labels) -> str:
    """Show one file: its first screens in light, then in dark where it follows the phone."""
    modes = ("light", "dark") if view.dark else ("light",)
    named = " · ".join({"light": labels.light, "dark": labels.dark}[mode] for mode in modes) if view.dark else ""
    facts = " · ".join(part for part in (size(view.file.bytes), named) if part)
    phones = "".join(_phone(screen, mode) for mode in modes for screen in view.screens)
    return f"<section><h2>{escape(view.file.format.upper())} <small>{escape(facts)}</small></h2>{phones}</section>"


def _phone(screen: Screen, mode: str) -> str:
    if screen.picture:
        return f'<div class="phone {mode}"><img src="{escape(screen.address)}" alt=""></div>'
    high = PHONE[1] * (screen.scrolled + 1)
    up = f"height:{high}px;top:{-screen.scrolled * _HIGH}px"
    return f'<div class="phone {mode}"><iframe src="{escape(screen.address)}" style="{up}"></iframe></div>'
