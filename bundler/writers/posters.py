"""A poster and a sheet of cards to cut out: where editions can be fetched, and the key that their files carry.

No format of a recipe: it shows no article. Printed in black on one sheet, so that any copier multiplies it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Literal

from bundler import furniture
from bundler.errors import BundlerError, UsageError, say
from bundler.model import Note, Theme
from bundler.work import Work
from bundler.writers import _embed, _harfbuzz, _join, _layout, _paper, _sheets, _xhtml
from bundler.writers._fonts import Fonts, find, stack
from bundler.writers._laid import Laid, unpack
from bundler.writers._letters import Letters
from bundler.writers._parts import Look, Part
from bundler.writers._rows import ems

Kind = Literal["poster", "cards"]
Sheet = Literal["a4", "letter"]
CODES: Mapping[Kind, int] = {"poster": 4, "cards": 2}
"""How many addresses fit: more would be too small for a camera."""
CARDS = 6
"""On one sheet, in two columns."""
_TITLES: Mapping[Kind, tuple[int, float]] = {"poster": (44, 530), "cards": (14, 240)}
"""The size of a title that fits on one line, and the length of a line, in points."""
_SMALLEST = 7
_MANY, _LONG = 60, ' class="long"'
"""With more letters an address is set smaller."""
_NUMERALS, _ROMAN = "N", "ivxlcdm"


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered, in which language (BCP 47): a title, addresses of the published folder, the key's 20 digits."""

    title: str
    addresses: tuple[str, ...]
    digits: str
    language: str
    sheet: Sheet = "a4"

    def shown(self, kind: Kind) -> tuple[str, ...]:
        """Return the addresses that are printed as codes, the first ones."""
        return self.addresses[: CODES[kind]]


def write(offer: Offer, kind: Kind, theme: Theme, out: BinaryIO, work: Work) -> tuple[Note, ...]:
    """Write one sheet as PDF; return a Note for every character that no font has.

    Raises MissingPartError where Pango, or a font with the letters of the offer's own script, is not installed,
    UsageError where they do not fit on one sheet.
    """
    _layout.require()
    fonts = find(theme.families)
    letters = Letters(fonts, offer.language)
    card = letters.spell(_card(offer, kind, theme))
    body = f'<section class="{kind}">{card * (CARDS if kind == "cards" else 1)}</section>'
    markup = f"<!doctype html><html{_xhtml.tongue(offer.language)}><title>.</title><body>\n{body}"
    codes = tuple((_sheets.code_address(address), address) for address in offer.shown(kind))
    made = _layout.Sheet(markup, _css(offer, theme, markup), fonts, codes=codes)
    data = next(work.map(_layout.lay_out, (made,), key=_key, label="pdf"))
    if not data:
        raise BundlerError(
            say("WeasyPrint cannot lay out the {kind}", kind=kind),
            hint=say("please report it with what --debug shows; nothing was published"),
        )
    laid = unpack(data)
    if len(laid.head.pages) > 1:
        raise UsageError(
            say("title and addresses are too long for one sheet"), hint=say("shorten 'title' in release.yaml")
        )
    _join.join(_whole(laid, offer, theme, fonts, work), out)
    return tuple(letters.notes)


def _whole(laid: Laid, offer: Offer, theme: Theme, fonts: Fonts, work: Work) -> _join.Whole:
    """Return the one page; it has no number, as the first of those that are numbered on their own has none."""
    digits = furniture.digits(theme.strings.language)
    numerals, glyphs = _embed.plain(fonts.first(stack(theme, offer.language), digits), _NUMERALS, digits + _ROMAN)
    rtl = furniture.direction(offer.language) == "rtl"
    look = Look(offer.title, offer.language, rtl, _paper_of(offer), digits, numerals, glyphs)
    used = _embed.union((*laid.head.fonts, numerals))
    wanted = _embed.cuts(fonts, used)
    files = zip(wanted, work.map(_harfbuzz.cut, wanted, key=_key), strict=True)
    faces = {(one.path, one.index): data for one, data in files}
    return _join.Whole((Part(laid, roman=True),), (), look, fonts, used, faces)


def _paper_of(offer: Offer) -> _paper.Paper:
    return _paper.paper(offer.sheet, "normal", "black", offer.sheet)


def _card(offer: Offer, kind: Kind, theme: Theme) -> str:
    strings = theme.strings

    def said(key: str) -> str:
        language = furniture.speaker(strings, key)
        return f"<span{_xhtml.tongue(language)}>{_xhtml.text(furniture.text(strings, key))}</span>"

    codes = "".join(
        f'<figure><img src="{_sheets.code_address(address)}" alt="{_xhtml.text(address)}"/>'
        f'<figcaption dir="ltr"{_LONG if len(address) > _MANY else ""}>{_xhtml.text(address)}</figcaption></figure>'
        for address in offer.shown(kind)
    )
    hint = f'<p class="hint">{said("code_hint")}</p>' if codes else ""
    size = _size(offer.title, *_TITLES[kind])
    return (
        f'<div class="card"><h1 style="font-size: {size}pt">{_xhtml.text(offer.title)}</h1>'
        f'<p class="line">{said("poster_line")}</p>'
        f'<div class="codes">{codes}</div>{hint}'
        f'<p class="key">{said("poster_key")} <b dir="ltr">{offer.digits}</b></p></div>'
    )


def _size(title: str, most: int, line: float) -> float:
    """Return the size of a title in points: so that it fits on two lines, as far as it can be read then."""
    return round(max(_SMALLEST, min(most, 2 * line / max(1, ems(title)))), 1)


def _css(offer: Offer, theme: Theme, markup: str) -> tuple[str, ...]:
    paper = _paper_of(offer)
    rules = [f"@page {{ size: {paper.width}mm {paper.height}mm; margin: 10mm }}"]
    rules += _paper.families(theme, markup)
    return theme.css["poster"], "\n".join(rules)


def _key(job: _layout.Sheet | _harfbuzz.Cut) -> bytes:
    return job.key
