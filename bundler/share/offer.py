"""The page that phones open on a hotspot: which file is for which phone, and what to do when it is saved."""

from __future__ import annotations

import html
from collections.abc import Sequence

from bundler import furniture, theme
from bundler.furniture.message import BEST
from bundler.model import Phone
from bundler.release.manifest import File
from bundler.release.shelf import Offered
from bundler.share import _frame

FOR: dict[Phone, str] = {"iphone": "for_iphone", "android": "for_android", "old": "for_old"}
"""Whom a card is for, in the order of the cards."""


def page(shelf: Sequence[Offered]) -> bytes:
    """Return the page for these editions, the newest first. Its links are names of files, and nothing else."""
    first = theme.strings(shelf[0].language).language
    body = "\n".join((_frame.sentence("serve_save"), *map(_edition, shelf)))
    return _frame.page(body, first=first, title=furniture.text(theme.strings(first), "start_read"))


def _edition(one: Offered) -> str:
    language = theme.strings(one.language).language
    cards = [(phone, found) for phone in FOR if (found := best(one.files, phone))]
    shown = {file.name for _, files in cards for file in files}
    rest = [file for file in one.files if file.name not in shown]
    return "\n".join(
        (
            f'<h1 lang="{language}" dir="{furniture.direction(language)}">{html.escape(one.title)}</h1>',
            *(_card(phone, files) for phone, files in cards),
            *([f"<ul>{''.join(map(_link, rest))}</ul>"] if rest else []),
        )
    )


def best(files: Sequence[File], phone: Phone) -> tuple[File, ...]:
    """Return the files of the format that a kind of phone opens best, in the order of their volumes."""
    there = {file.format for file in files}
    wanted = next((name for name in BEST[phone] if name in there), "")
    return tuple(sorted((file for file in files if file.format == wanted), key=lambda file: file.volume))


def _card(phone: Phone, files: Sequence[File]) -> str:
    links = "\n".join(
        f'<a class="file" href="{html.escape(file.name)}" dir="ltr">{_frame.named(file)} {_frame.measured(file)}</a>'
        for file in files
    )
    return f"""<section>
{_frame.sentence(FOR[phone], "h2")}
{links}
{_frame.sentence(f"send_{files[0].format}")}
</section>"""


def _link(file: File) -> str:
    return f'<li><a href="{html.escape(file.name)}">{_frame.named(file)}</a> {_frame.measured(file)}</li>'
