"""A page that speaks every language of the furniture without a script: one at a time, chosen by a link into itself."""

from __future__ import annotations

import html
from functools import cache

from bundler import furniture, speaking, theme
from bundler.build import size
from bundler.model import Strings
from bundler.release import shelf
from bundler.release.manifest import File


def page(body: str, *, first: str, title: str) -> bytes:
    """Return a page that loads nothing and runs nothing; `first` is the language that speaks until one is chosen.

    Where styles are not understood, all languages stand one below the other.
    """
    css = _css(first)
    digest = speaking.digest(css)
    anchors = "".join(f'<span id="{tag}" class="at"></span>' for tag in theme.languages())
    return f"""<!doctype html>
<html lang="{first}" dir="{furniture.direction(first)}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; \
form-action 'none'">
<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>{html.escape(title)}</title><style>{css}</style></head>
<body>{anchors}
<nav>{_tongues()}</nav>
<main>
{body}
</main>
</body></html>
""".encode()


def sentence(key: str, element: str = "p", **values: object) -> str:
    """Return a sentence in every language, each in an element of its own."""
    return "\n".join(
        f'<{element} class="say {tag}"{_spoken(theme.strings(tag), key)}>'
        f"{html.escape(furniture.text(theme.strings(tag), key, **values), quote=False)}</{element}>"
        for tag in theme.languages()
    )


def link(key: str, address: str) -> str:
    """Return a link that says where it leads in every language."""
    return "\n".join(
        f'<a class="go say {tag}" href="{html.escape(address)}"{_spoken(theme.strings(tag), key)}>'
        f"{html.escape(furniture.text(theme.strings(tag), key), quote=False)}</a>"
        for tag in theme.languages()
    )


def named(file: File) -> str:
    """Return what a file is, and which part of how many, as everybody writes it."""
    kind = shelf.kind(file.name)
    return f"{kind} {file.volume}/{file.volumes}" if file.volumes > 1 else kind


def measured(file: File) -> str:
    """Return a file's size as it stands in every direction of writing."""
    return f'<small dir="ltr">{size(file.bytes)}</small>'


def _spoken(strings: Strings, key: str) -> str:
    spoken = furniture.speaker(strings, key)
    return f' lang="{spoken}" dir="{furniture.direction(spoken)}"'


def _tongues() -> str:
    return "\n".join(
        f'<a class="to {tag}" href="#{tag}" lang="{tag}" dir="{furniture.direction(tag)}">{theme.tongue(tag).name}</a>'
        for tag in theme.languages()
    )


@cache
def _css(first: str) -> str:
    """Return the style: `first` speaks unless the address ends in the name of another language."""
    shown = "".join(
        f"#{tag}:target ~ main .{tag} {{ display: block }}\n#{tag}:target ~ nav .{tag} {{ font-weight: bold }}\n"
        for tag in theme.languages()
    )
    return (
        (theme.assets() / "share/page.css").read_text(encoding="utf-8")
        + f".{first} {{ display: block }}\nnav .{first} {{ font-weight: bold }}\n"
        + ".at:target ~ main .say { display: none }\n.at:target ~ nav .to { font-weight: normal }\n"
        + shown
    )
